"""What the contour level shows: noise, a part of the molecule, or nothing."""

from __future__ import annotations

from typing import Optional

from vrs.maps.printing import count, entered, fixed, number, share
from vrs.report.text.findings.facts import Facts, of_evidence, of_input
from vrs.report.text.findings.kind import CAUTION, SERIOUS, Kind, Said, Threshold

_RAW, _IN_MASK = of_input("raw_voxels"), of_input("share_in_mask")
_SIGMA, _ONE_BODY = of_evidence("contour_sigma"), of_evidence("contour_one_body")

FEWEST = Threshold("voxels at the contour level below", 20, "voxels", "a body has at least as many")
WHOLE = Threshold(
    "voxels at the contour level that are in the mask below", 75.0, "%",
    "the published rule of 0.b",
)  # fmt: skip
JOINED = Threshold(
    "level of one body over the contour level, for a caution, at least", 0.7, "",
    "the severity that findings are defined with",
)  # fmt: skip
IN_NOISE = Threshold(
    "contour level in standard deviations of the noise below", 2.5, "",
    "independent suite: contours in the noise 1.5, sound maps at least 3.6",
)  # fmt: skip


def _outside(facts: Facts) -> Optional[Said]:
    voxels = facts.number(_RAW)
    if voxels is None or voxels >= FEWEST.value:
        return None
    return Said(
        f"{count(int(voxels), 'voxel')} of the map {'is' if voxels == 1 else 'are'} at or above "
        f"the contour level, {entered(facts.record.contour)}.",
        "Lower the contour level; it may be meant for another scale of grey values.",
    )


def _in_noise(facts: Facts) -> Optional[Said]:
    sigma = facts.number(_SIGMA)
    if sigma is None or sigma >= IN_NOISE.value:
        return None
    return Said(
        f"The contour level, {entered(facts.record.contour)}, is only {fixed(sigma, 1)} standard "
        "deviations of the noise above the background, so the mask is partly made of noise.",
        "Raise the contour level until the molecule stands free; usual levels are at 4 to 6 "
        "standard deviations.",
    )


def _partial(facts: Facts) -> Optional[Said]:
    held, joined = facts.number(_IN_MASK), facts.number(_ONE_BODY)
    if held is None or held >= WHOLE.value:
        return None
    contour = facts.record.contour
    start = (
        f"Only {share(held)} of the density at the contour level, {entered(contour)}, is in the "
        "mask, which holds the largest body alone; the checks that use the mask see that part."
    )
    if joined is not None and contour > 0 and joined >= JOINED.value * contour:
        return Said(
            f"{start} At {number(joined / contour, 2)} times that level it is one body.",
            f"Use a contour level of {number(joined)}, at which the molecule is one body, or a "
            "mask of the whole molecule.",
            CAUTION,
        )
    return Said(
        f"{start} No level down to {number(JOINED.value)} times the contour level shows one body.",
        "See whether the rest is a second molecule, a neighbour or noise. Choose a contour level "
        "or a mask that holds what the report is to be about.",
        SERIOUS,
    )


KINDS = (
    Kind(
        "contour.outside",
        "The contour level shows nothing",
        (SERIOUS,),
        _outside,
        reads=(_RAW,),
        thresholds=(FEWEST,),
        causes=("contrast.inverted",),
    ),
    Kind(
        "contour.in_noise",
        "The contour level is in the noise",
        (SERIOUS,),
        _in_noise,
        reads=(_SIGMA,),
        thresholds=(IN_NOISE,),
        causes=("contrast.inverted", "input.no_structure"),
    ),
    Kind(
        "mask.partial",
        "A part of the density is outside the mask",
        (CAUTION, SERIOUS),
        _partial,
        reads=(_IN_MASK, _ONE_BODY),
        thresholds=(WHOLE, JOINED),
        causes=("contrast.inverted", "input.no_structure", "contour.in_noise"),
        picture=("0.b", "raw_mask"),
    ),
)
