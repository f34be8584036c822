"""What one Fourier transform of the map gives: power in shells, and all coarse detail."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Callable, List, Optional, Sequence, Tuple

import numpy as np

from vrs.level0.evidence.cones import Band, ConePowers
from vrs.maps import DensityMap, FloatArray
from vrs.maps.fourier import ComplexArray, inverse, radius_by_plane, transform

STEP = 0.0005
"""Width of a step in 1/Å in which power is summed."""

STEPS_OF_SHELL = 5
LEAST_COEFFICIENTS = 20
"""Of a shell that counts."""

FINEST_KEPT = 4.0
"""Å; coarser coefficients are kept for maps of coarse detail."""

FAINTEST = 1e-16
"""Power over the strongest below which a shell holds rounding errors only."""

Gain = Callable[[FloatArray], FloatArray]
Shape = Tuple[int, ...]


@dataclass(frozen=True)
class Content:
    """The content of a map in Fourier space.

    Attributes
    ----------
    power : ndarray, float64, shape (n,) -- sum of |F|² in steps of 0.0005 1/Å, to the corners
    coefficients : ndarray, float64, shape (n,) -- number of coefficients in each step
    coarse : ndarray, complex64, shape (Z, Y, X//2 + 1) -- coefficients down to about 4 Å
    coarse_shape : tuple of 3 ints -- of a map of these
    voxel_size : float -- of the map in Å
    sides : tuple of 3 floats -- of the box in Å, along Z, Y, X
    along : tuple of 3 ndarrays, float64 -- sum of |F|² of each plane normal to Z, Y, X
    cones : ConePowers or None -- powers by direction, if a band was asked for
    """

    power: FloatArray
    coefficients: FloatArray
    coarse: ComplexArray
    coarse_shape: Shape
    voxel_size: float
    sides: Tuple[float, ...]
    along: Tuple[FloatArray, FloatArray, FloatArray]
    cones: Optional[ConePowers]

    @cached_property
    def shells(self) -> Tuple[FloatArray, FloatArray]:
        """Centres in 1/Å and log10 of the mean |F|² of shells 0.0025 1/Å wide, to Nyquist."""
        number = int(0.5 / self.voxel_size / (STEP * STEPS_OF_SHELL))
        steps = number * STEPS_OF_SHELL
        total = self.power[:steps].reshape(number, STEPS_OF_SHELL).sum(axis=1)
        count = self.coefficients[:steps].reshape(number, STEPS_OF_SHELL).sum(axis=1)
        used = np.flatnonzero(count >= LEAST_COEFFICIENTS)
        mean = total[used] / count[used]
        floor = FAINTEST * mean.max() if used.size and mean.max() > 0 else 1.0
        return (used + 0.5) * STEP * STEPS_OF_SHELL, np.log10(np.maximum(mean, floor))

    @property
    def coarse_voxel(self) -> Tuple[float, ...]:
        """Edges of a voxel of a coarse map in Å, along Z, Y, X."""
        return tuple(side / count for side, count in zip(self.sides, self.coarse_shape))

    def coarse_spectrum(self, gain: Gain) -> ComplexArray:
        """The coarse coefficients, each times a gain; complex64, as ``coarse``.

        Parameters
        ----------
        gain : function -- of the frequency in 1/Å
        """
        sides = zip(self.coarse_shape, self.coarse_voxel)
        z, y, x = (np.fft.fftfreq(count, voxel) for count, voxel in sides)
        x = np.abs(x[: self.coarse_shape[2] // 2 + 1])
        in_plane = y[:, None] ** 2 + x**2
        spectrum = np.empty_like(self.coarse)
        for index, height in enumerate(z):
            spectrum[index] = self.coarse[index] * gain(np.sqrt(height * height + in_plane))
        return spectrum

    def coarse_map(self, gain: Gain) -> FloatArray:
        """A map of the coarse detail; float32, shape ``coarse_shape``.

        Parameters
        ----------
        gain : function -- of the frequency in 1/Å, for the coefficients
        """
        scale = np.float32(np.prod(self.coarse_shape) / self._voxels)
        return inverse(self.coarse_spectrum(gain), self.coarse_shape) * scale

    @property
    def _voxels(self) -> float:
        return float(np.prod(self.sides)) / self.voxel_size**3


def content_of(density: DensityMap, band: Optional[Band] = None) -> Content:
    """The content of a map, from one transform.

    Parameters
    ----------
    density : DensityMap -- data float32, shape (Z, Y, X)
    band : Band, optional -- in which the power of directions is summed
    """
    shape, size = density.data.shape, density.voxel_size
    spectrum = transform(density.data)
    steps = int(math.sqrt(3) / 2 / size / STEP) + 2
    power, coefficients = np.zeros(steps), np.zeros(steps)
    # The half spectrum stands for its other half, except for its first and last column.
    along = np.zeros(shape[0]), np.zeros(shape[1]), np.zeros(shape[2] // 2 + 1)
    weight = np.full(shape[2] // 2 + 1, 2.0)
    weight[0] = 1
    if shape[2] % 2 == 0:
        weight[-1] = 1
    for plane, radius in radius_by_plane(shape, size):
        index = (radius / np.float32(STEP)).astype(np.int32).ravel()
        here = np.square(spectrum[plane].real, dtype=np.float64)
        here += np.square(spectrum[plane].imag, dtype=np.float64)
        here *= weight
        along[0][plane] = here.sum()
        along[1][:] += here.sum(axis=1)
        along[2][:] += here.sum(axis=0)
        power += np.bincount(index, here.ravel(), steps)
        coefficients += np.bincount(index, np.broadcast_to(weight, here.shape).ravel(), steps)
    power[0] -= float(np.abs(spectrum[0, 0, 0])) ** 2
    power[0] = max(power[0], 0.0)
    coarse, coarse_shape = _cropped(spectrum, shape, size)
    cones = ConePowers.of(spectrum, shape, size, band) if band else None
    sides = tuple(side * size for side in shape)
    return Content(power, coefficients, coarse, coarse_shape, size, sides, along, cones)


def _cropped(spectrum: ComplexArray, shape: Shape, size: float) -> Tuple[ComplexArray, Shape]:
    new = tuple(min(side, 2 * int(side * size / FINEST_KEPT) + 2) for side in shape)
    kept: List[Sequence[int]] = [
        np.r_[0 : (count + 1) // 2, side - count // 2 : side] for count, side in zip(new, shape)
    ][:2]
    coarse: ComplexArray = spectrum[np.ix_(kept[0], kept[1], range(new[2] // 2 + 1))]
    return coarse, new


def gaussian(resolution: float, radius: FloatArray) -> FloatArray:
    """The gain of a Gaussian that falls to a half at a resolution.

    Parameters
    ----------
    resolution : float -- in Å
    radius : ndarray, any shape -- frequencies in 1/Å
    """
    gain: FloatArray = np.exp(-np.minimum(math.log(2) * (radius * resolution) ** 2, 80))
    return gain
