"""Power of a masked map and of its background in Fourier shells.

The map is multiplied by a soft mask around the molecule, and by its complement far from it. The
second gives the power that noise has under the first, since noise that fills the box has as much
power as the sum of the squares of the weights. A map whose solvent was multiplied away does not
show its noise.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Tuple

import numpy as np
from scipy import ndimage

from vrs.maps import BoolArray, DensityMap, FloatArray
from vrs.maps.fourier import radius_by_plane, transform
from vrs.maps.masks import dilate
from vrs.maps.memory_map import leave_on_disk
from vrs.maps.statistics import sum_of_squares
from vrs.numerics.masked_background import most_frequent

GROWTH, EDGE = 3.0, 2.0
"""Å by which the mask grows, and standard deviation of the Gaussian that softens it."""

DISTANCE, FAR_EDGE = 12.0, 4.0
"""Å between the mask and the background, and standard deviation of its edge."""

LEAST_BACKGROUND = 5000
"""Voxels of background from which the noise is known."""

LARGEST_SHARE_OF_ZEROS = 0.5
"""Share of one value in the background beyond which the solvent was multiplied away."""


PLANES = 64
"""Planes of the background that are looked at for a value that prevails."""


@dataclass(frozen=True)
class ShellPowers:
    """Mean |F|² of shells that are one Fourier pixel of the shortest side wide.

    Attributes
    ----------
    frequency : ndarray, float64, shape (n,) -- of the shells in 1/Å, up to Nyquist
    masked : ndarray, float64, shape (n,) -- power of the map in the soft mask
    background : ndarray, float64, shape (n,)
        Power of the background, scaled to the sum of squares of the soft mask; 0 if not known.
    background_known : bool
    """

    frequency: FloatArray
    masked: FloatArray
    background: FloatArray
    background_known: bool


def shell_powers(density: DensityMap, mask: BoolArray) -> ShellPowers:
    """Power of a map in its soft mask, and of its background.

    Parameters
    ----------
    density : DensityMap -- data float32, shape (Z, Y, X)
    mask : ndarray, bool, shape (Z, Y, X) -- of the molecule, not empty
    """
    size = density.voxel_size
    weight = _softened(dilate(mask, math.ceil(GROWTH / size)), EDGE / size)
    inside = sum_of_squares(weight)
    frequency, masked = _powers(density, weight)
    del weight
    grown = dilate(mask, math.ceil(DISTANCE / size))
    known = _shows_noise(density.data, grown)
    background = np.zeros_like(masked)
    if known:
        weight = _softened(grown, FAR_EDGE / size)
        np.subtract(1, weight, out=weight)
        scale = inside / sum_of_squares(weight)
        background = _powers(density, weight)[1] * scale
    return ShellPowers(frequency, masked, background, known)


def _shows_noise(data: FloatArray, grown: BoolArray) -> bool:
    """Whether there is enough background, and it is not one value."""
    if grown.size - np.count_nonzero(grown) < LEAST_BACKGROUND:
        return False
    step = math.ceil(len(data) / PLANES)
    far = np.concatenate([plane[~near] for plane, near in zip(data[::step], grown[::step])])
    return far.size > 0 and most_frequent(far)[1] <= LARGEST_SHARE_OF_ZEROS


def _softened(mask: BoolArray, edge: float) -> FloatArray:
    """The mask with a Gaussian edge of so many voxels; float32."""
    soft: FloatArray = mask.astype(np.float32)
    ndimage.gaussian_filter(soft, edge, output=soft, truncate=3)
    return soft


def _powers(density: DensityMap, weight: FloatArray) -> Tuple[FloatArray, FloatArray]:
    """Frequency and mean |F|² of the shells of a map times its weight, which is overwritten."""
    for plane, values in zip(weight, density.data):
        plane *= values
        leave_on_disk(density.data)
    spectrum = transform(weight)
    side = min(density.data.shape)
    shells = side // 2 + 1
    total, count = np.zeros(shells + 1), np.zeros(shells + 1)
    for plane, radius in radius_by_plane(density.data.shape):
        index = np.minimum((radius * side + 0.5).astype(np.int64), shells).ravel()
        power = (np.abs(spectrum[plane]) ** 2).ravel()
        total += np.bincount(index, power, shells + 1)
        count += np.bincount(index, minlength=shells + 1)
    mean = (total / np.maximum(count, 1))[:shells]
    return np.arange(shells) / (side * density.voxel_size), mean
