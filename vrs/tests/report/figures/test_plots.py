"""Figures: what is black and white, which way is up, how large the letters are."""

from __future__ import annotations

import io
import os
import warnings
from pathlib import Path
from typing import Any, List, Tuple

import numpy as np
import pytest
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import Collection
from matplotlib.figure import Figure as Canvas
from matplotlib.text import Text
from PIL import Image

from vrs.checks.figures import HistogramFigure, LineFigure, Mark, SliceFigure, SurfaceFigure
from vrs.maps import DensityMap, FloatArray
from vrs.report.figures.plots import STYLE, CannotDraw, draw_histogram, draw_lines
from vrs.report.figures.saving import as_jpeg, as_png, opaque, save
from vrs.report.figures.slices import Frames, Outline, draw_slices
from vrs.report.model import DrawingDetails
from vrs.report.text.alt_text import alt_text

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
    assert drawing.details.slices == [14, 12, 10]
    titles = [axes.get_title() for axes in drawing.canvas.axes]
    assert titles == ["X slice 14", "Y slice 12", "Z slice 10"]


def test_projections_are_sums() -> None:
    data = _noise()
    drawing = draw_slices(SliceFigure("map", "projection", "x"), DensityMap(data, 1.0))
    assert np.allclose(_shown(drawing.canvas, 2)[::-1], data.sum(axis=0), atol=1e-4)
    assert drawing.canvas.axes[0].get_title() == "X projection"


def test_projections_may_be_maxima_or_standard_deviations() -> None:
    data = _noise()
    for choice, title, expected in (
        ("maximum_projection", "X maximum", data.max(axis=0)),
        ("deviation_projection", "X deviation", data.std(axis=0, dtype=np.float64)),
    ):
        drawing = draw_slices(SliceFigure("map", choice, "x"), DensityMap(data, 1.0))
        assert np.allclose(_shown(drawing.canvas, 2)[::-1], expected, atol=1e-4)
        assert drawing.canvas.axes[0].get_title() == title


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
    low, high = drawing.details.grey_levels
    assert -4.0 < low < -1.0
    assert 1.0 < high < 4.0
    assert all(axes.images[0].get_clim() == (low, high) for axes in drawing.canvas.axes)
    assert drawing.note == f"Black is {low:.3g}, white {high:.3g} (percentiles 0.5 and 99.5)."


def test_a_mask_is_shown_from_0_to_1_however_small_it_is() -> None:
    mask = np.zeros((30, 30, 30), dtype=np.float32)
    mask[15, 15, 15] = 1.0
    drawing = draw_slices(SliceFigure("mask", "central", "x"), DensityMap(mask, 1.0))
    assert drawing.details.grey_levels == [0.0, 1.0]


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


def test_points_are_not_joined_and_the_scale_begins_at_0() -> None:
    figure = LineFigure(
        "c", "x", ("y", "gaps"), "x", "y", "x", points=("y",), from_zero=True
    )  # fmt: skip
    (axes,) = draw_lines(figure, _curve()).canvas.axes
    points, line = axes.lines
    assert (points.get_linestyle(), points.get_marker()) == ("None", "o")
    assert line.get_linestyle() == "--" and line.get_marker() == "None"
    assert axes.get_ylim()[0] == 0.0
    with pytest.raises(ValueError, match="points of z, which are not all drawn"):
        LineFigure("c", "x", ("y",), "x", "y", "x", points=("z",))


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


def test_one_voxel_is_seen_beside_a_million_in_a_logarithmic_histogram() -> None:
    curve = {"from": [0.0, 1.0], "to": [1.0, 2.0], "voxels": [1_000_000, 1]}
    figure = HistogramFigure("h", "Value", "x", log_counts=True)
    drawing = draw_histogram(figure, {k: np.asarray(v) for k, v in curve.items()})
    (axes,) = drawing.canvas.axes
    assert axes.get_yscale() == "log" and axes.get_ylim()[0] < 1
    assert "logarithmic scale" in alt_text(figure, drawing.details)


def test_letters_are_not_smaller_than_7_points() -> None:
    slices = draw_slices(SliceFigure("map", "central", "x"), DensityMap(_noise(), 1.0))
    lines = draw_lines(LineFigure("c", "x", ("y", "gaps"), "x", "y", "x"), _curve())
    for canvas in (slices.canvas, lines.canvas):
        sizes = [text.get_fontsize() for text in canvas.findobj(Text)]
        assert min(sizes) >= SMALLEST_LETTERS


