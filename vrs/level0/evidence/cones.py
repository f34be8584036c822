"""Power in cones of directions and bands of frequency."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Optional, Tuple

import numpy as np

from vrs.maps import FloatArray
from vrs.maps.fourier import ComplexArray, frequency_axes

DIRECTIONS = 60
HALF_ANGLE = 25.0
"""Degrees around each direction."""

BANDS = 6
"""Of equal width in s²."""

MOST_PLANES = 96
"""Planes of a spectrum that are read; of more, every second or third is enough."""

BAND_FROM = 10.0
"""Å, or 2.5 times the resolution if that is more."""

SHORT_OF_RESOLUTION = 1.05
MEANINGFUL_TO = 10.0
"""Å; a molecule has too few coefficients at worse resolution."""


@dataclass(frozen=True)
class Band:
    """From ``low`` to ``high`` in 1/Å, in bands of equal width in s²."""

    low: float
    high: float

    @property
    def squared(self) -> FloatArray:
        """Middle of each band in 1/Å²; ndarray, float64, shape (6,)."""
        width = (self.high**2 - self.low**2) / BANDS
        middle: FloatArray = self.low**2 + width * (np.arange(BANDS) + 0.5)
        return middle


def band_of(resolution: Optional[float], voxel_size: float) -> Optional[Band]:
    """The band from 10 Å to the resolution; None if there is hardly any, or beyond 10 Å.

    Parameters
    ----------
    resolution : float or None -- in Å
    voxel_size : float -- in Å
    """
    if resolution is None or resolution > MEANINGFUL_TO:
        return None
    low = 1 / max(BAND_FROM, 2.5 * resolution)
    high = min(1 / (SHORT_OF_RESOLUTION * resolution), 0.47 / voxel_size)
    return Band(low, high) if high >= 1.2 * low else None


@dataclass(frozen=True)
class ConePowers:
    """Mean |F|² of bands, and of bands and directions.

    Attributes
    ----------
    everywhere : ndarray, float64, shape (6,)
    by_direction : ndarray, float64, shape (60, 6) -- 0 where there is no coefficient
    """

    everywhere: FloatArray
    by_direction: FloatArray

    @classmethod
    def of(
        cls, spectrum: ComplexArray, shape: Tuple[int, ...], voxel_size: float, band: Band
    ) -> ConePowers:
        """The powers of a spectrum.

        Parameters
        ----------
        spectrum : ndarray, complex64, shape (Z, Y, X//2 + 1)
        shape : tuple of 3 ints -- of the map
        voxel_size : float -- in Å
        band : Band
        """
        z_axis, y_axis, x_axis = (axis.ravel() for axis in frequency_axes(shape, voxel_size))
        vectors = spread_directions(DIRECTIONS)
        least = np.float32(math.cos(math.radians(HALF_ANGLE)))
        total, count = np.zeros((2, BANDS))
        by_direction, by_count = np.zeros((2, DIRECTIONS, BANDS))
        low, width = band.low**2, band.high**2 - band.low**2
        in_plane = y_axis[:, None] ** 2 + x_axis**2
        planes = np.flatnonzero(np.abs(z_axis) < band.high)
        for index in planes[:: max(1, planes.size // MOST_PLANES)]:
            share = (z_axis[index] ** 2 + in_plane - low) / width
            rows, columns = np.nonzero((share > 0) & (share < 1))
            if not rows.size:
                continue
            chosen = share[rows, columns]
            power = np.abs(spectrum[index, rows, columns]).astype(np.float64) ** 2
            ring = np.minimum((chosen * BANDS).astype(np.int64), BANDS - 1)
            unit = np.stack([np.full(rows.size, z_axis[index]), y_axis[rows], x_axis[columns]])
            unit = (unit / np.sqrt(chosen * width + low)).astype(np.float32)
            total += np.bincount(ring, power, BANDS)
            count += np.bincount(ring, minlength=BANDS)
            for direction, inside in enumerate(np.abs(vectors @ unit) > least):
                by_direction[direction] += np.bincount(ring[inside], power[inside], BANDS)
                by_count[direction] += np.bincount(ring[inside], minlength=BANDS)
        return cls(total / np.maximum(count, 1), by_direction / np.maximum(by_count, 1))

    def minus(self, other: ConePowers, share: float) -> ConePowers:
        """Less a share of the powers of another map."""
        return ConePowers(
            self.everywhere - share * other.everywhere,
            self.by_direction - share * other.by_direction,
        )


def spread_directions(count: int) -> FloatArray:
    """Unit vectors (Z, Y, X) spread evenly over half a sphere; float32, shape (count, 3).

    >>> bool(np.allclose(np.linalg.norm(spread_directions(60), axis=1), 1, atol=1e-6))
    True
    """
    index = np.arange(count) + 0.5
    height = 1 - index / count
    angle = np.pi * (1 + math.sqrt(5)) * index
    ring = np.sqrt(1 - height**2)
    vectors: FloatArray = np.stack(
        [height, ring * np.sin(angle), ring * np.cos(angle)], axis=1
    ).astype(np.float32)
    return vectors
