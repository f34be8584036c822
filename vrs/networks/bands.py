"""A map filtered into bands of frequency, and the squares of the bands on a coarser grid.

The arithmetic is that of transforms of the whole map; it is done on a few planes or rows at a time,
so that no more than the spectrum and one filtered spectrum are in memory.
"""

from __future__ import annotations

import math
from typing import Tuple

import numpy as np
import scipy.fft

from vrs.maps import FloatArray
from vrs.maps.fourier import (
    ComplexArray,
    frequency_axes,
    inverse_rows,
    over_planes,
    radius_by_plane,
    slices,
    threads,
    transform_in_place,
)

BAND_EDGES = np.array(
    [
        0.030, 0.045, 0.060, 0.075, 0.090, 0.105, 0.120, 0.140, 0.160, 0.180, 0.200,
        0.220, 0.245, 0.270, 0.295, 0.325, 0.355, 0.385, 0.415, 0.450, 0.490,
    ]
)  # fmt: skip
"""In 1/Å. The inner edges are the centres of the bands, which fall to 0 at the next edges."""

CENTERS = BAND_EDGES[1:-1]

STEP = 2
"""Å between the points of the coarser grid."""

RESOLVED = 0.22
"""1/Å; the coarser grid resolves bands up to here, and their squares."""

PADDING = 8
"""Voxels over which the faces of the box fade to their mean, so that opposite faces match."""

_COARSE_PLANES_AT_ONCE = 4

_FILTERED = 256e6
"""Bytes of the filtered spectrum in memory; more planes are transformed back in several turns."""


