"""Slices and projections of a map, normal to X, Y and Z."""

from __future__ import annotations

from typing import Tuple

import numpy as np

from vrs.maps.density_map import FloatArray

AXES = ("X", "Y", "Z")
"""Names of the normals, in the order of everything here; the array index of X is 2."""

Indices = Tuple[int, int, int]


def central_indices(data: FloatArray) -> Indices:
    """Index n//2 along X, Y and Z."""
    z, y, x = data.shape
    return x // 2, y // 2, z // 2


def max_variance_indices(data: FloatArray) -> Indices:
    """Index of the slice of largest variance along X, Y and Z.

    One pass over the map: the variance is the mean square less the square of the mean.
    """
    sums = [np.zeros(size) for size in data.shape]
    squares = [np.zeros(size) for size in data.shape]
    for index, plane in enumerate(data):
        values = plane.astype(np.float64)
        for totals, power in ((sums, values), (squares, values * values)):
            along_y = power.sum(axis=1)
            totals[0][index] = along_y.sum()
            totals[1] += along_y
            totals[2] += power.sum(axis=0)
    z, y, x = (
        int(np.argmax(square / count - (total / count) ** 2))
        for total, square, count in zip(sums, squares, (data.size // n for n in data.shape))
    )
    return x, y, z


def slices_at(data: FloatArray, indices: Indices) -> Tuple[FloatArray, FloatArray, FloatArray]:
    """The slices normal to X (shape (Z, Y)), Y (shape (Z, X)) and Z (shape (Y, X))."""
    x, y, z = indices
    return data[:, :, x], data[:, y, :], data[z, :, :]


def projections(data: FloatArray) -> Tuple[FloatArray, FloatArray, FloatArray]:
    """Sums along X (shape (Z, Y)), Y (shape (Z, X)) and Z (shape (Y, X))."""
    along_x, along_y, along_z = (data.sum(axis=axis, dtype=np.float64) for axis in (2, 1, 0))
    return along_x, along_y, along_z
