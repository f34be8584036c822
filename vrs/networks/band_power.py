"""Features of the local-resolution network: the power in bands of frequency around every voxel.

Each is either a ratio that no filter of the whole map changes (a band around a voxel relative to
the same band in the whole molecule or in the solvent), or the fall-off of the molecule's spectrum
minus a straight line of ln(power) against s², which cancels any B-factor.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Dict, Tuple

import numpy as np
import numpy.typing as npt
import scipy.fft
from scipy import ndimage

from vrs.maps import BoolArray, FloatArray
from vrs.maps.fourier import ComplexArray, frequency_radius, threads
from vrs.networks.inputs import Progress

BAND_EDGES = np.array(
    [
        0.030, 0.045, 0.060, 0.075, 0.090, 0.105, 0.120, 0.140, 0.160, 0.180, 0.200,
        0.220, 0.245, 0.270, 0.295, 0.325, 0.355, 0.385, 0.415, 0.450, 0.490,
    ]
)  # fmt: skip
"""In 1/Å. The inner edges are the centres of the bands, which fall to 0 at the next edges."""

CENTERS = BAND_EDGES[1:-1]

STEP = 2
"""Å between the points with features; the windows are far wider."""

NARROW, WIDE = 5.0, 10.0
"""Standard deviations in Å of the Gaussian windows around a voxel."""

SOLVENT_DISTANCE = 8.0
"""Å between the mask and the solvent."""

LEAST_SOLVENT = 200
"""Points of the coarse grid below which the power of the solvent counts as unknown."""

EMPTY = 1e-9
"""Power relative to the strongest band below which a band counts as empty."""

FAINTEST = -7.0
"""ln(power) relative to the molecule's fall-off below which a band is not used."""

PADDING = 8
"""Voxels over which the faces of the box fade to their mean, so that opposite faces match."""

Spectrum = npt.NDArray[np.float64]
"""One number per band."""


@dataclass(frozen=True)
class BandPower:
    """Power of a map in bands on a grid of 2 Å.

    Attributes
    ----------
    points : ndarray, int, shape (n, 3) -- indices (z, y, x) in the 1 Å grid, inside the mask
    narrow, wide : ndarray, float32, shape (n, bands) -- mean power around the points, in the mask
    filling : ndarray, float32, shape (n, 2) -- share of the two windows that is inside the mask
    molecule, solvent : ndarray, float64, shape (bands,)
        Mean power in the mask, median power in the solvent (0 if there is no solvent).
    """

    points: npt.NDArray[np.int64]
    narrow: FloatArray
    wide: FloatArray
    filling: FloatArray
    molecule: Spectrum
    solvent: Spectrum

    def part(self, rows: slice) -> "BandPower":
        """The same for a part of the points."""
        per_point = ("points", "narrow", "wide", "filling")
        return replace(self, **{name: getattr(self, name)[rows] for name in per_point})


