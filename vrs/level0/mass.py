"""0.a Mass analysis: where the molecule sits in its box and how much room it has.

The bounding box of the hard mask is compared with the box; the published centre of mass is that of
the whole signed map, the remark gives the one of the density above the contour level in the mask.
"""

from __future__ import annotations

from typing import List, Optional, Sequence, Tuple

import numpy as np

from vrs.level0.check import Check, Number, Severity, Status
from vrs.level0.common import numbers, require_mask, start
from vrs.level0.criteria import CRITERIA
from vrs.maps import BoolArray, DensityMap, FloatArray
from vrs.maps.masks import Slices, bounding_box
from vrs.maps.slices import AXES

FLOOR_OF_SPACE = 30.0
"""Room in Å that the CTF needs at the least (the published explanation of the check)."""


def mass_analysis(
    density: DensityMap, hard_mask: BoolArray, contour: float, space_rule: str = "percent"
) -> Check:
    """Centring and room in the box.

    Parameters
    ----------
    density : DensityMap
    hard_mask : ndarray, bool, shape (Z, Y, X)
    contour : float
        Contour level, in grey values of the map.
    space_rule : {"percent", "angstrom"}
        Whether the room on every side is tested against 20 % of the box (the published text) or
        against 20 Å (what the program of the service tests).

    Raises
    ------
    CannotMeasure
        If the mask is empty.
    """
    require_mask(density, hard_mask)
    check = start("0.a")
    _measure_space(check, density, bounding_box(hard_mask))
    _measure_center(check, density, center_of_mass(density.data))
    _measure_masked_center(check, density, hard_mask, contour)
    judge(check, density.box, density.voxel_size, space_rule)
    return check


def mass_status(density: DensityMap, extent: Slices, center: Optional[FloatArray]) -> Status:
    """The status that ``mass_analysis`` gives for a mask, without its other results.

    ``extent`` is the bounding box of the mask; ``center`` the ``center_of_mass`` of the map.
    """
    check = start("0.a")
    _measure_space(check, density, extent)
    _measure_center(check, density, center)
    judge(check, density.box, density.voxel_size, "percent")
    return check.status


def center_of_mass(data: FloatArray) -> Optional[FloatArray]:
    """Centre of mass (x, y, z) in voxels: sum(index * V) / sum(V); None if the map sums to 0."""
    along_z, all_planes = np.zeros(data.shape[0]), np.zeros(data.shape[1:])
    for index, plane in enumerate(data):
        values = plane.astype(np.float64)
        along_z[index] = values.sum()
        all_planes += values
    sums = (along_z, all_planes.sum(axis=1), all_planes.sum(axis=0))
    total = along_z.sum()
    if total == 0:
        return None
    return np.array([np.dot(np.arange(s.size), s) / total for s in reversed(sums)])


def _measure_space(check: Check, density: DensityMap, extent: Slices) -> None:
    left, right, decentering = [], [], []
    for part, size in zip(reversed(extent), density.box):
        # The right side counts from the last voxel of the mask itself, as published.
        before, after = part.start, size - (part.stop - 1)
        left.append(before * density.voxel_size)
        right.append(after * density.voxel_size)
        decentering.append(100 * abs(after - before) / size)
    check.measure("space_left", left, "Å", "empty space before the hard mask along X, Y, Z")
    check.measure("space_right", right, "Å", "empty space behind the hard mask along X, Y, Z")
    check.measure(
        "decentering",
        decentering,
        "%",
        "decentering of the mask, |right - left space| / box along X, Y, Z",
    )


def _measure_center(check: Check, density: DensityMap, center: Optional[FloatArray]) -> None:
    box = np.array(density.box)
    definition = "centre of mass of the whole signed map along X, Y, Z, counted from 0"
    offset = "decentering of the centre of mass, |c - N/2| / N along X, Y, Z"
    if center is None:
        reason = "the map sums to exactly 0"
        check.measure("center_of_mass", None, "voxels", definition, reason)
        check.measure("center_of_mass_decentering", None, "%", offset, reason)
    else:
        check.measure("center_of_mass", center, "voxels", definition)
        check.measure(
            "center_of_mass_decentering", 100 * np.abs(center - box / 2) / box, "%", offset
        )


def _measure_masked_center(
    check: Check, density: DensityMap, hard_mask: BoolArray, contour: float
) -> None:
    inside = bounding_box(hard_mask)
    above = np.maximum(density.data[inside] - density.data.dtype.type(contour), 0)
    above[~hard_mask[inside]] = 0
    masked = center_of_mass(above)
    definition = "centre of mass of max(V - contour, 0) in the hard mask along X, Y, Z, from 0"
    if masked is None:
        reason = "no voxel of the mask is above the contour level"
        check.measure("masked_center_of_mass", None, "voxels", definition, reason)
    else:
        start_of_part = np.array([part.start for part in reversed(inside)])
        check.measure("masked_center_of_mass", masked + start_of_part, "voxels", definition)


