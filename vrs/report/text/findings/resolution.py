"""Whether the map has the resolution that is reported."""

from __future__ import annotations

from typing import Optional

from vrs.maps.printing import entered, fixed, number
from vrs.report.model import Evidence
from vrs.report.text.findings.facts import Facts, of_evidence
from vrs.report.text.findings.kind import CAUTION, NOTE, SERIOUS, Kind, Said, Threshold

_INTERVAL, _MEDIAN = Evidence("0.e", "median_interval"), Evidence("0.e", "median")
_CUTOFF, _DROP = of_evidence("spectrum_cutoff"), of_evidence("spectrum_drop")

SURE_FALL = Threshold(
    "fall of the power over 0.02 1/Å at least", 1.0, "decades",
    "independent suite: low-passed maps at least 1.4",
)  # fmt: skip
FAR = Threshold(
    "cut-off over the reported resolution beyond which only a steeper fall counts", 1.8, "",
    "there the shape of the molecule makes the power fall, by up to 1.4 decades",
)  # fmt: skip
SURE_FALL_FAR = Threshold(
    "fall of the power over 0.02 1/Å there at least", 2.0, "decades",
    "independent suite: low-passed maps without a mask at least 10",
)  # fmt: skip
LOW_PASSED = Threshold(
    "cut-off over the reported resolution, for a serious finding, at least", 1.25, "",
    "the severity that findings are defined with",
)  # fmt: skip
LOW_PASSED_CAUTION = Threshold(
    "cut-off over the reported resolution, for a caution, at least", 1.08, "",
    "independent suite: sound maps with such a fall at most 1.0",
)  # fmt: skip


def _low_passed(facts: Facts) -> Optional[Said]:
    cutoff, drop, resolution = facts.number(_CUTOFF), facts.number(_DROP), facts.resolution
    if cutoff is None or drop is None or resolution is None or drop < SURE_FALL.value:
        return None
    ratio = cutoff / resolution
    if ratio < LOW_PASSED_CAUTION.value or (ratio > FAR.value and drop < SURE_FALL_FAR.value):
        return None
    return Said(
        f"The power of the map falls by {_factor(drop)} at {fixed(cutoff, 2)} Å "
        f"and nothing finer follows, but the reported resolution is {entered(resolution)} Å.",
        f"State {number(cutoff, 2)} Å for this map, or use the map before it was low-passed.",
        SERIOUS if ratio >= LOW_PASSED.value else CAUTION,
    )


def _factor(decades: float) -> str:
    """A fall of the power in words.

    >>> _factor(2.0), _factor(13.4)
    ('a factor of 100', 'more than a factor of 1000')
    """
    return f"a factor of {number(10**decades, 2)}" if decades < 3 else "more than a factor of 1000"


def _contradicted(facts: Facts) -> Optional[Said]:
    interval, median = facts.numbers(_INTERVAL, 2), facts.number(_MEDIAN)
    resolution = facts.resolution
    if interval is None or median is None or resolution is None or interval[0] <= resolution:
        return None
    return Said(
        f"The median local resolution, {fixed(median, 2)} Å, belongs to maps of "
        f"{fixed(interval[0], 2)} to {fixed(interval[1], 2)} Å, which is worse than the reported "
        f"{entered(resolution)} Å.",
        "Look at the FSC of the half maps inside a mask, and at the side chains that the reported "
        "resolution promises.",
    )


def _better(facts: Facts) -> Optional[Said]:
    interval, median = facts.numbers(_INTERVAL, 2), facts.number(_MEDIAN)
    resolution = facts.resolution
    if interval is None or median is None or resolution is None or interval[1] >= resolution:
        return None
    return Said(
        f"The median local resolution, {fixed(median, 2)} Å, belongs to maps of "
        f"{fixed(interval[0], 2)} to {fixed(interval[1], 2)} Å, which is better than the reported "
        f"{entered(resolution)} Å.",
        "Check whether the reported resolution is that of this map.",
    )


KINDS = (
    Kind(
        "resolution.low_passed",
        "The map ends before the reported resolution",
        (SERIOUS, CAUTION),
        _low_passed,
        reads=(_CUTOFF, _DROP),
        thresholds=(SURE_FALL, FAR, SURE_FALL_FAR, LOW_PASSED, LOW_PASSED_CAUTION),
        picture=("evidence", "power_spectrum"),
    ),
    Kind(
        "resolution.contradicted",
        "The local resolution is worse than reported",
        (SERIOUS,),
        _contradicted,
        reads=(_INTERVAL, _MEDIAN),
        causes=(
            "contrast.inverted", "input.no_structure", "voxel_size.doubtful",
            "resolution.low_passed", "contour.in_noise",
        ),
        picture=("0.e", "histogram"),
    ),
    Kind(
        "resolution.better",
        "The map looks better resolved than reported",
        (NOTE,),
        _better,
        reads=(_INTERVAL, _MEDIAN),
        causes=("input.no_structure", "voxel_size.doubtful", "state.post_processed"),
        picture=("0.e", "histogram"),
    ),
)  # fmt: skip
