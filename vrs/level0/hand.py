"""0.h Hand: whether alpha helices turn to the right, as they must."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Dict, Optional

from vrs.checks.common import does_not_apply, number, outside_resolution, require_mask, start
from vrs.checks.result import CannotMeasure, Check, Engine, Severity, Status
from vrs.level0.criteria import CRITERIA
from vrs.level0.local_resolution import network_engine
from vrs.maps import DensityMap
from vrs.maps.masks import raw_mask
from vrs.networks import hand as network
from vrs.networks.card import NetworkError, read_card
from vrs.networks.inputs import Progress

NETWORK = "VRS hand"

NEAR_A_HALF = (0.4, 0.6)
"""Scores in this interval are said to be close, whatever the decision."""


@dataclass(frozen=True)
class OutsideHand:
    """A score that another program gave; None where it found no helix."""

    engine: Engine
    score: Optional[float]


def hand(
    density: DensityMap,
    contour: float,
    resolution: Optional[float],
    outside: Optional[Callable[[], OutsideHand]] = None,
    progress: Progress = None,
) -> Check:
    """Score of the hand, for maps of 5 Å or better.

    Parameters
    ----------
    density : DensityMap
    contour : float
        Contour level, in grey values of the map.
    resolution : float or None
        Reported resolution in Å.
    outside : function, optional
        Measures with another program instead of our own network.
    progress : function, optional
        Called by our own network with the share of its work done, from 0 to 1.

    Raises
    ------
    CannotMeasure
        If nothing is above the contour level or the network cannot be run.
    """
    reason = outside_resolution("hand.resolution", resolution)
    if resolution is None or reason:
        return does_not_apply("0.h", reason)
    raw = raw_mask(density.data, contour)
    require_mask(density, raw)
    if outside is not None:
        return _by_other_program(outside())
    try:
        card = read_card(network.NAME)
        found = network.hand(density, raw, resolution, progress)
    except NetworkError as error:
        raise CannotMeasure(str(error)) from error
    check = start("0.h")
    held_out = held_out_error(card, resolution)
    check.engine = network_engine(NETWORK, card, held_out)
    _measure_score(check, found.score, found.mirror_score)
    check.measure("helix_voxels", found.helix_voxels, "", "points of the mask that lie on helices")
    check.measure(
        "confidence", found.confidence, "", "estimated probability that this side of 0.5 is right"
    )
    check.results.append(f"The score is {found.score:.2f} (0 right, 1 mirrored): {found.reason}.")
    judge(check, found.answer, found.reason)
    check.remark(
        Severity.NOTE,
        f"Measured by the network {NETWORK} of this program, not by Deep Hand. "
        f"{held_out} The mirrored map scores {found.mirror_score:.2f}.",
    )
    _remark_near_a_half(check)
    return check


def _by_other_program(measured: OutsideHand) -> Check:
    if measured.score is None:
        check = does_not_apply("0.h", f"{measured.engine.name} found no helix in the map.")
        check.engine = measured.engine
        return check
    check = start("0.h")
    check.engine = measured.engine
    _measure_score(check, measured.score, None)
    check.results.append(f"The score is {measured.score:.2f} (0 right, 1 mirrored).")
    judge(check, "mirrored" if measured.score > CRITERIA["hand.score"].limit else "right", "")
    _remark_near_a_half(check)
    return check


def _measure_score(check: Check, score: float, mirror_score: Optional[float]) -> None:
    check.measure("score", score, "", "hand, from 0 (right) to 1 (mirrored)")
    check.measure(
        "mirror_score",
        mirror_score,
        "",
        "hand of the mirrored map",
        "" if mirror_score is not None else "the program was not run on the mirrored map",
    )


def judge(check: Check, answer: str, reason: str) -> None:
    """Warning and the summary's sentence; a map without a decision is not judged.

    Parameters
    ----------
    check : Check
        With the measurement "score".
    answer : {"right", "mirrored", "undecided"}
    reason : str
        What the answer rests on.
    """
    score = number(check, "score")
    if answer == "undecided":
        check.status = Status.NOT_APPLICABLE
        check.reason = f"The hand cannot be decided (score {score:.2f}): {reason}."
        check.headline = f"{check.title} does not apply. {check.reason}"
        return
    if not check.decide("hand.score", "hand score", score):
        check.warn(
            "hand.score",
            f"The score of {score:.2f} says that the map is the mirror image of the molecule.",
        )
    check.headline = (
        "The map seems to be mirrored." if check.warnings else "The map has the right hand."
    )


def _remark_near_a_half(check: Check) -> None:
    low, high = NEAR_A_HALF
    if check.evaluated and low <= number(check, "score") <= high:
        check.remark(
            Severity.CAUTION, f"The score is between {low:g} and {high:g}: look at the helices."
        )


def held_out_error(card: Dict[str, Any], resolution: float) -> str:
    """How often the network was right on maps it was not trained on, at the nearest resolution."""
    row = min(card["held_out"], key=lambda row: abs(float(row["resolution"]) - resolution))
    right = row["decided_right"]
    share = "all" if right == row["decided"] else f"{right}"
    return (
        f"On {row['maps']} simulated maps of {row['resolution']:g} Å, of structures with helices "
        f"that it was not trained on, it decided {row['decided']}, {share} of them right."
    )
