"""Slices and projections of a map in grey, in Å, with a scale bar and the outline of a volume.

Slices are seen along their normal: normal to X with Y to the right and Z up, normal to Y with X to
the right and Z up, normal to Z with X to the right and Y up. Distances are from the corner of the
box.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import List, Optional, Sequence, Tuple

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure as Canvas
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator

from vrs.checks.curves import Curve
from vrs.checks.figures import SliceFigure
from vrs.maps import DensityMap, FloatArray
from vrs.maps.memory_map import leave_on_disk
from vrs.maps.printing import number
from vrs.maps.slices import (
    AXES,
    Indices,
    central_indices,
    deviation_projections,
    max_variance_indices,
    maximum_projections,
    projections,
    slices_at,
)
from vrs.report.figures.plots import STYLE, CannotDraw, Drawing, round_length
from vrs.report.model import DrawingDetails

GREY_PERCENTILES = (0.5, 99.5)
OUTLINE = ("orange", "#ff8c00")
"""Name and value of a colour that stands out from black, white and every grey."""

DOTS = "Dots: score 0 is blue, 0.5 white, 1 red."
_DOT_COLOURS = LinearSegmentedColormap.from_list("dots", ["#2a9dff", "white", "#ff3d2e"])
_OUTLINE_WIDTH = 0.4
_AXES_SEEN = (("Y", "Z"), ("X", "Z"), ("X", "Y"))
_PROJECTIONS = {
    "projection": (projections, "projection"),
    "maximum_projection": (maximum_projections, "maximum"),
    "deviation_projection": (deviation_projections, "deviation"),
}
_LEFT, _RIGHT, _BOTTOM, _TOP, _GAP = 0.42, 0.06, 0.36, 0.22, 0.44
_WIDTH = 6.4
_PANEL_HEIGHT = 2.5
_NARROWEST = 0.6
_BAR_SHARE = 0.4
_LABEL_BELOW, _LABEL_LEFT, _DIGIT = 0.2, 0.09, 0.055
"""Inches around and between the panels, limits of their sizes (the text of the report is 6.5 inches
wide), the largest part of a panel that the scale bar takes, the distance of the names of the axes
from a panel, on the left without the numbers, and the width of a digit."""


@dataclass(frozen=True)
class Outline:
    """A volume on the grid of the slices and the level of the line drawn around it.

    ``words`` say in the caption what the line is.
    """

    data: FloatArray
    level: float
    words: str

    @property
    def sentence(self) -> str:
        """What the line is and its colour."""
        name, _ = OUTLINE
        return f"{name.capitalize()} line: {self.words}."


@dataclass(frozen=True)
class _Panel:
    """A picture, its title, and the part of the outlined volume that it shows."""

    picture: FloatArray
    title: str
    outlined: Optional[FloatArray] = None


def draw_slices(
    figure: SliceFigure,
    volume: DensityMap,
    outline: Optional[Outline] = None,
    points: Optional[Curve] = None,
) -> Drawing:
    """Three grey slices or projections of ``volume``, with common grey levels and scale.

    Parameters
    ----------
    figure : SliceFigure
    volume : DensityMap
    outline : Outline, optional
        Drawn as a line over slices, not over projections.
    points : Curve, optional
        The places and scores in ``figure.points``, drawn as dots over projections, not over slices.

    Raises CannotDraw if the volume has no finite value, or the outline is on another grid.
    """
    panels, indices = _panels(figure, volume.data, outline)
    low, high, note = _grey_levels([panel.picture for panel in panels], figure.symmetric)
    size = [length * volume.voxel_size for length in volume.box]
    bar = round_length(max(size[:2]) * _BAR_SHARE)
    notes, seen = [note], None
    if outline is not None and indices is not None:
        seen = any(_crosses(panel.outlined, outline.level) for panel in panels)
        absent = f"No line is seen, as {outline.words} does not cross these slices."
        notes.append(outline.sentence if seen else absent)
    with rc_context(STYLE):
        canvas = _three_panels(panels, volume.voxel_size, (low, high), outline)
        if points is not None and indices is None:
            for axes, seen_axes in zip(canvas.axes, _AXES_SEEN):
                x, y = (points[axis.lower()] + volume.voxel_size / 2 for axis in seen_axes)
                draw_dots(axes, x, y, points["score"])
            notes.append(DOTS)
        widest = 0 if size[1] >= size[0] else 1
        _scale_bar(canvas.axes[widest], bar)
    details = DrawingDetails(
        slices=indices,
        size=size,
        grey_levels=[low, high],
        outline_level=None if outline is None or seen is None else outline.level,
        outline_seen=seen,
        scale_bar=bar,
    )
    return Drawing(canvas, " ".join(notes), details)


def draw_dots(
    axes: Axes, x: FloatArray, y: FloatArray, scores: FloatArray, size: float = 5.0
) -> None:
    """Draw dots of a score each, in Å from the corner of the box, and a size in square points."""
    axes.scatter(
        x, y, s=size, c=scores, cmap=_DOT_COLOURS, vmin=0.0, vmax=1.0,
        edgecolors="black", linewidths=0.25,
    )  # fmt: skip


def draw_outline(axes: Axes, plane: FloatArray, level: float, voxel_size: float) -> None:
    """Draw the line where a slice crosses a level, if it does; pixels have their values at centres.

    Parameters
    ----------
    axes : Axes
        In Å from the corner of the box.
    plane : array of float (up, across)
    level : float
    voxel_size : float
        In Å.
    """
    if not _crosses(plane, level):
        return
    y, x = ((np.arange(length) + 0.5) * voxel_size for length in plane.shape)
    style = {"colors": OUTLINE[1], "linewidths": _OUTLINE_WIDTH}
    axes.contour(x, y, plane, levels=[level], **style)


def _panels(
    figure: SliceFigure, data: FloatArray, outline: Optional[Outline]
) -> Tuple[List[_Panel], Optional[List[int]]]:
    """The three pictures and, for slices, their indices."""
    if figure.choice in _PROJECTIONS:
        project, what = _PROJECTIONS[figure.choice]
        titles = [f"{axis} {what}" for axis in AXES]
        panels = [_Panel(*panel) for panel in zip(project(data), titles)]
        leave_on_disk(data)
        return panels, None
    choose = {"central": central_indices, "max_variance": max_variance_indices}[figure.choice]
    indices = choose(data)
    pictures = _slices(data, indices)
    titles = [f"{axis} slice {index}" for axis, index in zip(AXES, indices)]
    outlined: Sequence[Optional[FloatArray]] = (None, None, None)
    if outline is not None:
        if outline.data.shape != data.shape:
            raise CannotDraw("the volume that gives the line is on another grid")
        outlined = _slices(outline.data, indices)
    panels = [_Panel(*panel) for panel in zip(pictures, titles, outlined)]
    return panels, list(indices)


def _slices(data: FloatArray, indices: Indices) -> List[FloatArray]:
    """Copies of three slices, for which a large map need not stay in memory."""
    slices = [np.array(one) for one in slices_at(data, indices)]
    leave_on_disk(data)
    return slices


def _grey_levels(panels: Sequence[FloatArray], symmetric: bool) -> Tuple[float, float, str]:
    """Values shown black and white, and the sentence of the caption about them."""
    values = np.concatenate([np.asarray(panel, dtype=np.float64).ravel() for panel in panels])
    values = values[np.isfinite(values)]
    if not values.size:
        raise CannotDraw("the volume has no finite value")
    lowest, highest = float(values.min()), float(values.max())
    if lowest == highest:
        return lowest, highest, f"All values are {number(lowest)}."
    low, high = (float(limit) for limit in np.percentile(values, GREY_PERCENTILES))
    if low < high and len(np.unique(values[:: max(1, values.size // 1000)])) > 2:
        first, last = GREY_PERCENTILES
        how = f"percentiles {first:g} and {last:g}"
    else:
        low, high, how = lowest, highest, "whole range"
    if symmetric:
        high = max(abs(low), abs(high))
        return -high, high, f"Black is {number(-high)}, mid-grey 0, white {number(high)}."
    return low, high, f"Black is {number(low)}, white {number(high)} ({how})."


def _crosses(plane: Optional[FloatArray], level: float) -> bool:
    """Whether a slice has values on both sides of a level, so that a line can be drawn."""
    if plane is None or min(plane.shape) < 2:
        return False
    finite = plane[np.isfinite(plane)]
    return bool(finite.size and finite.min() < level <= finite.max())


def _three_panels(
    panels: Sequence[_Panel],
    voxel_size: float,
    grey_levels: Tuple[float, float],
    outline: Optional[Outline],
) -> Canvas:
    """The panels side by side at one scale, axes in Å."""
    widths = [panel.picture.shape[1] * voxel_size for panel in panels]
    heights = [panel.picture.shape[0] * voxel_size for panel in panels]
    width_limit = _WIDTH - _LEFT - _RIGHT - 2 * _GAP
    scale = min(width_limit / sum(widths), _PANEL_HEIGHT / max(heights))
    cells = [max(scale * across, _NARROWEST) for across in widths]
    width = _LEFT + _RIGHT + 2 * _GAP + sum(cells)
    height = _BOTTOM + _TOP + scale * max(heights)
    canvas = Canvas(figsize=(width, height))
    position = _LEFT
    for panel, across, up, cell, names in zip(panels, widths, heights, cells, _AXES_SEEN):
        size = scale * across, scale * up
        start = position + (cell - size[0]) / 2
        axes = canvas.add_axes((start / width, _BOTTOM / height, size[0] / width, size[1] / height))
        axes.imshow(
            panel.picture, cmap="gray", origin="lower", extent=(0.0, across, 0.0, up),
            vmin=grey_levels[0], vmax=grey_levels[1], interpolation="nearest", aspect="auto",
        )  # fmt: skip
        if outline is not None and panel.outlined is not None:
            draw_outline(axes, panel.outlined, outline.level, voxel_size)
        # At fixed places: to look for room for them takes as long as to draw them.
        axes.set_title(panel.title, pad=4, y=1.0)
        axes.set_xlabel(f"{names[0]} (Å)")
        axes.set_ylabel(f"{names[1]} (Å)")
        axes.xaxis.set_label_coords(0.5, -_LABEL_BELOW / size[1])
        digits = max(3, len(str(int(up))))
        axes.yaxis.set_label_coords(-(_LABEL_LEFT + digits * _DIGIT) / size[0], 0.5)
        for axis, length in zip((axes.xaxis, axes.yaxis), size):
            ticks = min(4, max(1, int(length / 0.3)))
            axis.set_major_locator(MaxNLocator(nbins=ticks, steps=[1, 2, 5, 10]))
        position += cell + _GAP
    return canvas


def _scale_bar(axes: Axes, length: float) -> None:
    """A white bar with a black rim and its length, in the lower left corner of a panel."""
    across, up = axes.get_xlim()[1], axes.get_ylim()[1]
    start, level = 0.06 * across, 0.07 * up
    rim = [withStroke(linewidth=1.6, foreground="black")]
    axes.plot(
        [start, start + length], [level, level], color="white", linewidth=2.0,
        solid_capstyle="butt", path_effects=[withStroke(linewidth=3.2, foreground="black")],
    )  # fmt: skip
    axes.text(
        start + length / 2, level + 0.03 * up, f"{length:g} Å", color="white", fontsize=7.0,
        ha="center", va="bottom", path_effects=rim,
    )  # fmt: skip
    axes.set_xlim(0.0, across)
    axes.set_ylim(0.0, up)
