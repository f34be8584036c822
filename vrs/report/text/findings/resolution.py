"""Whether the map has the resolution that is reported."""

from __future__ import annotations

from typing import Optional, Sequence

from vrs.maps.printing import entered, fixed, in_words, number, share
from vrs.report.model import Evidence
from vrs.report.text.findings.facts import Facts, of_evidence
from vrs.report.text.findings.kind import CAUTION, NOTE, SERIOUS, Kind, Said, Threshold

_INTERVAL, _MEDIAN = Evidence("0.e", "median_interval"), Evidence("0.e", "median")
_BETTER = Evidence("0.e", "reported_percentile")
_PERCENTILE = "local_resolution.percentile"
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
NEAR = Threshold(
    "cut-off over the reported resolution below which the fall is one of the noise", 0.85, "",
    "independent suite: sound maps that are low-passed at the reported resolution at least 0.93",
)  # fmt: skip
LOW_PASSED = Threshold(
    "cut-off over the reported resolution, for a serious finding, at least", 1.25, "",
    "the severity that findings are defined with",
)  # fmt: skip
LOW_PASSED_CAUTION = Threshold(
    "cut-off over the reported resolution, for a caution, at least", 1.08, "",
    "independent suite: sound maps with such a fall at most 1.0",
)  # fmt: skip

PROMISED = (
    (3.6, "the side chains"),
    (4.8, "the separate strands and the large side chains"),
    (10.0, "the helices"),
)
"""What a map shows up to a resolution in Å."""


def end_of_power(facts: Facts) -> Optional[float]:
    """The resolution in Å at which the power of the map surely ends.

    None where its steepest fall is the shape of the molecule, or lies in the noise, finer than the
    reported resolution; without a reported one only a fall that is steep anywhere counts.
    """
    cutoff, drop, resolution = facts.number(_CUTOFF), facts.number(_DROP), facts.resolution
    if cutoff is None or drop is None:
        return None
    near = resolution is not None and NEAR.value <= cutoff / resolution <= FAR.value
    if resolution is not None and cutoff < NEAR.value * resolution:
        return None
    return cutoff if drop >= (SURE_FALL if near else SURE_FALL_FAR).value else None


def reaches_reported(facts: Facts) -> bool:
    """Whether the power of the map surely ends, and not before the reported resolution."""
    end, resolution = end_of_power(facts), facts.resolution
    if end is None or resolution is None:
        return False
    return end < LOW_PASSED_CAUTION.value * resolution


def _low_passed(facts: Facts) -> Optional[Said]:
    end, drop, resolution = end_of_power(facts), facts.number(_DROP), facts.resolution
    if end is None or drop is None or resolution is None or reaches_reported(facts):
        return None
    return Said(
        f"The power of the map falls by {_factor(drop)} at {fixed(end, 2)} Å "
        f"and nothing finer follows, but the reported resolution is {entered(resolution)} Å."
        f"{_beside_the_end(facts, end)}",
        f"State {fixed(end, 2)} Å for this map, or use the map before it was low-passed.",
        SERIOUS if end >= LOW_PASSED.value * resolution else CAUTION,
    )


ROUNDED = Threshold(
    "two voxels over the reported resolution above", 1.03, "",
    "both are printed rounded; coarser voxels cannot hold the detail, whatever is in the map",
)  # fmt: skip


def _beyond_sampling(facts: Facts) -> Optional[Said]:
    """A resolution that no map on this grid can have: a wave needs two voxels."""
    record, resolution = facts.record, facts.resolution
    finest = 2 * record.voxel_size
    if resolution is None or finest <= ROUNDED.value * resolution:
        return None
    if record.binning > 1:
        return Said(
            f"Binned by {record.binning}, the map has voxels of {entered(record.voxel_size)} Å and "
            f"can show nothing finer than two of them, {entered(finest)} Å; the reported "
            f"resolution is {entered(resolution)} Å.",
            "Measure the map without binning.",
            CAUTION,
        )
    return Said(
        f"A map with voxels of {entered(record.voxel_size)} Å can show nothing finer than two of "
        f"them, {entered(finest)} Å, but the reported resolution is {entered(resolution)} Å.",
        "Check the reported resolution and the voxel size; if both are right, use the map with the "
        "finer voxels from which this one was made.",
        SERIOUS if finest >= LOW_PASSED.value * resolution else CAUTION,
    )


