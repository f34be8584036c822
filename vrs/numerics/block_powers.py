"""The local power of a map in resolution shells, averaged over small cubes of its mask.

The square of the local amplitude of a voxel scatters by as much as its mean. Its average over the
voxels of a cube and its neighbours is a power from which that of noise can be subtracted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Tuple

import numpy as np
from scipy import ndimage

from vrs.maps import BoolArray, DensityMap, FloatArray
from vrs.maps.masks import IntArray
from vrs.numerics.monogenic import MonogenicSignal

SMOOTHING = 0.7
"""Standard deviation in cubes of the Gaussian average over neighbouring cubes."""


@dataclass(frozen=True)
class BlockPowers:
    """Powers in n shells and m cubes that hold voxels of the mask.

    Attributes
    ----------
    power : ndarray, float64, shape (n, m) -- mean square amplitude, also of neighbouring cubes
    noise : ndarray, float64, shape (n,) -- mean square amplitude of the background; 0 without one
    block : ndarray, int32, shape (voxels of the mask,)
        The cube of each voxel, as ``density.data[mask]``.
    voxels : ndarray, int64, shape (m,) -- voxels of the mask in each cube
    place : ndarray, int64, shape (m,) -- number of each cube in the grid of all cubes
    edge : int -- of the cubes in voxels
    """

    power: FloatArray
    noise: FloatArray
    block: IntArray
    voxels: IntArray
    place: IntArray
    edge: int


def block_powers(
    density: DensityMap,
    mask: BoolArray,
    background: BoolArray,
    sweep: FloatArray,
    width: float,
    edge: int,
) -> BlockPowers:
    """Local powers in cubes of ``edge`` voxels, averaged with their neighbours.

    Parameters
    ----------
    density : DensityMap -- shape (Z, Y, X)
    mask, background : ndarray, bool, shape (Z, Y, X) -- the background may be empty
    sweep : ndarray, shape (n,) -- centres of the shells in 1/Å
    width : float -- standard deviation of the shells in 1/Å
    edge : int -- of the cubes in voxels

    Examples
    --------
    White noise has the same power in all shells and everywhere:

    >>> noise = np.random.default_rng(0).standard_normal((48, 48, 48)).astype(np.float32)
    >>> mask = np.zeros(noise.shape, dtype=bool)
    >>> mask[12:36, 12:36, 12:36] = True
    >>> found = block_powers(DensityMap(noise, 1.0), mask, ~mask, np.array([0.2, 0.3]), 0.02, 6)
    >>> bool(np.allclose(found.power.mean(axis=1) / found.noise, 1, atol=0.1))
    True
    """
    shape = tuple(-(-size // edge) for size in mask.shape)
    block, voxels = _blocks(mask, shape, edge)
    signal = MonogenicSignal(density, mask, background)
    count = _smoothed(voxels, shape)
    inside = voxels > 0
    outside = int(np.count_nonzero(background))
    powers, noise = [], []
    for frequency in sweep:
        total, beyond = np.zeros(voxels.size), 0.0
        for (place, values), (_, far) in signal.amplitudes(float(frequency), width, "power"):
            total += np.bincount(block[place], np.square(values), voxels.size)
            beyond += float(np.square(far, dtype=np.float64).sum())
        powers.append((_smoothed(total, shape) / np.maximum(count, 1e-9))[inside])
        noise.append(beyond / max(outside, 1))
    kept = np.cumsum(inside) - 1
    return BlockPowers(
        np.array(powers),
        np.array(noise),
        kept[block].astype(np.int32),
        voxels[inside],
        np.flatnonzero(inside),
        edge,
    )


def _blocks(mask: BoolArray, shape: Tuple[int, ...], edge: int) -> Tuple[IntArray, IntArray]:
    """The cube of each voxel of the mask, and the voxels of each cube."""
    z, y, x = (np.arange(size) // edge for size in mask.shape)
    in_plane = (y[:, None] * shape[2] + x).astype(np.int32)
    block = np.concatenate(
        [in_plane[plane] + np.int32(layer * shape[1] * shape[2]) for plane, layer in zip(mask, z)]
    )
    return block, np.bincount(block, minlength=int(np.prod(shape)))


def _smoothed(values: FloatArray, shape: Tuple[int, ...]) -> FloatArray:
    cubes = values.reshape(shape).astype(np.float64)
    smooth: FloatArray = ndimage.gaussian_filter(cubes, SMOOTHING, mode="constant", truncate=4)
    return smooth.ravel()
