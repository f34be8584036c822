"""What makes the masks and the resampled map of a preparation: built-in functions, or a program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Optional

import numpy as np

from vrs import __version__
from vrs.checks.result import BUILT_IN, Engine
from vrs.maps import BoolArray, DensityMap, FloatArray, masks
from vrs.maps.masks import growth_iterations, raw_mask
from vrs.maps.resample import ResampledMap, resample_to_half_resolution


@dataclass(frozen=True)
class PreparationProgram:
    """The functions that make masks and the resampled map; each may raise CannotMeasure.

    Attributes
    ----------
    engine : Engine
    molecule_mask : function of (DensityMap, contour level, voxels to grow by) -- the mask, bool
    soft_mask : function of a DensityMap of bool -- the soft mask, float32
    resample : function of (DensityMap, resolution in Å) -- the map at half the resolution
    """

    engine: Engine
    molecule_mask: Callable[[DensityMap, float, int], BoolArray]
    soft_mask: Callable[[DensityMap], FloatArray]
    resample: Callable[[DensityMap, float], ResampledMap]


def _molecule_mask(density: DensityMap, contour: float, iterations: int) -> BoolArray:
    return masks.molecule_mask(raw_mask(density.data, contour), iterations)


BUILT_IN_PROGRAM = PreparationProgram(
    Engine(BUILT_IN, __version__),
    _molecule_mask,
    lambda mask: masks.soft_mask(np.asarray(mask.data, dtype=bool)),
    resample_to_half_resolution,
)


def growth_of_resampled(voxel_size: float, resolution: Optional[float]) -> int:
    """Voxels by which the mask of the resampled map grows: one for a map that is not resampled."""
    return 1 if resolution is None else growth_iterations(voxel_size)
