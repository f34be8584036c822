"""Local resolution by a small network, from the power around every voxel.

The features are the power in bands of frequency around a voxel relative to the whole molecule and
to the solvent, which no filter of the whole map changes, and the fall-off of the molecule with its
B-factor removed. The network was trained on simulated maps of known resolution; its card states the
errors on maps that it was not trained on.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Callable, Tuple

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from vrs.maps import BoolArray, DensityMap, FloatArray, MapError
from vrs.networks.band_power import STEP, BandPower, band_power, features
from vrs.networks.card import open_network
from vrs.networks.inputs import Progress, require_mask
from vrs.numerics.angstrom_grid import GRID, to_angstrom_grid

NAME = "local_resolution"

BEST, WORST = 2.5, 13.0
"""Range of the network in Å; values at its ends are censored."""

MARGIN = 24.0
"""Å around the mask that are used: the solvent, and the reach of the windows."""

ROWS_AT_ONCE = 65536


@dataclass(frozen=True)
class LocalResolution:
    """Local resolution of a map.

    Attributes
    ----------
    resolution : DensityMap -- in Å, on a grid of 1 Å over the whole box; 0 outside the mask
    uncertainty : DensityMap -- standard error in Å as estimated by the network, on the same grid
    values : ndarray, float32, shape (n,) -- the values of ``resolution`` in the mask
    best, worst : float -- ends of the range in Å, that of the network or two voxels if longer
    """

    resolution: DensityMap
    uncertainty: DensityMap
    values: npt.NDArray[np.float32]
    best: float
    worst: float


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
    scale = float(data.std())
    several = int(inside.sum()) > 1
    if scale == 0 or (several and float(np.ptp(data[inside])) < 1e-6 * np.abs(data).max()):
        raise MapError("the map is constant inside the mask", "use a density map that is not flat")
    data = data / np.float32(scale)
    report = progress or _silent
    power = band_power(data, inside, lambda share: report(0.8 * share))
    nyquist = 0.5 / max(density.voxel_size, GRID)
    log_resolution, log_error = _predictions(session, power, resolution, nyquist, report)
    best = max(BEST, 2 * density.voxel_size)
    worst = max(WORST, best)
    value = np.exp(_on_full_grid(power, log_resolution, inside))
    error = np.exp(_on_full_grid(power, log_error, inside)) * value
    report(1.0)
    values = np.clip(value, best, worst).astype(np.float32)
    return LocalResolution(
        _volume(density, values, inside, start, whole),
        _volume(density, error, inside, start, whole),
        values,
        best,
        worst,
    )


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
        report(0.8 + 0.15 * min((first + ROWS_AT_ONCE) / count, 1))
    return log_resolution, log_error


def _on_full_grid(power: BandPower, values: FloatArray, inside: BoolArray) -> FloatArray:
    """Linear interpolation of the coarse points; beyond them the nearest point counts."""
    shape = tuple(side // STEP + 2 for side in inside.shape)
    coarse = np.zeros(shape, dtype=np.float32)
    known = np.zeros(shape, dtype=bool)
    index = tuple((power.points // STEP).T)
    coarse[index], known[index] = values, True
    nearest = ndimage.distance_transform_edt(~known, return_distances=False, return_indices=True)
    coarse = coarse[tuple(nearest)]
    result: FloatArray = ndimage.map_coordinates(
        coarse, np.array(np.nonzero(inside), dtype=np.float32) / STEP, order=1, mode="nearest"
    )
    return result


def _volume(
    density: DensityMap,
    values: FloatArray,
    inside: BoolArray,
    start: Tuple[int, ...],
    whole: Tuple[int, ...],
) -> DensityMap:
    """The values in the mask on the 1 Å grid of the whole box, 0 outside."""
    volume = np.zeros(whole, dtype=np.float32)
    part = tuple(slice(first, first + side) for first, side in zip(start, inside.shape))
    volume[part][inside] = values
    return DensityMap(volume, GRID, density.origin)
