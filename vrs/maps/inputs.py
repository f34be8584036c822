"""Whether a map, a contour and a resolution make sense together, before anything is computed."""

from __future__ import annotations

import math
from typing import Callable, Iterator, List, Optional, Tuple

import numpy as np

from vrs.maps.density_map import BoolArray, DensityMap, FloatArray
from vrs.maps.errors import ContourOutside, MapError

NOT_CUBIC = "The box is not cubic"
"""How the remark begins that nobody has to act on."""

SMALLEST_SIDE = 16
"""Voxels along a side under which there are too few Fourier shells and too little background."""

LARGEST_SHARE_INSIDE = 0.5
"""Share of the box above the contour from which on the contour is likely to be too low."""

MASKED_SHARE = 0.2
"""Share of voxels with one and the same value from which on the map counts as masked."""

FEW_VALUES = 8
"""Different grey values up to which a map looks like a mask or a segmentation."""

OFFSET_SHARE = 0.1
"""Share of the largest absolute value from which on the commonest one is not "near 0"."""

INVERTED_SKEWNESS = -1.0
"""Skewness of the values below which the contrast looks inverted; particles have +2 or more."""

SMALLEST_MASS = 5.0
"""Mass in kDa above the contour under which the contour is likely to be in other units."""

CUBIC_ANGSTROM_PER_KILODALTON = 1207.0
"""Mean volume of protein, as in the mask analysis."""

_SAMPLED_VOXELS = 100_000


def validate_inputs(
    density: DensityMap, contour: float, resolution: Optional[float] = None
) -> List[str]:
    """Refuse what cannot be analysed, and remark on what is doubtful.

    Refused, in this order: sides under 16 voxels; values that are not finite; a constant map; a
    contour that is not finite or that no voxel reaches; a resolution that is not positive, finer
    than one voxel, or coarser than half the longest side of the box.

    Remarked, in this order: a box that is not cubic; a map that looks like a mask (8 grey values or
    fewer), like another quantity than density, or as if masked before (one value fills 20 % of it);
    contrast that looks inverted (skewness of the values under -1); a contour of zero or less; one
    that holds more than half of the box, or less than 5 kDa; a resolution finer than the two voxels
    that the grid can hold.

    Parameters
    ----------
    density : DensityMap
    contour : float
        Recommended contour, in the map's grey values.
    resolution : float or None
        Reported resolution in Å; None if it was not reported.

    Returns
    -------
    list of str
        The remarks, one plain sentence each; empty if there is nothing to say.

    Raises
    ------
    MapError
        One sentence with the value, its limit and what to do.
    """
    _refuse_map(density)
    _refuse_contour(density, contour)
    if resolution is not None:
        _refuse_resolution(density, resolution)
    remarks = [*_map_remarks(density), *_contour_remarks(density, contour)]
    if resolution is not None and resolution < 2 * density.voxel_size:
        remarks.append(
            f"The reported resolution of {resolution:g} Å is finer than two voxels "
            f"({2 * density.voxel_size:g} Å), the best that this grid can hold."
        )
    return remarks


def _refuse_map(density: DensityMap) -> None:
    data = density.data
    if min(density.box) < SMALLEST_SIDE:
        raise MapError(
            f"the map has {_sides(density)} voxels, and every side must have at least "
            f"{SMALLEST_SIDE}: give the whole map, not a small cut-out"
        )
    bad = data.size - _count(data, np.isfinite)
    if bad:
        raise MapError(
            f"{bad} of the {data.size} values of the map are NaN or infinite: "
            "repair it or give another file"
        )
    if data.min() == data.max():
        raise MapError(
            f"every voxel of the map has the value {float(data.max()):g}, so there is nothing to "
            "analyse: give another file"
        )


def _refuse_contour(density: DensityMap, contour: float) -> None:
    if not math.isfinite(contour):
        raise MapError(f"the contour must be a finite number, not {contour:g}")
    # Compared as the mask is made, not through the maximum, which numpy may compare in 64 bits.
    if not _count(density.data, lambda plane: plane >= contour):
        highest = float(density.data.max())
        # As many digits as it takes to see that the two differ.
        digits = next((n for n in (6, 9) if f"{contour:.{n}g}" != f"{highest:.{n}g}"), 17)
        raise ContourOutside(
            f"no voxel reaches the contour of {contour:.{digits}g}, as the maximum of the map is "
            f"{highest:.{digits}g}: lower the contour"
        )