def test_the_file_is_a_pdf_with_its_fonts_embedded(tmp_path: Path) -> None:
    drawing = draw_lines(LineFigure("c", "x", ("y",), "x", "y", "x"), _curve())
    assert save(drawing, tmp_path / "a") == (tmp_path / "a.svg", tmp_path / "a.pdf")
    content = (tmp_path / "a.pdf").read_bytes()
    assert content.startswith(b"%PDF")
    assert b"/FontFile2" in content


def _ball(size: int = 24, radius: float = 6.0) -> FloatArray:
    z, y, x = np.indices((size, size, size), dtype=np.float32) - size / 2
    ball: FloatArray = np.clip(radius + 1 - np.sqrt(z * z + y * y + x * x), 0, 1)
    return ball.astype(np.float32)


def _outlined(canvas: Canvas) -> FloatArray:
    """Points of the line around a volume, in Å, over all panels."""
    lines = [path for axes in canvas.axes for path in _contours(axes)]
    points: FloatArray = np.concatenate(lines) if lines else np.zeros((0, 2))
    return points


def _contours(axes: Axes) -> List[FloatArray]:
    # From version 3.8 of matplotlib a contour is one collection, before every level is one.
    sets = [one for one in axes.get_children() if isinstance(one, Collection)]
    return [path.vertices for one in sets for path in one.get_paths() if len(path.vertices)]


def test_the_contour_is_drawn_where_the_density_crosses_it() -> None:
    ball = DensityMap(_ball(), 2.0)
    figure = SliceFigure("map", "central", "x", outline="map")
    drawing = draw_slices(figure, ball, Outline(ball.data, 0.5, "the contour level 0.5"))
    # The level 0.5 lies 6.5 voxels of 2 Å from the centre of voxel 12, which is at 25 Å.
    radii = np.linalg.norm(_outlined(drawing.canvas) - 25.0, axis=1)
    assert len(radii) > 60
    assert np.allclose(radii, 13.0, atol=0.4)
    assert drawing.note.endswith("Orange line: the contour level 0.5.")
    assert drawing.details.outline_seen is True


def test_a_contour_that_the_slices_do_not_reach_is_told() -> None:
    ball = DensityMap(_ball(), 2.0)
    drawing = draw_slices(
        SliceFigure("map", "central", "x"), ball, Outline(ball.data, 5.0, "the contour level 5")
    )
    assert len(_outlined(drawing.canvas)) == 0
    assert "No line is seen, as the contour level 5 does not cross these slices." in drawing.note


def test_projections_have_no_contour() -> None:
    ball = DensityMap(_ball(), 2.0)
    drawing = draw_slices(
        SliceFigure("map", "projection", "x"), ball, Outline(ball.data, 0.5, "the contour level")
    )
    assert len(_outlined(drawing.canvas)) == 0
    assert "line" not in drawing.note


def test_an_outline_on_another_grid_is_refused() -> None:
    with pytest.raises(CannotDraw, match="another grid"):
        draw_slices(
            SliceFigure("map", "central", "x"),
            DensityMap(_ball(), 2.0),
            Outline(_ball(20), 0.5, "the contour level"),
        )


@pytest.mark.parametrize(("voxel_size", "bar"), [(1.0, 10.0), (2.5, 20.0), (0.5, 5.0)])
def test_the_scale_bar_is_as_long_as_it_says(voxel_size: float, bar: float) -> None:
    canvas = draw_slices(
        SliceFigure("map", "central", "x"), DensityMap(_noise(), voxel_size)
    ).canvas
    drawn = [line for axes in canvas.axes for line in axes.get_lines()]
    assert [np.ptp(line.get_xdata()) for line in drawn] == [pytest.approx(bar)]
    assert f"{bar:g} Å" in [text.get_text() for text in canvas.findobj(Text)]


def test_symmetric_grey_levels_leave_0_in_the_middle() -> None:
    data = _noise() - 1.0
    drawing = draw_slices(SliceFigure("map", "central", "x", symmetric=True), DensityMap(data, 1.0))
    low, high = drawing.details.grey_levels
    assert low == -high
    assert drawing.note == f"Black is {low:.3g}, mid-grey 0, white {high:.3g}."


