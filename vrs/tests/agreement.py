"""Agreement with the numbers of the original programs: ``python -m vrs.tests.agreement``.

Each map with reference numbers is measured twice: with the masks and the resampled map of this
plugin, and with the defects of the original programs (see original_defects.py). The defects explain
a number that agrees only then; a number that never agrees is a failure. Masks and resampled maps
are compared voxel by voxel as well (see voxels.py); ``--write`` puts that table into the page.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Dict, Iterator, List, Optional, Sequence, Tuple

import numpy as np

from vrs.checks.result import Result
from vrs.level0.b_factor import b_factor_analysis
from vrs.level0.background import published_numbers
from vrs.level0.local_b_factor import local_b_factor
from vrs.level0.local_occupancy import local_occupancy
from vrs.level0.mask import mask_analysis
from vrs.level0.mass import mass_analysis
from vrs.level0.protein_mass import THRESHOLDS
from vrs.maps import BoolArray, DensityMap
from vrs.maps.masks import growth_iterations, molecule_mask, raw_mask, soft_mask
from vrs.maps.resample import resample_to_half_resolution
from vrs.maps.slices import max_variance_indices
from vrs.tests.example_data import LARGER_DATA, find_example, oracle, oracle_map
from vrs.tests.original_defects import original_mask, resampled_in_window_of_x
from vrs.tests.rst import DOCS, write_block
from vrs.tests.voxels import UNEXPLAINED, table

MAPS = (
    "emd_3488",
    "emd_1997",
    "emd_5168",
    "emd_1883",
    "ngl_betaGal",
    "blobs128",
    "protein160",
    "protein_noncubic",
)


BLOCK = "voxels that differ"
"""The table in docs/agreement.rst that this module writes."""


@dataclass(frozen=True)
class Comparison:
    """One quantity of one map; the larger of ``tolerance`` (relative) and ``floor`` counts."""

    section: str
    quantity: str
    measured: Tuple[float, ...]
    original: Tuple[float, ...]
    tolerance: float
    floor: float = 0.0

    @property
    def excess(self) -> float:
        """Largest difference in units of the tolerance; at most 1 is agreement."""
        allowed = np.maximum(self.tolerance * np.abs(self.original), self.floor)
        difference = np.abs(np.array(self.measured) - np.array(self.original))
        return float(np.max(difference / np.maximum(allowed, 1e-12)))


@lru_cache(maxsize=4)
def compare(name: str, with_defects: bool) -> List[Comparison]:
    """All comparisons of one map."""
    reference = oracle(name)
    density, contour = oracle_map(name), float(reference["contour"])
    resolution = float(reference["resolution"])
    resample = resampled_in_window_of_x if with_defects else _resampled
    resampled = resample(density, resolution)
    mask = _mask_of(density, contour, with_defects)
    resampled_mask = _mask_of(resampled, contour, with_defects)
    comparisons = [
        *_masks(reference, mask, resampled_mask),
        *_mass(reference, mass_analysis(density, mask, contour)),
        *_mask(reference, mask_analysis(density, mask, contour)),
        *_background(reference, published_numbers(density.data[~mask])),
        *_local(
            reference,
            local_b_factor(resampled, resampled_mask, density, mask, resolution),
            local_occupancy(resampled, resampled_mask, resolution),
        ),
        Comparison(
            "figures",
            "slices of largest variance",
            max_variance_indices(mask),
            tuple(reference["slices"]["hardMask"]["maxvar_xyz"]),
            0,
            0.5,
        ),
    ]
    if resolution <= 8:
        comparisons += _guinier(reference, b_factor_analysis(density, resolution))
    return comparisons


def _resampled(density: DensityMap, resolution: float) -> DensityMap:
    return resample_to_half_resolution(density, resolution).density


def _mask_of(density: DensityMap, contour: float, with_defects: bool) -> BoolArray:
    if with_defects:
        return original_mask(density, contour)
    raw, iterations = raw_mask(density.data, contour), growth_iterations(density.voxel_size)
    return molecule_mask(raw, iterations)


def _values(result: Result, name: str) -> Tuple[float, ...]:
    value: Any = result.measurements[name].value
    return tuple(value) if isinstance(value, list) else (value,)


def _masks(
    reference: Dict[str, Any], mask_of_map: BoolArray, resampled_mask: BoolArray
) -> Iterator[Comparison]:
    masks = reference["masks"]
    for quantity, mask, key in (
        ("mask, Dice", mask_of_map, "hard"),
        ("resampled mask, Dice", resampled_mask, "resizedHard"),
    ):
        # One mask holds the other, so the counts give the Dice coefficient.
        voxels, original = int(np.count_nonzero(mask)), int(masks[key]["sum"])
        dice = 2 * min(voxels, original) / (voxels + original)
        yield Comparison("masks", quantity, (dice,), (1.0,), 0.001)
    for quantity, mask, key in (
        ("soft mask, sum", mask_of_map, "soft"),
        ("resampled soft mask, sum", resampled_mask, "resizedSoft"),
    ):
        soft = (float(soft_mask(mask).sum(dtype=np.float64)),)
        yield Comparison("masks", quantity, soft, (masks[key]["sum"],), 0.005)


def _mass(reference: Dict[str, Any], result: Result) -> Iterator[Comparison]:
    original = reference["sections"]["massAnalysis"]
    for quantity, name, keys in (
        ("space left (Å)", "space_left", "leftSpace"),
        ("space right (Å)", "space_right", "rightSpace"),
        ("decentering (%)", "decentering", "decenteringRatio"),
    ):
        values = tuple(original[keys + axis] for axis in "XYZ")
        yield Comparison("0.a", quantity, _values(result, name), values, 0.005)
    center = tuple(original["centerOfMass"])
    yield Comparison(
        "0.a", "centre of mass", _values(result, "center_of_mass"), center, 0.005, 0.01
    )


def _mask(reference: Dict[str, Any], result: Result) -> Iterator[Comparison]:
    original = reference["sections"]["maskAnalysis"]
    for quantity, name, key in (
        ("components", "components", "connectedComponents"),
        ("raw mask (voxels)", "raw_mask_voxels", "sizeCC"),
        ("raw mask (Å³)", "raw_mask_volume", "volumeCC"),
        ("components to 95 %", "components_95", "connectedComponents95"),
        ("remaining components", "remaining_components", "ncomponentsRemaining"),
        ("mask (voxels)", "mask_voxels", "sizeConstructedMask"),
        ("mask (Å³)", "mask_volume", "volumeConstructedMask"),
        ("overlap", "overlap", "overlap"),
        ("voxels above 24 thresholds", "voxels_above", "voxelMass"),
        ("mass above them (kDa)", "mass", "molecularMass"),
        ("residues above them", "residues", "Aminoacids"),
    ):
        values = original[key]
        values = tuple(values) if isinstance(values, list) else (values,)
        # Rounding gives the original a 25th threshold, the maximum itself, on some maps.
        values = values[:THRESHOLDS]
        yield Comparison("0.b", quantity, _values(result, name), values, 0.005)


def _background(reference: Dict[str, Any], result: Result) -> Iterator[Comparison]:
    original = reference["sections"]["backgroundAnalysis"]
    for quantity, name, key in (
        ("t", "t_statistic", "t-statistic"),
        ("mean", "mean", "mean"),
        ("standard deviation", "standard_deviation", "standardDeviation"),
        ("beyond 5 σ (%)", "outlier_percentage", "percentageVoxelsLarger5"),
        ("ratio to a Gaussian", "outlier_ratio", "percentageRatio"),
    ):
        yield Comparison("0.c", quantity, _values(result, name), (original[key],), 1e-4)


def _guinier(reference: Dict[str, Any], result: Result) -> Iterator[Comparison]:
    original = reference["sections"]["bFactorAnalysis"]
    for quantity, name, key in (
        ("slope", "slope", "a"),
        ("intercept", "intercept", "b"),
        ("B-factor", "b_factor", "bfactor"),
    ):
        yield Comparison("0.d", quantity, _values(result, name), (original[key],), 0.005)
    rows = np.array([row[:4] for row in reference["guinier"]["rows"]])
    curve = result.curves["guinier"]
    measured, corrected = tuple(curve["measured"]), tuple(curve["corrected"])
    yield Comparison("0.d", "ln|F| of the shells", measured, tuple(rows[:, 1]), 1e-4)
    yield Comparison("0.d", "ln|F| corrected", corrected, tuple(rows[:, 3]), 1e-4)


def _local(reference: Dict[str, Any], b_factor: Result, occupancy: Result) -> Iterator[Comparison]:
    yield Comparison(
        "0.f",
        "percentiles of B (Å²)",
        _values(b_factor, "percentiles"),
        tuple(reference["local_bfactor"]["percentiles"]),
        0.01,
        2.0,
    )
    yield Comparison(
        "0.g",
        "percentiles of occupancy",
        _values(occupancy, "percentiles"),
        tuple(reference["local_occupancy"]["percentiles"]),
        0,
        0.02,
    )


def _text(values: Sequence[float]) -> str:
    shown = " ".join(f"{value:.6g}" for value in values[:5])
    return shown if len(values) <= 5 else f"{shown} ..."


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Print the tables; the exit status is 1 if the defects do not explain a difference."""
    parser = argparse.ArgumentParser(
        prog="./run test agreement", description="The numbers of the original programs, and ours."
    )
    parser.add_argument("--write", action="store_true", help="put a table into docs/agreement.rst")
    options = parser.parse_args(arguments)
    failures = 0
    for name in MAPS:
        print(f"\n{name}")
        if find_example(f"oracle/{name}.json") is None:
            print(f"  not measured: it is not in {LARGER_DATA} (set VRS_TEST_DATA to its folder)")
            continue
        defective = compare(name, with_defects=True)
        for row, defective_row in zip(compare(name, with_defects=False), defective):
            verdict = "agrees"
            if row.excess > 1:
                explained = defective_row.excess <= 1
                failures += not explained
                verdict = "agrees with the defects" if explained else "DISAGREES"
            print(
                f"  {row.section:8} {row.quantity:28} {_text(row.measured):52} "
                f"{_text(row.original):52} {row.excess:8.2g}  {verdict}"
            )
    print(
        "\nColumns: section, quantity, this plugin, original, difference in units of the tolerance."
    )
    voxels = table()
    print(f"\n{voxels}")
    print("\nLeft: what differs from the original with its defects repeated.")
    if options.write:
        write_block(DOCS / "agreement.rst", BLOCK, voxels)
    return 1 if failures or UNEXPLAINED in voxels else 0


if __name__ == "__main__":
    sys.exit(main())
