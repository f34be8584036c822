"""Artefacts of the reconstruction: missing directions, copies, streaks."""

from __future__ import annotations

from typing import Optional

from vrs.maps.printing import fixed, number
from vrs.report.text.findings.facts import Facts, of_evidence
from vrs.report.text.findings.kind import CAUTION, SERIOUS, Kind, Said, Threshold

_SPREAD, _POWER = of_evidence("anisotropy"), of_evidence("directional_power")
_WEAKEST = of_evidence("weakest_direction")
_GHOST, _DISTANCE = of_evidence("ghost_correlation"), of_evidence("ghost_distance")
_NEXT, _OUTSIDE = of_evidence("ghost_next"), of_evidence("ghost_outside")
_STREAK = of_evidence("axis_streak")

UNEVEN = Threshold(
    "spread of the directional B-factors over the square of the resolution above", 10.0, "",
    "independent maps: sound ones up to 5 Å at most 5.5, all at most 8.6; a B-factor of 130 Å² "
    "along one axis at least 12",
)  # fmt: skip
UNEVEN_WEAKER = Threshold(
    "for that, power of the weakest directions over the mean below", 0.5, "",
    "independent maps: a B-factor of 100 Å² or more along one axis at most 0.3 up to 5 Å; a "
    "coiled coil of 11 kDa, whose helices are parallel, 0.57",
)  # fmt: skip
WEAKER = Threshold(
    "power of the weakest directions over the mean below", 0.26, "",
    "independent maps: sound ones up to 6 Å at least 0.6, beyond at least 0.27; a B-factor of 100 "
    "Å² along one axis 0.25",
)  # fmt: skip
MISSING = Threshold(
    "for a missing cone, that power below", 0.12, "",
    "independent maps: blurred along one axis at least 0.2, a missing cone of 30 degrees at most "
    "0.04",
)  # fmt: skip
COPY = Threshold(
    "correlation of the details of the molecule with those at a distance at least", 0.15, "",
    "independent maps: ghosts at least 0.25, sound ones at most 0.12",
)  # fmt: skip
COPY_OVER_NEXT = Threshold(
    "that over the next peak at least", 2.0, "", "symmetric and helical maps have many peaks"
)
COPY_OUTSIDE = Threshold(
    "that correlation where the copy lies outside of the mask, if known, at least", 0.15, "",
    "ghosts of three sets at least 0.24; whole real maps to 10 Å, and a crystal of which each "
    "chain has a copy 57 Å away, at most 0.03",
)  # fmt: skip
STREAK = Threshold(
    "spread on an axis over that beside it at least", 3.0, "",
    "independent suite: streaks at least 6.0, sound maps at most 1.4, real maps at most 1.8",
)  # fmt: skip


def _anisotropic(facts: Facts) -> Optional[Said]:
    spread, power = facts.number(_SPREAD), facts.numbers(_POWER, 2)
    if spread is None or power is None:
        return None
    uneven = spread > UNEVEN.value and power[0] < UNEVEN_WEAKER.value
    if not uneven and power[0] >= WEAKER.value:
        return None
    direction = facts.numbers(_WEAKEST, 3)
    where = ""
    if direction:
        where = f", along (X, Y, Z) = ({', '.join(fixed(part, 2) for part in direction)})"
    text = (
        f"The weakest directions{where} have {number(power[0], 2)} times the mean power of their "
        f"shells, the strongest {number(power[1], 2)} times."
    )
    if power[0] < MISSING.value:
        return Said(
            f"{text} A cone of directions is missing or nearly so.",
            "Look for missing views in the distribution of the angles, and collect tilted data or "
            "other grids. Elongated features along that direction are artefacts.",
            SERIOUS,
        )
    return Said(
        f"{text} The map is blurred more in some directions than in others.",
        "Look at the distribution of the angles for a preferred orientation, and give a "
        "resolution by direction.",
        CAUTION,
    )


def _ghost(facts: Facts) -> Optional[Said]:
    height, distance = facts.number(_GHOST), facts.number(_DISTANCE)
    after, outside = facts.number(_NEXT), facts.number(_OUTSIDE)
    if height is None or distance is None or height < COPY.value:
        return None
    if after is not None and height < COPY_OVER_NEXT.value * after:
        return None
    if outside is not None and outside < COPY_OUTSIDE.value:
        return None
    return Said(
        f"The details of the molecule repeat at a distance of {fixed(distance, 1)} Å, with about "
        f"{fixed(height, 2)} times their strength: a weaker copy of the density lies there.",
        "Look for particles that were aligned at two positions (a neighbour, a second register, "
        "wrong centring or symmetry), and classify them.",
    )


def _streak(facts: Facts) -> Optional[Said]:
    times = facts.number(_STREAK)
    if times is None or times < STREAK.value:
        return None
    return Said(
        f"Along an axis through the centre of the box the background varies {number(times, 2)} "
        "times as much as beside it: a streak, as imposed symmetry or interpolation leaves it.",
        "Do not interpret density on that axis. Refine without symmetry to see what remains.",
    )


KINDS = (
    Kind(
        "anisotropy",
        "Directions differ in power",
        (CAUTION, SERIOUS),
        _anisotropic,
        reads=(_SPREAD, _POWER, _WEAKEST),
        thresholds=(UNEVEN, UNEVEN_WEAKER, WEAKER, MISSING),
        causes=(
            "input.no_structure", "contrast.inverted", "contour.outside", "contour.in_noise",
        ),
        # A plane that cuts the molecule has power along its normal.
        unless=("state.cut",),
        picture=("evidence", "directional_power"),
        version=2,
    ),
    Kind(
        "ghost",
        "The map has a copy of its density",
        (SERIOUS,),
        _ghost,
        reads=(_GHOST, _DISTANCE, _NEXT, _OUTSIDE),
        thresholds=(COPY, COPY_OVER_NEXT, COPY_OUTSIDE),
        causes=("input.no_structure",),
        version=2,
    ),
    Kind(
        "streak",
        "A streak runs along an axis",
        (CAUTION,),
        _streak,
        reads=(_STREAK,),
        thresholds=(STREAK,),
        causes=("input.no_structure", "state.filament"),
        picture=("evidence", "map"),
    ),
)
