"""The maps of a comparison and their differences, small enough to be leafed through on a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import List, Optional, Sequence, Tuple

import numpy as np
from matplotlib import colormaps
from matplotlib.colors import to_hex

from vrs.maps import FloatArray
from vrs.report.compare.differences import Difference
from vrs.report.compare.pictures import DIFFERENCE_COLOURS, grey_limits
from vrs.report.html.slice_stack import levels_of, packed
from vrs.report.surfaces.scene import binned

_GREY = ("#000000", "#ffffff")
_STOPS = 9
"""Colours of a difference that are given to the page, which blends between them."""

_MOST_VOXELS = 12_000_000
"""Of all maps together; the maps of many reports are coarser."""

Part = Tuple[slice, ...]


@dataclass(frozen=True)
class Stack:
    """A map in 256 levels: its values at level 0 and 255, and the colours between them."""

    name: str
    ends: Tuple[float, float]
    colours: Sequence[str]
    packed: str


@dataclass(frozen=True)
class Stacks:
    """Maps on one binned grid.

    Attributes
    ----------
    maps : list of Stack -- A, then each other map and its difference from A
    box : list of int -- voxels along X, Y, Z
    corner : list of float -- of the first voxel along X, Y, Z, in Å from that of the box of A
    voxel_size : float -- in Å, after binning
    binning : int
    """

    maps: List[Stack]
    box: List[int]
    corner: List[float]
    voxel_size: float
    binning: int


def stacks_of(differences: Sequence[Difference], longest: int) -> Optional[Stacks]:
    """The part of the maps around all masks, without a side of more than ``longest`` voxels.

    All maps have the scale of A, and so have the differences, about 0. None without a difference,
    or for no voxels.
    """
    measured = [one for one in differences if one.outcome is not None and one.grid is not None]
    if not measured or not longest:
        return None
    part = _around([one.part for one in measured])
    sides = [along.stop - along.start for along in part]
    shown = min(longest, int((_MOST_VOXELS / (2 * len(measured) + 1)) ** (1 / 3)))
    binning = -(-max(sides) // shown)
    first, grid = measured[0].outcome, measured[0].grid
    assert first is not None and grid is not None
    low, high = grey_limits(first.first)
    half = (high - low) / 2 or 1.0
    cmap = colormaps[DIFFERENCE_COLOURS]
    diverging = [to_hex(cmap(stop / (_STOPS - 1))) for stop in range(_STOPS)]
    of_maps, of_differences = (low, low + 2 * half), (-half, half)

    def stack(
        name: str, own: Part, values: FloatArray, ends: Tuple[float, float], colours: Sequence[str]
    ) -> Stack:
        levels = levels_of(binned(_within(part, own, values), binning), *ends)
        return Stack(name, ends, colours, packed(levels))

    maps = [stack("A", measured[0].part, first.first, of_maps, _GREY)]
    for one in measured:
        assert one.outcome is not None
        name, minus = one.label, f"{one.label} − A"
        maps += [
            stack(name, one.part, one.outcome.second, of_maps, _GREY),
            stack(minus, one.part, one.outcome.difference, of_differences, diverging),
        ]
    return Stacks(
        maps,
        [-(-side // binning) for side in reversed(sides)],
        [along.start * grid.voxel_size for along in reversed(part)],
        grid.voxel_size * binning,
        binning,
    )


def _around(parts: Sequence[Part]) -> Part:
    """The smallest part of the box that holds all parts."""
    return tuple(
        slice(min(along.start for along in sides), max(along.stop for along in sides))
        for sides in zip(*parts)
    )


def _within(whole: Part, part: Part, values: FloatArray) -> FloatArray:
    """The values of a part in a larger one, 0 elsewhere."""
    result = np.zeros([along.stop - along.start for along in whole], dtype=np.float32)
    place = tuple(
        slice(own.start - along.start, own.stop - along.start) for own, along in zip(part, whole)
    )
    result[place] = values
    return result
