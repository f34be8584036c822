"""Slices and projections of a map, normal to X, Y and Z."""

from __future__ import annotations

from typing import Tuple

import numpy as np

from vrs.maps.density_map import FloatArray

AXES = ("X", "Y", "Z")
"""Normals of the slices, in the order of all results here; the array axis of X is 2."""

Indices = Tuple[int, int, int]


def central_indices(data: FloatArray) -> Indices:
    """Index n//2 along X, Y and Z.

    Parameters
    ----------
    data : ndarray, shape (Z, Y, X)

    >>> central_indices(np.zeros((6, 7, 9)))
    (4, 3, 3)
    """
    z, y, x = data.shape
    return x // 2, y // 2, z // 2


def max_variance_indices(data: FloatArray) -> Indices:
    """Index of the slice of largest variance along X, Y and Z, in one pass over the map.

    Parameters
    ----------
    data : ndarray, shape (Z, Y, X)
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
    """The slices normal to X, Y and Z.

    Parameters
    ----------
    data : ndarray, shape (Z, Y, X)
    indices : tuple of 3 ints -- along X, Y and Z

    Returns
    -------
    tuple of 3 ndarrays, shapes (Z, Y), (Z, X) and (Y, X) -- views of ``data``
    """
    x, y, z = indices
    return data[:, :, x], data[:, y, :], data[z, :, :]


def projections(data: FloatArray) -> Tuple[FloatArray, FloatArray, FloatArray]:
    """Sums along X, Y and Z.

    Parameters
    ----------
    data : ndarray, shape (Z, Y, X)

    Returns
    -------
    tuple of 3 ndarrays, float64, shapes (Z, Y), (Z, X) and (Y, X)
    """
    along_x, along_y, along_z = (data.sum(axis=axis, dtype=np.float64) for axis in (2, 1, 0))
    return along_x, along_y, along_z


def maximum_projections(data: FloatArray) -> Tuple[FloatArray, FloatArray, FloatArray]:
    """Largest values along X, Y and Z.

    Parameters
    ----------
    data : ndarray, shape (Z, Y, X)

    Returns
    -------
    tuple of 3 ndarrays, of the type of ``data``, shapes (Z, Y), (Z, X) and (Y, X)
    """
    along_x, along_y, along_z = (data.max(axis=axis) for axis in (2, 1, 0))
    return along_x, along_y, along_z


def deviation_projections(data: FloatArray) -> Tuple[FloatArray, FloatArray, FloatArray]:
    """Standard deviations along X, Y and Z, in one pass over the map.

    Parameters
    ----------
    data : ndarray, shape (Z, Y, X)

    Returns
    -------
    tuple of 3 ndarrays, float64, shapes (Z, Y), (Z, X) and (Y, X)

    Examples
    --------
    >>> data = np.zeros((2, 3, 4))
    >>> data[1] = 2
    >>> [float(part.max()) for part in deviation_projections(data)]
    [0.0, 0.0, 1.0]
    """
    z, y, x = data.shape
    along_x, along_y = np.empty((z, y)), np.empty((z, x))
    total, squares = np.zeros((y, x)), np.zeros((y, x))
    # Differences from one value: squares of values far from 0 would lose their digits.
    offset = float(data[z // 2, y // 2, x // 2])
    for index, plane in enumerate(data):
        values = plane.astype(np.float64) - offset
        along_x[index], along_y[index] = values.std(axis=1), values.std(axis=0)
        total += values
        squares += values * values
    along_z = np.sqrt(np.maximum(squares / z - (total / z) ** 2, 0))
    return along_x, along_y, along_z
