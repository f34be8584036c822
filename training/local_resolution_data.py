"""Features and labels for the local-resolution network, from simulated maps.

    python -m training.local_resolution_data STRUCTURES train.npz --maps 3
    python -m training.local_resolution_data STRUCTURES cut.npz --maps 2 --seed 21 --zeros
    python -m training.local_resolution_data STRUCTURES held.npz --maps 2 --seed 11 --split held-out

STRUCTURES is the folder with structures.tsv. A fifth of the sequence clusters is held out: the
network never sees them, and their maps are also stored sharpened and blurred by 50 Å².
"""

from __future__ import annotations

import argparse
import csv
import time
import zlib
from pathlib import Path
from typing import Dict, List, Tuple

import numpy as np
import scipy.fft
from scipy import ndimage

from training.simulation import (
    Molecule,
    SimulatedMap,
    load_molecule,
    radial_frequency,
    simulate,
)
from vrs.networks.band_power import band_power
from vrs.networks.bands import Bands

POINTS_PER_MAP = 300
LARGEST_MOLECULE = 66.0
"""Å along a side that are simulated of a molecule."""

MARGIN = (8.0, 30.0)
"""Least and most Å of solvent around the molecule."""

MOST_ROOM = 8.0
"""Most Å between the mask and the zeros around it, in maps that are made with zeros."""

SHARPENING = (0.0, 50.0, -50.0)
"""Å² by which held-out maps are also filtered; positive sharpens."""


def all_structures(folder: Path) -> List[Dict[str, str]]:
    """The rows of structures.tsv."""
    with open(folder / "structures.tsv", newline="", encoding="utf-8") as table:
        return list(csv.DictReader(table, delimiter="\t"))


def chosen_structures(folder: Path) -> List[Dict[str, str]]:
    """The rows of structures.tsv without flags."""
    return [row for row in all_structures(folder) if row["flags"] == "-"]


def is_held_out(row: Dict[str, str]) -> bool:
    """A fifth of the sequence clusters, the same ones in every run."""
    return zlib.crc32(row["seq_cluster"].encode()) % 5 == 0


def random_map(
    molecule: Molecule, rng: np.random.Generator, zeros: bool = False
) -> Tuple[SimulatedMap, str]:
    """A map of any resolution from 2.3 to 14.5 Å, as often filtered, mixed or cut as is useful.

    With ``zeros`` everything is 0 from some Å around the molecule on, with a sharp edge.
    """
    resolution = float(np.exp(rng.uniform(np.log(2.3), np.log(14.5))))
    kind = "reconstructed" if rng.random() < 0.75 else "filtered"
    spread = 0.0 if rng.random() < 0.5 else rng.uniform(0.1, 0.45)
    simulated = simulate(molecule, resolution, rng, kind, spread, masked=False if zeros else None)
    density = simulated.density
    cut = [slice(None)] * 3
    if zeros:
        away = ndimage.distance_transform_edt(~simulated.mask)
        density = density * (away <= max(rng.uniform(-3, MOST_ROOM), 0))
    elif rng.random() < 0.1:
        density = density * simulated.mask
    if rng.random() < 0.1:
        axis = int(rng.integers(3))
        filled = np.flatnonzero(simulated.mask.any(axis=tuple(i for i in range(3) if i != axis)))
        cut[axis] = slice(int(filled[0] + rng.uniform(0.1, 0.4) * filled.size), None)
    part = tuple(cut)
    return (
        SimulatedMap(
            np.ascontiguousarray(density[part]),
            simulated.mask[part],
            simulated.resolution[part],
            simulated.reported,
            simulated.masked,
            simulated.voxel_size,
        ),
        kind,
    )


def sharpened(density: np.ndarray, b_factor: float) -> np.ndarray:
    """The map with a B-factor in Å² taken off (positive sharpens)."""
    if not b_factor:
        return density
    gain = np.exp(b_factor * radial_frequency(density.shape) ** 2 / 4)
    return scipy.fft.irfftn(scipy.fft.rfftn(density) * gain, s=density.shape).astype(np.float32)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("structures", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--maps", type=int, default=3, help="maps of every structure")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=int, default=1000, help="maps at most")
    parser.add_argument("--zeros", action="store_true", help="0 around every molecule")
    parser.add_argument("--split", choices=("train", "held-out"), default="train")
    options = parser.parse_args()
    rows = chosen_structures(options.structures)
    rows = [row for row in rows if is_held_out(row) == (options.split == "held-out")]
    rng = np.random.default_rng(options.seed)
    started, stored, made_so_far = time.time(), [], 0
    for _ in range(options.maps):
        for row in [rows[i] for i in rng.permutation(len(rows))]:
            if made_so_far == options.limit:
                break
            path = options.structures / row["file"]
            error = rng.normal(1.0, 0.01)
            margin = rng.uniform(*MARGIN)
            largest_box = int(LARGEST_MOLECULE + 2 * margin)
            molecule = load_molecule(path, rng, margin, largest_box, scale=error)
            simulated, kind = random_map(molecule, rng, options.zeros)
            if simulated.mask.sum() < 1000:
                continue
            made_so_far += 1
            chosen = None
            for sharpening in SHARPENING if options.split == "held-out" else (0.0,):
                bands = Bands(sharpened(simulated.density, sharpening))
                power = band_power(bands, simulated.mask)
                if chosen is None:
                    count = min(POINTS_PER_MAP, len(power.points))
                    chosen = rng.choice(len(power.points), count, replace=False)
                stored.append(
                    {
                        "points": power.points[chosen],
                        "narrow": power.narrow[chosen],
                        "wide": power.wide[chosen],
                        "filling": power.filling[chosen],
                        "molecule": power.molecule,
                        "solvent": power.solvent,
                        "label": simulated.resolution[tuple(power.points[chosen].T)],
                        "reported": simulated.reported,
                        "voxel_size": simulated.voxel_size,
                        "masked": simulated.masked,
                        "zeros": options.zeros,
                        "kind": kind,
                        "sharpening": sharpening,
                        "id": row["id"],
                    }
                )
            if len(stored) % 20 == 0:
                print(len(stored), f"{time.time() - started:.0f} s", flush=True)
        save(options.output, stored)


def save(path: Path, stored: List[Dict[str, object]]) -> None:
    """All maps in one file of arrays of objects, one entry per map."""
    columns = {}
    for key in stored[0]:
        column = np.empty(len(stored), dtype=object)
        column[:] = [entry[key] for entry in stored]
        columns[key] = column
    np.savez_compressed(path, **columns)


if __name__ == "__main__":
    main()
