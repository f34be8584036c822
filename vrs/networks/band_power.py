"""Features of the local-resolution network: the power in bands of frequency around every voxel.

Each is either a ratio that no filter of the whole map changes (a band around a voxel relative to
the same band in the whole molecule or in the solvent), or the fall-off of the molecule's spectrum
minus a straight line of ln(power) against s², which cancels any B-factor.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Iterator, Tuple

import numpy as np
import numpy.typing as npt
import scipy.fft
from scipy import ndimage

from vrs.maps import BoolArray, FloatArray
from vrs.maps.fourier import frequency_radius, slices, threads
from vrs.maps.memory_map import leave_on_disk, scratch_array
from vrs.networks.bands import BAND_EDGES, CENTERS, STEP, Bands
from vrs.networks.inputs import Progress

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

LEVELS, EDGE = (0.2, 0.4, 0.8, 1.6), 0.2
"""ln(power over that of the solvent) at which the signal may be said to end."""

FALLS, FALL = (-5.0, -3.0, -1.5), 1.0
"""ln(power) relative to the fall-off of the molecule at which a low-pass may be said to end it."""

_PLANES_AT_ONCE = 16

Spectrum = npt.NDArray[np.float64]
"""One number per band."""


@dataclass(frozen=True)
class BandPower:
    """Power of a map in bands on a grid of 2 Å.

    Attributes
    ----------
    points : ndarray, int32, shape (n, 3) -- indices (z, y, x) in the 1 Å grid, inside the mask
    narrow, wide : ndarray, float32, shape (n, bands) -- mean power around the points, in the mask
    filling : ndarray, float32, shape (n, 2) -- share of the two windows that is inside the mask
    molecule, solvent : ndarray, float64, shape (bands,)
        Mean power in the mask, median power in the solvent (0 if there is no solvent).
    """

    points: npt.NDArray[np.int32]
    narrow: FloatArray
    wide: FloatArray
    filling: FloatArray
    molecule: Spectrum
    solvent: Spectrum

    def part(self, rows: slice) -> "BandPower":
        """The same for a part of the points."""
        per_point = ("points", "narrow", "wide", "filling")
        return replace(self, **{name: getattr(self, name)[rows] for name in per_point})

    def leave_on_disk(self) -> None:
        """Release what is mapped from files; see ``vrs.maps.memory_map``."""
        for values in (self.points, self.narrow, self.wide, self.filling):
            leave_on_disk(values)


def band_power(bands: Bands, mask: BoolArray, progress: Progress = None) -> BandPower:
    """Average the squares of the bands of a map around every point of the mask.

    Parameters
    ----------
    bands : Bands -- of the map
    mask : ndarray, bool, of the shape of the map, (Z, Y, X) -- not empty
    progress : callable, optional -- called with the share done, 0 to 1
    """
    inside = _coarse(mask, bands.coarse_shape)
    if not inside.any():
        inside = _coarse(ndimage.maximum_filter(mask, STEP), bands.coarse_shape)
    solvent = _solvent(mask, bands.coarse_shape)
    leave_on_disk(mask)
    count = int(np.count_nonzero(inside))
    smooth = _Smoother(bands.coarse_shape)
    # One row per band, so that a band is written in one piece.
    filling = scratch_array((2, count), np.float32)
    windows = scratch_array((2, CENTERS.size, count), np.float32)
    for share, values in zip(filling, smooth(inside.astype(np.float32), inside)):
        np.maximum(values, 1e-3, out=share)
    molecule, background = np.zeros((2, CENTERS.size))
    for index in range(CENTERS.size):
        power = bands.power(index)
        molecule[index] = power[inside].mean()
        if solvent.any():
            background[index] = np.median(next(smooth(power, solvent)))
        power *= inside
        for values, total, result in zip(smooth(power, inside), filling, windows[:, index]):
            values /= total
            np.maximum(values, 0, out=result)
        for mapped in (windows, filling):
            leave_on_disk(mapped)
        if progress:
            progress((index + 1) / CENTERS.size)
    narrow, wide = windows
    return BandPower(_points(inside), narrow.T, wide.T, filling.T, molecule, background)


def features(power: BandPower, resolution: float, nyquist: float) -> FloatArray:
    """The input of the network, one row per point.

    Parameters
    ----------
    power : BandPower
    resolution : float -- reported resolution in Å; only bounds the range of the straight line
    nyquist : float -- in 1/Å; bands beyond it count as empty

    Returns
    -------
    ndarray, float32, shape (n, 5 bands + 2 + 3 levels + falls)
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
    ends = [_ends(trust * values, LEVELS, EDGE) for values in (above, far + contrast)]
    of_map = np.concatenate([_ends(trust * contrast, LEVELS, EDGE), _ends(profile, FALLS, FALL)])
    ends.append(np.broadcast_to(of_map, (len(power.points), of_map.size)))
    table: FloatArray = np.concatenate([*per_point, *ends], axis=1).astype(np.float32)
    return table


