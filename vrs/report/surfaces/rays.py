"""What is seen of an isosurface along an axis of its box, by parallel rays, without triangles.

Along a ray the interpolated density is linear from plane to plane, so that the point where it
reaches the contour level is exact. All views look along an axis, which makes this fast: a ray stops
only at planes in which a voxel beside it reaches the level, mostly at one or two.

Places are (depth, row, column), in voxels of a volume as ``seen_along`` turns it: planes are met
one after the other, rows run down and columns to the right.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, List, Tuple

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from vrs.maps import FloatArray

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[Any]

_AMBIENT, _DIFFUSE, _SPECULAR = 0.25, 0.75, 0.15
"""Parts of the light that come from everywhere, are scattered, and are reflected."""

_LIGHTS = ((0.75, 50, 10), (0.25, -75, -10), (0.25, 0, 0), (0.214, 0, 110), (0.214, 0, -110))
"""Intensity, elevation and azimuth in degrees of a key light, a fill light, one at the eye and two
behind the object, as in a photographer's studio."""

_STEP = 6.0
"""Neighbours that differ more in depth, in widths of a pixel, are at the edge of something."""

_WITHIN = ((-0.25, -0.25), (-0.25, 0.25), (0.25, -0.25), (0.25, 0.25))
"""Rays through a pixel at an edge, in pixels from its centre: their mean smooths outlines."""


@dataclass(frozen=True)
class Sight:
    """The pixels of a picture in which a surface is seen.

    Attributes
    ----------
    pixels : ndarray of int, shape (N,)
        Counted through the picture, row by row.
    places : ndarray of float32, shape (3, N)
        Where the surface is met.
    shade, gloss, cover : ndarray of float32, shape (N,)
        Light that is scattered and reflected towards the eye, and the share of the pixel that the
        surface fills.
    """

    pixels: Integers
    places: Floats
    shade: Floats
    gloss: Floats
    cover: Floats


def seen_along(volume: FloatArray, to_screen: FloatArray) -> FloatArray:
    """A volume (Z, Y, X) as (depth, row, column) of a view; no value is copied.

    ``to_screen``, shape (3, 3), has the directions (x, y, z) in the map that point to the right, up
    and towards the eye on the screen; each is parallel to an axis.

    >>> volume = np.arange(8).reshape(2, 2, 2)
    >>> seen_along(volume, np.eye(3))[0]  # the upper plane, its rows from the top
    array([[6, 7],
           [4, 5]])
    """
    right, up, towards = (int(np.argmax(np.abs(direction))) for direction in to_screen)
    backwards = (to_screen[2, towards] > 0, to_screen[1, up] > 0, to_screen[0, right] < 0)
    turned = volume.transpose(2 - towards, 2 - up, 2 - right)
    return turned[tuple(slice(None, None, -1 if back else 1) for back in backwards)]


def extent(volume: FloatArray, contour: float) -> List[Tuple[float, float]]:
    """The first and the last place of the surface along each axis of a volume, in voxels.

    ``volume`` reaches the contour level somewhere, but not in its rim.
    """
    ends = []
    for axis in range(3):
        planes = np.moveaxis(volume, axis, 0)
        reached = np.flatnonzero((planes >= contour).any(axis=(1, 2)))
        first, last = int(reached[0]), int(reached[-1])
        before = _farthest(planes[first], planes[first - 1], contour)
        after = _farthest(planes[last], planes[last + 1], contour)
        ends.append((first - before, last + after))
    return ends


def look(
    volume: FloatArray, contour: float, middle: Tuple[float, float], scale: float, side: int
) -> Sight:
    """What is seen of the surface in a square picture.

    Parameters
    ----------
    volume : ndarray of float, shape (depth, row, column)
        Its rim is below the contour level.
    contour : float
    middle : tuple of 2 floats
        Row and column in the middle of the picture, in voxels.
    scale : float
        Width of a pixel, in voxels.
    side : int
        Pixels along the picture.
    """
    surface = _Surface(volume, contour)
    offsets = (np.arange(side) + 0.5 - side / 2) * scale
    grid = np.meshgrid(*(np.float32(centre + offsets) for centre in middle), indexing="ij")
    rows, columns = (positions.ravel() for positions in grid)
    depths = surface.depths(rows, columns)
    at_edge = _edges(depths.reshape(side, side), _STEP * scale).ravel()
    plain = np.flatnonzero(np.isfinite(depths) & ~at_edge)
    places = np.stack([depths[plain], rows[plain], columns[plain]])
    shade, gloss = surface.light(places)
    whole = Sight(plain, places, shade, gloss, np.ones_like(shade))
    edge = np.flatnonzero(at_edge)
    return _both(whole, _smoothed(surface, edge, rows[edge], columns[edge], scale))


def _smoothed(
    surface: _Surface, pixels: Integers, rows: Floats, columns: Floats, scale: float
) -> Sight:
    """Pixels at edges, as means over several rays each."""
    within = np.array(_WITHIN, dtype=np.float32) * np.float32(scale)
    every_row = (rows + within[:, :1]).ravel()
    every_column = (columns + within[:, 1:]).ravel()
    depths = surface.depths(every_row, every_column)
    hit = np.isfinite(depths)
    places = np.zeros((3, len(depths)), dtype=np.float32)
    light = np.zeros((2, len(depths)), dtype=np.float32)
    places[:, hit] = depths[hit], every_row[hit], every_column[hit]
    light[:, hit] = surface.light(places[:, hit])
    met = hit.reshape(len(_WITHIN), -1)
    hits = met.sum(axis=0)
    seen = hits > 0
    ray = np.argmin(depths.reshape(met.shape), axis=0)
    nearest = ray[seen] * len(pixels) + np.flatnonzero(seen)
    shade, gloss = light.reshape(2, *met.shape).sum(axis=1)[:, seen] / hits[seen]
    cover = (hits[seen] / len(_WITHIN)).astype(np.float32)
    return Sight(pixels[seen], places[:, nearest], shade, gloss, cover)


