"""Whether the map is the one that its entry describes, and whether the entry still holds.

These findings compare what the entry states with the map file, and need no measurement.
"""

from __future__ import annotations

from typing import Callable, Dict, List, Optional

from vrs.checks.disagreement import Disagreement, Quantity
from vrs.checks.entry import OBSOLETE
from vrs.checks.inputs import OF_THE_FILE, InputRecord
from vrs.maps.header_comparison import size_in_header
from vrs.maps.placement import VOXEL_TOLERANCE
from vrs.maps.printing import entered, in_words, number
from vrs.maps.typed_values import GIVEN
from vrs.report.text.findings.facts import Facts
from vrs.report.text.findings.kind import CAUTION, Kind, Said

_DIGITS = 4


def _other_map(facts: Facts) -> Optional[Said]:
    """Another label, box or grey values; a voxel size alone may have been calibrated."""
    record = facts.record
    differences = [
        difference
        for difference in record.entry_disagreements
        if difference.quantity in _CLAUSES
        and not (difference.quantity == "voxel_size" and record.voxel_size_source == GIVEN)
    ]
    if record.entry is None or all(one.quantity == "voxel_size" for one in differences):
        return None
    name = record.entry.id
    text = f"The file has {in_words([_CLAUSES[one.quantity](one) for one in differences])}."
    if _only_relabelled(record, differences):
        return Said(
            f"{text} Its box and its grey values are those of {name}.",
            "Check which of the two entries the report is to be about: one may have replaced the "
            "other.",
            title=f"The file is labelled {differences[0].measured[0]}, not {name}",
        )
    if any(one.is_of_another_map for one in differences):
        return Said(
            f"{text} Contour level, resolution and mass of {name} may mean nothing for this map.",
            f"Check that the file is the primary map of {name}; else name the right file, or the "
            "entry that the map belongs to.",
            title=f"This file is probably not the map of {name}",
        )
    advice = []
    if any(one.is_turned for one in differences):
        advice.append("Compare the axes and the hand with those of the map in the archive.")
    scale = next((one.scale for one in differences if one.scale), None)
    if scale:
        advice.append(f"Multiply the contour level of {name} by {number(scale)}.")
    return Said(text, " ".join(advice))


def _only_relabelled(record: InputRecord, differences: List[Disagreement]) -> bool:
    """Whether the label alone names another entry, and the values of the map are those stated."""
    known = record.entry and record.entry.box and record.entry.statistics
    return bool(known) and [one.quantity for one in differences] == ["label"]


def _label(difference: Disagreement) -> str:
    return f"the label of {difference.measured[0]}"


def _box(difference: Disagreement) -> str:
    boxes = [" × ".join(map(str, side)) for side in (difference.measured, difference.stated)]
    order = ", the same in another order" if difference.is_turned else ""
    return f"a box of {boxes[0]} voxels (entry: {boxes[1]}{order})"


def _voxel_size(difference: Disagreement) -> str:
    measured, stated = float(difference.measured[0]), float(difference.stated[0])
    return f"a voxel size of {entered(measured)} Å (entry: {entered(stated)} Å)"


def _grey_values(difference: Disagreement) -> str:
    ranges = [
        " to ".join(number(float(value), _DIGITS) for value in side)
        for side in (difference.measured, difference.stated)
    ]
    scale = difference.scale
    factor = f", {number(1 / scale)} times as much" if scale else ""
    return f"grey values from {ranges[0]} (entry: {ranges[1]}{factor})"


_CLAUSES: Dict[Quantity, Callable[[Disagreement], str]] = {
    "label": _label, "box": _box, "voxel_size": _voxel_size, "grey_values": _grey_values,
}  # fmt: skip


def _obsolete(facts: Facts) -> Optional[Said]:
    entry = facts.record.entry
    if entry is None or not (entry.superseded_by or entry.status == OBSOLETE):
        return None
    title = f"{entry.id} is obsolete"
    if entry.superseded_by:
        return Said(
            f"{entry.superseded_by} replaces it.",
            f"Write the report of {entry.superseded_by}, unless it is to be about the old map.",
            title=title,
        )
    return Said(
        "It names no entry that replaces it.",
        "Look for the reason on its page before the map is used.",
        title=title,
    )


def _contour_outside(facts: Facts) -> Optional[Said]:
    record = facts.record
    for difference in record.entry_disagreements:
        if record.entry and difference.quantity == "contour":
            level, largest = float(difference.stated[0]), float(difference.measured[0])
            return Said(
                f"The contour level of {record.entry.id}, {entered(level)}, is above the largest "
                f"grey value of the map, {number(largest, _DIGITS)}. {_used(record)}",
                "Check that the file is the primary map of the entry, and state the contour level "
                "of this map.",
            )
    return None


def _used(record: InputRecord) -> str:
    if record.contour_is_proposed:
        return f"The program chose {entered(record.contour)}."
    return f"The report uses {entered(record.contour)}."


def _voxel_size_replaced(facts: Facts) -> Optional[Said]:
    """The voxel size of the entry, where that of the file is another one."""
    record, of_file = facts.record, size_in_header(facts.record.header)
    used = record.given_voxel_size
    if record.entry is None or record.voxel_size_source in (OF_THE_FILE, GIVEN) or not of_file:
        return None
    if max(abs(edge - used) for edge in of_file) <= used * VOXEL_TOLERANCE:
        return None
    edges: List[str] = [entered(edge) for edge in of_file[: 1 if len(set(of_file)) == 1 else 3]]
    return Said(
        f"{record.entry.id} states voxels of {entered(used)} Å, and the header of the map file "
        f"{' × '.join(edges)} Å. The report uses those of the entry.",
        "Find out which is right: all lengths and resolutions depend on it.",
    )


KINDS = (
    Kind(
        "entry.other_map",
        "The map is not as its entry describes it",
        (CAUTION,),
        _other_map,
    ),
    Kind("entry.obsolete", "The entry is obsolete", (CAUTION,), _obsolete),
    Kind(
        "entry.contour_outside",
        "No voxel reaches the contour level of the entry",
        (CAUTION,),
        _contour_outside,
    ),
    Kind(
        "entry.voxel_size",
        "The entry states another voxel size than the map file",
        (CAUTION,),
        _voxel_size_replaced,
    ),
)
