"""Simulated maps with known properties."""

from __future__ import annotations

from typing import Optional

import numpy as np

from vrs.maps import BoolArray, DensityMap, FloatArray
from vrs.maps.fourier import frequency_radius, inverse, raised_cosine_low_pass, transform


def ball(size: int, radius: float) -> BoolArray:
    """A sphere of ``radius`` voxels in the middle of a cubic box."""
    axis = np.arange(size) - size // 2
    z, y, x = np.meshgrid(axis, axis, axis, indexing="ij")
    inside: BoolArray = z**2 + y**2 + x**2 < radius**2
    return inside


def atoms_in(mask: BoolArray, share: float = 0.05, seed: int = 0) -> FloatArray:
    """Point atoms on random voxels of a mask: the same amplitude in every shell."""
    random = np.random.default_rng(seed)
    atoms: FloatArray = (mask & (random.random(mask.shape) < share)).astype(np.float32)
    return atoms


def blurred(data: FloatArray, voxel_size: float, b_factor: float) -> FloatArray:
    """Amplitudes multiplied by exp(-B s²/4), B in Å²: positive values blur."""
    squared = frequency_radius(data.shape, voxel_size) ** 2
    return inverse(transform(data) * np.exp(-b_factor / 4 * squared), data.shape)


def low_passed(data: FloatArray, voxel_size: float, resolution: float) -> FloatArray:
    """The map up to ``resolution`` Å (raised cosine of 0.02 cycles per voxel)."""
    gain = raised_cosine_low_pass(frequency_radius(data.shape), voxel_size / resolution)
    return inverse(transform(data) * gain, data.shape)


def atom_ball(
    size: int,
    voxel_size: float,
    b_factor: float,
    resolution: Optional[float] = None,
    noise: float = 0.0,
    seed: int = 0,
) -> DensityMap:
    """A ball of random atoms with B-factor ``b_factor``, a third of the box in radius.

    ``noise`` is the standard deviation of white noise as a share of that of the density inside the
    ball, added before the low-pass at ``resolution``.
    """
    inside = ball(size, size / 3)
    data = blurred(atoms_in(inside, seed=seed), voxel_size, b_factor)
    if noise:
        random = np.random.default_rng(seed + 1)
        data = data + noise * data[inside].std() * random.standard_normal(data.shape, np.float32)
    if resolution is not None:
        data = low_passed(data, voxel_size, resolution)
    return DensityMap(data.astype(np.float32), voxel_size)
