"""A curve of both reports in one plot: A solid with dots, B dashed with squares."""

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
from vrs.report.figures.plots import ACCENT, STYLE

_ORANGE = "#d55e00"
_SIZE = (6.4, 2.9)
_MARKERS_ON_A_LINE = 9
_DASHES = ("-", "--", ":", "-.")
_COMMON_DASHES = ("-", "-.")


@dataclass(frozen=True)
class _Look:
    label: str
    colour: str
    marker: str
    filled: bool
    hatch: str
    mark_dashes: Tuple[Any, ...]


_A = _Look("A", ACCENT, "o", True, "///", ("--", (0, (6, 1.5))))
_B = _Look("B", _ORANGE, "s", False, "\\\\\\", (":", (0, (1, 3))))

Plot = Union[LineFigure, HistogramFigure]
PlottedCurve = Tuple[Plot, Curve]
"""A figure and its curve."""


def overlay(a: PlottedCurve, b: PlottedCurve) -> Optional[str]:
    """Both curves in one plot, as SVG; None if one of them lacks a column or is empty."""
    with rc_context({**STYLE, "svg.fonttype": "path", "svg.hashsalt": "comparison"}):
        canvas = Canvas(figsize=_SIZE, layout="constrained")
        axes = canvas.add_subplot()
        if not all([_draw(axes, *a, _A), _draw(axes, *b, _B)]):
            return None
        _spans(axes, a[0], b[0])
        _marks(axes, a[0], b[0])
        axes.set_xlabel(b[0].x_label)
        axes.spines["top"].set_visible(False)
        axes.spines["right"].set_visible(False)
        axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False)
        stream = io.StringIO()
        canvas.savefig(stream, format="svg", metadata={"Date": None})
    return stream.getvalue()


def _draw(axes: Axes, figure: Plot, curve: Curve, look: _Look) -> bool:
    """Whether the curve had what the figure shows."""
    if isinstance(figure, HistogramFigure):
        return _histogram(axes, curve, look)
    return _lines(axes, figure, curve, look)


def _lines(axes: Axes, figure: LineFigure, curve: Curve, look: _Look) -> bool:
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
    axes.set_ylabel(figure.y_label)
    return True


def _histogram(axes: Axes, curve: Curve, look: _Look) -> bool:
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


def _spans(axes: Axes, a: Plot, b: Plot) -> None:
    """The shaded interval; where the reports differ, one hatched for each."""
    spans = [figure.span for figure in (a, b)]
    if spans[0] is not None and spans[0] == spans[1]:
        axes.axvspan(*spans[0], color="#e6eee6", zorder=0)
        return
    for span, look in zip(spans, (_A, _B)):
        if span is not None:
            axes.axvspan(
                *span, facecolor="none", edgecolor=look.colour, hatch=look.hatch, alpha=0.4,
                zorder=0, label=f"{look.label}: interval",
            )  # fmt: skip


def _marks(axes: Axes, a: Plot, b: Plot) -> None:
    """Vertical lines: black where both reports have the same, else in the look of the report."""
    common = [mark for mark in a.marks if mark in b.marks]
    for dashes, mark in zip(cycle(_COMMON_DASHES), common):
        axes.axvline(
            mark.position, color="black", linestyle=dashes, linewidth=0.9, label=mark.label
        )
    for look, marks in ((_A, a.marks), (_B, b.marks)):
        own = [mark for mark in marks if mark not in common]
        for dashes, mark in zip(cycle(look.mark_dashes), own):
            axes.axvline(
                mark.position, color=look.colour, linestyle=dashes, linewidth=1.1,
                label=f"{look.label}: {mark.label}",
            )  # fmt: skip
