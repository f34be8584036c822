"""The fall-off of protein with resolution: the table of vrs/numerics/protein_fall_off.py.

``python -m training.protein_fall_off STRUCTURES vrs/numerics/protein_fall_off.json --processes 2``

Electron scattering with B = 0 is simulated from one structure of each sequence cluster. The ln
amplitudes of the Fourier shells have a mean and a covariance from protein to protein. A fifth of
the clusters, and those of the tests, are held out for training.protein_fall_off_errors.
"""

from __future__ import annotations

import argparse
import csv
import json
import zlib
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Dict, List

import numpy as np

from vrs.maps import FloatArray
from vrs.maps.fourier import transform
from vrs.numerics.fourier_shells import shell_amplitudes
from vrs.tests.proteins import read_protein

RESIDUES = (100, 900)

OF_TESTS = ("3cyy", "4zjk", "1fki", "3cyn")
"""Sequence clusters of the structures in vrs/tests/level0/test_truth.py."""

STEP = 0.01
"""1/Å."""

FIRST, END = 0.1, 0.45
"""1/Å; the grid of 1 Å holds the map to 0.5."""

WHITE = 0.001
"""Variance that a tenth of the shells has of its own: noise, filters and the like, 3 % of the
amplitude. With less, the slope would depend more on the last shells, which are the least certain
ones in real maps."""


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


def amplitudes(file: Path) -> FloatArray:
    """ln of the mean |F| of Fourier shells, less that of the first."""
    density = read_protein(file).density(0.0)
    frequency, amplitude = shell_amplitudes(density, transform(density.data), 2.0)
    logarithm: FloatArray = np.interp(shells(), frequency, np.log(amplitude))
    return logarithm - logarithm[0]


def shells() -> FloatArray:
    """Centres of the shells of the table in 1/Å."""
    return np.arange(FIRST, END + STEP / 2, STEP)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("structures", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--processes", type=int, default=1)
    options = parser.parse_args()
    files = structures(options.structures, held_out=False)
    with ProcessPoolExecutor(options.processes) as pool:
        logarithms = np.array(list(pool.map(amplitudes, files)))
    table = {
        "structures": len(files),
        "first": FIRST,
        "step": STEP,
        "white": WHITE,
        "mean": np.round(logarithms.mean(axis=0), 4).tolist(),
        "covariance": np.round(np.cov(logarithms.T), 6).tolist(),
    }
    text = json.dumps(table).replace("[[", "[\n[").replace("], ", "],\n")
    options.out.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
