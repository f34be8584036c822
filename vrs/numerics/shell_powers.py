"""Power of the molecule and of the noise in Fourier shells, from one map and its mask.

The map is multiplied by a soft mask around the molecule, and by its complement far from it. The
second gives the power that noise has under the first, since noise that fills the box has as much
power as the sum of the squares of the weights. What is left of the first is the power of the
molecule. A map whose solvent was multiplied away does not show its noise.
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
from vrs.numerics.masked_background import most_frequent

GROWTH, EDGE = 3.0, 2.0
"""Å by which the mask grows, and standard deviation of the Gaussian that softens it."""

DISTANCE, FAR_EDGE = 12.0, 4.0
"""Å between the mask and the background, and standard deviation of its edge."""

LEAST_BACKGROUND = 5000
"""Voxels of background from which the noise is known."""

LARGEST_SHARE_OF_ZEROS = 0.5
"""Share of one value in the background beyond which the solvent was multiplied away."""

WEIGHTED = 0.3
"""Exponent of the FSC weight in the power of the noise beyond which a map counts as weighted.

Sound simulated maps have -0.02 to 0.05 without the weight and 0.48 to 0.84 with it.
"""


@dataclass(frozen=True)
class ShellPowers:
    """Mean |F|² of shells that are one Fourier pixel of the shortest side wide.

    Attributes
    ----------
    frequency : ndarray, float64, shape (n,) -- of the shells in 1/Å, up to Nyquist
    masked : ndarray, float64, shape (n,) -- power of the map in the soft mask
    noise : ndarray, float64, shape (n,) -- power of the noise in it; 0 where it is not known
    noise_known : bool
    """

    frequency: FloatArray
    masked: FloatArray
    noise: FloatArray
    noise_known: bool

    @property
    def molecule(self) -> FloatArray:
        """Power of the molecule; ndarray, float64, shape (n,), 0 where noise is all there is."""
        power: FloatArray = np.maximum(self.masked - self.noise, 0)
        return power

    @property
    def signal_to_noise(self) -> FloatArray:
        """Power of the molecule over that of the noise; infinite where the noise is not known."""
        if not self.noise_known:
            return np.full(self.masked.shape, np.inf)
        ratio: FloatArray = self.molecule / np.maximum(self.noise, np.finfo(np.float64).tiny)
        return ratio


def shell_powers(density: DensityMap, mask: BoolArray) -> ShellPowers:
    """Power of the molecule and of the noise.

    Parameters
    ----------
    density : DensityMap -- data float32, shape (Z, Y, X)
    mask : ndarray, bool, shape (Z, Y, X) -- of the molecule, not empty
    """
    size = density.voxel_size
    grown = dilate(mask, math.ceil(DISTANCE / size))
    far = density.data[~grown]
    known = far.size >= LEAST_BACKGROUND and most_frequent(far)[1] <= LARGEST_SHARE_OF_ZEROS
    near = ndimage.gaussian_filter(
        dilate(mask, math.ceil(GROWTH / size)).astype(np.float32), EDGE / size
    )
    frequency, masked = _powers(density, near)
    noise = np.zeros_like(masked)
    if known:
        inside = _sum_of_squares(near)
        np.subtract(1, ndimage.gaussian_filter(grown.astype(np.float32), FAR_EDGE / size), out=near)
        noise = _powers(density, near)[1] * (inside / _sum_of_squares(near))
    return ShellPowers(frequency, masked, noise, known)


def fsc_weight_exponent(powers: ShellPowers, resolution: float) -> float:
    """How much of the power of the noise follows SNR/(1 + SNR) instead of a straight line.

    White noise that is only sharpened has ln power linear in s². A map that was weighted by
    sqrt(2 FSC/(1 + FSC)) has its noise multiplied by SNR/(1 + SNR) too: the exponent is 1.

    Parameters
    ----------
    powers : ShellPowers -- with known noise
    resolution : float -- in Å; the fit ends short of a low-pass there

    Returns
    -------
    float -- 0 if the shells are too few
    """
    ratio = powers.signal_to_noise
    used = (powers.frequency >= 1 / 20) & (powers.frequency <= 1 / resolution - 0.012)
    used &= (ratio > 0.1) & (powers.noise > 0)
    if np.count_nonzero(used) < 8:
        return 0.0
    squared = powers.frequency[used] ** 2
    weight = np.log(ratio[used] / (1 + ratio[used]))
    design = np.stack([np.ones_like(squared), squared, weight], axis=1)
    return float(np.linalg.lstsq(design, np.log(powers.noise[used]), rcond=None)[0][2])


def _powers(density: DensityMap, weight: FloatArray) -> Tuple[FloatArray, FloatArray]:
    """Frequency and mean |F|² of the shells of a weighted map."""
    spectrum = transform(density.data * weight)
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


def _sum_of_squares(weight: FloatArray) -> float:
    return sum(float(np.square(plane, dtype=np.float64).sum()) for plane in weight)
