"""Resampling: the map at half the reported resolution per voxel, binned maps, other grids."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, List, Optional, Tuple

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from vrs.maps.density_map import DensityMap, FloatArray
from vrs.maps.errors import MapError
from vrs.maps.fourier import crop, low_pass
from vrs.maps.inputs import InputRemark, validate_inputs

FACTOR_DECIMALS = 6
"""Of a factor or a frequency on the command line of Xmipp's protocols."""

BIN_LESS = "bin by a smaller number, or not at all"


@dataclass(frozen=True)
class ResampledMap:
    """A map at half the reported resolution per voxel.

    Attributes
    ----------
    density : DensityMap -- cubic box, with the *declared* voxel size (half the resolution)
    real_voxel_size : float
        Voxel size in Å along X that the grid really has; whole numbers of voxels make it differ
        from the declared size by up to 2 %.
    """

    density: DensityMap
    real_voxel_size: float


def resample_to_half_resolution(density: DensityMap, resolution: float) -> ResampledMap:
    """Resample a map to voxels of half the resolution, as Xmipp's crop/resize protocol does.

    Low-pass to the new Nyquist frequency (not when up-sampling), cubic B-spline to
    ``int(N * factor)`` voxels with factor = voxel size / (resolution / 2), then a centred cubic
    window of ``2 * floor(longest * factor / 2)`` voxels. Rounding follows Xmipp, whose factor has
    six decimals and single precision: the grid can be a voxel short, and then the window adds a
    plane. Xmipp takes the window from X alone, which crops boxes that are longer along Y or Z, and
    fills it with 0, a step at the faces of a box whose background has another level; here it has
    the size of the longest side and is filled with the median of the faces.

    Parameters
    ----------
    density : DensityMap -- float32, shape (Z, Y, X)
    resolution : float -- reported resolution in Å

    Returns
    -------
    ResampledMap -- float32, shape (side, side, side); the centre of the box keeps its place

    Examples
    --------
    >>> density = DensityMap(np.zeros((40, 40, 40), dtype=np.float32), voxel_size=1.5)
    >>> resampled = resample_to_half_resolution(density, resolution=6.0)
    >>> resampled.density.box, resampled.density.voxel_size
    ((20, 20, 20), 3.0)
    """
    target = resolution / 2
    factor = density.voxel_size / target
    data = density.data
    if factor < 1:
        data = low_pass(data, round(factor / 2, FACTOR_DECIMALS))
    shape = resized_shape(data.shape, factor)
    for axis, new_size in enumerate(shape):
        data = _resample_axis(data, axis, new_size)
    longest = max(density.data.shape)
    side = 2 * math.floor(longest * density.voxel_size / target / 2)
    windowed = window(data, (side, side, side), _level_of_faces(data))
    return resampled_around(density, windowed, target, shape[2])


def resized_shape(shape: Tuple[int, ...], factor: float) -> Tuple[int, ...]:
    """Voxels of a map that Xmipp resizes, before the window.

    Parameters
    ----------
    shape : tuple of 3 ints -- along (Z, Y, X)
    factor : float -- old over new voxel size, of which Xmipp reads six decimals as a 32-bit number

    Examples
    --------
    A third of 150 voxels is one voxel short:

    >>> resized_shape((150, 150, 150), 1 / 3)
    (49, 49, 49)
    """
    single = float(np.float32(round(factor, FACTOR_DECIMALS)))
    return tuple(max(int(size * single), 1) for size in shape)