class Bands:
    """The spectrum of a map in a box with room for the padding.

    Parameters
    ----------
    data : ndarray, float32, shape (Z, Y, X) -- with voxels of 1 Å

    Attributes
    ----------
    shape : tuple of 3 ints -- the padded box, sides divisible by 4
    coarse_shape : tuple of 3 ints -- the same box with voxels of 2 Å
    """

    def __init__(self, data: FloatArray) -> None:
        self.shape = tuple(padded_size(side) for side in data.shape)
        self.coarse_shape = tuple(side // STEP for side in self.shape)
        self._spectrum = _faded_spectrum(data, self.shape)

    def power(self, index: int) -> FloatArray:
        """Squared band-passed map on the grid of 2 Å.

        Parameters
        ----------
        index : int -- of the band, from 0

        Returns
        -------
        ndarray, float32, of the coarse shape
        """
        if BAND_EDGES[index + 2] <= RESOLVED:
            return self._directly(index)
        return self._halved(index)

    def _directly(self, index: int) -> FloatArray:
        """A band of low frequencies, computed on the coarser grid."""
        cut = _cropped(self._spectrum, self.coarse_shape)
        for plane, radius in radius_by_plane(self.coarse_shape, float(STEP)):
            cut[plane] *= _root_of_gain(radius, index)
        band: FloatArray = scipy.fft.irfftn(
            cut, s=self.coarse_shape, workers=threads(), overwrite_x=True
        )
        band *= band
        # The transform of the grid of 2 Å is scaled by its own number of voxels.
        band *= np.float32(1 / STEP**6)
        return band

    def _halved(self, index: int) -> FloatArray:
        """Every second voxel after the weights 1/4, 1/2, 1/4 along every axis; periodic."""
        power = np.empty(self.coarse_shape, dtype=np.float32)
        parts = math.ceil(self._spectrum.nbytes / _FILTERED)
        depth = self.coarse_shape[0]
        for group in slices(slice(0, depth), -(-depth // parts)):
            self._halve(index, group, power)
        return power

    def _halve(self, index: int, group: slice, power: FloatArray) -> None:
        """Fill some planes of ``power``."""
        _, height, length = self.shape
        along_z, along_y, along_x = frequency_axes(self.shape)
        columns = int(np.count_nonzero(along_x < BAND_EDGES[index + 2]))
        squared_z, squared_x = along_z * along_z, (along_x * along_x)[:, :, :columns]
        # With the plane before the first, whose square counts too.
        planes = np.arange(STEP * group.start - 1, STEP * group.stop)
        filtered = np.empty((planes.size, height, columns), dtype=np.complex64)

        def along_depth(part: slice) -> None:
            radius = np.sqrt(squared_z + along_y[:, part] * along_y[:, part] + squared_x)
            rows = self._spectrum[:, part, :columns] * _root_of_gain(radius, index)
            transform_in_place(rows, axis=0, forward=False)
            filtered[:, part] = rows[planes]

        over_planes(along_depth, height)

        def finish(part: slice) -> None:
            near = filtered[STEP * part.start : STEP * part.stop + 1]
            rows = np.zeros((len(near), height, length // 2 + 1), dtype=np.complex64)
            rows[:, :, :columns] = near
            transform_in_place(rows[:, :, :columns], axis=1, forward=False)
            band = np.empty((len(near), height, length), dtype=np.float32)
            inverse_rows(rows, out=band)
            del rows
            band *= band
            thin = 0.5 * band[1::2] + 0.25 * (band[2::2] + band[:-1:2])
            done = slice(group.start + part.start, group.start + part.stop)
            power[done] = _every_second(_every_second(thin, 1), 2)

        over_planes(finish, group.stop - group.start, _COARSE_PLANES_AT_ONCE)


def padded_size(side: int) -> int:
    """A size divisible by 4 with room for the padding and small prime factors."""
    quarter: int = scipy.fft.next_fast_len(-(-(side + PADDING) // 4), real=True)
    return 4 * quarter


def _faded_spectrum(data: FloatArray, shape: Tuple[int, ...]) -> ComplexArray:
    """Half spectrum of the map in a larger box, its faces fading to the mean of all faces.

    The first voxel keeps its place; the padding is behind the last voxel.
    """
    faces = [np.take(data, index, axis) for axis in range(3) for index in (0, -1)]
    level = float(np.mean([face.mean() for face in faces]))
    room = [new - old for new, old in zip(shape, data.shape)]
    (above, below), *sides = [(extra // 2, extra - extra // 2) for extra in room]
    shift = [-before for before, _ in sides]
    behind = np.pad(data[-1:], ((0, below), (0, 0), (0, 0)), "linear_ramp", end_values=level)[1:]
    before = np.pad(data[:1], ((above, 0), (0, 0), (0, 0)), "linear_ramp", end_values=level)[:-1]
    depth, height, length = shape
    spectrum = np.empty((depth, height, length // 2 + 1), dtype=np.complex64)

    def along_length(part: slice) -> None:
        for z in range(part.start, part.stop):
            if z < len(data):
                plane = data[z]
            elif z < len(data) + below:
                plane = behind[z - len(data)]
            else:
                plane = before[z - len(data) - below]
            padded = np.pad(plane, sides, "linear_ramp", end_values=level)
            spectrum[z] = scipy.fft.rfft(np.roll(padded, shift, axis=(0, 1)), axis=1)

    over_planes(along_length, depth)
    over_planes(lambda part: transform_in_place(spectrum[:, part], axis=0), height)
    over_planes(lambda part: transform_in_place(spectrum[part], axis=1), depth)
    return spectrum


def _root_of_gain(radius: FloatArray, index: int) -> FloatArray:
    """Root of the gain of a band: a triangle between the centres of its neighbours."""
    low, center, high = BAND_EDGES[index : index + 3]
    rise, fall = np.float32(center - low), np.float32(high - center)
    away = radius - np.float32(center)
    gain = np.maximum(1 - np.maximum(-away / rise, away / fall), 0)
    root: FloatArray = np.sqrt(gain, out=gain)
    return root


def _cropped(spectrum: ComplexArray, size: Tuple[int, ...]) -> ComplexArray:
    """The low frequencies of a half spectrum."""
    z, y, x = (side // 2 for side in size)
    cut = np.empty((2 * z, 2 * y, x + 1), dtype=spectrum.dtype)
    for depth in (slice(None, z), slice(-z, None)):
        for height in (slice(None, y), slice(-y, None)):
            cut[depth, height] = spectrum[depth, height, : x + 1]
    return cut


def _every_second(power: FloatArray, axis: int) -> FloatArray:
    """Every second value along an axis after the weights 1/4, 1/2, 1/4; periodic."""
    even = np.moveaxis(power, axis, 0)[0::2]
    odd = np.moveaxis(power, axis, 0)[1::2]
    return np.moveaxis(0.5 * even + 0.25 * (odd + np.roll(odd, 1, axis=0)), 0, axis)
