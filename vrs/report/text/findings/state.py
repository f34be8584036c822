"""What was done to the map: properties to know, and signs of post-processing."""

from __future__ import annotations

from typing import Optional

from vrs.maps.printing import entered, fixed, number, share
from vrs.report.model import Evidence
from vrs.report.text.findings.facts import Facts, of_evidence
from vrs.report.text.findings.kind import CAUTION, NOTE, Kind, Said, Threshold

_IDENTICAL, _NEGATIVE = of_evidence("identical_share"), of_evidence("negative_share")
_FACES, _THROUGH = of_evidence("face_share"), of_evidence("runs_through")
_CUTOFF, _DROP = of_evidence("spectrum_cutoff"), of_evidence("spectrum_drop")
_UNFILTERED = of_evidence("nyquist_power")
_CONTRAST, _NEGATIVE_BODIES = of_evidence("contrast"), of_evidence("negative_bodies")
_DECENTERING = Evidence("0.a", "decentering")
_LEFT, _RIGHT = Evidence("0.a", "space_left"), Evidence("0.a", "space_right")

CLIPPED = Threshold(
    "share of negative values around the molecule below", 0.5, "%",
    "independent suite: clipped maps 0, sound maps at least 18",
)  # fmt: skip
MASKED = Threshold(
    "share of the background with one value above", 80.0, "%",
    "independent suite: masked maps at least 95, corners set to 0 at most 57",
)  # fmt: skip

CUT = Threshold(
    "share of the faces of the box inside the molecule above", 0.3, "%",
    "maps cut from shipped ones; whole maps have 0",
)  # fmt: skip
FINE = Threshold(
    "cut-off over the voxel size above", 5.0, "",
    "usual maps have 2.5 to 4; a map with twice the voxels along each side has 5 or more",
)  # fmt: skip
ENDS = Threshold("fall of the power at the cut-off at least", 1.0, "decades", "as for a low-pass")
FURTHEST = 2.0
"""Of the reported resolution; there the shape of the molecule makes the power fall."""

UNFILTERED = Threshold(
    "power before the Nyquist frequency over that of the noise at least", 0.5, "",
    "half maps with white noise",
)  # fmt: skip
DIFFERENT = Threshold(
    "volume below minus the contour level over that above the contour level above", 0.3, "",
    "differences of shipped maps",
)  # fmt: skip
BALANCED = Threshold(
    "largest value over the most negative one below", 1.3, "", "differences of shipped maps"
)
OFF_CENTRE = Threshold(
    "decentering of the mask above", 20.0, "%", "the published rule of 0.a"
)
TIGHT = Threshold("smallest space beside the mask below", 8.0, "Å", "masks and blurs need as much")


def _masked(facts: Facts) -> Optional[Said]:
    identical = facts.number(_IDENTICAL)
    if identical is None or identical <= MASKED.value:
        return None
    return Said(
        f"{share(identical)} of the background has one and the same value: the map was masked. "
        "Its background says nothing about the noise.",
        "",
    )


def _post_processed(facts: Facts) -> Optional[Said]:
    negative = facts.number(_NEGATIVE)
    if negative is None or negative >= CLIPPED.value:
        return None
    return Said(
        f"Around the molecule {share(negative)} of the values are negative, while a reconstruction "
        "has values of both signs there: negative values and noise were removed.",
        "Validate the map before such processing too; noise that was removed cannot be assessed.",
    )


def _runs_through(facts: Facts) -> bool:
    """Whether one body touches two opposite faces, along one axis alone."""
    return facts.number(_THROUGH) == 1


def _filament(facts: Facts) -> Optional[Said]:
    if not _runs_through(facts):
        return None
    return Said(
        "One body runs through the box from face to face along one axis, as a filament does.",
        "Rules on the empty space and on the centre of mass do not suit such a map.",
    )


def _cut(facts: Facts) -> Optional[Said]:
    faces = facts.number(_FACES)
    if faces is None or faces <= CUT.value or _runs_through(facts):
        return None
    return Said(
        f"The molecule covers {share(faces)} of the faces of the box: the map was cut from a "
        "larger one, or its box is too small.",
        "Validate the whole map if there is one.",
    )


