"""A small strip that shows where a number lies among those of others, for page and PDF.

Its ends are the percentiles 2.5 and 97.5 of the others, the bar goes from 25 to 75 with a line at
50, a broken line is a limit of the rule, and the diamond is the number itself; an arrow at an end
is a number beyond it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import List, Sequence, Tuple

from vrs.report.figures.icons import pdf_operators

WIDTH, HEIGHT = 120.0, 14.0
"""Of the drawing, in units of the page and in points of the PDF; x to the right and y down."""

LEGEND = (
    "In a strip the line goes from percentile 2.5 to 97.5 of the others, the bar from 25 to 75, "
    "with a stroke at 50; a broken line is the limit of the rule, and the diamond is this map (an "
    "arrow: beyond the end)."
)

LOGARITHMIC_FROM = 1000.0
"""Ratio of the ends from which on the strip is logarithmic."""

_MARGIN, _MIDDLE, _MARK = 7.0, HEIGHT / 2, 3.6
_LINE, _BAR, _STROKE, _LIMIT = "#5F6773", "#C5D3E2", "#1F4E79", "#B45309"
_KEPT, _BROKEN = "#1E7B34", "#B45309"


@dataclass(frozen=True)
class Shape:
    """A path in the notation of SVG (M, L, Z; absolute), filled, or a line of this ``width``."""

    path: str
    colour: str
    width: float = 0.0


@dataclass(frozen=True)
class Strip:
    """What a strip shows.

    Attributes
    ----------
    value : float -- of the map
    quantiles : sequence of 5 float -- percentiles 2.5, 25, 50, 75, 97.5 of the others
    limits : sequence of float -- of the rule
    broken : bool -- whether the map breaks the rule
    """

    value: float
    quantiles: Sequence[float]
    limits: Sequence[float]
    broken: bool

    @property
    def is_logarithmic(self) -> bool:
        """Whether equal distances are equal ratios."""
        low, *_, high = self.quantiles
        return low > 0 and high >= LOGARITHMIC_FROM * low

    def place(self, value: float) -> float:
        """Where a number lies, from 0 at the left end to 1; below 0 or above 1 beyond the ends."""
        low, *_, high = self.quantiles
        if low == high:
            return 0.5 + (value > low) - (value < low)
        if self.is_logarithmic:
            if value <= 0:
                return -1.0
            return math.log(value / low) / math.log(high / low)
        return (value - low) / (high - low)

    def shapes(self) -> List[Shape]:
        """The parts of the drawing, the hindmost first."""
        _, first, median, last, _ = (_x(self.place(value)) for value in self.quantiles)
        left, right = _x(0.0), _x(1.0)
        shapes = [
            Shape(_vertical(end, 2.5), _LINE, 0.8) for end in (left, right)
        ] + [
            Shape(_path((left, _MIDDLE), (right, _MIDDLE)), _LINE, 0.8),
            Shape(
                _path((first, _MIDDLE - 3), (last, _MIDDLE - 3), (last, _MIDDLE + 3),
                      (first, _MIDDLE + 3)) + " Z",
                _BAR,
            ),
            Shape(_vertical(median, 3.0), _STROKE, 1.4),
        ]  # fmt: skip
        for limit in self.limits:
            if 0 <= self.place(limit) <= 1:
                x = _x(self.place(limit))
                shapes.append(Shape(_broken_line(x), _LIMIT, 1.0))
        return [*shapes, self._mark()]

    def _mark(self) -> Shape:
        where = self.place(self.value)
        x, colour = _x(min(max(where, 0.0), 1.0)), _BROKEN if self.broken else _KEPT
        left, right = (x - _MARK, _MIDDLE), (x + _MARK, _MIDDLE)
        up, down = (x, _MIDDLE - _MARK), (x, _MIDDLE + _MARK)
        corners = [left, up, right, down]
        if where < 0:
            corners = [(x - 1.6 * _MARK, _MIDDLE), up, down]
        elif where > 1:
            corners = [up, (x + 1.6 * _MARK, _MIDDLE), down]
        return Shape(f"{_path(*corners)} Z", colour)


def svg(strip: Strip) -> str:
    """The elements of an SVG picture."""
    elements = []
    for shape in strip.shapes():
        paint = (
            f'fill="none" stroke="{shape.colour}" stroke-width="{shape.width}"'
            if shape.width
            else f'fill="{shape.colour}"'
        )
        elements.append(f'<path d="{shape.path}" {paint}/>')
    return "".join(elements)


def pdf(strip: Strip) -> str:
    """Operators of PDF that draw the strip, ``HEIGHT`` points high."""
    parts = [f"q 1 0 0 -1 0 {HEIGHT:g} cm"]
    for shape in strip.shapes():
        colour = " ".join(f"{int(shape.colour[i : i + 2], 16) / 255:.3f}" for i in (1, 3, 5))
        if shape.width:
            parts.append(f"{colour} RG {shape.width} w {pdf_operators(shape.path)} S")
        else:
            parts.append(f"{colour} rg {pdf_operators(shape.path)} f")
    return " ".join([*parts, "Q"])


def _x(place: float) -> float:
    return _MARGIN + place * (WIDTH - 2 * _MARGIN)


def _path(*points: Tuple[float, float]) -> str:
    first, *others = (f"{x:.2f} {y:.2f}" for x, y in points)
    return " ".join([f"M {first}", *(f"L {point}" for point in others)])


def _vertical(x: float, half: float) -> str:
    return _path((x, _MIDDLE - half), (x, _MIDDLE + half))


def _broken_line(x: float) -> str:
    """A vertical line over the whole height, in four pieces."""
    step = HEIGHT / 7
    pieces = (_path((x, 2 * i * step), (x, (2 * i + 1) * step)) for i in range(4))
    return " ".join(pieces)
