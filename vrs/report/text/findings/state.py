"""What was done to the map: properties to know, and signs of post-processing."""

from __future__ import annotations

from typing import Optional

from vrs.maps.printing import entered, fixed, number, share
from vrs.report.model import Evidence
from vrs.report.text.findings.facts import Facts, of_evidence
from vrs.report.text.findings.kind import CAUTION, NOTE, Kind, Said, Threshold

_IDENTICAL, _NEGATIVE = of_evidence("identical_share"), of_evidence("negative_share")
_LEFT, _EDGE = of_evidence("background_left"), of_evidence("mask_edge")
_OF_BACKGROUND, _SKIRT = Evidence("0.c", "identical_share"), Evidence("0.c", "skirt_share")
_SAMPLING, _TAIL = of_evidence("sampling"), of_evidence("nyquist_power")
_CONTRAST, _BELOW = of_evidence("contrast"), of_evidence("negative_bodies")

CLIPPED = Threshold(
    "share of values below the background around the molecule below", 0.5, "%",
    "independent suite: clipped maps 0, sound maps at least 19",
)  # fmt: skip
MASKED = Threshold(
    "share of the background with one value above", 30.0, "%",
    "independent suite: masked maps at least 78, others 0",
)  # fmt: skip
OUTSIDE = Threshold(
    "share of the voxels outside the mask that have one value, or rise from it, at least",
    50.0, "%", "the limit from which 0.c does not judge the background",
)  # fmt: skip
FADED = Threshold(
    "spread of the far background over that of the near one below", 0.15, "",
    "independent suite: soft masks at most 0.09, maps without one at least 0.98; real maps without "
    "one at least 0.2",
)  # fmt: skip
HARD = Threshold(
    "spread at the edge of the mask over that inside, for a sharp edge, above", 0.15, "",
    "independent suite: sharp edges at least 0.23, soft ones at most 0.05",
)  # fmt: skip
FINE = Threshold(
    "resolution at which the content ends over that of two voxels above", 1.9, "",
    "independent suite: sound maps at most 1.7; twice the voxels along a side give 2 or more",
)  # fmt: skip
UNFILTERED = Threshold(
    "power near the Nyquist frequency over that at the resolution above", -0.8, "decades",
    "a simulated half map has -0.6, filtered maps at most -1",
)  # fmt: skip
DIFFERENT = Threshold(
    "volume below the background by the contour level over that above above", 0.3, "",
    "differences of shipped maps; with the next one, as EMD-3488 has 0.7, too",
)  # fmt: skip
BALANCED = Threshold(
    "skewness of the blurred map, on either side of 0, below", 1.0, "",
    "independent suite: sound maps at least 3.3, whole real maps but EMD-1703 2.9, cut ones 1.5",
)  # fmt: skip


def _masked(facts: Facts) -> Optional[Said]:
    identical, left = facts.number(_IDENTICAL), facts.number(_LEFT)
    edge, outside, skirt = map(facts.number, (_EDGE, _OF_BACKGROUND, _SKIRT))
    if identical is not None and identical > MASKED.value:
        kind = "" if edge is None else " with a hard edge" if edge > HARD.value else " softly"
        text = (
            f"{share(identical)} of the voxels around the molecule, within the largest ellipsoid "
            f"of the box, have one and the same value: the map was masked{kind}."
        )
    elif left is not None and left < FADED.value:
        text = (
            f"The far background varies {number(left, 2)} times as much as that near the molecule: "
            "the map was masked softly."
        )
    elif outside is not None and outside + (skirt or 0.0) >= OUTSIDE.value:
        text = (
            f"{share(outside)} of the voxels outside the mask have one value and "
            f"{share(skirt or 0.0)} rise from it, as at the edge of a mask: the map was masked."
        )
    else:
        return None
    return Said(f"{text} Its background says nothing about the noise.", "")


def _post_processed(facts: Facts) -> Optional[Said]:
    negative = facts.number(_NEGATIVE)
    if negative is None or negative >= CLIPPED.value:
        return None
    return Said(
        f"Around the molecule {share(negative)} of the values are below the background, while a "
        "reconstruction has values on both sides of it there: negative values and noise were "
        "removed.",
        "Validate the map before such processing too; noise that was removed cannot be assessed.",
    )


def _up_sampled(facts: Facts) -> Optional[Said]:
    ratio, size = facts.number(_SAMPLING), facts.record.voxel_size
    if ratio is None or ratio <= FINE.value:
        return None
    return Said(
        f"The content of the map ends at {fixed(2 * size * ratio, 2)} Å, but its voxels of "
        f"{entered(size)} Å could hold detail of {entered(2 * size)} Å: voxels of "
        f"{number(size * ratio, 2)} Å would hold all of it.",
        "",
    )


def _half_map(facts: Facts) -> Optional[Said]:
    tail, identical = facts.number(_TAIL), facts.number(_IDENTICAL)
    if tail is None or tail <= UNFILTERED.value or (identical or 0.0) > MASKED.value:
        return None
    return Said(
        f"Near the Nyquist frequency the map has {number(10**tail, 2)} times the power that it has "
        "at the reported resolution: it is not filtered, as a half map.",
        "Validate the final map, which is filtered.",
    )


def _difference(facts: Facts) -> Optional[Said]:
    volume, contrast = facts.number(_BELOW), facts.number(_CONTRAST)
    if volume is None or contrast is None or abs(contrast) >= BALANCED.value:
        return None
    if volume <= DIFFERENT.value:
        return None
    return Said(
        "Density as negative as the contour level is positive fills "
        f"{number(volume, 2)} times the volume at or above the contour level, as in a difference "
        "map.",
        "The checks are made for the density of a molecule, not for differences.",
    )


KINDS = (
    Kind(
        "state.post_processed",
        "The map looks post-processed",
        (CAUTION,),
        _post_processed,
        reads=(_NEGATIVE, _IDENTICAL),
        thresholds=(CLIPPED,),
        picture=("evidence", "map_values"),
    ),
    Kind(
        "state.masked",
        "The map was masked",
        (NOTE,),
        _masked,
        reads=(_IDENTICAL, _LEFT, _EDGE, _OF_BACKGROUND, _SKIRT),
        thresholds=(MASKED, FADED, OUTSIDE, HARD),
        version=2,
    ),
    Kind(
        "state.up_sampled",
        "The voxels are finer than the content",
        (NOTE,),
        _up_sampled,
        reads=(_SAMPLING,),
        thresholds=(FINE,),
        causes=("resolution.low_passed",),
        picture=("evidence", "power_spectrum"),
    ),
    Kind(
        "state.half_map",
        "The map looks like an unfiltered half map",
        (NOTE,),
        _half_map,
        reads=(_TAIL, _IDENTICAL),
        thresholds=(UNFILTERED,),
        picture=("evidence", "power_spectrum"),
    ),
    Kind(
        "state.difference",
        "The map looks like a difference map",
        (NOTE,),
        _difference,
        reads=(_BELOW, _CONTRAST),
        thresholds=(DIFFERENT, BALANCED),
        causes=("contrast.inverted", "state.cut"),
        unless=("input.no_structure", "contour.in_noise"),
        version=2,
    ),
)
