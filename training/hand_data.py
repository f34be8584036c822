"""Simulated maps with the positions of helices, for training and testing the hand network.

``python -m training.hand_data STRUCTURES OUT`` writes OUT/train/*.npz, OUT/validation/*.npz (on
which the rule of the decision is chosen) and OUT/test/*.npz (which only reports).
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import tempfile
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Sequence, Tuple

import gemmi
import numpy as np
import numpy.typing as npt

from training.helices import (
    SHORTEST_DOUBTFUL_RUN,
    SHORTEST_RUN,
    axis_points,
    distance_to,
    helix_runs,
)
from training.simulation import Molecule, load_molecule, simulate

FOLDS = 5
VALIDATION_FOLD = 0
TEST_FOLD = 1

ALSO_VALIDATION = ("3p49", "5hdn", "1hcf", "1kac", "1xu1", "2hle", "3l89")
"""Clusters with RNA, with DNA, and without helices: chance would leave too few to choose by."""

RESOLUTIONS = (2.6, 6.0)
"""Range in Å of the maps that are learned from."""

JUDGED_RESOLUTIONS = (3.0, 3.5, 4.0, 4.5, 5.0)
"""Å, at which every structure with enough helices is simulated in validation and test."""

HELICAL_RESIDUES = 60
"""From so many residues in runs of six or more helical ones a map counts as helical.

They are what nine cubes of 10 Å along helices hold, the fewest with which a map can be decided.
"""

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


DRAWS = {"train": 2, "validation": 1, "test": 2}
"""How often every structure is turned and simulated anew."""

WORST_REPEATED = 4.0
"""Å; a test structure with enough helices is simulated anew up to here, where nearly every answer
must be right and many maps are needed to tell whether it is."""

BARE_EVERY = 4
"""Of how many structures one is simulated without its helices too, unless it is a test."""


class Entry(NamedTuple):
    """A structure of the table."""

    name: str
    file: Path
    cluster: str
    nucleotides: int

    @property
    def order(self) -> Tuple[bool, bool, bytes]:
        """Sorts rare kinds of structures before the others, and these at random."""
        usual = self.cluster not in ALSO_VALIDATION
        return usual, self.nucleotides == 0, hashlib.md5(self.name.encode()).digest()

    @property
    def fold(self) -> int:
        """0 to FOLDS - 1, the same for all structures of a sequence cluster."""
        if self.cluster in ALSO_VALIDATION:
            return VALIDATION_FOLD
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


def split(listed: Sequence[Entry]) -> Dict[str, List[Entry]]:
    """The structures of each purpose; a cluster with a structure of a real map is in none."""
    real = {entry.cluster for entry in listed if entry.of_a_real_map}
    usable = [entry for entry in listed if entry.cluster not in real]
    usable.sort(key=lambda entry: entry.order)
    special = {VALIDATION_FOLD: "validation", TEST_FOLD: "test"}
    purposes: Dict[str, List[Entry]] = {"train": [], "validation": [], "test": []}
    for entry in usable:
        purposes[special.get(entry.fold, "train")].append(entry)
    return purposes


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


def make_maps(entry: Entry, folder: Path, purpose: str, draw: int) -> Iterator[str]:
    """Simulate and save maps of one structure and its variants; gives a line about each.

    For training two resolutions are drawn of the whole structure, and one of every variant.
    Elsewhere the helical ones have all the JUDGED_RESOLUTIONS, later those to WORST_REPEATED, and
    all others one of them.

    Parameters
    ----------
    entry : Entry
    folder : Path
    purpose : {"train", "validation", "test"}
    draw : int
        From 1; with the name of the structure it fixes every random choice.
    """
    rng = np.random.default_rng([draw, *entry.name.encode()])
    number = entry.order[-1][-1]
    for variant, structure in variants(entry.file):
        if variant == "bare" and (number % BARE_EVERY if purpose != "test" else draw > 1):
            continue
        molecule = load_variant(structure, rng, rng.uniform(0.975, 1.025))
        places = example_voxels(molecule, rng)
        residues = residues_in_helices(molecule)
        if purpose == "train":
            wanted = rng.uniform(*RESOLUTIONS, 2 if variant == "whole" else 1).tolist()
        elif variant == "whole" and residues >= HELICAL_RESIDUES:
            wanted = [r for r in JUDGED_RESOLUTIONS if draw == 1 or r <= WORST_REPEATED]
        elif draw > 1:
            continue
        else:
            wanted = [JUDGED_RESOLUTIONS[(number + draw) % len(JUDGED_RESOLUTIONS)]]
        for resolution in wanted:
            kind = "filtered" if rng.random() < 0.2 else "reconstructed"
            spread = rng.choice([0.0, 0.2])
            simulated = simulate(molecule, resolution, rng, kind, spread)
            name = f"{entry.name}_{variant}_{draw}_{resolution:.2f}"
            np.savez(
                folder / f"{name}.npz",
                density=(simulated.density / simulated.density.std()).astype(np.float16),
                mask=simulated.mask, resolution=resolution, variant=variant, kind=kind,
                residues_in_helices=residues, **places,
            )  # fmt: skip
            yield f"{name} {kind} box {simulated.density.shape} residues in helices {residues}"


def residues_in_helices(molecule: Molecule) -> int:
    """How many residues of the box lie in runs that are examples of helices."""
    return sum(
        len(run) for chain in molecule.structure[0] for run in helix_runs(chain, SHORTEST_RUN)
    )


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
    parser.add_argument("--only", choices=tuple(DRAWS))
    parser.add_argument(
        "--share", type=int, nargs=2, default=(0, 1), metavar=("I", "N"),
        help="every N-th structure from the I-th on, to divide the work between processes",
    )  # fmt: skip
    options = parser.parse_args()
    first, step = options.share
    for purpose, chosen in split(entries(options.structures)).items():
        if options.only in (None, purpose):
            folder = options.out / purpose
            folder.mkdir(parents=True, exist_ok=True)
            for draw in range(1, DRAWS[purpose] + 1):
                for entry in chosen[first::step]:
                    for line in make_maps(entry, folder, purpose, draw):
                        print(purpose, line, flush=True)


if __name__ == "__main__":
    main()
