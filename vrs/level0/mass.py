"""0.a Mass analysis: the position of the molecule in its box and the space around it.

The bounding box of the mask is compared with the box. The published centre of mass is that of the
whole signed map; the remark gives that of the density above the contour level in the mask.
"""

from __future__ import annotations

from typing import Sequence, Tuple

import numpy as np

from vrs.checks.check import Check, Need
from vrs.checks.inputs import Inputs
from vrs.checks.result import Number, Result, Severity
from vrs.checks.rule import Rule
from vrs.level0.overlap import OVERLAP, overlap_in_percent
from vrs.level0.placement import (
    CENTER_OF_MASS,
    DECENTERING,
    SPACE,
    SPACE_IN_ANGSTROM,
    Placement,
    placement,
    spaces_in_percent,
)
from vrs.maps import BoolArray, DensityMap
from vrs.maps.masks import bounding_box, raw_mask, share_inside
from vrs.maps.printing import fixed, in_words, number
from vrs.maps.printing import share as percent
from vrs.maps.slices import AXES
from vrs.numerics.center_of_mass import center_above, center_of_mass

FLOOR_OF_SPACE = 30.0
"""Least space in Å that the CTF needs (the published explanation of the check)."""

EDGE_OF_BOX = 50.0
"""Distance of the faces from the centre of the box, in percent of the box."""

PRINTED_OFFSET = 100.0
"""Percent of the box; larger offsets of the centre of mass are printed as "more than"."""


def mass_analysis(
    density: DensityMap, mask: BoolArray, contour: float, space_rule: str = "percent"
) -> Result:
    """Check 0.a: position of the mask and of the centre of mass in the box.

    Parameters
    ----------
    density : DensityMap -- data float32, shape (Z, Y, X)
    mask : ndarray, bool, shape (Z, Y, X) -- not empty
    contour : float -- contour level in grey values of the map
    space_rule : {"percent", "angstrom"}
        Whether the space on each side is tested against 20 % of the box (the published text) or
        against 20 Å (the program of the service).

    Returns
    -------
    Result
        Spaces in Å, decentering in percent of the box, centres of mass in voxels counted from 0,
        all along X, Y, Z.

    Raises
    ------
    ValueError
        If ``space_rule`` is neither of the two.

    Examples
    --------
    A cube 4 voxels off the centre along X:

    >>> cube = np.zeros((40, 40, 40), dtype=np.float32)
    >>> cube[12:28, 12:28, 16:32] = 1
    >>> result = mass_analysis(DensityMap(cube, voxel_size=2.0), cube > 0, contour=0.5)
    >>> result.measurements["space_left"].value, result.status_text
    ([32.0, 24.0, 24.0], 'OK')
    """
    result = MASS.start()
    where = placement(density, bounding_box(mask), center_of_mass(density.data))
    _measure_placement(result, where)
    _measure_centers_above(result, density, mask, contour)
    judge(result, density.box, density.voxel_size, space_rule)
    return result


def _measure_placement(result: Result, where: Placement) -> None:
    result.measure("space_left", where.left, "Å", "empty space before the mask along X, Y, Z")
    result.measure("space_right", where.right, "Å", "empty space behind the mask along X, Y, Z")
    definition = "decentering of the mask, |right - left space| / box along X, Y, Z"
    result.measure("decentering", where.decentering, "%", definition)
    reason = "the map sums to exactly 0" if where.center is None else ""
    definition = "centre of mass of the whole signed map along X, Y, Z, counted from 0"
    result.measure("center_of_mass", where.center, "voxels", definition, reason)
    definition = "decentering of the centre of mass, |c - N/2| / N along X, Y, Z"
    result.measure("center_of_mass_decentering", where.offset, "%", definition, reason)


