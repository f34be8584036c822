"""What lies around the molecule: a regular sample of the map, and how far each voxel is away."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Optional, Tuple

import numpy as np
from scipy import ndimage

from vrs.maps import BoolArray, DensityMap, FloatArray
from vrs.maps.statistics import commonest, robust_deviation

POINTS = 64
"""Sampled voxels along the longest side."""

FAR = 10.0
"""Å from the bodies beyond which there is background."""

LEAST_FAR = 500
"""Sampled voxels that give a spread."""

LARGEST_SHARE = 0.3
"""Share of one value in the background beyond which it shows no noise."""

LEAST_LEFT = 0.15
"""Spread of the farthest third of the background over that of the nearest; a map whose solvent
was multiplied with a soft mask, or blurred away, has less."""


@dataclass(frozen=True)
class Noise:
    """Centre (median) and robust standard deviation of the background."""

    center: float
    sigma: float


@dataclass(frozen=True)
class Surroundings:
    """A regular sample of a map.

    Attributes
    ----------
    step : int -- voxels from one sampled voxel to the next
    values : ndarray, float32, shape (Z, Y, X) of the sample
    distance : ndarray, float32, same shape -- from the bodies, in Å; infinite without bodies
    inside : ndarray, bool, same shape -- in the ellipsoid that fits into the box
    """

    step: int
    values: FloatArray
    distance: FloatArray
    inside: BoolArray

    @cached_property
    def far(self) -> BoolArray:
        """The background; bool, shape (Z, Y, X) of the sample."""
        far: BoolArray = self.distance >= FAR
        return far

    @cached_property
    def identical(self) -> Tuple[float, float]:
        """The commonest value of the background and its share; 0 and 0 without background."""
        values = self.values[self.far]
        return commonest(values) if values.size else (0.0, 0.0)

    @cached_property
    def identical_inside(self) -> float:
        """Share of that value in the background within the ellipsoid, where nothing is cut off."""
        values = self.values[self.far & self.inside]
        return float(np.mean(values == np.float32(self.identical[0]))) if values.size else 0.0

    @cached_property
    def left_far_away(self) -> Optional[float]:
        """Spread of the farthest third of the background over that of the nearest third.

        None if the background is too small or constant.
        """
        used = self._noisy
        distance, values = self.distance[used], self.values[used]
        if values.size < 3 * LEAST_FAR or not np.isfinite(distance).all():
            return None
        near, far = np.quantile(distance, (1 / 3, 2 / 3))
        spread = robust_sigma(values[distance <= near])
        return robust_sigma(values[distance >= far]) / spread if spread else None

    @cached_property
    def noise(self) -> Optional[Noise]:
        """The noise; None if the background is too small, or does not show it."""
        values = self.values[self._noisy]
        if values.size < LEAST_FAR or self.identical_inside > LARGEST_SHARE:
            return None
        sigma, left = robust_sigma(values), self.left_far_away
        if not sigma or (left is not None and left < LEAST_LEFT):
            return None
        return Noise(float(np.median(values)), sigma)

    @property
    def without_noise(self) -> str:
        """Why there is no noise to compare with; "" if there is."""
        if self.noise is not None:
            return ""
        few = np.count_nonzero(self.far) < LEAST_FAR
        return "there is too little background" if few else "the background shows no noise"

    @cached_property
    def center(self) -> float:
        """Value of the background; 0 without background.

        The median, or the commonest value where much of it has that one, as after a cut-off at 0
        that left noise above.
        """
        values = self.values[self.far]
        if self.identical_inside > LARGEST_SHARE:
            return self.identical[0]
        return float(np.median(values)) if values.size else 0.0

    @property
    def _noisy(self) -> BoolArray:
        """The background without its commonest value."""
        noisy: BoolArray = self.values != np.float32(self.identical[0])
        return noisy & self.far & self.inside


def surroundings_of(density: DensityMap, bodies: BoolArray) -> Surroundings:
    """The sample.

    Parameters
    ----------
    density : DensityMap -- data float32, shape (Z, Y, X)
    bodies : ndarray, bool, shape (Z, Y, X)
    """
    shape = density.data.shape
    step = max(1, round(max(shape) / POINTS))
    every = (slice(None, None, step),) * 3
    values, taken = np.array(density.data[every]), bodies[every]
    if taken.any():
        distance = ndimage.distance_transform_edt(~taken).astype(np.float32)
        distance *= np.float32(step * density.voxel_size)
    else:
        distance = np.full(values.shape, np.inf, dtype=np.float32)
    away = [
        ((np.arange(0, side, step) - (side - 1) / 2) / (side / 2)) ** 2 for side in shape
    ]
    inside = away[0][:, None, None] + away[1][:, None] + away[2] < 0.95
    return Surroundings(step, values, distance, inside)


def robust_sigma(values: FloatArray) -> float:
    """Standard deviation from the median of the absolute deviations.

    Parameters
    ----------
    values : ndarray, shape (n,)

    Returns
    -------
    float -- 0 if there are fewer than 500 values

    Examples
    --------
    One voxel in ten is far outside, and does not count:

    >>> values = np.random.default_rng(0).normal(0, 2, 10_000)
    >>> values[:1000] = 50
    >>> 1.9 < robust_sigma(values) < 2.4
    True
    """
    if values.size < LEAST_FAR:
        return 0.0
    return robust_deviation(values)
