"""How the map was sharpened."""

from __future__ import annotations

from typing import Optional

from vrs.maps.printing import number
from vrs.report.model import Evidence
from vrs.report.text.findings.facts import Facts
from vrs.report.text.findings.kind import CAUTION, NOTE, Kind, Said, Threshold

_B, _INTERVAL = Evidence("0.d", "b_factor_from_10"), Evidence("0.d", "b_factor_interval")

OVER = Threshold(
    "lower end of the interval of the B-factor above", 20.0, "Å²",
    "independent suite: maps oversharpened by 105 Å² or more at least 39; sound and real maps "
    "below 0",
)  # fmt: skip
NONE = Threshold(
    "upper end of the interval of the B-factor below", -60.0, "Å²",
    "independent suite: sharpened maps of the first set are above, four of the second, of 3.6 to "
    "4.8 Å, reach -67",
)  # fmt: skip


def _over(facts: Facts) -> Optional[Said]:
    value, interval = facts.number(_B), facts.numbers(_INTERVAL, 2)
    if value is None or interval is None or interval[0] <= OVER.value:
        return None
    return Said(
        f"The amplitudes of the molecule rise with a B-factor of {number(value)} Å² "
        f"({number(interval[0])} to {number(interval[1])} Å²) beyond those of protein without "
        "any blur: the map is oversharpened, which raises its noise.",
        f"Blur the map by {number(interval[0], 2)} to {number(interval[1], 2)} Å², or sharpen it "
        "less by as much.",
    )


def _none(facts: Facts) -> Optional[Said]:
    value, interval = facts.number(_B), facts.numbers(_INTERVAL, 2)
    if value is None or interval is None or interval[1] >= NONE.value:
        return None
    low, high = interval
    return Said(
        "The amplitudes of the molecule fall faster than those of protein without any blur, with "
        f"a B-factor of {number(value)} Å² ({number(low)} to {number(high)} Å²).",
        f"Sharpen the map by {number(-high, 2)} Å² to see more detail; beyond {number(-low, 2)} Å² "
        "it would be oversharpened.",
    )


KINDS = (
    Kind(
        "sharpening.over",
        "The map is oversharpened",
        (CAUTION,),
        _over,
        reads=(_B, _INTERVAL),
        thresholds=(OVER,),
        causes=("input.no_structure", "contour.in_noise", "resolution.low_passed"),
        rules=("b_factor.interval",),
        picture=("0.d", "guinier"),
    ),
    Kind(
        "sharpening.none",
        "The map is not fully sharpened",
        (NOTE,),
        _none,
        reads=(_B, _INTERVAL),
        thresholds=(NONE,),
        unless=("resolution.low_passed", "input.no_structure", "contour.in_noise"),
        picture=("0.d", "guinier"),
    ),
)
