"""Judge the hand network on maps that it was not trained on, and write its model card.

``python -m training.hand_evaluate DATA MAPS TRAINED OUT``: DATA of training.hand_data, MAPS with
the experimental maps, TRAINED of training.hand_train; OUT gets hand.onnx and hand.json.

Every simulated map is right-handed. Its mirror image gives the opposite numbers by construction, so
that a right answer on the map is a right answer on the mirror image.
"""

from __future__ import annotations

import argparse
import json
import math
import shutil
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional

import numpy as np
from scipy import optimize

from training.helix_template import hand_by_template
from vrs.maps import DensityMap, read_map
from vrs.maps.masks import growth_iterations, hard_mask, raw_mask
from vrs.networks.hand import MOST_POINTS, HelixPoints, decide, helix_points, standard_errors
from vrs.networks.hand_patches import patches_in_mask

DECISION = {
    "helix_probability": 0.95,
    "fewest_helix_voxels": 15,
    "least_helix_share": 0.01,
    "deviations": 3.0,
    "worst_resolution": 5.5,
    "confidence_per_deviation": 1.0,
}
"""When a map is decided; the last number is fitted here."""

TEMPLATE_POINTS = 60
NOISE_MAPS = 10

WORST_FITTED = 5.0
"""Å; the confidence is fitted on maps as good as this."""

MEASURES = (
    "The hand of a map: points on alpha helices are found, and the 17 Å around each are compared "
    "with their mirror images. Score 0: right, 1: mirrored; those of a map and its mirror image "
    "add up to 1."
)

LIMITS = [
    "Needs alpha helices: maps of beta sheets, RNA or DNA alone are undecided.",
    "Trained on simulated maps of 2.6 to 6 Å; beyond 5 Å hardly any map can be decided.",
    "The protein must be positive and the voxel size right within a few per cent.",
]


class RealMap(NamedTuple):
    """An experimental map, right-handed; a volume in Å³ chooses the contour where none is known.

    These volumes are 80 % of 133 Å³ for every residue of the model.
    """

    file: str
    resolution: float
    contour: Optional[float] = None
    volume: float = 0.0
    helices: bool = True


class Judged(NamedTuple):
    """A map and what the networks saw."""

    name: str
    variant: str
    kind: str
    resolution: float
    helical: bool
    seen: HelixPoints


REAL_MAPS = (
    RealMap("box_emd_1044_1oed.ccp4.gz", 4.0, volume=68_000),
    RealMap("box_emd_3240_5fn5_A.ccp4.gz", 4.3, volume=130_000),
    RealMap("box_emd_4118_5ly6.ccp4.gz", 4.5, volume=50_000),
    RealMap("box_emd_5185_3j06.ccp4.gz", 3.3, volume=16_500),
    RealMap("box_emd_6187_3j8x_A.ccp4.gz", 5.0, volume=45_700),
    RealMap("zone_emd_2566_3j6b_9.mrc.gz", 3.2, volume=20_700),
    RealMap("emd_3488.map.gz", 3.2, contour=0.09),
    RealMap("emd_44046.map.gz", 2.99, contour=0.3),
    RealMap("emd_6824.mrc.gz", 5.8, contour=4.0),
    RealMap("emd_5168.map.gz", 6.6, contour=10.0),
    RealMap("emd_1997.map.gz", 7.0, contour=1.0),
    RealMap("ngl_betaGal.mrc.gz", 7.0, contour=0.03, helices=False),
)


def look_at(folder: Path, trained: Path) -> List[Judged]:
    """What the networks see in the simulated maps of a folder."""
    judged = []
    for file in sorted(folder.glob("*.npz")):
        saved = np.load(file)
        density = DensityMap(saved["density"].astype(np.float32), 1.0)
        seen = helix_points(density, saved["mask"], DECISION["helix_probability"], folder=trained)
        one = Judged(
            file.stem, str(saved["variant"]), str(saved["kind"]), float(saved["resolution"]),
            len(saved["near"]) > 0, seen,
        )  # fmt: skip
        judged.append(one)
        print(
            f"{one.name} {one.kind} helical {one.helical}: {seen.helix_points} of {seen.points}, "
            f"{standard_errors(seen) if seen.helix_points else 0:.2f} standard errors",
            flush=True,
        )
    return judged


def noise_maps(count: int, seed: int = 5) -> List[DensityMap]:
    """Noise without any molecule, low-passed at 3 to 5 Å by a Gaussian."""
    rng = np.random.default_rng(seed)
    maps = []
    for _ in range(count):
        frequency = np.sqrt(
            np.fft.fftfreq(64)[:, None, None] ** 2
            + np.fft.fftfreq(64)[:, None] ** 2
            + np.fft.rfftfreq(64) ** 2
        )
        spectrum = np.fft.rfftn(rng.normal(size=(64, 64, 64)))
        spectrum *= np.exp(-((frequency * rng.uniform(3, 5)) ** 2))
        maps.append(DensityMap(np.fft.irfftn(spectrum, s=(64,) * 3).astype(np.float32), 1.0))
    return maps


def confidence_per_deviation(judged: List[Judged]) -> float:
    """Slope of the log odds of a right answer with the number of standard errors, fitted."""
    deviations = np.array([standard_errors(one.seen) for one in judged])

    def loss(slope: float) -> float:
        return float(np.logaddexp(0, -slope * deviations).sum())

    return float(optimize.minimize_scalar(loss, bounds=(0.05, 3), method="bounded").x)


