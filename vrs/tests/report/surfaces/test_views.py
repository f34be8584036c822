"""Views of surfaces: VTK in a child process, and the plain picture when that process fails."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Dict, List, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pytest

from vrs.maps import DensityMap
from vrs.report.figures.plots import CannotDraw, Drawing
from vrs.report.surfaces import scene, views
from vrs.report.surfaces.composition import compose
from vrs.report.surfaces.ray_casting import cast
from vrs.report.surfaces.render import rotation_matrix
from vrs.report.surfaces.scene import Surface, make_scene
from vrs.report.surfaces.views import RAY_CASTING, VIEWS, VTK, draw_views

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:(matplotlib|pyparsing)")

Picture = npt.NDArray[Any]


def _arrow() -> DensityMap:
    """A long arm along X, a middle one along Y and a short one along Z from one corner."""
    data = np.zeros((30, 30, 30), dtype=np.float32)
    data[4:8, 4:8, 4:26] = 1.0
    data[4:8, 4:18, 4:8] = 1.0
    data[4:12, 4:8, 4:8] = 1.0
    return DensityMap(data, 2.0)


def _failing(tmp_path: Path, code: str) -> Dict[str, str]:
    """The environment of a child whose VTK is ``code``."""
    (tmp_path / "vtkmodules.py").write_text(code, encoding="utf-8")
    return {**os.environ, "PYTHONPATH": str(tmp_path)}


def _drawings(surfaces: Sequence[Surface], environment: Mapping[str, str]) -> List[Drawing]:
    scenes = [make_scene(surface) for surface in surfaces]
    drawn = draw_views(scenes, environment)
    return [compose(*parts) for parts in zip(surfaces, scenes, drawn)]


def _silhouette(picture: Picture) -> npt.NDArray[np.bool_]:
    dark: npt.NDArray[np.bool_] = picture[..., :3].min(axis=-1) < 0.97
    return dark


def _middle(silhouette: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """Where the weight of a silhouette is in its own frame: (down, right), from 0 to 1."""
    rows, columns = np.nonzero(silhouette)
    return np.array(
        [
            (rows.mean() - rows.min()) / np.ptp(rows),
            (columns.mean() - columns.min()) / np.ptp(columns),
        ]
    )


@pytest.mark.parametrize(
    ("view", "towards", "up", "right"),
    [(0, (1, 0, 0), (0, 0, 1), (0, 1, 0)), (1, (0, -1, 0), (-1, 0, 0), (0, 0, 1)),
     (2, (0, 0, 1), (0, 1, 0), (1, 0, 0))],
)  # fmt: skip
def test_what_each_view_shows(view: int, towards: Any, up: Any, right: Any) -> None:
    matrix = rotation_matrix(VIEWS[view])
    assert np.allclose(matrix @ np.array(right), (1, 0, 0))
    assert np.allclose(matrix @ np.array(up), (0, 1, 0))
    assert np.allclose(matrix @ np.array(towards), (0, 0, 1))


def test_a_view_of_the_arrow_by_ray_casting() -> None:
    pictures, width = cast(_arrow().data, 2.0, 0.5, VIEWS, None, None, "viridis")
    assert width == 60.0
    finer = len(pictures[2]) // 30
    along_z = _silhouette(pictures[2])[::-1]  # first row at the bottom, where Y is small
    along_z = along_z[finer // 2 :: finer, finer // 2 :: finer]
    assert along_z[5, 25]
    assert along_z[17, 5]
    assert not along_z[25, 5]


def test_vtk_and_ray_casting_show_the_same_views() -> None:
    arrow = make_scene(Surface(_arrow(), 0.5))
    (drawn,) = draw_views([arrow])
    if drawn.drawn_by != VTK:
        pytest.skip("VTK has no way to draw here")
    plain, _ = cast(arrow.volume, 2.0, 0.5, VIEWS, None, None, "viridis")
    for picture, other in zip(drawn.pictures, plain):
        difference = _middle(_silhouette(picture / 255)) - _middle(_silhouette(other))
        assert np.abs(difference).max() < 0.05


@pytest.mark.parametrize(
    "code",
    ["import os\nos.abort()\n", "raise ImportError('no VTK')\n"],
    ids=["crash", "absent"],
)
def test_a_failing_child_leaves_a_plain_picture(tmp_path: Path, code: str) -> None:
    colour = DensityMap(np.full((30, 30, 30), 5.0, dtype=np.float32), 2.0)
    surfaces = [
        Surface(_arrow(), 0.5),
        Surface(_arrow(), 0.5, colour, None, "value (Å)", (0.0, 10.0)),
    ]
    plain, coloured = _drawings(surfaces, _failing(tmp_path, code))
    assert plain.note.endswith("Drawn by plain ray casting, as VTK could not draw here.")
    assert "from 0 to 10 in all views" in coloured.note
    assert coloured.details["colour_limits"] == [0.0, 10.0]
    assert coloured.details["drawn_by"] == RAY_CASTING
    views = [axes for axes in coloured.canvas.axes if axes.images]
    assert len(views) == 3
    assert all(_silhouette(np.asarray(axes.images[0].get_array())).any() for axes in views)


def test_a_child_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "TIME_LIMIT", 0.5)
    slow = _failing(tmp_path, "import time\ntime.sleep(60)\n")
    (drawing,) = _drawings([Surface(_arrow(), 0.5)], slow)
    assert "ray casting" in drawing.note


def test_large_boxes_are_binned_and_the_caption_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scene, "LARGEST_BOX", 15)
    (drawing,) = _drawings([Surface(_arrow(), 0.5)], _failing(tmp_path, "import os\nos.abort()"))
    assert "Binned 2 times for the picture." in drawing.note


def test_a_surface_cut_by_the_box_is_drawn() -> None:
    full = DensityMap(np.ones((12, 12, 12), dtype=np.float32), 1.0)
    pictures, _ = cast(full.data, 1.0, 0.5, VIEWS, None, None, "viridis")
    assert all(_silhouette(picture).all() for picture in pictures)


def test_a_contour_above_the_maximum_names_the_maximum() -> None:
    with pytest.raises(CannotDraw, match=r"contour level 2 \(the maximum is 1\)"):
        make_scene(Surface(_arrow(), 2.0))


def test_colours_are_taken_at_the_same_place_of_another_grid() -> None:
    x = np.broadcast_to(np.arange(80, dtype=np.float32), (80, 80, 80))
    colour = DensityMap(np.ascontiguousarray(x), 1.0, (-10.0, -10.0, -10.0))
    made = make_scene(Surface(_arrow(), 0.5, colour))
    assert made.colour is not None
    # The crop begins at voxel 2 of 2 Å, 14 Å from the origin of the colours; 1 voxel pads it.
    assert np.array_equal(made.colour[5, 5, 1:-1], 14 + 2 * np.arange(made.volume.shape[2] - 2))


def test_colours_outside_the_mask_are_undefined() -> None:
    arrow = _arrow()
    mask = np.zeros_like(arrow.data)
    mask[:, :, :10] = 1.0
    colour = arrow.with_data(np.full_like(arrow.data, 3.0))
    made = make_scene(Surface(arrow, 0.5, colour, arrow.with_data(mask)))
    assert made.colour is not None
    assert np.isfinite(made.colour).any(axis=(0, 1)).sum() == 10 - 2 + 1
    assert made.limits == (3.0, 3.0)


def test_colours_without_a_value_are_told() -> None:
    arrow = _arrow()
    nowhere = arrow.with_data(np.zeros_like(arrow.data))
    with pytest.raises(CannotDraw, match="no finite value"):
        make_scene(Surface(arrow, 0.5, arrow, nowhere))


def test_noise_is_binned_until_it_can_be_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scene, "LARGEST_SURFACE", 2000)
    noise = np.random.default_rng(0).normal(size=(40, 40, 40)).astype(np.float32)
    made = make_scene(Surface(DensityMap(noise, 1.0), 0.5))
    assert made.binning >= 2
    assert made.volume.max() >= 0.5


def test_a_speck_survives_binning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scene, "LARGEST_BOX", 20)
    data = np.zeros((40, 40, 40), dtype=np.float32)
    data[3, 3, 3] = data[30, 30, 30] = 1.0
    made = make_scene(Surface(DensityMap(data, 1.0), 0.9))
    assert made.binning == 2
    assert np.count_nonzero(made.volume >= 0.9) == 2


def test_vtk_shows_the_colours_of_the_scale_and_grey_where_there_is_no_value() -> None:
    arrow = _arrow()
    values = arrow.with_data(np.full_like(arrow.data, 10.0))
    values.data[:, :, :15] = 0.0
    mask = arrow.with_data(np.ones_like(arrow.data))
    mask.data[:, 10:, :] = 0.0
    made = make_scene(Surface(arrow, 0.5, values, mask, "value", (0.0, 10.0)))
    (drawn,) = draw_views([made])
    if drawn.drawn_by != VTK:
        pytest.skip("VTK has no way to draw here")
    seen = drawn.pictures[2].astype(int)  # along Z: X to the right, Y up

    def colour(x: float, y: float) -> npt.NDArray[np.int64]:
        half, middle = drawn.width / 2, np.array([14.5, 10.5])  # of the arrow, in voxels
        across, up = half + 2.0 * (np.array([x, y]) - middle)
        pixel: npt.NDArray[np.int64] = seen[
            round(len(seen) * (1 - up / drawn.width)), round(len(seen) * across / drawn.width)
        ]
        return pixel

    low, high, none = colour(8.5, 5.5), colour(22.0, 5.5), colour(5.5, 14.0)
    assert low[2] > 1.5 * low[1] and low[0] > low[1]  # violet
    assert min(high[0], high[1]) > 2 * high[2]  # yellow
    assert np.ptp(none) < 10 and none.max() < 250
