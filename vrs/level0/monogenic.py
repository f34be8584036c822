"""Local amplitudes of a map in resolution shells (monogenic signal, Riesz transform).

For a shell around the spatial frequency f, with Gaussian gain H over the Fourier transform F of the
map, the amplitude is m = sqrt(v0² + vx² + vy² + vz²) with v0 = IFFT(H F) and the Riesz transforms
vk = IFFT(-i s_k/|s| H F). Source: Kaur et al. 2021, doi:10.1038/s41467-021-21509-5.
"""

from __future__ import annotations

from typing import List, Union

import numpy as np

from vrs.maps import DensityMap, FloatArray
from vrs.maps.fourier import ComplexArray, frequency_axes, frequency_radius, inverse, transform


class MonogenicSignal:
    """The local amplitudes of one map.

    Parameters
    ----------
    density : DensityMap
        Its voxel size scales the frequencies.
    """

    def __init__(self, density: DensityMap) -> None:
        self.shape = density.data.shape
        self._spectrum = transform(density.data)
        self._radius = frequency_radius(self.shape, density.voxel_size)
        self._axes = frequency_axes(self.shape, density.voxel_size)

    def amplitude(self, frequency: float, width: float, normalise: str) -> FloatArray:
        """Amplitude of one shell in every voxel.

        Parameters
        ----------
        frequency, width : float
            Centre and standard deviation of the Gaussian shell in 1/Å.
        normalise : {"sum", "power"}
            Divide the gain by its sum over the whole Fourier grid, so that the amplitude is a mean
            over the shell (the published choice: white noise then falls with the shell's size), or
            by the root of the sum of its squares, which gives white noise the same amplitude in all
            shells.

        Returns
        -------
        amplitude : ndarray, float32, shape (Z, Y, X)
        """
        gain = np.exp(-0.5 * ((self._radius - np.float32(frequency)) / np.float32(width)) ** 2)
        gain /= np.float32(self._norm(gain, normalise))
        shell = self._spectrum * gain
        with np.errstate(invalid="ignore", divide="ignore"):
            direction = shell / self._radius
        direction[0, 0, 0] = 0
        squared = inverse(shell, self.shape)
        squared *= squared
        for axis, component in enumerate(self._axes):
            riesz = direction * component
            squared += self._nyquist_term(riesz, axis)
            riesz *= np.complex64(-1j)
            part = inverse(riesz, self.shape)
            part *= part
            squared += part
        amplitude: FloatArray = np.sqrt(squared, out=squared)
        return amplitude

    def _norm(self, gain: FloatArray, normalise: str) -> float:
        """Norm of the gain over the whole grid: the half spectrum holds most coefficients once."""
        if normalise not in ("sum", "power"):
            raise ValueError(f"normalise is 'sum' or 'power', not {normalise!r}")
        values = gain if normalise == "sum" else gain * gain
        per_plane = values.sum(axis=(0, 1), dtype=np.float64)
        total = 2 * per_plane.sum() - per_plane[0]
        if self.shape[2] % 2 == 0:
            total -= per_plane[-1]
        return float(total if normalise == "sum" else np.sqrt(total))

    def _nyquist_term(self, riesz: ComplexArray, axis: int) -> FloatArray:
        """Square of the imaginary part that the plane at the Nyquist frequency of an axis adds.

        On an even grid that plane has no partner of opposite frequency, so that its Riesz transform
        is imaginary: (-1)^n times a function of the other two axes. The complex transforms of the
        original programs keep it in the amplitude. Takes the plane out of ``riesz``.
        """
        size = self.shape[axis]
        if size % 2:
            return np.zeros((1, 1, 1), dtype=np.float32)
        plane: List[Union[slice, int]] = [slice(None)] * 3
        plane[axis] = size // 2
        chosen = tuple(plane)
        values = riesz[chosen]
        imaginary: ComplexArray
        if axis == 2:
            imaginary = np.fft.ifft2(values)
        else:
            other = self.shape[1 - axis]
            imaginary = np.fft.irfft2(values, s=(other, self.shape[2]))
        riesz[chosen] = 0
        term: FloatArray = (np.abs(imaginary) / size).astype(np.float32) ** 2
        return np.expand_dims(term, axis)
