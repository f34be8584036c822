"""The resolution at which two half maps stop to agree."""

from __future__ import annotations

from typing import Optional

import numpy as np

from vrs.maps.density_map import FloatArray
from vrs.maps.fourier import radius_by_plane, transform

THRESHOLD = 0.143
"""Of the Fourier shell correlation of half maps (Rosenthal and Henderson, 2003)."""


def shell_correlation(first: FloatArray, second: FloatArray) -> FloatArray:
    """Fourier shell correlation, in shells of one pixel of the longest side up to Nyquist.

    Parameters
    ----------
    first, second : ndarray, float32, shape (Z, Y, X) -- on one grid, without a mask

    Returns
    -------
    ndarray, float64, shape (n // 2 + 1,) -- 0 in shells where one of the maps is empty
    """
    side = max(first.shape)
    shells = side // 2 + 1
    spectra = [transform(np.array(data, dtype=np.float32)) for data in (first, second)]
    product, powers = np.zeros(shells), np.zeros((2, shells))
    for plane, radius in radius_by_plane(first.shape):
        shell = np.floor(radius * side + 0.5).astype(np.int64)
        inside = shell < shells
        a, b = (spectrum[plane][inside] for spectrum in spectra)
        product += np.bincount(shell[inside], (a * b.conj()).real, shells)
        for total, values in zip(powers, (a, b)):
            total += np.bincount(shell[inside], np.abs(values) ** 2, shells)
    norm = np.sqrt(powers[0] * powers[1])
    return np.divide(product, norm, out=np.zeros(shells), where=norm > 0)


def half_map_resolution(
    first: FloatArray, second: FloatArray, voxel_size: float
) -> Optional[float]:
    """Å at which the Fourier shell correlation of half maps first falls below 0.143.

    Between two shells it is interpolated in the frequency. No mask is used, so that noise around
    the molecule makes it worse than the resolution that is usually reported.

    Parameters
    ----------
    first, second : ndarray, float32, shape (Z, Y, X) -- on one grid
    voxel_size : float -- in Å

    Returns
    -------
    float or None -- None if it stays above up to two voxels
    """
    correlation = shell_correlation(first, second)
    below = np.flatnonzero(correlation[1:] < THRESHOLD)
    if not below.size:
        return None
    last = int(below[0])
    high, low = correlation[last], correlation[last + 1]
    part = (high - THRESHOLD) / (high - low) if last else 1.0
    return max(first.shape) * voxel_size / (last + part)