def _ends(values: FloatArray, levels: Tuple[float, ...], edge: float) -> FloatArray:
    """ln of the wavelength in Å at which the values of the bands sink below each level.

    Every band counts as above a level, below it, or in part if it is within half an edge of it; a
    sum of all changes little with the noise of one.

    Parameters
    ----------
    values : ndarray, shape (..., bands)
    levels : tuple of float
    edge : float

    Returns
    -------
    ndarray, shape (..., levels)
    """
    widths = (BAND_EDGES[2:] - BAND_EDGES[:-2]) / 2
    above = [np.clip((values - level) / edge + 0.5, 0, 1) @ widths for level in levels]
    result: FloatArray = -np.log(BAND_EDGES[:2].mean() + np.stack(above, axis=-1))
    return result


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


def _coarse(mask: BoolArray, shape: Tuple[int, ...]) -> BoolArray:
    """Every second voxel of a mask, in the box of the coarse grid."""
    thin = mask[::STEP, ::STEP, ::STEP]
    result = np.zeros(shape, dtype=bool)
    result[: thin.shape[0], : thin.shape[1], : thin.shape[2]] = thin
    return result


def _points(inside: BoolArray) -> npt.NDArray[np.int32]:
    """Indices (z, y, x) in the 1 Å grid of the points of the coarse grid inside the mask."""
    points = scratch_array((int(np.count_nonzero(inside)), 3), np.int32)
    first = 0
    for z, plane in enumerate(inside):
        rows, columns = np.nonzero(plane)
        here = points[first : first + rows.size]
        here[:, 0], here[:, 1], here[:, 2] = STEP * z, STEP * rows, STEP * columns
        first += rows.size
    leave_on_disk(points)
    return points


def _solvent(mask: BoolArray, shape: Tuple[int, ...]) -> BoolArray:
    """Coarse points far from the mask and inside the box; none if they are too few."""
    inside = _coarse(mask, shape)
    box = tuple(slice(2, max(-(-side // STEP) - 2, 3)) for side in mask.shape)
    solvent = np.zeros(shape, dtype=bool)
    reach = int(SOLVENT_DISTANCE / STEP) + 1
    # A part is enough to see whether a point is nearer than this distance.
    for part in slices(box[0], _PLANES_AT_ONCE):
        first = max(part.start - reach, 0)
        near = inside[first : part.stop + reach]
        if near.any():
            distance = ndimage.distance_transform_edt(~near)[part.start - first :] * STEP
            far = distance[: part.stop - part.start] > SOLVENT_DISTANCE
        else:
            far = np.ones(inside[part].shape, dtype=bool)
        solvent[part, box[1], box[2]] = far[:, box[1], box[2]]
    if solvent.sum() < LEAST_SOLVENT:
        return np.zeros(shape, dtype=bool)
    return solvent


class _Smoother:
    """Both Gaussian windows on the coarse grid; periodic, so the box must be padded."""

    def __init__(self, shape: Tuple[int, ...]) -> None:
        self.shape = shape
        radius = frequency_radius(shape, float(STEP))
        self.gains = [np.exp(-2 * (np.pi * width * radius) ** 2) for width in (NARROW, WIDE)]

    def __call__(self, values: FloatArray, chosen: BoolArray) -> Iterator[FloatArray]:
        """The chosen points of both, one after the other."""
        spectrum = scipy.fft.rfftn(values, workers=threads())
        for gain in self.gains:
            smooth = scipy.fft.irfftn(
                spectrum * gain, s=self.shape, workers=threads(), overwrite_x=True
            )
            yield smooth[chosen]
