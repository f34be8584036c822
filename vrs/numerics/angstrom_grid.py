"""A map on a grid of exactly 1 Å, on which the networks were trained.

The interpolation is separable: for each axis a matrix of shape (new size, old size) holds in row i
the weights of the old voxels in new voxel i.
"""

from __future__ import annotations

import math
from typing import Any, Callable, Iterator, Sequence, Tuple

import numpy as np
import numpy.typing as npt

from vrs.maps import BoolArray, DensityMap, FloatArray
from vrs.maps.fourier import slices
from vrs.maps.masks import bounding_box

GRID = 1.0
"""Å between the voxels."""

KERNEL_REACH = 8
"""Half width of the windowed sinc, in voxels of the coarser of the two grids."""

KAISER_BETA = 6.0
"""Shape of the window on the sinc: ripples below 0.1 % and a narrow edge at Nyquist."""

SAME_GRID = 1e-4
"""Difference of two voxel sizes, in Å, that moves nothing in any box."""

_ROUNDING = 1e-8

_PLANES_AT_ONCE = 16

Positions = npt.NDArray[np.float64]


def to_angstrom_grid(
    density: DensityMap, mask: BoolArray, margin: float
) -> Tuple[FloatArray, BoolArray, Tuple[int, ...], Tuple[int, ...]]:
    """The part of a map around its mask on a grid of 1 Å.

    The grid starts at voxel [0, 0, 0] of the map. Grey values are interpolated by ``sinc_matrix``,
    the mask linearly and cut at 0.5.

    Parameters
    ----------
    density : DensityMap -- any voxel size
    mask : ndarray, bool, shape (Z, Y, X) -- not empty
    margin : float -- Å kept around the mask, as far as the box reaches

    Returns
    -------
    data : ndarray, float32, shape (z, y, x) -- grey values around the mask
    mask : ndarray, bool, shape (z, y, x) -- the mask on the same grid; never empty
    start : tuple of 3 ints -- index (z, y, x) of ``data`` in the 1 Å grid of the whole box
    whole : tuple of 3 ints -- shape of the 1 Å grid of the whole box

    Raises
    ------
    ValueError
        If the mask is empty.

    Examples
    --------
    A box of 20 voxels of 1.5 Å reaches from 0 to 28.5 Å:

    >>> density = DensityMap(np.ones((20, 20, 20), dtype=np.float32), voxel_size=1.5)
    >>> mask = np.zeros((20, 20, 20), dtype=bool)
    >>> mask[8:12, 8:12, 8:12] = True
    >>> data, inside, start, whole = to_angstrom_grid(density, mask, margin=3.0)
    >>> data.shape, start, whole
    ((12, 12, 12), (9, 9, 9), (29, 29, 29))
    """
    voxel_size = density.voxel_size
    spare = margin + KERNEL_REACH * max(voxel_size, GRID)
    near = bounding_box(mask, margin=math.ceil(spare / voxel_size))
    starts, stops, whole = angstrom_part(mask, voxel_size, margin)
    positions = [
        np.arange(start, stop) * GRID / voxel_size - part.start
        for start, stop, part in zip(starts, stops, near)
    ]
    data, inside = density.data[near].astype(np.float32, copy=False), mask[near]
    if abs(voxel_size - GRID) < SAME_GRID:
        part = tuple(slice(round(row[0]), round(row[0]) + row.size) for row in positions)
        data, inside = data[part], inside[part]
    else:
        sides = list(zip(data.shape, positions))
        data = interpolated(data, [sinc_matrix(size, row, voxel_size) for size, row in sides])
        linear = [linear_matrix(size, row) for size, row in sides]
        # A mask thinner than the grid may lie between its points: the nearest points stand for it.
        inside = interpolated_mask(inside, linear, lambda most: min(0.5, most) - _ROUNDING)
    return np.ascontiguousarray(data), inside, starts, whole


