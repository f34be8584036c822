"""Simulated maps with the places of helices marked: what the hand network learns and is judged on.

``python -m training.hand_data STRUCTURES OUT`` writes OUT/train/*.npz and OUT/held_out/*.npz.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import tempfile
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Optional, Sequence, Tuple

import gemmi
import numpy as np
import numpy.typing as npt

from training.helices import SHORTEST_DOUBTFUL_RUN, axis_points, distance_to, helix_runs
from training.simulation import Molecule, load_molecule, simulate

FOLDS = 5
HELD_OUT_FOLD = 0

ALSO_HELD_OUT = ("3p49", "5hdn", "1hcf", "1kac", "1xu1", "2hle", "3l89")
"""Clusters with RNA, with DNA, and without helices: chance would leave too few to judge by."""

RESOLUTIONS = (2.6, 6.0)
"""Range in Å of the maps that are learned from."""

HELD_OUT_RESOLUTIONS = (3.0, 3.5, 4.0, 4.5, 5.0, 5.5)

NEAR_AXIS = 2.5
"""Å; voxels as near as this to an axis are examples of helices."""

FAR_FROM_AXIS = 6.0
"""Å; voxels as far as this from every axis are examples of the rest."""

EXAMPLES = 2000
"""Most examples of either kind that are kept of a map."""

FEWEST_ATOMS = 500
"""Of a variant without helices; a smaller rest is not worth a map."""

REAL_MAPS = ("1oed", "5fn5", "5ly6", "3j06", "3j8x", "3j6b", "5me2", "5ni1", "1j6z", "1wcm")
"""Structures of the real maps that the network is judged on; their clusters are left out."""

LARGEST_BOX = 112
"""Voxels; more of a big complex teaches little and takes long."""


TRAINING_STRUCTURES = 110
HELD_OUT_STRUCTURES = 40

BARE_EVERY = 4
"""Every how many structures the one without its helices is simulated too."""


class Entry(NamedTuple):
    """A structure of the table."""

    name: str
    file: Path
    cluster: str
    nucleotides: int

    @property
    def order(self) -> Tuple[bool, bool, bytes]:
        """Sorts rare kinds of structures before the others, and these at random."""
        usual = self.cluster not in ALSO_HELD_OUT
        return usual, self.nucleotides == 0, hashlib.md5(self.name.encode()).digest()

    @property
    def fold(self) -> int:
        """0 to FOLDS - 1, the same for all structures of a sequence cluster."""
        if self.cluster in ALSO_HELD_OUT:
            return HELD_OUT_FOLD
        return hashlib.md5(self.cluster.encode()).digest()[0] % FOLDS

    @property
    def of_a_real_map(self) -> bool:
        """Whether an experimental map of this structure is looked at in the evaluation."""
        return self.name.lower().startswith(REAL_MAPS)


def entries(folder: Path) -> List[Entry]:
    """The structures of ``folder/structures.tsv`` without flags."""
    with open(folder / "structures.tsv", encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table, delimiter="\t"))
    return [
        Entry(row["id"], folder / row["file"], row["seq_cluster"], int(row["n_nt"] or 0))
        for row in rows
        if row["flags"].strip() == "-"
    ]


def split(found: Sequence[Entry]) -> Dict[str, List[Entry]]:
    """Training and held-out structures; a cluster with a structure of a real map is in neither."""
    real = {entry.cluster for entry in found if entry.of_a_real_map}
    usable = [entry for entry in found if entry.cluster not in real]
    usable.sort(key=lambda entry: entry.order)
    train = [entry for entry in usable if entry.fold != HELD_OUT_FOLD]
    held_out = [entry for entry in usable if entry.fold == HELD_OUT_FOLD]
    return {"train": train[:TRAINING_STRUCTURES], "held_out": held_out[:HELD_OUT_STRUCTURES]}


def variants(file: Path) -> Iterator[Tuple[str, gemmi.Structure]]:
    """A structure as "whole"; "nucleic", its nucleic acids alone; "bare", without its helices.

    The last two have no alpha helix: they teach what is not one, and must stay undecided. They are
    left out where little remains.
    """
    structure = gemmi.read_structure(str(file))
    structure.remove_alternative_conformations()
    yield "whole", structure
    nucleic = structure.clone()
    _remove(nucleic, lambda residue: residue.find_atom("C1'", "*") is None)
    if nucleic[0].count_atom_sites() > FEWEST_ATOMS:
        yield "nucleic", nucleic
    runs = [run for chain in structure[0] for run in helix_runs(chain, SHORTEST_DOUBTFUL_RUN)]
    in_helices = {tuple(position) for run in runs for position in run}
    bare = structure.clone()
    _remove(bare, lambda residue: _alpha_carbon(residue) in in_helices)
    if bare[0].count_atom_sites() > FEWEST_ATOMS:
        yield "bare", bare


def load_variant(structure: gemmi.Structure, rng: np.random.Generator, scale: float) -> Molecule:
    """The structure turned at random in a box, its residues outside of the box taken away."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "structure.cif"
        structure.setup_entities()
        structure.make_mmcif_document().write_file(str(file))
        molecule = load_molecule(file, rng, margin=12.0, largest_box=LARGEST_BOX, scale=scale)
    _remove(molecule.structure, lambda residue: all(atom.occ == 0 for atom in residue))
    return molecule


