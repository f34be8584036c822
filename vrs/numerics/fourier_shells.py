"""Fourier shells: one Fourier pixel of X wide, from the origin to the Nyquist frequency.

In a box of N voxels along X, the shell of a coefficient at the radius r (cycles per voxel) is
floor(r N + 0.5), and the centre of shell k lies at k / (N voxel size) in 1/Å.
"""

from __future__ import annotations

from typing import Tuple

import numpy as np

from vrs.maps import DensityMap, FloatArray
from vrs.maps.fourier import ComplexArray, radius_by_plane

NYQUIST = 0.5
"""Cycles per voxel."""


def shell_amplitudes(
    density: DensityMap, spectrum: ComplexArray, resolution: float
) -> Tuple[FloatArray, FloatArray]:
    """Mean |F| of the Fourier shells up to a resolution.

    F is the transform divided by the number of voxels. The stored coefficients of the half spectrum
    count once each.

    Parameters
    ----------
    density : DensityMap -- shape (Z, Y, X); only its shape and voxel size count
    spectrum : ndarray, complex64, shape (Z, Y, X//2 + 1) -- its ``vrs.maps.fourier.transform``
    resolution : float -- in Å

    Returns
    -------
    frequency : ndarray, float64, shape (n,) -- of the shells in 1/Å, from 0 to 1/resolution
    mean_amplitude : ndarray, float64, shape (n,) -- in grey values

    Examples
    --------
    A wave of 8 Å along X with height 1 has the amplitude 1/2, in one of the coefficients of its
    shell:

    >>> from vrs.maps.fourier import transform
    >>> row = np.cos(2 * np.pi * np.arange(16) / 8).astype(np.float32)
    >>> density = DensityMap(np.broadcast_to(row, (16, 16, 16)), voxel_size=1.0)
    >>> frequency, amplitude = shell_amplitudes(density, transform(density.data), resolution=4.0)
    >>> frequency.tolist()
    [0.0, 0.0625, 0.125, 0.1875, 0.25]
    >>> (amplitude > 1e-6).tolist()
    [False, False, True, False, False]
    """
    size = density.box[0]
    shells = size // 2 + 2
    total, count = np.zeros(shells), np.zeros(shells, dtype=np.int64)
    for plane, radius in radius_by_plane(density.data.shape):
        inside = radius <= NYQUIST
        shell = np.floor(radius[inside] * size + 0.5).astype(np.int64)
        total += np.bincount(shell, np.abs(spectrum[plane][inside]), shells)
        count += np.bincount(shell, minlength=shells)
    mean = total / np.maximum(count, 1) / density.data.size
    frequency = np.arange(shells) / (size * density.voxel_size)
    used = (frequency <= 1 / resolution) & (count > 0)
    return frequency[used], mean[used]
