"""Masks of a map: what is at or above the contour level, its largest body, grown and softened."""

from __future__ import annotations

import math
from typing import Iterable, Optional, Tuple

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from vrs.maps.density_map import BoolArray, FloatArray
from vrs.maps.errors import MapError

GROWTH_IN_ANGSTROM = 2.0
"""Aim of the growth of the hard mask; the real growth is a whole number of voxels."""

SOFT_EDGE_SIGMA = math.sqrt(2.0)
"""Standard deviation, in voxels, of the Gaussian that softens the mask (Xmipp's "sigma 2")."""

_ALL_NEIGHBOURS = ndimage.generate_binary_structure(3, 3)

IntArray = npt.NDArray[np.int64]
Slices = Tuple[slice, ...]


def raw_mask(data: FloatArray, contour: float) -> BoolArray:
    """Voxels at or above the contour level, compared in the precision of the map."""
    mask: BoolArray = data >= data.dtype.type(contour)
    return mask


def bounding_box(mask: BoolArray, margin: int = 0) -> Slices:
    """The slices (z, y, x) that hold all true voxels and ``margin`` voxels more, inside the box.

    Raises
    ------
    ValueError
        If the mask is empty.
    """
    along_z = np.array([plane.any() for plane in mask])
    if not along_z.any():
        raise ValueError("the mask is empty")
    first, last = np.flatnonzero(along_z)[[0, -1]]
    # All planes are laid on one another; their rows and columns are looked at only in the result.
    shadow = mask[first : last + 1].any(axis=0)
    slices = []
    for filled in (along_z, shadow.any(axis=1), shadow.any(axis=0)):
        found = np.flatnonzero(filled)
        start = max(int(found[0]) - margin, 0)
        slices.append(slice(start, min(int(found[-1]) + 1 + margin, filled.size)))
    return tuple(slices)


def component_sizes(mask: BoolArray) -> Tuple[npt.NDArray[np.int32], IntArray]:
    """26-connected components.

    Parameters
    ----------
    mask : ndarray, bool, shape (Z, Y, X)

    Returns
    -------
    labels : ndarray, int32, shape (Z, Y, X)
        0 outside the mask, 1 to n in it, in raster order.
    sizes : ndarray, int64, shape (n,)
        Voxels of the components 1 to n.
    """
    labels, count = ndimage.label(mask, structure=_ALL_NEIGHBOURS)
    sizes = np.bincount(labels[mask], minlength=count + 1)[1:]
    return labels, sizes


def largest_component(mask: BoolArray) -> BoolArray:
    """The 26-connected component with most voxels; of equal ones the first in raster order.

    An empty mask stays empty.
    """
    return sizes_and_largest(mask)[1]


def sizes_and_largest(mask: BoolArray) -> Tuple[IntArray, BoolArray]:
    """``component_sizes`` without the labels, and ``largest_component``, for one labelling."""
    largest = np.zeros_like(mask)
    if not mask.any():
        return np.zeros(0, dtype=np.int64), largest
    inside = bounding_box(mask)
    labels, sizes = component_sizes(mask[inside])
    np.equal(labels, int(np.argmax(sizes)) + 1, out=largest[inside])
    return sizes, largest


def growth_iterations(voxel_size: float) -> int:
    """How many one-voxel dilations make the hard mask: the 2 Å of the service, rounded up."""
    return math.ceil(GROWTH_IN_ANGSTROM / voxel_size)


def dilate(mask: BoolArray, iterations: int) -> BoolArray:
    """Grow a mask by the 18-neighbour dilation (faces and edges), ``iterations`` times.

    Unlike Xmipp's program the mask may reach the faces of the box.
    """
    if iterations < 1 or not mask.any():
        return mask.copy()
    inside = bounding_box(mask, margin=iterations)
    grown = np.zeros_like(mask)
    grown[inside] = _with_neighbours(mask[inside], iterations)
    return grown


