"""Patches of a map on a grid of 1 Å around the points of a mask.

The grid is centred on the box, so that a mirrored map has exactly the mirrored patches.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from vrs.maps import BoolArray, DensityMap, FloatArray
from vrs.numerics.angstrom_grid import along_axis, linear_matrix, sinc_matrix

PATCH = 17
"""Voxels of 1 Å along the edge of a patch."""

TINY = 1e-6
"""Å; keeps rounding from adding a point on one side only."""

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Patches:
    """The part of a map around its mask on a grid of 1 Å, and the points of the mask.

    Attributes
    ----------
    data : ndarray, float32, shape (Z, Y, X)
        With half a patch around all points; beyond the box the values of its faces continue.
    points : ndarray, int, shape (n, 3) -- first voxel (z, y, x) in ``data`` of each patch
    positions : ndarray, int, shape (n, 3) -- the points in Å from the centre of the box (z, y, x)
    """

    data: FloatArray
    points: IntArray
    positions: IntArray

    def standardised(self, chosen: npt.NDArray[Any]) -> FloatArray:
        """Patches with mean 0 and standard deviation 1; all 0 if the map is flat.

        Parameters
        ----------
        chosen : ndarray, int, shape (m,) -- indices of the points

        Returns
        -------
        ndarray, float32, shape (m, PATCH, PATCH, PATCH)
        """
        windows = np.lib.stride_tricks.sliding_window_view(self.data, (PATCH,) * 3)
        z, y, x = self.points[chosen].T
        patches = windows[z, y, x].reshape(len(chosen), -1)
        patches -= patches.mean(axis=1, keepdims=True)
        deviation = np.sqrt(np.einsum("ij,ij->i", patches, patches) / patches.shape[1])
        patches /= np.where(deviation > 0, deviation, 1)[:, None]
        result: FloatArray = patches.reshape(-1, PATCH, PATCH, PATCH)
        return result


def patches_in_mask(density: DensityMap, mask: BoolArray, most_points: int) -> Patches:
    """Points of the mask 2 Å apart, or further if there would be more than ``most_points``.

    Parameters
    ----------
    density : DensityMap -- shape (Z, Y, X)
    mask : ndarray, bool, shape (Z, Y, X) -- not empty
    most_points : int
    """
    voxel_size = density.voxel_size
    steps = [_steps(mask, axis, voxel_size) for axis in range(3)]
    inside = mask.astype(np.float32)
    data = density.data.astype(np.float32, copy=False)
    half = PATCH // 2
    for axis, size in enumerate(mask.shape):
        wide = np.arange(steps[axis][0] - half, steps[axis][-1] + half + 1)
        center = (size - 1) / 2
        linear = linear_matrix(size, steps[axis] / voxel_size + center)
        inside = along_axis(linear.astype(np.float32), inside, axis)
        sinc = sinc_matrix(size, wide / voxel_size + center, voxel_size, np.float64)
        data = along_axis(sinc, data, axis)
    # A mask thinner than 1 Å may lie between the points: the nearest points stand for it.
    points = np.argwhere(inside >= min(0.499, 0.999 * float(inside.max())))
    positions = np.stack([step[index] for step, index in zip(steps, points.T)], axis=1)
    chosen = _spread_out(positions, most_points)
    return Patches(np.ascontiguousarray(data), points[chosen], positions[chosen])


def _spread_out(positions: IntArray, most_points: int) -> BoolArray:
    """The points on the finest grid of 2 Å or more with few enough of them."""
    for stride in itertools.count(2):
        chosen: BoolArray = np.all(positions % stride == 0, axis=1)
        if np.count_nonzero(chosen) <= most_points:
            break
    return chosen if chosen.any() else np.arange(len(positions)) < most_points


def _steps(mask: BoolArray, axis: int, voxel_size: float) -> IntArray:
    """Positions in whole Å from the centre of the box that cover the mask along an axis."""
    filled = np.flatnonzero(mask.any(axis=tuple(other for other in range(3) if other != axis)))
    center = (mask.shape[axis] - 1) / 2
    first = math.ceil((filled[0] - center) * voxel_size - 0.5 - TINY)
    last = math.floor((filled[-1] - center) * voxel_size + 0.5 + TINY)
    return np.arange(first, max(last, first) + 1)