def _both(first: Sight, second: Sight) -> Sight:
    parts = zip(vars(first).values(), vars(second).values())
    return Sight(*(np.concatenate(part, axis=-1) for part in parts))


def _farthest(inside: FloatArray, outside: FloatArray, contour: float) -> float:
    """The largest distance, in voxels, of the surface from a plane, towards one below the level."""
    reached = inside >= contour
    above = inside[reached].astype(np.float64) - contour
    return float((above / (inside[reached] - outside[reached].astype(np.float64))).max())


def _edges(depths: Floats, step: float) -> npt.NDArray[np.bool_]:
    """Pixels of which a neighbour is farther away or nearer by more than ``step``."""
    edges = np.zeros(depths.shape, dtype=bool)
    for here, there in (
        ((slice(None), slice(1, None)), (slice(None), slice(-1))),
        ((slice(1, None), slice(None)), (slice(-1), slice(None))),
    ):
        with np.errstate(invalid="ignore"):  # nothing beside nothing
            differ = np.abs(depths[here] - depths[there]) > step
        edges[here] |= differ
        edges[there] |= differ
    return edges


class _Surface:
    """A surface that rays meet; ``volume`` has the shape (depth, row, column)."""

    def __init__(self, volume: FloatArray, contour: float) -> None:
        self._volume = np.ascontiguousarray(volume, dtype=np.float32)
        self._contour = contour
        self._next = _next_planes(self._volume, contour)
        self._slopes = np.gradient(self._volume)

    def depths(self, rows: Floats, columns: Floats) -> Floats:
        """Where rays first meet the surface, shape (N,); infinite for those that pass it."""
        count, height, width = self._volume.shape
        depths = np.full(len(rows), np.inf, dtype=np.float32)
        inside = (rows >= 0) & (rows < height - 1) & (columns >= 0) & (columns < width - 1)
        rays: Integers = np.flatnonzero(inside)
        row: Integers = rows[rays].astype(np.int32)
        column: Integers = columns[rays].astype(np.int32)
        down = (rows[rays] - row).astype(np.float32)
        right = (columns[rays] - column).astype(np.float32)
        corner, cell = row * width + column, row * (width - 1) + column
        cells = (height - 1) * (width - 1)
        plane: Integers = self._next.take(cell).astype(np.int32)
        going = plane < count
        while True:
            rays, corner, cell, plane = (numbers[going] for numbers in (rays, corner, cell, plane))
            down, right = down[going], right[going]
            if not len(rays):
                return depths
            here = self._at(plane, corner, down, right)
            met = here >= self._contour
            above = here[met]
            before = self._at(plane[met] - 1, corner[met], down[met], right[met])
            depths[rays[met]] = plane[met] - (above - self._contour) / (above - before)
            plane = self._next.take((plane + 1) * cells + cell).astype(np.int32)
            going = (plane < count) & ~met

    def _at(self, plane: Integers, corner: Integers, down: Floats, right: Floats) -> Floats:
        """The density in planes, interpolated between four voxels."""
        _, height, width = self._volume.shape
        first = plane * (height * width) + corner
        above = self._between(first, right)
        below = self._between(first + width, right)
        return above + down * (below - above)

    def _between(self, first: Integers, right: Floats) -> Floats:
        left = self._volume.take(first)
        return left + right * (self._volume.take(first + 1) - left)

    def light(self, places: Floats) -> Tuple[Floats, Floats]:
        """Light that places of the surface scatter and reflect towards the eye."""
        uphill = [
            ndimage.map_coordinates(slope, places, order=1, mode="nearest", output=np.float32)
            for slope in self._slopes
        ]
        # To the right, up and towards the eye; densities fall out of the surface.
        normals = np.stack([-uphill[2], uphill[1], uphill[0]])
        normals /= np.maximum(np.sqrt((normals**2).sum(axis=0)), np.float32(1e-30))
        shade = np.full(places.shape[1], _AMBIENT, dtype=np.float32)
        gloss = np.zeros_like(shade)
        for intensity, *angles in _LIGHTS:
            elevation, azimuth = np.deg2rad(angles)
            level = np.cos(elevation)
            lamp = np.array(
                [level * np.sin(azimuth), np.sin(elevation), level * np.cos(azimuth)], np.float32
            )
            facing = np.maximum(lamp @ normals, np.float32(0.0))
            shade += np.float32(_DIFFUSE * intensity) * facing
            mirrored = np.where(facing > 0, 2 * facing * normals[2] - lamp[2], np.float32(0.0))
            gloss += np.float32(_SPECULAR * intensity) * np.maximum(mirrored, np.float32(0.0))
        return shade, gloss


def _next_planes(volume: Floats, contour: float) -> npt.NDArray[np.int16]:
    """For each plane and cell of four voxels, the next plane with one of them at the contour level.

    Shape (planes + 1, rows - 1, columns - 1); the number of planes where there is no more.
    """
    highest = np.maximum(volume[:, :, :-1], volume[:, :, 1:])
    highest = np.maximum(highest[:, :-1], highest[:, 1:])
    count = len(volume)
    planes = np.full((count + 1, *highest.shape[1:]), count, dtype=np.int16)
    numbers = np.arange(count, dtype=np.int16)[:, None, None]
    np.copyto(planes[:-1], numbers, where=highest >= contour)
    return np.minimum.accumulate(planes[::-1], axis=0)[::-1].copy()
