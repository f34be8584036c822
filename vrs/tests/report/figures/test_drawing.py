"""Maps of every kind get their figures, or a caption that says why there is none."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Dict, List, Mapping, Optional, Sequence

import numpy as np
import pytest

from vrs.checks.figures import Figure, HistogramFigure, LineFigure, SliceFigure, SurfaceFigure
from vrs.checks.inputs import MAP, MASK
from vrs.level0 import LEVEL0, MASK_ANALYSIS
from vrs.maps import DensityMap, FloatArray, write_map
from vrs.report.build import build_report
from vrs.report.figures.drawing import draw_all, draw_figure, scene_of
from vrs.report.model import DrawnFigure
from vrs.report.text.alt_text import alt_text
from vrs.tests.report_example import save_all

pytestmark = [
    pytest.mark.long,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:(matplotlib|pyparsing)"),
]

FIGURES: List[Figure] = [
    SliceFigure("map", "max_variance", "Slices.", "map"),
    SliceFigure(MAP, "central", "Outliers.", MASK, 0.5, symmetric=True),
    SurfaceFigure("map", "A surface.", "values", "values", (1.0, 1.0)),
    SurfaceFigure("map", "A surface.", "values", "values"),
]
PLOTS: List[Figure] = [
    SliceFigure("map", "projection", "Projections."),
    SurfaceFigure("map", "A surface."),
    HistogramFigure("histogram", "value", "A histogram.", span=(0.0, 1.0)),
    LineFigure("line", "x", ("y",), "x", "y", "A line.", log_y=True, proportional="mass"),
]
NOISE = np.random.default_rng(0).normal(size=(12, 14, 16)).astype(np.float32)
_NO_VTK = "raise ImportError('no VTK')\n"


def _drawn(
    folder: Path,
    data: FloatArray,
    mask: Optional[FloatArray] = None,
    values: Optional[FloatArray] = None,
    contour: float = 0.5,
    wanted: Sequence[Figure] = FIGURES,
    environment: Optional[Mapping[str, str]] = None,
) -> List[DrawnFigure]:
    """The figures of a check on a map; only VTK may have failed."""
    volumes: Dict[str, DensityMap] = {
        MAP: DensityMap(data, 2.0),
        MASK: DensityMap(np.ones_like(data) if mask is None else mask, 2.0),
    }
    result = MASK_ANALYSIS.start()
    result.volumes["values"] = DensityMap(data if values is None else values, 2.0)
    result.curves = {
        "histogram": {"from": np.array([1.0]), "to": np.array([2.0]), "voxels": np.array([0.0])},
        "line": {"x": np.arange(3.0), "y": np.zeros(3), "mass": np.zeros(3)},
    }
    result.figures = list(wanted)
    (figures,) = draw_all([result], volumes, contour, folder, environment)
    assert [drawn.number for drawn in figures] == list(range(1, len(wanted) + 1))
    for drawn in figures:
        for file in (drawn.file, drawn.vector):
            assert file is None or (folder / file).is_file()
        assert bool(drawn.file) == bool(drawn.alt)
        assert drawn.file or "Not drawn: " in drawn.caption
    return list(figures)


def _without_vtk(folder: Path) -> Mapping[str, str]:
    (folder / "vtkmodules.py").write_text(_NO_VTK, encoding="utf-8")
    return {**os.environ, "PYTHONPATH": str(folder)}


def _is_drawn(drawn: DrawnFigure) -> bool:
    """Whether a figure is drawn, wherever VTK can draw."""
    return bool(drawn.file) or drawn.caption.endswith("VTK failed on this computer.")


def _captions(figures: List[DrawnFigure], kind: type) -> List[str]:
    return [drawn.caption for drawn in figures if isinstance(drawn.figure, kind)]


def test_curves_of_zeros(tmp_path: Path) -> None:
    figures = _drawn(tmp_path, NOISE, wanted=PLOTS, environment=_without_vtk(tmp_path))
    assert [bool(drawn.file) for drawn in figures] == [True, False, True, True]
    assert figures[1].caption == "A surface. Not drawn: VTK failed on this computer."


@pytest.mark.parametrize("value", [0.0, 3.0])
def test_a_constant_map(tmp_path: Path, value: float) -> None:
    figures = _drawn(tmp_path, np.full_like(NOISE, value))
    assert figures[0].caption == (
        f"Slices. All values are {value:g}. "
        "No line is seen, as the contour level 0.5 does not cross these slices."
    )
    surfaces = _captions(figures, SurfaceFigure)
    missing = ["no voxel reaches the contour level 0.5" in caption for caption in surfaces]
    assert missing == [value == 0.0] * 2


def test_a_mask_of_zeros(tmp_path: Path) -> None:
    figures = _drawn(tmp_path, NOISE, mask=np.zeros_like(NOISE))
    assert "the border of the mask does not cross these slices" in figures[1].caption
    limited, ranged = _captions(figures, SurfaceFigure)
    assert "finite" not in limited
    assert "Not drawn: the volume that gives the colours has no finite value." in ranged


def test_a_contour_above_the_maximum(tmp_path: Path) -> None:
    figures = _drawn(tmp_path, NOISE, contour=100.0)
    for caption in _captions(figures, SurfaceFigure):
        assert "Not drawn: no voxel reaches the contour level 100 (the maximum is " in caption


def test_a_contour_below_the_minimum_gives_the_box(tmp_path: Path) -> None:
    assert all(_is_drawn(drawn) for drawn in _drawn(tmp_path, NOISE, contour=-100.0))


def test_a_map_with_undefined_voxels(tmp_path: Path) -> None:
    holes = NOISE.copy()
    holes[:4] = np.nan
    assert all(_is_drawn(drawn) for drawn in _drawn(tmp_path, holes))


def test_a_map_without_a_defined_voxel(tmp_path: Path) -> None:
    figures = _drawn(tmp_path, np.full_like(NOISE, np.nan))
    assert "Not drawn: the volume has no finite value." in figures[0].caption
    assert figures[2].caption.endswith(
        "Not drawn: no voxel reaches the contour level 0.5 (no value is finite)."
    )


def test_a_map_of_one_slice(tmp_path: Path) -> None:
    assert all(_is_drawn(drawn) for drawn in _drawn(tmp_path, NOISE[:1]))


def test_without_pdflatex_the_report_comes_as_page_and_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared, checks = save_all(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    files = build_report(prepared, checks, (LEVEL0,), tmp_path / "out")
    assert files.pdf is None
    assert "pdflatex is not installed" in files.pdf_problem
    assert "texlive-latex-recommended" in files.pdf_problem
    assert files.html.is_file() and files.json.is_file()
    assert not (tmp_path / "out" / "report.pdf").exists()
    assert len(list((tmp_path / "out" / "figures").glob("*.cxc"))) == 2


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of a program itself is Linux's")
def test_a_large_map_is_never_copied(tmp_path: Path) -> None:
    """Slices, projections, surface and the slices of the page take a map once, and less."""
    data = np.zeros((280, 280, 280), dtype=np.float32)
    data[20:260, 20:260, 20:260] = NOISE[:, :12, :12].repeat(20, 0).repeat(20, 1).repeat(20, 2)
    write_map(tmp_path / "map.mrc", DensityMap(data, 1.0))
    code = (
        "from vrs.checks.figures import SliceFigure\n"
        "from vrs.maps import read_map\n"
        "from vrs.run.memory import peak_memory\n"
        "from vrs.report.surfaces.scene import make_scene\n"
        "from vrs.report.figures.slices import Outline, draw_slices\n"
        "from vrs.report.html.slice_stack import make_stack\n"
        "before = peak_memory()\n"
        f"density = read_map({str(tmp_path / 'map.mrc')!r}, memory_map=True)\n"
        "outline = Outline(density.data, 0.5, '')\n"
        "for choice in ('central', 'max_variance', 'projection'):\n"
        "    draw_slices(SliceFigure('map', choice, ''), density, outline)\n"
        "make_scene(density, 0.5, density)\n"
        "make_stack(density, 0.5, 128)\n"
        "print(peak_memory() - before)\n"
    )
    printed = subprocess.run(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, check=True, text=True
    ).stdout
    # The surface is binned by 2 and kept with its colours; the rest is a few planes.
    assert int(printed) < 1.7 * data.nbytes


def test_dots_are_at_their_places_in_all_projections() -> None:
    """In Å from the corner of the box: half a voxel more than from the centre of the first."""
    density = DensityMap(np.random.default_rng(0).random((6, 8, 10)).astype(np.float32), 2.0)
    places = {"x": [3.0], "y": [5.0], "z": [7.0], "score": [0.25]}
    curve = {name: np.array(column) for name, column in places.items()}
    figure = SliceFigure("map", "maximum_projection", "Dots.", points="helices")
    drawing = draw_figure(figure, {"map": density}, {"helices": curve}, None)
    drawn = [axes.collections[0] for axes in drawing.canvas.axes]
    assert [dots.get_offsets().tolist() for dots in drawn] == [[[6, 8]], [[4, 8]], [[4, 6]]]
    assert all(dots.get_array().tolist() == [0.25] for dots in drawn)
    assert drawing.note.endswith("Dots: score 0 is blue, 0.5 white, 1 red.")
    assert "dots are coloured by their score" in alt_text(figure, drawing.details)


def test_values_of_which_zero_is_none_colour_the_surface_outside_of_the_mask_too() -> None:
    z = np.indices((8, 8, 8))[0]
    density = DensityMap((z + 1).astype(np.float32), 1.0)
    volumes = {
        MAP: density,
        MASK: density.with_data((z < 4).astype(np.float32)),
        "values": density.with_data(np.where(z < 6, z + 1, 0).astype(np.float32)),
    }
    for zero_is_none, limits in ((False, (1.0, 4.0)), (True, (1.0, 6.0))):
        figure = SurfaceFigure(MAP, "Values.", "values", zero_is_none=zero_is_none)
        assert scene_of(figure, 0.5, volumes).limits == limits