def angstrom_part(
    mask: BoolArray, voxel_size: float, margin: float
) -> Tuple[Tuple[int, ...], Tuple[int, ...], Tuple[int, ...]]:
    """The part of the 1 Å grid that ``to_angstrom_grid`` returns.

    Parameters
    ----------
    mask : ndarray, bool, shape (Z, Y, X) -- not empty
    voxel_size : float -- in Å
    margin : float -- Å kept around the mask, as far as the box reaches

    Returns
    -------
    start, stop : tuples of 3 ints -- along z, y, x
    whole : tuple of 3 ints -- shape (z, y, x) of the 1 Å grid of the whole box
    """
    whole, starts, stops = [], [], []
    for size, filled in zip(mask.shape, bounding_box(mask)):
        total = math.floor((size - 1) * voxel_size / GRID + 1e-6) + 1
        start = max(math.floor((filled.start * voxel_size - margin) / GRID), 0)
        stop = min(math.ceil(((filled.stop - 1) * voxel_size + margin) / GRID) + 1, total)
        whole.append(total)
        starts.append(min(start, total - 1))
        stops.append(max(stop, starts[-1] + 1))
    return tuple(starts), tuple(stops), tuple(whole)


def along_axis(matrix: FloatArray, data: FloatArray, axis: int) -> FloatArray:
    """Multiply a map by a matrix along one axis.

    Parameters
    ----------
    matrix : ndarray, float32 or float64, shape (new size, old size)
    data : ndarray, float32 or float64, shape (Z, Y, X) -- of the old size along ``axis``
    axis : int -- 0 (Z), 1 (Y) or 2 (X)

    Returns
    -------
    ndarray, shape (Z, Y, X) -- of the new size along ``axis``

    Examples
    --------
    The means of neighbouring voxels along X:

    >>> means = np.array([[0.5, 0.5, 0, 0], [0, 0, 0.5, 0.5]], dtype=np.float32)
    >>> along_axis(means, np.array([[[1, 3, 5, 7]]], dtype=np.float32), axis=2)
    array([[[2., 6.]]], dtype=float32)
    """
    result: FloatArray = np.moveaxis(np.tensordot(matrix, data, axes=(1, axis)), 0, axis)
    return result


def interpolated(data: FloatArray, matrices: Sequence[FloatArray]) -> FloatArray:
    """Multiply a map by a matrix along each axis, a few planes at a time.

    Parameters
    ----------
    data : ndarray, shape (Z, Y, X)
    matrices : three ndarrays, float32 or float64 -- along Z, Y and X; shapes (new size, old size)

    Returns
    -------
    ndarray, of the type of the matrices, shape (new Z, new Y, new X)

    Examples
    --------
    >>> whole, half = np.eye(2, dtype=np.float32), np.full((1, 2), 0.5, dtype=np.float32)
    >>> interpolated(np.arange(8.0).reshape(2, 2, 2), [whole, half, half])
    array([[[1.5]],
    <BLANKLINE>
           [[5.5]]], dtype=float32)
    """
    result = np.empty([len(matrix) for matrix in matrices], dtype=matrices[0].dtype)
    for part, planes in _interpolated_planes(data, matrices):
        result[part] = planes
    return result


def interpolated_mask(
    mask: BoolArray, matrices: Sequence[FloatArray], level: Callable[[float], float]
) -> BoolArray:
    """``interpolated`` of a mask, cut at a level.

    Parameters
    ----------
    mask : ndarray, bool, shape (Z, Y, X)
    matrices : three ndarrays -- As in ``interpolated``.
    level : function -- the level from the largest interpolated value; it must not fall with that

    Returns
    -------
    ndarray, bool, shape (new Z, new Y, new X)
    """
    inside = np.empty([len(matrix) for matrix in matrices], dtype=bool)
    highest, cut = -math.inf, level(math.inf)
    for part, planes in _interpolated_planes(mask, matrices):
        inside[part] = planes >= cut
        highest = max(highest, float(planes.max()))
    if level(highest) < cut:
        for part, planes in _interpolated_planes(mask, matrices):
            inside[part] = planes >= level(highest)
    return inside


