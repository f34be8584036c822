"""What of a map is needed to draw its surface: cropped, binned where it is large, and closed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Tuple

import numpy as np

from vrs.maps import DensityMap, FloatArray
from vrs.maps.memory_map import leave_on_disk
from vrs.maps.printing import entered
from vrs.maps.resample import nearest_on_grid
from vrs.report.figures.plots import CannotDraw

LARGEST_BOX = 200
"""Longer boxes are binned for the picture."""

LARGEST_SURFACE = 400_000
"""Surfaces through more cubes than this are binned too: noise, which would take minutes and GB."""


@dataclass(frozen=True)
class Scene:
    """A surface cropped and binned to what the picture needs.

    Attributes
    ----------
    volume : ndarray, float32, shape (Z, Y, X)
    voxel_size : float
        In Å.
    contour : float
    colour : ndarray of float or None
        Values that colour the surface, of the shape of ``volume``; NaN where undefined.
    colour_label : str
        Name and unit of the values.
    limits : tuple of 2 floats or None
        Ends of the colour scale.
    binning : int
        Voxels of the map along the edge of one.
    """

    volume: FloatArray
    voxel_size: float
    contour: float
    colour: Optional[FloatArray] = None
    colour_label: str = ""
    limits: Optional[Tuple[float, float]] = None
    binning: int = 1


def make_scene(
    density: DensityMap,
    contour: float,
    colour: Optional[DensityMap] = None,
    mask: Optional[DensityMap] = None,
    colour_label: str = "",
    limits: Optional[Tuple[float, float]] = None,
    zero_is_none: bool = False,
) -> Scene:
    """Crop a map to what is at or above its contour level, and bin it.

    The volumes are read a few planes at a time, so that those on disk stay there.

    Parameters
    ----------
    density : DensityMap
    contour : float
    colour : DensityMap, optional
        Values that colour the surface, each at the nearest voxel of its own grid.
    mask : DensityMap, optional
        On the grid of ``density``; below 0.5 the values are undefined.
    colour_label : str
    limits : tuple of 2 floats, optional
        Ends of the colour scale; by default the range of the values.
    zero_is_none : bool
        Whether a value of 0 is undefined too.

    Raises CannotDraw if no voxel reaches the contour level, or no value that colours the surface is
    finite.
    """
    crop = _around(density.data, contour)
    binning, volume = _small_enough(density.data[crop], contour)
    leave_on_disk(density.data)
    values = None
    if colour is not None:
        values, in_values = _colour(density, colour, mask, crop, binning, zero_is_none)
        limits = limits or in_values
        if limits is None:
            raise CannotDraw("the volume that gives the colours has no finite value")
    return Scene(
        _closed(volume, contour),
        density.voxel_size * binning,
        contour,
        values,
        colour_label,
        limits,
        binning,
    )


def _around(data: FloatArray, contour: float) -> Tuple[slice, slice, slice]:
    """What of a volume is at or above the contour level, with a margin of two voxels."""
    along = [np.zeros(size, dtype=bool) for size in data.shape]
    for index, plane in enumerate(data):
        above = plane >= contour
        along[1] |= above.any(axis=1)
        along[2] |= above.any(axis=0)
        along[0][index] = above.any()
    inside = [np.flatnonzero(any_inside) for any_inside in along]
    if not inside[0].size:
        finite = [float(plane[np.isfinite(plane)].max(initial=-np.inf)) for plane in data]
        highest = max(finite, default=-np.inf)
        known = "no value is finite"
        if np.isfinite(highest):
            known = f"the maximum is {entered(highest)}"
        level = entered(contour)
        raise CannotDraw(f"no voxel reaches the contour level {level} ({known})")
    z, y, x = (slice(max(0, int(ends[0]) - 2), int(ends[-1]) + 3) for ends in inside)
    return z, y, x


def _colour(
    density: DensityMap,
    colour: DensityMap,
    mask: Optional[DensityMap],
    crop: Tuple[slice, slice, slice],
    binning: int,
    zero_is_none: bool,
) -> Tuple[FloatArray, Optional[Tuple[float, float]]]:
    """Values for a cropped, binned and padded map, NaN outside the mask, and their range.

    The range of no value is None.
    """
    lowest, highest = np.inf, -np.inf
    planes = []
    z, y, x = crop
    end = min(z.stop, density.data.shape[0])
    for start in range(z.start, end, binning):
        part = (slice(start, min(start + binning, end)), y, x)
        origin = [
            begin + density.voxel_size * along.start
            for begin, along in zip(density.origin, part[::-1])
        ]
        grid = DensityMap(density.data[part], density.voxel_size, (origin[0], origin[1], origin[2]))
        values = nearest_on_grid(colour, grid)
        if zero_is_none:
            values[values == 0] = np.nan
        if mask is not None:
            values[mask.data[part] < 0.5] = np.nan
        finite = values[np.isfinite(values)]
        if finite.size:
            lowest, highest = min(lowest, finite.min()), max(highest, finite.max())
        planes.append(binned(values, binning))
    leave_on_disk(colour.data)
    limits = None if lowest > highest else (float(lowest), float(highest))
    return np.pad(np.concatenate(planes), 1, mode="edge"), limits


def _small_enough(data: FloatArray, contour: float) -> Tuple[int, FloatArray]:
    """How often the volume is binned, and the result."""
    binning = -(-max(data.shape) // LARGEST_BOX)
    result = binned(data, binning)
    while _cubes_cut(result, contour) > LARGEST_SURFACE:
        binning += 1
        result = binned(data, binning)
    if result.max() < contour:
        result = _of_cubes(np.maximum, data, binning)
    return binning, result


def _cubes_cut(data: FloatArray, contour: float) -> int:
    """About how many cubes of neighbouring voxels the surface goes through."""
    inside = data >= contour
    return sum(int(np.count_nonzero(np.diff(inside, axis=axis))) for axis in range(3))


def binned(data: FloatArray, factor: int) -> FloatArray:
    """Means of cubes of ``factor`` voxels; the rim is repeated to fill the last ones."""
    if factor == 1:
        return data
    sums = _of_cubes(np.add, data, factor)
    sums /= factor**3
    return sums


def _of_cubes(combined: np.ufunc, data: FloatArray, factor: int) -> FloatArray:
    """The voxels of each cube combined into one: added, or the larger of two, shape (Z, Y, X)."""
    z, y, x = data.shape
    result = np.empty([-(-size // factor) for size in data.shape], dtype=np.float32)
    for plane, start in zip(result, range(0, z, factor)):
        # Sums of whole planes, rows and columns: numpy's own over two axes at once take longer.
        slab = data[start].astype(np.float32)
        for index in range(start + 1, start + factor):
            combined(slab, data[min(index, z - 1)], out=slab)
        whole = np.pad(slab, [(0, -y % factor), (0, -x % factor)], mode="edge")
        rows = whole[::factor].copy()
        for step in range(1, factor):
            combined(rows, whole[step::factor], out=rows)
        plane[...] = rows[:, ::factor]
        for step in range(1, factor):
            combined(plane, rows[:, step::factor], out=plane)
    return result


def _closed(data: FloatArray, contour: float) -> FloatArray:
    """The volume with a rim below the contour level, so that surfaces cut by the box get a lid.

    Voxels without a finite value are below the contour level too.
    """
    finite = np.isfinite(data)
    floor = min(float(data[finite].min()), contour - max(abs(contour), 1e-6))
    return np.pad(np.where(finite, data, np.float32(floor)), 1, constant_values=floor)
