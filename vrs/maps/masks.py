"""Masks: voxels at or above the contour level, their largest component, growth, soft edges."""

from __future__ import annotations

import math
from typing import Any, Iterable, Iterator, Optional, Tuple

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from vrs.maps.density_map import BoolArray, FloatArray
from vrs.maps.errors import MapError
from vrs.maps.fourier import slices
from vrs.maps.memory_map import leave_on_disk

GROWTH_IN_ANGSTROM = 2.0
"""Growth of the mask in Å, rounded up to whole voxels."""

SOFT_EDGE_SIGMA = math.sqrt(2.0)
"""Standard deviation, in voxels, of the Gaussian that softens the mask (Xmipp's "sigma 2")."""

_PARTS = 16
"""Parts in which labels are counted, which takes several times their memory."""

_ALL_NEIGHBOURS = ndimage.generate_binary_structure(3, 3)

IntArray = npt.NDArray[Any]
Slices = Tuple[slice, ...]


def raw_mask(data: FloatArray, contour: float) -> BoolArray:
    """The raw mask: voxels at or above the contour level, compared in the precision of the map.

    Parameters
    ----------
    data : ndarray, float32, shape (Z, Y, X)
    contour : float -- contour level in grey values

    Returns
    -------
    ndarray, bool, shape (Z, Y, X)

    Examples
    --------
    From a map to its mask, with voxels of 1.5 Å:

    >>> data = np.zeros((20, 20, 20), dtype=np.float32)
    >>> data[8:12, 8:12, 8:12] = 0.2
    >>> data[2, 2, 2] = 0.3
    >>> raw = raw_mask(data, contour=0.2)
    >>> mask = molecule_mask(raw, growth_iterations(voxel_size=1.5))
    >>> int(raw.sum()), bool(mask[2, 2, 2]), [side.stop - side.start for side in bounding_box(mask)]
    (65, False, [8, 8, 8])
    """
    mask: BoolArray = data >= data.dtype.type(contour)
    leave_on_disk(data)
    return mask


def bounding_box(mask: BoolArray, margin: int = 0) -> Slices:
    """The smallest box around the mask, with a margin.

    Parameters
    ----------
    mask : ndarray, bool, shape (Z, Y, X)
    margin : int -- voxels added on each side, as far as the map reaches

    Returns
    -------
    tuple of 3 slices -- along (Z, Y, X)

    Raises
    ------
    ValueError
        If the mask is empty.
    """
    along_z = np.array([plane.any() for plane in mask])
    if not along_z.any():
        raise ValueError("the mask is empty")
    first, last = np.flatnonzero(along_z)[[0, -1]]
    # One pass over the mask: rows and columns are searched in the projection along Z.
    shadow = mask[first : last + 1].any(axis=0)
    slices = []
    for filled in (along_z, shadow.any(axis=1), shadow.any(axis=0)):
        first, last = np.flatnonzero(filled)[[0, -1]]
        slices.append(slice(max(int(first) - margin, 0), min(int(last) + 1 + margin, filled.size)))
    return tuple(slices)


def largest_component(mask: BoolArray) -> BoolArray:
    """The 26-connected component with most voxels; of equal ones the first in raster order.

    Parameters
    ----------
    mask : ndarray, bool, shape (Z, Y, X)

    Returns
    -------
    ndarray, bool, shape (Z, Y, X) -- empty if the mask is empty
    """
    return sizes_and_largest(mask)[1]


def sizes_and_largest(mask: BoolArray) -> Tuple[IntArray, BoolArray]:
    """The sizes of the 26-connected components and the mask of the ``largest_component``.

    Parameters
    ----------
    mask : ndarray, bool, shape (Z, Y, X)

    Returns
    -------
    sizes : ndarray, int64, shape (n,) -- voxels of the components, in raster order
    largest : ndarray, bool, shape (Z, Y, X)

    Examples
    --------
    Voxels that share a face, an edge or a corner are connected:

    >>> mask = np.zeros((4, 4, 4), dtype=bool)
    >>> mask[0, 0, 0] = mask[1, 1, 1] = mask[3, 3, 3] = True
    >>> sizes_and_largest(mask)[0].tolist()
    [2, 1]
    """
    largest = np.zeros(mask.shape, dtype=bool)
    if not mask.any():
        return np.zeros(0, dtype=np.int64), largest
    inside = bounding_box(mask)
    labels, count = ndimage.label(mask[inside], structure=_ALL_NEIGHBOURS)
    sizes = _sizes(labels, count)
    np.equal(labels, int(np.argmax(sizes)) + 1, out=largest[inside])
    return sizes, largest


