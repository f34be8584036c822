"""Slices, curves and histograms as vector files, at the size at which the report prints them.

Slices are seen along their normal: normal to X with Y to the right and Z up, normal to Y with X to
the right and Z up, normal to Z with X to the right and Y up. Distances are from the corner of the
box.
Only matplotlib's object interface is used, so that nothing here changes the figures of a caller.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, Optional, Sequence, Tuple

import numpy as np
import numpy.typing as npt
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import MaxNLocator

from vrs.level0.check import Curve
from vrs.level0.drawables import HistogramFigure, LineFigure, Mark, SliceFigure
from vrs.maps import DensityMap, FloatArray
from vrs.maps.slices import AXES, central_indices, max_variance_indices, projections, slices_at

GREY_PERCENTILES = (0.5, 99.5)
STYLE: Dict[str, Any] = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 7.5,
    "axes.titlesize": 8.0,
    "axes.labelsize": 7.5,
    "xtick.labelsize": 7.0,
    "ytick.labelsize": 7.0,
    "legend.fontsize": 7.0,
    "axes.linewidth": 0.6,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "axes.unicode_minus": True,
    "axes.formatter.useoffset": False,
    "pdf.fonttype": 42,
    "svg.fonttype": "none",
}
ACCENT = "#1f4e79"
_LINES = (
    (ACCENT, "-"),
    ("#d55e00", "--"),
    ("#009e73", "-."),
    ("#cc79a7", ":"),
    ("#56b4e9", (0, (5, 1))),
)
"""Colours that the colour-blind can tell apart, with a dash pattern each."""

_MARKS = (
    ("#000000", "--"),
    ("#d55e00", "-"),
    ("#7f3c8d", ":"),
    ("#009e73", "-."),
    ("#b8860b", (0, (5, 1))),
)
_ACCEPTED = "#dcefdc"
_PANEL_HEIGHT = 2.5
_SLICES_WIDTH = 5.8
_NARROWEST = 0.6
_SCREEN_DPI = 220
"""Inches: limits of slices and their panels; the text of the report is 6.5 inches wide."""


class CannotDraw(Exception):
    """The figure's data are missing or empty; the message says so and goes to the caption."""


@dataclass(frozen=True)
class Drawing:
    """A drawn figure, what its caption has to add, and the numbers behind that.

    ``thumbnail`` is a small picture without any text (height, width, colours), None for none.
    """

    canvas: Canvas
    note: str
    details: Dict[str, Any]
    thumbnail: Optional[npt.NDArray[Any]] = None


def save(canvas: Canvas, path: Path) -> None:
    """Write a figure as PDF with its fonts embedded, and beside it for screens (see ``screen``)."""
    with rc_context({**STYLE, "svg.fonttype": "path", "svg.hashsalt": path.stem}):
        canvas.savefig(path, dpi=300, metadata={"CreationDate": None})
        if any(axes.images for axes in canvas.axes):
            canvas.savefig(path.with_suffix(".png"), dpi=_SCREEN_DPI, metadata={"Software": None})
        else:
            canvas.savefig(path.with_suffix(".svg"), metadata={"Date": None})


def screen(path: Path) -> Path:
    """The picture for screens that belongs to a saved figure: SVG, or PNG if it shows images."""
    drawn = path.with_suffix(".svg")
    return drawn if drawn.exists() else path.with_suffix(".png")


def draw_slices(figure: SliceFigure, volume: DensityMap) -> Drawing:
    """Three grey slices or projections of ``volume``, with common grey levels and scale."""
    data = volume.data
    details: Dict[str, Any] = {}
    if figure.choice == "projection":
        panels: Sequence[FloatArray] = projections(data)
        titles = [f"{axis} projection" for axis in AXES]
    else:
        choose = {"central": central_indices, "max_variance": max_variance_indices}[figure.choice]
        indices = choose(data)
        panels = slices_at(data, indices)
        titles = [f"{axis} slice {index}" for axis, index in zip(AXES, indices)]
        details["slices"] = list(indices)
    low, high, note = _grey_levels(panels)
    details["grey_levels"] = [low, high]
    with rc_context(STYLE):
        canvas = _three_panels(panels, titles, volume.voxel_size, (low, high))
    return Drawing(canvas, note, details)


def draw_lines(figure: LineFigure, curve: Curve) -> Drawing:
    """Columns of a curve against another one."""
    x = _column(curve, figure.x)
    with rc_context(STYLE):
        canvas = Canvas(figsize=(4.8, 2.7), layout="constrained")
        axes = canvas.add_subplot()
        for name, (colour, dashes) in zip(figure.y, _cycle(_LINES, len(figure.y))):
            y = _column(curve, name)
            axes.plot(x, y, color=colour, linestyle=dashes, linewidth=1.1, label=name)
        if figure.log_y:
            axes.set_yscale("log", nonpositive="mask")
        if figure.span is not None:
            axes.axvspan(*figure.span, color="#eef2f7", zorder=0)
        _marks(axes, figure.marks)
        _labels(axes, figure.x_label, figure.y_label)
        _legend(axes, wanted=len(figure.y) + len(figure.marks) > 1)
    return Drawing(canvas, "", {})


