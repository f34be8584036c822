"""The unbiased local B-factor of 0.f, which recovers a known B on simulated maps of proteins.

It differs from the published one in five ways: shells of unit power, as wide in every box, end
short of the resolution, where the low-pass of the map begins; the voxels are at most a third of the
resolution; only the surroundings of the mask are looked at, whatever the box; the shells are
weighted so that what single proteins differ in counts little; and the fall-off that the amplitudes
of protein have without any B-factor is taken off.
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

SWEEP_FROM = 10.0
"""Å; first shell."""

SHELLS = 10

WIDTH = 0.02
"""Standard deviation of a shell in 1/Å."""

SMALLEST_SHARE = 0.5
"""Where power falls with B, more of that of a shell lies on its inner side, so that only a share of
1/(1 + B WIDTH²/2) of B is seen, which is corrected for; a smaller share than this is not used."""

SHORT_OF_RESOLUTION = 0.03
"""1/Å; the map's own low-pass then takes 2 % of the power of the last shell."""

NARROWEST_SWEEP = 0.03
"""1/Å; a shorter sweep holds less than two independent shells."""

MARGIN = 32.0
"""Å of background around the mask that are looked at."""

LARGEST_DIVISOR = 8
"""Of the ratio of the sides of a coarser grid, so that it has cubic voxels in a small part too."""

EXPECTED_ERROR = ((3.0, 3.0), (4.0, 7.0), (5.0, 19.0), (6.0, 27.0))
"""Resolution in Å and root mean square error in Å² of the median: 41 proteins that are not among
those of the fall-off, with B = 0, 50 and 100 Å², low-passed at the resolution. The largest error
was 9 Å² at 3 Å; at 4 Å 85 % were within 10 Å², and the largest was 23 Å²."""


def sweep_to(resolution: float) -> Optional[FloatArray]:
    """Shells from 10 Å to short of the resolution; None where that is too short."""
    first, last = 1 / SWEEP_FROM, 1 / resolution - SHORT_OF_RESOLUTION
    if last - first < NARROWEST_SWEEP:
        return None
    return np.linspace(first, last, SHELLS)


def unbiased_values(
    density: DensityMap, mask: BoolArray, resolution: float
) -> Optional[FloatArray]:
    """B-factors in Å² in the voxels of the mask on a grid that may be coarser than that of the map.

    Parameters
    ----------
    density : DensityMap
        The map as given.
    mask : ndarray, bool, shape (Z, Y, X)
        Not empty.
    resolution : float
        In Å.

    Returns
    -------
    ndarray, float32, or None
        Negative for amplitudes that decay; None where the resolution leaves too short a sweep.

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
    slopes -= np.float32(protein.slope(sweep) + median_offset(resolution))
    slopes *= 4
    slopes /= np.maximum(1 + slopes * np.float32(WIDTH**2 / 2), SMALLEST_SHARE)
    return slopes


def expected_error(resolution: float) -> float:
    """Root mean square error in Å² of the median on simulated proteins."""
    at, error = zip(*EXPECTED_ERROR)
    return float(np.interp(resolution, at, error))


def surroundings(
    density: DensityMap, mask: BoolArray, resolution: float
) -> Tuple[DensityMap, BoolArray]:
    """The part of a map around its mask, with voxels of at most a third of the resolution.

    A side that the box has no room for is taken whole, or a few planes less where the grid becomes
    coarser.
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
    """How many voxels along a side become of how many: the fewest that are fine enough."""
    finest = 3 * voxel_size / resolution
    if finest > 0.8:
        return 1, 1
    ratios = [(math.ceil(old * finest), old) for old in range(1, LARGEST_DIVISOR + 1)]
    return min(ratios, key=lambda ratio: (ratio[0] / ratio[1], ratio[1]))


def _side(start: int, stop: int, size: int, multiple: int) -> slice:
    """A range of voxels with these, of a length that is quickly transformed or a multiple."""
    if multiple == 1:
        length = min(scipy.fft.next_fast_len(stop - start, real=True), size)
    else:
        even = 2 * multiple
        length = min(-(-(stop - start) // even) * even, size // even * even)
    first = max(min(start, size - length), 0)
    return slice(first, first + length)
