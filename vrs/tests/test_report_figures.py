"""Figures: what is black and white, which way is up, how large the letters are."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Tuple

import numpy as np
import pytest
from matplotlib.figure import Figure as Canvas
from matplotlib.text import Text

from vrs.level0.drawables import HistogramFigure, LineFigure, Mark, SliceFigure
from vrs.maps import DensityMap, FloatArray
from vrs.report.figures import CannotDraw, draw_histogram, draw_lines, draw_slices, save

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:(matplotlib|pyparsing)")

TEXT_WIDTH = 6.5
SMALLEST_LETTERS = 7.0


def _noise(shape: Tuple[int, int, int] = (20, 24, 28)) -> FloatArray:
    noise: FloatArray = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    return noise


def _shown(canvas: Canvas, panel: int) -> FloatArray:
    """The picture of a panel as seen: first row at the top."""
    image = canvas.axes[panel].images[0]
    values: FloatArray = np.asarray(image.get_array())
    return values[::-1] if image.origin == "lower" else values


@pytest.mark.parametrize(
    ("panel", "voxel", "corner"),
    [
        (0, (-1, 0, None), "left top: low Y, high Z"),
        (1, (-1, None, 0), "left top: low X, high Z"),
        (2, (None, -1, 0), "left top: low X, high Y"),
    ],
)
def test_slices_stand_upright(panel: int, voxel: Any, corner: str) -> None:
    data = np.zeros((20, 24, 28), dtype=np.float32)
    centre = tuple(length // 2 for length in data.shape)
    data[tuple(c if v is None else v for v, c in zip(voxel, centre))] = 1.0
    drawing = draw_slices(SliceFigure("map", "central", "x"), DensityMap(data, 1.0))
    assert _shown(drawing.canvas, panel)[0, 0] == 1.0, corner


def test_central_slices_are_at_half_the_box() -> None:
    drawing = draw_slices(SliceFigure("map", "central", "x"), DensityMap(_noise(), 1.0))
    assert drawing.details["slices"] == [14, 12, 10]
    titles = [axes.get_title() for axes in drawing.canvas.axes]
    assert titles == ["X slice 14", "Y slice 12", "Z slice 10"]


def test_projections_are_sums() -> None:
    data = _noise()
    drawing = draw_slices(SliceFigure("map", "projection", "x"), DensityMap(data, 1.0))
    assert np.allclose(_shown(drawing.canvas, 2)[::-1], data.sum(axis=0), atol=1e-4)
    assert drawing.canvas.axes[0].get_title() == "X projection"


def test_axes_are_in_angstrom() -> None:
    drawing = draw_slices(SliceFigure("map", "central", "x"), DensityMap(_noise(), 2.5))
    x_normal = drawing.canvas.axes[0]
    assert x_normal.get_xlabel() == "Y (Å)"
    assert x_normal.get_xlim() == (0.0, 24 * 2.5)
    assert x_normal.get_ylim() == (0.0, 20 * 2.5)


def test_grey_levels_leave_out_extreme_voxels_and_are_told() -> None:
    data = _noise()
    data[10, 12, 14] = 1000.0
    drawing = draw_slices(SliceFigure("map", "central", "x"), DensityMap(data, 1.0))
    low, high = drawing.details["grey_levels"]
    assert -4.0 < low < -1.0
    assert 1.0 < high < 4.0
    assert all(axes.images[0].get_clim() == (low, high) for axes in drawing.canvas.axes)
    assert drawing.note == f"Black is {low:.3g}, white {high:.3g} (percentiles 0.5 and 99.5)."


def test_a_mask_is_shown_from_0_to_1_however_small_it_is() -> None:
    mask = np.zeros((30, 30, 30), dtype=np.float32)
    mask[15, 15, 15] = 1.0
    drawing = draw_slices(SliceFigure("mask", "central", "x"), DensityMap(mask, 1.0))
    assert drawing.details["grey_levels"] == [0.0, 1.0]


def test_a_constant_volume_is_drawn_and_told() -> None:
    constant = DensityMap(np.full((8, 8, 8), 3.0, dtype=np.float32), 1.0)
    drawing = draw_slices(SliceFigure("map", "max_variance", "x"), constant)
    assert drawing.note == "All values are 3."


def test_a_volume_without_a_finite_value_cannot_be_drawn() -> None:
    empty = DensityMap(np.full((8, 8, 8), np.nan, dtype=np.float32), 1.0)
    with pytest.raises(CannotDraw, match="no finite value"):
        draw_slices(SliceFigure("map", "central", "x"), empty)


@pytest.mark.parametrize("shape", [(20, 20, 20), (20, 90, 40), (90, 20, 20), (12, 200, 12)])
def test_figures_fit_the_page_whatever_the_box(shape: Tuple[int, int, int]) -> None:
    canvas = draw_slices(SliceFigure("map", "central", "x"), DensityMap(_noise(shape), 1.0)).canvas
    width, height = canvas.get_size_inches()
    assert width <= TEXT_WIDTH
    assert height <= 4.0
    assert not _overlaps(canvas)


def _overlaps(canvas: Canvas) -> bool:
    boxes = [axes.get_tightbbox() for axes in canvas.axes]
    return any(first.overlaps(second) for i, first in enumerate(boxes) for second in boxes[i + 1 :])


def _curve() -> Any:
    x = np.linspace(0.0, 1.0, 11)
    return {"x": x, "y": np.exp(-x), "gaps": np.where(x > 0.5, np.nan, x)}


def test_lines_with_gaps_marks_and_a_span() -> None:
    figure = LineFigure(
        "curve", "x", ("y", "gaps"), "X (Å)", "Y", "x", marks=(Mark(0.3, "3.2 Å"),), span=(0.1, 0.9)
    )
    (axes,) = draw_lines(figure, _curve()).canvas.axes
    legend = axes.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == ["y", "gaps", "3.2 Å"]


def test_a_logarithmic_plot_bears_zeros() -> None:
    curve = {"x": np.arange(3.0), "y": np.array([100.0, 10.0, 0.0])}
    figure = LineFigure("curve", "x", ("y",), "x", "y", "x", log_y=True)
    assert draw_lines(figure, curve).canvas.axes[0].get_yscale() == "log"


@pytest.mark.parametrize("column", ["z", "empty"])
def test_a_missing_or_empty_column_cannot_be_drawn(column: str) -> None:
    curve = {**_curve(), "empty": np.full(11, np.nan)}
    with pytest.raises(CannotDraw, match=column):
        draw_lines(LineFigure("curve", "x", (column,), "x", "y", "x"), curve)


def test_a_histogram_shows_its_marks_and_the_nearer_end_of_the_accepted_interval() -> None:
    curve = {"from": np.array([10.0, 11.0]), "to": np.array([11.0, 12.0]), "voxels": [5, 7]}
    figure = HistogramFigure("h", "B (Å²)", "x", (Mark(11.5, "median"),), (-300.0, 0.0))
    (axes,) = draw_histogram(figure, {k: np.asarray(v) for k, v in curve.items()}).canvas.axes
    low, high = axes.get_xlim()
    assert -1.0 < low < 0.0
    assert 12.0 < high < 13.0


def test_letters_are_not_smaller_than_7_points() -> None:
    slices = draw_slices(SliceFigure("map", "central", "x"), DensityMap(_noise(), 1.0))
    lines = draw_lines(LineFigure("c", "x", ("y", "gaps"), "x", "y", "x"), _curve())
    for canvas in (slices.canvas, lines.canvas):
        sizes = [text.get_fontsize() for text in canvas.findobj(Text)]
        assert min(sizes) >= SMALLEST_LETTERS


def test_the_file_is_a_pdf_with_its_fonts_embedded(tmp_path: Path) -> None:
    save(
        draw_lines(LineFigure("c", "x", ("y",), "x", "y", "x"), _curve()).canvas, tmp_path / "a.pdf"
    )
    content = (tmp_path / "a.pdf").read_bytes()
    assert content.startswith(b"%PDF")
    assert b"/FontFile2" in content
