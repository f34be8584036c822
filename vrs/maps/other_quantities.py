"""Maps of other quantities than density: masks, segmentations, maps of the local resolution."""

from __future__ import annotations

from enum import Enum, auto
from typing import NamedTuple, Optional, Tuple

import numpy as np

from vrs.maps.density_map import DensityMap, FloatArray
from vrs.maps.statistics import commonest, count, sample

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

SMALLEST_TO_MEDIAN, EVEN = 0.3, 0.8
"""Smallest value of another quantity relative to the median of all, and that of values that are
much the same everywhere; density comes down to 0, and at a contour level to half of its median."""

COARSEST_RESOLUTION = 300.0
"""Largest local resolution in Å."""

LARGEST_STEP, SMOOTH = 0.4, 0.15
"""Mean difference of neighbours in a map of the local resolution, relative to the standard
deviation of its values; it is about 0.1 there, and 0.3 to 1 in density. The second is asked of
values that are no resolutions, or fill the box."""

LOWEST_EDGE, RISING_EDGE, EVEN_EDGE = -0.25, 0.25, -0.8
"""Median at the edge less that of all, relative to the standard deviation: resolutions become
worse, and so larger, towards the solvent, and density becomes less. The second is asked, against
the outside, where this has a value amid the others; the third of values that are much the same."""

RISE_TO_FACES = 0.05
"""The same, for the means on the faces of the box and in all of it, of a map without an outside."""

LADDER = 100
"""Number of different values up to which resolutions were tried in steps."""

LARGEST_TO_MEDIAN = 4.0
"""Largest value of a quantity that is no resolution; density has rare large values."""

PATCHES, JUMP = 0.8, 1.5
"""Share of neighbours inside that have the same whole number in a segmentation, and mean difference
of the others; in smooth density of whole numbers these differ by 1."""

SECTIONS = 64
"""Sections in which neighbours are compared."""


class Quantity(Enum):
    """What the values of a map look like."""

    DENSITY = auto()
    FEW_VALUES = auto()
    SOFT_MASK = auto()
    LOCAL_RESOLUTION = auto()
    LABELS = auto()
    FIELD = auto()
    OFFSET = auto()


class Content(NamedTuple):
    """What the values of a map look like, with the commonest value and its share of the voxels."""

    quantity: Quantity
    commonest: float
    share: float


