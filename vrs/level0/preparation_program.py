"""What makes the masks and the resampled map of a preparation: built-in functions, or a program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Optional

import numpy as np

from vrs import __version__
from vrs.checks.inputs import MAP, MASK, RESAMPLED_MAP, RESAMPLED_MASK
from vrs.checks.result import BUILT_IN, Engine, Result, Severity
from vrs.maps import BoolArray, DensityMap, FloatArray, masks
from vrs.maps.masks import growth_iterations, raw_mask
from vrs.maps.printing import count, entered
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


def compare_with_built_in(
    section: Result, contour: float, resolution: Optional[float], made: bool
) -> None:
    """Say where the maps of another program are not what the built-in engine would have made.

    Parameters
    ----------
    section : Result -- of the preparation, with its maps
    contour : float -- contour level in grey values
    resolution : float or None -- reported resolution in Å
    made : bool -- whether the masks were made from the contour level
    """
    density, resampled = section.volumes[MAP], section.volumes[RESAMPLED_MAP]
    if made:
        growth = growth_iterations(density.voxel_size)
        _compare_mask(section, MASK, _molecule_mask(density, contour, growth))
        growth = growth_of_resampled(resampled.voxel_size, resolution)
        built_in = _molecule_mask(resampled, contour, growth)
        _compare_mask(section, RESAMPLED_MASK, built_in, " of the resampled map")
    longest = max(density.box) * density.voxel_size
    kept = max(resampled.box) * resampled.voxel_size
    # Whole numbers of voxels cost up to two.
    if longest > kept + 2 * resampled.voxel_size:
        section.remark(
            Severity.CAUTION,
            f"The box is up to {entered(longest)} Å long and the resampled map only "
            f"{entered(kept)} Å, as {section.engine.name} takes the length along X for all axes. "
            f"What lies beyond is missing in 0.f and 0.g; with {BUILT_IN} as engine of the "
            "preparation it is not.",
        )


def _compare_mask(section: Result, name: str, built_in: BoolArray, grid: str = "") -> None:
    """Measure, and remark, in how many voxels a mask differs from that of the built-in engine."""
    different = int(np.count_nonzero(section.volumes[name].data != built_in))
    definition = f"voxels in which the mask{grid} differs from that of the built-in engine"
    section.measure(f"{name}_difference", different, "voxels", definition)
    if different:
        section.remark(
            Severity.NOTE,
            f"The mask{grid} differs from that of the built-in engine, which has "
            f"{count(int(np.count_nonzero(built_in)), 'voxel')}, in {count(different, 'voxel')}: "
            f"{section.engine.name} keeps masks off the faces of the box and does not connect all "
            "neighbouring voxels.",
        )
