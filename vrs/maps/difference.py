"""The difference of two maps on one grid, their amplitudes scaled shell by shell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterator, Tuple

import numpy as np

from vrs.maps.density_map import FloatArray
from vrs.maps.fourier import inverse, radius_by_plane, transform

NYQUIST = 0.5
"""Cycles per voxel."""

_LEAST_POWER = 1e-8
"""Part of the strongest shell below which a shell holds rounding errors only."""


@dataclass(frozen=True)
class MapDifference:
    """Two maps with the same amplitudes, and what is left between them.

    Attributes
    ----------
    first, second : ndarray, float32, shape (Z, Y, X)
        Both maps, weighted and filtered; the amplitudes of the second are scaled to the first.
    difference : ndarray, float32, shape (Z, Y, X) -- second minus first
    cut_off : float -- highest frequency in it, in cycles per voxel
    correlation : float -- of first and second, 0 if one of them is empty
    remaining : float -- root mean square of the difference over that of the first, 0 if it is empty
    """

    first: FloatArray
    second: FloatArray
    difference: FloatArray
    cut_off: float
    correlation: float
    remaining: float


def map_difference(
    first: FloatArray, second: FloatArray, weight: FloatArray, cut_off: float = NYQUIST
) -> MapDifference:
    """Subtract two maps after the second has got the mean power of the first shell by shell.

    So the maps differ by their phases only, not by scale, sharpening or filter: F of the second is
    multiplied by sqrt(P1/P2), where P is the sum of |F|² over a shell, interpolated between shells.
    Frequencies at which one of the maps has no power are left
    out of both.

    Parameters
    ----------
    first, second : ndarray, shape (Z, Y, X) -- on one grid
    weight : ndarray of that shape, 0 to 1 -- multiplies both, such as a soft mask
    cut_off : float -- highest frequency that counts, in cycles per voxel

    Returns
    -------
    MapDifference

    Examples
    --------
    >>> density = np.random.default_rng(0).normal(size=(16, 16, 16)).astype(np.float32)
    >>> same = map_difference(density, 3 * density, np.ones_like(density))
    >>> f"{same.correlation:.4f}", bool(same.remaining < 1e-5)
    ('1.0000', True)
    """
    shape = first.shape
    spectra = [transform(np.asarray(data * weight, dtype=np.float32)) for data in (first, second)]
    shells = max(shape) // 2 + 1
    power = np.zeros((2, shells))
    for plane, radius in _radii(shape):
        inside = radius <= min(cut_off, NYQUIST) * max(shape)
        shell = np.floor(radius[inside] + 0.5).astype(np.int64)
        for total, spectrum in zip(power, spectra):
            values = np.abs(spectrum[plane][inside]).astype(np.float64) ** 2
            total += np.bincount(shell, values, shells)
    both = np.all(power > _LEAST_POWER * power.max(axis=1, keepdims=True, initial=1e-300), axis=0)
    # Beyond the first shell without power nothing compares; the one before it may be the edge of a
    # filter, where the gain changes within a shell.
    end = shells if both.all() else max(int(np.argmin(both)) - 1, 0)
    gain = np.sqrt(power[0, :end] / power[1, :end])
    for plane, radius in _radii(shape):
        inside = radius <= min(cut_off * max(shape), end - 1)
        spectra[0][plane] *= inside
        if end:
            spectra[1][plane] *= inside * np.interp(radius, np.arange(end), gain)
    a, b = (inverse(spectrum, shape) for spectrum in spectra)
    difference = b - a
    norms = [float(np.linalg.norm(data.ravel())) for data in (a, b, difference)]
    product = norms[0] * norms[1]
    return MapDifference(
        first=a,
        second=b,
        difference=difference,
        cut_off=min(cut_off, max(end - 1, 0) / max(shape)),
        correlation=float(np.vdot(a, b)) / product if product > 0 else 0.0,
        remaining=norms[2] / norms[0] if norms[0] > 0 else 0.0,
    )


def _radii(shape: Tuple[int, ...]) -> Iterator[Tuple[int, FloatArray]]:
    """The radius of every coefficient in shells, plane by plane; a shell is one pixel wide."""
    for plane, radius in radius_by_plane(shape):
        yield plane, radius * max(shape)
