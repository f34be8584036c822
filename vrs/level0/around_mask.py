"""The part of a map around its mask, on a grid no finer than its resolution needs."""

from __future__ import annotations

import math
from typing import Tuple

import numpy as np

from vrs.maps import BoolArray, DensityMap
from vrs.maps.fourier import crop, fast_side
from vrs.maps.masks import bounding_box

MARGIN = 32.0
"""Å of background around the mask that are used."""

LARGEST_DIVISOR = 8
"""Of the ratio of the sides of a coarser grid, so that it has cubic voxels in a small part too."""


def around_mask(
    density: DensityMap, mask: BoolArray, resolution: float
) -> Tuple[DensityMap, BoolArray]:
    """The part of a map around its mask, with voxels of at most a third of the resolution.

    The part has a margin of 32 Å. A side that is too short for the margin is used whole, or a few
    planes less if the grid becomes coarser.

    Parameters
    ----------
    density : DensityMap -- data float32, shape (Z, Y, X)
    mask : ndarray, bool, shape (Z, Y, X) -- not empty
    resolution : float -- in Å

    Returns
    -------
    part : DensityMap -- data float32, at its place; its shape follows from the mask
    inner : ndarray, bool, of the shape of the part -- the mask on its grid
    """
    new, old = coarsening(density.voxel_size, resolution)
    if min(mask.shape) < 2 * old:
        new = old = 1
    margin = math.ceil(MARGIN / density.voxel_size)
    inside = tuple(
        _side(part.start, part.stop, size, old)
        for part, size in zip(bounding_box(mask, margin), mask.shape)
    )
    part, inner = density.data[inside], mask[inside]
    z, y, x = (at.start * density.voxel_size for at in inside)
    origin = density.origin[0] + x, density.origin[1] + y, density.origin[2] + z
    if new == old:
        return DensityMap(part, density.voxel_size, origin), inner
    z, y, x = (size // old * new for size in part.shape)
    index = [
        np.minimum(np.rint(np.arange(n) * old / new).astype(int), n * old // new - 1)
        for n in (z, y, x)
    ]
    coarse = DensityMap(crop(part, (z, y, x)), density.voxel_size * old / new, origin)
    return coarse, inner[np.ix_(*index)]


def coarsening(voxel_size: float, resolution: float) -> Tuple[int, int]:
    """The coarser sampling along a side, as (new, old) numbers of voxels: the coarsest fine enough.

    Examples
    --------
    At 6 Å, voxels of 1 Å become voxels of 2 Å:

    >>> coarsening(1.0, 6.0)
    (1, 2)
    """
    finest = 3 * voxel_size / resolution
    if finest > 0.8:
        return 1, 1
    ratios = [(math.ceil(old * finest), old) for old in range(1, LARGEST_DIVISOR + 1)]
    return min(ratios, key=lambda ratio: (ratio[0] / ratio[1], ratio[1]))


def _side(start: int, stop: int, size: int, multiple: int) -> slice:
    """A range of voxels that holds start to stop, with a length for a fast transform."""
    if multiple == 1:
        return fast_side(slice(start, stop), size)
    even = 2 * multiple
    length = min(-(-(stop - start) // even) * even, size // even * even)
    first = max(min(start, size - length), 0)
    return slice(first, first + length)