def _measure_centers_above(
    result: Result, density: DensityMap, mask: BoolArray, contour: float
) -> None:
    for name, part, where, what in (
        ("masked_center_of_mass", mask, "in the mask", "mask"),
        ("center_of_mass_above_contour", None, "in the whole map", "map"),
    ):
        center = center_above(density.data, contour, part)
        definition = f"centre of mass of max(V - contour, 0) {where} along X, Y, Z, from 0"
        reason = f"no voxel of the {what} is above the contour level" if center is None else ""
        result.measure(name, center, "voxels", definition, reason)
    share = share_inside((raw_mask(plane, contour) for plane in density.data), mask)
    percentage = None if share is None else 100 * share
    definition = "voxels at or above the contour level that are in the mask"
    reason = "no voxel of the map is at or above the contour level" if share is None else ""
    result.measure("share_in_mask", percentage, "%", definition, reason)


def judge(result: Result, box: Tuple[int, int, int], voxel_size: float, space_rule: str) -> None:
    """Sentences, warnings and remarks from the measurements alone.

    ``box`` in voxels along X, Y, Z; ``voxel_size`` in Å.
    """
    if space_rule not in ("percent", "angstrom"):
        raise ValueError(f"space_rule is 'percent' or 'angstrom', not {space_rule!r}")
    rule = SPACE
    if space_rule == "angstrom":
        rule = SPACE_IN_ANGSTROM
        result.criteria[result.criteria.index(SPACE.id)] = rule.id
    left, right = result.numbers("space_left"), result.numbers("space_right")
    decentering = result.numbers("decentering")
    sides = [(name, axis) for name in ("left", "right") for axis in AXES]
    shares = spaces_in_percent([*left, *right], box, voxel_size)
    spaces = [(*side, space, share) for side, space, share in zip(sides, [*left, *right], shares)]
    tested = [space if rule is SPACE_IN_ANGSTROM else share for _, _, space, share in spaces]
    name, axis, *_ = spaces[int(np.argmin(tested))]
    result.decide(rule, f"smallest empty space ({name}, {axis})", min(tested))
    worst = int(np.argmax(decentering))
    quantity = f"largest difference of the spaces on the two sides ({AXES[worst]})"
    result.decide(DECENTERING, quantity, decentering[worst])
    along = [
        f"{axis} {number(before)} and {number(after)} Å, a difference of {percent(share)} of "
        "the box"
        for axis, before, after, share in zip(AXES, left, right, decentering)
    ]
    spaces_along = f"is along {'; along '.join(along)}"
    result.results.append(f"The empty space on the left and right of the mask {spaces_along}.")
    _warn_of_decentering(result, decentering)
    _warn_of_space(result, rule, spaces, tested)
    _judge_center(result)
    _remark_center(result, box)
    smallest = min([*left, *right])
    if smallest < FLOOR_OF_SPACE:
        result.remark(
            Severity.CAUTION,
            f"The smallest empty space is {number(smallest, 4)} Å, below the {FLOOR_OF_SPACE:g} Å "
            "that the correction of the CTF needs; a larger box would be safer.",
        )
    result.headline = "The map is well centred and has room in its box."
    if result.warnings:
        result.headline = (
            "The map seems to have a problem with its centring or with the space around it."
        )


def _warn_of_decentering(result: Result, decentering: Sequence[Number]) -> None:
    broken = [
        f"along {axis} by {DECENTERING.number(share)}"
        for axis, share in zip(AXES, decentering)
        if not DECENTERING.holds(share)
    ]
    if broken:
        result.warn(
            DECENTERING,
            f"The space on the two sides of the mask differs {in_words(broken)} of the box; the "
            "mask is off the centre by about half of that.",
            len(broken),
        )


def _warn_of_space(
    result: Result,
    rule: Rule,
    spaces: Sequence[Tuple[str, str, Number, float]],
    tested: Sequence[Number],
) -> None:
    broken = []
    for (name, axis, space, _), value in zip(spaces, tested):
        if not rule.holds(value):
            text = rule.number(value)
            if rule is SPACE:
                text = f"{number(space)} Å ({text} of the box)"
            broken.append(f"{text} on the {name} along {axis}")
    if broken:
        result.warn(rule, f"The empty space is small: {in_words(broken)}.", len(broken))


