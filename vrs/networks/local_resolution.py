"""Local resolution by a small network, from the power around every voxel.

The features are the power in bands of frequency around a voxel relative to the whole molecule and
to the solvent, which no filter of the whole map changes, and the fall-off of the molecule with its
B-factor removed. The network was trained on simulated maps of known resolution; its card states the
errors on maps that it was not trained on.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Callable, List, Sequence, Tuple

import numpy as np
from scipy import ndimage

from vrs.maps import BoolArray, DensityMap, FloatArray, MapError
from vrs.maps.fourier import slices
from vrs.maps.memory_map import leave_on_disk
from vrs.networks.band_power import BandPower, band_power, features
from vrs.networks.bands import STEP, Bands, padded_size
from vrs.networks.card import open_network
from vrs.networks.inputs import Progress, require_mask
from vrs.numerics.angstrom_grid import GRID, angstrom_part, to_angstrom_grid

NAME = "local_resolution"

BEST, WORST = 2.5, 13.0
"""Range of the network in Å; values at its ends are censored."""

MARGIN = 24.0
"""Å around the mask that are used: the solvent, and the reach of the windows."""

ROWS_AT_ONCE = 16384


@dataclass(frozen=True)
class LocalResolution:
    """Local resolution of a map.

    Attributes
    ----------
    resolution : DensityMap -- in Å, on a grid of 1 Å over the whole box; 0 outside the mask
    uncertainty : DensityMap -- standard error in Å as estimated by the network, on the same grid
    best, worst : float -- ends of the range in Å, that of the network or two voxels if longer
    """

    resolution: DensityMap
    uncertainty: DensityMap
    best: float
    worst: float

    @property
    def values(self) -> FloatArray:
        """The values of ``resolution`` in the mask; float32, shape (n,)."""
        data = self.resolution.data
        return data[data > 0]


def voxels_used(mask: BoolArray, voxel_size: float) -> int:
    """Number of voxels of the padded part of the grid of 1 Å around a mask; 0 for an empty mask.

    Parameters
    ----------
    mask : ndarray, bool, shape (Z, Y, X)
    voxel_size : float -- in Å
    """
    if not mask.any():
        return 0
    starts, stops, _ = angstrom_part(mask, voxel_size, MARGIN)
    return math.prod(padded_size(stop - start) for start, stop in zip(starts, stops))


def local_resolution(
    density: DensityMap, mask: BoolArray, resolution: float, progress: Progress = None
) -> LocalResolution:
    """Local resolution in the mask.

    The reported resolution only bounds the range in which the fall-off of the map is fitted; it is
    no input of the network. The sign of the grey values does not matter.

    Parameters
    ----------
    density : DensityMap -- any voxel size; measured on a grid of 1 Å
    mask : ndarray, bool, shape (Z, Y, X) -- the mask of the molecule
    resolution : float -- reported resolution in Å
    progress : callable, optional -- called with the share of the work done, 0 to 1

    Raises
    ------
    MapError
        If the mask is empty or the map is constant in it.
    ValueError
        If the mask is not of the shape of the map, or the resolution is not a positive number.
    NetworkError
        If the network cannot be loaded.
    """
    if not (math.isfinite(resolution) and resolution > 0):
        raise ValueError(f"the resolution must be a positive number of Å, not {resolution}")
    require_mask(density, mask)
    session = open_network(NAME)
    data, inside, start, whole = to_angstrom_grid(density, mask, MARGIN)
    leave_on_disk(mask)
    report = progress or _silent
    bands = Bands(_scaled(data, inside))
    # Each of these takes as much memory as the map.
    del data
    leave_on_disk(density.data)
    power = band_power(bands, inside, lambda share: report(0.8 * share))
    del bands
    nyquist = 0.5 / max(density.voxel_size, GRID)
    predictions = _predictions(session, power, resolution, nyquist, report)
    best = max(BEST, 2 * density.voxel_size)
    worst = max(WORST, best)
    coarse = _coarse_grids(power, predictions, inside)
    del power, predictions
    volumes = [np.zeros(whole, dtype=np.float32) for _ in range(2)]
    _fill(volumes, coarse, inside, start, (best, worst))
    report(1.0)
    estimate, error = (DensityMap(volume, GRID, density.origin) for volume in volumes)
    return LocalResolution(estimate, error, best, worst)


def _scaled(data: FloatArray, inside: BoolArray) -> FloatArray:
    """The map over its standard deviation."""
    scale = float(data.std())
    highest = max(float(data.max()), -float(data.min()))
    spread = 0.0
    if scale:
        low = data.min(where=inside, initial=np.inf)
        spread = float(data.max(where=inside, initial=-np.inf) - low)
    several = int(np.count_nonzero(inside)) > 1
    if scale == 0 or (several and spread < 1e-6 * highest):
        raise MapError("the map is constant inside the mask", "use a density map that is not flat")
    scaled: FloatArray = data / np.float32(scale)
    leave_on_disk(data)
    leave_on_disk(inside)
    return scaled


def _silent(_: float) -> None:
    """No report of the progress."""


def _predictions(
    session: Any,
    power: BandPower,
    resolution: float,
    nyquist: float,
    report: Callable[[float], None],
) -> Tuple[FloatArray, FloatArray]:
    """ln(resolution) and ln(relative error) at every point of the coarse grid."""
    count = len(power.points)
    log_resolution = np.empty(count, dtype=np.float32)
    log_error = np.empty(count, dtype=np.float32)
    for first in range(0, count, ROWS_AT_ONCE):
        rows = slice(first, first + ROWS_AT_ONCE)
        table = features(power.part(rows), resolution, nyquist)
        (predicted,) = session.run(None, {"features": table})
        log_resolution[rows], log_error[rows] = predicted[:, 0], predicted[:, 1]
        power.leave_on_disk()
        report(0.8 + 0.15 * min((first + ROWS_AT_ONCE) / count, 1))
    return log_resolution, log_error


def _coarse_grids(
    power: BandPower, predictions: Sequence[FloatArray], inside: BoolArray
) -> List[FloatArray]:
    """Values on the coarse grid over the whole part; beyond the points the nearest one counts."""
    shape = tuple(side // STEP + 2 for side in inside.shape)
    known = np.zeros(shape, dtype=bool)
    grids = [np.zeros(shape, dtype=np.float32) for _ in predictions]
    for rows in slices(slice(0, len(power.points)), ROWS_AT_ONCE):
        index = tuple((power.points[rows] // STEP).T)
        known[index] = True
        for grid, values in zip(grids, predictions):
            grid[index] = values[rows]
    nearest = ndimage.distance_transform_edt(~known, return_distances=False, return_indices=True)
    return [grid[tuple(nearest)] for grid in grids]


def _fill(
    volumes: Sequence[FloatArray],
    coarse: Sequence[FloatArray],
    inside: BoolArray,
    start: Tuple[int, ...],
    limits: Tuple[float, float],
) -> None:
    """Resolution and its error in the mask, interpolated linearly, plane by plane."""
    part = tuple(slice(first, first + side) for first, side in zip(start, inside.shape))
    for z, (plane, resolutions, errors) in enumerate(zip(inside, *(v[part] for v in volumes))):
        rows, columns = np.nonzero(plane)
        place = np.array((np.full(rows.size, z), rows, columns), dtype=np.float32) / STEP
        value, relative = (
            np.exp(ndimage.map_coordinates(grid, place, order=1, mode="nearest")) for grid in coarse
        )
        resolutions[plane] = np.clip(value, *limits)
        errors[plane] = relative * value
        leave_on_disk(plane)
