"""A map on a grid of exactly 1 Å, which the networks were trained on."""

from __future__ import annotations

import math
from typing import List, Tuple

import numpy as np
from scipy import ndimage

from vrs.maps import BoolArray, DensityMap, FloatArray

GRID = 1.0
"""Å between the voxels."""

KERNEL_REACH = 8
"""Half width of the interpolation kernel, in voxels of the coarser of the two grids."""

KAISER_BETA = 6.0
"""Shape of the window on the kernel: ripples below 0.1 % and a narrow edge at Nyquist."""

SAME_GRID = 1e-4
"""Difference of two voxel sizes, in Å, that moves nothing in any box."""

Corner = Tuple[int, int, int]


def to_angstrom_grid(
    density: DensityMap, mask: BoolArray, margin: float
) -> Tuple[FloatArray, BoolArray, Corner, Corner]:
    """The part of a map around its mask, on a grid of 1 Å that starts at voxel [0, 0, 0].

    The map is interpolated with a windowed sinc, which also removes what the grid of 1 Å cannot
    hold; beyond the box the values of its faces go on.

    Parameters
    ----------
    density : DensityMap
    mask : ndarray, bool, shape (Z, Y, X)
        Not empty.
    margin : float
        Å kept around the mask where the box has them.

    Returns
    -------
    data : ndarray, float32
        Grey values around the mask.
    mask : ndarray, bool
        The mask on the same grid; never empty.
    start : tuple of 3 ints
        Index (z, y, x) of the first voxel of ``data`` in the 1 Å grid over the whole box.
    whole : tuple of 3 ints
        Shape of the 1 Å grid over the whole box.
    """
    voxel_size = density.voxel_size
    whole, starts, stops = [], [], []
    for axis, size in enumerate(mask.shape):
        filled = np.flatnonzero(mask.any(axis=tuple(i for i in range(3) if i != axis)))
        total = math.floor((size - 1) * voxel_size / GRID + 1e-6) + 1
        start = max(math.floor((filled[0] * voxel_size - margin) / GRID), 0)
        stop = min(math.ceil((filled[-1] * voxel_size + margin) / GRID) + 1, total)
        whole.append(total)
        starts.append(min(start, total - 1))
        stops.append(max(stop, starts[-1] + 1))
    data = density.data.astype(np.float32, copy=False)
    for axis in range(3):
        data = _interpolated(data, axis, voxel_size, starts[axis], stops[axis])
    inside = _resampled_mask(mask, voxel_size, starts, stops)
    return np.ascontiguousarray(data), inside, _corner(starts), _corner(whole)


def _resampled_mask(
    mask: BoolArray, voxel_size: float, starts: List[int], stops: List[int]
) -> BoolArray:
    """The mask on the new grid: linear interpolation, cut at a half."""
    if abs(voxel_size - GRID) < SAME_GRID:
        return mask[tuple(slice(start, stop) for start, stop in zip(starts, stops))]
    scale = GRID / voxel_size
    shape = tuple(stop - start for start, stop in zip(starts, stops))
    share = ndimage.affine_transform(
        mask.astype(np.float32), np.eye(3) * scale, np.array(starts) * scale, shape, order=1
    )
    # A mask thinner than the grid may miss every point of it: its best point stands for it.
    inside: BoolArray = share >= min(0.5, float(share.max()))
    return inside


def _corner(values: List[int]) -> Corner:
    return values[0], values[1], values[2]


def _interpolated(
    data: FloatArray, axis: int, voxel_size: float, start: int, stop: int
) -> FloatArray:
    """Values at ``start`` to ``stop`` - 1 Å along one axis."""
    size = data.shape[axis]
    positions = np.arange(start, stop) * GRID / voxel_size
    if abs(voxel_size - GRID) < SAME_GRID:
        part = [slice(None)] * 3
        part[axis] = slice(start, stop)
        return data[tuple(part)]
    stretch = max(GRID / voxel_size, 1.0)
    reach = KERNEL_REACH * stretch
    nearest = np.arange(-math.ceil(reach), math.ceil(reach) + 1)
    taps = np.floor(positions).astype(int)[:, None] + nearest[None, :]
    distance = (taps - positions[:, None]) / stretch
    inside = np.clip(1 - (distance / KERNEL_REACH) ** 2, 0, None)
    weights = np.sinc(distance) * np.i0(KAISER_BETA * np.sqrt(inside)) * (inside > 0)
    weights /= weights.sum(axis=1, keepdims=True)
    matrix = np.zeros((positions.size, size), dtype=np.float32)
    rows = np.broadcast_to(np.arange(positions.size)[:, None], taps.shape)
    np.add.at(matrix, (rows, np.clip(taps, 0, size - 1)), weights.astype(np.float32))
    moved = np.tensordot(matrix, data, axes=(1, axis))
    result: FloatArray = np.moveaxis(moved, 0, axis)
    return result