def band_power(data: FloatArray, mask: BoolArray, progress: Progress = None) -> BandPower:
    """Filter a map into bands and average their squares around every point of the mask.

    Parameters
    ----------
    data : ndarray, float32, shape (Z, Y, X) -- with voxels of 1 Å
    mask : ndarray, bool, shape (Z, Y, X) -- not empty
    progress : callable, optional -- called with the share done, 0 to 1
    """
    shape = tuple(_padded_size(side) for side in data.shape)
    spectrum = scipy.fft.rfftn(_faded(data, shape), workers=threads())
    coarse_shape = tuple(side // STEP for side in shape)
    inside = _coarse(mask, coarse_shape)
    if not inside.any():
        inside = _coarse(ndimage.maximum_filter(mask, STEP), coarse_shape)
    solvent = _solvent(data, mask, coarse_shape)
    radii = {
        step: frequency_radius(tuple(side // step for side in shape), float(step))
        for step in (1, STEP)
    }
    weights = inside.astype(np.float32)
    smooth = _Smoother(coarse_shape)
    full = [np.maximum(values, 1e-3) for values in smooth(weights)]
    points = np.argwhere(inside)
    narrow = np.empty((len(points), CENTERS.size), dtype=np.float32)
    wide = np.empty_like(narrow)
    molecule, background = np.zeros((2, CENTERS.size))
    for index in range(CENTERS.size):
        power = _power_in_band(spectrum, shape, index, radii)
        molecule[index] = power[inside].mean()
        for values, total, result in zip(smooth(power * weights), full, (narrow, wide)):
            result[:, index] = np.maximum(values[inside] / total[inside], 0)
        if solvent.any():
            background[index] = np.median(smooth(power)[0][solvent])
        if progress:
            progress((index + 1) / CENTERS.size)
    filling = np.stack([total[inside] for total in full], axis=1)
    return BandPower(points * STEP, narrow, wide, filling, molecule, background)


def features(power: BandPower, resolution: float, nyquist: float) -> FloatArray:
    """The input of the network, one row per point.

    Parameters
    ----------
    power : BandPower
    resolution : float -- reported resolution in Å; only bounds the range of the straight line
    nyquist : float -- in 1/Å; bands beyond it count as empty

    Returns
    -------
    ndarray, float32, shape (n, 5 bands + 2)
    """
    floor = max(EMPTY * float(power.molecule.max()), 1e-30)
    filled = (power.molecule > floor) & (nyquist * 0.97 > CENTERS)
    molecule = np.log(np.maximum(power.molecule, floor))
    profile = np.clip(molecule - _straight_line(molecule, filled, resolution), FAINTEST, 4)
    profile[~filled] = FAINTEST
    # Far below the molecule's fall-off a band contains rounding errors: its ratios fade out.
    trust = np.clip((profile - FAINTEST) / 2, 0, 1)
    contrast = np.full(CENTERS.size, 6.0)
    known = power.solvent > 0
    contrast[known] = np.clip(molecule[known] - np.log(power.solvent[known]), -1, 6)
    near = np.clip(np.log(np.maximum(power.narrow, 1e-4 * floor)) - molecule, -4, 4)
    far = np.clip(np.log(np.maximum(power.wide, 1e-4 * floor)) - molecule, -4, 4)
    above = np.clip(near + contrast, -2, 6)
    whole_map = np.concatenate([profile, trust * contrast])
    everywhere = np.broadcast_to(whole_map, (len(power.points), whole_map.size))
    per_point = [trust * near, trust * far, trust * above, everywhere, power.filling]
    table: FloatArray = np.concatenate(per_point, axis=1).astype(np.float32)
    return table


def _straight_line(log_power: Spectrum, filled: BoolArray, resolution: float) -> Spectrum:
    """Least-squares line of ln(power) against s² between 10 Å (or lower) and the resolution."""
    low = 1 / max(10.0, 2.5 * resolution)
    used = filled & (low - 1e-9 <= CENTERS) & (1 / resolution >= CENTERS)
    if used.sum() < 4:
        used = np.zeros_like(filled)
        used[np.flatnonzero(filled)[:4]] = True
    if used.sum() < 2:
        return np.full(CENTERS.size, log_power.max())
    slope, intercept = np.polyfit(CENTERS[used] ** 2, log_power[used], 1)
    # A line fitted to a short range is not extrapolated far.
    end = max(1.5 / resolution, float(CENTERS[used].max()))
    line: Spectrum = intercept + slope * np.minimum(CENTERS, end) ** 2
    return line


def _padded_size(side: int) -> int:
    """A size divisible by 4 with room for the padding and small prime factors."""
    quarter: int = scipy.fft.next_fast_len(-(-(side + PADDING) // 4), real=True)
    return 4 * quarter


def _faded(data: FloatArray, shape: Tuple[int, ...]) -> FloatArray:
    """The map in a larger box, its faces fading to the mean of all faces."""
    faces = [np.take(data, index, axis) for axis in range(3) for index in (0, -1)]
    level = float(np.mean([face.mean() for face in faces]))
    width = [(0, new - old) for new, old in zip(shape, data.shape)]
    half = [(extra // 2, extra - extra // 2) for _, extra in width]
    padded = np.pad(data, half, mode="linear_ramp", end_values=level)
    shift = [-before for before, _ in half]
    return np.roll(padded, shift, axis=(0, 1, 2))


def _coarse(mask: BoolArray, shape: Tuple[int, ...]) -> BoolArray:
    """Every second voxel of a mask, in the box of the coarse grid."""
    thin = mask[::STEP, ::STEP, ::STEP]
    result = np.zeros(shape, dtype=bool)
    result[: thin.shape[0], : thin.shape[1], : thin.shape[2]] = thin
    return result


def _solvent(data: FloatArray, mask: BoolArray, shape: Tuple[int, ...]) -> BoolArray:
    """Coarse points far from the mask and inside the box; none if they are too few."""
    far = ndimage.distance_transform_edt(~_coarse(mask, shape)) * STEP > SOLVENT_DISTANCE
    box = np.zeros(shape, dtype=bool)
    box[tuple(slice(2, max(-(-side // STEP) - 2, 3)) for side in data.shape)] = True
    solvent: BoolArray = far & box
    if solvent.sum() < LEAST_SOLVENT:
        return np.zeros(shape, dtype=bool)
    return solvent


def _power_in_band(
    spectrum: ComplexArray, shape: Tuple[int, ...], index: int, radii: Dict[int, FloatArray]
) -> FloatArray:
    """Squared band-passed map on the grid of 2 Å.

    A band of low frequencies is computed directly on that grid, which resolves its square too.
    """
    low, center, high = BAND_EDGES[index : index + 3]
    step = STEP if high <= 0.22 else 1
    size = tuple(side // step for side in shape)
    cut = spectrum if step == 1 else _cropped(spectrum, size)
    rise, fall = np.float32(center - low), np.float32(high - center)
    away = radii[step] - np.float32(center)
    gain = np.maximum(1 - np.maximum(-away / rise, away / fall), 0)
    band = scipy.fft.irfftn(
        cut * np.sqrt(gain, out=gain), s=size, workers=threads(), overwrite_x=True
    )
    power: FloatArray = band * band
    # The transform of the grid of 2 Å is scaled by its own number of voxels.
    power *= np.float32(1 / step**6)
    return power if step == STEP else _halved(power)


def _cropped(spectrum: ComplexArray, size: Tuple[int, ...]) -> ComplexArray:
    """The low frequencies of a half spectrum."""
    z, y, x = (side // 2 for side in size)
    rows = np.concatenate([spectrum[:z], spectrum[-z:]])
    cut: ComplexArray = np.concatenate([rows[:, :y], rows[:, -y:]], axis=1)[:, :, : x + 1]
    return cut


def _halved(power: FloatArray) -> FloatArray:
    """Every second voxel after the weights 1/4, 1/2, 1/4 along every axis; periodic."""
    for axis in range(3):
        even = np.moveaxis(power, axis, 0)[0::2]
        odd = np.moveaxis(power, axis, 0)[1::2]
        power = np.moveaxis(0.5 * even + 0.25 * (odd + np.roll(odd, 1, axis=0)), 0, axis)
    return power


class _Smoother:
    """Both Gaussian windows on the coarse grid; periodic, so the box must be padded."""

    def __init__(self, shape: Tuple[int, ...]) -> None:
        self.shape = shape
        radius = frequency_radius(shape, float(STEP))
        self.gains = [np.exp(-2 * (np.pi * width * radius) ** 2) for width in (NARROW, WIDE)]

    def __call__(self, values: FloatArray) -> Tuple[FloatArray, FloatArray]:
        spectrum = scipy.fft.rfftn(values, workers=threads())
        near, far = (
            scipy.fft.irfftn(spectrum * gain, s=self.shape, workers=threads())
            for gain in self.gains
        )
        return near, far