def test_a_scale_above_a_guinier_plot_shows_the_resolution() -> None:
    x = np.linspace(0.0, 0.1, 50)
    figure = LineFigure(
        "c", "x", ("y",), "1/D²", "ln F", "x",
        span=(1 / 15**2, 1 / 3.2**2), span_label="range of the fit", resolution_axis=True,
    )  # fmt: skip
    (axes,) = draw_lines(figure, {"x": x, "y": -x}).canvas.axes
    (above,) = axes.child_axes
    for place, label in zip(above.get_xticks(), above.get_xticklabels()):
        assert float(label.get_text()) == pytest.approx(place**-0.5)
    assert len(above.get_xticks()) >= 5
    legend = axes.get_legend()
    assert legend is not None
    assert "range of the fit" in [text.get_text() for text in legend.get_texts()]


def test_a_second_scale_shows_a_proportional_column() -> None:
    curve = {"x": np.arange(4.0), "voxels": np.array([1e4, 1e3, 1e2, 0.0])}
    curve["mass"] = curve["voxels"] / 1207
    figure = LineFigure(
        "c", "x", ("voxels",), "x", "y", "x",
        log_y=True, proportional="mass", proportional_label="mass (kDa)",
    )  # fmt: skip
    canvas = draw_lines(figure, curve).canvas
    canvas.draw_without_rendering()
    (axes,) = canvas.axes
    (beside,) = axes.child_axes
    assert np.allclose(np.array(axes.get_ylim()) / 1207, beside.get_ylim())
    assert beside.get_ylabel() == "mass (kDa)"


def test_what_a_picture_shows_is_said_with_its_ranges() -> None:
    ball = DensityMap(_ball(), 2.0)
    figure = SliceFigure("map", "central", "x", outline="map")
    drawing = draw_slices(figure, ball, Outline(ball.data, 0.5, "the contour level 0.5"))
    assert alt_text(figure, drawing.details) == (
        "Three grey slices of the map, normal to X, Y and Z, at the voxels 12, 12 and 12; the box "
        "is 48 × 48 × 48 Å; 0 to 1 from black to white; a line around the map at 0.5."
    )
    lines = LineFigure("c", "x", ("y", "gaps"), "X (Å)", "Y", "x", marks=(Mark(0.3, "3.2 Å"),))
    assert alt_text(lines, draw_lines(lines, _curve()).details) == (
        "Line plot of y and gaps: Y, 0 to 1, against X (Å), 0 to 1; vertical line “3.2 Å” at 0.3."
    )
    bars = {"from": np.array([10.0, 11.0]), "to": np.array([11.0, 12.0]), "voxels": [5.0, 7.0]}
    histogram = HistogramFigure("h", "B (Å²)", "x", (Mark(11.5, "median"),), (-300.0, 0.0))
    details = draw_histogram(histogram, {k: np.asarray(v) for k, v in bars.items()}).details
    assert alt_text(histogram, details) == (
        "Histogram of B (Å²), 10 to 12; the highest bar, 11 to 12, has 7 voxels; shaded as "
        "accepted -300 to 0; vertical line “median” at 11.5."
    )
    surface = SurfaceFigure("map", "x", "occupancy", "occupancy")
    assert alt_text(surface, DrawingDetails(width=60.0, colour_limits=[0.0, 1.0])) == (
        "Shaded isosurface of the map seen from three sides at right angles, each view 60 Å wide, "
        "coloured by occupancy from 0 (dark violet) over green to 1 (yellow)."
    )


def _shaded() -> FloatArray:
    """A coloured gradient with white and black, as in the picture of a surface: 0 to 1."""
    up, across = np.indices((200, 300)) / 300.0
    picture = np.dstack([up, across, 1.0 - across, np.full(up.shape, 1.0)])
    picture[:40], picture[20:24, 50:200] = 1.0, (0.0, 0.0, 0.0, 1.0)
    return picture


