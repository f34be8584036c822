"""The fall-off of protein with resolution: the table of vrs/numerics/protein_fall_off.py.

``python -m training.protein_fall_off STRUCTURES vrs/numerics/protein_fall_off.json --processes 2``

Maps of point atoms with B = 0 are simulated from one structure of each sequence cluster.
Their ln amplitudes have a mean and a covariance from protein to protein, for local amplitudes and
for Fourier shells of the whole map. Electrons see atoms as wide as their potential, which shifts
the means; by how much is measured on some of the structures. A fifth of the clusters, and those of
the tests, are held out for training.protein_fall_off_errors.
"""

from __future__ import annotations

import argparse
import csv
import json
import zlib
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, Dict, List, Tuple, Union

import numpy as np

from vrs.level0.unbiased_b_factor import SWEEP_FROM, WIDTH, surroundings, sweep_to
from vrs.maps import FloatArray
from vrs.maps.fourier import transform
from vrs.numerics.fourier_shells import shell_amplitudes
from vrs.numerics.local_slopes import local_logarithms, local_slopes
from vrs.numerics.protein_fall_off import FallOff
from vrs.tests.proteins import read_protein

RESIDUES = (100, 900)

OF_TESTS = ("3cyy", "4zjk", "1fki", "3cyn")
"""Sequence clusters of the structures in vrs/tests/level0/test_truth.py."""

STEP = 0.01
"""1/Å, of both tables."""

LOCAL_END, MAP_END = 0.42, 0.45
"""1/Å; the grid of 1 Å holds the whole map to 0.5, and local shells are wide."""

WHITE = 0.001
"""Variance that a tenth of the shells has of its own: noise, filters and the like, 3 % of the
amplitude. With less, the slope would depend more on the last shells, which are the least certain
ones in real maps."""

OF_VOXELS = 0.003
"""Share of the covariance between the voxels of a protein that is added to that of the medians, so
that single voxels scatter little more than with ordinary least squares. Both were chosen by
cross-validation among the training clusters."""

VOXELS = 16000
"""Of every structure, drawn at random."""

RESOLUTIONS = (2.5, 3.0, 3.5, 4.0, 4.5, 5.0, 5.5, 6.0, 6.25)
"""Å, at which the median of slopes is compared with the slope of medians."""

SCATTERED_EVERY = 8
"""One in so many structures measures the effect of electron scattering."""

LOW_PASSED_EVERY = 13
"""One in so many structures measures the effect of a low-pass at the resolution on the slope."""


def structures(folder: Path, held_out: bool) -> List[Path]:
    """Complete proteins of usual size without nucleic acids, the first one of every cluster."""
    with (folder / "structures.tsv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    low, high = RESIDUES
    files: Dict[str, Path] = {}
    for row in rows:
        if row["flags"] == "-" and row["n_nt"] == "0" and low <= int(row["n_aa"]) <= high:
            files.setdefault(row["seq_cluster"], folder / row["file"])
    return [file for cluster, file in files.items() if is_held_out(cluster) == held_out]


def is_held_out(cluster: str) -> bool:
    """A fifth of the sequence clusters and those of the tests."""
    return cluster in OF_TESTS or zlib.crc32(cluster.encode()) % 5 == 0


def shells(end: float) -> FloatArray:
    """Centres of the shells of a table in 1/Å."""
    return np.arange(1 / SWEEP_FROM, end + STEP / 2, STEP)


def amplitudes(file: Path, points: bool = True) -> Tuple[FloatArray, FloatArray]:
    """ln of the local amplitudes (shells, voxels) and of the mean |F| of Fourier shells (shells,).

    Less their values in the first shell. Of point atoms, or of electron scattering.
    """
    molecule = read_protein(file)
    density = molecule.density(0.0, points=points)
    local = local_logarithms(density, molecule.mask, shells(LOCAL_END), WIDTH, "power")
    drawn = np.random.default_rng(0).permutation(np.count_nonzero(molecule.mask))[:VOXELS]
    of_voxels = np.stack([values[drawn] for values in local])
    frequency, amplitude = shell_amplitudes(density, transform(density.data), 2.0)
    of_map = np.interp(shells(MAP_END), frequency, np.log(amplitude))
    return of_voxels - np.median(of_voxels[0]), of_map - of_map[0]


def table(values: FloatArray, further: Union[float, FloatArray]) -> Dict[str, Any]:
    """Mean of the rows of ``values`` and their covariance, to which ``further`` is added."""
    return {
        "first": 1 / SWEEP_FROM,
        "step": STEP,
        "white": WHITE,
        "mean": np.round(values.mean(axis=0), 4).tolist(),
        "covariance": np.round(np.cov(values.T) + further, 6).tolist(),
    }


def median_above(protein: FallOff, of_voxels: List[FloatArray]) -> FloatArray:
    """By how much (Å²) the median slope of the voxels is above the slope of their medians."""
    above = []
    for resolution in RESOLUTIONS:
        sweep = sweep_to(resolution)
        onto = [np.interp(sweep, protein.frequency, unit) for unit in np.eye(len(protein.mean))]
        weights = np.array(onto) @ protein.slope_weights(sweep)
        medians = [np.median(weights @ values) for values in of_voxels]
        above.append(np.mean(medians) - protein.slope(sweep))
    return np.array(above)


def scattering_shift(file: Path) -> Tuple[FloatArray, FloatArray]:
    """By how much electron scattering shifts the median local and the shells' ln amplitudes."""
    local, of_map = amplitudes(file, points=False)
    local_of_points, map_of_points = amplitudes(file)
    shift = np.median(local, axis=1) - np.median(local_of_points, axis=1)
    return shift, of_map - map_of_points


def low_pass_shift(file: Path, protein: FallOff) -> FloatArray:
    """By how much (Å²) a low-pass at each of the resolutions shifts the median slope."""
    molecule = read_protein(file)
    shifts = []
    for resolution in RESOLUTIONS:
        sweep, medians = sweep_to(resolution), []
        for low_pass in (resolution, None):
            density = molecule.density(0.0, low_pass, points=True)
            around = surroundings(density, molecule.mask, resolution)
            weights = protein.slope_weights(sweep)
            medians.append(np.median(local_slopes(*around, sweep, WIDTH, "power", weights)))
        shifts.append(medians[0] - medians[1])
    return np.array(shifts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("structures", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--processes", type=int, default=1)
    options = parser.parse_args()
    files = structures(options.structures, held_out=False)
    with ProcessPoolExecutor(options.processes) as pool:
        of_voxels, of_map = zip(*pool.map(amplitudes, files))
        within = np.mean([np.cov(values) for values in of_voxels], axis=0)
        medians = np.array([np.median(values, axis=1) for values in of_voxels])
        local = table(medians, OF_VOXELS * within)
        protein = FallOff.of(local)
        some = files[::LOW_PASSED_EVERY]
        scattering = zip(*pool.map(scattering_shift, files[::SCATTERED_EVERY]))
        local_shift, map_shift = (np.round(np.mean(each, axis=0), 4) for each in scattering)
        shifts = list(pool.map(low_pass_shift, some, [protein] * len(some)))
    offset = median_above(protein, of_voxels) + np.mean(shifts, axis=0)
    tables = {
        "structures": len(files),
        "scattering": {"local": local_shift.tolist(), "map": map_shift.tolist()},
        "local": local,
        "map": table(np.array(of_map), 0.0),
        "median_offset": {"resolution": RESOLUTIONS, "slope": np.round(offset, 2).tolist()},
    }
    text = json.dumps(tables).replace("[[", "[\n[").replace("], ", "],\n").replace("}, ", "},\n")
    options.out.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
