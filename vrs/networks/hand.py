"""The hand of a map from its alpha helices, by two small networks.

The first finds points on helices; the second scores the patch around each of them and its mirror
images. Only the difference between the two hands counts, so that the scores of a map and of its
mirror image always add up to 1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple

import numpy as np

from vrs.maps import BoolArray, DensityMap, FloatArray
from vrs.maps.fourier import blur
from vrs.maps.printing import count as counted
from vrs.maps.printing import entered, number
from vrs.networks import FOLDER
from vrs.networks.card import open_network, read_card
from vrs.networks.hand_patches import IntArray, patches_in_mask
from vrs.networks.inputs import Progress, require_mask

NAME = "hand"

MOST_POINTS = 100_000
"""Points examined in a map; a larger mask has a coarser grid of points."""

MOST_HELIX_POINTS = 400
"""Points whose hand is scored: those with the highest probability of a helix."""

BATCH = 128

Flip = Tuple[int, int, int]

FLIPS: List[Flip] = [(a, b, c) for a in (1, -1) for b in (1, -1) for c in (1, -1)]
"""The eight ways to reverse axes of a patch; an odd number of -1 is a mirror image."""

FIRST_LOOK = 0.8
"""Share of the time that the search for helices takes."""

SEGMENT = 10
"""Å; helix points in the same cube of this edge count as one observation."""


@dataclass(frozen=True)
class Hand:
    """The hand of a map.

    Attributes
    ----------
    score : float -- 0 right, 1 mirrored; 0.5 without helices
    mirror_score : float -- score of the mirrored map: 1 - score
    helix_voxels : int -- points on helices, on a grid of 2 Å (coarser in very large masks)
    confidence : float -- estimated probability, 0.5 to 1, of the right side of 0.5
    answer : {"right", "mirrored", "undecided"}
    reason : str -- the evidence for the answer, or why the hand is undecided; part of a sentence
    """

    score: float
    mirror_score: float
    helix_voxels: int
    confidence: float
    answer: str
    reason: str


class HelixPoints(NamedTuple):
    """The output of the networks for a map.

    Attributes
    ----------
    points : int -- examined points of the mask
    helix_points : int -- number of them on helices
    helix : ndarray, float32, shape (n,) -- log odds for a helix at the n surest helix points
    logits : ndarray, float32, shape (n,) -- log odds for the right hand at the same points
    positions : ndarray, int, shape (n, 3) -- these points in Å from the centre of the box (z, y, x)
    blurred_by : float -- B-factor in Å² by which the map was blurred; 0 for the map itself
    """

    points: int
    helix_points: int
    helix: FloatArray
    logits: FloatArray
    positions: IntArray
    blurred_by: float = 0.0


def hand(
    density: DensityMap, mask: BoolArray, resolution: Optional[float], progress: Progress = None
) -> Hand:
    """Whether the helices of a map are right-handed, as they must be, or the map is mirrored.

    Parameters
    ----------
    density : DensityMap -- any voxel size; protein is positive
    mask : ndarray, bool, shape (Z, Y, X) -- the raw mask or the mask of the molecule
    resolution : float or None -- in Å, as reported; "undecided" beyond the limit of the model card
    progress : callable, optional -- called with the share of the work done, 0 to 1

    Raises
    ------
    NetworkError
        If the network is missing or damaged.
    MapError
        If the mask is empty.
    ValueError
        If the mask has another shape than the map.
    """
    rules = read_card(NAME)["decision"]
    require_mask(density, mask)
    return decide(look(density, mask, rules, progress), rules, resolution)


def look(
    density: DensityMap,
    mask: BoolArray,
    rules: Dict[str, Any],
    progress: Progress = None,
    folder: Path = FOLDER,
) -> HelixPoints:
    """The points on helices; if they are too few, those of the blurred map, if they are more.

    In a map so sharp that its power rises with frequency, the network misses helices.

    Parameters
    ----------
    density, mask, progress
        As in ``hand``; the progress is that of the search in the map itself.
    rules : dict -- "decision" of the model card
    folder : Path, optional -- with the network and its card
    """
    probability, blurring = rules["helix_probability"], rules["second_look_b_factor"]
    seen = helix_points(density, mask, probability, progress, folder)
    if not _too_few(seen, rules):
        return seen
    blurred = density.with_data(blur(density.data, density.voxel_size, blurring))
    again = helix_points(blurred, mask, probability, folder=folder)
    return again._replace(blurred_by=blurring) if again.helix_points > seen.helix_points else seen


def helix_points(
    density: DensityMap,
    mask: BoolArray,
    helix_probability: float,
    progress: Progress = None,
    folder: Path = FOLDER,
) -> HelixPoints:
    """Find the points on helices and score the hand there.

    Parameters
    ----------
    density : DensityMap
    mask : ndarray, bool, shape (Z, Y, X)
    helix_probability : float -- probability above which a point counts as on a helix
    progress : callable, optional
    folder : Path, optional -- with the network and its card
    """
    network = _Network(folder)
    patches = patches_in_mask(density, mask, MOST_POINTS)
    count = len(patches.points)
    threshold = math.log(helix_probability / (1 - helix_probability))
    logits = np.empty(count, dtype=np.float32)
    for part in _batches(np.arange(count)):
        logits[part] = network.mean("helix", patches.standardised(part), FLIPS[:2])
        if progress:
            progress(FIRST_LOOK * (part[-1] + 1) / count)
    likely = np.flatnonzero(logits > threshold / 2)
    for part in _batches(likely):
        logits[part] = network.mean("helix", patches.standardised(part), FLIPS)
    helices = likely[logits[likely] > threshold]
    surest = np.sort(helices[np.argsort(-logits[helices], kind="stable")][:MOST_HELIX_POINTS])
    hands = np.empty(len(surest), dtype=np.float32)
    for part in _batches(np.arange(len(surest))):
        hands[part] = network.difference("hand", patches.standardised(surest[part]))
    if progress:
        progress(1.0)
    return HelixPoints(count, len(helices), logits[surest], hands, patches.positions[surest])


def decide(seen: HelixPoints, rules: Dict[str, Any], resolution: Optional[float]) -> Hand:
    """The answer from the scores at the helix points, by "decision" of the model card."""
    if not len(seen.logits):
        reason = _with_blurring("no alpha helix was found in the mask", seen)
        return Hand(0.5, 0.5, seen.helix_points, 0.5, "undecided", reason)
    log_odds = log_odds_of_cubes(seen)
    deviations = standard_errors(log_odds)
    score = _probability(-float(log_odds.mean()))
    close = near_half(score, rules)
    confidence = _confidence(abs(deviations), close, rules)
    worst, answer = rules["worst_resolution"], "undecided"
    reason = (
        f"the score of {counted(seen.helix_points, 'helix point')} is "
        f"{number(abs(deviations))} standard errors from 0.5"
    )
    if resolution is not None and resolution > worst:
        reason = (
            f"the resolution of {entered(resolution)} Å is worse than {worst:g} Å, the limit for "
            "helices"
        )
    elif _too_few(seen, rules):
        verb = "lies" if seen.helix_points == 1 else "lie"
        reason = f"only {seen.helix_points} of {seen.points} points in the mask {verb} on helices"
    elif abs(deviations) < rules["deviations"]:
        reason = f"{reason}, and {rules['deviations']:g} are needed"
    elif close:
        reason = f"the score of {number(score)} is too close to 0.5"
    else:
        answer = "right" if deviations > 0 else "mirrored"
    reason = _with_blurring(reason, seen)
    return Hand(score, 1 - score, seen.helix_points, confidence, answer, reason)


def near_half(score: float, rules: Dict[str, Any]) -> bool:
    """Whether a score is too close to 0.5 to be an answer, by "decision" of the model card."""
    return bool(abs(score - 0.5) < rules["least_margin"])


def _confidence(deviations: float, close: bool, rules: Dict[str, Any]) -> float:
    """Probability that the score is on the right side of 0.5."""
    if not close:
        return _probability(rules["confidence_per_deviation"] * deviations)
    # Many points slightly on one side are a bias of the network, not evidence.
    counted = min(deviations, rules["deviations"])
    return _probability(rules["confidence_per_deviation_near_half"] * counted)


def log_odds_of_cubes(seen: HelixPoints) -> FloatArray:
    """Mean log odds for the right hand in every cube of SEGMENT Å with helix points.

    Neighbouring points lie on the same helix, so a cube counts as one observation.

    Returns
    -------
    ndarray, float64, shape (cubes,)
    """
    cubes = np.rint(seen.positions / SEGMENT).astype(int)
    _, number, points = np.unique(cubes, axis=0, return_inverse=True, return_counts=True)
    sums = np.bincount(number.reshape(-1), weights=seen.logits)
    means: FloatArray = sums / points
    return means


def standard_errors(log_odds: FloatArray) -> float:
    """Distance of the mean from 0 in standard errors: sum(x) / sqrt(sum(x²)).

    The standard error is that of values around 0, so that it stays finite if a few cubes happen to
    agree, and the result is at most the square root of their number.

    Parameters
    ----------
    log_odds : ndarray, shape (cubes,)

    Returns
    -------
    float -- positive for the right hand

    Examples
    --------
    >>> standard_errors(np.array([1.0, 1.0, 1.0, 1.0]))
    2.0
    """
    power = float(np.sqrt((log_odds**2).sum()))
    return float(log_odds.sum()) / power if power > 0 else 0.0


def evidence(seen: HelixPoints) -> float:
    """``standard_errors`` of all helix points; 0 if there are none."""
    return standard_errors(log_odds_of_cubes(seen)) if len(seen.logits) else 0.0


def _with_blurring(reason: str, seen: HelixPoints) -> str:
    if not seen.blurred_by:
        return reason
    return f"{reason}, in the map blurred by {seen.blurred_by:g} Å² to show more helices"


def _too_few(seen: HelixPoints, rules: Dict[str, Any]) -> bool:
    fewest = max(rules["fewest_helix_voxels"], rules["least_helix_share"] * seen.points)
    return bool(seen.helix_points < fewest)


def _probability(log_odds: float) -> float:
    return 0.5 + 0.5 * math.tanh(log_odds / 2)


def _batches(numbers: IntArray) -> List[IntArray]:
    return [numbers[start : start + BATCH] for start in range(0, len(numbers), BATCH)]


class _Network:
    """Both networks: one ONNX session with an input and an output for each."""

    def __init__(self, folder: Path) -> None:
        self._session = open_network(NAME, folder)

    def mean(self, output: str, patches: FloatArray, flips: Sequence[Flip]) -> FloatArray:
        """Mean over mirror images of the patches, the same for a mirrored map."""
        return self._sum(output, patches, flips, mirrored_sign=1) / len(flips)

    def difference(self, output: str, patches: FloatArray) -> FloatArray:
        """Mean over the images of the patches' own hand minus that of the other hand."""
        return self._sum(output, patches, FLIPS, mirrored_sign=-1) / (len(FLIPS) / 2)

    def _sum(
        self, output: str, patches: FloatArray, flips: Sequence[Flip], mirrored_sign: int
    ) -> FloatArray:
        total = np.zeros(len(patches), dtype=np.float32)
        for flip in flips:
            image = np.ascontiguousarray(patches[:, :: flip[0], :: flip[1], :: flip[2]])
            # Both inputs are required; one patch for the unused network costs nothing.
            inputs = {"helix_patches": image[:1], "hand_patches": image[:1]}
            inputs[f"{output}_patches"] = image
            values = self._session.run([output], inputs)[0]
            total += values if math.prod(flip) > 0 else mirrored_sign * values
        return total
