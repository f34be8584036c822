"""Test the hand network on maps that it was not trained on, and write its model card.

``python -m training.hand_evaluate DATA MAPS CHOSEN OUT``: DATA of training.hand_data, MAPS with
the experimental maps, CHOSEN of training.hand_select; OUT gets hand.onnx and hand.json.

The validation maps choose how many standard errors decide a map and fit the confidence; the test
maps only report. Every simulated map is right-handed. Its mirror image gives the opposite numbers
by construction, so that a right answer on the map is a right answer on the mirror image.
"""

from __future__ import annotations

import argparse
import json
import math
import shutil
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Sequence

import numpy as np
from scipy import optimize

from training.hand_data import HELICAL_RESIDUES
from training.hand_plot import plot
from training.hand_real_maps import judge_real
from training.hand_seen import seen_once
from vrs.maps import DensityMap
from vrs.networks.hand import HelixPoints, decide, evidence, look, near_half

DECISION = {
    "helix_probability": 0.98,
    "second_look_b_factor": 100.0,
    "fewest_helix_voxels": 15,
    "least_helix_share": 0.005,
    "deviations": 3.0,
    "least_margin": 0.1,
    "worst_resolution": 5.0,
    "confidence_per_deviation": 1.0,
    "confidence_per_deviation_near_half": 1.0,
}
"""When a map is decided; the standard errors needed and the last two numbers come from below."""

DEVIATIONS = (3.0, 3.5, 4.0, 4.5)
"""Standard errors of which the fewest safe ones are chosen."""

SAFETY = 0.5
"""Standard errors fewer must not decide any validation map wrongly either."""

CONFIDENCE_BINS = (0.5, 0.75, 0.97, 0.995, 1.01)
NOISE_MAPS = 10

MEASURES = (
    "The hand of a map: points on alpha helices are found, and the 17 Å around each are compared "
    "with their mirror images. Score 0: right, 1: mirrored; those of a map and its mirror image "
    "add up to 1."
)

LIMITS = [
    "Needs alpha helices: maps of beta sheets, RNA or DNA alone are undecided. Maps with only a "
    "handful of helical residues are often undecided and sometimes on the wrong side of 0.5.",
    "Needs at least as many cubes of 10 Å with helix points as the square of the standard "
    "errors that a decision needs, so a single helix is never decided.",
    "Trained on simulated maps of 2.6 to 6 Å and tested up to 5 Å; worse maps are undecided.",
    "Finds few or no helices in a map that was sharpened until its power rises with the "
    "frequency. The second pass was therefore added after a first run of the test without it, "
    "in which 237 of the 240 maps up to 4 Å were right and three without a helix point were "
    "undecided. The amount of blurring was chosen on validation maps, which showed the same "
    "effect.",
    "The protein must be positive and the voxel size correct within a few per cent.",
    "The threshold for helices and the size of the cubes were chosen on the validation "
    "structures with an earlier network. The margin around 0.5 was added after that network, "
    "without the margin, gave a wrong answer for a blurred EMD-1044. The test structures "
    "influenced no other choice than that of a second pass.",
]


class Judged(NamedTuple):
    """A map and what the networks saw."""

    name: str
    variant: str
    kind: str
    resolution: float
    residues: int
    seen: HelixPoints

    @property
    def structure(self) -> str:
        """Of which it is a map."""
        return self.name.split("_")[0]


def look_at(folder: Path, chosen: Path) -> List[Judged]:
    """What the networks see in simulated maps; kept in CHOSEN/seen, so that it is done once."""
    judged = []
    for file in sorted(folder.glob("*.npz")):
        saved = np.load(file)
        seen = seen_once(
            chosen / "seen" / folder.name / file.name,
            DensityMap(saved["density"].astype(np.float32), 1.0),
            saved["mask"],
            DECISION,
            chosen,
        )
        case = Judged(
            file.stem, str(saved["variant"]), str(saved["kind"]), float(saved["resolution"]),
            int(saved["residues_in_helices"]), seen,
        )  # fmt: skip
        judged.append(case)
        print(
            f"{case.name} {case.kind}, {case.residues} residues in helices: "
            f"{seen.helix_points} of {seen.points} points, {evidence(seen):.2f} standard errors",
            flush=True,
        )
    return judged


def helical(judged: Sequence[Judged]) -> List[Judged]:
    """Those with so many residues in helices that a right answer is asked for."""
    return [case for case in judged if case.residues >= HELICAL_RESIDUES]


def with_few_helices(judged: Sequence[Judged]) -> List[Judged]:
    """Those with helices, but not so many."""
    return [case for case in judged if 0 < case.residues < HELICAL_RESIDUES]


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


def fewest_safe_deviations(validation: Sequence[Judged]) -> float:
    """The fewest standard errors of DEVIATIONS that are safe on the validation maps.

    Safe are those of which even SAFETY fewer give no wrong answer, and none without helices.
    """
    for deviations in DEVIATIONS:
        rules = {**DECISION, "deviations": deviations - SAFETY}
        answers = [
            (case.residues > 0, decide(case.seen, rules, case.resolution).answer)
            for case in validation
        ]
        if not any(answer == "mirrored" or (answer == "right" and not h) for h, answer in answers):
            return deviations
    raise ValueError(f"even {DEVIATIONS[-1]} standard errors give wrong answers")


