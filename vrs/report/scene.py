"""What of a map is needed to draw its surface: cropped, binned where it is large, and closed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Tuple

import numpy as np

from vrs.maps import DensityMap, FloatArray
from vrs.maps.resample import nearest_on_grid
from vrs.report.figures import CannotDraw

LARGEST_BOX = 200
"""Longer boxes are binned for the picture."""

LARGEST_SURFACE = 400_000
"""Surfaces through more cubes than this are binned too: noise, which would take minutes and GB."""


@dataclass(frozen=True)
class Surface:
    """An isosurface to draw.

    Attributes
    ----------
    volume : DensityMap
    contour : float
    colour : DensityMap, optional
        Values that colour the surface, each at the nearest voxel of its own grid.
    mask : DensityMap, optional
        On the grid of ``volume``; below 0.5 the values are undefined.
    colour_label : str
    limits : tuple of 2 floats, optional
        Ends of the colour scale; by default the range of the values.
    """

    volume: DensityMap
    contour: float
    colour: Optional[DensityMap] = None
    mask: Optional[DensityMap] = None
    colour_label: str = ""
    limits: Optional[Tuple[float, float]] = None


@dataclass(frozen=True)
class Scene:
    """A surface cropped and binned to what the picture needs; ``colour`` is NaN where undefined."""

    volume: FloatArray
    voxel_size: float
    contour: float
    colour: Optional[FloatArray]
    limits: Optional[Tuple[float, float]]
    binning: int


def make_scene(surface: Surface) -> Scene:
    """Crop a surface to what is at or above its contour level, and bin it.

    Raises
    ------
    CannotDraw
        If no voxel reaches the contour level, or the volume that gives the colours has no finite
        value.
    """
    data = np.asarray(surface.volume.data, dtype=np.float32)
    inside = data >= surface.contour
    found = [np.flatnonzero(inside.any(axis=others)) for others in ((1, 2), (0, 2), (0, 1))]
    if not found[0].size:
        finite = data[np.isfinite(data)]
        highest = f"the maximum is {finite.max():g}" if finite.size else "no value is finite"
        raise CannotDraw(f"no voxel reaches the contour level {surface.contour:g} ({highest})")
    crop = tuple(slice(max(0, int(one[0]) - 2), int(one[-1]) + 3) for one in found)
    binning, volume = _small_enough(data[crop], surface.contour)
    colour = _colour(surface, crop)
    limits = surface.limits
    if colour is not None and limits is None:
        limits = _range(colour)
    return Scene(
        _closed(volume, surface.contour),
        surface.volume.voxel_size * binning,
        surface.contour,
        None if colour is None else np.pad(binned(colour, binning), 1, mode="edge"),
        limits,
        binning,
    )


def _colour(surface: Surface, crop: Tuple[slice, ...]) -> Optional[FloatArray]:
    """The values that colour the cropped surface, NaN outside the mask."""
    if surface.colour is None:
        return None
    volume = surface.volume
    z, y, x = (
        start + volume.voxel_size * part.start for start, part in zip(volume.origin[::-1], crop)
    )
    grid = DensityMap(volume.data[crop], volume.voxel_size, (x, y, z))
    values = nearest_on_grid(surface.colour, grid)
    if surface.mask is not None:
        values[surface.mask.data[crop] < 0.5] = np.nan
    return values


def _small_enough(data: FloatArray, contour: float) -> Tuple[int, FloatArray]:
    """How often the volume is binned, and the result."""
    binning = -(-max(data.shape) // LARGEST_BOX)
    result = binned(data, binning)
    while _cubes_cut(result, contour) > LARGEST_SURFACE:
        binning += 1
        result = binned(data, binning)
    if result.max() < contour:
        result = _blocks(data, binning).max(axis=(1, 3, 5))
    return binning, result


def _cubes_cut(data: FloatArray, contour: float) -> int:
    """About how many cubes of neighbouring voxels the surface goes through."""
    inside = data >= contour
    return sum(int(np.count_nonzero(np.diff(inside, axis=axis))) for axis in range(3))


def _range(values: FloatArray) -> Tuple[float, float]:
    finite = values[np.isfinite(values)]
    if not finite.size:
        raise CannotDraw("the volume that gives the colours has no finite value")
    return float(finite.min()), float(finite.max())


def binned(data: FloatArray, factor: int) -> FloatArray:
    """Means of cubes of ``factor`` voxels."""
    if factor == 1:
        return data
    means: FloatArray = _blocks(data, factor).mean(axis=(1, 3, 5), dtype=np.float32)
    return means


def _blocks(data: FloatArray, factor: int) -> FloatArray:
    """Cubes of ``factor`` voxels along the axes 1, 3 and 5; the rim is repeated to fill them."""
    whole = np.pad(data, [(0, -length % factor) for length in data.shape], mode="edge")
    z, y, x = (length // factor for length in whole.shape)
    return whole.reshape(z, factor, y, factor, x, factor)


def _closed(data: FloatArray, contour: float) -> FloatArray:
    """The volume with a rim below the contour level, so that surfaces cut by the box get a lid."""
    floor = min(float(data.min()), contour - max(abs(contour), 1e-6))
    return np.pad(data, 1, constant_values=floor)
