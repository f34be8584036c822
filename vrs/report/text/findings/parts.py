"""Parts of the molecule that are weaker or more blurred than the rest."""

from __future__ import annotations

from typing import Optional

from vrs.maps.printing import fixed, number, share
from vrs.report.text.findings.facts import Facts, of_evidence
from vrs.report.text.findings.kind import CAUTION, Kind, Said, Threshold

_OCCUPANCY, _B_FACTOR = of_evidence("part_occupancy"), of_evidence("part_b_factor")
_SHARE, _CENTRE = of_evidence("part_share"), of_evidence("part_centre")

WEAK = Threshold(
    "occupancy of the weaker part below", 0.72, "",
    "independent suite: half at occupancy 0.4 at most 0.62, sound maps at least 0.8",
)
BLURRED = Threshold(
    "B-factor of the more blurred part beyond the rest above", 100.0, "Å²",
    "independent suite: half blurred by 250 Å² at least 170, sound maps at most 86",
)  # fmt: skip

_CAUSES = ("contrast.inverted", "anisotropy", "ghost", "streak", "voxel_size.doubtful")
_UNLESS = (
    "input.no_structure", "contour.in_noise", "state.post_processed", "sharpening.over",
)  # fmt: skip


def _part(facts: Facts) -> str:
    """The weaker part as the beginning of a sentence, with its size and place where known."""
    size, centre = facts.number(_SHARE), facts.numbers(_CENTRE, 3)
    if size is None or centre is None:
        return "A part of the molecule"
    place = ", ".join(number(part) for part in centre)
    return f"A part of the molecule, {share(size, 2)} of it around (X, Y, Z) = ({place}) Å,"


def _weak(facts: Facts) -> Optional[Said]:
    occupancy = facts.number(_OCCUPANCY)
    if occupancy is None or occupancy >= WEAK.value:
        return None
    return Said(
        f"{_part(facts)} has about {fixed(occupancy, 2)} times the density of the rest at "
        "all frequencies, as a part that only some of the particles have.",
        "Classify the particles with a mask around that part.",
    )


def _blurred(facts: Facts) -> Optional[Said]:
    difference = facts.number(_B_FACTOR)
    if difference is None or difference <= BLURRED.value:
        return None
    return Said(
        f"{_part(facts)} is blurred by about {number(difference, 2)} Å² more than the "
        "rest, as a part that moves.",
        "Refine that part locally, or classify the particles; sharpen the map locally to show "
        "both parts.",
    )


KINDS = (
    Kind(
        "occupancy.partial",
        "A part has a lower occupancy",
        (CAUTION,),
        _weak,
        reads=(_OCCUPANCY, _SHARE, _CENTRE),
        thresholds=(WEAK,),
        causes=_CAUSES,
        unless=_UNLESS,
        picture=("evidence", "parts"),
        version=2,
    ),
    Kind(
        "b_factor.uneven",
        "A part is more blurred than the rest",
        (CAUTION,),
        _blurred,
        reads=(_B_FACTOR, _SHARE, _CENTRE),
        thresholds=(BLURRED,),
        causes=_CAUSES,
        unless=_UNLESS,
        picture=("evidence", "parts"),
        version=2,
    ),
)