def confidence_per_deviation(judged: Sequence[Judged], most: float = math.inf) -> float:
    """Slope of the log odds of a right answer with the number of standard errors, fitted.

    More than ``most`` standard errors count as so many.
    """
    deviations = np.clip([evidence(case.seen) for case in judged], -most, most)

    def loss(slope: float) -> float:
        return float(np.logaddexp(0, -slope * deviations).sum())

    return float(optimize.minimize_scalar(loss, bounds=(0.05, 3), method="bounded").x)


def rules_from(validation: Sequence[Judged]) -> Dict[str, Any]:
    """When a map is decided and how sure an answer is, chosen on the validation maps."""
    rules = {**DECISION, "deviations": fewest_safe_deviations(validation)}
    judgeable = [case for case in validation if case.residues and case.seen.helix_points]
    rules["confidence_per_deviation"] = round(confidence_per_deviation(judgeable), 3)
    close = [case for case in judgeable if near_half(decide(case.seen, rules, None).score, rules)]
    rules["confidence_per_deviation_near_half"] = round(
        confidence_per_deviation(close, rules["deviations"]), 3
    )
    return rules


def calibration(judged: Sequence[Judged], rules: Dict[str, Any]) -> List[Dict[str, float]]:
    """Mean confidence and share of right answers of maps with about the same confidence."""
    deviations = np.array([evidence(case.seen) for case in judged])
    confidence = np.array([decide(case.seen, rules, case.resolution).confidence for case in judged])
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
                    "right": int((deviations[chosen] > 0).sum()),
                }
            )
    return rows


def by_resolution(judged: Sequence[Judged], rules: Dict[str, Any]) -> List[Dict[str, Any]]:
    """Numbers of right answers among all maps, decided or not, and among the decided ones.

    A map without any helix point has no answer, which is not a right one.
    """
    rows = []
    for resolution in sorted({case.resolution for case in judged}):
        at_resolution = [case for case in judged if case.resolution == resolution]
        answers = [decide(case.seen, rules, case.resolution).answer for case in at_resolution]
        right = [evidence(case.seen) > 0 for case in at_resolution]
        noisy = [side for side, case in zip(right, at_resolution) if case.kind == "reconstructed"]
        points = np.concatenate([case.seen.logits for case in at_resolution])
        rows.append(
            {
                "resolution": resolution,
                "maps": len(at_resolution),
                "structures": len({case.structure for case in at_resolution}),
                "right": int(sum(right)),
                "without_helix_point": sum(not case.seen.helix_points for case in at_resolution),
                "with_noise": len(noisy),
                "with_noise_right": int(sum(noisy)),
                "decided": len(answers) - answers.count("undecided"),
                "decided_right": answers.count("right"),
                "points_right": round(float(np.mean(points > 0)), 4) if len(points) else None,
            }
        )
    return rows


def answers_by_variant(
    judged: Sequence[Judged], rules: Dict[str, Any]
) -> Dict[str, Dict[str, int]]:
    """How often each answer was given for maps without helices."""
    table: Dict[str, Dict[str, int]] = {}
    for case in judged:
        answer = decide(case.seen, rules, case.resolution).answer
        row = table.setdefault(case.variant, {"right": 0, "mirrored": 0, "undecided": 0})
        row[answer] += 1
    return table


def results(judged: Sequence[Judged], rules: Dict[str, Any]) -> Dict[str, Any]:
    """What the card says of a set of maps."""
    return {
        "structures": len({case.structure for case in judged if case.variant != "noise"}),
        "helical": by_resolution(helical(judged), rules),
        "few_helices": by_resolution(with_few_helices(judged), rules),
        "without_helices": answers_by_variant(
            [case for case in judged if not case.residues], rules
        ),
    }


def judged_noise(chosen: Path) -> List[Judged]:
    """Noise, which has no hand."""
    judged = []
    for index, density in enumerate(noise_maps(NOISE_MAPS)):
        mask = density.data > np.percentile(density.data, 80)
        seen = look(density, mask, DECISION, folder=chosen)
        judged.append(Judged(f"noise {index}", "noise", "noise", 4.0, 0, seen))
    return judged


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("maps", type=Path)
    parser.add_argument("chosen", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--plot", type=Path, help="a PNG file with the figure of the documentation")
    parser.add_argument(
        "--look", choices=("validation", "test", "real"), help="only look at these, to save time"
    )
    options = parser.parse_args()
    if options.look == "real":
        judge_real(options.maps, options.chosen, DECISION)
        return
    if options.look:
        look_at(options.data / options.look, options.chosen)
        return
    validation, test = (
        look_at(options.data / name, options.chosen) for name in ("validation", "test")
    )
    rules = rules_from(validation)
    judgeable = [case for case in test if case.residues and case.seen.helix_points]
    card = json.loads((options.chosen / "hand.json").read_text("utf-8"))
    report = results([*test, *judged_noise(options.chosen)], rules)
    card.update(
        measures=MEASURES,
        decision=rules,
        helical_residues=HELICAL_RESIDUES,
        test_structures=report["structures"],
        held_out=report["helical"],
        few_helices=report["few_helices"],
        without_helices=report["without_helices"],
        calibration=calibration(judgeable, rules),
        validation=results(validation, rules),
        real_maps=judge_real(options.maps, options.chosen, rules),
        limits=LIMITS,
    )
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "hand.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    shutil.copy(options.chosen / "hand.onnx", options.out / "hand.onnx")
    if options.plot:
        plot(card, options.plot)
    print(json.dumps({key: card[key] for key in ("decision", "held_out", "few_helices")}, indent=1))
    print(json.dumps(card["without_helices"]))


if __name__ == "__main__":
    main()