def resampled_around(
    density: DensityMap, values: FloatArray, voxel_size: float, resized: int
) -> ResampledMap:
    """Resampled values as a map, whose central voxel n//2 is where that of the map is.

    Parameters
    ----------
    density : DensityMap -- the map that was resampled; only its grid counts
    values : ndarray, float32, shape (side, side, side)
    voxel_size : float -- declared voxel size in Å
    resized : int -- voxels along X before the window, which make the real voxel size
    """
    x, y, z = (
        start + density.voxel_size * (old // 2) - voxel_size * (new // 2)
        for start, old, new in zip(density.origin, density.box, reversed(values.shape))
    )
    real = density.voxel_size * density.box[0] / resized
    return ResampledMap(DensityMap(values, voxel_size, (x, y, z)), real)


def bin_map(density: DensityMap, factor: int) -> DensityMap:
    """A map with voxels ``factor`` times as large, by cropping its Fourier transform.

    Grey values keep their scale, so that a contour level stays valid, and the first voxel keeps its
    place. If a side is not a multiple of ``factor``, its last planes are dropped. Details finer
    than two of the new voxels are lost.

    Parameters
    ----------
    density : DensityMap -- shape (Z, Y, X)
    factor : int -- old voxels per new voxel along a side; 1 returns the map itself

    Returns
    -------
    DensityMap -- float32, shape (Z // factor, Y // factor, X // factor)

    Raises
    ------
    MapError
        If ``factor`` is less than 1 or larger than the shortest side.

    Examples
    --------
    >>> density = DensityMap(np.full((9, 8, 8), 0.5, dtype=np.float32), voxel_size=1.0)
    >>> binned = bin_map(density, 2)
    >>> binned.box, binned.voxel_size, float(binned.data[1, 2, 3].round(6))
    ((4, 4, 4), 2.0, 0.5)
    """
    if factor == 1:
        return density
    if factor < 1 or min(density.data.shape) < factor:
        raise MapError(f"a box of {min(density.box)} voxels cannot be binned by {factor}", BIN_LESS)
    z, y, x = (size // factor for size in density.data.shape)
    whole = density.data[: z * factor, : y * factor, : x * factor]
    return DensityMap(crop(whole, (z, y, x)), density.voxel_size * factor, density.origin)


def bin_and_validate(
    density: DensityMap, factor: int, contour: float, resolution: Optional[float]
) -> Tuple[DensityMap, List[InputRemark]]:
    """``bin_map``, then ``validate_inputs`` on the binned map.

    Parameters
    ----------
    density : DensityMap -- shape (Z, Y, X)
    factor : int -- old voxels per new voxel along a side; 1 for no binning
    contour : float -- contour level in grey values
    resolution : float or None -- reported resolution in Å

    Returns
    -------
    binned : DensityMap -- shape (Z // factor, Y // factor, X // factor)
    remarks : list of InputRemark

    Raises
    ------
    MapError
        If the map, the contour level or the resolution cannot be used; with the advice to bin less
        if only the binned map is refused.
    """
    binned = bin_map(density, factor)
    try:
        return binned, validate_inputs(binned, contour, resolution)
    except MapError as error:
        if binned is density:
            raise
        # If the unbinned map fails too, report that error.
        validate_inputs(density, contour, resolution)
        raise MapError(f"binned by {factor}, {error.reason}", BIN_LESS) from error


def nearest_on_grid(density: DensityMap, grid: DensityMap) -> FloatArray:
    """The values of a map at the voxels of another grid, each from the nearest voxel.

    The two may differ in voxel size, box and origin; beyond the box the values of its faces
    continue.

    Parameters
    ----------
    density : DensityMap -- shape (Z, Y, X)
    grid : DensityMap -- shape (z, y, x); only its shape, voxel size and origin count

    Returns
    -------
    ndarray, float32, shape (z, y, x)
    """
    index = []
    for axis, size in enumerate(density.data.shape):
        start = grid.origin[2 - axis] - density.origin[2 - axis]
        position = (start + np.arange(grid.data.shape[axis]) * grid.voxel_size) / density.voxel_size
        index.append(np.clip(np.rint(position).astype(int), 0, size - 1))
    values: FloatArray = np.asarray(density.data[np.ix_(*index)], dtype=np.float32)
    return values


def window(
    data: npt.NDArray[Any], shape: Tuple[int, ...], fill: float = 0.0
) -> npt.NDArray[Any]:
    """Crop or pad a map, keeping voxel n//2 of every axis in its place.

    Parameters
    ----------
    data : ndarray, shape (Z, Y, X)
    shape : tuple of 3 ints -- new number of voxels along (Z, Y, X)
    fill : float -- value of the added voxels

    Returns
    -------
    ndarray, of the given shape and the type of ``data``

    Examples
    --------
    >>> row = np.array([[[1, 2, 3, 4]]])
    >>> window(row, (1, 1, 6))
    array([[[0, 1, 2, 3, 4, 0]]])
    >>> window(row, (1, 1, 2))
    array([[[2, 3]]])
    """
    if data.shape == shape:
        return data
    result = np.full(shape, fill, dtype=data.dtype)
    source, target = [], []
    for old, new in zip(data.shape, shape):
        shift = new // 2 - old // 2
        source.append(slice(max(-shift, 0), min(old, new - shift)))
        target.append(slice(max(shift, 0), min(new, old + shift)))
    result[tuple(target)] = data[tuple(source)]
    return result


def _level_of_faces(data: FloatArray) -> float:
    """Median of the six faces of a box: the level of its background."""
    faces = (data[0], data[-1], data[:, 0], data[:, -1], data[:, :, 0], data[:, :, -1])
    return float(np.median(np.concatenate([face.ravel() for face in faces])))


def _resample_axis(data: FloatArray, axis: int, new_size: int) -> FloatArray:
    """Cubic B-spline resampling along one axis: the interpolation is linear and separable."""
    matrix = _spline_matrix(data.shape[axis], new_size)
    z, y, x = data.shape
    data = data.astype(np.float32, copy=False)
    # Products of matrices that are contiguous in memory: the map is not copied.
    result: FloatArray
    if axis == 0:
        result = (matrix @ data.reshape(z, y * x)).reshape(new_size, y, x)
    elif axis == 1:
        result = np.matmul(matrix, data)
    else:
        result = (data.reshape(z * y, x) @ matrix.T).reshape(z, y, new_size)
    return result


def _spline_matrix(old_size: int, new_size: int) -> FloatArray:
    """Matrix (new_size, old_size) that evaluates the cubic B-spline of a row at the new positions.

    Position i of the new row lies at (i - new//2) * old/new + old//2 of the old one; positions
    wrap around, the spline is continued by mirroring at the outer edges of the end voxels.
    """
    position = (np.arange(new_size) - new_size // 2) * (old_size / new_size) + old_size // 2
    position = (position + 0.5) % old_size - 0.5
    coefficients = ndimage.spline_filter1d(np.eye(old_size), order=3, axis=0, mode="reflect")
    first = np.floor(position).astype(int)
    t = position - first
    weights = (
        (1 - t) ** 3 / 6,
        (3 * t**3 - 6 * t**2 + 4) / 6,
        (-3 * t**3 + 3 * t**2 + 3 * t + 1) / 6,
        t**3 / 6,
    )
    matrix = np.zeros((new_size, old_size))
    for offset, weight in zip((-1, 0, 1, 2), weights):
        index = (first + offset) % (2 * old_size)
        mirrored = np.where(index < old_size, index, 2 * old_size - 1 - index)
        matrix += weight[:, None] * coefficients[mirrored]
    return matrix.astype(np.float32)