def judge(check: Check, box: Tuple[int, int, int], voxel_size: float, space_rule: str) -> None:
    """Sentences, warnings and remarks from the measurements alone.

    ``box`` in voxels along X, Y, Z; ``voxel_size`` in Å.
    """
    left, right = numbers(check, "space_left"), numbers(check, "space_right")
    decentering = numbers(check, "decentering")
    sides = [size * voxel_size for size in box]
    _decide_space(check, left, right, sides, space_rule)
    worst = int(np.argmax(decentering))
    quantity = f"largest decentering of the mask, along {AXES[worst]}"
    check.decide("mass.decentering", quantity, decentering[worst])
    for axis, before, after, share in zip(AXES, left, right, decentering):
        check.results.append(
            f"Along {axis} the empty space is {before:.2f} Å on the left and {after:.2f} Å on the "
            f"right of the mask; the mask is off the centre by {share:.2f} % of the box."
        )
        if not CRITERIA["mass.decentering"].holds(share):
            check.warn(
                "mass.decentering",
                f"The mask is off the centre of the box along {axis} by {share:.1f} %.",
            )
    _warn_of_space(check, left, right, sides, space_rule)
    _judge_center(check)
    _remark_center(check, box)
    smallest = min([*left, *right])
    if smallest < FLOOR_OF_SPACE:
        check.remark(
            Severity.CAUTION,
            f"The smallest empty space is {smallest:.1f} Å, below the {FLOOR_OF_SPACE:g} Å that "
            "the correction of the CTF needs at the least; a larger box would be safer.",
        )
    check.headline = (
        "The map seems to have a problem with its centring or with the space around it."
        if check.warnings
        else "The map is well centred and has room in its box."
    )


def _decide_space(
    check: Check,
    left: Sequence[Number],
    right: Sequence[Number],
    sides: List[float],
    space_rule: str,
) -> None:
    """Test the smallest space, the main number of this check."""
    if space_rule not in ("percent", "angstrom"):
        raise ValueError(f"space_rule is 'percent' or 'angstrom', not {space_rule!r}")
    rule = "mass.space"
    if space_rule == "angstrom":
        rule = "mass.space_in_angstrom"
        check.criteria[check.criteria.index("mass.space")] = rule
    spaces = [
        (100 * space / side if space_rule == "percent" else space, f"on the {name} along {axis}")
        for name, spaces in (("left", left), ("right", right))
        for axis, space, side in zip(AXES, spaces, sides)
    ]
    smallest, where = min(spaces, key=lambda found: found[0])
    check.decide(rule, f"smallest empty space, {where}", smallest)


def _warn_of_space(
    check: Check,
    left: Sequence[Number],
    right: Sequence[Number],
    sides: List[float],
    space_rule: str,
) -> None:
    for name, spaces in (("left", left), ("right", right)):
        for axis, space, side in zip(AXES, spaces, sides):
            start = f"The space on the {name} along {axis} is small: {space:.1f} Å"
            share = 100 * space / side
            if space_rule == "angstrom":
                if not CRITERIA["mass.space_in_angstrom"].holds(space):
                    check.warn("mass.space_in_angstrom", f"{start}.")
            elif not CRITERIA["mass.space"].holds(share):
                check.warn("mass.space", f"{start}, {share:.1f} % of the box.")


def _judge_center(check: Check) -> None:
    if check.measurements["center_of_mass"].value is None:
        check.results.append("The map sums to exactly 0 and so has no centre of mass.")
        return
    center, offset = numbers(check, "center_of_mass"), numbers(check, "center_of_mass_decentering")
    x, y, z = center
    check.results.append(
        f"The centre of mass of the whole map is at (x, y, z) = ({x:.2f}, {y:.2f}, {z:.2f}) "
        f"voxels, off the centre by {offset[0]:.2f}, {offset[1]:.2f} and {offset[2]:.2f} % of the "
        "box."
    )
    worst = int(np.argmax(offset))
    quantity = f"largest decentering of the centre of mass, along {AXES[worst]}"
    check.decide("mass.center_of_mass", quantity, offset[worst])
    for axis, share in zip(AXES, offset):
        if not CRITERIA["mass.center_of_mass"].holds(share):
            check.warn(
                "mass.center_of_mass",
                f"The centre of mass is shifted along {axis} by {share:.1f} % of the box, as is "
                "usual only in focused or local reconstructions.",
            )


def _remark_center(check: Check, box: Tuple[int, int, int]) -> None:
    measured = check.measurements.get("masked_center_of_mass")
    if measured is None or measured.value is None:
        return
    masked = numbers(check, "masked_center_of_mass")
    offset = max(100 * abs(at - size / 2) / size for at, size in zip(masked, box))
    x, y, z = masked
    check.remark(
        Severity.NOTE,
        f"The density above the contour level inside the mask has its centre of mass at ({x:.2f}, "
        f"{y:.2f}, {z:.2f}) voxels, at most {offset:.1f} % of the box off the centre. This is the "
        "better measure: the centre of mass of the whole signed map depends on the background and "
        "can lie outside the box.",
    )