def example_voxels(
    molecule: Molecule, rng: np.random.Generator
) -> Dict[str, npt.NDArray[np.int16]]:
    """Voxels [z, y, x] "near" helix axes and "far" from them, each of shape (n, 3).

    Of those far from helices two in three lie within 3 Å of an atom, the others anywhere.
    """
    model = molecule.structure[0]
    box = np.array(molecule.density.shape[::-1])
    axes = axis_points(model)
    doubtful = axis_points(model, SHORTEST_DOUBTFUL_RUN)
    atoms = np.array([site.atom.pos.tolist() for site in model.all()])
    near = _around(axes, NEAR_AXIS, 4 * EXAMPLES, rng)
    near = near[distance_to(axes, near, NEAR_AXIS) <= NEAR_AXIS]
    anywhere = rng.integers(0, box, (2 * EXAMPLES, 3))
    far = rng.permutation(np.vstack([_around(atoms, 3.0, 4 * EXAMPLES, rng), anywhere]))
    far = far[~np.isfinite(distance_to(doubtful, far, FAR_FROM_AXIS))]
    return {"near": _some(near, box, rng), "far": _some(far, box, rng)}


def make_maps(
    entry: Entry, folder: Path, seed: int, resolutions: Optional[Sequence[float]]
) -> Iterator[str]:
    """Simulate and save maps of one structure and its variants; gives a line about each.

    Parameters
    ----------
    entry : Entry
    folder : Path
    seed : int
        With the name of the structure it fixes every random choice.
    resolutions : sequence of float or None
        Å; None for two drawn at random of the whole structure and one of every variant.
    """
    rng = np.random.default_rng([seed, *entry.name.encode()])
    for variant, structure in variants(entry.file):
        if variant == "bare" and entry.order[-1][-1] % BARE_EVERY:
            continue
        molecule = load_variant(structure, rng, rng.uniform(0.975, 1.025))
        places = example_voxels(molecule, rng)
        wanted = resolutions or rng.uniform(*RESOLUTIONS, 2 if variant == "whole" else 1)
        if resolutions and variant != "whole":
            wanted = [wanted[len(entry.name + entry.cluster) % 3 + 1]]
        for resolution in wanted:
            kind = "filtered" if rng.random() < 0.2 else "reconstructed"
            spread = rng.choice([0.0, 0.2])
            made = simulate(molecule, float(resolution), rng, kind, spread)
            name = f"{entry.name}_{variant}_{resolution:.2f}"
            np.savez(
                folder / f"{name}.npz",
                density=(made.density / made.density.std()).astype(np.float16),
                mask=made.mask, resolution=resolution, variant=variant, kind=kind, **places,
            )  # fmt: skip
            yield f"{name} {kind} box {made.density.shape} helix voxels {len(places['near'])}"


def _remove(structure: gemmi.Structure, unwanted: Callable[[gemmi.Residue], bool]) -> None:
    for chain in structure[0]:
        for index in reversed(range(len(chain))):
            if unwanted(chain[index]):
                del chain[index]
    structure.remove_empty_chains()


def _alpha_carbon(residue: gemmi.Residue) -> Tuple[float, ...]:
    atom = residue.find_atom("CA", "*", gemmi.Element("C"))
    return tuple(atom.pos.tolist()) if atom else ()


def _around(
    points: npt.NDArray[np.float64], reach: float, count: int, rng: np.random.Generator
) -> npt.NDArray[np.int64]:
    """Voxels (x, y, z) in cubes of half side ``reach`` around points drawn at random."""
    if not len(points):
        return np.zeros((0, 3), dtype=int)
    chosen = points[rng.integers(0, len(points), count)]
    return np.rint(chosen + rng.uniform(-reach, reach, (count, 3))).astype(int)


def _some(
    voxels: npt.NDArray[Any], box: npt.NDArray[Any], rng: np.random.Generator
) -> npt.NDArray[np.int16]:
    """At most EXAMPLES different voxels of the box, turned to [z, y, x]."""
    inside = voxels[np.all((voxels >= 0) & (voxels < box), axis=1)]
    different = np.unique(inside, axis=0)
    return rng.permutation(different)[:EXAMPLES, ::-1].astype(np.int16)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("structures", type=Path, help="folder with structures.tsv")
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=("train", "held_out"))
    given = parser.parse_args()
    for name, chosen in split(entries(given.structures)).items():
        if given.only in (None, name):
            folder = given.out / name
            folder.mkdir(parents=True, exist_ok=True)
            wanted = HELD_OUT_RESOLUTIONS if name == "held_out" else None
            for entry in chosen:
                for line in make_maps(entry, folder, given.seed, wanted):
                    print(name, line, flush=True)


if __name__ == "__main__":
    main()