def _with_neighbours(mask: BoolArray, iterations: int) -> BoolArray:
    """The 18-neighbour dilation: in each pair of axes the square of 3 x 3 around every voxel."""
    for _ in range(iterations):
        row = _with_next(mask, 2)
        grown = _with_next(row, 1)
        grown |= _with_next(row, 0)
        row = _with_next(mask, 1)
        grown |= _with_next(row, 0)
        mask = grown
    return mask


def _with_next(mask: BoolArray, axis: int) -> BoolArray:
    """A mask with the voxels before and behind its own along an axis."""
    spread = mask.copy()
    # The first axis of both is the one in question.
    source, target = np.moveaxis(mask, axis, 0), np.moveaxis(spread, axis, 0)
    target[1:] |= source[:-1]
    target[:-1] |= source[1:]
    return spread


def molecule_mask(raw: BoolArray, iterations: int) -> BoolArray:
    """The largest component of the raw mask, grown by ``iterations`` voxels."""
    return dilate(largest_component(raw), iterations)


def erode(mask: BoolArray, iterations: int) -> BoolArray:
    """Take back what ``dilate`` grew; outside the box counts as mask."""
    if iterations < 1 or not mask.any():
        return mask.copy()
    inside = bounding_box(mask, margin=1)
    shrunk = np.zeros_like(mask)
    shrunk[inside] = ~_with_neighbours(~mask[inside], iterations)
    return shrunk


def share_inside(raw: Iterable[BoolArray], mask: BoolArray) -> Optional[float]:
    """Share of a raw mask, given plane by plane, that lies in another; None if it is empty.

    Nothing as large as the masks is made.
    """
    voxels = shared = 0
    for plane, inside in zip(raw, mask):
        voxels += np.count_nonzero(plane)
        shared += np.count_nonzero(plane & inside)
    return shared / voxels if voxels else None


def soft_mask(hard: BoolArray) -> FloatArray:
    """The hard mask convolved with a Gaussian of sqrt(2) voxels; periodic, float32, sum preserved.

    Source: Xmipp ``transform_filter --fourier real_gaussian 2``, whose real-space sigma is
    2/sqrt(2) voxels.
    """
    soft = np.zeros(hard.shape, dtype=np.float32)
    if not hard.any():
        return soft
    reach = math.ceil(6 * SOFT_EDGE_SIGMA)
    # Inside a margin as wide as the Gaussian reaches, wrapping around the cut-out reads only zeros;
    # an axis without room for the margin is taken whole, so that wrapping is around the box.
    inside = tuple(
        part if part.start >= reach and part.stop <= size - reach else slice(0, size)
        for part, size in zip(bounding_box(hard), hard.shape)
    )
    inside = tuple(
        part if part == slice(0, size) else slice(part.start - reach, part.stop + reach)
        for part, size in zip(inside, hard.shape)
    )
    soft[inside] = ndimage.gaussian_filter(
        hard[inside].astype(np.float32), SOFT_EDGE_SIGMA, mode="wrap", truncate=6.0
    )
    return soft


def inscribed_sphere(shape: Tuple[int, ...]) -> BoolArray:
    """Voxels nearer than half the shortest side to the point N/2 of every axis."""
    radius_squared = (min(shape) / 2) ** 2
    z, y, x = (np.arange(size) - size / 2 for size in shape)
    inside = np.empty(shape, dtype=bool)
    for plane, height in zip(inside, z):
        np.less(height**2 + y[:, None] ** 2 + x[None, :] ** 2, radius_squared, out=plane)
    return inside


def require_background(mask: BoolArray) -> BoolArray:
    """Voxels outside the mask and inside the sphere inscribed in the box.

    Parameters
    ----------
    mask : ndarray, bool, shape (Z, Y, X)

    Returns
    -------
    ndarray, bool, shape (Z, Y, X)

    Raises
    ------
    MapError
        If there are none.
    """
    background: BoolArray = inscribed_sphere(mask.shape) & ~mask
    if not background.any():
        raise MapError(
            "the mask fills the sphere inscribed in the box, so no background is left to estimate "
            "the noise",
            "use a larger box or a higher contour level",
        )
    return background
