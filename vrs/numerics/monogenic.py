"""Local amplitudes of a map in resolution shells (monogenic signal, Riesz transform).

For a shell around the spatial frequency f, with Gaussian gain H over the Fourier transform F of the
map, the amplitude is m = sqrt(v0² + vx² + vy² + vz²) with v0 = IFFT(H F) and the Riesz transforms
vk = IFFT(-i s_k/|s| H F). Source: Kaur et al. 2021, doi:10.1038/s41467-021-21509-5.

Only the voxels of the masks are computed: after the transforms along Z, planes without any are
dropped, and after those along Y the rows before the first and beyond the last. A shell that ends
before the corner of the spectrum is transformed back without the empty part beyond its end. The
Riesz transforms along X and Y share the transform along Z, to which their factors s_k are constant.
All work stays within the cache of the processor: first on a few frequencies along Y, then on a few
planes of the map. If the masks take many planes of a large map, the planes are done in groups, so
that only the transforms along Z to one group are in memory.
"""

from __future__ import annotations

import math
from itertools import count
from typing import Any, Callable, Iterator, List, NamedTuple, Tuple

import numpy as np
import numpy.typing as npt

from vrs.maps import BoolArray, DensityMap, FloatArray
from vrs.maps.fourier import (
    ComplexArray,
    frequency_axes,
    inverse_rows,
    over_planes,
    slices,
    threads,
    transform_by_rows,
    transform_in_place,
)
from vrs.maps.masks import background_planes, require_background

REACH = 5.5
"""Standard deviations at which a Gaussian shell ends: its gain is 3e-7 there, the limit of single
precision."""

BACKGROUND_PLANES = 64
"""Least number of planes in which the background is used: the amplitude of a published shell
changes over a thirtieth of the box, so the planes in between add nothing. In a map of 250 voxels a
side this moves the percentiles of the local B-factor by 0.0004 Å²."""

_SMALLEST_EXPONENT = np.float32(-40)
"""Keeps the gain above denormal numbers, with which processors are slow."""

_IN_CACHE = 2**15
"""Complex numbers in the working arrays of a thread."""

_PARTS_OF_A_THREAD = 4

_LEAST_ROOM = 128e6
"""Bytes for the transforms along Z, however small the map."""

_MEMORY = 10.0
"""Bytes per voxel that this room, the spectrum and the values in the masks may take."""

_VALUES = 1.7 * 4
"""Bytes per voxel of a mask: a sum, and the amplitudes of the planes that wait for the noise."""

IntArray = npt.NDArray[np.int64]
Piece = Tuple[slice, FloatArray]
"""The values in one plane, and their places in the order of ``density.data[mask]``."""

_SHELL, _OVER_RADIUS, _RIESZ_Z = 0, 1, 2
"""The spectra transformed back along Z: H F, H F / |s|, and s_z H F / |s|."""


class _Shell(NamedTuple):
    """A shell and the part of the spectrum that it covers.

    ``places_z`` and ``places_y`` are pairs of slices: of the whole axis, and of the axis without
    the frequencies beyond the end of the shell.
    """

    frequency: float
    width: float
    places_z: List[Tuple[slice, slice]]
    places_y: List[Tuple[slice, slice]]
    columns: int


