"""The room that the numbers, labels and legend of a plot need around it, measured once.

Layouts of matplotlib measure each part of a plot about ten times, which takes longer than to draw
the plot.
"""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Canvas
from matplotlib.transforms import Bbox

_MARGIN = 0.04
"""Inches between a plot with all its parts and the edge of the picture."""

_AT_FIRST = (0.1, 0.17, 0.7, 0.75)
"""Left, bottom, width and height while the parts are measured, as parts of the picture: about what
they become, since the numbers on an axis depend on its length."""

_LEAST_RIGHT = 0.15
"""Inches to the right of the axis, for half of a number at its end."""


def only_axes(canvas: Canvas) -> Axes:
    """The axes of an empty picture, until ``give_room`` puts them where they belong."""
    return canvas.add_axes(_AT_FIRST)


def give_room(axes: Axes) -> None:
    """Make the axes of ``only_axes`` as large as the parts around them allow.

    Call it last, when the plot has its limits, labels and legend.
    """
    canvas: Any = axes.figure
    drawn: Any = FigureCanvasAgg(canvas)
    renderer = drawn.get_renderer()
    parts = [axes.xaxis, axes.yaxis, *axes.child_axes]
    boxes = [part.get_tightbbox(renderer) for part in parts]
    legend = axes.get_legend()
    if legend is not None:
        boxes.append(legend.get_window_extent(renderer))
    inside = axes.bbox
    around = Bbox.union([inside, *(box for box in boxes if box is not None)])
    width, height = canvas.bbox.size
    margin = _MARGIN * canvas.dpi
    left, bottom = inside.x0 - around.x0 + margin, inside.y0 - around.y0 + margin
    right = max(around.x1 - inside.x1 + margin, _LEAST_RIGHT * canvas.dpi)
    top = around.y1 - inside.y1 + margin
    axes.set_position(
        (left / width, bottom / height, 1 - (left + right) / width, 1 - (bottom + top) / height)
    )
