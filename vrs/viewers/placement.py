"""The mask in its box as a picture: the space around it, the centre of the box and of the mass."""

from __future__ import annotations

from typing import Any, Dict, Tuple

from vrs.checks.inputs import MASK, Inputs
from vrs.checks.result import Result
from vrs.report.figures.slices import Outline
from vrs.viewers.slice_view import Layer

_LEFT, _RIGHT, _CENTRE = "space_left", "space_right", "center_of_mass_above_contour"
PLACEMENT = {_LEFT, _RIGHT, _CENTRE}
"""Measurements without which there is nothing to draw."""


def placement_of(check: Result, inputs: Inputs) -> Tuple[Layer, str]:
    """The map with its mask, the space around it and the centres, and what the marks are.

    Raises DamagedResult if a map cannot be read.
    """
    density = inputs.map
    values: Dict[str, Any] = {name: check.measurements[name].value for name in PLACEMENT}
    frame = None
    if values[_LEFT] and values[_RIGHT]:
        sizes = [length * density.voxel_size for length in density.box]
        ends = [size - right for size, right in zip(sizes, values[_RIGHT])]
        frame = tuple(zip(values[_LEFT], ends))
    points = {"+": tuple(length // 2 for length in density.box)}
    if values[_CENTRE]:
        points["x"] = tuple(values[_CENTRE])
    outline = None
    if MASK in inputs.volumes:
        outline = Outline(inputs.volumes[MASK].data, 0.5, "the border of the mask")
    words = (
        "Dashed: the smallest box around the mask; outside of it is the empty space. "
        "+ centre of the box; x centre of mass of the density above the contour level."
    )
    return Layer(density, outline=outline, frame=frame, points=points), words
