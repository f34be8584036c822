"""The hand of a map from its alpha helices, by two small networks.

The first finds points on helices; the second scores the patch around each of them and its mirror
images. Only the difference between the two hands counts, so that the scores of a map and of its
mirror image always add up to 1.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, Dict, List, Optional, Sequence, Tuple

import numpy as np

from vrs.maps import BoolArray, DensityMap, FloatArray
from vrs.maps.fourier import blur
from vrs.networks import FOLDER
from vrs.networks.card import open_network, read_card
from vrs.networks.hand_decision import Hand, HelixPoints, decide, is_open, too_few
from vrs.networks.hand_patches import IntArray, Patches, patches_in_mask
from vrs.networks.inputs import Progress, require_mask

NAME = "hand"

MOST_POINTS = 100_000
"""Points examined in a map; a larger mask has a coarser grid of points."""

LARGE = 16_000
"""Points of a mask of which an eighth is examined first; it is all where it leaves no doubt."""

MOST_HELIX_POINTS = 400
"""Points whose hand is scored: those with the highest probability of a helix."""

FEWEST_NEGATIVE_POINTS = 1000
"""Points of the map times -1 that show how many helices are found by chance; see the next."""

NEGATIVE_SHARE = 0.25
"""Of the points of a large mask, so that chance is known well enough there, too."""

BATCH = 128

Flip = Tuple[int, int, int]

FLIPS: List[Flip] = [(a, b, c) for a in (1, -1) for b in (1, -1) for c in (1, -1)]
"""The eight ways to reverse axes of a patch; an odd number of -1 is a mirror image."""

PAIR, OTHERS = FLIPS[:2], FLIPS[2:]
"""A patch and its mirror image, which show where a helix is likely, and what makes it sure."""

FIRST_LOOK = 0.8
"""Share of the time that the search for helices takes."""


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
    blurring = rules["second_look_b_factor"]
    seen = helix_points(density, mask, rules, progress, folder)
    if not too_few(seen, rules):
        return seen
    blurred = density.with_data(blur(density.data, density.voxel_size, blurring))
    again = helix_points(blurred, mask, rules, folder=folder, blurred_by=blurring)
    return again if again.helix_share > seen.helix_share else seen


def helix_points(
    density: DensityMap,
    mask: BoolArray,
    rules: Dict[str, Any],
    progress: Progress = None,
    folder: Path = FOLDER,
    blurred_by: float = 0.0,
) -> HelixPoints:
    """Find the points on helices and score the hand there.

    In a large mask an eighth of the points comes first; if the hand stays open whatever the others
    show, they are left out.

    Parameters
    ----------
    density : DensityMap
    mask : ndarray, bool, shape (Z, Y, X)
    rules : dict -- "decision" of the model card
    progress : callable, optional
    folder : Path, optional -- with the network and its card
    blurred_by : float, optional -- B-factor in Å² by which the map was blurred for a second look
    """
    network = _Network(folder)
    patches = patches_in_mask(density, mask, MOST_POINTS)
    if len(patches.points) >= LARGE:
        few = patches.spread_out()
        seen = _seen(network, few, patches, rules)._replace(blurred_by=blurred_by)
        if is_open(seen, rules):
            return seen
    seen = _seen(network, patches, patches, rules, progress)
    return seen._replace(blurred_by=blurred_by)


def _seen(
    network: _Network,
    patches: Patches,
    every: Patches,
    rules: Dict[str, Any],
    progress: Progress = None,
) -> HelixPoints:
    """The helix points among some patches; those of chance among all of the map times -1."""
    threshold = math.log(rules["helix_probability"] / (1 - rules["helix_probability"]))
    found, log_odds = _found(network, patches, threshold, 1, progress)
    count = len(patches.points)
    negative = every.lowest(max(FEWEST_NEGATIVE_POINTS, round(NEGATIVE_SHARE * count)))
    chance, _ = _found(network, negative, threshold, -1)
    surest = np.sort(np.argsort(-log_odds, kind="stable")[:MOST_HELIX_POINTS])
    points = found[surest]
    hands = np.empty(len(points), dtype=np.float32)
    for part in _batches(np.arange(len(points))):
        hands[part] = network.difference("hand", patches.standardised(points[part]))
    if progress:
        progress(1.0)
    return HelixPoints(
        points=count,
        found=len(found),
        negative_points=len(negative.points),
        negative_found=len(chance),
        helix=log_odds[surest],
        logits=hands,
        positions=patches.positions[points],
    )


def _found(
    network: _Network, patches: Patches, threshold: float, sign: int, progress: Progress = None
) -> Tuple[IntArray, FloatArray]:
    """Numbers of the points taken for helices in the map times a sign, and their log odds."""
    count = len(patches.points)
    log_odds = np.empty(count, dtype=np.float32)
    for part in _batches(np.arange(count)):
        log_odds[part] = network.mean("helix", sign * patches.standardised(part), PAIR)
        if progress:
            progress(FIRST_LOOK * (part[-1] + 1) / count)
    likely = np.flatnonzero(log_odds > threshold / 2)
    for part in _batches(likely):
        others = network.mean("helix", sign * patches.standardised(part), OTHERS)
        log_odds[part] = (len(PAIR) * log_odds[part] + len(OTHERS) * others) / len(FLIPS)
    found = likely[log_odds[likely] > threshold]
    return found, log_odds[found]


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