def test_a_picture_of_a_surface_is_a_jpeg_that_the_eye_does_not_tell_from_it() -> None:
    with Image.open(io.BytesIO(as_jpeg(opaque(_shaded())))) as picture:
        assert (picture.format, picture.mode) == ("JPEG", "RGB")
        difference = np.abs(np.asarray(picture) - 255 * _shaded()[..., :3])
    assert difference.mean() < 1.5
    assert difference.max() < 40


@pytest.mark.parametrize("coloured", [False, True])
def test_slices_are_kept_without_loss_and_grey_ones_as_grey(coloured: bool) -> None:
    levels = np.random.default_rng(0).integers(0, 256, (50, 60, 1)).astype(np.uint8)
    picture = np.repeat(levels, 4, axis=2)
    if coloured:
        picture[10, 10, :3] = 255, 140, 0
    with Image.open(io.BytesIO(as_png(opaque(picture)))) as read:
        assert read.mode == ("RGB" if coloured else "L")
        np.testing.assert_array_equal(np.asarray(read.convert("RGB")), picture[..., :3])


@pytest.mark.parametrize("outlined", [False, True])
def test_slices_full_of_noise_take_little_room(tmp_path: Path, outlined: bool) -> None:
    noise = np.random.default_rng(0).normal(0.0, 1.0, (200, 200, 200)).astype(np.float32)
    density = DensityMap(noise, 1.0)
    outline = Outline(noise, 1.0, "the contour level") if outlined else None
    drawing = draw_slices(SliceFigure("map", "central", "Noise."), density, outline)
    files = save(drawing, tmp_path / "a")
    assert files == (tmp_path / "a.jpg", None)
    assert files[0].stat().st_size < 160_000
    assert os.listdir(tmp_path) == ["a.jpg"]


def test_a_frame_that_is_used_again_draws_what_a_new_one_draws(tmp_path: Path) -> None:
    maps = [DensityMap(_ball(), 2.0), DensityMap(_ball() ** 2, 2.0)]
    choices = [("central", "map"), ("projection", ""), ("max_variance", "map")]
    frames: Frames = {}
    for number, (choice, outline) in enumerate(choices):
        for density in maps:
            figure = SliceFigure("map", choice, "x", outline=outline)
            line = Outline(density.data, 0.5, "the contour level") if outline else None
            for name, known in (("again", frames), ("new", None)):
                save(draw_slices(figure, density, line, None, known), tmp_path / f"{name}_{number}")
            again, new = (tmp_path / f"{name}_{number}.png" for name in ("again", "new"))
            assert again.read_bytes() == new.read_bytes()
    assert len(frames) == 1


@pytest.mark.parametrize("log", [False, True])
def test_a_plot_leaves_room_for_all_its_parts(log: bool) -> None:
    curve = {"x": np.linspace(0.0, 1.0, 50), "y": np.geomspace(1e-4, 1e7, 50)}
    marks = (Mark(0.5, "the value that was reported"),)
    figure = LineFigure("c", "x", ("y",), "x", "y", "x", log_y=log, marks=marks)
    canvas = draw_lines(figure, curve).canvas
    drawn: Any = FigureCanvasAgg(canvas)
    drawn.draw()
    (axes,) = canvas.axes
    around, page = axes.get_tightbbox(drawn.get_renderer()), canvas.bbox
    assert around is not None and page.x0 <= around.x0 and around.x1 <= page.x1
    assert page.y0 <= around.y0 and around.y1 <= page.y1
    assert axes.bbox.width > 0.5 * page.width


def _letters(text: str, fonts: List[str]) -> FloatArray:
    with rc_context({**STYLE, "font.family": fonts}):
        canvas = Canvas(figsize=(4, 1), dpi=100)
        canvas.text(0.05, 0.4, text)
        drawn: Any = FigureCanvasAgg(canvas)
        drawn.draw()
        return np.array(drawn.buffer_rgba(), dtype=np.float32)


@pytest.mark.parametrize("text", ["1/D² (1/Å²), −3 σ ≤ 0.5 × α", "Žluťoučký, µ‰ → √2"])
def test_the_font_of_the_figures_looks_like_the_one_it_was_cut_from(text: str) -> None:
    np.testing.assert_array_equal(_letters(text, ["VRS Sans"]), _letters(text, ["DejaVu Sans"]))


def test_letters_that_the_font_lacks_come_from_the_whole_one() -> None:
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message="Glyph")
        _letters("Карта", STYLE["font.family"])