def _up_sampled(facts: Facts) -> Optional[Said]:
    cutoff, drop = facts.number(_CUTOFF), facts.number(_DROP)
    size = facts.record.voxel_size
    if cutoff is None or drop is None or drop < ENDS.value:
        return None
    if cutoff <= FINE.value * size or (facts.resolution and cutoff > FURTHEST * facts.resolution):
        return None
    return Said(
        f"The content of the map ends at {fixed(cutoff, 2)} Å, {number(cutoff / size, 2)} times "
        f"its voxels of {entered(size)} Å: voxels of {number(cutoff / 3, 2)} Å would hold all of "
        "it.",
        "",
    )


def _half_map(facts: Facts) -> Optional[Said]:
    power = facts.number(_UNFILTERED)
    if power is None or power < UNFILTERED.value:
        return None
    return Said(
        "Up to the Nyquist frequency the map has the power of unfiltered noise, as a half map has.",
        "Validate the final map; that of two half maps is filtered.",
    )


def _difference(facts: Facts) -> Optional[Said]:
    volume, contrast = facts.number(_NEGATIVE_BODIES), facts.number(_CONTRAST)
    if volume is None or contrast is None or contrast >= BALANCED.value:
        return None
    if volume <= DIFFERENT.value:
        return None
    return Said(
        f"The volume below minus the contour level is {number(volume, 2)} times that above the "
        "contour level, as in a difference map.",
        "The checks are made for the density of a molecule, not for differences.",
    )


def _centring(facts: Facts) -> Optional[Said]:
    off = facts.numbers(_DECENTERING, 3)
    left, right = facts.numbers(_LEFT, 3), facts.numbers(_RIGHT, 3)
    if off is None or left is None or right is None or _runs_through(facts):
        return None
    space = min(*left, *right)
    if max(off) <= OFF_CENTRE.value and space >= TIGHT.value:
        return None
    where = f"is off the centre of its box by {share(max(off))} of it"
    if max(off) <= OFF_CENTRE.value:
        where = "is tight in its box"
    return Said(
        f"The molecule {where}; the smallest space beside the mask is {number(space)} Å.",
        "Centre the particles or use a larger box for the next refinement.",
    )


KINDS = (
    Kind(
        "state.post_processed",
        "The map looks post-processed",
        (CAUTION,),
        _post_processed,
        reads=(_NEGATIVE, _IDENTICAL),
        thresholds=(CLIPPED,),
    ),
    Kind(
        "state.masked",
        "The map was masked",
        (NOTE,),
        _masked,
        reads=(_IDENTICAL,),
        thresholds=(MASKED,),
    ),
    Kind(
        "state.filament",
        "A filament runs through the box",
        (NOTE,),
        _filament,
        reads=(_THROUGH,),
        causes=("input.no_structure", "contour.in_noise"),
    ),
    Kind(
        "state.cut",
        "The map was cut from a larger one",
        (NOTE,),
        _cut,
        reads=(_FACES, _THROUGH),
        thresholds=(CUT,),
        causes=("input.no_structure", "contour.in_noise"),
    ),
    Kind(
        "state.up_sampled",
        "The voxels are finer than the content",
        (NOTE,),
        _up_sampled,
        reads=(_CUTOFF, _DROP),
        thresholds=(FINE, ENDS),
        causes=("resolution.low_passed",),
        picture=("evidence", "power_spectrum"),
    ),
    Kind(
        "state.half_map",
        "The map looks like an unfiltered half map",
        (NOTE,),
        _half_map,
        reads=(_UNFILTERED,),
        thresholds=(UNFILTERED,),
        picture=("evidence", "power_spectrum"),
    ),
    Kind(
        "state.difference",
        "The map looks like a difference map",
        (NOTE,),
        _difference,
        reads=(_NEGATIVE_BODIES, _CONTRAST),
        thresholds=(DIFFERENT, BALANCED),
        causes=("contrast.inverted", "input.no_structure", "contour.in_noise"),
    ),
    Kind(
        "centring",
        "The molecule is off the centre of its box",
        (NOTE,),
        _centring,
        reads=(_DECENTERING, _LEFT, _RIGHT, _THROUGH),
        thresholds=(OFF_CENTRE, TIGHT),
        causes=("input.no_structure", "contour.in_noise", "mask.partial", "state.cut"),
    ),
)