def _beside_the_end(facts: Facts, end: float) -> str:
    """What to think of values of 0.e that are finer than the map; "" if there are none."""
    median, better = facts.number(_MEDIAN), facts.number(_BETTER)
    finer = []
    if median is not None and median < end:
        finer.append(f"the median, {_shown(facts, median)}")
    if better:
        finer.append(f"{share(better)} of the voxels, better than reported")
    if not finer:
        return ""
    return (
        f" 0.e has values finer than that ({in_words(finer)}), which it estimates from how the "
        "power falls: the map shows no such detail."
    )


def _factor(decades: float) -> str:
    """A fall of the power in words.

    >>> _factor(2.0), _factor(13.4)
    ('a factor of 100', 'more than a factor of 1000')
    """
    return f"a factor of {number(10**decades, 2)}" if decades < 3 else "more than a factor of 1000"


MARGIN = Threshold(
    "better end of the interval of 0.e over the reported resolution above", 1.1, "",
    "the interval leaves out one map in twenty on this side; a mask with a sharp edge costs 6 %, "
    "zeros around the box 3 %",
)  # fmt: skip


def _contradicted(facts: Facts) -> Optional[Said]:
    interval, median = facts.numbers(_INTERVAL, 2), facts.number(_MEDIAN)
    resolution = facts.resolution
    if interval is None or median is None or resolution is None:
        return None
    if interval[0] <= MARGIN.value * resolution:
        return None
    passes = facts.evaluated("0.e") and not facts.broken("0.e", (_PERCENTILE,))
    beside = (
        " The published rule of 0.e holds beside it, since it only asks that a few voxels are "
        "better than reported."
    )
    return Said(
        f"{_beside_reported(interval, _shown(facts, median), 'worse', resolution)}"
        f"{beside if passes else ''}",
        "Look at the FSC of the half maps inside a mask, and in the map for "
        f"{_promised(resolution)} that the reported resolution promises.",
    )


def _promised(resolution: float) -> str:
    """What a map of a resolution in Å shows.

    >>> _promised(3.2), _promised(8)
    ('the side chains', 'the helices')
    """
    return next(
        (detail for worst, detail in PROMISED if resolution <= worst), "the shapes of the domains"
    )


def _beside_reported(
    interval: Sequence[float], median: str, side: str, resolution: float
) -> str:
    """What the median of 0.e says of the true resolution, beside the reported one."""
    low, high = interval
    return (
        f"The median local resolution, {median}, belongs to maps of {fixed(low, 2)} to "
        f"{fixed(high, 2)} Å, which is {side} than the reported {entered(resolution)} Å."
    )


def _shown(facts: Facts, median: float) -> str:
    """The median, with who measured it where the section shows another one."""
    return f"{fixed(median, 2)} Å{facts.by_whom(_MEDIAN)}"


def _better(facts: Facts) -> Optional[Said]:
    interval, median = facts.numbers(_INTERVAL, 2), facts.number(_MEDIAN)
    resolution = facts.resolution
    if interval is None or median is None or resolution is None or interval[1] >= resolution:
        return None
    return Said(
        _beside_reported(interval, _shown(facts, median), "better", resolution),
        "Check whether the reported resolution is that of this map.",
    )


KINDS = (
    Kind(
        "resolution.beyond_sampling",
        "The reported resolution is finer than two voxels",
        (SERIOUS, CAUTION),
        _beyond_sampling,
        thresholds=(ROUNDED, LOW_PASSED),
    ),
    Kind(
        "resolution.low_passed",
        "The map ends before the reported resolution",
        (SERIOUS, CAUTION),
        _low_passed,
        reads=(_CUTOFF, _DROP, _MEDIAN, _BETTER),
        thresholds=(SURE_FALL, NEAR, FAR, SURE_FALL_FAR, LOW_PASSED, LOW_PASSED_CAUTION),
        causes=("resolution.beyond_sampling",),
        rules=(_PERCENTILE,),
        picture=("evidence", "power_spectrum"),
    ),
    Kind(
        "resolution.contradicted",
        "The local resolution is worse than reported",
        (SERIOUS,),
        _contradicted,
        reads=(_INTERVAL, _MEDIAN),
        thresholds=(MARGIN,),
        causes=(
            "contrast.inverted", "input.no_structure", "voxel_size.doubtful",
            "resolution.beyond_sampling", "resolution.low_passed", "contour.in_noise",
        ),
        rules=(_PERCENTILE,),
        picture=("0.e", "histogram"),
    ),
    Kind(
        "resolution.better",
        "The map looks better resolved than reported",
        (NOTE,),
        _better,
        reads=(_INTERVAL, _MEDIAN),
        causes=("voxel_size.doubtful", "state.post_processed"),
        unless=("input.no_structure", "contour.in_noise", "resolution.low_passed"),
        picture=("0.e", "histogram"),
    ),
)  # fmt: skip
