"""Whether a map, a contour level and a resolution make sense together, before any measurement."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from itertools import product
from typing import Dict, Iterator, List, Optional

import numpy as np

from vrs.maps.density_map import DensityMap, FloatArray
from vrs.maps.other_quantities import COMMON_SHARE, FEW_VALUES, Quantity, content_of
from vrs.maps.printing import count as counted
from vrs.maps.printing import entered, number
from vrs.maps.printing import share as percent
from vrs.maps.refused_inputs import (
    SMALLEST_BOX,
    SMALLEST_MASS,
    VOLUME_OF_ONE_KDA,
    looks_like_nm,
    refuse_contour,
    refuse_map,
    refuse_resolution,
    sides,
    size_from_nm,
)
from vrs.maps.spikes import crowd_remark
from vrs.maps.statistics import count, mean_and_deviation

LARGEST_SHARE_INSIDE = 0.5
"""Share of the box at or above the contour level beyond which the level is probably too low."""

INVERTED_SKEWNESS = -1.0
"""Skewness of the values below which the contrast looks inverted; particles have +2 or more."""

FULL_SHARE = 0.9
"""Share of a corner of the box in the mask beyond which the mask fills it."""

UNKNOWN_VOXEL = 1.0
"""Voxel size in Å that programs write if they do not know it."""

_CORNER = 48


class RemarkKind(Enum):
    """What a remark on the input is about."""

    NOT_CUBIC = auto()
    FAR_OUTSIDE = auto()
    FEW_VALUES = auto()
    SOFT_MASK = auto()
    LOCAL_RESOLUTION = auto()
    OTHER_QUANTITY = auto()
    OFFSET = auto()
    MASKED = auto()
    INVERTED = auto()
    VOXEL_IN_NM = auto()
    VOXEL_UNKNOWN = auto()
    CONTOUR_NOT_POSITIVE = auto()
    CONTOUR_LOW = auto()
    CONTOUR_IN_NOISE = auto()
    CONTOUR_HIGH = auto()
    BEYOND_NYQUIST = auto()


SIGNS: Dict[RemarkKind, str] = {
    RemarkKind.BEYOND_NYQUIST: "the reported resolution is finer than two voxels",
    RemarkKind.CONTOUR_HIGH: "the volume at the contour level is that of very little protein",
}
"""Remarks that may come from a wrong voxel size."""


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

    Refused, in this order: sides under 16 voxels; values that are not finite; a constant map;
    values beyond 1e10, or all below 1e-10; a resolution that is not positive, finer than one voxel,
    or coarser than half the longest side of the box; a contour level that is not finite or that no
    voxel reaches.

    Remarks, in this order: a box that is not cubic; voxels far outside all others that are no
    spikes (see ``crowd_remark``); a map that looks like a mask or like a map of
    the local resolution (see ``content_of``), or masked (one value fills 20 % of it); contrast
    that looks inverted (skewness of the values below -1); a voxel size that may be in nm, or of
    exactly 1 Å against other signs; a contour level of zero or less; a level that more than half
    of the box reaches, whose mask fills the box, or that encloses less than 5 kDa; a resolution
    finer than two voxels. Where the voxel size may be in nm, nothing is said about volumes in Å.

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
    refuse_map(density)
    if resolution is not None:
        refuse_resolution(density.box, density.voxel_size, resolution)
    # Last: masks are made all the same if no voxel reaches the level.
    refuse_contour(density, contour)
    in_nm = looks_like_nm(density, contour)
    contour_remarks = list(_contour_remarks(density, contour, in_nm))
    resolution_remarks = [] if in_nm else list(_resolution_remarks(density, resolution))
    return [
        *_map_remarks(density),
        *_voxel_remarks(density, in_nm, [*contour_remarks, *resolution_remarks]),
        *contour_remarks,
        *resolution_remarks,
    ]


def _map_remarks(density: DensityMap) -> Iterator[InputRemark]:
    if len(set(density.box)) > 1:
        message = f"The box is not cubic ({sides(density)} voxels)."
        yield InputRemark(RemarkKind.NOT_CUBIC, message)
    quantity, value, share = content_of(density)
    crowd = "" if quantity is Quantity.FEW_VALUES else crowd_remark(density)
    if crowd:
        yield InputRemark(RemarkKind.FAR_OUTSIDE, crowd)
    filled = f"{percent(100 * share)} of the voxels have exactly the value {entered(value)}"
    start = f"{filled}, and the others are" if share > COMMON_SHARE else "all values are"
    if quantity is Quantity.FEW_VALUES:
        yield InputRemark(
            RemarkKind.FEW_VALUES,
            f"The map has no more than {FEW_VALUES} different grey values, like a mask or a "
            "segmentation: the report is only meaningful for a density map.",
        )
    elif quantity is Quantity.SOFT_MASK:
        yield InputRemark(
            RemarkKind.SOFT_MASK,
            "The map looks like a soft mask, with many voxels of its smallest and of its largest "
            "value: the report is only meaningful for a density map.",
        )
    elif quantity is Quantity.LOCAL_RESOLUTION:
        yield InputRemark(
            RemarkKind.LOCAL_RESOLUTION,
            f"The map looks like a map of the local resolution: {start} "
            "resolutions in Å. The report is only meaningful for a density map.",
        )
    elif quantity in (Quantity.LABELS, Quantity.FIELD):
        others = (
            "patches of whole numbers, as in a segmentation" if quantity is Quantity.LABELS else
            "smooth and far from 0, unlike density"
        )  # fmt: skip
        yield InputRemark(
            RemarkKind.OTHER_QUANTITY,
            f"The map looks like one of another quantity: {filled}, and the others are {others}. "
            "The report is only meaningful for a density map.",
        )
    elif quantity is Quantity.OFFSET:
        yield InputRemark(
            RemarkKind.OFFSET,
            f"{filled}, though solvent should be near 0: check that this is a density map, and not "
            "a map of the local resolution, for example.",
        )
    elif share > COMMON_SHARE:
        yield InputRemark(
            RemarkKind.MASKED,
            f"{filled}: the map was masked or cropped, so its background says little about the "
            "noise.",
        )
    may_be_density = quantity in (Quantity.DENSITY, Quantity.OFFSET)
    if may_be_density and _skewness(density.data) < INVERTED_SKEWNESS:
        yield InputRemark(
            RemarkKind.INVERTED,
            "The strongest values are negative, so the contrast may be inverted: "
            "protein must have positive values.",
        )


def _voxel_remarks(
    density: DensityMap, in_nm: bool, others: List[InputRemark]
) -> Iterator[InputRemark]:
    longest = max(density.box) * density.voxel_size
    if in_nm:
        yield InputRemark(
            RemarkKind.VOXEL_IN_NM,
            f"With voxels of {entered(density.voxel_size)} Å the box is only {number(longest)} Å "
            f"long, so the voxel size may be in nm. If so, set {size_from_nm(density.voxel_size)}; "
            "all lengths, volumes and resolutions depend on it.",
        )
    if density.voxel_size != UNKNOWN_VOXEL:
        return
    signs = [SIGNS[remark.kind] for remark in others if remark.kind in SIGNS]
    if longest < SMALLEST_BOX:
        signs.append(f"the box is only {number(longest)} Å long")
    if signs:
        yield InputRemark(
            RemarkKind.VOXEL_UNKNOWN,
            "The voxel size is exactly 1 Å, which programs also write if they do not know it, and "
            f"{' and '.join(signs)}. Check it, or set --voxel-size.",
        )


def _contour_remarks(
    density: DensityMap, contour: float, in_nm: bool
) -> Iterator[InputRemark]:
    if contour <= 0:
        yield InputRemark(
            RemarkKind.CONTOUR_NOT_POSITIVE,
            f"The contour level of {entered(contour)} is not positive, though protein has positive "
            "values.",
        )
    inside = count(density.data, lambda plane: plane >= contour)
    share = inside / density.data.size
    mass = inside * density.voxel_volume / VOLUME_OF_ONE_KDA
    if share > LARGEST_SHARE_INSIDE:
        yield InputRemark(
            RemarkKind.CONTOUR_LOW,
            f"{percent(100 * share)} of the box is at or above the contour level of "
            f"{entered(contour)}, which may be too low.",
        )
    elif _fills_the_corners(density, contour):
        yield InputRemark(
            RemarkKind.CONTOUR_IN_NOISE,
            f"At the contour level of {entered(contour)} the mask fills the box to its corners, so "
            "the level is within the noise: raise it until the molecule stands free, or filter "
            "the map (half maps are not filtered).",
        )
    if not in_nm and mass < SMALLEST_MASS:
        yield InputRemark(
            RemarkKind.CONTOUR_HIGH,
            f"Only {counted(inside, 'voxel')}, the volume of {number(mass, 2)} kDa of protein, "
            f"{'is' if inside == 1 else 'are'} at or above the contour level of "
            f"{entered(contour)}, which may be too high or in other units.",
        )


def _resolution_remarks(density: DensityMap, resolution: Optional[float]) -> Iterator[InputRemark]:
    if resolution is not None and resolution < 2 * density.voxel_size:
        yield InputRemark(
            RemarkKind.BEYOND_NYQUIST,
            f"The reported resolution of {entered(resolution)} Å is finer than two voxels "
            f"({entered(2 * density.voxel_size)} Å), the limit of this grid.",
        )


def _fills_the_corners(density: DensityMap, contour: float) -> bool:
    """Whether the mask fills all corners of the box, where there is no molecule.

    Only the corners are looked at, each by itself, so that this takes no time for large maps.
    """
    # The command's help imports this module, and needs no scipy.
    from vrs.maps.masks import growth_iterations, molecule_mask, raw_mask

    side = min(_CORNER, min(density.box) // 2)
    iterations = growth_iterations(density.voxel_size)
    ends = (slice(None, side), slice(-side, None))
    return all(
        float(np.mean(molecule_mask(raw_mask(density.data[corner], contour), iterations)))
        > FULL_SHARE
        for corner in product(ends, repeat=3)
    )


def _skewness(data: FloatArray) -> float:
    """Third standardised moment of the values (not constant), summed section by section."""
    mean, deviation = mean_and_deviation(data)
    third = 0.0
    for section in data:
        difference = section.astype(np.float64) - mean
        third += float((difference * difference * difference).sum())
    return float(third / data.size / deviation**3)
