"""Local amplitudes of a map in resolution shells (monogenic signal, Riesz transform).

For a shell around the spatial frequency f, with Gaussian gain H over the Fourier transform F of the
map, the amplitude is m = sqrt(v0² + vx² + vy² + vz²) with v0 = IFFT(H F) and the Riesz transforms
vk = IFFT(-i s_k/|s| H F). Source: Kaur et al. 2021, doi:10.1038/s41467-021-21509-5.

The four maps are added up one after the other in one array, so that at any time there are only the
spectrum, a second one that is being transformed back, and the amplitude. The Riesz transforms along
X and Y share the transform along Z, to which their factors s_k are constant. A shell that ends
before the corner of the spectrum is transformed back without the empty part beyond its end.
"""

from __future__ import annotations

from typing import Any, Callable, List, Optional

import numpy as np

from vrs.maps import DensityMap, FloatArray
from vrs.maps.fourier import (
    ComplexArray,
    frequency_axes,
    inverse_in_place,
    inverse_rows,
    over_planes,
    threads,
    transform,
)

REACH = 7.0
"""Standard deviations beyond which a Gaussian shell holds nothing (2e-11 of its top)."""


_SHELL, _OVER_RADIUS, _RIESZ_Z = "shell", "over |s|", "times s_z/|s|"
"""What is transformed back: H F, H F / |s|, and s_z H F / |s|."""


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
        squared = np.empty(self.shape, dtype=np.float32)
        end = frequency + REACH * width
        columns = int(np.count_nonzero(self._axes[2] <= end))
        buffer = np.empty((*self.shape[:2], columns), dtype=np.complex64)
        norms = np.zeros(self.shape[0])

        self._fill(buffer, _SHELL, frequency, width, normalise, norms)
        self._transform_along_z(buffer, end)

        def begin(part: slice, planes: ComplexArray) -> None:
            self._square(planes, out=squared[part])

        self._over_planes_of(buffer, begin)

        self._fill(buffer, _OVER_RADIUS, frequency, width, normalise, norms)
        terms = [self._nyquist_term(buffer, axis, end) for axis in (1, 2)]
        self._transform_along_z(buffer, end)
        along_y, along_x = (self._turn(axis) for axis in (1, 2))

        def add_y_and_x(part: slice, planes: ComplexArray) -> None:
            squared[part] += self._square(planes * along_y[:, None])
            squared[part] += self._square(planes, along_x[:columns])

        self._over_planes_of(buffer, add_y_and_x)

        self._fill(buffer, _RIESZ_Z, frequency, width, normalise, norms)
        terms.append(self._nyquist_term(buffer, 0, end))
        for term in terms:
            if term is not None:
                squared += term
        self._transform_along_z(buffer, end)
        norm = float(norms.sum())
        scale = np.float32(1 / (norm if normalise == "sum" else np.sqrt(norm)))

        def finish(part: slice, planes: ComplexArray) -> None:
            planes *= np.complex64(-1j)
            squared[part] += self._square(planes)
            np.sqrt(squared[part], out=squared[part])
            squared[part] *= scale

        self._over_planes_of(buffer, finish)
        return squared

    def _fill(
        self,
        buffer: ComplexArray,
        what: str,
        frequency: float,
        width: float,
        normalise: str,
        norms: FloatArray,
    ) -> None:
        """The spectrum of the shell, over |s|, or times s_z/|s|; its norm by planes, at first."""
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
                if what == _SHELL:
                    values = gain if normalise == "sum" else gain * gain
                    norms[index] = np.dot(values.sum(axis=0, dtype=np.float64), count)
                else:
                    if index == 0:
                        # No direction at the origin: a gain of 0 without a division by 0.
                        radius[0, 0] = 1
                    gain /= radius
                    if what == _RIESZ_Z:
                        gain *= along_z[index]
                np.multiply(self._spectrum[index, :, :columns], gain, out=buffer[index])

        over_planes(fill, self.shape[0])

    def _turn(self, axis: int) -> ComplexArray:
        """-i times the frequency along an axis, without that of Nyquist."""
        factors = (np.complex64(-1j) * self._axes[axis]).astype(np.complex64)
        if self.shape[axis] % 2 == 0:
            factors[self.shape[axis] // 2] = 0
        return factors

    def _transform_along_z(self, buffer: ComplexArray, end: float) -> None:
        """Only where there is anything: along Y and X no row is empty after that."""
        for rows in _rows_up_to(self._axes[1], end):
            inverse_in_place(buffer[:, rows], axis=0, workers=threads())

    def _over_planes_of(
        self, buffer: ComplexArray, work: Callable[[slice, ComplexArray], None]
    ) -> None:
        """Call ``work`` with the place of some planes and the planes, which it may destroy."""
        over_planes(lambda part: work(part, buffer[part]), self.shape[0])

    def _square(
        self,
        planes: ComplexArray,
        factors: Optional[ComplexArray] = None,
        out: Optional[FloatArray] = None,
    ) -> FloatArray:
        """Square of the map of planes in which Y and X are still to be transformed.

        Destroys the planes. ``factors`` are constant along Y.
        """
        inverse_in_place(planes, axis=1)
        if factors is not None:
            planes *= factors
        values = inverse_rows(planes, self.shape[2])
        return np.multiply(values, values, out=values if out is None else out)

    def _nyquist_term(self, buffer: ComplexArray, axis: int, end: float) -> Optional[FloatArray]:
        """Square of the imaginary part that the plane at the Nyquist frequency of an axis adds.

        On an even grid that plane has no partner of opposite frequency, so that its Riesz transform
        is imaginary: (-1)^n times a function of the other two axes. The complex transforms of the
        original programs keep it in the amplitude; in ours the plane is left out. ``buffer`` holds
        the spectrum over |s|, for the axis Z times s_z; None where there is no such plane, or it
        lies beyond the end of the shell.
        """
        size = self.shape[axis]
        nyquist = self._axes[axis][size // 2]
        if size % 2 or abs(nyquist) > end:
            return None
        place: List[Any] = [slice(None)] * 3
        place[axis] = size // 2
        values = buffer[tuple(place)]
        imaginary: ComplexArray
        if axis == 2:
            imaginary = np.fft.ifft2(values)
        else:
            other = self.shape[1 - axis]
            imaginary = np.fft.irfft2(values, s=(other, self.shape[2]))
        factor = abs(float(nyquist)) / size
        if axis == 0:
            buffer[tuple(place)] = 0
            factor = 1 / size
        term: FloatArray = (np.abs(imaginary) * factor).astype(np.float32) ** 2
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