def content_of(density: DensityMap) -> Content:
    """What the values of a map look like.

    A mask or segmentation has at most ``FEW_VALUES`` values, or patches of whole numbers; a soft
    mask has many voxels with its smallest and with its largest value. A map of the local resolution
    mostly has one value outside of the molecule: 0, one beyond all resolutions, or their mean.
    Inside are positive values that are not finer than two voxels, stay far from 0, are smooth, and
    do not fall off towards the edge. Other smooth values of one sign that stay far from 0 are
    another quantity, such as an error or an occupancy.

    What varies as density does, such as a local B-factor of both signs, cannot be told from it.

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
        everywhere = _is_resolution_everywhere(density)
        return Quantity.LOCAL_RESOLUTION if everywhere else Quantity.DENSITY
    inside = Inside.of(data, commonest)
    if inside is not None and inside.has_patches:
        return Quantity.LABELS
    if inside is not None and inside.is_resolution(density.voxel_size):
        return Quantity.LOCAL_RESOLUTION
    if _is_soft_mask(data):
        return Quantity.SOFT_MASK
    if inside is not None and inside.is_field:
        return Quantity.FIELD
    largest = max(abs(float(data.min())), abs(float(data.max())))
    return Quantity.OFFSET if abs(commonest) > OFFSET_SHARE * largest else Quantity.DENSITY


def _is_soft_mask(data: FloatArray) -> bool:
    lowest, highest = float(data.min()), float(data.max())
    step = PLATEAU * (highest - lowest)
    filled = count(data, lambda plane: plane > lowest + step)
    plateau = count(data, lambda plane: plane >= highest - step)
    return plateau >= SHARE_OF_PLATEAU * filled


class Inside(NamedTuple):
    """The values other than that of the outside.

    Attributes
    ----------
    outside, smallest, median, largest : float -- "smallest" is a percentile
    distinct : int -- number of different values
    whole : bool -- whether all are whole numbers
    same, jump : float -- share of neighbours along X with the same value, and mean difference of
        the others
    step : float -- mean difference of neighbours along X, relative to the standard deviation
    edge, rise : float -- median at the edge less that of all, and less the outside, relative to
        the standard deviation
    """

    outside: float
    smallest: float
    median: float
    largest: float
    distinct: int
    whole: bool
    same: float
    jump: float
    step: float
    edge: float
    rise: float

    @classmethod
    def of(cls, data: FloatArray, outside: float) -> Optional[Inside]:
        """None where nothing is inside, or too little to have neighbours and an edge.

        Parameters
        ----------
        data : ndarray, float32, shape (Z, Y, X)
        outside : float
        """
        sections = data[:: max(1, len(data) // SECTIONS)]
        filled = sections != data.dtype.type(outside)
        left, right = filled[..., :-1], filled[..., 1:]
        values = sections[filled].astype(np.float64)
        steps = np.abs(np.diff(sections.astype(np.float64), axis=-1))[left & right]
        edge = np.concatenate(
            (sections[..., :-1][left & ~right], sections[..., 1:][right & ~left])
        ).astype(np.float64)
        deviation = float(values.std()) if values.size else 0.0
        if not steps.size or not edge.size or not deviation:
            return None
        smallest, median = (float(part) for part in np.percentile(values, (SMALLEST_PERCENT, 50)))
        different, at_edge = steps[steps > 0], float(np.median(edge))
        return cls(
            outside=outside,
            smallest=smallest,
            median=median,
            largest=float(values.max()),
            distinct=int(np.unique(values).size),
            whole=bool((values == np.rint(values)).all()),
            same=1 - different.size / steps.size,
            jump=float(different.mean()) if different.size else 0.0,
            step=float(steps.mean()) / deviation,
            edge=(at_edge - median) / deviation,
            rise=(at_edge - outside) / deviation,
        )

    def is_resolution(self, voxel_size: float) -> bool:
        """Whether the values look like resolutions in Å."""
        if not _are_resolutions(self.smallest, self.median, self.largest, voxel_size):
            return False
        if not self.apart:
            # Solvent of an offset density has a value amid all others, too, but so has its edge.
            smooth = self.step <= LARGEST_STEP or self.distinct <= LADDER
            return smooth and min(self.edge, self.rise) >= RISING_EDGE
        return self.step <= LARGEST_STEP and self.edge >= LOWEST_EDGE or self.is_even

    @property
    def is_field(self) -> bool:
        """Whether the values are smooth and far from 0, as density is not."""
        if not self.apart or not 0 < SMALLEST_TO_MEDIAN * self.median <= self.smallest:
            return False
        if self.largest > LARGEST_TO_MEDIAN * self.median:
            return False
        return self.step <= SMOOTH and self.edge >= LOWEST_EDGE or self.is_even

    @property
    def is_even(self) -> bool:
        """Whether the values are smooth and much the same everywhere, whatever the edge is."""
        even = self.smallest >= EVEN * self.median and self.step <= SMOOTH
        return even and self.edge >= EVEN_EDGE

    @property
    def has_patches(self) -> bool:
        """Whether neighbours have the same whole number, as the labels of a segmentation."""
        patches = self.same >= PATCHES and self.jump >= JUMP
        return self.whole and self.smallest > 0 and patches

    @property
    def apart(self) -> bool:
        """Whether the outside has no value amid the others."""
        return self.outside <= 0 or self.outside >= self.largest


def _are_resolutions(smallest: float, median: float, largest: float, voxel_size: float) -> bool:
    finest = NYQUIST_TOLERANCE * 2 * voxel_size
    return smallest >= max(finest, SMALLEST_TO_MEDIAN * median) and largest <= COARSEST_RESOLUTION


def _is_resolution_everywhere(density: DensityMap) -> bool:
    """Whether the box is full of smooth values that look like resolutions, worst at its faces."""
    data = density.data
    values = sample(data).astype(np.float64)
    smallest, median = (float(part) for part in np.percentile(values, (SMALLEST_PERCENT, 50)))
    largest = float(values.max())
    if float(data.min()) <= 0:
        return False
    if not _are_resolutions(smallest, median, largest, density.voxel_size):
        return False
    sections = data[:: max(1, len(data) // SECTIONS)]
    deviation = float(values.std())
    step = float(np.abs(np.diff(sections.astype(np.float64), axis=-1)).mean())
    faces = [np.moveaxis(data, axis, 0)[[0, -1]].ravel() for axis in range(3)]
    rise = float(np.concatenate(faces).mean(dtype=np.float64)) - float(values.mean())
    return step <= SMOOTH * deviation and rise >= RISE_TO_FACES * deviation


def _commonest_value(data: FloatArray) -> Tuple[float, float]:
    """The commonest value and its share of the voxels.

    A regular sample is enough to find it: a value worth a remark is far from rare.
    """
    value, _ = commonest(sample(data))
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
