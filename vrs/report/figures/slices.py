"""Slices and projections of a map in grey, in Å, with a scale bar and the outline of a volume.

Slices are seen along their normal: normal to X with Y to the right and Z up, normal to Y with X to
the right and Z up, normal to Z with X to the right and Y up. Distances are from the corner of the
box.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Optional, Sequence, Tuple

import numpy as np

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
from vrs.report.figures.panels import Frame, Panel, crosses
from vrs.report.figures.plots import CannotDraw, Drawing, round_length
from vrs.report.model import DrawingDetails

GREY_PERCENTILES = (0.5, 99.5)
DOTS = "Dots: score 0 is blue, 0.5 white, 1 red."
_PROJECTIONS = {
    "projection": (projections, "projection"),
    "maximum_projection": (maximum_projections, "maximum"),
    "deviation_projection": (deviation_projections, "deviation"),
}
_BAR_SHARE = 0.4
"""The largest part of a panel that the scale bar takes."""

Frames = Dict[Any, Frame]
"""Frames that were used before, by the sizes of their panels."""


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
        return f"Orange line: {self.words}."


def draw_slices(
    figure: SliceFigure,
    volume: DensityMap,
    outline: Optional[Outline] = None,
    points: Optional[Curve] = None,
    frames: Optional[Frames] = None,
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
    frames : dict, optional
        Those of earlier figures, of which one is used again if it fits: the drawing is in its
        pixels then, and its canvas goes on to change. A new frame is added.

    Raises CannotDraw if the volume has no finite value, or the outline is on another grid.
    """
    panels, indices = _panels(figure, volume.data, outline)
    low, high, note = _grey_levels([panel.picture for panel in panels], figure.symmetric)
    size = [length * volume.voxel_size for length in volume.box]
    bar = round_length(max(size[:2]) * _BAR_SHARE)
    notes, seen = [note], None
    if outline is not None and indices is not None:
        seen = any(crosses(panel.outlined, outline.level) for panel in panels)
        absent = f"No line is seen, as {outline.words} does not cross these slices."
        notes.append(outline.sentence if seen else absent)
    shapes = [panel.picture.shape for panel in panels]
    key = (*shapes, volume.voxel_size)
    frame = frames.get(key) if frames else None
    if frame is None:
        frame = Frame(shapes, volume.voxel_size, bar)
    dots = points if indices is None else None
    if dots is not None:
        notes.append(DOTS)
    frame.show(panels, (low, high), None if outline is None else outline.level, dots)
    pixels = None
    if frames is not None:
        frames[key] = frame
        pixels = frame.pixels()
    details = DrawingDetails(
        slices=indices,
        size=size,
        grey_levels=[low, high],
        outline_level=None if outline is None or seen is None else outline.level,
        outline_seen=seen,
        scale_bar=bar,
    )
    return Drawing(frame.canvas, " ".join(notes), details, pixels=pixels)


def _panels(
    figure: SliceFigure, data: FloatArray, outline: Optional[Outline]
) -> Tuple[List[Panel], Optional[List[int]]]:
    """The three pictures and, for slices, their indices."""
    if figure.choice in _PROJECTIONS:
        project, what = _PROJECTIONS[figure.choice]
        titles = [f"{axis} {what}" for axis in AXES]
        panels = [Panel(*panel) for panel in zip(project(data), titles)]
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
    panels = [Panel(*panel) for panel in zip(pictures, titles, outlined)]
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
