"""A map on the grid of another one, with the part of that grid which it covers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Sequence, Tuple

import numpy as np
from scipy import ndimage

from vrs.maps.density_map import BoolArray, DensityMap, FloatArray
from vrs.maps.fourier import low_pass

SAME_GRID = "both are on the same grid"
BY_ORIGINS = "placed by the origins in their headers"
BY_CENTRES = "placed by the centres of their boxes"

_SAME_VOXEL_SIZE = 1e-4
"""Relative difference below which two voxel sizes are the same."""

_HIGHEST_KEPT = 0.45
"""Cycles per voxel of the coarser grid that pass before a finer map is put on it."""


@dataclass(frozen=True)
class OnGrid:
    """A map on another grid.

    Attributes
    ----------
    values : ndarray, float32, shape (Z, Y, X) -- 0 where the map has no voxel
    covered : ndarray of bool, of that shape -- where it has one
    placement : str -- how the map was placed, in words
    """

    values: FloatArray
    covered: BoolArray
    placement: str


def on_grid(density: DensityMap, grid: DensityMap, placement: str = "") -> OnGrid:
    """The values of a map at the voxels of another one, by a cubic spline.

    Two maps of the same box and voxel size are on one grid whatever their origins. Others are
    placed by their origins or by the centres of their boxes, whichever makes the values agree more:
    programs that crop or pad do not always write the origin. A finer map is filtered first, so that
    details below the voxels of the coarser one do not appear as others.

    Parameters
    ----------
    density : DensityMap -- shape (z, y, x)
    grid : DensityMap -- shape (Z, Y, X)
    placement : str -- how to place maps of different boxes; "" for whatever agrees more

    Returns
    -------
    OnGrid

    Examples
    --------
    >>> density = DensityMap(np.ones((8, 8, 8), dtype=np.float32), voxel_size=2.0)
    >>> larger = DensityMap(np.ones((12, 12, 12), dtype=np.float32), voxel_size=2.0)
    >>> placed = on_grid(density, larger)
    >>> placed.values.shape, int(placed.covered.sum())
    ((12, 12, 12), 512)
    """
    same_size = abs(density.voxel_size / grid.voxel_size - 1) < _SAME_VOXEL_SIZE
    if density.data.shape == grid.data.shape and same_size:
        values = np.asarray(density.data, dtype=np.float32)
        return OnGrid(values, np.ones(values.shape, dtype=bool), SAME_GRID)
    if density.voxel_size < grid.voxel_size and not same_size:
        cut_off = _HIGHEST_KEPT * density.voxel_size / grid.voxel_size
        density = density.with_data(low_pass(density.data, cut_off))
    corners = {
        BY_ORIGINS: _corner_by_origins(density, grid),
        BY_CENTRES: _corner_by_centres(density, grid),
    }
    if placement in corners:
        return _placed(density, grid, corners[placement], placement)
    ways = (_placed(density, grid, corner, way) for way, corner in corners.items())
    return max(ways, key=lambda placed: _agreement(placed, grid.data))


def _corner_by_origins(density: DensityMap, grid: DensityMap) -> Tuple[float, ...]:
    """Where voxel [0, 0, 0] of the grid lies in the map, in voxels of the map along Z, Y, X."""
    starts = zip(reversed(grid.origin), reversed(density.origin))
    return tuple((of_grid - of_map) / density.voxel_size for of_grid, of_map in starts)


def _corner_by_centres(density: DensityMap, grid: DensityMap) -> Tuple[float, ...]:
    scale = grid.voxel_size / density.voxel_size
    sizes = zip(density.data.shape, grid.data.shape)
    return tuple(of_map // 2 - scale * (of_grid // 2) for of_map, of_grid in sizes)


def _placed(
    density: DensityMap, grid: DensityMap, corner: Sequence[float], placement: str
) -> OnGrid:
    scale = grid.voxel_size / density.voxel_size
    values = ndimage.affine_transform(
        np.asarray(density.data, dtype=np.float32), np.diag([scale] * 3), corner, grid.data.shape,
        order=3, mode="grid-constant", output=np.float32,
    )  # fmt: skip
    within = []
    for start, size, length in zip(corner, grid.data.shape, density.data.shape):
        position = start + scale * np.arange(size)
        within.append((position > -0.5) & (position < length - 0.5))
    z, y, x = within
    covered = z[:, None, None] & y[:, None] & x
    return OnGrid(np.where(covered, values, np.float32(0)), covered, placement)


def _agreement(placed: OnGrid, values: FloatArray) -> float:
    """Correlation of the values over the whole grid; -1 without a spread."""
    of_map, of_grid = placed.values - placed.values.mean(), values - values.mean()
    norm = float(np.linalg.norm(of_map.ravel()) * np.linalg.norm(of_grid.ravel()))
    return float(np.vdot(of_map, of_grid)) / norm if norm > 0 else -1.0
