"""The molecules of the suite and how each is reconstructed, in two sets.

Thresholds were chosen on the first set alone; the second, of other structures, seeds and contours,
was made to measure them. No network was trained on the local resolution of any of these structures
but 3p49 of the second set, which has the only RNA beside that of the first.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Dict

from vrs.tests.example_data import DATA
from vrs.tests.suite.simulator import Recipe, Sample, read_atoms, sample

SHIPPED = ("1fap", "1rv6", "3cyn", "3cyy")
"""Structures of the package, for those that are not here."""


@dataclass(frozen=True)
class Base:
    """A molecule and how it is reconstructed.

    Attributes
    ----------
    entry : str -- of the PDB
    recipe : Recipe
    voxel_size : float -- in Å
    room : float -- side of the box over the longest side of the molecule
    sigmas : float -- contour level in standard deviations of the noise
    """

    entry: str
    recipe: Recipe
    voxel_size: float
    room: float = 1.6
    sigmas: float = 4.2

    def sample(self, folder: Path, **options: object) -> Sample:
        """The molecule in its box; a structure that is not in ``folder`` is replaced by another."""
        number = zlib.crc32(self.entry.encode())
        file = folder / f"{self.entry}.pdb.gz"
        if not file.exists():
            file = DATA / "structures" / f"{SHIPPED[number % len(SHIPPED)]}.pdb.gz"
        room: Dict[str, object] = {"room": self.room, "seed": number % 1000, **options}
        return sample(read_atoms(file), self.voxel_size, **room)  # type: ignore[arg-type]


def recipe(resolution: float, seed: int = 0, sharpened: float = 0.7, **options: object) -> Recipe:
    """A usual reconstruction: B grows with the resolution; a share is taken off again."""
    b_factor = 20 + 7.0 * resolution**2
    usual = Recipe(resolution, b_factor=b_factor, sharpening=sharpened * b_factor, seed=seed)
    return replace(usual, **options)  # type: ignore[arg-type]


SOUND = {
    "2.5 A, large complex": Base("1n2c", recipe(2.5, 1, 0.8), 0.9, 1.4, 5.0),
    "2.7 A": Base("5c40", recipe(2.7, 2), 0.83, 1.5, 4.5),
    "2.9 A, all beta": Base("4g6j", recipe(2.9, 3), 1.0),
    "3.0 A, box not cubic": Base("1eer", recipe(3.0, 4, 0.8), 1.05),
    "3.0 A, no FSC weighting": Base("2vdb", recipe(3.0, 5, fsc_weighting=False), 0.95, 1.7),
    "3.2 A": Base("2gaf", recipe(3.2, 6, 0.6), 1.1, 2.0, 4.6),
    "3.2 A, no low-pass": Base("3r9a", recipe(3.2, 7, 0.55, low_pass=False), 1.15, 1.5),
    "3.4 A, RNA": Base("2gis", recipe(3.4, 8), 1.06, 1.8),
    "3.5 A, hexamer": Base("4jsv", recipe(3.5, 9, 0.65), 1.3, 1.4),
    "3.6 A, beta": Base("3cye", recipe(3.6, 10, 0.6), 1.2, 1.6),
    "3.8 A, unsharpened": Base("1zhh", recipe(3.8, 11, 0.0), 1.3, 1.7, 6.0),
    "4.0 A": Base("9x2o", recipe(4.0, 12, 0.6), 1.35, 1.5),
    "4.3 A, unsharpened": Base("2bi3", recipe(4.3, 13, 0.0), 1.4, 1.6, 6.0),
    "4.6 A": Base("1ihm", recipe(4.6, 14, 0.6), 1.5, 1.5),
    "5.0 A": Base("1n2c", recipe(5.0, 15), 1.7, 1.6),
    "5.6 A, no FSC weighting": Base("4jsv", recipe(5.6, 16, 0.5, fsc_weighting=False), 1.8, 1.5),
    "6.3 A": Base("3r9a", recipe(6.3, 17, 0.6), 2.0, 1.8),
    "7.0 A": Base("9x2o", recipe(7.0, 18, 0.6), 2.2, 1.7),
    "8.0 A, no low-pass": Base("1n2c", recipe(8.0, 19, 0.5, low_pass=False), 2.5, 1.6),
    "9.0 A": Base("4jsv", recipe(9.0, 20), 2.8, 1.6),
    "11 A": Base("4jsv", recipe(11.0, 21), 3.4, 1.7),
    "3.1 A, small protein": Base("3cy0", recipe(3.1, 22), 0.9, 2.0),
}
"""Sound reconstructions by name."""

BASES = {
    "2.8 A": Base("5c40", recipe(2.8, 31, 0.75), 0.93, 1.6, 4.5),
    "3.4 A": Base("2vdb", recipe(3.4, 32, 0.65), 1.1, 1.7),
}
"""The maps that are damaged; both have helices."""

SOUND_HELD_OUT = {
    "2.6 A, held out": Base("2fju", recipe(2.6, 101, 0.75), 0.9, 1.5, 5.5),
    "2.8 A, held out, kinase": Base("3szk", recipe(2.8, 102, 0.6), 0.88, 1.8, 3.8),
    "2.9 A, held out": Base("3vlb", recipe(2.9, 103, 0.8, fsc_weighting=False), 1.0, 1.7, 4.0),
    "3.0 A, held out, beta": Base("4g6m", recipe(3.0, 104, 0.65), 1.03, 1.5, 4.8),
    "3.1 A, held out": Base("1mah", recipe(3.1, 105, 0.75), 1.08, 1.9, 4.5),
    "3.1 A, held out, small": Base("1he1", recipe(3.1, 106, 0.6), 0.95, 2.1, 4.0),
    "3.2 A, held out, no low-pass": Base("2hqs", recipe(3.2, 107, 0.6, low_pass=False), 1.12, 1.6),
    "3.3 A, held out, helical": Base("1i4d", recipe(3.3, 108, 0.7), 1.15, 1.6, 5.0),
    "3.4 A, held out, unsharpened": Base("3gnn", recipe(3.4, 109, 0.0), 1.2, 1.8, 6.5),
    "3.5 A, held out, beta": Base("1ezu", recipe(3.5, 110, 0.65), 1.2, 1.6, 3.8),
    "3.6 A, held out, RNA": Base("3p49", recipe(3.6, 111), 1.15, 1.7, 4.5),
    "3.7 A, held out": Base("1f34", recipe(3.7, 112, 0.5), 1.25, 1.7, 4.2),
    "3.9 A, held out": Base("3e0c", recipe(3.9, 113, 0.6), 1.3, 1.5, 5.0),
    "4.1 A, held out": Base("2pcc", recipe(4.1, 114, 0.7), 1.4, 1.8, 4.0),
    "4.4 A, held out": Base("3v6z", recipe(4.4, 115, 0.5), 1.45, 1.6, 4.4),
    "4.8 A, held out": Base("2fju", recipe(4.8, 116, 0.6), 1.6, 1.6, 4.6),
    "5.3 A, held out": Base("3e0c", recipe(5.3, 117, 0.6), 1.75, 1.6, 4.0),
    "6.0 A, held out": Base("3vlb", recipe(6.0, 118, 0.5), 2.0, 1.8, 4.2),
    "6.8 A, held out": Base("1i4d", recipe(6.8, 119, 0.6), 2.2, 1.7, 4.2),
    "7.5 A, held out": Base("3e0c", recipe(7.5, 120, 0.7), 2.4, 1.7, 5.0),
    "8.5 A, held out, no low-pass": Base("2fju", recipe(8.5, 121, 0.5, low_pass=False), 2.7, 1.7),
    "10 A, held out": Base("1n2c", recipe(10.0, 122, 0.6), 3.2, 1.6, 4.5),
}
"""Sound reconstructions on which nothing was chosen."""

BASES_HELD_OUT = {
    "3.0 A, held out": Base("1us7", recipe(3.0, 131, 0.6), 0.98, 1.8, 5.0),
    "3.6 A, held out": Base("9x2o", recipe(3.6, 132, 0.75), 1.2, 1.4, 4.0),
}
"""Maps that are damaged, and on which nothing was chosen; both have helices."""
