"""A map on a grid of exactly 1 Å, which the networks were trained on."""

from __future__ import annotations

import math
from typing import List, Tuple

import numpy as np
from scipy import ndimage

from vrs.maps import BoolArray, DensityMap, FloatArray
from vrs.maps.masks import bounding_box

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
    spare = margin + KERNEL_REACH * max(voxel_size, GRID)
    near = bounding_box(mask, margin=math.ceil(spare / voxel_size))
    whole, starts, stops = [], [], []
    for size, filled in zip(mask.shape, bounding_box(mask)):
        total = math.floor((size - 1) * voxel_size / GRID + 1e-6) + 1
        start = max(math.floor((filled.start * voxel_size - margin) / GRID), 0)
        stop = min(math.ceil(((filled.stop - 1) * voxel_size + margin) / GRID) + 1, total)
        whole.append(total)
        starts.append(min(start, total - 1))
        stops.append(max(stop, starts[-1] + 1))
    data = density.data[near].astype(np.float32, copy=False)
    positions = [
        np.arange(start, stop) * GRID / voxel_size - part.start
        for start, stop, part in zip(starts, stops, near)
    ]
    for axis in range(3):
        data = _interpolated(data, axis, voxel_size, positions[axis])
    inside = _resampled_mask(mask[near], voxel_size, positions)
    return np.ascontiguousarray(data), inside, _corner(starts), _corner(whole)


def _resampled_mask(mask: BoolArray, voxel_size: float, positions: List[FloatArray]) -> BoolArray:
    """The mask on the new grid: linear interpolation, cut at a half."""
    scale = GRID / voxel_size
    offset = np.array([place[0] for place in positions])
    shape = tuple(place.size for place in positions)
    if abs(scale - 1) < SAME_GRID:
        first = np.rint(offset).astype(int)
        return mask[tuple(slice(at, at + side) for at, side in zip(first, shape))]
    share = ndimage.affine_transform(
        mask.astype(np.float32), np.eye(3) * scale, offset, shape, order=1
    )
    # A mask thinner than the grid may miss every point of it: its best point stands for it.
    inside: BoolArray = share >= min(0.5, float(share.max()))
    return inside


def _corner(values: List[int]) -> Corner:
    return values[0], values[1], values[2]


def _interpolated(
    data: FloatArray, axis: int, voxel_size: float, positions: FloatArray
) -> FloatArray:
    """Values at the positions, in voxels, along one axis."""
    size = data.shape[axis]
    if abs(voxel_size - GRID) < SAME_GRID:
        first = int(round(float(positions[0])))
        part = [slice(None)] * 3
        part[axis] = slice(first, first + positions.size)
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
