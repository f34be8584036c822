"""How far the median local resolution moves when the same map comes in another shape.

    python -m training.local_resolution_robustness STRUCTURES [--maps 12] [--json OUTPUT.json]

Simulated reconstructions of held-out structures with solvent noise, 2.8 to 9 Å, through the whole
program as a user would run it.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any, Callable, Dict, List, Tuple

import numpy as np
import scipy.fft
from scipy import ndimage

from training.local_resolution_data import chosen_structures, is_held_out, sharpened
from training.simulation import SimulatedMap, load_molecule, simulate
from vrs.maps import DensityMap
from vrs.networks.local_resolution import local_resolution

Case = Tuple[np.ndarray, np.ndarray, float]
"""Grey values, mask, voxel size."""


def other_voxels(made: SimulatedMap, voxel_size: float) -> Case:
    """The map and its mask on another grid over the same box, from its spectrum."""
    shape = tuple(2 * int(round(side / voxel_size / 2)) for side in made.density.shape)
    resampled = made.density
    for axis, (old, new) in enumerate(zip(made.density.shape, shape)):
        spectrum = scipy.fft.fftshift(scipy.fft.fft(resampled, axis=axis), axes=axis)
        extra = (new - old) // 2
        if extra >= 0:
            width = [(extra, extra) if i == axis else (0, 0) for i in range(3)]
            spectrum = np.pad(spectrum, width)
        else:
            spectrum = np.take(spectrum, range(-extra, old + extra), axis=axis)
        spectrum = scipy.fft.ifftshift(spectrum, axes=axis)
        resampled = scipy.fft.ifft(spectrum, axis=axis).real * (new / old)
    real_voxel = made.density.shape[0] / shape[0]
    grids = [np.arange(new) * old / new for old, new in zip(made.density.shape, shape)]
    mask = ndimage.map_coordinates(
        made.mask.astype(np.float32), np.meshgrid(*grids, indexing="ij"), order=1
    )
    return resampled.astype(np.float32), mask > 0.5, real_voxel


def grown(mask: np.ndarray, steps: int) -> np.ndarray:
    operation = ndimage.binary_dilation if steps > 0 else ndimage.binary_erosion
    return operation(mask, ndimage.generate_binary_structure(3, 2), abs(steps))


def cut_through(made: SimulatedMap) -> Case:
    """A box that ends inside the molecule, as when a part of a map is cut out."""
    filled = np.flatnonzero(made.mask.any(axis=(1, 2)))
    first = int(np.percentile(filled, 30))
    return np.ascontiguousarray(made.density[first:]), made.mask[first:], 1.0


CASES: Dict[str, Callable[[SimulatedMap], Case]] = {
    "sharpened by 50 Å²": lambda made: (sharpened(made.density, 50), made.mask, 1.0),
    "blurred by 50 Å²": lambda made: (sharpened(made.density, -50), made.mask, 1.0),
    "voxels of 0.7 Å": lambda made: other_voxels(made, 0.7),
    "voxels of 1.3 Å": lambda made: other_voxels(made, 1.3),
    "voxel size 5 % too large": lambda made: (made.density, made.mask, 1.05),
    "mask 2 Å wider": lambda made: (made.density, grown(made.mask, 2), 1.0),
    "mask 2 Å tighter": lambda made: (made.density, grown(made.mask, -2), 1.0),
    "zeros outside the mask": lambda made: (made.density * made.mask, made.mask, 1.0),
    "zeros beyond 4 Å around the mask": lambda made: (
        made.density * grown(made.mask, 4),
        made.mask,
        1.0,
    ),
    "inverted contrast": lambda made: (-made.density, made.mask, 1.0),
    "box ends in the molecule": cut_through,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("structures", type=Path)
    parser.add_argument("--maps", type=int, default=12)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    rng = np.random.default_rng(given.seed)
    rows = [row for row in chosen_structures(given.structures) if is_held_out(row)]
    shifts: Dict[str, List[float]] = {name: [] for name in CASES}
    errors: Dict[str, List[float]] = {name: [] for name in ("as it is", *CASES)}
    for index in range(given.maps):
        row = rows[int(rng.integers(len(rows)))]
        molecule = load_molecule(given.structures / row["file"], rng, 13.0, 88)
        resolution = 2.8 * (9 / 2.8) ** (index / max(given.maps - 1, 1))
        made = simulate(molecule, resolution, rng, masked=False)

        def median(case: Case, reported: float = made.reported) -> float:
            data, mask, voxel_size = case
            found = local_resolution(DensityMap(data, voxel_size), mask, reported)
            return float(np.median(found.values))

        usual = median((made.density, made.mask, 1.0))
        errors["as it is"].append(abs(usual - resolution))
        for name, change in CASES.items():
            changed = median(change(made))
            shifts[name].append(changed - usual)
            errors[name].append(abs(changed - resolution))
        print(f"{row['id']} {resolution:.2f} {usual:.2f}", flush=True)
    table = {
        name: {
            "mean_shift": round(float(np.mean(values)), 2),
            "mean_absolute_shift": round(float(np.mean(np.abs(values))), 2),
            "largest": round(float(np.max(np.abs(values))), 2),
            "mean_error": round(float(np.mean(errors[name])), 2),
        }
        for name, values in shifts.items()
    }
    found: Dict[str, Any] = {
        "maps": given.maps,
        "mean_error": round(float(np.mean(errors["as it is"])), 2),
    }
    found["cases"] = table
    print(json.dumps(found, indent=1, ensure_ascii=False))
    if given.json:
        given.json.write_text(json.dumps(found, indent=1, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
