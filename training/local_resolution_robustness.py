"""Shift of the median local resolution if the same map is processed in another way.

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


def other_voxels(simulated: SimulatedMap, voxel_size: float) -> Case:
    """The map and its mask on another grid over the same box, from its spectrum."""
    shape = tuple(2 * int(round(side / voxel_size / 2)) for side in simulated.density.shape)
    resampled = simulated.density
    for axis, (old, new) in enumerate(zip(simulated.density.shape, shape)):
        spectrum = scipy.fft.fftshift(scipy.fft.fft(resampled, axis=axis), axes=axis)
        extra = (new - old) // 2
        if extra >= 0:
            width = [(extra, extra) if i == axis else (0, 0) for i in range(3)]
            spectrum = np.pad(spectrum, width)
        else:
            spectrum = np.take(spectrum, range(-extra, old + extra), axis=axis)
        spectrum = scipy.fft.ifftshift(spectrum, axes=axis)
        resampled = scipy.fft.ifft(spectrum, axis=axis).real * (new / old)
    real_voxel = simulated.density.shape[0] / shape[0]
    grids = [np.arange(new) * old / new for old, new in zip(simulated.density.shape, shape)]
    mask = ndimage.map_coordinates(
        simulated.mask.astype(np.float32), np.meshgrid(*grids, indexing="ij"), order=1
    )
    return resampled.astype(np.float32), mask > 0.5, real_voxel


def grown(mask: np.ndarray, steps: int) -> np.ndarray:
    operation = ndimage.binary_dilation if steps > 0 else ndimage.binary_erosion
    return operation(mask, ndimage.generate_binary_structure(3, 2), abs(steps))


def cut_through(simulated: SimulatedMap) -> Case:
    """A box that ends inside the molecule, as when a part of a map is cut out."""
    filled = np.flatnonzero(simulated.mask.any(axis=(1, 2)))
    first = int(np.percentile(filled, 30))
    return np.ascontiguousarray(simulated.density[first:]), simulated.mask[first:], 1.0


CASES: Dict[str, Callable[[SimulatedMap], Case]] = {
    "sharpened by 50 Å²": lambda simulated: (sharpened(simulated.density, 50), simulated.mask, 1.0),
    "blurred by 50 Å²": lambda simulated: (sharpened(simulated.density, -50), simulated.mask, 1.0),
    "voxels of 0.7 Å": lambda simulated: other_voxels(simulated, 0.7),
    "voxels of 1.3 Å": lambda simulated: other_voxels(simulated, 1.3),
    "voxel size 5 % too large": lambda simulated: (simulated.density, simulated.mask, 1.05),
    "mask 2 Å wider": lambda simulated: (simulated.density, grown(simulated.mask, 2), 1.0),
    "mask 2 Å tighter": lambda simulated: (simulated.density, grown(simulated.mask, -2), 1.0),
    "zeros outside the mask": lambda simulated: (
        simulated.density * simulated.mask,
        simulated.mask,
        1.0,
    ),
    "zeros beyond 4 Å around the mask": lambda simulated: (
        simulated.density * grown(simulated.mask, 4),
        simulated.mask,
        1.0,
    ),
    "inverted contrast": lambda simulated: (-simulated.density, simulated.mask, 1.0),
    "box ends in the molecule": cut_through,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("structures", type=Path)
    parser.add_argument("--maps", type=int, default=12)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    rows = [row for row in chosen_structures(options.structures) if is_held_out(row)]
    shifts: Dict[str, List[float]] = {name: [] for name in CASES}
    errors: Dict[str, List[float]] = {name: [] for name in ("as it is", *CASES)}
    for index in range(options.maps):
        row = rows[int(rng.integers(len(rows)))]
        molecule = load_molecule(options.structures / row["file"], rng, 13.0, 88)
        resolution = 2.8 * (9 / 2.8) ** (index / max(options.maps - 1, 1))
        simulated = simulate(molecule, resolution, rng, masked=False)

        def median(case: Case, reported: float = simulated.reported) -> float:
            data, mask, voxel_size = case
            results = local_resolution(DensityMap(data, voxel_size), mask, reported)
            return float(np.median(results.values))

        usual = median((simulated.density, simulated.mask, 1.0))
        errors["as it is"].append(abs(usual - resolution))
        for name, change in CASES.items():
            changed = median(change(simulated))
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
    results: Dict[str, Any] = {
        "maps": options.maps,
        "mean_error": round(float(np.mean(errors["as it is"])), 2),
    }
    results["cases"] = table
    print(json.dumps(results, indent=1, ensure_ascii=False))
    if options.json:
        options.json.write_text(json.dumps(results, indent=1, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
