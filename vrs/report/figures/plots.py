"""Curves and histograms as vector files, at the size at which the report prints them.

Only matplotlib's object interface is used, so that nothing here changes the figures of a caller.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any, Dict, List, Optional, Sequence, Tuple

import numpy as np
import numpy.typing as npt
from matplotlib import font_manager, rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from vrs.checks.curves import Curve
from vrs.checks.figures import HistogramFigure, LineFigure, Mark
from vrs.maps import FloatArray
from vrs.report.figures.room import give_room, only_axes
from vrs.report.model import DrawingDetails

STYLE: Dict[str, Any] = {
    # Letters that the first one lacks come from the second one.
    "font.family": ["VRS Sans", "DejaVu Sans"],
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
    "svg.fonttype": "path",
    "svg.hashsalt": "vrs",
    # Dollars in a text from outside are printed.
    "text.parse_math": False,
}
font_manager.fontManager.addfont(Path(__file__).with_name("font") / "VRSSans.ttf")
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
_WIDTH = 5.6
"""Inches; the text of the report is 6.5 inches wide."""

IMAGE_DPI = 300
"""Resolution of a figure that is mostly an image."""

_LEAST_COUNT = 0.7
"""Bottom of a logarithmic histogram, on which one voxel is to be seen."""

_BETWEEN_DECADES = (2.0, 5.0)
"""Times a power of ten that are ticked too on a logarithmic axis; more ticks take time."""

_ACCEPTED = "#dcefdc"
_SHADED = "#e4eaf3"
_RESOLUTIONS = (50.0, 20.0, 15.0, 10.0, 8.0, 7.0, 6.0, 5.0, 4.5, 4.0, 3.5, 3.2, 3.0, 2.8, 2.5, 2.3,
                2.0, 1.8, 1.6, 1.5, 1.4, 1.3, 1.2, 1.1, 1.0)  # fmt: skip
_RESOLUTION_STEP = 0.06
"""Å that may be ticked on the scale above a plot, and their least distance as a part of it."""


class CannotDraw(Exception):
    """The figure's data are missing or empty; the message says so and goes to the caption."""


@dataclass(frozen=True)
class Drawing:
    """A drawn figure, what its caption has to add, and the numbers behind that.

    ``thumbnail`` is a small picture without any text (height, width, colours), None for none;
    ``is_image`` marks a figure that is mostly an image, which gains nothing as vector graphics;
    ``pixels`` (height, width, colours) are what is on the canvas, where that was drawn already.
    """

    canvas: Canvas
    note: str
    details: DrawingDetails
    thumbnail: Optional[npt.NDArray[Any]] = None
    is_image: bool = False
    pixels: Optional[npt.NDArray[Any]] = None


def draw_lines(figure: LineFigure, curve: Curve) -> Drawing:
    """Columns of a curve against another one."""
    x = _column(curve, figure.x)
    columns = {name: _column(curve, name) for name in figure.y}
    every = np.concatenate(list(columns.values()))
    logarithmic = figure.log_y and bool(np.any(every > 0))
    with rc_context(STYLE):
        canvas = Canvas(figsize=(_WIDTH, 2.7))
        axes = only_axes(canvas)
        for (name, y), (colour, dashes) in zip(columns.items(), cycle(_LINES)):
            dotted = name in figure.points
            axes.plot(
                x, y, color=colour, label=name, linewidth=1.1, markersize=2.5,
                linestyle="none" if dotted else dashes, marker="o" if dotted else None,
            )  # fmt: skip
        if logarithmic:
            axes.set_yscale("log", nonpositive="mask", subs=_BETWEEN_DECADES)
            axes.yaxis.set_major_formatter(plain_number)
        elif figure.from_zero:
            axes.set_ylim(0.0, 1.05 * float(np.nanmax(every)))
        if figure.span is not None:
            label = figure.span_label or None
            axes.axvspan(*figure.span, color=_SHADED, zorder=0, label=label)
        _marks(axes, figure.marks)
        _labels(axes, figure.x_label, figure.y_label)
        if figure.resolution_axis:
            _resolution_axis(axes)
        if figure.proportional:
            _proportional_axis(axes, columns[figure.y[0]], curve, figure)
        wanted = len(figure.y) + len(figure.marks) > 1 or bool(figure.span_label)
        _legend(axes, wanted, inside=bool(figure.proportional))
        give_room(axes)
    return Drawing(canvas, "", DrawingDetails(x_range=_range(x), y_range=_range(every)))