def draw_histogram(figure: HistogramFigure, curve: Curve) -> Drawing:
    """A histogram whose curve has the columns "from", "to" and "voxels"."""
    start, end, counts = (_column(curve, name) for name in ("from", "to", "voxels"))
    with rc_context(STYLE):
        canvas = Canvas(figsize=(4.8, 2.6), layout="constrained")
        axes = canvas.add_subplot()
        axes.stairs(counts, np.append(start, end[-1]), fill=True, color="#7d9cc0")
        shown = _range_shown(float(start[0]), float(end[-1]), figure)
        if figure.span is not None:
            axes.axvspan(*figure.span, color=_ACCEPTED, zorder=0, label="accepted by the rule")
        _marks(axes, figure.marks)
        axes.set_xlim(*shown)
        axes.set_ylim(bottom=0)
        _labels(axes, figure.x_label, "Voxels")
        _legend(axes, wanted=bool(figure.marks) or figure.span is not None)
    return Drawing(canvas, "", {})


def _grey_levels(panels: Sequence[FloatArray]) -> Tuple[float, float, str]:
    """Values shown black and white, and the sentence of the caption about them."""
    values = np.concatenate([np.asarray(panel, dtype=np.float64).ravel() for panel in panels])
    values = values[np.isfinite(values)]
    if not values.size:
        raise CannotDraw("the volume has no finite value")
    lowest, highest = float(values.min()), float(values.max())
    if lowest == highest:
        return lowest, highest, f"All values are {lowest:.3g}."
    low, high = (float(limit) for limit in np.percentile(values, GREY_PERCENTILES))
    if low < high and len(np.unique(values[:: max(1, values.size // 1000)])) > 2:
        first, last = GREY_PERCENTILES
        how = f"percentiles {first:g} and {last:g}"
    else:
        low, high, how = lowest, highest, "whole range"
    return low, high, f"Black is {low:.3g}, white {high:.3g} ({how})."


def _three_panels(
    panels: Sequence[FloatArray],
    titles: Sequence[str],
    voxel_size: float,
    grey_levels: Tuple[float, float],
) -> Canvas:
    """The panels side by side at one scale, axes in Å."""
    left, right, bottom, top, gap = 0.42, 0.06, 0.36, 0.22, 0.44
    widths = [panel.shape[1] * voxel_size for panel in panels]
    heights = [panel.shape[0] * voxel_size for panel in panels]
    width_limit, height_limit = _SLICES_WIDTH - left - right - 2 * gap, _PANEL_HEIGHT
    scale = min(width_limit / sum(widths), height_limit / max(heights))
    cells = [max(scale * across, _NARROWEST) for across in widths]
    width = left + right + 2 * gap + sum(cells)
    height = bottom + top + scale * max(heights)
    canvas = Canvas(figsize=(width, height))
    position = left
    for panel, title, across, up, cell, names in zip(
        panels, titles, widths, heights, cells, (("Y", "Z"), ("X", "Z"), ("X", "Y"))
    ):
        size = scale * across, scale * up
        start = position + (cell - size[0]) / 2
        axes = canvas.add_axes((start / width, bottom / height, size[0] / width, size[1] / height))
        axes.imshow(
            panel, cmap="gray", origin="lower", extent=(0.0, across, 0.0, up),
            vmin=grey_levels[0], vmax=grey_levels[1], interpolation="nearest", aspect="auto",
        )  # fmt: skip
        axes.set_title(title, pad=4)
        axes.set_xlabel(f"{names[0]} (Å)", labelpad=1.5)
        axes.set_ylabel(f"{names[1]} (Å)", labelpad=1.0)
        for axis, length in zip((axes.xaxis, axes.yaxis), size):
            ticks = min(4, max(1, int(length / 0.3)))
            axis.set_major_locator(MaxNLocator(nbins=ticks, steps=[1, 2, 5, 10]))
        position += cell + gap
    return canvas


def _column(curve: Curve, name: str) -> FloatArray:
    if name not in curve:
        raise CannotDraw(f"the curve has no column “{name}”")
    column = np.asarray(curve[name], dtype=np.float64)
    if not np.isfinite(column).any():
        raise CannotDraw(f"the column “{name}” is empty")
    return column


def _cycle(styles: Sequence[Any], count: int) -> Sequence[Any]:
    return [styles[index % len(styles)] for index in range(count)]


def _marks(axes: Axes, marks: Sequence[Mark]) -> None:
    for mark, (colour, dashes) in zip(marks, _cycle(_MARKS, len(marks))):
        axes.axvline(mark.position, color=colour, linestyle=dashes, linewidth=0.9, label=mark.label)


def _labels(axes: Axes, x_label: str, y_label: str) -> None:
    axes.set_xlabel(x_label)
    axes.set_ylabel(y_label)
    axes.spines["top"].set_visible(False)
    axes.spines["right"].set_visible(False)


def _legend(axes: Axes, wanted: bool) -> None:
    if wanted:
        axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False)


def _range_shown(first: float, last: float, figure: HistogramFigure) -> Tuple[float, float]:
    """The values and marks with a margin, and the nearer end of an interval that is off them."""
    points = [first, last, *(mark.position for mark in figure.marks)]
    low, high = min(points), max(points)
    if figure.span is not None:
        if figure.span[1] < low:
            low = figure.span[1]
        if figure.span[0] > high:
            high = figure.span[0]
    margin = 0.03 * (high - low) or 0.5
    return low - margin, high + margin
