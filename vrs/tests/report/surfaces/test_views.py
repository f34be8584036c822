"""Views of surfaces by VTK in a child process, and the caption if that process fails."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Dict

import numpy as np
import numpy.typing as npt
import pytest

from vrs.maps import DensityMap
from vrs.report.figures.plots import CannotDraw
from vrs.report.surfaces import scene, views
from vrs.report.surfaces.composition import compose
from vrs.report.surfaces.render import rotation_matrix
from vrs.report.surfaces.scene import Scene, make_scene
from vrs.report.surfaces.views import PIXELS, VIEWS, Views, draw_views

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


def _silhouette(picture: Picture) -> npt.NDArray[np.bool_]:
    dark: npt.NDArray[np.bool_] = picture.min(axis=-1) < 248
    return dark


@pytest.mark.parametrize("value", [1.0, 1e3])
def test_a_surface_at_the_maximum_of_the_map_is_not_drawn(value: float) -> None:
    data = np.zeros((20, 20, 20), dtype=np.float32)
    data[5, 6, 7] = value
    density = DensityMap(data, 1.1)
    _by_vtk(make_scene(density, value / 2))
    (drawn,) = draw_views([make_scene(density, value)])
    assert isinstance(drawn, CannotDraw)
    assert str(drawn) == f"the surface at the contour level {value:g} is smaller than a voxel"


def _by_vtk(scene: Scene) -> Views:
    """The views of a scene; skips the test if VTK cannot draw on this computer."""
    (drawn,) = draw_views([scene])
    if isinstance(drawn, CannotDraw):
        pytest.skip("VTK has no way to draw here")
    return drawn


def _pixel(drawn: Views, x: float, y: float) -> npt.NDArray[np.int64]:
    """What the view along Z shows at a voxel (x, y) of the arrow: X to the right, Y up."""
    middle = np.array([14.5, 10.5])  # of the arrow, in voxels of 2 Å
    across, up = drawn.width / 2 + 2.0 * (np.array([x, y]) - middle)
    picture = drawn.pictures[2].astype(int)
    pixel: npt.NDArray[np.int64] = picture[
        round(len(picture) * (1 - up / drawn.width)), round(len(picture) * across / drawn.width)
    ]
    return pixel


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


def test_the_view_along_z_shows_the_arrow_upright() -> None:
    drawn = _by_vtk(make_scene(_arrow(), 0.5))
    assert _pixel(drawn, 22.0, 5.5).min() < 230  # the arm along X
    assert _pixel(drawn, 5.5, 15.0).min() < 230  # the arm along Y
    assert _pixel(drawn, 22.0, 15.0).min() > 250  # nothing between their ends


@pytest.mark.parametrize(
    "code",
    ["import os\nos.abort()\n", "raise ImportError('no VTK')\n"],
    ids=["crash", "absent"],
)
def test_where_vtk_fails_every_surface_says_so(tmp_path: Path, code: str) -> None:
    scenes = [make_scene(_arrow(), 0.5), make_scene(_arrow(), 0.5, _arrow())]
    failed = draw_views(scenes, _failing(tmp_path, code))
    assert [str(failure) for failure in failed] == ["VTK failed on this computer"] * 2


def test_a_child_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "TIME_LIMIT", 0.5)
    slow = _failing(tmp_path, "import time\ntime.sleep(60)\n")
    (failure,) = draw_views([make_scene(_arrow(), 0.5)], slow)
    assert isinstance(failure, CannotDraw)


def test_limits_and_binning_are_in_the_caption(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scene, "LARGEST_BOX", 15)
    colour = DensityMap(np.full((30, 30, 30), 5.0, dtype=np.float32), 2.0)
    coloured = make_scene(_arrow(), 0.5, colour, None, "value (Å)", (0.0, 10.0))
    drawing = compose(coloured, _by_vtk(coloured))
    assert drawing.details.colour_limits == [0.0, 10.0]
    assert drawing.note == (
        "Colours: value (Å) from 0 to 10 in all views; grey: no value. Binned by 2 for the picture."
    )
    (picture,) = (axes.images[0] for axes in drawing.canvas.axes if axes.images)
    assert picture.get_array().shape == (PIXELS, 3 * PIXELS, 3)


def test_a_surface_cut_by_the_box_has_a_lid() -> None:
    full = DensityMap(np.ones((12, 12, 12), dtype=np.float32), 1.0)
    for picture in _by_vtk(make_scene(full, 0.5)).pictures:
        assert _silhouette(picture)[100:-100, 100:-100].all()


def test_a_contour_above_the_maximum_names_the_maximum() -> None:
    with pytest.raises(CannotDraw, match=r"contour level 2 \(the maximum is 1\)"):
        make_scene(_arrow(), 2.0)


def test_colours_are_taken_at_the_same_place_of_another_grid() -> None:
    x = np.broadcast_to(np.arange(80, dtype=np.float32), (80, 80, 80))
    colour = DensityMap(np.ascontiguousarray(x), 1.0, (-10.0, -10.0, -10.0))
    made = make_scene(_arrow(), 0.5, colour)
    assert made.colour is not None
    # The crop begins at voxel 2 of 2 Å, 14 Å from the origin of the colours; 1 voxel pads it.
    assert np.array_equal(made.colour[5, 5, 1:-1], 14 + 2 * np.arange(made.volume.shape[2] - 2))


def test_colours_outside_the_mask_are_undefined() -> None:
    arrow = _arrow()
    mask = np.zeros_like(arrow.data)
    mask[:, :, :10] = 1.0
    colour = arrow.with_data(np.full_like(arrow.data, 3.0))
    made = make_scene(arrow, 0.5, colour, arrow.with_data(mask))
    assert made.colour is not None
    assert np.isfinite(made.colour).any(axis=(0, 1)).sum() == 10 - 2 + 1
    assert made.limits == (3.0, 3.0)


def test_colours_without_a_value_are_told() -> None:
    arrow = _arrow()
    nowhere = arrow.with_data(np.zeros_like(arrow.data))
    with pytest.raises(CannotDraw, match="no finite value"):
        make_scene(arrow, 0.5, arrow, nowhere)


def test_noise_is_binned_until_it_can_be_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scene, "LARGEST_SURFACE", 2000)
    noise = np.random.default_rng(0).normal(size=(40, 40, 40)).astype(np.float32)
    made = make_scene(DensityMap(noise, 1.0), 0.5)
    assert made.binning >= 2
    assert made.volume.max() >= 0.5


def test_a_speck_survives_binning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scene, "LARGEST_BOX", 20)
    data = np.zeros((40, 40, 40), dtype=np.float32)
    data[3, 3, 3] = data[30, 30, 30] = 1.0
    made = make_scene(DensityMap(data, 1.0), 0.9)
    assert made.binning == 2
    assert np.count_nonzero(made.volume >= 0.9) == 2


def test_vtk_shows_the_colours_of_the_scale_and_grey_where_there_is_no_value() -> None:
    arrow = _arrow()
    values = arrow.with_data(np.full_like(arrow.data, 10.0))
    values.data[:, :, :15] = 0.0
    mask = arrow.with_data(np.ones_like(arrow.data))
    mask.data[:, 10:, :] = 0.0
    made = make_scene(arrow, 0.5, values, mask, "value", (0.0, 10.0))
    drawn = _by_vtk(made)
    low, high = _pixel(drawn, 8.5, 5.5), _pixel(drawn, 22.0, 5.5)
    none = _pixel(drawn, 5.5, 14.0)
    assert low[2] > 1.5 * low[1] and low[0] > low[1]  # violet
    assert min(high[0], high[1]) > 2 * high[2]  # yellow
    assert np.ptp(none) < 10 and none.max() < 250


def test_a_surface_seen_once_gets_the_colours_of_each_figure() -> None:
    arrow = _arrow()
    low, high = (arrow.with_data(np.full_like(arrow.data, value)) for value in (0.0, 10.0))
    scenes = [make_scene(arrow, 0.5, values, None, "value", (0.0, 10.0)) for values in (low, high)]
    alone = [_by_vtk(scene) for scene in scenes]
    for together, single in zip(draw_views(scenes), alone):
        assert isinstance(together, Views)
        assert np.array_equal(together.pictures, single.pictures)
    other = draw_views([scenes[0], make_scene(_arrow(), 0.25, high, None, "value", (0.0, 10.0))])
    assert isinstance(other[1], Views)
    assert not np.array_equal(other[1].pictures, alone[1].pictures)


def test_what_is_seen_of_a_ball_has_its_place_and_its_outline() -> None:
    _by_vtk(make_scene(_arrow(), 0.5))
    z, y, x = np.mgrid[:40, :40, :40] - 20.0
    ball = (12.0 - np.sqrt(x**2 + y**2 + z**2)).astype(np.float32)
    scene = make_scene(DensityMap(ball, 1.5), 0.0, DensityMap(x.astype(np.float32), 1.5))
    drawn = _by_vtk(scene)
    # A disk of radius 18 Å in a picture of the width of the ball and 8 % more.
    share = np.mean([_silhouette(picture).mean() for picture in drawn.pictures])
    assert share == pytest.approx(np.pi / 4 / 1.08**2, rel=0.01)
    assert drawn.width == pytest.approx(36 * 1.08, rel=0.01)
    # Along Z, X runs to the right: the colours change from left to right, not from top to bottom.
    picture = drawn.pictures[2].astype(float)
    hues = picture / picture.sum(axis=-1, keepdims=True)
    assert np.abs(hues[320, 100] - hues[320, 540]).max() > 0.2
    assert np.abs(hues[100, 320] - hues[540, 320]).max() < 0.05
