"""Fourier transforms of maps and functions of the spatial frequency."""

from __future__ import annotations

import importlib
import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable, Iterator, Tuple

import numpy as np
import numpy.typing as npt
import scipy.fft

from vrs.maps.density_map import FloatArray
from vrs.maps.memory_map import leave_on_disk

ComplexArray = npt.NDArray[Any]
"""complex64 throughout."""

_PLANES_AT_ONCE = 4


def _ducc() -> Any:
    """The package ducc0, if installed: its transforms take two thirds of the time of scipy's."""
    try:
        return importlib.import_module("ducc0.fft")
    except ImportError:
        return None


ducc = _ducc()


def threads() -> int:
    """Threads for a transform: VRS_THREADS if set, else the cores this process may use."""
    chosen = os.environ.get("VRS_THREADS")
    if chosen:
        return int(chosen)
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def transform(data: FloatArray) -> ComplexArray:
    """Half spectrum of a map, not normalised: F(k) = sum over n of V(n) exp(-2 pi i k n / N).

    Parameters
    ----------
    data : ndarray, shape (Z, Y, X) -- released from memory afterwards if it is memory-mapped

    Returns
    -------
    ndarray, complex64, shape (Z, Y, X//2 + 1)

    Examples
    --------
    A wave with two periods along X:

    >>> row = np.cos(2 * np.pi * 2 * np.arange(8) / 8).astype(np.float32)
    >>> data = np.broadcast_to(row, (4, 6, 8))
    >>> spectrum = transform(data)
    >>> spectrum.shape
    (4, 6, 5)
    >>> np.argwhere(np.abs(spectrum) > 1e-3).tolist()
    [[0, 0, 2]]
    >>> bool(np.allclose(inverse(spectrum, data.shape), data, atol=1e-6))
    True
    """
    z, y, x = data.shape
    spectrum = np.empty((z, y, x // 2 + 1), dtype=np.complex64)

    def rows(part: slice) -> None:
        spectrum[part] = scipy.fft.rfft(data[part].astype(np.float32, copy=False), axis=2)
        leave_on_disk(data)

    over_planes(rows, z)
    transformed: ComplexArray = scipy.fft.fftn(
        spectrum, axes=(0, 1), workers=threads(), overwrite_x=True
    )
    return transformed


def inverse(spectrum: ComplexArray, shape: Tuple[int, ...]) -> FloatArray:
    """The map of a half spectrum, which is overwritten.

    Parameters
    ----------
    spectrum : ndarray, complex64, shape (Z, Y, X//2 + 1) -- as from ``transform``
    shape : tuple of 3 ints -- of the map, (Z, Y, X)

    Returns
    -------
    ndarray, float32, shape (Z, Y, X)
    """
    # In two steps, since scipy's irfftn copies the spectrum.
    spectrum = scipy.fft.ifftn(spectrum, axes=(0, 1), workers=threads(), overwrite_x=True)
    data: FloatArray = scipy.fft.irfft(spectrum, n=shape[2], workers=threads(), overwrite_x=True)
    return data


def transform_in_place(values: ComplexArray, axis: int, forward: bool = True) -> None:
    """Replace an array by its transform along one axis, or by the inverse one, in one thread.

    Parameters
    ----------
    values : ndarray, complex64, any shape
    axis : int
    forward : bool -- false for the inverse transform, which alone is normalised
    """
    if ducc is not None:
        ducc.c2c(values, (axis,), forward=forward, inorm=0 if forward else 2, out=values)
        return
    convert = scipy.fft.fft if forward else scipy.fft.ifft
    converted = convert(values, axis=axis, overwrite_x=True)
    if not np.may_share_memory(converted, values):
        values[...] = converted


def transform_rows(data: FloatArray, axis: int = -1) -> ComplexArray:
    """Half spectra of real rows, in one thread.

    Parameters
    ----------
    data : ndarray, float32, any shape
    axis : int -- along which the rows run

    Returns
    -------
    ndarray, complex64, shape of ``data`` but for n//2 + 1 coefficients along the axis
    """
    axis %= data.ndim
    half: ComplexArray = ducc.r2c(data, (axis,)) if ducc else scipy.fft.rfft(data, axis=axis)
    return half


def inverse_rows(spectrum: ComplexArray, out: FloatArray, axis: int = -1) -> None:
    """Transform half spectra back to real rows, in one thread.

    Parameters
    ----------
    spectrum : ndarray, complex64, any shape -- with n//2 + 1 coefficients along the axis
    out : ndarray, float32, shape with n values along the axis -- receives the rows
    axis : int -- along which the rows run
    """
    length = out.shape[axis]
    if ducc is None:
        out[...] = scipy.fft.irfft(spectrum, n=length, axis=axis)
        return
    axes = (axis % out.ndim,)
    ducc.c2r(spectrum, axes, lastsize=length, forward=False, inorm=2, out=out)


def transform_by_rows(data: FloatArray) -> ComplexArray:
    """The half spectrum of ``transform`` with its first two axes exchanged.

    Coefficients of the same frequency along Y are contiguous, so that they can be transformed back
    along Z within the cache of the processor.

    Parameters
    ----------
    data : ndarray, shape (Z, Y, X) -- its pages are released from memory if it is memory-mapped

    Returns
    -------
    ndarray, complex64, shape (Y, Z, X//2 + 1)
    """
    z, y, x = data.shape
    spectrum = np.empty((y, z, x // 2 + 1), dtype=np.complex64)

    def planes(part: slice) -> None:
        half = scipy.fft.rfft(data[part].astype(np.float32, copy=False), axis=2)
        transform_in_place(half, axis=1)
        spectrum[:, part] = half.swapaxes(0, 1)
        leave_on_disk(data)

    over_planes(planes, z)
    over_planes(lambda part: transform_in_place(spectrum[part], axis=1), y)
    return spectrum


def over_planes(work: Callable[[slice], None], planes: int, at_once: int = _PLANES_AT_ONCE) -> None:
    """Call ``work`` with slices of a few planes until all are done, in ``threads()`` threads.

    Work on a few planes fits into the cache of the processor and needs no memory of the size of the
    map.
    """
    parts = list(slices(slice(0, planes), at_once))
    if threads() == 1:
        for part in parts:
            work(part)
        return
    with ThreadPoolExecutor(threads()) as pool:
        for _ in pool.map(work, parts):
            pass


def slices(whole: slice, size: int) -> Iterator[slice]:
    """Consecutive slices of at most ``size``."""
    for start in range(whole.start, whole.stop, size):
        yield slice(start, min(start + size, whole.stop))


def fast_side(part: slice, side: int) -> slice:
    """A range of voxels that holds a part of a side and transforms fast, where the side has room.

    Parameters
    ----------
    part : slice -- within the side
    side : int -- voxels

    Examples
    --------
    >>> fast_side(slice(3, 20), 64), fast_side(slice(3, 20), 20)
    (slice(3, 21, None), slice(2, 20, None))
    """
    length = min(scipy.fft.next_fast_len(part.stop - part.start, real=True), side)
    start = min(part.start, side - length)
    return slice(start, start + length)


def frequency_axes(
    shape: Tuple[int, ...], voxel_size: float = 1.0
) -> Tuple[FloatArray, FloatArray, FloatArray]:
    """Spatial frequencies along Z, Y and X of the half spectrum, shaped to broadcast.

    Parameters
    ----------
    shape : tuple of 3 ints -- of the map, (Z, Y, X)
    voxel_size : float -- in Å for frequencies in 1/Å; 1 for cycles per voxel

    Returns
    -------
    z, y, x : ndarray, float32, shapes (Z, 1, 1), (1, Y, 1) and (1, 1, X//2 + 1)
    """
    z, y, x = shape
    along_z = scipy.fft.fftfreq(z, voxel_size).astype(np.float32)
    along_y = scipy.fft.fftfreq(y, voxel_size).astype(np.float32)
    along_x = scipy.fft.rfftfreq(x, voxel_size).astype(np.float32)
    return along_z[:, None, None], along_y[None, :, None], along_x[None, None, :]


def frequency_radius(shape: Tuple[int, ...], voxel_size: float = 1.0) -> FloatArray:
    """Length of the spatial frequency of every coefficient of the half spectrum.

    Parameters
    ----------
    shape, voxel_size
        As in ``frequency_axes``.

    Returns
    -------
    ndarray, float32, shape (Z, Y, X//2 + 1) -- in 1/Å, or in cycles per voxel for a voxel size of 1

    Examples
    --------
    >>> radius = frequency_radius((100, 100, 100), voxel_size=1.25)
    >>> f"Nyquist: {1 / radius[0, 0, 50]:.2f} Å, corner: {1 / radius[50, 50, 50]:.2f} Å"
    'Nyquist: 2.50 Å, corner: 1.44 Å'
    """
    z, y, x = frequency_axes(shape, voxel_size)
    radius: FloatArray = np.sqrt(z * z + y * y + x * x)
    return radius


def radius_by_plane(
    shape: Tuple[int, ...], voxel_size: float = 1.0
) -> Iterator[Tuple[int, FloatArray]]:
    """``frequency_radius`` plane by plane.

    Parameters
    ----------
    shape, voxel_size
        As in ``frequency_axes``.

    Yields
    ------
    index : int -- of the plane along Z
    radius : ndarray, float32, shape (Y, X//2 + 1)
    """
    along_z, along_y, along_x = frequency_axes(shape, voxel_size)
    for index, z in enumerate(along_z[:, 0, 0]):
        yield index, np.sqrt(z * z + along_y[0] * along_y[0] + along_x[0] * along_x[0])


def raised_cosine_low_pass(radius: FloatArray, cut_off: float, width: float = 0.02) -> FloatArray:
    """Gain of a low-pass: 1 up to the cut-off, then half a cosine down to 0.

    Parameters
    ----------
    radius : ndarray, any shape -- spatial frequencies in cycles per voxel
    cut_off : float -- where the gain begins to fall, in cycles per voxel
    width : float -- from there to 0, in cycles per voxel; the default is Xmipp's

    Returns
    -------
    ndarray, float32, of the shape of ``radius``

    Examples
    --------
    >>> raised_cosine_low_pass(np.array([0.1, 0.2, 0.21, 0.22]), cut_off=0.2).round(3)
    array([1. , 1. , 0.5, 0. ], dtype=float32)
    """
    phase = np.clip((radius - cut_off) / width, 0.0, 1.0) * np.pi
    gain: FloatArray = ((1.0 + np.cos(phase)) / 2.0).astype(np.float32)
    return gain


def low_pass(data: FloatArray, cut_off: float, width: float = 0.02) -> FloatArray:
    """A map after ``raised_cosine_low_pass``.

    Parameters
    ----------
    data : ndarray, shape (Z, Y, X)
    cut_off, width : float -- in cycles per voxel: voxel size / resolution

    Returns
    -------
    ndarray, float32, shape (Z, Y, X)
    """
    spectrum = transform(data)
    for index, radius in radius_by_plane(data.shape):
        spectrum[index] *= raised_cosine_low_pass(radius, cut_off, width)
    return inverse(spectrum, data.shape)


def blur(data: FloatArray, voxel_size: float, b_factor: float) -> FloatArray:
    """A map with its spectrum multiplied by exp(-B s²/4).

    Parameters
    ----------
    data : ndarray, shape (Z, Y, X)
    voxel_size : float -- in Å
    b_factor : float -- B in Å²; negative values sharpen

    Returns
    -------
    ndarray, float32, shape (Z, Y, X)
    """
    spectrum = transform(data)
    for index, radius in radius_by_plane(data.shape, voxel_size):
        spectrum[index] *= np.exp(np.float32(-b_factor / 4) * radius**2)
    return inverse(spectrum, data.shape)


def crop(data: FloatArray, shape: Tuple[int, int, int]) -> FloatArray:
    """Resample to fewer voxels over the same box by cropping the spectrum; grey values are kept.

    The coefficients at the Nyquist frequency of the new box are dropped, which keeps the result
    real.

    Parameters
    ----------
    data : ndarray, shape (Z, Y, X)
    shape : tuple of 3 ints -- new number of voxels along (Z, Y, X)

    Returns
    -------
    ndarray, float32, of the new shape

    Raises
    ------
    ValueError
        If the new shape is larger than the old one.
    """
    if any(new > old for new, old in zip(shape, data.shape)):
        raise ValueError(f"cannot crop the spectrum of a map of shape {data.shape} to {shape}")
    # Axis by axis, so that the whole spectrum is never in memory.
    for axis in (2, 1, 0):
        data = _crop_axis(data, axis, shape[axis])
    return data


def _crop_axis(data: FloatArray, axis: int, size: int) -> FloatArray:
    new = list(data.shape)
    new[axis] = size
    result = np.empty(new, dtype=np.float32)
    last, scale = (size - 1) // 2, np.float32(size / data.shape[axis])

    low = tuple(slice(0, last + 1) if a == axis else slice(None) for a in range(3))

    def cut(part: slice) -> None:
        index = (slice(None), part) if axis == 0 else (part,)
        rows = transform_rows(data[index].astype(np.float32, copy=False), axis)
        half = list(rows.shape)
        half[axis] = size // 2 + 1
        kept = np.zeros(half, dtype=np.complex64)
        np.multiply(rows[low], scale, out=kept[low])
        inverse_rows(kept, result[index], axis)

    over_planes(cut, data.shape[1 if axis == 0 else 0])
    return result
