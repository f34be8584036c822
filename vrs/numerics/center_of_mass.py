"""Centres of mass, plane by plane, so that nothing as large as the map is made."""

from __future__ import annotations

from typing import Iterable, Optional, Tuple

import numpy as np

from vrs.maps import BoolArray, FloatArray
from vrs.maps.masks import bounding_box


def center_of_mass(data: FloatArray) -> Optional[FloatArray]:
    """Centre of mass (x, y, z) in voxels: sum(index * V) / sum(V); None if the map sums to 0."""
    return _of_planes(data, data.shape)


def center_above(data: FloatArray, contour: float) -> Optional[FloatArray]:
    """Centre of mass (x, y, z) of max(V - contour, 0) in voxels; None if it is 0 everywhere."""
    level = data.dtype.type(contour)
    return _of_planes((np.maximum(plane - level, 0) for plane in data), data.shape)


def center_above_in_mask(data: FloatArray, mask: BoolArray, contour: float) -> Optional[FloatArray]:
    """As ``center_above``, of the voxels of a mask that is not empty."""
    level, extent = data.dtype.type(contour), bounding_box(mask)
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
