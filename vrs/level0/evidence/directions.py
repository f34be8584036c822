"""Whether the map has the same power in all directions.

The power of the molecule (the map in its soft mask, less the noise) is compared with that of its
shell in 60 cones of directions. A missing cone is a direction with hardly any power; a B-factor
that differs between directions is the slope of the ratio against s².
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import List, Optional, Tuple

import numpy as np
from scipy import ndimage

from vrs.checks.result import Result
from vrs.level0.evidence.subject import Subject
from vrs.maps import FloatArray
from vrs.maps.fourier import frequency_axes, transform
from vrs.maps.masks import dilate

DIRECTIONS = 60
HALF_ANGLE = 25.0
"""Degrees around each direction."""

BANDS = 6
"""Of equal width in s²."""

BAND_FROM = 10.0
"""Å, or 2.5 times the resolution if that is more."""

SHORT_OF_RESOLUTION = 1.05
LEAST_SIGNAL = 0.2
"""Share of the power of a band that must be that of the molecule."""

FAINTEST = 0.02
MEANINGFUL_TO = 10.0
"""Å; a molecule has too few coefficients at worse resolution."""

NOISE_DISTANCE, NOISE_EDGE = 10.0, 4.0
"""Å between mask and noise, and standard deviation of the edge."""


@dataclass(frozen=True)
class DirectionalPower:
    """Power of the directions over that of all.

    Attributes
    ----------
    b_spread : float
        Å²; difference between the largest and the smallest principal value of the tensor of
        directional B-factors.
    lowest, highest : float -- mean ratio of power of the weakest and the strongest direction
    weakest : tuple of 3 floats -- unit vector (X, Y, Z) of the weakest direction
    """

    b_spread: float
    lowest: float
    highest: float
    weakest: Tuple[float, float, float]


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


def directional_power(subject: Subject, resolution: float) -> Optional[DirectionalPower]:
    """Power by direction; None if no two bands hold signal.

    Parameters
    ----------
    subject : Subject
    resolution : float -- in Å
    """
    size = subject.voxel_size
    low = 1 / max(BAND_FROM, 2.5 * resolution)
    high = min(1 / (SHORT_OF_RESOLUTION * resolution), 0.47 / size)
    if high < 1.2 * low:
        return None
    power, noise = _powers_between(subject, low, high)
    bands = power.total > 0
    signal = power.total - noise.total
    bands &= signal > LEAST_SIGNAL * power.total
    if np.count_nonzero(bands) < 2:
        return None
    everywhere = signal / power.count
    with np.errstate(invalid="ignore"):
        ratio = (power.by_direction - noise.by_direction) / power.by_count / everywhere
    ratio = ratio[:, bands]
    squared = (low**2 + (high**2 - low**2) * (np.arange(BANDS) + 0.5) / BANDS)[bands]
    return _summary(ratio, squared)


@dataclass(frozen=True)
class _Powers:
    """Sums over bands, and over bands and directions."""

    total: FloatArray
    count: FloatArray
    by_direction: FloatArray
    by_count: FloatArray


def _powers_between(subject: Subject, low: float, high: float) -> Tuple[_Powers, _Powers]:
    soft = subject.soft
    molecule = _binned(subject.density.data * soft, subject.voxel_size, low, high)
    values = subject.background_values
    empty = np.zeros_like(molecule.total)
    known = values.size > 5000 and np.count_nonzero(values) > values.size / 2
    if not known:
        return molecule, _Powers(empty, empty, np.zeros_like(molecule.by_direction), empty)
    size = subject.voxel_size
    near = dilate(subject.mask, math.ceil(NOISE_DISTANCE / size)).astype(np.float32)
    far = 1 - ndimage.gaussian_filter(near, NOISE_EDGE / size)
    scale = float(np.square(soft, dtype=np.float64).sum() / np.square(far, dtype=np.float64).sum())
    noise = _binned(subject.density.data * far, size, low, high)
    return molecule, _Powers(
        noise.total * scale, noise.count, noise.by_direction * scale, noise.by_count
    )


def _binned(data: FloatArray, voxel_size: float, low: float, high: float) -> _Powers:
    spectrum = transform(data)
    along = frequency_axes(data.shape, voxel_size)
    vectors = spread_directions(DIRECTIONS)
    least = np.float32(math.cos(math.radians(HALF_ANGLE)))
    total, count = np.zeros((2, BANDS))
    by_direction, by_count = np.zeros((2, DIRECTIONS, BANDS))
    z_axis, y_axis, x_axis = (axis.ravel() for axis in along)
    for index, z in enumerate(z_axis):
        if abs(z) > high:
            continue
        squared = z * z + y_axis[:, None] ** 2 + x_axis**2
        rows, columns = np.nonzero((squared > low * low) & (squared < high * high))
        if not rows.size:
            continue
        chosen = squared[rows, columns]
        power = np.abs(spectrum[index, rows, columns]).astype(np.float64) ** 2
        share = (chosen - low**2) / (high**2 - low**2)
        band = np.minimum((share * BANDS).astype(np.int64), BANDS - 1)
        unit = np.stack([np.full(rows.size, z), y_axis[rows], x_axis[columns]])
        unit = (unit / np.sqrt(chosen)).astype(np.float32)
        total += np.bincount(band, power, BANDS)
        count += np.bincount(band, minlength=BANDS)
        for direction, cosine in enumerate(np.abs(vectors @ unit) > least):
            by_direction[direction] += np.bincount(band[cosine], power[cosine], BANDS)
            by_count[direction] += np.bincount(band[cosine], minlength=BANDS)
    return _Powers(total, np.maximum(count, 1), by_direction, np.maximum(by_count, 1))


def _summary(ratio: FloatArray, squared: FloatArray) -> DirectionalPower:
    vectors = spread_directions(DIRECTIONS).astype(np.float64)
    centred = squared - squared.mean()
    # Power falls as exp(-B s²/2).
    b_factors = -2 * np.log(np.maximum(ratio, FAINTEST)) @ centred / np.dot(centred, centred)
    pairs: List[Tuple[int, int]] = [(0, 0), (1, 1), (2, 2), (0, 1), (0, 2), (1, 2)]
    design = np.stack(
        [vectors[:, i] * vectors[:, j] * (1 if i == j else 2) for i, j in pairs], axis=1
    )
    solved = np.linalg.lstsq(design, b_factors, rcond=None)[0]
    tensor = np.zeros((3, 3))
    for (i, j), value in zip(pairs, solved):
        tensor[i, j] = tensor[j, i] = value
    principal = np.linalg.eigvalsh(tensor)
    mean = ratio.mean(axis=1)
    z, y, x = vectors[int(mean.argmin())].tolist()
    return DirectionalPower(
        float(principal[-1] - principal[0]), float(mean.min()), float(mean.max()), (x, y, z)
    )


def measure(subject: Subject, result: Result) -> None:
    """Spread of the power over directions."""
    resolution = subject.resolution
    reason, power = "", None
    if resolution is None:
        reason = "the resolution was not reported"
    elif resolution > MEANINGFUL_TO:
        reason = f"at worse than {MEANINGFUL_TO:g} Å there are too few coefficients"
    else:
        power = directional_power(subject, resolution)
        reason = "" if power else "too few shells hold signal"
    definition = (
        "largest minus smallest principal B-factor of directions over the square of the resolution"
    )
    value = power and power.b_spread / resolution**2 if resolution else None
    result.measure("anisotropy", value, "", definition, reason)
    definition = "power of the weakest and the strongest direction over the mean of all"
    pair = [power.lowest, power.highest] if power else None
    result.measure("directional_power", pair, "", definition, reason)
    definition = "direction with the least power: unit vector along X, Y, Z"
    weakest = list(power.weakest) if power else None
    result.measure("weakest_direction", weakest, "", definition, reason)
