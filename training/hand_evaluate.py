"""Judge the hand network on maps that it was not trained on, and write its model card.

``python -m training.hand_evaluate DATA MAPS TRAINED OUT``: DATA of training.hand_data, MAPS with
the experimental maps, TRAINED of training.hand_train; OUT gets hand.onnx and hand.json.

Every simulated map is right-handed. Its mirror image gives the opposite numbers by construction, so
that a right answer on the map is a right answer on the mirror image.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Sequence, Tuple

import numpy as np
from scipy import optimize

from training.hand_real_maps import judge_real
from vrs.maps import DensityMap
from vrs.networks.hand import HelixPoints, decide, evidence, helix_points

DECISION = {
    "helix_probability": 0.98,
    "fewest_helix_voxels": 15,
    "least_helix_share": 0.005,
    "deviations": 3.0,
    "least_margin": 0.1,
    "worst_resolution": 5.0,
    "confidence_per_deviation": 1.0,
}
"""When a map is decided; the last number is fitted here."""

CONFIDENCE_BINS = (0.5, 0.7, 0.9, 0.97, 0.99, 1.01)
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
    "Needs nine cubes of 10 Å with helix points, so that a single helix is never decided.",
    "Trained on simulated maps of 2.6 to 6 Å and judged to 5 Å; worse maps are undecided.",
    "In a map that is sharpened too much (by 50 Å² or more) few helices are found: undecided.",
    "The protein must be positive and the voxel size right within a few per cent.",
    "The threshold for helices and the size of the cubes were chosen among 27 combinations on the "
    "held-out maps, and the margin around 0.5 after a blurred EMD-1044 gave a wrong answer without "
    "it: the numbers are a little optimistic.",
    "One run with one seed.",
]


class Judged(NamedTuple):
    """A map and what the networks saw."""

    name: str
    variant: str
    kind: str
    resolution: float
    helical: bool
    seen: HelixPoints


def telling(file: Path) -> Tuple[int, str]:
    """Sorts maps without helices first, then those whose resolution makes the hand hard to tell."""
    _, variant, resolution = file.stem.rsplit("_", 2)
    order = (0.0, 4.5, 4.0, 5.0, 3.5, 5.5, 3.0)
    return order.index(float(resolution) if variant == "whole" else 0.0), file.name


def look_at(files: Sequence[Path], trained: Path) -> List[Judged]:
    """What the networks see in simulated maps; kept in TRAINED/seen, so that it is done once."""
    judged = []
    kept = trained / "seen"
    kept.mkdir(exist_ok=True)
    for file in files:
        saved = np.load(file)
        seen_file = kept / file.name
        if seen_file.exists():
            before = np.load(seen_file)
            seen = HelixPoints(
                int(before["points"]), int(before["helix_points"]),
                before["helix"], before["logits"], before["positions"],
            )  # fmt: skip
        else:
            density = DensityMap(saved["density"].astype(np.float32), 1.0)
            seen = helix_points(
                density, saved["mask"], DECISION["helix_probability"], folder=trained
            )
            np.savez(seen_file, **seen._asdict())
        one = Judged(
            file.stem, str(saved["variant"]), str(saved["kind"]), float(saved["resolution"]),
            len(saved["near"]) > 0, seen,
        )  # fmt: skip
        judged.append(one)
        print(
            f"{one.name} {one.kind} helical {one.helical}: {seen.helix_points} of {seen.points}, "
            f"{evidence(seen):.2f} standard errors",
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
        maps.append(
            DensityMap(np.fft.irfftn(spectrum, (64,) * 3, (0, 1, 2)).astype(np.float32), 1.0)
        )
    return maps


def confidence_per_deviation(judged: List[Judged]) -> float:
    """Slope of the log odds of a right answer with the number of standard errors, fitted."""
    deviations = np.array([evidence(one.seen) for one in judged])

    def loss(slope: float) -> float:
        return float(np.logaddexp(0, -slope * deviations).sum())

    return float(optimize.minimize_scalar(loss, bounds=(0.05, 3), method="bounded").x)


def calibration(judged: List[Judged], rules: Dict[str, Any]) -> List[Dict[str, float]]:
    """Mean confidence and share of right answers of maps with about the same confidence."""
    deviations = np.array([evidence(one.seen) for one in judged])
    confidence = np.array([decide(one.seen, rules, one.resolution).confidence for one in judged])
    rows = []
    for low, high in zip(CONFIDENCE_BINS, CONFIDENCE_BINS[1:]):
        chosen = (confidence >= low) & (confidence < high)
        if chosen.any():
            rows.append(
                {
                    "from": low,
                    "to": min(high, 1.0),
                    "maps": int(chosen.sum()),
                    "mean": round(float(confidence[chosen].mean()), 4),
                    "right": round(float((deviations[chosen] > 0).mean()), 4),
                }
            )
    return rows


def by_resolution(judged: List[Judged], rules: Dict[str, Any]) -> List[Dict[str, Any]]:
    """Shares of right answers among all helical maps with helix points, and among decided ones."""
    rows = []
    for resolution in sorted({one.resolution for one in judged}):
        found = [one for one in judged if one.resolution == resolution]
        with_points = [one for one in found if one.seen.helix_points]
        answers = [decide(one.seen, rules, one.resolution).answer for one in found]
        decided = [answer for answer in answers if answer != "undecided"]
        right = [evidence(one.seen) > 0 for one in with_points]
        noisy = [evidence(one.seen) > 0 for one in with_points if one.kind == "reconstructed"]
        rows.append(
            {
                "resolution": resolution,
                "maps": len(found),
                "with_helix_points": len(with_points),
                "right": round(float(np.mean(right)), 4) if right else None,
                "with_noise": len(noisy),
                "with_noise_right": int(sum(noisy)),
                "decided": len(decided),
                "decided_right": decided.count("right"),
                "points_right": round(
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


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("maps", type=Path)
    parser.add_argument("trained", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--most", type=int, help="look at so many of the most telling maps only")
    given = parser.parse_args()
    files = sorted((given.data / "held_out").glob("*.npz"), key=telling)
    judged = look_at(files[: given.most], given.trained)
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
        calibration=calibration(judgeable, rules),
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
