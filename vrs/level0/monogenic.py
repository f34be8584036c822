"""Local amplitudes of a map in resolution shells (monogenic signal, Riesz transform).

For a shell around the spatial frequency f, with Gaussian gain H over the Fourier transform F of the
map, the amplitude is m = sqrt(v0² + vx² + vy² + vz²) with v0 = IFFT(H F) and the Riesz transforms
vk = IFFT(-i s_k/|s| H F). Source: Kaur et al. 2021, doi:10.1038/s41467-021-21509-5.

The four maps are added up one after the other in one array, so that at any time there are only the
spectrum, a second one that is being transformed back, and the amplitude. A shell that ends before
the corner of the spectrum is transformed back without the empty part beyond its end.
"""

from __future__ import annotations

from typing import Any, List, Optional

import numpy as np
import scipy.fft

from vrs.maps import DensityMap, FloatArray
from vrs.maps.fourier import ComplexArray, frequency_axes, over_planes, threads, transform

REACH = 7.0
"""Standard deviations beyond which a Gaussian shell holds nothing (2e-11 of its top)."""


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
        self._axes = [axis.ravel() for axis in frequency_axes(self.shape, density.voxel_size)]
        # Coefficients of the half spectrum that stand for themselves and their partner.
        self._count = np.full(self._axes[2].size, 2, dtype=np.float32)
        self._count[0] = 1
        if self.shape[2] % 2 == 0:
            self._count[-1] = 1

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
        if normalise not in ("sum", "power"):
            raise ValueError(f"normalise is 'sum' or 'power', not {normalise!r}")
        squared = np.zeros(self.shape, dtype=np.float32)
        end = frequency + REACH * width
        columns = int(np.count_nonzero(self._axes[2] <= end))
        buffer = np.empty((*self.shape[:2], columns), dtype=np.complex64)
        norms = np.zeros(self.shape[0])
        for component in (None, 0, 1, 2):
            self._fill(buffer, component, frequency, width, normalise, norms)
            lost = None if component is None else self._nyquist_term(buffer, component, end)
            self._add_square(squared, buffer, component is not None, end)
            if lost is not None:
                squared += lost
        norm = float(norms.sum())
        scale = np.float32(1 / (norm if normalise == "sum" else np.sqrt(norm)))

        def take_root(part: slice) -> None:
            np.sqrt(squared[part], out=squared[part])
            squared[part] *= scale

        over_planes(take_root, self.shape[0])
        return squared

    def _fill(
        self,
        buffer: ComplexArray,
        component: Optional[int],
        frequency: float,
        width: float,
        normalise: str,
        norms: FloatArray,
    ) -> None:
        """The spectrum of the shell, or times s_k/|s|; its norm over the whole grid, by planes."""
        along_z, along_y, along_x = self._axes
        columns = buffer.shape[2]
        in_plane = along_y[:, None] ** 2 + along_x[None, :columns] ** 2
        center, inverse_width = np.float32(frequency), np.float32(1 / width)
        count = self._count[:columns]

        def fill(part: slice) -> None:
            for index in range(part.start, part.stop):
                if abs(along_z[index]) > center + REACH * width:
                    buffer[index] = 0
                    continue
                radius = np.sqrt(in_plane + along_z[index] ** 2)
                gain = (radius - center) * inverse_width
                gain *= gain
                gain *= np.float32(-0.5)
                np.exp(gain, out=gain)
                if component is None:
                    values = gain if normalise == "sum" else gain * gain
                    norms[index] = np.dot(values.sum(axis=0, dtype=np.float64), count)
                else:
                    if index == 0:
                        # No direction at the origin: a gain of 0 without a division by 0.
                        radius[0, 0] = 1
                    gain /= radius
                    gain *= self._direction(component, index, columns)
                np.multiply(self._spectrum[index, :, :columns], gain, out=buffer[index])

        over_planes(fill, self.shape[0])

    def _direction(self, component: int, plane: int, columns: int) -> FloatArray:
        """Frequency along an axis in one plane, to be multiplied with it."""
        axis = self._axes[component]
        if component == 0:
            return axis[plane : plane + 1]
        return axis[:, None] if component == 1 else axis[None, :columns]

    def _add_square(
        self, squared: FloatArray, buffer: ComplexArray, turn: bool, end: float
    ) -> None:
        """Add the square of the map of a spectrum that ends at ``end``, after a factor of -i."""
        # Along Z only where there is anything: along Y and X no row is empty after that.
        for rows in _rows_up_to(self._axes[1], end):
            view = buffer[:, rows]
            done = scipy.fft.ifft(view, axis=0, workers=threads(), overwrite_x=True)
            if not np.may_share_memory(done, view):
                view[...] = done
        length = self.shape[2]

        def add(part: slice) -> None:
            planes = scipy.fft.ifft(buffer[part], axis=1)
            if turn:
                planes *= np.complex64(-1j)
            values = scipy.fft.irfft(planes, n=length, axis=2)
            values *= values
            squared[part] += values

        over_planes(add, self.shape[0])

    def _nyquist_term(self, riesz: ComplexArray, axis: int, end: float) -> Optional[FloatArray]:
        """Square of the imaginary part that the plane at the Nyquist frequency of an axis adds.

        On an even grid that plane has no partner of opposite frequency, so that its Riesz transform
        is imaginary: (-1)^n times a function of the other two axes. The complex transforms of the
        original programs keep it in the amplitude. Takes the plane out of ``riesz``; None where
        there is no such plane, or it lies beyond the end of the shell.
        """
        size = self.shape[axis]
        if size % 2 or abs(self._axes[axis][size // 2]) > end:
            return None
        place: List[Any] = [slice(None)] * 3
        place[axis] = size // 2
        values = riesz[tuple(place)]
        imaginary: ComplexArray
        if axis == 2:
            imaginary = np.fft.ifft2(values)
        else:
            other = self.shape[1 - axis]
            imaginary = np.fft.irfft2(values, s=(other, self.shape[2]))
        riesz[tuple(place)] = 0
        term: FloatArray = (np.abs(imaginary) / size).astype(np.float32) ** 2
        return np.expand_dims(term, axis)


def _rows_up_to(along_y: FloatArray, end: float) -> List[slice]:
    """The rows of a spectrum whose frequency along Y is not beyond ``end``."""
    within = np.abs(along_y) <= end
    if within.all():
        return [slice(None)]
    low = int(np.argmin(within))
    high = int(np.argmin(within[::-1]))
    return [
        part
        for part in (slice(0, low), slice(len(along_y) - high, None))
        if part != slice(len(along_y), None)
    ]
