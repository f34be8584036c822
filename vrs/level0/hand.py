"""0.h Hand: whether alpha helices turn to the right, as they must."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, Callable, Dict, Optional

from vrs import __version__
from vrs.checks.beside import measure_beside
from vrs.checks.check import Check, Need
from vrs.checks.figures import SliceFigure
from vrs.checks.inputs import MAP, Inputs, require_mask
from vrs.checks.result import CannotMeasure, Engine, Result, Severity, Status
from vrs.checks.rule import AT_MOST
from vrs.level0.service import published
from vrs.maps import DensityMap
from vrs.maps.masks import raw_mask
from vrs.maps.printing import count
from vrs.networks import hand as network
from vrs.networks.card import NetworkError, read_card
from vrs.networks.hand_decision import PART, Hand
from vrs.networks.hand_patches import voxels_used
from vrs.networks.inputs import Progress

NETWORK = "VRS hand"

RESOLUTION = published(
    "hand.resolution",
    AT_MOST,
    (5.0,),
    "Å",
    "the reported resolution is {0} Å or better",
    "the hand of a helix cannot be seen at worse resolution",
    scored=False,
)

SCORE = published(
    "hand.score",
    AT_MOST,
    (0.5,),
    "",
    "the hand score is at most {0} (0 right, 1 mirrored)",
    "a larger score means that the map is the mirror image of the molecule",
    "Look at a well resolved alpha helix before anything else: it must turn like an ordinary "
    "screw. If it turns the other way, flip the map and its half maps along one axis and "
    "refine again from the flipped map. Where no helix is clear, fit a known or predicted "
    "structure into the map and into its mirror image: the right hand fits better.",
    measurements=("score",),
)

HELICES = "helices"
"""Curve of the points on helices: x, y, z in Å from the centre of the first voxel, and score."""

NEAR_A_HALF = (0.4, 0.6)
"""Scores of another program in this interval get a remark; it does not say how sure it is."""


@dataclass(frozen=True)
class OutsideHand:
    """The score of another program; None if it found no helix."""

    engine: Engine
    score: Optional[float]


def hand(
    density: DensityMap,
    contour: float,
    resolution: float,
    program: Optional[Callable[[], OutsideHand]] = None,
    progress: Progress = None,
) -> Result:
    """Check 0.h: score of the hand, for maps of 5 Å or better.

    Parameters
    ----------
    density : DensityMap -- data float32, shape (Z, Y, X)
    contour : float -- contour level in grey values of the map
    resolution : float -- reported resolution in Å
    program : function, optional -- measures with another program instead of the built-in network
    progress : function, optional -- called by the built-in network with the share done, 0 to 1

    Returns
    -------
    Result -- "score" from 0 (right) to 1 (mirrored); does not apply if the network cannot decide

    Raises
    ------
    CannotMeasure
        If nothing is above the contour level or the network cannot be run.
    """
    raw = raw_mask(density.data, contour)
    require_mask(density, raw)
    if program is not None:
        return _by_other_program(program())
    try:
        card = read_card(network.NAME)
        measured = network.hand(density, raw, resolution, progress)
    except NetworkError as error:
        raise CannotMeasure(error.reason, error.advice) from error
    result = HAND.start()
    held_out = held_out_error(card, resolution)
    result.engine = Engine(NETWORK, __version__, card["sha256"], held_out)
    _measure_score(result, measured.score, measured.mirror_score)
    _measure_evidence(result, measured)
    _record_helices(result, measured, density)
    # Why a hand is undecided is the result itself.
    why = "" if measured.answer == "undecided" else f": {measured.reason}"
    result.results.append(
        f"The score is {SCORE.number(measured.score)} (0 right, 1 mirrored){why}."
    )
    judge(result, measured.answer, measured.reason)
    result.remark(
        Severity.NOTE,
        f"Measured by the built-in network {NETWORK}, not by Deep Hand. "
        f"{held_out} The mirrored map scores {SCORE.number(measured.mirror_score)}.",
    )
    return result


def _by_other_program(measured: OutsideHand) -> Result:
    if measured.score is None:
        result = HAND.not_applicable(f"{measured.engine.name} found no helix in the map.")
        result.engine = measured.engine
        return result
    result = HAND.start()
    result.engine = measured.engine
    _measure_score(result, measured.score, None)
    result.results.append(f"The score is {SCORE.number(measured.score)} (0 right, 1 mirrored).")
    judge(result, "mirrored" if measured.score > SCORE.limit else "right", "")
    _remark_near_a_half(result)
    return result


def _measure_score(result: Result, score: float, mirror_score: Optional[float]) -> None:
    result.measure("score", score, "", "hand, from 0 (right) to 1 (mirrored)")
    reason = "the program was not run on the mirrored map" if mirror_score is None else ""
    result.measure("mirror_score", mirror_score, "", "hand of the mirrored map", reason)


def _measure_evidence(result: Result, measured: Hand) -> None:
    """What the score rests on."""
    result.measure(
        "helix_voxels", measured.helix_voxels, "",
        "points of the mask on helices beyond those of chance; 0 if they are not significant",
    )  # fmt: skip
    result.measure("parts", measured.parts, "", f"cubes of {PART} Å with points on helices")
    result.measure(
        "agreement", 100 * measured.agreement if measured.parts else None, "%",
        "points on helices in parts of the map on the same side of 0.5 as the score",
        "" if measured.parts else "no point looks like a helix",
    )  # fmt: skip
    result.measure(
        "confidence", measured.confidence, "",
        "estimated probability that this side of 0.5 is right, calibrated on experimental maps",
    )  # fmt: skip


def _record_helices(result: Result, measured: Hand, density: DensityMap) -> None:
    """The points whose hand was scored, and a figure of them, if there are any."""
    if not len(measured.votes):
        return
    centres = [(length - 1) / 2 * density.voxel_size for length in density.box]
    sides = zip("xyz", centres, measured.positions.T[::-1])
    places = {axis: centre + along for axis, centre, along in sides}
    result.curves[HELICES] = {**places, "score": measured.votes}
    result.figures.append(
        SliceFigure(
            MAP, "maximum_projection",
            f"{count(len(measured.votes), 'point')} on helices over maximum projections of the "
            "map. The score of each is 0 for the right hand and 1 for the mirrored one.",
            points=HELICES,
        )
    )  # fmt: skip


def judge(result: Result, answer: str, reason: str) -> None:
    """Warning and the summary's sentence; "undecided", for its reason, does not apply."""
    score = result.number("score")
    if answer == "undecided":
        result.status = Status.NOT_APPLICABLE
        result.reason = f"The hand cannot be decided (score {SCORE.number(score)}): {reason}."
        result.headline = f"{result.title} does not apply. {result.reason}"
        return
    if not result.decide(SCORE, "hand score", score):
        result.warn(
            SCORE,
            f"The score of {SCORE.number(score)} means that the map is the mirror image of the "
            "molecule.",
        )
    result.headline = (
        "The map seems to be mirrored." if result.warnings else "The map has the right hand."
    )


