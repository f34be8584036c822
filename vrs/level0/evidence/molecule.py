"""The molecule alone, in its soft mask: powers by direction, and its finest details."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product
from typing import Optional, Tuple

import numpy as np
from scipy import ndimage

from vrs.level0.evidence.cones import Band, ConePowers
from vrs.maps import BoolArray, DensityMap, FloatArray
from vrs.maps.fourier import ComplexArray, fast_side, inverse, radius_by_plane, transform
from vrs.maps.masks import Slices, bounding_box, dilate
from vrs.maps.memory_map import leave_on_disk
from vrs.maps.statistics import sum_of_squares

SOFT_GROWTH, SOFT_EDGE = 3.0, 2.0
"""Å beyond the mask, and standard deviation of the Gaussian edge of the soft mask."""

LARGEST_SIDE = 200
"""Voxels; a part of a larger molecule is enough, and bounds the memory."""

MARGIN = 11.0
"""Å around the mask: the soft edge ends there."""

BAND_FROM, EDGE_FROM = 9.0, 0.008
"""Å at which the finest band begins, and width of its logistic edge in 1/Å."""

COARSE_FROM = 25.0
"""Å; from there to the finest band, density shows where the molecule is dense."""

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
    coupling : float or None
        Correlation, in the mask, of the squares of these values with those between 25 and 9 Å.
    weight : float -- sum of the squares of the soft mask, in voxels
    cones : ConePowers or None -- powers by direction; None without a band
    """

    skewness: Optional[float]
    coupling: Optional[float]
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
        return Molecule(None, None, 0.0, None)
    near = _part(mask, math.ceil(MARGIN / size))
    masked, weight = in_soft_mask(density, mask, near, center)
    spectrum = transform(masked)
    shape = masked.shape
    del masked
    cones = ConePowers.of(spectrum, shape, size, band) if band else None
    skewness, coupling = None, None
    if fine and resolution is not None and np.count_nonzero(mask) >= LEAST_VOXELS:
        skewness, coupling = _finest_details(spectrum, shape, size, resolution, mask[near])
    return Molecule(skewness, coupling, weight, cones)


def in_soft_mask(
    density: DensityMap, mask: BoolArray, near: Slices, center: float
) -> Tuple[FloatArray, float]:
    """The map less a value, in its soft mask, and the sum of the squares of that mask in voxels.

    Parameters
    ----------
    density : DensityMap -- data float32, shape (Z, Y, X)
    mask : ndarray, bool, shape (Z, Y, X)
    near : tuple of slices (z, y, x) -- the part of the box to return
    center : float -- value of the background, which is subtracted

    Returns
    -------
    masked : ndarray, float32, shape of the part
    weight : float
    """
    size = density.voxel_size
    grown = dilate(mask[near], math.ceil(SOFT_GROWTH / size))
    soft = np.empty(grown.shape, dtype=np.float32)
    ndimage.gaussian_filter(grown, SOFT_EDGE / size, output=soft, mode="constant")
    weight = sum_of_squares(soft)
    for plane, values in zip(soft, density.data[near]):
        plane *= values - np.float32(center)
        leave_on_disk(density.data)
    return soft, weight


def _part(mask: BoolArray, margin: int) -> Slices:
    """The bounding box with a margin, and sides that transform fast where the box has room.

    Of a larger molecule, the part of ``LARGEST_SIDE`` voxels along each side with most of the mask.
    """
    choices = []
    for part, side in zip(bounding_box(mask, margin), mask.shape):
        wanted = min(part.stop - part.start, LARGEST_SIDE)
        nearest = fast_side(slice(part.start, part.start + wanted), side)
        first, length = nearest.start, nearest.stop - nearest.start
        last = min(max(part.stop - length, part.start), side - length)
        starts = sorted({first, (first + last) // 2, last})
        choices.append([slice(start, start + length) for start in starts])
    return max(product(*choices), key=lambda near: int(np.count_nonzero(mask[near])))


def _finest_details(
    spectrum: ComplexArray,
    shape: Tuple[int, ...],
    size: float,
    resolution: float,
    mask: BoolArray,
) -> Tuple[Optional[float], Optional[float]]:
    """Skewness of the finest band in the mask, and its coupling with the coarse one.

    The spectrum is overwritten.
    """
    start, end = 1 / BAND_FROM, 1 / max(resolution, FINEST * size)
    coarse = np.zeros_like(spectrum)
    for plane, radius in radius_by_plane(shape, size):
        fine = 1 / (1 + np.exp(-(radius - start) / EDGE_FROM))
        beyond = 1 / (1 + np.exp(-(radius - 1 / COARSE_FROM) / EDGE_FROM))
        coarse[plane] = spectrum[plane] * (beyond * (1 - fine))
        spectrum[plane] *= fine / (1 + np.exp(np.minimum((radius - end) / EDGE_TO, 80)))
    density = inverse(coarse, shape)
    del coarse
    return _moments(inverse(spectrum, shape), density, mask)


def _moments(
    details: FloatArray, density: FloatArray, mask: BoolArray
) -> Tuple[Optional[float], Optional[float]]:
    """Skewness of the details, and correlation of their squares with the density, in the mask.

    Plane by plane, as the mask may fill a large box.
    """
    voxels = int(np.count_nonzero(mask))
    if not voxels:
        return None, None
    planes = list(zip(details, density, mask))
    mean = sum(float(plane[inside].sum(dtype=np.float64)) for plane, _, inside in planes) / voxels
    sums = np.zeros(6)
    for plane, coarse, inside in planes:
        values = plane[inside].astype(np.float64) - mean
        squares, weights = values * values, coarse[inside].astype(np.float64)
        sums += [
            squares.sum(), (squares * values).sum(), (squares * squares).sum(), weights.sum(),
            (weights * weights).sum(), (weights * squares).sum(),
        ]  # fmt: skip
    second, third, fourth, weight, weight_squared, product = sums / voxels
    if not second > 0:
        return None, None
    skewness = float(third / second**1.5)
    spread = math.sqrt(max(fourth - second**2, 0) * max(weight_squared - weight**2, 0))
    return skewness, float((product - weight * second) / spread) if spread else None
