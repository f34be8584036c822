"""A contour level proposed by the values of a map, where nobody states one."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import NamedTuple, Optional

import numpy as np

from vrs.level0.levels import Levels
from vrs.level0.surroundings import LEAST_FAR, surroundings_of
from vrs.maps import BoolArray, DensityMap, MapError
from vrs.maps.masks import raw_mask, sizes_and_largest
from vrs.maps.memory_map import leave_on_disk
from vrs.maps.other_quantities import COMMON_SHARE, Quantity, content_of
from vrs.maps.printing import share
from vrs.maps.refused_inputs import SMALLEST_MASS, VOLUME_OF_ONE_KDA, refuse_map
from vrs.maps.statistics import bulk

ONE_BODY = 0.93
"""Share of the voxels at or above a level that the largest body must hold."""

TRIED = (1.0, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.6, 0.5)
"""Of a level; lower ones are not tried."""

FALSE_SHARE, MOST_FALSE = 0.001, 0.05
"""Shares of the voxels at or above a level that noise may explain: usual levels show as little as
the first, and the second is the most where the level is lowered to join bodies."""

FEWEST = 50
"""Voxels that a level must show; and at least those of ``SMALLEST_MASS``."""

ON_FACES = 0.3
"""Share of the voxels at or above a level on the faces across an axis of the box, over that in all
of it; if all axes have more, density fills the box. A filament has none across two axes."""

INVERTED = -1.0
"""Skewness of the values below which contrast looks inverted."""

HALF_OF_NOISE = 0.67
"""Standard deviations from the centre up to which a level that is half of the mean above it shows
noise: in a Gaussian it lies at 0.61."""

TOP = 0.01
"""Share of the voxels of a map of noise that are shown."""

DIGITS = 3
"""Of a proposed level above the background."""

NO_DENSITY = {
    Quantity.FEW_VALUES: "a mask or a segmentation",
    Quantity.SOFT_MASK: "a soft mask",
    Quantity.LOCAL_RESOLUTION: "a map of the local resolution",
    Quantity.LABELS: "a segmentation",
    Quantity.FIELD: "a map of another quantity than density",
}
"""What has no contour level."""


@dataclass(frozen=True)
class Proposal:
    """A contour level.

    Attributes
    ----------
    level : float -- in grey values, of three digits
    reason : str -- why this one, as the end of a sentence
    in_noise : bool -- whether nothing stands out from the noise
    """

    level: float
    reason: str
    in_noise: bool = False


def propose_contour(density: DensityMap) -> Proposal:
    """A usual contour level of a map, from its values alone.

    The level halfway from the background to the mean of the voxels above it, which is the surface
    of a blurred body.
    Where the solvent shows its noise, it is at least the level above which noise explains less than
    0.1 % of the voxels, and in noise alone it shows the top 1 %. Then the highest level, down to
    half of that, at which the molecule is one body.

    Parameters
    ----------
    density : DensityMap
        As it is measured, without isolated voxels far outside all others; data float32, shape
        (Z, Y, X).

    Raises
    ------
    MapError
        If the map cannot be measured, or looks like a mask or a map of another quantity.

    Examples
    --------
    >>> z, y, x = np.indices((48, 48, 48)) - 23.5
    >>> ball = (1 / (1 + np.exp(np.sqrt(z**2 + y**2 + x**2) - 15))).astype(np.float32)
    >>> proposal = propose_contour(DensityMap(ball, voxel_size=2.0))
    >>> proposal.level, proposal.reason
    (0.429, 'it is halfway from the background to the mean of the voxels above it')
    """
    refuse_map(density)
    quantity = content_of(density).quantity
    if quantity in NO_DENSITY:
        raise MapError(
            f"the map looks like {NO_DENSITY[quantity]}, which has no contour level of a molecule",
            "use a map of density, or state a contour level",
        )
    background, levels = Background.of(density), Levels.of(density)
    found = _of_the_values(density, levels, background)
    leave_on_disk(density.data)
    if found is None:
        raise MapError("no density stands out from the background", "state a contour level")
    level = rounded(found.level, background.center)
    joined = None
    if not found.in_noise:
        lowest = background.noise_ends(levels, MOST_FALSE)
        joined = one_body_level(density, background.center, level, lowest)
    if joined is None or joined == level:
        return replace(found, level=level)
    return Proposal(joined, f"{found.reason}, lowered until the molecule is one body")


def one_body_level(
    density: DensityMap, center: float, level: float, lowest: Optional[float] = None
) -> Optional[float]:
    """The highest of the levels from one down to half of it that shows one body.

    Parameters
    ----------
    density : DensityMap -- data float32, shape (Z, Y, X)
    center : float -- value of the background, from which levels count
    level : float -- in grey values
    lowest : float, optional -- lower levels are not tried, except the first

    Returns
    -------
    float or None -- None if even half shows several bodies, or the level is in the background
    """
    if level <= center:
        return None
    for part in TRIED:
        tried = level if part == 1 else rounded(center + part * (level - center), center)
        if lowest is not None and tried < min(lowest, level):
            break
        sizes = sizes_and_largest(raw_mask(density.data, tried))[0]
        if sizes.size and sizes.max() >= ONE_BODY * sizes.sum():
            return tried
    return None


def rounded(level: float, center: float) -> float:
    """A level whose height above the background has three digits.

    Parameters
    ----------
    level, center : float -- a grey value, and that of the background

    Examples
    --------
    >>> rounded(0.0846532, 0.0), rounded(1000.0846532, 1000.0), rounded(84653.2, 0.0)
    (0.0847, 1000.0847, 84700.0)
    """
    height = abs(level - center)
    return round(level, DIGITS - 1 - math.floor(math.log10(height))) if height else level


class Background(NamedTuple):
    """What surrounds the molecule.

    Attributes
    ----------
    center : float -- its value
    sigma : float -- standard deviation of its noise; 0 where it shows none
    inverted : bool -- whether the map has the skewness of inverted contrast
    """

    center: float
    sigma: float
    inverted: bool

    @classmethod
    def of(cls, density: DensityMap) -> Background:
        """Of a map of which nothing else is known.

        Parameters
        ----------
        density : DensityMap -- data float32, shape (Z, Y, X)
        """
        around = surroundings_of(density, np.zeros(density.data.shape, dtype=bool))
        center = around.identical[0]
        values = around.values[around.inside & (around.values != np.float32(center))]
        if around.identical_inside > COMMON_SHARE or values.size < LEAST_FAR:
            return cls(center, 0.0, False)
        center, sigma = bulk(values)
        heights = values - values.mean(dtype=np.float64)
        third = float((heights**3).mean())
        return cls(center, sigma, third < INVERTED * float(heights.std()) ** 3)

    def noise_ends(self, levels: Levels, false_share: float) -> Optional[float]:
        """The level above which noise explains less than a share of the voxels; None without."""
        return levels.beyond_noise(self.center, self.sigma, false_share) if self.sigma else None


def _of_the_values(
    density: DensityMap, levels: Levels, background: Background
) -> Optional[Proposal]:
    """The level before bodies are looked at; None if nothing is above the background."""
    center, sigma = background.center, background.sigma
    fewest = max(FEWEST, SMALLEST_MASS * VOLUME_OF_ONE_KDA / density.voxel_volume)
    half = levels.half_height(center, fewest)
    beyond = background.noise_ends(levels, FALSE_SHARE)
    if sigma and beyond is None and (half is None or (half - center) / sigma <= HALF_OF_NOISE):
        reason = f"nothing stands out from the noise, and it shows the top {share(100 * TOP)}"
        return Proposal(levels.level_of(TOP * density.data.size), reason, in_noise=True)
    above_half = beyond is not None and (half is None or beyond > half)
    if beyond is not None and above_half and not _crowded(density, background, beyond):
        part = share(100 * FALSE_SHARE)
        return Proposal(beyond, f"above it noise explains less than {part} of the voxels")
    if half is None:
        return None
    return Proposal(half, "it is halfway from the background to the mean of the voxels above it")


def _crowded(density: DensityMap, background: Background, level: float) -> bool:
    """Whether density fills the box, so that what surrounds the molecule is no noise.

    Voxels that are as far below the background are then more than those at or above the level, or
    all pairs of faces hold nearly as many of these as the box does.
    """
    raw = raw_mask(density.data, level)
    above = int(np.count_nonzero(raw))
    if least_on_faces(raw) > ON_FACES * above / raw.size:
        return True
    mirrored = np.float32(2 * background.center - level)
    below = sum(int(np.count_nonzero(plane <= mirrored)) for plane in density.data)
    return below > above and not background.inverted


def least_on_faces(mask: BoolArray) -> float:
    """Share in the mask of the two faces across an axis of the box, for the axis with least.

    Parameters
    ----------
    mask : ndarray, bool, shape (Z, Y, X)

    Examples
    --------
    A filament along Z:

    >>> mask = np.zeros((4, 4, 4), dtype=bool)
    >>> mask[:, 1:3, 1:3] = True
    >>> least_on_faces(mask)
    0.0
    """
    return min(float(np.moveaxis(mask, axis, 0)[[0, -1]].mean()) for axis in range(3))