def large_components(mask: BoolArray, share: float) -> BoolArray:
    """The 26-connected components with at least a share of the voxels of the largest one.

    Parameters
    ----------
    mask : ndarray, bool, shape (Z, Y, X)
    share : float -- from 0 to 1

    Returns
    -------
    ndarray, bool, shape (Z, Y, X) -- empty if the mask is empty

    Examples
    --------
    >>> mask = np.zeros((4, 4, 8), dtype=bool)
    >>> mask[:, :, :3] = mask[0, 0, 4:6] = mask[3, 3, 7] = True
    >>> [int(large_components(mask, share).sum()) for share in (0.01, 0.04, 0.1)]
    [51, 50, 48]
    """
    large = np.zeros(mask.shape, dtype=bool)
    if not mask.any():
        return large
    inside = bounding_box(mask)
    labels, count = ndimage.label(mask[inside], structure=_ALL_NEIGHBOURS)
    sizes = _sizes(labels, count)
    kept = np.concatenate(([False], sizes >= share * sizes.max()))
    part = large[inside]
    for index, plane in enumerate(labels):
        part[index] = kept[plane]
    return large


def _sizes(labels: IntArray, count: int) -> IntArray:
    """Voxels of the components 1 to ``count``; int64, shape (count,)."""
    sizes = np.zeros(count + 1, dtype=np.int64)
    for part in slices(slice(0, len(labels)), -(-len(labels) // _PARTS)):
        here = np.bincount(labels[part].ravel())
        sizes[: here.size] += here
    return sizes[1:]


def growth_iterations(voxel_size: float) -> int:
    """Number of one-voxel dilations that grow the mask: ceil(2 Å / voxel size).

    >>> [growth_iterations(voxel_size) for voxel_size in (0.5, 1.0, 1.05, 2.0, 6.0)]
    [4, 2, 2, 1, 1]
    """
    return math.ceil(GROWTH_IN_ANGSTROM / voxel_size)


def dilate(mask: BoolArray, iterations: int) -> BoolArray:
    """Grow a mask by the 18-neighbour dilation (faces and edges).

    Unlike with Xmipp's program, the mask may reach the faces of the box.

    Parameters
    ----------
    mask : ndarray, bool, shape (Z, Y, X)
    iterations : int -- voxels to grow by

    Returns
    -------
    ndarray, bool, shape (Z, Y, X)
    """
    if iterations < 1 or not mask.any():
        return mask.copy()
    inside = bounding_box(mask, margin=iterations)
    grown = np.zeros(mask.shape, dtype=bool)
    grown[inside] = _with_neighbours(mask[inside], iterations)
    return grown


def _with_neighbours(mask: BoolArray, iterations: int) -> BoolArray:
    """The 18-neighbour dilation: a square of 3 x 3 voxels in each pair of axes."""
    for _ in range(iterations):
        row = _with_next(mask, 2)
        grown = _with_next(row, 1)
        grown |= _with_next(row, 0)
        row = _with_next(mask, 1)
        grown |= _with_next(row, 0)
        mask = grown
    return mask


def _with_next(mask: BoolArray, axis: int) -> BoolArray:
    """A mask grown by one voxel in both directions along an axis."""
    spread = mask.copy()
    source, target = np.moveaxis(mask, axis, 0), np.moveaxis(spread, axis, 0)
    target[1:] |= source[:-1]
    target[:-1] |= source[1:]
    return spread


def molecule_mask(raw: BoolArray, iterations: int) -> BoolArray:
    """The mask of the molecule: the largest component of the raw mask, grown.

    Parameters
    ----------
    raw : ndarray, bool, shape (Z, Y, X) -- as from ``raw_mask``
    iterations : int -- voxels to grow by, as from ``growth_iterations``

    Returns
    -------
    ndarray, bool, shape (Z, Y, X) -- empty if the raw mask is empty
    """
    return dilate(largest_component(raw), iterations)


def erode(mask: BoolArray, iterations: int) -> BoolArray:
    """Shrink a mask by the 18-neighbour erosion; outside the box counts as mask.

    Parameters
    ----------
    mask : ndarray, bool, shape (Z, Y, X)
    iterations : int -- voxels to shrink by

    Returns
    -------
    ndarray, bool, shape (Z, Y, X)
    """
    if iterations < 1 or not mask.any():
        return mask.copy()
    inside = bounding_box(mask, margin=1)
    shrunk = np.zeros(mask.shape, dtype=bool)
    shrunk[inside] = ~_with_neighbours(~mask[inside], iterations)
    return shrunk


def share_inside(raw: Iterable[BoolArray], mask: BoolArray) -> Optional[float]:
    """Share of a raw mask that lies inside another mask: |raw AND mask| / |raw|.

    Parameters
    ----------
    raw : iterable of Z ndarrays, bool, shape (Y, X) -- planes, so that not all need be in memory
    mask : ndarray, bool, shape (Z, Y, X)

    Returns
    -------
    float or None -- from 0 to 1; None if the raw mask is empty
    """
    voxels = shared = 0
    for plane, inside in zip(raw, mask):
        voxels += np.count_nonzero(plane)
        shared += np.count_nonzero(plane & inside)
    return shared / voxels if voxels else None


def soft_mask(mask: BoolArray) -> FloatArray:
    """The mask convolved with a Gaussian of sqrt(2) voxels, periodic; the sum is preserved.

    Source: Xmipp ``transform_filter --fourier real_gaussian 2``, whose real-space sigma is
    2/sqrt(2) voxels.

    Parameters
    ----------
    mask : ndarray, bool, shape (Z, Y, X)

    Returns
    -------
    ndarray, float32, shape (Z, Y, X) -- from 0 to 1

    Examples
    --------
    The edge of a large mask:

    >>> mask = np.zeros((40, 40, 40), dtype=bool)
    >>> mask[10:30, 10:30, 10:30] = True
    >>> soft_mask(mask)[20, 20, 6:14].round(2)
    array([0.01, 0.04, 0.14, 0.36, 0.64, 0.86, 0.96, 0.99], dtype=float32)
    """
    soft = np.zeros(mask.shape, dtype=np.float32)
    if not mask.any():
        return soft
    reach = math.ceil(6 * SOFT_EDGE_SIGMA)
    # With a margin as wide as the Gaussian, wrapping around the part reads only zeros; an axis
    # without room for the margin is taken whole, so that the part wraps around the box.
    inside = []
    for part, size in zip(bounding_box(mask), mask.shape):
        start, stop = part.start - reach, part.stop + reach
        inside.append(slice(start, stop) if start >= 0 and stop <= size else slice(0, size))
    near = tuple(inside)
    blurred = soft[near]
    ndimage.gaussian_filter(mask[near], SOFT_EDGE_SIGMA, output=blurred, mode="wrap", truncate=6.0)
    return soft


def background_planes(mask: BoolArray) -> Iterator[BoolArray]:
    """Voxels outside the mask and nearer than half the shortest side to the centre of the box.

    Parameters
    ----------
    mask : ndarray, bool, shape (Z, Y, X)

    Yields
    ------
    ndarray, bool, shape (Y, X) -- plane by plane; the centre is at the index N/2 of every axis
    """
    radius_squared = (min(mask.shape) / 2) ** 2
    z, y, x = (np.arange(size) - size / 2 for size in mask.shape)
    in_plane = y[:, None] ** 2 + x[None, :] ** 2
    for plane, height in zip(mask, z):
        yield (height**2 + in_plane < radius_squared) & ~plane


def require_background(mask: BoolArray) -> None:
    """Refuse a mask that leaves no ``background_planes``.

    Parameters
    ----------
    mask : ndarray, bool, shape (Z, Y, X)

    Raises
    ------
    MapError
        If it fills the sphere inscribed in the box.
    """
    if not any(plane.any() for plane in background_planes(mask)):
        raise MapError(
            "the mask fills the sphere inscribed in the box, so no background is left to estimate "
            "the noise",
            "use a larger box or a higher contour level",
        )
