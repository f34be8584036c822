"""Test the hand network on maps that it was not trained on, and write its model card.

``python -m training.hand_evaluate DATA MAPS CHOSEN OUT``: DATA of training.hand_data, MAPS with
the experimental maps, CHOSEN of training.hand_select; OUT gets hand.onnx and hand.json.

The validation maps and the experimental ones fit the confidence; the test maps only report. Every
simulated map is right-handed. Its mirror image gives the opposite numbers by construction, so that
a right answer on the map is a right answer on the mirror image.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Sequence, Tuple

import numpy as np
from scipy import optimize

from training.hand_data import HELICAL_RESIDUES
from training.hand_noise import noise_map
from training.hand_plot import plot
from training.hand_real_maps import judge_real
from training.hand_seen import seen_once
from vrs.maps import DensityMap
from vrs.networks.hand_decision import HelixPoints, decide, deviations

DECISION = {
    "helix_probability": 0.98,
    "second_look_b_factor": 100.0,
    "fewest_helix_voxels": 15,
    "least_helix_share": 0.005,
    "fewest_parts": 4,
    "error_of_a_map": 0.5,
    "deviations": 2.0,
    "agreement_beyond": 4.0,
    "least_agreement": 0.75,
    "worst_resolution": 5.0,
    "confidence_per_deviation": 1.0,
}
"""When a map is decided; the last number comes from below."""

CONFIDENCE_BINS = (0.5, 0.75, 0.9, 0.99, 1.01)
NOISE_MAPS = 39

MEASURES = (
    "The hand of a map: points on alpha helices are found, and the 17 Å around each are compared "
    "with their mirror images. Score 0: right, 1: mirrored; those of a map and its mirror image "
    "add up to 1."
)

LIMITS = [
    "Needs alpha helices: maps of beta sheets, RNA or DNA alone are undecided. Maps with only a "
    "handful of helical residues are often undecided and sometimes on the wrong side of 0.5.",
    "Needs helices in four parts of 20 Å, so a single helix is never decided.",
    "Trained on simulated maps of 2.6 to 6 Å and tested up to 5 Å; worse maps are undecided.",
    "Finds few or no helices in a map that was sharpened until its power rises with the "
    "frequency. The second pass was therefore added after a first run of the test without it, "
    "in which 237 of the 240 maps up to 4 Å were right and three without a helix point were "
    "undecided. The amount of blurring was chosen on validation maps, which showed the same "
    "effect.",
    "The protein must be positive and the voxel size correct within a few per cent.",
    "The error of a whole map (0.5 in log odds) and the two standard errors were chosen so that no "
    "experimental map is decided wrongly: EMD-5137, right-handed, is 1.7 standard errors on the "
    "wrong side. The experimental maps are few, and so is what they say about the confidence.",
    "Up to 4 Å nothing is known of an experimental map on the wrong side; beyond, one of the four "
    "is. A decision at 4 to 5 Å is a reason to look at the helices, not more.",
    "The threshold for helices was chosen on the validation structures with an earlier network. "
    "The test structures influenced no other choice than that of a second pass.",
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
            f"{case.name} {case.kind}, {case.residues} residues in helices: {seen.helix_points} of "
            f"{seen.points} points, {deviations(seen, DECISION):.2f} standard errors",
            flush=True,
        )
    return judged


def helical(judged: Sequence[Judged]) -> List[Judged]:
    """Those with so many residues in helices that a right answer is asked for."""
    return [case for case in judged if case.residues >= HELICAL_RESIDUES]


def with_few_helices(judged: Sequence[Judged]) -> List[Judged]:
    """Those with helices, but not so many."""
    return [case for case in judged if 0 < case.residues < HELICAL_RESIDUES]


def slope(distances: Sequence[float]) -> float:
    """Slope of the log odds of a right answer with the number of standard errors, fitted.

    Parameters
    ----------
    distances : sequence of float -- in standard errors; positive if on the right side
    """

    def loss(slope: float) -> float:
        return float(np.logaddexp(0, -slope * np.asarray(distances)).sum())

    return round(float(optimize.minimize_scalar(loss, bounds=(0.05, 3), method="bounded").x), 3)


def distances_of_real_maps(rows: Sequence[Dict[str, Any]], worst: float) -> Dict[str, float]:
    """Mean standard errors, over the contour levels, of each experimental map to ``worst`` Å."""
    chosen = [row for row in rows if row["resolution"] <= worst]
    return {
        name: float(np.mean([row["deviations"] for row in chosen if row["map"] == name]))
        for name in dict.fromkeys(row["map"] for row in chosen)
    }


def left_out(distances: Dict[str, float]) -> List[Dict[str, Any]]:
    """Confidence in each experimental map by the slope that the others alone give."""
    rows = []
    for name, distance in distances.items():
        others = [value for other, value in distances.items() if other != name]
        confidence = 1 / (1 + np.exp(-slope(others) * abs(distance)))
        rows.append(
            {
                "map": name,
                "deviations": round(distance, 2),
                "slope": slope(others),
                "confidence": round(float(confidence), 3),
            }
        )
    return rows


def rules_from(
    validation: Sequence[Judged], real: Dict[str, float]
) -> Tuple[Dict[str, Any], Dict[str, float]]:
    """When a map is decided and how sure an answer is, and the slopes of both kinds of maps.

    The confidence is that of the kind of maps that gives less.
    """
    judgeable = [case for case in validation if case.residues and case.seen.helix_points]
    slopes = {
        "validation": slope([deviations(case.seen, DECISION) for case in judgeable]),
        "experimental": slope(list(real.values())),
    }
    return {**DECISION, "confidence_per_deviation": min(slopes.values())}, slopes


def calibration(judged: Sequence[Judged], rules: Dict[str, Any]) -> List[Dict[str, float]]:
    """Mean confidence and share of right answers of maps with about the same confidence."""
    distances = np.array([deviations(case.seen, rules) for case in judged])
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
                    "right": int((distances[chosen] > 0).sum()),
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
        distances = [deviations(case.seen, rules) for case in at_resolution]
        right = [distance > 0 for distance in distances]
        noisy = [side for side, case in zip(right, at_resolution) if case.kind == "reconstructed"]
        points = np.concatenate([case.seen.logits for case in at_resolution])
        rows.append(
            {
                "resolution": resolution,
                "maps": len(at_resolution),
                "structures": len({case.structure for case in at_resolution}),
                "right": int(sum(right)),
                "wrong_side": sum(distance < 0 for distance in distances),
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
    for seed in range(NOISE_MAPS):
        density, mask = noise_map(seed)
        file = chosen / "seen" / "noise" / f"{seed}.npz"
        seen = seen_once(file, density, mask, DECISION, chosen)
        judged.append(Judged(f"noise {seed}", "noise", "noise", 4.0, 0, seen))
    return judged


def points_in_noise(judged: Sequence[Judged]) -> Dict[str, int]:
    """Points that the network takes for helices in noise, and those that count."""
    found, counted = ([getattr(case.seen, name) for case in judged]
                      for name in ("found", "helix_points"))  # fmt: skip
    return {
        "maps": len(judged),
        "median_found": int(np.median(found)),
        "most_found": max(found),
        "with_helix_points": int(np.count_nonzero(counted)),
        "most_helix_points": max(counted),
    }


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
    real = distances_of_real_maps(
        judge_real(options.maps, options.chosen, DECISION), DECISION["worst_resolution"]
    )
    rules, slopes = rules_from(validation, real)
    noise = judged_noise(options.chosen)
    judgeable = [case for case in test if case.residues and case.seen.helix_points]
    card = json.loads((options.chosen / "hand.json").read_text("utf-8"))
    report = results([*test, *noise], rules)
    card.update(
        measures=MEASURES,
        decision=rules,
        helical_residues=HELICAL_RESIDUES,
        test_structures=report["structures"],
        held_out=report["helical"],
        few_helices=report["few_helices"],
        without_helices=report["without_helices"],
        calibration=calibration(judgeable, rules),
        slopes=slopes,
        left_out=left_out(real),
        noise=points_in_noise(noise),
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
