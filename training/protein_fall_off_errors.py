"""How far B-factors measured on held-out proteins are from the truth: on maps without noise.

``python -m training.protein_fall_off_errors STRUCTURES``

Prints for every resolution the errors of the unbiased local B-factor and of the Guinier fit from
10 Å, over the structures that training.protein_fall_off holds out.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Dict, List, Tuple

import numpy as np

from training.protein_fall_off import structures
from vrs.level0.b_factor import b_factor_analysis
from vrs.level0.unbiased_b_factor import unbiased_b_factor
from vrs.tests.proteins import Protein, read_protein

RESOLUTIONS = (3.0, 4.0, 5.0, 6.0)
B_FACTORS = (0.0, 50.0, 100.0)


def errors(molecule: Protein, b_factor: float, resolution: float) -> Tuple[float, float]:
    """Error in Å² of the unbiased median and of the B-factor of the molecule."""
    density = molecule.density(b_factor, resolution)
    local = unbiased_b_factor(density, molecule.mask, resolution)
    measured = b_factor_analysis(density, resolution, molecule.mask).measurements
    fitted = measured["b_factor_from_10"].value
    return float(np.median(local.values)) + b_factor, fitted + b_factor


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("structures", type=Path)
    options = parser.parse_args()
    errors_at: Dict[float, List[Tuple[float, float]]] = {at: [] for at in RESOLUTIONS}
    for file in structures(options.structures, held_out=True):
        molecule = read_protein(file)
        for resolution, of_structures in errors_at.items():
            of_structures += [errors(molecule, b_factor, resolution) for b_factor in B_FACTORS]
    print("Å    measure  rms Å²  largest  within 5  within 10")
    for resolution, of_structures in errors_at.items():
        for name, error in zip(("local", "Guinier"), np.abs(of_structures).T):
            rms, within = np.sqrt(np.mean(error**2)), [np.mean(error < near) for near in (5, 10)]
            print(
                f"{resolution:<4g} {name:7}  {rms:6.1f}  {error.max():7.1f}"
                f"  {within[0]:8.0%}  {within[1]:9.0%}"
            )


if __name__ == "__main__":
    main()