def _remark_near_a_half(result: Result) -> None:
    low, high = NEAR_A_HALF
    if result.evaluated and low <= result.number("score") <= high:
        result.remark(
            Severity.CAUTION, f"The score is between {low:g} and {high:g}: look at the helices."
        )


def held_out_error(card: Dict[str, Any], resolution: float) -> str:
    """The accuracy of the network on maps that it was not trained on, at the nearest resolution."""
    row = min(card["held_out"], key=lambda row: abs(float(row["resolution"]) - resolution))
    right = row["decided_right"]
    share = "all" if right == row["decided"] else f"{right}"
    return (
        f"On {row['maps']} simulated maps of {row['resolution']:g} Å, of structures with helices "
        f"that it was not trained on, it decided {row['decided']}, {share} of them right."
    )


def _measure(
    inputs: Inputs, program: Optional[Callable[[], OutsideHand]] = None, progress: Progress = None
) -> Result:
    assert inputs.resolution is not None
    measured = inputs.map, inputs.contour, inputs.resolution
    result = hand(*measured, program, progress)
    if program is not None:
        measure_beside(result, partial(hand, *measured, progress=progress))
    return result


HAND = Check(
    id="0.h",
    title="Hand",
    explanation=(
        "Alpha helices of proteins are right-handed. Where helices are resolved, a network "
        "decides whether they turn to the right (score 0) or to the left (score 1), in which "
        "case the whole map is the mirror image of the molecule. It decides nothing if there are "
        "no more helices than noise seems to have, or if parts of the map do not agree well "
        "enough. To see it yourself, look along a well resolved helix: the chain turns clockwise "
        "as it runs away from you."
    ),
    method="The hand was judged by a neural network from the density around alpha helices.",
    references=("GarciaCondado2022",),
    rules=(RESOLUTION, SCORE),
    needs=(Need.RESOLUTION, Need.CONTOUR),
    measure=_measure,
    part=lambda density, _, contour: voxels_used(
        raw_mask(density.data, contour), density.voxel_size
    ),
    network=network.NAME,
)
