"""Commands of UCSF ChimeraX that show a surface of the report: contour level, colours and views.

ChimeraX is not among what this package installs, nor was it there when this was written: the
commands are those of its user guide, and the tests name the page of every one of them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import List, Optional, Sequence, Tuple

from matplotlib import colormaps
from matplotlib.colors import to_hex

PLAIN_COLOUR = "#a9bfd6"
UNDEFINED_COLOUR = "#d0d0d0"
COLOUR_MAP = "viridis"

_STEPS = 9
"""Colours of the map that are given to ChimeraX, which blends between them."""

_BORDER = 0.9
"""Interpolated shares of the mask below this count as outside."""

_ZERO = 1e-6
"""Values up to this count as 0 where 0 is "no value"."""

_KEY_LABELS = 3


@dataclass(frozen=True)
class Colouring:
    """Values that colour a surface.

    Attributes
    ----------
    file : str
        Map of the values; 0 where nothing was measured.
    limits : tuple of 2 floats
        Ends of the colour scale.
    label : str
        What the values are, with their unit.
    mask : str
        Map that is 1 where there are values; "" for none.
    zero_is_none : bool
        Whether there are values wherever they are not 0, whatever the mask is.
    lifted : bool
        Whether the values in ``file`` are already larger by ``lift`` where there are any.
    """

    file: str
    limits: Tuple[float, float]
    label: str = ""
    mask: str = ""
    zero_is_none: bool = False
    lifted: bool = False


def lift(limits: Tuple[float, float]) -> float:
    """What is added to defined values to tell them from 0: ChimeraX has no undefined value."""
    return float(10.0 ** math.ceil(math.log10(100.0 * max(abs(limits[0]), abs(limits[1]), 1e-6))))


def surface_commands(
    file: str, contour: float, views: Sequence[Sequence[float]], colouring: Optional[Colouring]
) -> List[str]:
    """Commands that open a map, show its surface in colour, and name its views view1, view2, ..."""
    lines = [
        "close session",
        "set bgColor white",
        "camera ortho",
        "lighting soft",
        f"open {quoted(file)}",
        f"volume #1 style surface step 1 level {contour:.9g} color {PLAIN_COLOUR}",
    ]
    if colouring is not None:
        lines += _colour_commands(colouring)
    for number, angles in enumerate(views, start=1):
        lines += ["view orient", "view"]
        lines += [f"turn {axis} {turn:g}" for axis, turn in zip("xyz", angles) if turn]
        lines.append(f"view name view{number}")
    lines.append("view view1")
    return lines


def key_commands(colouring: Colouring) -> List[str]:
    """The commands that show the colour scale and what its values are."""
    low, high = colouring.limits
    stops = [index / (_KEY_LABELS - 1) for index in range(_KEY_LABELS)]
    colours = " ".join(f"{_colour(stop)}:{low + stop * (high - low):.4g}" for stop in stops)
    lines = [f"key {colours} pos 0.35,0.06 size 0.3,0.03 fontSize 16"]
    if colouring.label:
        lines.append(f"2dlabels text {_in_ascii(colouring.label)} size 16 xpos 0.35 ypos 0.1")
    return lines


def quoted(file: str) -> str:
    """The name of a file as ChimeraX reads it."""
    return '"' + file.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _in_ascii(text: str) -> str:
    """A text of the display as ChimeraX reads it, whatever encoding the computer reads a file in.

    >>> print(_in_ascii("B-factor (Å²)"))
    "B-factor (\\u00c5\\u00b2)"
    """
    letters = (letter if letter.isascii() else f"\\u{ord(letter):04x}" for letter in text)
    return '"' + "".join(letters) + '"'


def _colour_commands(colouring: Colouring) -> List[str]:
    lines = [f"open {quoted(colouring.file)}"]
    masked = bool(colouring.mask) or colouring.zero_is_none
    added = lift(colouring.limits) if masked or colouring.lifted else 0.0
    palette = _palette(colouring.limits, added)
    if not masked:
        return [*lines, "hide #2 models", f"color sample #1 map #2 palette {palette}"]
    # Model 3 is 1 where there are values.
    if colouring.zero_is_none:
        bounds = f"minimum {-_ZERO:g} set 1 maximum {_ZERO:g} setMaximum 1"
        lines.append(f"volume threshold #2 {bounds}")
    else:
        lines.append(f"open {quoted(colouring.mask)}")
    return [
        *lines,
        "# Where nothing was measured the surface is grey: the values elsewhere are lifted.",
        f"volume add #2,3 scaleFactors 1,{added:.0f} onGrid #2",
        "hide #2-4 models",
        f"color sample #1 map #4 palette {palette}",
    ]


def _palette(limits: Tuple[float, float], added: float) -> str:
    """The colours of the scale, shifted by ``added``, and below them grey."""
    low, high = limits
    stops = [index / (_STEPS - 1) for index in range(_STEPS)]
    pairs = [(added + low + stop * (high - low), _colour(stop)) for stop in stops]
    if added:
        border = _BORDER * added
        pairs = [(border, UNDEFINED_COLOUR), (border * 1.0001, _colour(0.0)), *pairs]
    return ":".join(f"{value:.9g},{colour}" for value, colour in pairs)


def _colour(stop: float) -> str:
    return str(to_hex(colormaps[COLOUR_MAP](stop)))
