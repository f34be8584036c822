"""Power of the molecule in bands of resolution, place by place, without that of the noise."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, List, Optional, Tuple

import numpy as np
import numpy.typing as npt
from scipy import fft, ndimage

from vrs.level0.evidence.subject import Subject
from vrs.maps import BoolArray, FloatArray
from vrs.maps.fourier import ComplexArray, crop, fast_side, inverse, transform
from vrs.maps.masks import bounding_box, dilate

BANDS = ((15.0, 9.0), (9.0, 6.5), (6.5, 5.0), (5.0, 4.0), (4.0, 3.2))
"""Å; they end at the resolution of the map."""

NARROWEST = 1.15
"""End over start of the narrowest band in 1/Å."""

EDGE = 0.002
"""1/Å, of the logistic edges of the bands."""

FINER = 2.3
"""Voxels per period of the finest detail on the grid of a band."""

GRID = 4.0
"""Å between the places."""

SMOOTHING, DEPTH = 10.0, 4.0
"""Standard deviations in Å of the averages, and of the depth below the surface."""

MARGIN = 24.0
"""Å around the molecule; beyond the background, noise is measured there."""

CUT = 5.0
"""Å from where the map was set to one value; a mask may cut the molecule there."""

SMALLEST_CUT = 0.3
"""Share of one value in the background of a map that was masked."""

LEAST_SIGNAL = 0.3
"""Power of the molecule over that of the noise in a band that counts."""

LEAST_PLACES = 60
"""Fewer have no parts of 25 Å."""

SHAPE_TO, DETAILS, DETAIL_SMOOTHING = 8.0, (7.0, 4.0), 4.0
"""Å: the low-passed map, the band of details, and the Gaussian over their squares, which both show
where molecule is."""

FAINT_SHAPE, FAINT_DETAILS = 0.22, 0.09
"""Of their medians in the bodies; less is not the molecule."""

DEVIATIONS, TO_PERCENTILE_10 = 4.0, 1.28
"""Standard deviations of the details of the background above their median; the same."""

RIM, SMALLEST = 9.0, 0.05
"""Å around the bodies over which power leaks; size of a further part over that of the bodies."""


@dataclass(frozen=True)
class BandPower:
    """Power of a band less that of the noise.

    Attributes
    ----------
    squared : float -- s² of the band in 1/Å²
    local : ndarray, float32 -- at every place of the grid, weighted with ``LocalPower.weight``
    smooth : ndarray, float32 -- the same averaged over 10 Å, per weight
    """

    squared: float
    local: FloatArray
    smooth: FloatArray


@dataclass(frozen=True)
class LocalPower:
    """The bands with signal, and where the molecule is.

    Attributes
    ----------
    bands : list of BandPower -- from coarse to fine
    weight : ndarray, float32, shape of the grid -- 0 at the surface and outside, 1 deep inside
    corner, spacing : tuple of 3 floats -- centre of the first place, and distances, in Å (Z, Y, X)
    """

    bands: List[BandPower]
    weight: FloatArray
    corner: Tuple[float, ...]
    spacing: Tuple[float, ...]


def local_power(subject: Subject, resolution: float) -> Optional[LocalPower]:
    """Power around every place of the molecule; None if it is too small.

    Parameters
    ----------
    subject : Subject
    resolution : float -- in Å
    """
    bands = _bands(max(resolution, 2.1 * subject.voxel_size))
    if not bands or not subject.bodies.any():
        return None
    box = _surroundings(subject)
    size, shape = subject.voxel_size, tuple(part.stop - part.start for part in box)
    finest = min(bands[-1][1], SHAPE_TO, DETAILS[1])
    spectrum = _cropped(transform(subject.density.data[box]), _shape(shape, size, finest / FINER))
    region = _region(subject, spectrum, box)
    region &= _nearest(_away_from_cut(subject, box), region.shape)
    grid = _shape(shape, size, GRID)
    spacing = tuple(size * old / new for old, new in zip(shape, grid))
    cover = np.clip(_on_grid(region, grid), 0, 1)
    # Places at the surface hold less of the molecule.
    depth = ndimage.gaussian_filter(cover, [DEPTH / step for step in spacing])
    weight = np.clip(2 * depth - 1, 0, 1)
    weight[(weight <= 0.05) | (cover <= 0.5)] = 0
    if np.count_nonzero(weight) < LEAST_PLACES:
        return None
    width = [SMOOTHING / step for step in spacing]
    blurred_weight = np.maximum(ndimage.gaussian_filter(weight, width), 1e-3)
    background = _nearest(subject.background[box], region.shape)
    background &= ~ndimage.binary_dilation(region, iterations=2)
    powers = []
    for start, end in bands:
        squares = _between(spectrum, shape, size, start, end)
        np.square(squares, out=squares)
        outside = squares[_nearest(background, squares.shape)]
        noise = np.float32(outside.mean(dtype=np.float64)) if outside.size else np.float32(0)
        squares -= noise
        squares *= _nearest(region, squares.shape)
        local = _on_grid(squares, grid) / np.maximum(cover, 0.5) * weight
        smooth = ndimage.gaussian_filter(local, width) / blurred_weight
        if np.median(smooth[weight > 0]) > LEAST_SIGNAL * noise:
            powers.append(BandPower((start**-2 + end**-2) / 2, local, smooth))
    corner = tuple(part.start * size for part in box)
    return LocalPower(powers, weight, corner, spacing)


def _bands(finest: float) -> List[Tuple[float, float]]:
    bands = [(start, max(end, finest)) for start, end in BANDS]
    return [(start, end) for start, end in bands if start >= NARROWEST * end]


def _surroundings(subject: Subject) -> Tuple[slice, ...]:
    """The bodies with a margin, with sides that transform fast where the box allows it."""
    margin = math.ceil(MARGIN / subject.voxel_size)
    return tuple(map(fast_side, bounding_box(subject.bodies, margin), subject.density.data.shape))


def _region(subject: Subject, spectrum: ComplexArray, box: Tuple[slice, ...]) -> BoolArray:
    """The mask, and further parts of the molecule that are too weak for the contour level.

    Both the low-passed map and its details must show them: a micelle is only in the first.
    """
    shape, size = tuple(part.stop - part.start for part in box), subject.voxel_size
    smooth = _between(spectrum, shape, size, 1000.0, SHAPE_TO)
    details = _between(spectrum, shape, size, *DETAILS)
    np.square(details, out=details)
    width = [DETAIL_SMOOTHING * new / (old * size) for new, old in zip(details.shape, shape)]
    details = _nearest(ndimage.gaussian_filter(details, width), smooth.shape)
    bodies = _nearest(subject.bodies[box], smooth.shape)
    outside = _nearest(subject.background[box], smooth.shape)
    region: BoolArray = _nearest(subject.mask[box], smooth.shape)
    if not bodies.any():
        return region
    # Weak parts of the molecule belong to what is outside yet: only its lower half is noise.
    low, middle = np.percentile(details[outside], (10, 50)) if outside.any() else (0.0, 0.0)
    noise = float(middle + DEVIATIONS * (middle - low) / TO_PERCENTILE_10)
    faint = FAINT_DETAILS * float(np.median(details[bodies]))
    present = smooth >= FAINT_SHAPE * np.median(smooth[bodies])
    present &= details >= max(faint, noise)
    steps = math.ceil(RIM / size * max(new / old for new, old in zip(smooth.shape, shape)))
    labels, _ = ndimage.label(present & ~ndimage.binary_dilation(bodies, iterations=steps))
    sizes = np.bincount(labels.ravel())
    sizes[0] = 0
    further = (sizes >= max(SMALLEST * np.count_nonzero(bodies), 1))[labels]
    if further.any():
        region |= present & ndimage.binary_dilation(further, iterations=steps)
    return region


def _away_from_cut(subject: Subject, box: Tuple[slice, ...]) -> BoolArray:
    """Where the map was not cut by a mask: density that a mask cut is not weaker molecule."""
    value, data = np.float32(subject.surroundings.identical[0]), subject.density.data[box]
    if subject.surroundings.identical_inside <= SMALLEST_CUT:
        return np.ones(data.shape, dtype=bool)
    away: BoolArray = ~dilate(data == value, math.ceil(CUT / subject.voxel_size))
    return away


def _between(
    spectrum: ComplexArray, shape: Tuple[int, ...], size: float, start: float, end: float
) -> FloatArray:
    """The map between two resolutions in Å, on a grid that just holds them, up to a factor."""
    new = _shape(shape, size, end / FINER)
    kept = _cropped(spectrum, new)
    steps = [size * old / side for old, side in zip(shape, new)]
    along_y, along_x = fft.fftfreq(new[1], steps[1]), fft.rfftfreq(new[2], steps[2])
    for plane, along_z in enumerate(fft.fftfreq(new[0], steps[0])):
        radius = np.sqrt(along_z**2 + along_y[:, None] ** 2 + along_x**2).astype(np.float32)
        rise = 1 + np.exp(np.clip((1 / start - radius) / EDGE, -80, 80))
        fall = 1 + np.exp(np.clip((radius - 1 / end) / EDGE, -80, 80))
        kept[plane] /= rise * fall
    return inverse(kept, new)


def _cropped(spectrum: ComplexArray, shape: Tuple[int, ...]) -> ComplexArray:
    """A copy of the part of a spectrum that belongs to a coarser map of this shape."""
    z, y = (
        np.r_[0 : new - new // 2, old - new // 2 : old]
        for new, old in zip(shape[:2], spectrum.shape)
    )
    kept: ComplexArray = spectrum[np.ix_(z, y, range(shape[2] // 2 + 1))]
    return kept


def _shape(shape: Tuple[int, ...], size: float, coarse: float) -> Tuple[int, ...]:
    """Voxels of a grid over the same box that is at most so coarse, in Å."""
    return tuple(min(side, fft.next_fast_len(math.ceil(side * size / coarse))) for side in shape)


def _on_grid(values: npt.NDArray[Any], shape: Tuple[int, ...]) -> FloatArray:
    if any(new > old for new, old in zip(shape, values.shape)):
        return _nearest(values, shape).astype(np.float32)
    z, y, x = shape
    return crop(values, (z, y, x))


def _nearest(values: npt.NDArray[Any], shape: Tuple[int, ...]) -> npt.NDArray[Any]:
    """The values of the nearest voxels on another grid over the same box."""
    index = [
        np.minimum(np.rint(np.arange(new) * (old / new)).astype(np.int64), old - 1)
        for new, old in zip(shape, values.shape)
    ]
    return values[np.ix_(*index)]
