"""The icons of the statuses, drawn once for the page in the browser and for the PDF.

They differ in shape, not only in colour: a tick in a disc, an exclamation mark in a triangle, a bar
in a ring, a cross in a square, an empty ring.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, Tuple

from vrs.checks.result import Status

SIDE = 16
"""Icons are drawn on a square of this many units, x to the right and y down."""

_CURVE = 0.5523
"""Distance of the control points of a quarter of a circle, in radii."""

_INK, _PAPER = "ink", "paper"


@dataclass(frozen=True)
class Stroke:
    """A path in the notation of SVG (M, L, C, Z; absolute), filled or drawn as a line.

    ``width`` is that of the line, 0 for a filled path; ``colour`` is "ink" or "paper".
    """

    path: str
    width: float = 0.0
    colour: str = _INK


def _disc(radius: float) -> str:
    near, control, middle = SIDE / 2 - radius, _CURVE * radius, SIDE / 2
    far = SIDE - near
    corners = (
        (far, middle + control, middle + control, far, middle, far),
        (middle - control, far, near, middle + control, near, middle),
        (near, middle - control, middle - control, near, middle, near),
        (middle + control, near, far, middle - control, far, middle),
    )
    curves = " ".join("C " + " ".join(f"{number:.3f}" for number in corner) for corner in corners)
    return f"M {far:.3f} {middle:.3f} {curves} Z"


ICONS: Dict[Status, Tuple[Stroke, ...]] = {
    Status.OK: (Stroke(_disc(7.5)), Stroke("M 4.2 8.3 L 6.8 10.9 L 11.8 5.4", 1.9, _PAPER)),
    Status.WARNINGS: (
        Stroke("M 8 0.6 L 15.9 15.2 L 0.1 15.2 Z"),
        Stroke("M 8 5.4 L 8 10.2 M 8 12.5 L 8 12.9", 1.9, _PAPER),
    ),
    Status.NOT_APPLICABLE: (Stroke(_disc(6.7), 1.6), Stroke("M 4.8 8 L 11.2 8", 1.9)),
    Status.NOT_MEASURED: (
        Stroke("M 0.7 0.7 L 15.3 0.7 L 15.3 15.3 L 0.7 15.3 Z"),
        Stroke("M 4.6 4.6 L 11.4 11.4 M 11.4 4.6 L 4.6 11.4", 1.9, _PAPER),
    ),
    Status.LEFT_OUT: (Stroke(_disc(6.7), 1.6),),
}


def svg(status: Status) -> str:
    """The elements of an SVG picture, ``SIDE`` units wide; the ink is the current colour."""
    elements = []
    for stroke in ICONS[status]:
        colour = "currentColor" if stroke.colour == _INK else "#fff"
        if stroke.width:
            paint = f'fill="none" stroke="{colour}" stroke-width="{stroke.width}"'
        else:
            paint = f'fill="{colour}"'
        elements.append(f'<path d="{stroke.path}" {paint} stroke-linecap="round"/>')
    return "".join(elements)


def pdf(status: Status, side: float) -> str:
    """Operators of PDF that draw the icon ``side`` points high; the ink is the current colour."""
    scale = side / SIDE
    operators = [f"q {scale:.4f} 0 0 {-scale:.4f} 0 {side:.4f} cm 1 J"]
    for stroke in ICONS[status]:
        painted = f"{pdf_operators(stroke.path)} {'S' if stroke.width else 'f'}"
        if stroke.width:
            painted = f"{stroke.width} w {painted}"
        operators.append(painted if stroke.colour == _INK else f"q 1 g 1 G {painted} Q")
    return " ".join([*operators, "Q"])


def pdf_operators(path: str) -> str:
    """The path with its operators behind their numbers, as PDF has them."""
    names = {"M": "m", "L": "l", "C": "c", "Z": "h"}
    written, waiting = [], ""
    for token in [*path.split(), "end"]:
        if token in names or token == "end":
            if waiting:
                written.append(waiting)
            waiting = names.get(token, "")
        else:
            written.append(token)
    return " ".join(written)
