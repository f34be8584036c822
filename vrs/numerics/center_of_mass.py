"""Centres of mass, plane by plane, without temporary arrays of the size of the map."""

from __future__ import annotations

from typing import Iterable, Optional, Tuple

import numpy as np

from vrs.maps import BoolArray, FloatArray
from vrs.maps.masks import bounding_box


def center_of_mass(data: FloatArray) -> Optional[FloatArray]:
    """Centre of mass sum(index * V) / sum(V).

    Parameters
    ----------
    data : ndarray, shape (Z, Y, X)

    Returns
    -------
    ndarray, float64, shape (3,), or None -- (x, y, z) in voxels; None if the map sums to exactly 0

    Examples
    --------
    >>> data = np.zeros((8, 8, 8), dtype=np.float32)
    >>> data[4, 3, 2], data[4, 3, 6] = 3.0, 1.0
    >>> center_of_mass(data)
    array([3., 3., 4.])
    """
    return _of_planes(data, data.shape)


def center_above(
    data: FloatArray, contour: float, mask: Optional[BoolArray] = None
) -> Optional[FloatArray]:
    """Centre of mass of max(V - contour level, 0), in the whole map or in a mask.

    Parameters
    ----------
    data : ndarray, shape (Z, Y, X)
    contour : float -- contour level in grey values
    mask : ndarray, bool, shape (Z, Y, X), optional -- not empty

    Returns
    -------
    ndarray, float64, shape (3,), or None -- (x, y, z) in voxels; None if none is above

    Raises
    ------
    ValueError
        If the mask is empty.
    """
    level = data.dtype.type(contour)
    if mask is None:
        return _of_planes((np.maximum(plane - level, 0) for plane in data), data.shape)
    extent = bounding_box(mask)
    planes = (
        np.where(inside, np.maximum(plane - level, 0), 0)
        for plane, inside in zip(data[extent], mask[extent])
    )
    center = _of_planes(planes, mask[extent].shape)
    return None if center is None else center + [part.start for part in reversed(extent)]


def _of_planes(planes: Iterable[FloatArray], shape: Tuple[int, ...]) -> Optional[FloatArray]:
    along_z, all_planes = np.zeros(shape[0]), np.zeros(shape[1:])
    for index, plane in enumerate(planes):
        values = plane.astype(np.float64)
        along_z[index] = values.sum()
        all_planes += values
    sums = (along_z, all_planes.sum(axis=1), all_planes.sum(axis=0))
    total = along_z.sum()
    if total == 0:
        return None
    return np.array([np.dot(np.arange(s.size), s) / total for s in reversed(sums)])