def _interpolated_planes(
    data: npt.NDArray[Any], matrices: Sequence[FloatArray]
) -> Iterator[Tuple[slice, FloatArray]]:
    # Voxels that are out of reach have the weight 0.
    near_y, near_x = (_reached(matrix) for matrix in matrices[1:])
    along_z, along_y, along_x = matrices[0], matrices[1][:, near_y], matrices[2][:, near_x]
    for part in slices(slice(0, len(along_z)), _PLANES_AT_ONCE):
        rows = along_z[part]
        near = _reached(rows)
        used = data[near, near_y, near_x].astype(rows.dtype, copy=False)
        planes = along_axis(rows[:, near], used, 0)
        yield part, along_axis(along_x, along_axis(along_y, planes, 1), 2)


def _reached(matrix: FloatArray) -> slice:
    """The columns from the first that is not 0 to the last."""
    used = np.flatnonzero(matrix.any(axis=0))
    return slice(int(used[0]), int(used[-1]) + 1)


def sinc_matrix(
    size: int, positions: Positions, voxel_size: float, dtype: npt.DTypeLike = np.float32
) -> FloatArray:
    """Weights of a sinc with a Kaiser window, which also removes details finer than 2 Å.

    At a distance of d voxels of the coarser grid the weight is proportional to
    sinc(d) I0(6 sqrt(1 - (d/8)²)), and 0 beyond d = 8; the weights of a position add up to 1.
    Beyond its ends the row continues with the value of its last voxel.

    Parameters
    ----------
    size : int -- voxels of the row
    positions : ndarray, float64, shape (n,) -- in voxels from the first of the row, 1 Å apart
    voxel_size : float -- in Å
    dtype : data type -- precision in which weights beyond an end are added to the last voxel

    Returns
    -------
    ndarray, float32, shape (n, size)

    Examples
    --------
    A new voxel in the place of an old one has its value:

    >>> sinc_matrix(4, np.array([0.0, 2.0]), voxel_size=1.0).round(3) + 0
    array([[1., 0., 0., 0.],
           [0., 0., 1., 0.]], dtype=float32)
    """
    stretch = max(GRID / voxel_size, 1.0)
    reach = math.ceil(KERNEL_REACH * stretch)
    index = np.clip(positions, 0, size - 1)
    voxels = np.arange(-reach, size + reach)
    distance = (voxels[None, :] - index[:, None]) / stretch
    inside = np.clip(1 - (distance / KERNEL_REACH) ** 2, 0, None)
    weights = np.sinc(distance) * np.i0(KAISER_BETA * np.sqrt(inside)) * (inside > 0)
    weights /= weights.sum(axis=1, keepdims=True)
    matrix = np.zeros((size, len(positions)), dtype)
    np.add.at(matrix, np.clip(voxels, 0, size - 1), weights.T.astype(dtype))
    result: FloatArray = matrix.T.astype(np.float32, order="C")
    return result


def linear_matrix(size: int, positions: Positions) -> FloatArray:
    """Weights of linear interpolation; beyond its ends the row continues with its last voxel.

    Parameters
    ----------
    size : int -- voxels of the row
    positions : ndarray, float64, shape (n,) -- in voxels from the first of the row

    Returns
    -------
    ndarray, float64, shape (n, size)

    Examples
    --------
    >>> linear_matrix(3, np.array([0.25, 2.0, 5.0]))
    array([[0.75, 0.25, 0.  ],
           [0.  , 0.  , 1.  ],
           [0.  , 0.  , 1.  ]])
    """
    index = np.clip(positions, 0, size - 1)
    distance = np.abs(index[:, None] - np.arange(size)[None, :])
    weights: FloatArray = np.clip(1 - distance, 0, None)
    return weights
