"""A map small enough to be leafed through on a page: binned, in 256 grey levels."""

from __future__ import annotations

import base64
import zlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vrs.maps import DensityMap, FloatArray
from vrs.maps.memory_map import leave_on_disk
from vrs.maps.statistics import robust_deviation
from vrs.report.figures.slices import GREY_PERCENTILES
from vrs.report.model import SliceViewer
from vrs.report.surfaces.scene import binned

_ABOVE_CONTOUR = 0.1
"""White lies above the contour level by at least this part of the way up from black."""

_STEPS_OF_NOISE = 4
"""Grey levels to a standard deviation of the noise: with more, a page would mostly hold noise."""


@dataclass(frozen=True)
class SliceStack:
    """Grey levels of a binned map: uint8, shape (Z, Y, X), and the numbers for report.json."""

    levels: npt.NDArray[np.uint8]
    details: SliceViewer

    @property
    def contour_level(self) -> float:
        """The contour on the scale of ``levels``, of which it may be out of range."""
        low, high = self.details.grey_levels
        return 255.0 * (self.details.contour - low) / (high - low)

    @property
    def encoded(self) -> str:
        """The bytes of ``levels``, X fastest, packed by zlib, in base64."""
        return packed(self.levels)


def make_stack(density: DensityMap, contour: float, longest: int) -> SliceStack:
    """Bin a map so that no side has more than ``longest`` voxels.

    Black and white are percentiles, as in the printed slices, but white is raised above the contour
    level where that is needed to draw its line. A map that is almost all of one value shows its
    whole range. In a noisy map grey levels are a quarter of the standard deviation of the noise
    apart, which the eye does not see and which halves the bytes on the page.
    """
    binning = -(-max(density.data.shape) // longest)
    data = binned(density.data, binning).astype(np.float32, copy=False)
    leave_on_disk(density.data)
    low, high = (float(limit) for limit in np.percentile(data, GREY_PERCENTILES))
    if not high > low:
        low, high = float(data.min()), float(data.max())
    high = max(high, contour + _ABOVE_CONTOUR * (contour - low))
    if not high > low:
        high = low + 1.0
    levels = levels_of(data, low, high)
    z, y, x = levels.shape
    voxel_size = density.voxel_size * binning
    return SliceStack(levels, SliceViewer([x, y, z], binning, voxel_size, [low, high], contour))


def levels_of(data: FloatArray, low: float, high: float) -> npt.NDArray[np.uint8]:
    """Values from ``low`` to ``high`` as 0 to 255, in steps of a quarter of the noise."""
    scaled = np.clip((data - low) * (255.0 / (high - low)), 0.0, 255.0)
    step = max(1.0, np.floor(robust_deviation(scaled) / _STEPS_OF_NOISE))
    rounded = np.minimum(step * np.rint(scaled / step), 255.0)
    levels: npt.NDArray[np.uint8] = rounded.astype(np.uint8)
    return levels


def packed(levels: npt.NDArray[np.uint8]) -> str:
    """The bytes, X fastest, packed by zlib, in base64."""
    return base64.b64encode(zlib.compress(levels.tobytes())).decode("ascii")
