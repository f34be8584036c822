"""A map small enough to be leafed through on a page: binned, in 256 grey levels."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Tuple

import numpy as np
import numpy.typing as npt

from vrs.maps import DensityMap
from vrs.maps.memory_map import leave_on_disk
from vrs.report.figures.slices import GREY_PERCENTILES
from vrs.report.model import SliceViewer
from vrs.report.surfaces.scene import binned

_ABOVE_CONTOUR = 0.1
"""White lies above the contour level by at least this part of the way up from black."""


@dataclass(frozen=True)
class SliceStack:
    """Grey levels of a binned map.

    Attributes
    ----------
    levels : ndarray, uint8, shape (Z, Y, X)
    binning : int -- Edge of the cubes of voxels that were averaged.
    voxel_size : float -- In Å, after binning.
    grey_levels : tuple of 2 floats -- Values of the map that are shown black and white.
    """

    levels: npt.NDArray[np.uint8]
    binning: int
    voxel_size: float
    grey_levels: Tuple[float, float]
    contour: float

    @property
    def contour_level(self) -> float:
        """The contour on the scale of ``levels``, of which it may be out of range."""
        low, high = self.grey_levels
        return 255.0 * (self.contour - low) / (high - low)

    @property
    def encoded(self) -> str:
        """The bytes of ``levels`` in base64, X fastest."""
        return base64.b64encode(self.levels.tobytes()).decode("ascii")

    def details(self) -> SliceViewer:
        """The numbers for report.json."""
        z, y, x = self.levels.shape
        return SliceViewer(
            [x, y, z], self.binning, self.voxel_size, list(self.grey_levels), self.contour
        )


def make_stack(density: DensityMap, contour: float, longest: int) -> SliceStack:
    """Bin a map so that no side has more than ``longest`` voxels.

    Black and white are percentiles, as in the printed slices, but white is raised above the contour
    level where that is needed to draw its line. A map that is almost all of one value shows its
    whole range.
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
    scaled = np.clip((data - low) * (255.0 / (high - low)), 0.0, 255.0)
    levels = np.rint(scaled).astype(np.uint8)
    return SliceStack(levels, binning, density.voxel_size * binning, (low, high), contour)
