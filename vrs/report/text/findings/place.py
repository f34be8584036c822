"""Where the molecule is in its box."""

from __future__ import annotations

from typing import Optional

from vrs.maps.printing import share
from vrs.report.text.findings.contour import OF_THE_PLACE, shows_noise
from vrs.report.text.findings.facts import Facts, of_evidence
from vrs.report.text.findings.kind import NOTE, Kind, Said, Threshold

_FACES, _THROUGH = of_evidence("face_share"), of_evidence("runs_through")
_TOUCHED = of_evidence("faces_touched")
_OFF_CENTRE, _SPACE = of_evidence("center_offset"), of_evidence("smallest_space")

CUT = Threshold(
    "share of the faces of the box inside the molecule above", 0.1, "%",
    "whole maps have 0, but EMD-1703, in which density fills the box, 23; a filament has more too, "
    "and is another finding",
)  # fmt: skip
OFF_CENTRE = Threshold(
    "distance of the middle of the molecule from that of the box over the box above", 8.0, "%",
    "independent suite: centred maps at most 2.3 (9.7 with one half at a low occupancy)",
)  # fmt: skip
TIGHT = Threshold(
    "smallest space beside the molecule over the box below", 4.0, "%",
    "independent suite: sound maps at least 5.5",
)  # fmt: skip


_OF_NOISE = ("input.no_structure", "contour.in_noise")
"""With these the place is that of noise."""


def _runs_through(facts: Facts) -> bool:
    """Whether one body touches two opposite faces, and nothing touches another one."""
    touched = facts.number(_TOUCHED)
    return facts.number(_THROUGH) == 1 and (touched is None or touched == 2)


def _filament(facts: Facts) -> Optional[Said]:
    if not _runs_through(facts):
        return None
    return Said(
        "The molecule runs through the box from face to face along one axis, as a filament does.",
        "Rules on the empty space and on the centre of mass do not suit such a map.",
    )


def _cut(facts: Facts) -> Optional[Said]:
    faces = facts.number(_FACES)
    if faces is None or faces <= CUT.value or _runs_through(facts) or shows_noise(facts):
        return None
    return Said(
        f"The molecule covers {share(faces)} of the faces of the box: the map was cut from a "
        "larger one, or its box is too small.",
        "Validate the whole map if there is one.",
    )


def _centring(facts: Facts) -> Optional[Said]:
    off, space = facts.number(_OFF_CENTRE), facts.number(_SPACE)
    if off is None or space is None or _runs_through(facts):
        return None
    if off <= OFF_CENTRE.value and space >= TIGHT.value:
        return None
    text = (
        f"The middle of the molecule is off that of the box by {share(off)} of the box, and the "
        f"smallest space beside it is {share(space)} of the box."
    )
    if off <= OFF_CENTRE.value:
        text = (
            "Between the density at the contour level and the nearest face of the box there is "
            f"only {share(space)} of the box; the mask of 0.a, which is larger, comes nearer still."
        )
        return Said(
            text if space else "The density at the contour level reaches a face of the box.",
            "Use a larger box in the next refinement.",
            title="The molecule is tight in its box",
        )
    return Said(text, "Centre the particles, or use a larger box, in the next refinement.")


KINDS = (
    Kind(
        "state.filament",
        "A filament runs through the box",
        (NOTE,),
        _filament,
        reads=(_THROUGH, _TOUCHED),
        unless=_OF_NOISE,
        rules=OF_THE_PLACE,
        version=3,
    ),
    Kind(
        "state.cut",
        "The map was cut from a larger one",
        (NOTE,),
        _cut,
        reads=(_FACES, _THROUGH, _TOUCHED),
        thresholds=(CUT,),
        # A mask that fills the box may be that of a molecule whose surroundings were cut away.
        causes=("contour.in_noise",),
        unless=("input.no_structure",),
        rules=OF_THE_PLACE,
        version=2,
    ),
    Kind(
        "centring",
        "The molecule is off the centre of its box",
        (NOTE,),
        _centring,
        reads=(_OFF_CENTRE, _SPACE, _THROUGH),
        thresholds=(OFF_CENTRE, TIGHT),
        causes=("mask.partial", "state.cut"),
        unless=_OF_NOISE,
        rules=OF_THE_PLACE,
        version=2,
    ),
)
