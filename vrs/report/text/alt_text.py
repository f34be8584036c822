"""What a picture shows, for those who cannot see it; the caption beside it says the rest."""

from __future__ import annotations

from typing import Callable, Dict, Sequence, Union

from vrs.checks.figures import Figure, HistogramFigure, LineFigure, SliceFigure, SurfaceFigure
from vrs.maps.printing import count, number
from vrs.report.model import DrawingDetails
from vrs.report.text import words

_DIGITS = 4
_PROJECTED = {
    "projection": "sums",
    "maximum_projection": "maxima",
    "deviation_projection": "standard deviations",
}


def alt_text(figure: Figure, details: DrawingDetails) -> str:
    """Kind of picture, what it is of, and its ranges, as far as the details have them."""
    return _WORDS[type(figure)](figure, details)


def _slices(figure: SliceFigure, details: DrawingDetails) -> str:
    if figure.choice in _PROJECTED:
        what = _PROJECTED[figure.choice]
        text = f"Three grey projections ({what}) of the {_name(figure.volume)}, along X, Y and Z"
    else:
        text = f"Three grey slices of the {_name(figure.volume)}, normal to X, Y and Z"
    if details.slices:
        text += f", at the voxels {words.in_words([str(index) for index in details.slices])}"
    if details.size:
        text += f"; the box is {' × '.join(_number(length) for length in details.size)} Å"
    if details.grey_levels:
        text += f"; {_span(details.grey_levels)} from black to white"
    if details.outline_seen and details.outline_level is not None:
        text += f"; a line around the {_name(figure.outline)} at {_number(details.outline_level)}"
    if figure.points:
        text += "; dots are coloured by their score from 0 (blue) over 0.5 (white) to 1 (red)"
    return f"{text}."


def _lines(figure: LineFigure, details: DrawingDetails) -> str:
    kind = "Points" if set(figure.points) == set(figure.y) else "Line plot"
    text = f"{kind} of {words.in_words(figure.y)}: {figure.y_label}"
    if details.y_range:
        text += f", {_span(details.y_range)}{' on a logarithmic scale' if figure.log_y else ''}"
    text += f", against {figure.x_label}"
    if details.x_range:
        text += f", {_span(details.x_range)}"
    if figure.span is not None:
        text += f"; shaded {_span(figure.span)}"
    return f"{text}{_marks(figure)}."


def _histogram(figure: HistogramFigure, details: DrawingDetails) -> str:
    text = f"Histogram of {figure.x_label}"
    text += " with voxels on a logarithmic scale" if figure.log_counts else ""
    if details.x_range:
        text += f", {_span(details.x_range)}"
    if details.highest_bar:
        text += f"; the highest bar, {_span(details.highest_bar)}, "
        text += f"has {count(details.highest_count or 0, 'voxel')}"
    if figure.span is not None:
        text += f"; shaded as accepted {_span(figure.span)}"
    return f"{text}{_marks(figure)}."


def _surface(figure: SurfaceFigure, details: DrawingDetails) -> str:
    text = f"Shaded isosurface of the {_name(figure.volume)} seen from three sides at right angles"
    if details.width:
        text += f", each view {_number(details.width)} Å wide"
    if figure.colour:
        text += f", coloured by {figure.colour_label}"
        if details.colour_limits:
            low, high = details.colour_limits
            text += f" from {number(low)} (dark violet) over green to {number(high)} (yellow)"
    return f"{text}."


def _marks(figure: Union[LineFigure, HistogramFigure]) -> str:
    """The vertical lines of a plot."""
    return "".join(
        f"; vertical line “{mark.label}” at {_number(mark.position)}" for mark in figure.marks
    )


def _span(ends: Sequence[float]) -> str:
    low, high = ends
    return f"{_number(low)} to {_number(high)}"


def _number(value: float) -> str:
    return number(value, _DIGITS)


def _name(volume: str) -> str:
    """A prepared map by its name, a map of the check as a volume of that name."""
    name = volume.replace("_", " ")
    return name if name.endswith(("map", "mask")) else f"volume “{name}”"


_WORDS: Dict[type, Callable[..., str]] = {
    SliceFigure: _slices, LineFigure: _lines, HistogramFigure: _histogram, SurfaceFigure: _surface,
}  # fmt: skip
