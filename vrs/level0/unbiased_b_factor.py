"""The unbiased local B-factor of 0.f, which recovers a known B on simulated maps of proteins.

It differs from the published one in five ways: shells of unit power have the same width in every
box and end short of the resolution, where the low-pass of the map begins; the voxels are at most a
third of the resolution; only the surroundings of the mask are used, whatever the box; the shells
are weighted so that the differences between single proteins count little; and the fall-off that the
amplitudes of protein have at B = 0 is subtracted.
"""

from __future__ import annotations

import math
from typing import Optional, Tuple

import numpy as np
import scipy.fft

from vrs.maps import BoolArray, DensityMap, FloatArray
from vrs.maps.fourier import crop
from vrs.maps.masks import bounding_box
from vrs.numerics.local_slopes import local_slopes
from vrs.numerics.protein_fall_off import fall_off, median_offset
from vrs.numerics.quantiles import parts_of

SWEEP_FROM = 10.0
"""Å; first shell."""

SHELLS = 10

WIDTH = 0.02
"""Standard deviation of a shell in 1/Å."""

SMALLEST_SHARE = 0.5
"""If the power falls with B, more of the power of a shell is on its inner side, so that only the
share 1/(1 + B WIDTH²/2) of B is measured. This is corrected; the share is at least this number."""

SHORT_OF_RESOLUTION = 0.03
"""1/Å; the map's own low-pass then removes 2 % of the power of the last shell."""

NARROWEST_SWEEP = 0.03
"""1/Å; a shorter sweep holds less than two independent shells."""

MARGIN = 32.0
"""Å of background around the mask that are used."""

LARGEST_DIVISOR = 8
"""Of the ratio of the sides of a coarser grid, so that it has cubic voxels in a small part too."""

EXPECTED_ERROR = ((3.0, 3.0), (4.0, 7.0), (5.0, 19.0), (6.0, 27.0))
"""Resolution in Å and root mean square error in Å² of the median: 41 proteins that are not among
those of the fall-off, with B = 0, 50 and 100 Å², low-passed at the resolution. The largest error
was 9 Å² at 3 Å; at 4 Å 85 % were within 10 Å², and the largest was 23 Å²."""


def sweep_to(resolution: float) -> Optional[FloatArray]:
    """Ten shells from 10 Å to 0.03 1/Å short of the resolution.

    Returns
    -------
    ndarray, float64, shape (10,), or None -- in 1/Å; None if the range is too short

    Examples
    --------
    >>> sweep_to(3.0).round(3).tolist()
    [0.1, 0.123, 0.145, 0.168, 0.19, 0.213, 0.236, 0.258, 0.281, 0.303]
    """
    first, last = 1 / SWEEP_FROM, 1 / resolution - SHORT_OF_RESOLUTION
    if last - first < NARROWEST_SWEEP:
        return None
    return np.linspace(first, last, SHELLS)


def unbiased_values(
    density: DensityMap, mask: BoolArray, resolution: float
) -> Optional[FloatArray]:
    """Unbiased local B-factors in the voxels of the mask, on a grid at most as fine as the map.

    Parameters
    ----------
    density : DensityMap -- data float32, shape (Z, Y, X)
    mask : ndarray, bool, shape (Z, Y, X) -- not empty
    resolution : float -- in Å

    Returns
    -------
    ndarray, float32, shape (n,), or None
        In Å², for the n voxels of the mask on the grid of ``surroundings``; negative for amplitudes
        that decay. None if the resolution leaves too short a sweep.

    Raises
    ------
    MapError
        If the mask leaves no background.
    """
    sweep = sweep_to(resolution)
    if sweep is None:
        return None
    coarse, coarse_mask = surroundings(density, mask, resolution)
    protein = fall_off("local")
    weights = protein.slope_weights(sweep)
    slopes = local_slopes(coarse, coarse_mask, sweep, WIDTH, "power", weights)
    for part in parts_of(slopes):
        part -= np.float32(protein.slope(sweep) + median_offset(resolution))
        part *= 4
        part /= np.maximum(1 + part * np.float32(WIDTH**2 / 2), SMALLEST_SHARE)
    return slopes


def expected_error(resolution: float) -> float:
    """Root mean square error in Å² of the median on simulated proteins."""
    at, error = zip(*EXPECTED_ERROR)
    return float(np.interp(resolution, at, error))


def surroundings(
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
    part : DensityMap -- data float32; its shape follows from the mask
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
    if new == old:
        return DensityMap(part, density.voxel_size), inner
    z, y, x = (size // old * new for size in part.shape)
    index = [
        np.minimum(np.rint(np.arange(n) * old / new).astype(int), n * old // new - 1)
        for n in (z, y, x)
    ]
    return DensityMap(crop(part, (z, y, x)), density.voxel_size * old / new), inner[np.ix_(*index)]


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
        length = min(scipy.fft.next_fast_len(stop - start, real=True), size)
    else:
        even = 2 * multiple
        length = min(-(-(stop - start) // even) * even, size // even * even)
    first = max(min(start, size - length), 0)
    return slice(first, first + length)
