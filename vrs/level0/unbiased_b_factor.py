"""The unbiased local B-factor of 0.f: the B-factor of the molecule in 0.d, around every voxel.

It differs from the published one: shells of unit power have the same width in every box and end
where noise or the low-pass of the map begins; the power of noise is subtracted from that of small
cubes of the mask, and where it prevails a cube has fewer shells, or no value; the weight of the FSC
is undone; and the fall-off that protein has at B = 0 is subtracted.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Optional, Union

import numpy as np
from scipy import ndimage

from vrs.level0.around_mask import around_mask
from vrs.level0.molecule_b_factor import LEAST_SIGNAL, MoleculeBFactor, from_powers
from vrs.maps import BoolArray, DensityMap, FloatArray
from vrs.maps.errors import MapError
from vrs.maps.masks import IntArray, dilate
from vrs.maps.printing import entered
from vrs.numerics.block_powers import BlockPowers, block_powers
from vrs.numerics.monogenic import some_background
from vrs.numerics.protein_fall_off import fall_off
from vrs.numerics.shell_powers import shell_powers

SWEEP_FROM = 10.0
"""Å; first shell."""

SHELLS = 10
FEWEST_SHELLS = 3

WIDTH = 0.02
"""Standard deviation of a shell in 1/Å."""

SMALLEST_SHARE = 0.5
"""If the power falls with B, more of the power of a shell is on its inner side, so that only the
share 1/(1 + B WIDTH²/2) of B is measured. This is corrected; the share is at least this number."""

SHORT_OF_RESOLUTION = 0.03
"""1/Å; the map's own low-pass then removes 2 % of the power of the last shell."""

NARROWEST_SWEEP = 0.03
"""1/Å; a shorter sweep holds less than two independent shells."""

CUBE = 4.0
"""Å; edge of the cubes of the mask."""

DISTANCE = 16.0
"""Å between the mask and the background: two standard deviations of what a shell averages over."""

LEAST_BACKGROUND = 200
"""Voxels of background that give the power of noise."""

LEAST_WEIGHT = 0.05
"""Of the FSC, in power; a smaller one is not undone any further."""

LEAST_SHARE = 30.0
"""Percent of the mask with a value from which there is a median."""

FINER = 2
"""Voxels of the local map along the edge of a cube."""


@dataclass(frozen=True)
class UnbiasedBFactor:
    """Local B-factors in Å², negative for amplitudes that decay.

    Attributes
    ----------
    values : ndarray, float32, shape (n,) -- of the voxels of the mask that have one
    share : float -- of the mask that has a value, in %
    error : float -- of their median: nine in ten maps are within it
    local : DensityMap -- of about 2 Å per voxel around the mask; 0 where there is no value
    """

    values: FloatArray
    share: float
    error: float
    local: DensityMap


def sweep_to(last: float) -> Optional[FloatArray]:
    """Ten shells from 10 Å to a frequency.

    Returns
    -------
    ndarray, float64, shape (10,), or None -- in 1/Å; None if the range is too short

    Examples
    --------
    >>> sweep_to(1 / 3.3).round(3).tolist()
    [0.1, 0.123, 0.145, 0.168, 0.19, 0.213, 0.235, 0.258, 0.28, 0.303]
    """
    first = 1 / SWEEP_FROM
    if last - first < NARROWEST_SWEEP:
        return None
    return np.linspace(first, last, SHELLS)