def _refuse_resolution(density: DensityMap, resolution: float) -> None:
    if not (math.isfinite(resolution) and resolution > 0):
        raise MapError(
            f"the resolution must be a positive number of Å, not {resolution:g}: "
            "leave it out if it was not reported"
        )
    if resolution < density.voxel_size:
        raise MapError(
            f"the resolution of {resolution:g} Å is finer than one voxel "
            f"({density.voxel_size:g} Å): check the resolution and the voxel size"
        )
    side = max(density.box) * density.voxel_size
    if resolution > side / 2:
        raise MapError(
            f"the resolution of {resolution:g} Å is coarser than half the longest side of the box "
            f"({side / 2:g} Å): check the resolution and the voxel size"
        )


def _map_remarks(density: DensityMap) -> Iterator[str]:
    if len(set(density.box)) > 1:
        yield f"{NOT_CUBIC} ({_sides(density)} voxels)."
    value, share = _commonest_value(density.data)
    largest = max(abs(float(density.data.min())), abs(float(density.data.max())))
    if _has_few_values(density.data):
        yield (
            f"The map has no more than {FEW_VALUES} different grey values, as a mask or a "
            "segmentation has: the report means something for density only."
        )
    elif share > MASKED_SHARE and abs(value) > OFFSET_SHARE * largest:
        yield (
            f"{100 * share:.1f} % of the voxels have exactly the value {value:g}, though solvent "
            "should be near 0: check that this is a map of the density, and not of the local "
            "resolution, for example."
        )
    elif share > MASKED_SHARE:
        yield (
            f"{100 * share:.1f} % of the voxels have exactly the value {value:g}, so the map was "
            "masked or cut before, and its background says little about noise."
        )
    if _skewness(density.data) < INVERTED_SKEWNESS:
        yield (
            "The strongest values are negative, so the contrast may be inverted: "
            "protein must have positive values."
        )


def _contour_remarks(density: DensityMap, contour: float) -> Iterator[str]:
    if contour <= 0:
        yield f"The contour of {contour:g} is not positive, though protein has positive values."
    inside = _count(density.data, lambda plane: plane >= contour)
    share = inside / density.data.size
    mass = inside * density.voxel_volume / CUBIC_ANGSTROM_PER_KILODALTON
    if share > LARGEST_SHARE_INSIDE:
        yield (
            f"{100 * share:.1f} % of the box is above the contour of {contour:g}; "
            "it may be too low."
        )
    if mass < SMALLEST_MASS:
        yield (
            f"Only {inside} voxels, the volume of {mass:.2g} kDa of protein, are above the contour "
            f"of {contour:g}; it may be too high or in other units."
        )


def _commonest_value(data: FloatArray) -> Tuple[float, float]:
    """The commonest value and the share of the voxels that have exactly it.

    A regular sample finds it: a value worth a remark is far from rare.
    """
    sample = data.ravel()[:: max(1, data.size // _SAMPLED_VOXELS)]
    values, counts = np.unique(sample, return_counts=True)
    value = float(values[counts.argmax()])
    # Adding zero turns -0.0 into 0.0.
    return value + 0.0, _count(data, lambda plane: plane == value) / data.size


def _has_few_values(data: FloatArray) -> bool:
    """Whether there are no more than ``FEW_VALUES`` different ones; stops at the first section."""
    found = np.empty(0, dtype=data.dtype)
    for section in data:
        found = np.union1d(found, section)
        if found.size > FEW_VALUES:
            return False
    return True


def _count(data: FloatArray, condition: Callable[[FloatArray], BoolArray]) -> int:
    """How many voxels fulfil a condition, section by section."""
    return sum(int(np.count_nonzero(condition(section))) for section in data)


def _skewness(data: FloatArray) -> float:
    """Third standardised moment of the values (not constant), summed section by section."""
    mean = float(data.mean(dtype=np.float64))
    second = third = 0.0
    for section in data:
        difference = section.astype(np.float64) - mean
        square = difference * difference
        second += float(square.sum())
        third += float((square * difference).sum())
    return float(third / data.size / (second / data.size) ** 1.5)


def _sides(density: DensityMap) -> str:
    return " x ".join(str(side) for side in density.box)
