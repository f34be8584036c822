"""Which hand the helix points of a map show, how sure that is, and when it is not decided.

Points of one helix err together, and so do the helices of a map that is not what the networks were
trained on. So the points are counted by parts of the map, and no number of them makes the error
smaller than that of a whole map.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, Dict, NamedTuple, Optional

import numpy as np

from vrs.maps import FloatArray
from vrs.maps.printing import count as counted
from vrs.maps.printing import entered, number, share
from vrs.networks.hand_patches import IntArray

PART = 20
"""Å; helix points in the same cube of this edge are a part of the map: one observation."""

ACCIDENT = 3
"""Neighbouring points that one accident of noise turns into helix points."""

SIGNIFICANT = 2.0
"""Standard errors by which helix points must exceed those of chance."""


@dataclass(frozen=True)
class Hand:
    """The hand of a map.

    Attributes
    ----------
    score : float -- 0 right, 1 mirrored; 0.5 without helices
    mirror_score : float -- score of the mirrored map: 1 - score
    helix_voxels : int -- points on helices beyond chance, on a grid of 2 Å (coarser in large masks)
    parts : int -- parts of the map with helix points
    agreement : float -- share of the points, 0 to 1, in parts on the same side as the whole
    confidence : float -- estimated probability, 0.5 to 1, of the right side of 0.5
    answer : {"right", "mirrored", "undecided"}
    reason : str -- the evidence for the answer, or why the hand is undecided; part of a sentence
    positions : ndarray, int, shape (n, 3) -- the points scored, in Å from the centre of the box
        (z, y, x)
    votes : ndarray, float64, shape (n,) -- the score of each, 0 right, 1 mirrored
    """

    score: float
    mirror_score: float
    helix_voxels: int
    parts: int
    agreement: float
    confidence: float
    answer: str
    reason: str
    positions: IntArray = field(compare=False, repr=False)
    votes: FloatArray = field(compare=False, repr=False)


class HelixPoints(NamedTuple):
    """The output of the networks for a map.

    Attributes
    ----------
    points : int -- examined points of the mask
    found : int -- number of them that the network takes for helices
    negative_points : int -- examined points of the map times -1, where that is highest
    negative_found : int -- number of them that the network takes for helices
    helix : ndarray, float32, shape (n,) -- log odds for a helix at the n surest points found
    logits : ndarray, float32, shape (n,) -- log odds for the right hand at the same points
    positions : ndarray, int, shape (n, 3) -- these points in Å from the centre of the box (z, y, x)
    blurred_by : float -- B-factor in Å² by which the map was blurred; 0 for the map itself
    """

    points: int
    found: int
    negative_points: int
    negative_found: int
    helix: FloatArray
    logits: FloatArray
    positions: IntArray
    blurred_by: float = 0.0

    @property
    def helix_points(self) -> int:
        """Number of points found beyond those of chance; 0 if that is not significant.

        Noise is symmetric: what the network takes for helices in noise, it finds as often in the
        noise times -1. The points of one accident are neighbours, so they count as one event.
        """
        scale = self.points / max(self.negative_points, 1)
        beyond = self.found - scale * self.negative_found
        variance = ACCIDENT * (self.found + scale**2 * (self.negative_found + ACCIDENT))
        return round(beyond) if beyond > SIGNIFICANT * math.sqrt(variance) else 0

    @property
    def helix_share(self) -> float:
        """Helix points as a share, 0 to 1, of the points examined."""
        return self.helix_points / max(self.points, 1)


class Parts(NamedTuple):
    """Parts of a map with helix points.

    Attributes
    ----------
    log_odds : ndarray, float64, shape (parts,) -- mean log odds for the right hand
    points : ndarray, int, shape (parts,) -- number of helix points
    """

    log_odds: FloatArray
    points: IntArray

    @property
    def mean(self) -> float:
        """Mean log odds of all points; 0 without any."""
        return float(np.average(self.log_odds, weights=self.points)) if len(self.points) else 0.0

    @property
    def agreement(self) -> float:
        """Share of the points in parts on the side of the mean."""
        return float(self.points[self.log_odds * self.mean > 0].sum() / max(self.points.sum(), 1))

    @property
    def spread(self) -> float:
        """Standard error of the mean from the spread between parts, in log odds."""
        count = len(self.points)
        off = self.points * (self.log_odds - self.mean) / max(self.points.sum(), 1)
        return math.sqrt(float((off**2).sum()) * count / max(count - 1, 1))

    def deviations(self, error_of_a_map: float) -> float:
        """Distance of the mean from 0 in standard errors; positive for the right hand.

        The standard error joins the spread between parts and the error of a whole map.

        Parameters
        ----------
        error_of_a_map : float -- in log odds

        Examples
        --------
        >>> Parts(np.array([1.0, 1.0, 1.0]), np.array([9, 9, 9])).deviations(0.5)
        2.0
        """
        return self.mean / math.hypot(self.spread, error_of_a_map)


def parts_of(seen: HelixPoints) -> Parts:
    """The helix points counted in cubes of PART Å."""
    cubes = np.rint(seen.positions / PART).astype(int)
    _, numbers, points = np.unique(cubes, axis=0, return_inverse=True, return_counts=True)
    sums = np.bincount(numbers.reshape(-1), weights=seen.logits, minlength=len(points))
    return Parts(sums / points, points)


def deviations(seen: HelixPoints, rules: Dict[str, Any]) -> float:
    """``Parts.deviations`` of all helix points; 0 if there are none."""
    return parts_of(seen).deviations(rules["error_of_a_map"])


def fewest_helix_points(seen: HelixPoints, rules: Dict[str, Any]) -> float:
    """Helix points that an answer needs at least."""
    return max(rules["fewest_helix_voxels"], rules["least_helix_share"] * seen.points)


def too_few(seen: HelixPoints, rules: Dict[str, Any]) -> bool:
    """Whether there are too few helix points for an answer."""
    return seen.helix_points < fewest_helix_points(seen, rules)


def is_open(seen: HelixPoints, rules: Dict[str, Any]) -> bool:
    """Whether a part of the points of a map shows that all of them would not decide its hand.

    Either the points found are too few by 2 standard errors, even if none is chance. Or the helix
    points of the map itself are too few, here or at the first look, and the mean log odds is too
    near 0: 2 standard errors more would still be less than an answer needs.
    """
    found = seen.found + SIGNIFICANT * math.sqrt(ACCIDENT * (seen.found + ACCIDENT))
    if found < fewest_helix_points(seen, rules):
        return True
    parts = parts_of(seen)
    most = abs(parts.mean) + SIGNIFICANT * parts.spread
    near = most < rules["deviations"] * rules["error_of_a_map"]
    few = seen.blurred_by > 0 or too_few(seen, rules)
    return few and near and len(parts.points) >= rules["fewest_parts"]


def decide(seen: HelixPoints, rules: Dict[str, Any], resolution: Optional[float]) -> Hand:
    """The answer from the scores at the helix points, by "decision" of the model card.

    Parameters
    ----------
    seen : HelixPoints
    rules : dict
    resolution : float or None -- in Å, as reported
    """
    parts = parts_of(seen)
    distance = parts.deviations(rules["error_of_a_map"])
    reason = _open_question(seen, parts, rules, resolution)
    answer = "undecided"
    if not reason:
        answer = "right" if distance > 0 else "mirrored"
        reason = (
            f"the score of {counted(seen.helix_points, 'helix point')} is "
            f"{number(abs(distance))} standard errors from 0.5, and {_agreeing(parts)} in parts "
            "of the map on the same side"
        )
    if seen.blurred_by:
        reason = f"{reason}, in the map blurred by {seen.blurred_by:g} Å² to show more helices"
    score = _probability(-parts.mean)
    return Hand(
        score=score,
        mirror_score=1 - score,
        helix_voxels=seen.helix_points,
        parts=len(parts.points),
        agreement=parts.agreement,
        confidence=_probability(rules["confidence_per_deviation"] * abs(distance)),
        answer=answer,
        reason=reason,
        positions=seen.positions,
        votes=0.5 - 0.5 * np.tanh(seen.logits.astype(np.float64) / 2),
    )


def _open_question(
    seen: HelixPoints, parts: Parts, rules: Dict[str, Any], resolution: Optional[float]
) -> str:
    """Why the hand cannot be decided; "" if it can."""
    worst, distance = rules["worst_resolution"], abs(parts.deviations(rules["error_of_a_map"]))
    if not seen.found:
        return "no alpha helix was found in the mask"
    if resolution is not None and resolution > worst:
        return (
            f"the resolution of {entered(resolution)} Å is worse than {worst:g} Å, the limit for "
            "helices"
        )
    if not seen.helix_points:
        return (
            f"{seen.found} of {seen.points} points in the mask look like helices, not clearly more "
            "than by chance"
        )
    if too_few(seen, rules):
        verb = "lies" if seen.helix_points == 1 else "lie"
        return f"only {seen.helix_points} of {seen.points} points in the mask {verb} on helices"
    if len(parts.points) < rules["fewest_parts"]:
        return f"the helices are in {counted(len(parts.points), 'part')} of the map only"
    blurry = resolution is None or resolution > rules["agreement_beyond"]
    if blurry and parts.agreement < rules["least_agreement"]:
        return f"parts of the map disagree: only {_agreeing(parts)} in parts on the same side"
    if distance < rules["deviations"]:
        return (
            f"this is {number(distance)} standard errors from 0.5, and "
            f"{rules['deviations']:g} are needed"
        )
    return ""


def _agreeing(parts: Parts) -> str:
    return f"{share(100 * parts.agreement)} of the helix points are"


def _probability(log_odds: float) -> float:
    return 0.5 + 0.5 * math.tanh(log_odds / 2)
