"""A curve of all reports in one plot, each in its own colour and marker, with one legend."""

from __future__ import annotations

import io
from dataclasses import dataclass
from itertools import cycle
from typing import Any, List, Optional, Sequence, Tuple, Union

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from vrs.checks.curves import Curve
from vrs.checks.figures import HistogramFigure, LineFigure
from vrs.maps import FloatArray
from vrs.report.compare.comparison import Comparison
from vrs.report.compare.rows import CheckRow, FigureRow
from vrs.report.figures.plots import ACCENT, STYLE, plain_number

_SIZE = (6.4, 2.9)
_MARKERS_ON_A_LINE = 9
_DASHES = ("-", "--", ":", "-.")
_COMMON_DASHES = ("-", "-.")


@dataclass(frozen=True)
class Look:
    """How the curves of a report are drawn; ``shape`` is the marker in words."""

    label: str
    colour: str
    marker: str
    shape: str
    filled: bool
    hatch: str
    mark_dashes: Tuple[Any, ...]


_COLOURS = (ACCENT, "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#7f3c8d")
_MARKERS = (("o", "dots"), ("s", "squares"), ("^", "triangles"), ("D", "diamonds"),
            ("v", "triangles downwards"), ("p", "pentagons"), ("X", "crosses"), ("*", "stars"),
            ("h", "hexagons"), ("<", "triangles to the left"), (">", "triangles to the right"),
            ("P", "plus signs"))  # fmt: skip
_HATCHES = ("///", "\\\\\\", "...", "xxx", "|||", "---")
_MARK_DASHES = (("--", (0, (6, 1.5))), (":", (0, (1, 3))), ("-.", (0, (4, 1, 1, 1))))

Plot = Union[LineFigure, HistogramFigure]
PlottedCurve = Tuple[Plot, Curve]
"""A figure and its curve."""


def looks_of(labels: Sequence[str]) -> List[Look]:
    """How the curves of each report are drawn, by the letters of all reports."""
    styles = zip(cycle(_COLOURS), _MARKERS, cycle(_HATCHES), cycle(_MARK_DASHES))
    return [
        Look(label, colour, marker, shape, label == labels[0], hatch, dashes)
        for label, (colour, (marker, shape), hatch, dashes) in zip(labels, styles)
    ]


def curves_of(
    comparison: Comparison, row: CheckRow, figures: FigureRow
) -> List[Tuple[Look, PlottedCurve]]:
    """The same plot of every report; empty if this is no plot, or one of them lacks its curve."""
    curves: List[Tuple[Look, PlottedCurve]] = []
    looks = looks_of(comparison.labels)
    for look, report, check, drawn in zip(looks, comparison.reports, row.checks, figures):
        figure = drawn.figure if drawn else None
        if check is None or not isinstance(figure, (LineFigure, HistogramFigure)):
            return []
        curve = report.curve(check, figure.curve)
        if not curve:
            return []
        curves.append((look, (figure, curve)))
    return curves


def overlay(curves: Sequence[Tuple[Look, PlottedCurve]]) -> Optional[str]:
    """All curves in one plot, as SVG; None if one of them lacks a column or is empty."""
    canvas = draw_overlay(curves)
    if canvas is None:
        return None
    with rc_context({**STYLE, "svg.fonttype": "path", "svg.hashsalt": "comparison"}):
        stream = io.StringIO()
        canvas.savefig(stream, format="svg", metadata={"Date": None})
    return stream.getvalue()


def draw_overlay(curves: Sequence[Tuple[Look, PlottedCurve]]) -> Optional[Canvas]:
    """All curves in one plot; None if one of them lacks a column or is empty."""
    with rc_context(STYLE):
        canvas = Canvas(figsize=_SIZE, layout="constrained")
        axes = canvas.add_subplot()
        if not all(_draw(axes, *plotted, look) for look, plotted in curves):
            return None
        figures = [(look, figure) for look, (figure, _) in curves]
        _spans(axes, figures)
        _marks(axes, figures)
        axes.set_xlabel(figures[-1][1].x_label)
        axes.spines["top"].set_visible(False)
        axes.spines["right"].set_visible(False)
        axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False)
    return canvas


def _draw(axes: Axes, figure: Plot, curve: Curve, look: Look) -> bool:
    """Whether the curve had what the figure shows."""
    if isinstance(figure, HistogramFigure):
        return _histogram(axes, curve, look)
    return _lines(axes, figure, curve, look)


def _lines(axes: Axes, figure: LineFigure, curve: Curve, look: Look) -> bool:
    columns = _columns(curve, [figure.x, *figure.y])
    if not columns:
        return False
    x, *every = columns
    for dashes, name, y in zip(_DASHES, figure.y, every):
        axes.plot(
            x, y, color=look.colour, linestyle=dashes, linewidth=1.1, marker=look.marker,
            markersize=4, markerfacecolor=look.colour if look.filled else "white",
            markevery=max(1, len(x) // _MARKERS_ON_A_LINE), label=f"{look.label}: {name}",
        )  # fmt: skip
    if figure.log_y:
        axes.set_yscale("log", nonpositive="mask")
        axes.yaxis.set_major_formatter(plain_number)
    axes.set_ylabel(figure.y_label)
    return True


def _histogram(axes: Axes, curve: Curve, look: Look) -> bool:
    """Outlines of the same area, so that masks of different size and other bins compare."""
    columns = _columns(curve, ["from", "to", "voxels"])
    if len(columns) < 3 or not columns[2].sum() > 0:
        return False
    start, end, counts = columns
    heights = counts / (counts * (end - start)).sum()
    edges = np.append(start, end[-1])
    axes.stairs(
        heights, edges, color=look.colour, linewidth=1.1, fill=look.filled,
        alpha=0.35 if look.filled else 1.0, label=look.label,
    )  # fmt: skip
    axes.set_ylabel("share of the voxels per unit")
    return True


def _columns(curve: Curve, names: Sequence[str]) -> List[FloatArray]:
    """The columns of these names; none at all if one is missing or has no value."""
    columns = [np.asarray(curve[name], dtype=np.float64) for name in names if name in curve]
    whole = len(columns) == len(names) and all(np.isfinite(column).any() for column in columns)
    return columns if whole else []


def _spans(axes: Axes, figures: Sequence[Tuple[Look, Plot]]) -> None:
    """The shaded interval; where the reports differ, one hatched for each."""
    spans = {figure.span for _, figure in figures}
    if len(spans) == 1:
        (common,) = spans
        if common is not None:
            axes.axvspan(*common, color="#e6eee6", zorder=0)
        return
    for look, figure in figures:
        if figure.span is not None:
            axes.axvspan(
                *figure.span, facecolor="none", edgecolor=look.colour, hatch=look.hatch, alpha=0.4,
                zorder=0, label=f"{look.label}: interval",
            )  # fmt: skip


def _marks(axes: Axes, figures: Sequence[Tuple[Look, Plot]]) -> None:
    """Vertical lines: black where all reports have the same, else in the look of the report."""
    (_, first), *others = figures
    common = [mark for mark in first.marks if all(mark in other.marks for _, other in others)]
    for dashes, mark in zip(cycle(_COMMON_DASHES), common):
        axes.axvline(
            mark.position, color="black", linestyle=dashes, linewidth=0.9, label=mark.label
        )
    for look, figure in figures:
        own = [mark for mark in figure.marks if mark not in common]
        for dashes, mark in zip(cycle(look.mark_dashes), own):
            axes.axvline(
                mark.position, color=look.colour, linestyle=dashes, linewidth=1.1,
                label=f"{look.label}: {mark.label}",
            )  # fmt: skip
