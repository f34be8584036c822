"""The molecule alone, in its soft mask: powers by direction, and its finest details."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Optional, Tuple

import numpy as np
import scipy.fft
from scipy import ndimage

from vrs.level0.evidence.cones import Band, ConePowers
from vrs.maps import BoolArray, DensityMap
from vrs.maps.fourier import ComplexArray, inverse, radius_by_plane, transform
from vrs.maps.masks import Slices, bounding_box, dilate

SOFT_GROWTH, SOFT_EDGE = 3.0, 2.0
"""Å beyond the mask, and standard deviation of the Gaussian edge of the soft mask."""

MARGIN = 11.0
"""Å around the mask: the soft edge ends there."""

BAND_FROM, EDGE_FROM = 9.0, 0.008
"""Å at which the finest band begins, and width of its logistic edge in 1/Å."""

EDGE_TO = 0.005
FINEST = 2.2
"""Voxels; the end of the band at finer claims."""

MEANINGFUL_TO = 5.0
"""Å; at worse resolution the finest band of sound maps and of noise is alike."""

LEAST_VOXELS = 500


@dataclass(frozen=True)
class Molecule:
    """What was measured of the molecule in its soft mask.

    Attributes
    ----------
    skewness : float or None
        Third standardised moment, in the mask, of the values between 9 Å and the resolution; None
        if the mask is too small or constant, or the resolution not reported or beyond 5 Å.
    weight : float -- sum of the squares of the soft mask, in voxels
    cones : ConePowers or None -- powers by direction; None without a band
    """

    skewness: Optional[float]
    weight: float
    cones: Optional[ConePowers]


def molecule_of(
    density: DensityMap,
    mask: BoolArray,
    center: float,
    resolution: Optional[float],
    band: Optional[Band],
) -> Molecule:
    """Measure the molecule in the part of the box that holds it.

    Parameters
    ----------
    density : DensityMap -- data float32, shape (Z, Y, X)
    mask : ndarray, bool, shape (Z, Y, X) -- not empty
    center : float -- value of the background, which is subtracted
    resolution : float or None -- in Å
    band : Band or None -- in which the powers of directions are summed
    """
    size = density.voxel_size
    fine = resolution is not None and resolution <= MEANINGFUL_TO
    if not fine and band is None:
        return Molecule(None, 0.0, None)
    near = _part(mask, math.ceil(MARGIN / size))
    grown = dilate(mask[near], math.ceil(SOFT_GROWTH / size))
    soft = np.empty(grown.shape, dtype=np.float32)
    ndimage.gaussian_filter(grown, SOFT_EDGE / size, output=soft, mode="constant")
    weight = sum(float(np.square(plane, dtype=np.float64).sum()) for plane in soft)
    for plane, values in zip(soft, density.data[near]):
        plane *= values - np.float32(center)
    spectrum = transform(soft)
    shape = soft.shape
    del soft, grown
    cones = ConePowers.of(spectrum, shape, size, band) if band else None
    skewness = None
    if fine and resolution is not None and np.count_nonzero(mask) >= LEAST_VOXELS:
        skewness = _band_skewness(spectrum, shape, size, resolution, mask[near])
    return Molecule(skewness, weight, cones)


def _part(mask: BoolArray, margin: int) -> Slices:
    """The bounding box with a margin, and sides that transform fast where the box has room."""
    parts = []
    for part, side in zip(bounding_box(mask, margin), mask.shape):
        length = min(scipy.fft.next_fast_len(part.stop - part.start, real=True), side)
        start = min(part.start, side - length)
        parts.append(slice(start, start + length))
    return tuple(parts)


def _band_skewness(
    spectrum: ComplexArray,
    shape: Tuple[int, ...],
    size: float,
    resolution: float,
    mask: BoolArray,
) -> Optional[float]:
    """Skewness in the mask of the band-passed values; the spectrum is overwritten."""
    end = 1 / max(resolution, FINEST * size)
    for plane, radius in radius_by_plane(shape, size):
        rise = 1 / (1 + np.exp(-(radius - 1 / BAND_FROM) / EDGE_FROM))
        fall = 1 / (1 + np.exp(np.minimum((radius - end) / EDGE_TO, 80)))
        spectrum[plane] *= rise * fall
    values = inverse(spectrum, shape)[mask].astype(np.float64)
    values -= values.mean()
    spread = float(values.std())
    return float((values**3).mean() / spread**3) if spread else None
