"""A surface drawn with numpy alone: the first voxel above the contour along each line of sight."""

from __future__ import annotations

from typing import Any, List, Optional, Sequence, Tuple

import matplotlib
import numpy as np
import numpy.typing as npt
from scipy import ndimage

from vrs.maps import FloatArray

_FINEST = 300
_FINER = 4
"""Volumes are interpolated to as many voxels along their longest side, or to 4 times as many."""

_LIGHT = np.array([0.3, 0.4, 0.87])
_PLAIN_COLOUR = np.array([0.66, 0.75, 0.84])
_UNDEFINED_COLOUR = np.array([0.82, 0.82, 0.82])


def cast(
    volume: FloatArray,
    voxel_size: float,
    contour: float,
    views: Sequence[Sequence[float]],
    colour: Optional[FloatArray],
    limits: Optional[Tuple[float, float]],
    colour_map: str,
) -> Tuple[List[npt.NDArray[Any]], float]:
    """Pictures, shape (N, N, 3), of the surface in every view, and their common width in Å.

    The views are turns by multiples of 90 degrees about the screen's x, y and z axes, one after the
    other.
    """
    longest = max(volume.shape)
    finer = min(_FINER, max(1, _FINEST // longest))
    volume = _finer(volume, finer, order=1)
    colour = None if colour is None else _finer(colour, finer, order=0)
    turned = [_turned(volume, angles) for angles in views]
    colours = [None if colour is None else _turned(colour, angles) for angles in views]
    pictures = [
        _picture(seen, contour, shown, limits, colour_map, longest * finer)
        for seen, shown in zip(turned, colours)
    ]
    return pictures, longest * voxel_size


def _finer(volume: FloatArray, factor: int, order: int) -> FloatArray:
    """The volume with ``factor`` voxels along the edge of one."""
    if factor == 1:
        return volume
    result: FloatArray = ndimage.zoom(volume, factor, order=order, mode="nearest", grid_mode=True)
    return result


def _turned(volume: FloatArray, angles: Sequence[float]) -> FloatArray:
    """The volume with its first axis towards the viewer, the second up, the third to the right."""
    for plane, angle in zip(((1, 0), (0, 2), (2, 1)), angles):
        volume = np.rot90(volume, round(angle / 90.0), axes=plane)
    return volume


def _picture(
    volume: FloatArray,
    contour: float,
    colour: Optional[FloatArray],
    limits: Optional[Tuple[float, float]],
    colour_map: str,
    size: int,
) -> npt.NDArray[Any]:
    above = volume[::-1] >= contour
    hit = above.any(axis=0)
    first = volume.shape[0] - 1 - above.argmax(axis=0)
    rows, columns = np.indices(hit.shape)
    gradients = np.stack(
        [_difference(volume, first, rows, columns, axis) for axis in (2, 1, 0)], axis=-1
    )
    lengths = np.linalg.norm(gradients, axis=-1, keepdims=True)
    normals = np.divide(-gradients, lengths, out=np.zeros_like(gradients), where=lengths > 0)
    depth = first / max(1, volume.shape[0] - 1)
    brightness = (0.35 + 0.65 * np.clip(normals @ _LIGHT, 0.0, 1.0)) * (0.6 + 0.4 * depth)
    if colour is None or limits is None:
        base = np.broadcast_to(_PLAIN_COLOUR, (*hit.shape, 3))
    else:
        base = _mapped(colour[first, rows, columns], limits, colour_map)
    picture = np.ones((*hit.shape, 3))
    picture[hit] = np.clip(base * brightness[..., np.newaxis], 0.0, 1.0)[hit]
    return _in_square(picture[::-1], size)


def _difference(
    volume: FloatArray,
    first: npt.NDArray[np.int64],
    rows: npt.NDArray[np.int64],
    columns: npt.NDArray[np.int64],
    axis: int,
) -> npt.NDArray[np.float64]:
    """Central difference along one axis at the first voxels above the contour."""
    before, after = [first, rows, columns], [first, rows, columns]
    before[axis] = np.maximum(before[axis] - 1, 0)
    after[axis] = np.minimum(after[axis] + 1, volume.shape[axis] - 1)
    difference: npt.NDArray[np.float64] = np.subtract(
        volume[tuple(after)], volume[tuple(before)], dtype=np.float64
    )
    return difference


def _mapped(
    values: FloatArray, limits: Tuple[float, float], colour_map: str
) -> npt.NDArray[np.float64]:
    low, high = limits
    scaled = (values - low) / (high - low if high > low else 1.0)
    colours = np.asarray(matplotlib.colormaps[colour_map](np.nan_to_num(scaled)))[..., :3]
    colours[~np.isfinite(values)] = _UNDEFINED_COLOUR
    return colours


def _in_square(picture: npt.NDArray[np.float64], size: int) -> npt.NDArray[np.float64]:
    """The picture in the middle of a white square."""
    height, width, _ = picture.shape
    square = np.ones((size, size, 3))
    top, left = (size - height) // 2, (size - width) // 2
    square[top : top + height, left : left + width] = picture
    return square
