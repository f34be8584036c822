"""Maps of other quantities than density: masks, and maps of the local resolution."""

from __future__ import annotations

from enum import Enum, auto
from typing import NamedTuple, Tuple

import numpy as np

from vrs.maps.density_map import DensityMap, FloatArray
from vrs.maps.statistics import count, sample

FEW_VALUES = 8
"""Number of different grey values up to which a map looks like a mask or a segmentation."""

COMMON_SHARE = 0.2
"""Share of voxels with exactly the same value beyond which that value fills the outside."""

OFFSET_SHARE = 0.1
"""Share of the largest absolute value beyond which the commonest value is not "near 0"."""

PLATEAU = 1e-3
"""Share of the range of values within which voxels of a soft mask count as 0 or as 1."""

SHARE_OF_PLATEAU = 0.05
"""Share of the voxels of a soft mask that are not 0 which are 1 at least."""

NYQUIST_TOLERANCE = 0.95
"""A local resolution may be finer than two voxels by this factor."""

SMALLEST_PERCENT = 1.0
"""Percentile that counts as the smallest local resolution; single voxels may be finer."""

SMALLEST_TO_MEDIAN = 0.3
"""Smallest local resolution, relative to the median of all; density comes down to 0."""

COARSEST_RESOLUTION = 300.0
"""Largest local resolution in Å."""

LARGEST_STEP = 0.4
"""Mean difference of neighbours in a map of the local resolution, relative to the standard
deviation of its values; it is about 0.1 there, and 0.5 to 1 in density."""

LOWEST_EDGE = -0.25
"""Median at the edge less that of all, relative to the standard deviation: resolutions become
worse, and so larger, towards the solvent, and density becomes less."""

SECTIONS = 64
"""Sections in which neighbours are compared."""


class Quantity(Enum):
    """What the values of a map look like."""

    DENSITY = auto()
    FEW_VALUES = auto()
    SOFT_MASK = auto()
    LOCAL_RESOLUTION = auto()
    OFFSET = auto()


class Content(NamedTuple):
    """What the values of a map look like, with the commonest value and its share of the voxels."""

    quantity: Quantity
    commonest: float
    share: float


def content_of(density: DensityMap) -> Content:
    """What the values of a map look like.

    A mask or segmentation has at most ``FEW_VALUES`` values; a soft mask has many voxels with its
    smallest and with its largest value. A map of the local resolution has one value outside of the
    molecule, which is 0 or beyond all resolutions. Inside are positive values that are not finer
    than two voxels, stay far from 0, are smooth, and do not fall off towards the edge.

    Parameters
    ----------
    density : DensityMap -- float32, shape (Z, Y, X); finite and not constant

    Examples
    --------
    >>> values = np.zeros((20, 20, 20), dtype=np.float32)
    >>> values[5:15, 5:15, 5:15] = np.linspace(4, 6, 1000).reshape(10, 10, 10)
    >>> content_of(DensityMap(values, voxel_size=1.5)).quantity.name
    'LOCAL_RESOLUTION'
    """
    data = density.data
    commonest, share = _commonest_value(data)
    return Content(_quantity(density, commonest, share), commonest, share)


def _quantity(density: DensityMap, commonest: float, share: float) -> Quantity:
    data = density.data
    if _has_few_values(data):
        return Quantity.FEW_VALUES
    if share <= COMMON_SHARE:
        return Quantity.DENSITY
    if _is_local_resolution(density, commonest):
        return Quantity.LOCAL_RESOLUTION
    if _is_soft_mask(data):
        return Quantity.SOFT_MASK
    largest = max(abs(float(data.min())), abs(float(data.max())))
    return Quantity.OFFSET if abs(commonest) > OFFSET_SHARE * largest else Quantity.DENSITY


def _is_soft_mask(data: FloatArray) -> bool:
    lowest, highest = float(data.min()), float(data.max())
    step = PLATEAU * (highest - lowest)
    filled = count(data, lambda plane: plane > lowest + step)
    plateau = count(data, lambda plane: plane >= highest - step)
    return plateau >= SHARE_OF_PLATEAU * filled


def _is_local_resolution(density: DensityMap, outside: float) -> bool:
    """Whether the values other than that of the outside look like resolutions in Å."""
    values = sample(density.data)
    inside = values[values != values.dtype.type(outside)]
    if not inside.size:
        return False
    smallest, median = (float(value) for value in np.percentile(inside, (SMALLEST_PERCENT, 50)))
    largest = float(inside.max())
    finest = NYQUIST_TOLERANCE * 2 * density.voxel_size
    possible = (
        smallest >= max(finest, SMALLEST_TO_MEDIAN * median) and largest <= COARSEST_RESOLUTION
    )
    # Solvent of an offset density has a value in the middle of all others.
    apart = outside <= 0 or outside >= largest
    return bool(possible and apart and _is_smooth_to_its_edge(density.data, outside))


def _is_smooth_to_its_edge(data: FloatArray, outside: float) -> bool:
    """Whether neighbours along X are much alike inside, and the edge is not the lowest part."""
    sections = data[:: max(1, len(data) // SECTIONS)]
    filled = sections != data.dtype.type(outside)
    left, right = filled[..., :-1], filled[..., 1:]
    values = sections[filled].astype(np.float64)
    steps = np.abs(np.diff(sections.astype(np.float64), axis=-1))[left & right]
    edge = np.concatenate(
        (sections[..., :-1][left & ~right], sections[..., 1:][right & ~left])
    ).astype(np.float64)
    if not steps.size or not edge.size:
        return False
    deviation = float(values.std())
    smooth = float(steps.mean()) <= LARGEST_STEP * deviation
    return bool(smooth and np.median(edge) - np.median(values) >= LOWEST_EDGE * deviation)


def _commonest_value(data: FloatArray) -> Tuple[float, float]:
    """The commonest value and its share of the voxels.

    A regular sample is enough to find it: a value worth a remark is far from rare.
    """
    values, counts = np.unique(sample(data), return_counts=True)
    value = float(values[counts.argmax()])
    same = count(data, lambda plane: plane == value)
    # Adding zero turns -0.0 into 0.0.
    return value + 0.0, same / data.size


def _has_few_values(data: FloatArray) -> bool:
    """Whether there are at most ``FEW_VALUES`` different ones; stops as soon as there are more."""
    values = np.empty(0, dtype=data.dtype)
    for section in data:
        values = np.union1d(values, section)
        if values.size > FEW_VALUES:
            return False
    return True
