"""The masks and the resampled map of another program, beside those of the built-in engine.

The known defects of Xmipp explain some differences, which are measured and remarked. Any other
difference means that the program failed, whatever it reports: then there is nothing to measure.
"""

from __future__ import annotations

import math
from typing import Optional, Tuple

import numpy as np
from scipy import ndimage

from vrs.checks.inputs import MAP, MASK, RESAMPLED_MAP, RESAMPLED_MASK, SOFT_MASK
from vrs.checks.result import BUILT_IN, CannotMeasure, Result, Severity
from vrs.level0.preparation_program import BUILT_IN_PROGRAM, growth_of_resampled
from vrs.maps import BoolArray, DensityMap, FloatArray, masks
from vrs.maps.masks import dilate, growth_iterations, largest_component, raw_mask
from vrs.maps.printing import count, entered, number
from vrs.maps.resample import resized_shape, window

ADVICE = f"choose {BUILT_IN} as engine of the preparation, or fix the program"

SAME_VALUE = 1e-3
"""Largest difference of the same map, in units of its largest value; 4e-6 was measured."""

SAME_VOXELS = 0.01
"""Share of the voxels of the user's mask that may differ once it is resampled and cut at 0.5."""

_CONNECTED = ndimage.generate_binary_structure(3, 3)
_CONNECTED[[0, 0, 2, 2], [0, 2, 0, 2], [1, 1, 1, 1]] = False
"""The 22 neighbours that Xmipp connects from both sides; it forgets two of 26, in one direction."""


def compare_with_built_in(
    section: Result, contour: float, resolution: Optional[float], made: bool
) -> None:
    """Measure and remark how the maps of another program differ from the built-in ones.

    Parameters
    ----------
    section : Result -- of the preparation, with its maps
    contour : float -- contour level in grey values
    resolution : float or None -- reported resolution in Å
    made : bool -- whether the masks were made from the contour level

    Raises
    ------
    CannotMeasure
        If a map differs by more than the known defects of the program explain.
    """
    density, mask = section.volumes[MAP], section.volumes[MASK]
    built_in = density
    if resolution is not None:
        built_in = BUILT_IN_PROGRAM.resample(density, resolution).density
        _compare_resampled(section, density, built_in)
    if made:
        growth = growth_iterations(density.voxel_size)
        _compare_mask(section, MASK, density, density, contour, growth)
        grid = section.volumes[RESAMPLED_MAP]
        growth = growth_of_resampled(grid.voxel_size, resolution)
        _compare_mask(section, RESAMPLED_MASK, grid, built_in, contour, growth)
    elif resolution is not None:
        _check_resampled_mask(section, mask, BUILT_IN_PROGRAM.resample(mask, resolution).density)
    soft = masks.soft_mask(np.asarray(mask.data, dtype=bool))
    _check(section, "soft mask", _largest_difference(section.volumes[SOFT_MASK].data, soft), 1.0)
    _remark_cut(section)


def may_be_made_of(mask: BoolArray, raw: BoolArray, growth: int) -> bool:
    """Whether a mask is what Xmipp makes of a raw mask, with its known defects.

    It takes a largest component by a search that forgets two of 26 neighbours in one direction, so
    that the component consists of whole 22-connected ones, and its dilation never writes the faces
    of the box.

    Parameters
    ----------
    mask, raw : ndarray, bool, shape (Z, Y, X)
    growth : int -- voxels by which the mask grew

    Examples
    --------
    >>> raw = np.zeros((8, 8, 8), dtype=bool)
    >>> raw[:3, 3, 3] = True
    >>> grown = dilate(raw, 1)
    >>> grown[0] = False
    >>> [may_be_made_of(mask, raw, 1) for mask in (grown, raw, raw | True, raw & False)]
    [True, False, False, False]
    """
    if np.array_equal(mask, _grown_off_faces(largest_component(raw), growth)):
        return True
    labels, components = ndimage.label(raw, _CONNECTED)
    sizes = np.bincount(labels.ravel())
    whole = np.ones(components + 1, dtype=bool)
    inner = (slice(1, -1),) * 3
    whole[labels[inner][~mask[inner]]] = False
    whole[0] = False
    if not whole.any() or sizes[whole].sum() < sizes[1:].max():
        return False
    largest = _grown_off_faces(labels == np.argmax(np.where(whole, sizes, 0)), growth)
    outside = ~_grown_off_faces(whole[labels], growth)
    return not ((largest & ~mask).any() or (mask & outside).any())


def _grown_off_faces(mask: BoolArray, growth: int) -> BoolArray:
    for _ in range(growth):
        grown = dilate(mask, 1)
        mask = np.zeros_like(grown)
        mask[1:-1, 1:-1, 1:-1] = grown[1:-1, 1:-1, 1:-1]
    return mask


