"""0.a Mass analysis: where the molecule sits in its box and how much room it has.

The bounding box of the hard mask is compared with the box; the published centre of mass is that of
the whole signed map, the remark gives the one of the density above the contour level in the mask.
"""

from __future__ import annotations

from typing import List, Optional, Sequence, Tuple

import numpy as np

from vrs.checks.common import number, numbers, overlap_in_percent, require_mask, start
from vrs.checks.result import Check, Number, Severity, Status
from vrs.level0.criteria import CRITERIA
from vrs.maps import BoolArray, DensityMap, FloatArray
from vrs.maps.masks import Slices, bounding_box, raw_mask, share_inside
from vrs.maps.slices import AXES
from vrs.numerics.center_of_mass import center_above, center_above_in_mask, center_of_mass

FLOOR_OF_SPACE = 30.0
"""Room in Å that the CTF needs at the least (the published explanation of the check)."""

EDGE_OF_BOX = 50.0
"""Distance of the faces from the centre of the box, in percent of the box."""

PRINTED_OFFSET = 100.0
"""Percent of the box from which on the digits of an offset of the centre of mass mean nothing."""


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
    _measure_centers_above(check, density, hard_mask, contour)
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


def _measure_centers_above(
    check: Check, density: DensityMap, hard_mask: BoolArray, contour: float
) -> None:
    masked = center_above_in_mask(density.data, hard_mask, contour)
    every = center_above(density.data, contour)
    for name, center, where, what in (
        ("masked_center_of_mass", masked, "in the hard mask", "mask"),
        ("center_of_mass_above_contour", every, "in the whole map", "map"),
    ):
        definition = f"centre of mass of max(V - contour, 0) {where} along X, Y, Z, from 0"
        reason = f"no voxel of the {what} is above the contour level" if center is None else ""
        check.measure(name, center, "voxels", definition, reason)
    share = share_inside((raw_mask(plane, contour) for plane in density.data), hard_mask)
    check.measure(
        "share_in_mask",
        None if share is None else 100 * share,
        "%",
        "voxels at or above the contour level that the hard mask holds",
        "no voxel of the map is at or above the contour level" if share is None else "",
    )


def judge(check: Check, box: Tuple[int, int, int], voxel_size: float, space_rule: str) -> None:
    """Sentences, warnings and remarks from the measurements alone.

    ``box`` in voxels along X, Y, Z; ``voxel_size`` in Å.
    """
    left, right = numbers(check, "space_left"), numbers(check, "space_right")
    decentering = numbers(check, "decentering")
    sides = [size * voxel_size for size in box]
    _decide_space(check, left, right, sides, space_rule)
    worst = int(np.argmax(decentering))
    quantity = f"largest difference of the spaces on the two sides, along {AXES[worst]}"
    check.decide("mass.decentering", quantity, decentering[worst])
    for axis, before, after, share in zip(AXES, left, right, decentering):
        check.results.append(
            f"Along {axis} the empty space is {before:.2f} Å on the left and {after:.2f} Å on the "
            f"right of the mask; the two differ by {share:.2f} % of the box."
        )
        if not CRITERIA["mass.decentering"].holds(share):
            check.warn(
                "mass.decentering",
                f"The space on the two sides of the mask differs along {axis} by {share:.1f} % of "
                "the box; the mask is off the centre by about half of that.",
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
    offset = numbers(check, "center_of_mass_decentering")
    worst = int(np.argmax(offset))
    check.results.append(_place_of_center(numbers(check, "center_of_mass"), offset))
    quantity = f"largest decentering of the centre of mass, along {AXES[worst]}"
    text = f"more than {PRINTED_OFFSET:g} %" if offset[worst] > PRINTED_OFFSET else ""
    check.decide("mass.center_of_mass", quantity, offset[worst], text)
    meaning = "as is usual only in focused or local reconstructions"
    if max(offset) > EDGE_OF_BOX:
        meaning = "and lies outside the box, which says nothing of the molecule"
    for axis, share in zip(AXES, offset):
        if CRITERIA["mass.center_of_mass"].holds(share):
            continue
        far = share > PRINTED_OFFSET
        amount = f"more than {PRINTED_OFFSET:g} %" if far else f"{share:.1f} %"
        check.warn(
            "mass.center_of_mass",
            f"The centre of mass is shifted along {axis} by {amount} of the box, {meaning}.",
        )


def _place_of_center(center: Sequence[Number], offset: Sequence[Number]) -> str:
    x, y, z = center
    place = f"({x:.2f}, {y:.2f}, {z:.2f}) voxels"
    if max(offset) > PRINTED_OFFSET:
        return (
            "The grey values of the whole map sum to about 0: the positive and the negative ones "
            "cancel, and the published centre of mass lies far outside the box."
        )
    shares = f"{offset[0]:.2f}, {offset[1]:.2f} and {offset[2]:.2f} % of the box"
    sentence = f"The centre of mass of the whole map is at (x, y, z) = {place}, off the centre by"
    outside = (
        " It lies outside the box, as positive and negative grey values cancel for the most part."
    )
    return f"{sentence} {shares}.{outside if max(offset) > EDGE_OF_BOX else ''}"


def _remark_center(check: Check, box: Tuple[int, int, int]) -> None:
    measured = check.measurements.get("masked_center_of_mass")
    if measured is None or measured.value is None:
        return
    inside = _place(numbers(check, "masked_center_of_mass"), box)
    why = "the centre of mass of the whole signed map depends on the background and can lie outside"
    share = number(check, "share_in_mask")
    if CRITERIA["mask.overlap"].holds(share / 100):
        message = (
            "The density above the contour level inside the mask has its centre of mass at "
            f"{inside}. This is the better measure: {why} the box."
        )
    else:
        every = _place(numbers(check, "center_of_mass_above_contour"), box)
        message = (
            f"All density above the contour level has its centre of mass at {every}. This is the "
            f"better measure: {why} the box. The mask holds only a part of the map at the contour "
            f"level, with {overlap_in_percent(share / 100)} of its voxels (see 0.b); that part "
            f"has its centre of mass at {inside}."
        )
    check.remark(Severity.NOTE, message)


def _place(center: Sequence[Number], box: Tuple[int, int, int]) -> str:
    offset = max(100 * abs(at - size / 2) / size for at, size in zip(center, box))
    x, y, z = center
    return f"({x:.2f}, {y:.2f}, {z:.2f}) voxels, at most {offset:.1f} % of the box off the centre"