def _judge_center(result: Result) -> None:
    if result.measurements["center_of_mass"].value is None:
        result.results.append("The map sums to exactly 0 and so has no centre of mass.")
        return
    offset = result.numbers("center_of_mass_decentering")
    worst = int(np.argmax(offset))
    result.results.append(_place_of_center(result.numbers("center_of_mass"), offset))
    quantity = f"largest decentering of the centre of mass ({AXES[worst]})"
    far = f"more than {PRINTED_OFFSET:g} %"
    result.decide(
        CENTER_OF_MASS, quantity, offset[worst], far if offset[worst] > PRINTED_OFFSET else ""
    )
    meaning = "as is usual only in focused or local reconstructions"
    if max(offset) > EDGE_OF_BOX:
        meaning = "and lies outside the box, so it is not the position of the molecule"
    broken = [
        f"along {axis} by {far if share > PRINTED_OFFSET else CENTER_OF_MASS.number(share)}"
        for axis, share in zip(AXES, offset)
        if not CENTER_OF_MASS.holds(share)
    ]
    if broken:
        shift = f"The centre of mass is shifted {in_words(broken)} of the box"
        result.warn(CENTER_OF_MASS, f"{shift}, {meaning}.", len(broken))


def _place_of_center(center: Sequence[Number], offset: Sequence[Number]) -> str:
    x, y, z = center
    place = f"({fixed(x, 2)}, {fixed(y, 2)}, {fixed(z, 2)}) voxels"
    if max(offset) > PRINTED_OFFSET:
        return (
            "The grey values of the whole map sum to about 0: the positive and the negative ones "
            "cancel, and the published centre of mass lies far outside the box."
        )
    shares = f"{fixed(offset[0], 1)}, {fixed(offset[1], 1)} and {fixed(offset[2], 1)} % of the box"
    sentence = f"The centre of mass of the whole map is at (x, y, z) = {place}, off the centre by"
    outside = (
        " It lies outside the box, as positive and negative grey values cancel for the most part."
    )
    return f"{sentence} {shares}.{outside if max(offset) > EDGE_OF_BOX else ''}"


def _remark_center(result: Result, box: Tuple[int, int, int]) -> None:
    measured = result.measurements.get("masked_center_of_mass")
    if measured is None or measured.value is None:
        return
    inside = _place(result.numbers("masked_center_of_mass"), box)
    why = "the centre of mass of the whole signed map depends on the background and can lie outside"
    share = result.number("share_in_mask")
    if OVERLAP.holds(share / 100):
        message = (
            "The density above the contour level inside the mask has its centre of mass at "
            f"{inside}. This is the better measure: {why} the box."
        )
    else:
        every = _place(result.numbers("center_of_mass_above_contour"), box)
        message = (
            f"All density above the contour level has its centre of mass at {every}. This is the "
            f"better measure: {why} the box. The mask holds only a part of the map at the contour "
            f"level, with {overlap_in_percent(share / 100)} of its voxels (see 0.b); that part "
            f"has its centre of mass at {inside}."
        )
    result.remark(Severity.NOTE, message)


def _place(center: Sequence[Number], box: Tuple[int, int, int]) -> str:
    offset = max(100 * abs(at - size / 2) / size for at, size in zip(center, box))
    x, y, z = center
    place = f"({fixed(x, 2)}, {fixed(y, 2)}, {fixed(z, 2)}) voxels"
    return f"{place}, off the centre by up to about {fixed(offset, 1)} % of the box"


def _measure(inputs: Inputs, space_rule: str = "percent") -> Result:
    return mass_analysis(inputs.map, inputs.mask, inputs.contour, space_rule)


MASS = Check(
    id="0.a",
    title="Mass analysis",
    explanation=(
        "The molecule should sit near the centre of its box with empty space around it. The "
        "contrast transfer function spreads the signal of every particle over tens of Å, more "
        "at high defocus, and only the signal inside the box can be recovered. At least about "
        "30 Å are needed on every side."
    ),
    method=(
        "The empty space around the mask and the positions of the mask and of the "
        "centre of mass in the box were measured."
    ),
    references=("Sorzano2022",),
    rules=(DECENTERING, SPACE, SPACE_IN_ANGSTROM, CENTER_OF_MASS),
    needs=(Need.MASK, Need.CONTOUR),
    measure=_measure,
)
