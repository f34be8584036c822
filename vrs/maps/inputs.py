"""Whether a map, a contour level and a resolution make sense together, before any measurement."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum, auto
from typing import Callable, Iterator, List, Optional, Tuple

import numpy as np

from vrs.maps.density_map import BoolArray, DensityMap, FloatArray
from vrs.maps.errors import ContourOutside, MapError

SMALLEST_SIDE = 16
"""Voxels along a side under which there are too few Fourier shells and too little background."""

LARGEST_SHARE_INSIDE = 0.5
"""Share of the box at or above the contour level beyond which the level is probably too low."""

MASKED_SHARE = 0.2
"""Share of voxels with exactly the same value beyond which the map counts as masked."""

FEW_VALUES = 8
"""Number of different grey values up to which a map looks like a mask or a segmentation."""

OFFSET_SHARE = 0.1
"""Share of the largest absolute value beyond which the commonest value is not "near 0"."""

INVERTED_SKEWNESS = -1.0
"""Skewness of the values below which the contrast looks inverted; particles have +2 or more."""

SMALLEST_MASS = 5.0
"""Mass in kDa at the contour level below which the level is probably in other units."""

VOLUME_OF_ONE_KDA = 1207.0
"""Å³ of protein per kDa: a partial specific volume of 0.727 cm³/g (Xmipp's value)."""

_SAMPLED_VOXELS = 100_000


class RemarkKind(Enum):
    """What a remark on the input is about."""

    NOT_CUBIC = auto()
    FEW_VALUES = auto()
    OFFSET = auto()
    MASKED = auto()
    INVERTED = auto()
    CONTOUR_NOT_POSITIVE = auto()
    CONTOUR_LOW = auto()
    CONTOUR_HIGH = auto()
    BEYOND_NYQUIST = auto()


@dataclass(frozen=True)
class InputRemark:
    """Something doubtful about the input.

    Attributes
    ----------
    kind : RemarkKind
    message : str -- one sentence
    """

    kind: RemarkKind
    message: str


def validate_inputs(
    density: DensityMap, contour: float, resolution: Optional[float] = None
) -> List[InputRemark]:
    """Refuse input that cannot be analysed, and remark on doubtful input.

    Refused, in this order: sides under 16 voxels; values that are not finite; a constant map; a
    contour level that is not finite or that no voxel reaches; a resolution that is not positive,
    finer than one voxel, or coarser than half the longest side of the box.

    Remarks, in this order: a box that is not cubic; a map that looks like a mask (8 grey values or
    fewer), like another quantity than density, or masked (one value fills 20 % of it); contrast
    that looks inverted (skewness of the values below -1); a contour level of zero or less; a level
    that more than half of the box reaches, or less than 5 kDa; a resolution finer than two voxels.

    Parameters
    ----------
    density : DensityMap -- float32, shape (Z, Y, X)
    contour : float -- recommended contour level, in the grey values of the map
    resolution : float or None -- reported resolution in Å; None if it was not reported

    Returns
    -------
    list of InputRemark -- empty if nothing is doubtful

    Raises MapError if the input is refused.
    """
    _refuse_map(density)
    _refuse_contour(density, contour)
    if resolution is not None:
        _refuse_resolution(density, resolution)
    return [
        *_map_remarks(density),
        *_contour_remarks(density, contour),
        *_resolution_remarks(density, resolution),
    ]


def _refuse_map(density: DensityMap) -> None:
    data = density.data
    if min(density.box) < SMALLEST_SIDE:
        raise MapError(
            f"the map has {_sides(density)} voxels, and every side must have at least "
            f"{SMALLEST_SIDE}",
            "use the whole map, not a small part of it",
        )
    bad = data.size - _count(data, np.isfinite)
    if bad:
        raise MapError(
            f"the map has {bad} NaN or infinite values (of {data.size})",
            "repair the map or use another file",
        )
    if data.min() == data.max():
        raise MapError(
            f"every voxel of the map has the value {float(data.max()):g}, so there is nothing to "
            "analyse",
            "use another file",
        )


def _refuse_contour(density: DensityMap, contour: float) -> None:
    if not math.isfinite(contour):
        raise MapError(
            f"the contour level is {contour:g}", "use a finite number, in grey values of the map"
        )
    # Compared as for the mask, not through the maximum, which numpy may compare in 64 bits.
    if not _count(density.data, lambda plane: plane >= contour):
        highest = float(density.data.max())
        # As many digits as it takes to see that the two differ.
        digits = next((n for n in (6, 9) if f"{contour:.{n}g}" != f"{highest:.{n}g}"), 17)
        raise ContourOutside(
            f"no voxel reaches the contour level of {contour:.{digits}g}, as the maximum of the "
            f"map is {highest:.{digits}g}",
            "lower the contour level",
        )


def _refuse_resolution(density: DensityMap, resolution: float) -> None:
    if not (math.isfinite(resolution) and resolution > 0):
        raise MapError(
            f"the resolution must be a positive number of Å, not {resolution:g}",
            "omit it if it was not reported",
        )
    advice = "check the resolution and the voxel size"
    if resolution < density.voxel_size:
        raise MapError(
            f"the resolution of {resolution:g} Å is finer than one voxel "
            f"({density.voxel_size:g} Å)",
            advice,
        )
    side = max(density.box) * density.voxel_size
    if resolution > side / 2:
        raise MapError(
            f"the resolution of {resolution:g} Å is coarser than half the longest side of the box "
            f"({side / 2:g} Å)",
            advice,
        )


def _map_remarks(density: DensityMap) -> Iterator[InputRemark]:
    if len(set(density.box)) > 1:
        message = f"The box is not cubic ({_sides(density)} voxels)."
        yield InputRemark(RemarkKind.NOT_CUBIC, message)
    value, share = _commonest_value(density.data)
    largest = max(abs(float(density.data.min())), abs(float(density.data.max())))
    if _has_few_values(density.data):
        yield InputRemark(
            RemarkKind.FEW_VALUES,
            f"The map has no more than {FEW_VALUES} different grey values, like a mask or a "
            "segmentation: the report is only meaningful for a density map.",
        )
    elif share > MASKED_SHARE and abs(value) > OFFSET_SHARE * largest:
        yield InputRemark(
            RemarkKind.OFFSET,
            f"{100 * share:.1f} % of the voxels have exactly the value {value:g}, though solvent "
            "should be near 0: check that this is a density map, and not a map of the local "
            "resolution, for example.",
        )
    elif share > MASKED_SHARE:
        yield InputRemark(
            RemarkKind.MASKED,
            f"{100 * share:.1f} % of the voxels have exactly the value {value:g}: the map was "
            "masked or cropped, so its background says little about the noise.",
        )
    if _skewness(density.data) < INVERTED_SKEWNESS:
        yield InputRemark(
            RemarkKind.INVERTED,
            "The strongest values are negative, so the contrast may be inverted: "
            "protein must have positive values.",
        )


def _contour_remarks(density: DensityMap, contour: float) -> Iterator[InputRemark]:
    if contour <= 0:
        yield InputRemark(
            RemarkKind.CONTOUR_NOT_POSITIVE,
            f"The contour level of {contour:g} is not positive, though protein has positive "
            "values.",
        )
    inside = _count(density.data, lambda plane: plane >= contour)
    share = inside / density.data.size
    mass = inside * density.voxel_volume / VOLUME_OF_ONE_KDA
    if share > LARGEST_SHARE_INSIDE:
        yield InputRemark(
            RemarkKind.CONTOUR_LOW,
            f"{100 * share:.1f} % of the box is at or above the contour level of {contour:g}, "
            "which may be too low.",
        )
    if mass < SMALLEST_MASS:
        yield InputRemark(
            RemarkKind.CONTOUR_HIGH,
            f"Only {inside} voxels, the volume of {mass:.2g} kDa of protein, are at or above the "
            f"contour level of {contour:g}, which may be too high or in other units.",
        )


def _resolution_remarks(density: DensityMap, resolution: Optional[float]) -> Iterator[InputRemark]:
    if resolution is not None and resolution < 2 * density.voxel_size:
        yield InputRemark(
            RemarkKind.BEYOND_NYQUIST,
            f"The reported resolution of {resolution:g} Å is finer than two voxels "
            f"({2 * density.voxel_size:g} Å), the limit of this grid.",
        )


def _commonest_value(data: FloatArray) -> Tuple[float, float]:
    """The commonest value and its share of the voxels.

    A regular sample is enough to find it: a value worth a remark is far from rare.
    """
    sample = data.ravel()[:: max(1, data.size // _SAMPLED_VOXELS)]
    values, counts = np.unique(sample, return_counts=True)
    value = float(values[counts.argmax()])
    # Adding zero turns -0.0 into 0.0.
    return value + 0.0, _count(data, lambda plane: plane == value) / data.size


def _has_few_values(data: FloatArray) -> bool:
    """Whether there are at most ``FEW_VALUES`` different ones; stops as soon as there are more."""
    values = np.empty(0, dtype=data.dtype)
    for section in data:
        values = np.union1d(values, section)
        if values.size > FEW_VALUES:
            return False
    return True


def _count(data: FloatArray, condition: Callable[[FloatArray], BoolArray]) -> int:
    """Number of voxels that fulfil a condition, section by section."""
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