class MonogenicSignal:
    """The local amplitudes of one map.

    Parameters
    ----------
    density : DensityMap -- shape (Z, Y, X)
    *masks : ndarray, bool, shape (Z, Y, X) -- sets of voxels in which the amplitudes are computed

    Examples
    --------
    A wave has the same amplitude everywhere, unlike its grey values:

    >>> row = np.cos(2 * np.pi * np.arange(48) / 6)
    >>> density = DensityMap(np.broadcast_to(row, (48, 48, 48)).astype(np.float32), voxel_size=1.0)
    >>> mask = np.zeros((48, 48, 48), dtype=bool)
    >>> mask[24, 24, 24:28] = True
    >>> density.data[mask].round(2)
    array([ 1. ,  0.5, -0.5, -1. ], dtype=float32)
    >>> (amplitude,) = MonogenicSignal(density, mask).amplitude(1 / 6, 0.02, "sum")
    >>> (amplitude / amplitude.max()).round(2)
    array([1., 1., 1., 1.], dtype=float32)
    """

    def __init__(self, density: DensityMap, *masks: BoolArray) -> None:
        self.shape = density.data.shape
        self._spectrum = transform_by_rows(density.data)
        self._axes = [axis.ravel() for axis in frequency_axes(self.shape, density.voxel_size)]
        # A coefficient of the half spectrum counts for itself and for its complex conjugate.
        self._count = np.full(self._axes[2].size, 2, dtype=np.float32)
        self._count[0] = 1
        if self.shape[2] % 2 == 0:
            self._count[-1] = 1
        self._masks = masks
        self._rows = np.logical_or.reduce([mask.any(axis=2) for mask in masks])
        counts = [np.array([np.count_nonzero(plane) for plane in mask]) for mask in masks]
        self._ends = [np.concatenate([[0], np.cumsum(count)]) for count in counts]
        self._groups = self._groups_of_planes(counts[-1] > 0)
        # Room for the planes of one shell; the system provides only the part that is used.
        largest = max(group.size for group in self._groups)
        self._room = np.empty(largest * 3 * self.shape[1] * self._count.size, dtype=np.complex64)

    def _groups_of_planes(self, first: BoolArray) -> List[IntArray]:
        """All planes with voxels of a mask, or as many at a time as there is room for.

        Those that are chosen as the first then come first.
        """
        used = np.flatnonzero(self._rows.any(axis=1))
        bytes_of_plane = 3 * self.shape[1] * self._count.size * self._spectrum.itemsize
        values = _VALUES * sum(ends[-1] for ends in self._ends)
        room = _MEMORY * math.prod(self.shape) - self._spectrum.nbytes - values
        at_once = max(1, int(max(room, _LEAST_ROOM) / bytes_of_plane))
        if used.size <= at_once:
            return [used]
        kinds = (used[first[used]], used[~first[used]])
        return [kind[part] for kind in kinds for part in slices(slice(0, kind.size), at_once)]

    def amplitude(self, frequency: float, width: float, normalise: str) -> List[FloatArray]:
        """Amplitude of one shell in the voxels of the masks.

        Parameters
        ----------
        frequency, width, normalise
            As in ``amplitudes``.

        Returns
        -------
        list of ndarray, float32, shape (voxels of a mask,)
            One per mask, in the order of ``density.data[mask]``.

        Raises
        ------
        ValueError
            If ``normalise`` is something else.
        """
        whole = [np.empty(ends[-1], dtype=np.float32) for ends in self._ends]
        for pieces in self.amplitudes(frequency, width, normalise):
            for amplitude, (place, values) in zip(whole, pieces):
                amplitude[place] = values
        return whole

    def amplitudes(
        self, frequency: float, width: float, normalise: str
    ) -> Iterator[Tuple[Piece, ...]]:
        """Amplitude of one shell plane by plane, in one piece per mask.

        In a map so large that its planes are done in groups, those with voxels of the last mask
        come first.

        Parameters
        ----------
        frequency, width : float -- centre and standard deviation of the Gaussian shell in 1/Å
        normalise : {"sum", "power"}
            "sum" divides the gain by its sum over the whole Fourier grid, so that the amplitude is
            a mean over the shell; this is the published choice, with which white noise has lower
            amplitudes in larger shells. "power" divides it by the root of the sum of its squares,
            with which white noise has the same amplitude in all shells.

        Yields
        ------
        tuple of (place, values), one per mask
            The places are slices in the order of ``density.data[mask]``; the values are ndarrays,
            float32, shape (voxels of the mask in this plane,).

        Raises
        ------
        ValueError
            If ``normalise`` is something else.
        """
        if normalise not in ("sum", "power"):
            raise ValueError(f"normalise is 'sum' or 'power', not {normalise!r}")
        along_z, along_y, along_x = self._axes
        end = frequency + REACH * width
        columns = int(np.count_nonzero(along_x <= end))
        shell = _Shell(frequency, width, _places(along_z, end), _places(along_y, end), columns)
        rows = shell.places_y[-1][1].stop
        for group in self._groups:
            size = group.size * 3 * rows * columns
            planes = self._room[:size].reshape(group.size, 3, rows, columns)
            norm, nyquist_z, nyquist_y = self._transform_along_z(shell, normalise, group, planes)
            scale = np.float32(1 / (norm if normalise == "sum" else np.sqrt(norm)))
            yield from self._transform_planes(shell, group, planes, nyquist_z, nyquist_y, scale)

    def _transform_along_z(
        self, shell: _Shell, normalise: str, group: IntArray, planes: ComplexArray
    ) -> Tuple[float, FloatArray, FloatArray]:
        """Fill ``planes``, of shape (planes of the group, 3, rows, columns).

        Returns
        -------
        norm : float -- sum of the gain, or of its squares
        nyquist_z, nyquist_y : ndarray, float32, shapes (1, Y, X) and (planes, 1, X)
            Contributions of the Nyquist frequencies to the squared amplitude, see
            ``_square_at_nyquist``.
        """
        along_z, along_y, along_x = self._axes
        depth, height, length = self.shape
        columns, rows = shell.columns, planes.shape[2]
        kept_z = np.concatenate([along_z[whole] for whole, _ in shell.places_z])
        row_of = np.concatenate([np.arange(height)[whole] for whole, _ in shell.places_y])
        squared_zx = kept_z[:, None] ** 2 + along_x[:columns] ** 2
        norms = np.zeros(rows)
        at_nyquist_z = np.zeros((height, self._count.size), dtype=np.complex64)
        at_nyquist_y = np.zeros((group.size, self._count.size), dtype=np.complex64)
        at_once = max(1, _IN_CACHE // (depth * columns))

        def fill(part: slice) -> None:
            room = np.zeros((at_once, depth, columns), dtype=np.complex64)
            gains, radii = np.empty((2, at_once, *squared_zx.shape), dtype=np.float32)
            for batch in slices(part, at_once):
                chosen = row_of[batch]
                radius, gain = radii[: chosen.size], gains[: chosen.size]
                np.add(squared_zx, along_y[chosen, None, None] ** 2, out=radius)
                np.sqrt(radius, out=radius)
                _gaussian(radius, shell, out=gain)
                summed = (gain if normalise == "sum" else gain * gain).sum(axis=1)
                norms[batch] = summed.astype(np.float64) @ self._count[:columns]
                if chosen[0] == 0:
                    # s_k is 0 at the origin; any divisor but 0 will do.
                    radius[0, 0, 0] = 1
                for what in (_SHELL, _OVER_RADIUS, _RIESZ_Z):
                    if what == _OVER_RADIUS:
                        gain /= radius
                    elif what == _RIESZ_Z:
                        gain *= kept_z[:, None]
                    slab = room[: chosen.size]
                    self._multiply(slab, gain, chosen, shell)
                    if what == _RIESZ_Z and depth % 2 == 0:
                        at_nyquist_z[chosen, :columns] = slab[:, depth // 2]
                        slab[:, depth // 2] = 0
                    transform_in_place(slab, axis=1, forward=False)
                    for values, row, place in zip(slab, chosen, range(batch.start, batch.stop)):
                        planes[:, what, place] = values[group]
                        if what == _OVER_RADIUS and 2 * row == height:
                            at_nyquist_y[:, :columns] = values[group]

        self._in_threads(fill, rows, at_once)
        transform_in_place(at_nyquist_z, axis=0, forward=False)
        at_nyquist_y *= np.float32(abs(along_y[height // 2]) / height)
        return (
            float(norms.sum()),
            _square_at_nyquist(at_nyquist_z, length)[None] / np.float32(depth) ** 2,
            _square_at_nyquist(at_nyquist_y, length)[:, None],
        )

    def _multiply(
        self, slab: ComplexArray, gain: FloatArray, rows: FloatArray, shell: _Shell
    ) -> None:
        """The spectrum at some frequencies along Y times the gain of a shell."""
        for values, row_gain, row in zip(slab, gain, rows):
            spectrum = self._spectrum[row, :, : shell.columns]
            for whole, kept in shell.places_z:
                np.multiply(spectrum[whole], row_gain[kept], out=values[whole])
            values[_between(shell.places_z)] = 0

    def _transform_planes(
        self,
        shell: _Shell,
        group: IntArray,
        planes: ComplexArray,
        nyquist_z: FloatArray,
        nyquist_y: FloatArray,
        scale: np.float32,
    ) -> List[Tuple[Piece, ...]]:
        """The amplitudes in planes that are transformed along Z."""
        _, height, length = self.shape
        columns = shell.columns
        turn_y, turn_x = (self._turn(axis) for axis in (1, 2))
        has_nyquist_x = length % 2 == 0 and columns == self._count.size
        nyquist_x = np.float32(self._axes[2][-1] / length)
        beyond = _between(shell.places_y)
        components: List[Tuple[int, Any, Any]] = [
            (_SHELL, None, None),
            (_RIESZ_Z, np.complex64(-1j), None),
            (_OVER_RADIUS, turn_y[:, None], None),
            (_OVER_RADIUS, None, turn_x[:columns]),
        ]
        at_once = max(1, _IN_CACHE // (height * self._count.size))
        pieces: List[Tuple[Piece, ...]] = [()] * group.size

        def finish(part: slice) -> None:
            spectra = np.zeros((at_once, height, self._count.size), dtype=np.complex64)
            maps, sums = np.empty((2, at_once, height, length), dtype=np.float32)
            for batch in slices(part, at_once):
                chosen = group[batch]
                used = np.flatnonzero(self._rows[chosen].any(axis=0))
                inner = slice(used[0], used[-1] + 1)
                spectrum = spectra[: chosen.size]
                values, total = (
                    of[: chosen.size, : inner.stop - inner.start] for of in (maps, sums)
                )
                total[...] = nyquist_z[:, inner]
                total += nyquist_y[batch]
                for what, along_y, along_x in components:
                    for whole, kept in shell.places_y:
                        spectrum[:, whole, :columns] = planes[batch, what, kept]
                    spectrum[:, beyond, :columns] = 0
                    if along_y is not None:
                        spectrum[:, :, :columns] *= along_y
                    transform_in_place(spectrum[:, :, :columns], axis=1, forward=False)
                    rows = spectrum[:, inner]
                    if along_x is not None:
                        if has_nyquist_x:
                            edge = rows[:, :, -1:] * nyquist_x
                            total += edge.real**2 + edge.imag**2
                        rows[:, :, :columns] *= along_x
                    inverse_rows(rows, out=values)
                    np.multiply(values, values, out=values)
                    total += values
                np.sqrt(total, out=total)
                total *= scale
                for number, plane, amplitude in zip(count(batch.start), chosen, total):
                    pieces[number] = tuple(
                        (slice(ends[plane], ends[plane + 1]), amplitude[mask[plane, inner]])
                        for mask, ends in zip(self._masks, self._ends)
                    )

        self._in_threads(finish, group.size, at_once)
        return pieces

    def _in_threads(self, work: Callable[[slice], None], count: int, batch: int) -> None:
        """A few large parts per thread, each with its own working arrays.

        Parts are whole batches: sums in other batches, with other threads, would round differently.
        """
        parts = 1 if threads() == 1 else _PARTS_OF_A_THREAD * threads()
        batches = -(-count // batch)
        over_planes(work, count, at_once=batch * -(-batches // parts))

    def _turn(self, axis: int) -> ComplexArray:
        """-i times the frequency along an axis, 0 at the Nyquist frequency."""
        factors = (np.complex64(-1j) * self._axes[axis]).astype(np.complex64)
        if self.shape[axis] % 2 == 0:
            factors[self.shape[axis] // 2] = 0
        return factors


def some_background(mask: BoolArray) -> BoolArray:
    """Enough of the background for the quantiles of its amplitudes.

    The voxels of ``require_background`` in evenly spaced planes: at least ``BACKGROUND_PLANES``,
    fewer than twice as many.

    Parameters
    ----------
    mask : ndarray, bool, shape (Z, Y, X)

    Returns
    -------
    ndarray, bool, shape (Z, Y, X)

    Raises
    ------
    MapError
        If the mask leaves no background inside the inscribed sphere.
    """
    require_background(mask)
    planes = np.flatnonzero([plane.any() for plane in background_planes(mask)])
    step = max(1, planes.size // BACKGROUND_PLANES)
    some = np.zeros(mask.shape, dtype=bool)
    chosen = set(planes[step // 2 :: step])
    for number, plane in enumerate(background_planes(mask)):
        if number in chosen:
            some[number] = plane
    return some


def _gaussian(radius: FloatArray, shell: _Shell, out: FloatArray) -> None:
    """Gain of a shell, 1 at its centre."""
    np.subtract(radius, np.float32(shell.frequency), out=out)
    out *= np.float32(np.sqrt(0.5) / shell.width)
    out *= out
    np.negative(out, out=out)
    np.maximum(out, _SMALLEST_EXPONENT, out=out)
    np.exp(out, out=out)


def _square_at_nyquist(plane: ComplexArray, length: int) -> FloatArray:
    """Square of the imaginary part that the plane at the Nyquist frequency of an axis adds.

    On an even grid the opposite frequency of that plane is missing, so that its Riesz transform is
    imaginary: (-1)^n times a function of the other two axes. The complex transforms of the original
    programs keep it in the amplitude; here, where the transforms end in real rows, the plane is
    left out of the Riesz transform and its square is added.
    """
    values = np.empty((len(plane), length), dtype=np.float32)
    inverse_rows(plane, out=values)
    return np.multiply(values, values, out=values)


def _places(axis: FloatArray, end: float) -> List[Tuple[slice, slice]]:
    """Slices of the frequencies up to ``end``, on the whole axis and on the shortened one.

    ``axis`` holds frequencies in the order of the Fourier transform: from 0 up, then the negative
    ones.
    """
    within = np.abs(axis) <= end
    if within.all():
        return [(slice(0, axis.size), slice(0, axis.size))]
    low, high = int(np.argmin(within)), int(np.argmin(within[::-1]))
    places = [
        (slice(0, low), slice(0, low)),
        (slice(axis.size - high, axis.size), slice(low, low + high)),
    ]
    return [place for place in places if place[0].start < place[0].stop]


def _between(places: List[Tuple[slice, slice]]) -> slice:
    """The part of an axis beyond the end of the shell."""
    return slice(places[0][0].stop, places[-1][0].start if len(places) > 1 else None)
