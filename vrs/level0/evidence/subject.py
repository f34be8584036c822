"""What all evidence is measured on: the map, its bodies, and what lies around them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Optional

import numpy as np
from scipy import ndimage

from vrs.checks.inputs import Inputs
from vrs.maps import BoolArray, DensityMap, FloatArray
from vrs.maps.fourier import ComplexArray, transform
from vrs.maps.masks import bounding_box, dilate, growth_iterations, raw_mask

SMALLEST_BODY = 0.1
"""Voxels of a body over those of the largest one: half of a dimer is not the molecule."""

SOFT_GROWTH, SOFT_EDGE = 3.0, 2.0
"""Å beyond the mask, and standard deviation of the Gaussian edge of the soft mask."""

BACKGROUND_DISTANCE = 8.0
"""Å between the mask and the background."""

LEAST_BACKGROUND = 1000
"""Voxels of background that give its spread."""

TO_SIGMA = 1.4826
"""Median of the absolute deviations of a Gaussian, times this, is its standard deviation."""

_SAMPLE = 200_000


@dataclass(frozen=True)
class Subject:
    """A map and its surroundings; everything is computed once.

    Attributes
    ----------
    density : DensityMap -- data float32, shape (Z, Y, X)
    contour : float -- contour level in grey values
    resolution : float or None -- reported resolution in Å
    """

    density: DensityMap
    contour: float
    resolution: Optional[float]

    @classmethod
    def of(cls, inputs: Inputs) -> Subject:
        """The subject of the input of the checks."""
        return cls(inputs.map, inputs.contour, inputs.resolution)

    @property
    def voxel_size(self) -> float:
        """Edge of a voxel in Å."""
        return self.density.voxel_size

    @cached_property
    def raw(self) -> BoolArray:
        """Voxels at or above the contour level; bool, shape (Z, Y, X)."""
        return raw_mask(self.density.data, self.contour)

    @cached_property
    def bodies(self) -> BoolArray:
        """All bodies of at least 10 % of the largest; bool, shape (Z, Y, X)."""
        result = np.zeros_like(self.raw)
        if not self.raw.any():
            return result
        inside = bounding_box(self.raw)
        labels, _ = ndimage.label(self.raw[inside], structure=np.ones((3, 3, 3), dtype=bool))
        sizes = np.bincount(labels.ravel())
        sizes[0] = 0
        result[inside] = (sizes >= SMALLEST_BODY * sizes.max())[labels]
        return result

    @cached_property
    def mask(self) -> BoolArray:
        """The bodies, grown by about 2 Å; bool, shape (Z, Y, X)."""
        return dilate(self.bodies, growth_iterations(self.voxel_size))

    @cached_property
    def soft(self) -> FloatArray:
        """The soft mask; float32, shape (Z, Y, X), from 0 to 1."""
        grown = dilate(self.mask, math.ceil(SOFT_GROWTH / self.voxel_size))
        soft: FloatArray = ndimage.gaussian_filter(
            grown.astype(np.float32), SOFT_EDGE / self.voxel_size
        )
        return soft

    @cached_property
    def background(self) -> BoolArray:
        """Voxels far from the mask; bool, shape (Z, Y, X)."""
        return ~dilate(self.mask, math.ceil(BACKGROUND_DISTANCE / self.voxel_size))

    @cached_property
    def background_values(self) -> FloatArray:
        """A regular sample of the values of the background; float32, shape (n,)."""
        values = self.density.data[self.background]
        return values[:: max(1, values.size // _SAMPLE)]

    @cached_property
    def spectrum(self) -> ComplexArray:
        """Half spectrum of the map; complex64, shape (Z, Y, X//2 + 1)."""
        return transform(self.density.data)


def robust_sigma(values: FloatArray) -> float:
    """Standard deviation from the median of the absolute deviations, without zeros.

    Parameters
    ----------
    values : ndarray, shape (n,)

    Returns
    -------
    float -- 0 if there are fewer than 1000 values that are not 0
    """
    values = values[values != 0]
    if values.size < LEAST_BACKGROUND:
        return 0.0
    return float(TO_SIGMA * np.median(np.abs(values - np.median(values))))