def by_resolution(judged: List[Judged], rules: Dict[str, Any]) -> List[Dict[str, Any]]:
    """Shares of right answers among all helical maps with helix points, and among decided ones."""
    rows = []
    for resolution in sorted({one.resolution for one in judged}):
        found = [one for one in judged if one.resolution == resolution]
        with_points = [one for one in found if one.seen.helix_points]
        answers = [decide(one.seen, rules, one.resolution).answer for one in found]
        decided = [answer for answer in answers if answer != "undecided"]
        right = [standard_errors(one.seen) > 0 for one in with_points]
        rows.append(
            {
                "resolution": resolution,
                "maps": len(found),
                "with_helix_points": len(with_points),
                "right": round(float(np.mean(right)), 4) if right else None,
                "decided": len(decided),
                "decided_right": decided.count("right"),
                "patches_right": round(
                    float(np.mean(np.concatenate([one.seen.logits for one in with_points]) > 0)), 4
                )
                if with_points
                else None,
            }
        )
    return rows


def answers_by_variant(judged: List[Judged], rules: Dict[str, Any]) -> Dict[str, Dict[str, int]]:
    """How often each answer was given for maps without helices."""
    table: Dict[str, Dict[str, int]] = {}
    for one in judged:
        answer = decide(one.seen, rules, min(one.resolution, rules["worst_resolution"])).answer
        row = table.setdefault(one.variant, {"right": 0, "mirrored": 0, "undecided": 0})
        row[answer] += 1
    return table


def read_real(folder: Path, real: RealMap) -> "tuple[DensityMap, np.ndarray]":
    """An experimental map and its mask, made as the report makes it."""
    density = read_map(folder / real.file)
    contour = real.contour
    if contour is None:
        voxels = int(real.volume / density.voxel_volume)
        contour = float(np.partition(density.data.ravel(), -voxels)[-voxels])
    raw = raw_mask(density.data, contour)
    return density, hard_mask(raw, growth_iterations(density.voxel_size))


def template_answer(
    density: DensityMap, mask: np.ndarray, seen: HelixPoints, resolution: float
) -> float:
    """Mean difference of correlation with the right and the left ideal helix, over its error.

    Parameters
    ----------
    density, mask
        The map.
    seen : HelixPoints
        The TEMPLATE_POINTS that are most surely helices are matched.
    resolution : float
        Å.
    """
    patches = patches_in_mask(density, mask, MOST_POINTS)
    surest = np.argsort(-seen.helix)[:TEMPLATE_POINTS]
    number = {tuple(position): index for index, position in enumerate(patches.positions)}
    chosen = np.array([number[tuple(position)] for position in seen.positions[surest]])
    difference = hand_by_template(patches.standardised(chosen), resolution)
    return float(difference.mean() / (difference.std() / math.sqrt(len(difference)) + 1e-9))


def judge_real(folder: Path, trained: Path, rules: Dict[str, Any]) -> List[Dict[str, Any]]:
    """Answers for the experimental maps, for their mirror images, and of the template."""
    rows = []
    for real in REAL_MAPS:
        density, mask = read_real(folder, real)
        probability = rules["helix_probability"]
        seen = helix_points(density, mask, probability, folder=trained)
        answer = decide(seen, rules, real.resolution)
        # Another axis than the one that is mirrored inside, so that this is a test.
        mirrored = helix_points(
            density.with_data(np.ascontiguousarray(density.data[::-1])),
            np.ascontiguousarray(mask[::-1]), probability, folder=trained,
        )  # fmt: skip
        opposite = decide(mirrored, rules, real.resolution)
        row = {
            "map": real.file.split(".")[0],
            "resolution": real.resolution,
            "points": seen.points,
            "helix_points": seen.helix_points,
            "score": round(answer.score, 4),
            "score_of_mirrored": round(opposite.score, 4),
            "deviations": round(standard_errors(seen), 2) if seen.helix_points else 0.0,
            "answer": answer.answer,
            "answer_of_mirrored": opposite.answer,
        }
        if seen.helix_points >= DECISION["fewest_helix_voxels"]:
            row["template_deviations"] = round(
                template_answer(density, mask, seen, real.resolution), 2
            )
        rows.append(row)
        print(row, flush=True)
    return rows


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("maps", type=Path)
    parser.add_argument("trained", type=Path)
    parser.add_argument("out", type=Path)
    given = parser.parse_args()
    judged = look_at(given.data / "held_out", given.trained)
    helical = [one for one in judged if one.helical]
    rules = {**DECISION}
    judgeable = [one for one in helical if one.seen.helix_points and one.resolution <= WORST_FITTED]
    rules["confidence_per_deviation"] = round(confidence_per_deviation(judgeable), 3)
    others = [one for one in judged if not one.helical]
    for index, density in enumerate(noise_maps(NOISE_MAPS)):
        mask = density.data > np.percentile(density.data, 80)
        seen = helix_points(density, mask, rules["helix_probability"], folder=given.trained)
        others.append(Judged(f"noise {index}", "noise", "noise", 4.0, False, seen))
    card = json.loads((given.trained / "hand.json").read_text("utf-8"))
    card.update(
        measures=MEASURES,
        decision=rules,
        held_out=by_resolution(helical, rules),
        without_helices=answers_by_variant(others, rules),
        real_maps=judge_real(given.maps, given.trained, rules),
        limits=LIMITS,
    )
    given.out.mkdir(parents=True, exist_ok=True)
    (given.out / "hand.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    shutil.copy(given.trained / "hand.onnx", given.out / "hand.onnx")
    print(json.dumps(card["held_out"], indent=1), json.dumps(card["without_helices"]))


if __name__ == "__main__":
    main()