def draw_histogram(figure: HistogramFigure, curve: Curve) -> Drawing:
    """A histogram whose curve has the columns "from", "to" and "voxels"."""
    start, end, counts = (_column(curve, name) for name in ("from", "to", "voxels"))
    with rc_context(STYLE):
        canvas = Canvas(figsize=(_WIDTH, 2.6))
        axes = only_axes(canvas)
        if figure.log_counts:
            axes.set_yscale("log", subs=_BETWEEN_DECADES)
            axes.yaxis.set_major_formatter(plain_number)
        axes.stairs(
            counts, np.append(start, end[-1]), fill=True, color="#7d9cc0",
            baseline=_LEAST_COUNT if figure.log_counts else 0,
        )  # fmt: skip
        shown = _range_shown(float(start[0]), float(end[-1]), figure)
        if figure.span is not None:
            axes.axvspan(*figure.span, color=_ACCEPTED, zorder=0, label="accepted by the rule")
        _marks(axes, figure.marks)
        axes.set_xlim(*shown)
        axes.set_ylim(bottom=_LEAST_COUNT if figure.log_counts else 0)
        _labels(axes, figure.x_label, "Voxels")
        _legend(axes, wanted=bool(figure.marks) or figure.span is not None)
        give_room(axes)
    highest = int(np.argmax(counts))
    details = DrawingDetails(
        x_range=[float(start[0]), float(end[-1])],
        highest_bar=[float(start[highest]), float(end[highest])],
        highest_count=int(counts[highest]),
    )
    return Drawing(canvas, "", details)


def round_length(length: float) -> float:
    """The largest of 1, 2, 5, 10, 20, 50, ... that is not above ``length``."""
    power = 10.0 ** np.floor(np.log10(length))
    return float(max(step * power for step in (1.0, 2.0, 5.0) if step * power <= length))


def _range(values: FloatArray) -> List[float]:
    finite = values[np.isfinite(values)]
    return [float(finite.min()), float(finite.max())]


def _resolution_axis(axes: Axes) -> None:
    """A scale above the plot for D in Å, where x is 1/D² in 1/Å²."""
    low, high = axes.get_xlim()
    places: List[float] = []
    names: List[str] = []
    for resolution in _RESOLUTIONS:
        place = 1.0 / resolution**2
        last = places[-1] if places else -np.inf
        if low <= place <= high and place - last >= _RESOLUTION_STEP * (high - low):
            places.append(place)
            names.append(f"{resolution:g}")
    above = axes.secondary_xaxis("top")
    above.set_xticks(places, labels=names)
    above.set_xlabel("D (Å)")


def _proportional_axis(axes: Axes, first: FloatArray, curve: Curve, figure: LineFigure) -> None:
    """A scale on the right for a column that is a multiple of ``first``."""
    other = _column(curve, figure.proportional)
    usable = np.isfinite(other) & np.isfinite(first) & (first > 0)
    if not usable.any():
        return
    largest = int(np.argmax(np.where(usable, first, -np.inf)))
    factor = float(other[largest] / first[largest])
    if not factor > 0:
        return
    beside = axes.secondary_yaxis(
        "right",
        functions=(
            lambda value: np.asarray(value, dtype=np.float64) * factor,
            lambda value: np.asarray(value, dtype=np.float64) / factor,
        ),
    )
    if axes.get_yscale() == "log":
        beside.yaxis.set_major_formatter(plain_number)
    beside.set_ylabel(figure.proportional_label)


def _column(curve: Curve, name: str) -> FloatArray:
    if name not in curve:
        raise CannotDraw(f"the curve has no column “{name}”")
    column = np.asarray(curve[name], dtype=np.float64)
    if not np.isfinite(column).any():
        raise CannotDraw(f"the column “{name}” is empty")
    return column


def plain_number(value: float, _position: float) -> str:
    """A power of ten in full: its exponent would be smaller than letters may be."""
    return f"{value:,.0f}".replace(",", "\u2009") if value >= 1.0 else f"{value:g}"


def _marks(axes: Axes, marks: Sequence[Mark]) -> None:
    for mark, (colour, dashes) in zip(marks, cycle(_MARKS)):
        axes.axvline(mark.position, color=colour, linestyle=dashes, linewidth=0.9, label=mark.label)


def _labels(axes: Axes, x_label: str, y_label: str) -> None:
    axes.set_xlabel(x_label)
    axes.set_ylabel(y_label)
    axes.spines["top"].set_visible(False)
    axes.spines["right"].set_visible(False)


def _legend(axes: Axes, wanted: bool, inside: bool = False) -> None:
    """The legend right of the plot, or in its corner where a scale is on the right."""
    if wanted and inside:
        axes.legend(loc="upper right", frameon=False)
    elif wanted:
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
