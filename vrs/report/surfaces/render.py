"""Paints isosurfaces from several sides, plain or in the colours of another volume."""

from __future__ import annotations

from typing import Any, Dict, List, Sequence, Tuple

import numpy as np
import numpy.typing as npt
from matplotlib import colormaps
from scipy import ndimage

from vrs.maps import FloatArray
from vrs.report.surfaces.chimerax_script import COLOUR_MAP
from vrs.report.surfaces.rays import Floats, Sight, extent, look, seen_along
from vrs.report.surfaces.scene import Scene

_PLAIN_COLOUR = (0xA9, 0xBF, 0xD6)
_UNDEFINED_COLOUR = (0xD0, 0xD0, 0xD0)
_MARGIN = 1.08
_COLOURS = np.rint(255 * colormaps[COLOUR_MAP](np.arange(256))[:, :3])
"""Red, green and blue of equal parts of the colour scale."""

Picture = npt.NDArray[np.uint8]


def rotation_matrix(angles: Sequence[float]) -> npt.NDArray[np.float64]:
    """Matrix, shape (3, 3), of turns about the screen's x, then y, then z axis, in degrees."""
    matrix = np.eye(3)
    for axis, angle in enumerate(np.deg2rad(angles)):
        first, second = [(1, 2), (2, 0), (0, 1)][axis]
        turn = np.eye(3)
        turn[first, first] = turn[second, second] = np.cos(angle)
        turn[first, second], turn[second, first] = -np.sin(angle), np.sin(angle)
        matrix = turn @ matrix
    return matrix


class Painter:
    """Paints scenes; what is seen of a surface serves all scenes that colour the same surface.

    Parameters
    ----------
    views : sequence of 3 angles
        Turns about the screen's x, y and z axes in degrees, by right angles.
    pixels : int
        Width and height of a picture.
    """

    def __init__(self, views: Sequence[Sequence[float]], pixels: int) -> None:
        self._sides = [rotation_matrix(angles) for angles in views]
        self._pixels = pixels
        self._seen: List[Tuple[Scene, List[Sight]]] = []

    def paint(self, scene: Scene) -> List[Picture]:
        """The scene from all sides, each of shape (pixels, pixels, 3)."""
        return [
            self._picture(scene, side, sight)
            for side, sight in zip(self._sides, self._sights(scene))
        ]

    def _sights(self, scene: Scene) -> List[Sight]:
        for other, sights in self._seen:
            if other.contour == scene.contour and np.array_equal(other.volume, scene.volume):
                return sights
        scale = width(scene) / scene.voxel_size / self._pixels
        sights = []
        for side in self._sides:
            volume = seen_along(scene.volume, side)
            _, rows, columns = extent(volume, scene.contour)
            middle = sum(rows) / 2, sum(columns) / 2
            sights.append(look(volume, scene.contour, middle, scale, self._pixels))
        self._seen.append((scene, sights))
        return sights

    def _picture(self, scene: Scene, side: FloatArray, sight: Sight) -> Picture:
        plain = np.array(_PLAIN_COLOUR, dtype=np.float32)
        colours = plain
        if scene.colour is not None and scene.limits is not None:
            values = values_at(seen_along(scene.colour, side), sight.places)
            colours = _colours(values, scene.limits)
        lit = sight.shade[:, None] * colours + sight.gloss[:, None] * plain
        picture = np.full((self._pixels**2, 3), 255, dtype=np.uint8)
        painted = 255 + sight.cover[:, None] * (np.minimum(lit, 255) - 255)
        picture[sight.pixels] = np.rint(painted)
        return picture.reshape(self._pixels, self._pixels, 3)


def width(scene: Scene) -> float:
    """Width of the views of a scene in Å: that of the surface, with a margin."""
    ends = extent(scene.volume, scene.contour)
    return _MARGIN * scene.voxel_size * max(last - first for first, last in ends)


def values_at(values: FloatArray, places: Floats) -> Floats:
    """Linear interpolation of a volume at places, shape (3, N), in voxels.

    Where a voxel around a place has no value, the place has that of the nearest voxel.
    """
    way: Dict[str, Any] = {"mode": "nearest", "output": np.float32}
    result: Floats = ndimage.map_coordinates(values, places, order=1, **way)
    undefined = ~np.isfinite(result)
    result[undefined] = ndimage.map_coordinates(values, places[:, undefined], order=0, **way)
    return result


def _colours(values: Floats, limits: Tuple[float, float]) -> Floats:
    """Red, green and blue for every value, shape (N, 3); grey where it is not finite."""
    low, high = limits
    known = np.isfinite(values)
    shares = np.where(known, values - low, 0.0) / max(high - low, 1e-12)
    parts = np.clip(shares * len(_COLOURS), 0, len(_COLOURS) - 1).astype(int)
    result: Floats = _COLOURS.astype(np.float32)[parts]
    result[~known] = _UNDEFINED_COLOUR
    return result