def unbiased_b_factor(
    density: DensityMap, mask: BoolArray, resolution: float
) -> Union[UnbiasedBFactor, str]:
    """Unbiased local B-factors in a mask.

    Parameters
    ----------
    density : DensityMap -- data float32, shape (Z, Y, X)
    mask : ndarray, bool, shape (Z, Y, X) -- not empty
    resolution : float -- in Å

    Returns
    -------
    UnbiasedBFactor or str -- why there is no value
    """
    short = f"between {SWEEP_FROM:g} Å and {entered(resolution)} Å there are too few shells"
    last = 1 / resolution - SHORT_OF_RESOLUTION
    if sweep_to(last) is None:
        return short
    part, inner = around_mask(density, mask, resolution)
    molecule = from_powers(shell_powers(part, inner), resolution)
    empty = f"{short} that hold more of the molecule than of noise"
    sweep = None if molecule is None else sweep_to(min(last, 1 / molecule.end))
    if molecule is None or sweep is None:
        return empty
    background = np.zeros_like(inner) if molecule.noise is None else _background(part, inner)
    cubes = block_powers(
        part, inner, background, sweep, WIDTH, max(1, round(CUBE / part.voxel_size))
    )
    b_factors = _b_factors(cubes, molecule, sweep)
    known = np.isfinite(b_factors)
    share = 100 * float(cubes.voxels[known].sum() / cubes.voxels.sum())
    if share < LEAST_SHARE:
        return empty
    values = b_factors[cubes.block]
    local = _local_map(part, inner, cubes, b_factors)
    return UnbiasedBFactor(values[np.isfinite(values)], share, molecule.half_width, local)


def _background(part: DensityMap, inner: BoolArray) -> BoolArray:
    """Voxels far from the mask; none if there are too few."""
    try:
        far = some_background(dilate(inner, math.ceil(DISTANCE / part.voxel_size)))
    except MapError:
        return np.zeros_like(inner)
    return far if np.count_nonzero(far) >= LEAST_BACKGROUND else np.zeros_like(inner)


def _b_factors(cubes: BlockPowers, molecule: MoleculeBFactor, sweep: FloatArray) -> FloatArray:
    """Of each cube, from the shells before the first that holds more noise; float32, NaN if few."""
    noise = cubes.noise[:, None]
    signal = cubes.power - noise
    held = (signal > LEAST_SIGNAL * noise) & (signal > 0)
    shells = np.where(held.all(axis=0), len(sweep), np.argmin(held, axis=0))
    logarithm = np.log(np.maximum(signal, np.finfo(np.float64).tiny)) / 2
    if molecule.noise is not None:
        weight = molecule.noise.weight(molecule.powers.masked)[1:]
        weight = np.interp(sweep, molecule.powers.frequency[1:], weight)
        undone = np.log(np.maximum(weight, LEAST_WEIGHT)) / 2
        logarithm -= molecule.noise.weighted * undone[:, None]
    protein = fall_off()
    result = np.full(shells.size, np.nan, dtype=np.float32)
    for count in range(FEWEST_SHELLS, len(sweep) + 1):
        kept, these = sweep[:count], shells == count
        if kept[-1] - kept[0] < NARROWEST_SWEEP or not these.any():
            continue
        slopes = protein.slope_weights(kept) @ logarithm[:count, these]
        measured = 4 * (slopes - protein.slope(kept))
        result[these] = measured / np.maximum(1 + measured * WIDTH**2 / 2, SMALLEST_SHARE)
    return result


def _local_map(
    part: DensityMap, inner: BoolArray, cubes: BlockPowers, b_factors: FloatArray
) -> DensityMap:
    """The values on a finer grid than that of the cubes, interpolated linearly."""
    edge = cubes.edge
    shape = tuple(-(-size // edge) for size in inner.shape)
    of_cubes = np.full(int(np.prod(shape)), np.nan, dtype=np.float32)
    of_cubes[cubes.place] = b_factors
    grid = of_cubes.reshape(shape)
    known = np.isfinite(grid)
    nearest: IntArray = ndimage.distance_transform_edt(
        ~known, return_distances=False, return_indices=True
    )
    smooth = ndimage.zoom(grid[tuple(nearest)], FINER, order=1, mode="nearest", grid_mode=True)
    smooth[~known.repeat(FINER, 0).repeat(FINER, 1).repeat(FINER, 2)] = 0
    voxel_size = part.voxel_size * edge / FINER
    shift = (voxel_size - part.voxel_size) / 2
    x, y, z = part.origin
    return DensityMap(smooth.astype(np.float32), voxel_size, (x + shift, y + shift, z + shift))
