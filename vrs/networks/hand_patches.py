"""Patches of a map on a grid of 1 Å around the points of a mask.

The grid is centred on the box, so that a mirrored map has exactly the mirrored patches.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import Any, List

import numpy as np
import numpy.typing as npt

from vrs.maps import BoolArray, DensityMap, FloatArray
from vrs.maps.memory_map import leave_on_disk
from vrs.numerics.angstrom_grid import (
    interpolated,
    interpolated_mask,
    linear_matrix,
    sinc_matrix,
)

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

    def spread_out(self) -> Patches:
        """An eighth of the points, twice as far apart; the same in a mirrored map."""
        spacing = np.gcd.reduce(self.positions, axis=None)
        chosen = (self.positions % (2 * spacing) == 0).all(axis=1)
        return Patches(self.data, self.points[chosen], self.positions[chosen])

    def lowest(self, most_points: int) -> Patches:
        """As many points as these, or every second, third ... of them, where the map is lowest.

        In noise they are what the points of a mask are in the map times -1. At most half of the
        box around the mask is taken.

        Parameters
        ----------
        most_points : int
        """
        first = self.positions[0] - self.points[0]
        inner = tuple(size - PATCH + 1 for size in self.data.shape)
        steps = [start + np.arange(size) for start, size in zip(first, inner)]
        half = PATCH // 2
        values = self.data[half:-half, half:-half, half:-half]
        thin = values[tuple(_multiples(step, 2) for step in steps)]
        wanted = min(len(self.points), thin.size // 2)
        level = np.partition(thin.ravel(), wanted)[wanted] if thin.size else 0.0
        points = _spread_out(values < level, steps, most_points)
        positions = np.stack([step[index] for step, index in zip(steps, points.T)], axis=1)
        return Patches(self.data, points, positions)

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


def voxels_used(mask: BoolArray, voxel_size: float) -> int:
    """Number of voxels of ``Patches.data``; 0 for an empty mask.

    Parameters
    ----------
    mask : ndarray, bool, shape (Z, Y, X)
    voxel_size : float -- in Å
    """
    if not mask.any():
        return 0
    return math.prod(_steps(mask, axis, voxel_size).size + PATCH - 1 for axis in range(3))


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
    centers = [(size - 1) / 2 for size in mask.shape]
    sides = list(zip(mask.shape, steps, centers))
    linear = [
        linear_matrix(size, step / voxel_size + center).astype(np.float32)
        for size, step, center in sides
    ]
    # A mask thinner than 1 Å may lie between the points: the nearest points stand for it.
    inside = interpolated_mask(mask, linear, lambda most: min(0.499, 0.999 * most))
    points = _spread_out(inside, steps, most_points)
    positions = np.stack([step[index] for step, index in zip(steps, points.T)], axis=1)
    # Memory of the size of the box: the mask on the grid goes before the map comes.
    del inside
    half = PATCH // 2
    wide = [np.arange(step[0] - half, step[-1] + half + 1) for step in steps]
    sinc = [
        sinc_matrix(size, step / voxel_size + center, voxel_size, np.float64)
        for size, step, center in zip(mask.shape, wide, centers)
    ]
    data = interpolated(density.data, sinc)
    leave_on_disk(density.data)
    return Patches(data, points, positions)


def _spread_out(inside: BoolArray, steps: List[IntArray], most_points: int) -> IntArray:
    """Points of a mask on the finest grid of 2 Å or more with few enough of them."""
    for stride in itertools.count(2):
        slices = tuple(_multiples(step, stride) for step in steps)
        thin = inside[slices]
        if np.count_nonzero(thin) <= most_points:
            break
    points: IntArray = np.argwhere(thin) * stride + [part.start for part in slices]
    return points if len(points) else np.argwhere(inside)[:most_points]


def _multiples(step: IntArray, stride: int) -> slice:
    """The positions that are multiples of the stride: the same in a mirrored map."""
    return slice(-int(step[0]) % stride, None, stride)


def _steps(mask: BoolArray, axis: int, voxel_size: float) -> IntArray:
    """Positions in whole Å from the centre of the box that cover the mask along an axis."""
    filled = np.flatnonzero(mask.any(axis=tuple(other for other in range(3) if other != axis)))
    center = (mask.shape[axis] - 1) / 2
    first = math.ceil((filled[0] - center) * voxel_size - 0.5 - TINY)
    last = math.floor((filled[-1] - center) * voxel_size + 0.5 + TINY)
    return np.arange(first, max(last, first) + 1)
