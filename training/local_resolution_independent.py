"""Errors of the local-resolution network on maps of the second simulator.

    python -m training.local_resolution_independent STRUCTURES REAL.json [--maps 60] \\
        [--json OUTPUT.json]

``vrs.tests.suite`` simulates maps without a line of ``training.simulation``: the sound maps that
it lists, and here more of them, of other structures that the network was not trained on, with a
recipe drawn at random. Each goes through the whole measurement as a user would run it. Nothing was
trained or chosen with these maps.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, Iterator, List, Tuple

import numpy as np

from training.local_resolution_data import all_structures, chosen_structures, is_held_out
from vrs.level0.local_resolution import REPORTED_REACHED
from vrs.maps import DensityMap
from vrs.maps.masks import growth_iterations, molecule_mask, raw_mask
from vrs.networks.local_resolution import BEST, WORST, local_resolution
from vrs.tests.suite import flaws
from vrs.tests.suite.bases import SOUND, SOUND_HELD_OUT, Base
from vrs.tests.suite.cases import cases
from vrs.tests.suite.damage import TestMap, usual_contour
from vrs.tests.suite.simulator import Recipe, reconstruct

CLASSES = ((2.4, 3.3), (3.3, 4.5), (4.5, 6.5), (6.5, 9.5), (9.5, 12.5))
"""Å; classes of the true resolution."""

RESOLUTIONS = (2.4, 12.5)
"""Å, from which the resolution of the further maps is drawn, evenly in its logarithm."""

FEWEST_RESIDUES = 250

NEAR = 0.15
"""Relative difference of a median from the truth that counts as near."""

LOW_PASSED = ("emd_6824.mrc.gz", "emd_5168.map.gz")
"""Real maps whose power ends well before the reported resolution: it is not the truth of them."""

COVERED = (5.0, 95.0)
"""Percentiles of true / measured between which the interval lies."""


@dataclass(frozen=True)
class Measured:
    """A map of the second simulator: the truth and what was measured, in Å."""

    name: str
    truth: float
    median: float
    reached: float
    """Percentage of the mask that is better resolved than the truth."""


def further_maps(
    folder: Path, count: int, seed: int = 2026, masked: float = 0.15
) -> Iterator[Tuple[str, TestMap]]:
    """Sound maps of structures that neither the training nor the first set of the suite has.

    A share of them, ``masked``, has its solvent multiplied away.
    """
    used = {base.entry for base in SOUND.values()}
    rows = [
        row
        for row in chosen_structures(folder)
        if is_held_out(row) and row["id"] not in used and int(row["n_aa"]) >= FEWEST_RESIDUES
    ]
    rng = np.random.default_rng(seed)
    low, high = np.log(RESOLUTIONS)
    resolutions = np.exp(rng.permutation(np.linspace(low, high, count)))
    for index, resolution in enumerate(resolutions.tolist()):
        row = rows[index % len(rows)]
        base = random_base(row["id"], resolution, index, rng)
        molecule = base.sample(folder, largest_b=rng.uniform(30, 60))
        state = rng.random()
        if state < 0.1:
            molecule = flaws.with_micelle(molecule)
        density = reconstruct(molecule, base.recipe)
        if state >= 1 - masked:
            density = flaws.masked(density, molecule, rng.uniform(3, 6), rng.uniform(3, 8))
        contour = usual_contour(density, molecule, base.sigmas)
        if (density.data >= contour).any():
            yield f"{row['id']}, {resolution:.2f} A", TestMap(density, contour, resolution)


def random_base(entry: str, resolution: float, index: int, rng: np.random.Generator) -> Base:
    """A usual reconstruction with a random recipe."""
    b_factor = rng.uniform(0, 40) + rng.uniform(5, 10) * resolution**2
    recipe = Recipe(
        resolution,
        b_factor=b_factor,
        sharpening=rng.uniform(0, 1.1) * b_factor,
        fsc_weighting=bool(rng.random() < 0.5),
        low_pass=bool(rng.random() < 0.65),
        seed=100 + index,
    )
    voxel_size = max(resolution / rng.uniform(2.3, 4.0), 0.65)
    return Base(entry, recipe, voxel_size, rng.uniform(1.4, 1.9), rng.uniform(3.6, 6.0))


def maps(folder: Path, count: int) -> Iterator[Tuple[str, TestMap]]:
    """The sound maps of both sets of the suite, then the further ones."""
    unseen = {row["id"] for row in all_structures(folder) if is_held_out(row)}
    for second, bases in enumerate((SOUND, SOUND_HELD_OUT)):
        for case in cases(folder, held_out=bool(second)):
            if case.name in bases and bases[case.name].entry in unseen:
                yield case.name, case.make()
    yield from further_maps(folder, count)


def mask_of(test_map: TestMap) -> "np.ndarray":
    density: DensityMap = test_map.density
    return molecule_mask(
        raw_mask(density.data, test_map.contour), growth_iterations(density.voxel_size)
    )


def measure(name: str, test_map: TestMap) -> Measured:
    """The whole measurement on one map."""
    values = local_resolution(test_map.density, mask_of(test_map), test_map.resolution).values
    reached = 100 * float(np.mean(values < test_map.resolution))
    return Measured(name, test_map.resolution, float(np.median(values)), reached)


def measured_maps(named: Iterator[Tuple[str, TestMap]]) -> List[Measured]:
    """The whole measurement on every map, printed as it goes."""
    rows = []
    for name, test_map in named:
        row = measure(name, test_map)
        print(f"{name}: {row.truth:.2f} {row.median:.2f} {row.reached:.1f} %", flush=True)
        rows.append(row)
    return rows


def by_class(rows: List[Measured]) -> Dict[str, Dict[str, float]]:
    """Bias and error of the median, by the true resolution."""
    table = {}
    for low, high in (*CLASSES, (CLASSES[0][0], CLASSES[-1][1])):
        chosen = [row for row in rows if low <= row.truth < high]
        ratio = np.array([row.median / row.truth for row in chosen])
        error = np.array([abs(row.median - row.truth) for row in chosen])
        table[f"{low:g}-{high:g}"] = {
            "maps": len(chosen),
            "mean_ratio": round(float(ratio.mean()), 3),
            "near": round(float(np.mean(np.abs(ratio - 1) <= NEAR)), 2),
            "mean_absolute_error": round(float(error.mean()), 2),
        }
    return table


def interval(rows: List[Measured], real: List[Dict[str, Any]]) -> Dict[str, float]:
    """Factors on a measured median between which the true resolution of 90 % of the maps lies.

    Simulated and real maps, whose truth is the reported resolution, have half of the weight each.
    """
    simulated = [row.truth / row.median for row in rows if row.median < WORST]
    reported = [row["reported"] / row["median"] for row in real if row["map"] not in LOW_PASSED]
    factors = np.array(simulated + reported)
    counts = np.array([len(simulated), len(reported)])
    weights = np.repeat(0.5 / counts, counts)
    order = np.argsort(factors)
    middle = np.cumsum(weights[order]) - weights[order] / 2
    low, high = np.interp(np.array(COVERED) / 100, middle, factors[order])
    return {
        "low": round(float(low), 3),
        "high": round(float(high), 3),
        "simulated_maps": len(simulated),
        "real_maps": len(reported),
    }


def masked_interval(rows: List[Measured]) -> Dict[str, float]:
    """The same for maps whose solvent is 0, which lack what separates signal from noise."""
    factors = [row.truth / row.median for row in rows if row.median < WORST]
    low, high = np.percentile(factors, COVERED)
    error = np.mean([abs(row.truth - row.median) for row in rows])
    return {
        "low": round(float(low), 3),
        "high": round(float(high), 3),
        "maps": len(factors),
        "mean_absolute_error": round(float(error), 2),
    }


def false_warnings(rows: List[Measured]) -> Dict[str, int]:
    """Sound maps that the published rule warns on."""
    judged = [row for row in rows if row.truth >= BEST]
    warned = sum(row.reached < REPORTED_REACHED.limit for row in judged)
    return {"maps": len(judged), "warned": int(warned)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("structures", type=Path)
    parser.add_argument("real", type=Path, help="what local_resolution_real wrote")
    parser.add_argument("--maps", type=int, default=60, help="besides those of the suite")
    parser.add_argument("--masked", type=int, default=36, help="maps whose solvent is 0")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    rows = measured_maps(maps(options.structures, options.maps))
    masked = measured_maps(further_maps(options.structures, options.masked, 2027, masked=1.0))
    real = json.loads(options.real.read_text(encoding="utf-8"))["maps"]
    results: Dict[str, Any] = {
        "by_true_resolution": by_class(rows),
        "median_interval": interval(rows, real),
        "masked": masked_interval(masked),
        "false_warnings": false_warnings(rows),
    }
    print(json.dumps(results, indent=1))
    if options.json:
        options.json.write_text(json.dumps(results, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