def _compare_mask(
    section: Result,
    name: str,
    grid: DensityMap,
    own_grid: DensityMap,
    contour: float,
    growth: int,
) -> None:
    """Compare a mask, made on ``grid``, with that of the built-in engine on ``own_grid``."""
    mask = np.asarray(section.volumes[name].data, dtype=bool)
    built_in = BUILT_IN_PROGRAM.molecule_mask(own_grid, contour, growth)
    # Beyond a box that the program cut off, it has no mask.
    different = int(np.count_nonzero(window(mask, built_in.shape) != built_in))
    of_what = "" if name == MASK else " of the resampled map"
    definition = f"voxels in which the mask{of_what} differs from that of the built-in engine"
    section.measure(f"{name}_difference", different, "voxels", definition)
    if not different:
        return
    voxels = count(int(np.count_nonzero(built_in)), "voxel")
    if not may_be_made_of(mask, raw_mask(grid.data, contour), growth):
        raise CannotMeasure(
            f"{section.engine.name} made a mask{of_what} that differs from that of the built-in "
            f"engine, which has {voxels}, in {count(different, 'voxel')}, and its known defects do "
            "not explain that",
            ADVICE,
            section.engine,
        )
    cut = "" if mask.shape == built_in.shape else ", and its resampled map is cut off"
    section.remark(
        Severity.NOTE,
        f"The mask{of_what} differs from that of the built-in engine, which has {voxels}, in "
        f"{count(different, 'voxel')}: {section.engine.name} keeps masks off the faces of the box "
        f"and does not connect all neighbouring voxels{cut}.",
    )


def _compare_resampled(section: Result, density: DensityMap, built_in: DensityMap) -> None:
    """Refuse a resampled map that differs where there is a map, and remark on what was added."""
    values = section.volumes[RESAMPLED_MAP].data
    own = window(built_in.data, values.shape)
    factor = density.voxel_size / built_in.voxel_size
    of_the_map = window(_inside(density.data.shape, factor), values.shape)
    apart = np.abs(values - own)
    largest = float(np.abs(built_in.data).max())
    _check(section, "resampled map", float(apart[of_the_map].max(initial=0)), largest)
    percentage = 100 * float(apart.max()) / largest if largest else 0.0
    definition = "largest difference of the resampled map from that of the built-in engine"
    section.measure("resampled_map_difference", percentage, "%", f"{definition}, of its maximum")
    added = int(np.count_nonzero(apart > SAME_VALUE * largest))
    if added:
        section.remark(
            Severity.NOTE,
            f"The resampled map differs from that of the built-in engine by up to "
            f"{number(percentage)} % of its maximum, in {count(added, 'voxel')} at the faces of "
            f"the box and beyond: {section.engine.name} fills with 0 instead of the level of the "
            "background, and takes a voxel halfway between two faces from the other one.",
        )


def _inside(shape: Tuple[int, ...], factor: float) -> BoolArray:
    """Voxels before the window, without planes halfway between two faces of the box.

    The box is periodic, and rounding decides which face continues such a plane.
    """
    resized = resized_shape(shape, factor)
    inside = np.ones(resized, dtype=bool)
    for axis, (old, new) in enumerate(zip(shape, resized)):
        if math.isclose(old // 2 - (new // 2) * old / new, -0.5, abs_tol=1e-6):
            np.moveaxis(inside, axis, 0)[0] = False
    return inside


def _check_resampled_mask(section: Result, own: DensityMap, resampled: DensityMap) -> None:
    """Refuse a resampled mask that is not the user's."""
    mask = section.volumes[RESAMPLED_MASK].data
    built_in = window(resampled.data > 0.5, mask.shape)
    inside = window(_inside(own.data.shape, own.voxel_size / resampled.voxel_size), mask.shape)
    different = int(np.count_nonzero((mask != built_in) & inside))
    if different > SAME_VOXELS * np.count_nonzero(built_in):
        raise CannotMeasure(
            f"{section.engine.name} resampled the mask to one that differs from that of the "
            f"built-in engine in {count(different, 'voxel')}",
            ADVICE,
            section.engine,
        )


def _largest_difference(first: FloatArray, second: FloatArray) -> float:
    return float(np.abs(first - second).max())


def _check(section: Result, name: str, difference: float, largest: float) -> None:
    """Refuse a map that differs from that of the built-in engine, whose largest value is given."""
    if largest and not difference <= SAME_VALUE * largest:
        raise CannotMeasure(
            f"{section.engine.name} made a {name} that differs from that of the built-in engine by "
            f"{number(100 * difference / largest)} % of its maximum (limit: "
            f"{number(100 * SAME_VALUE)} %)",
            ADVICE,
            section.engine,
        )


def _remark_cut(section: Result) -> None:
    """Remark that the resampled map does not hold the whole box."""
    density, resampled = section.volumes[MAP], section.volumes[RESAMPLED_MAP]
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
