"""Maps of real proteins with a known B-factor, from the crystal structures of the example data."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

import numpy as np
import scipy.fft

from vrs.maps import BoolArray, DensityMap, FloatArray
from vrs.maps.fourier import frequency_axes, frequency_radius, inverse, raised_cosine_low_pass
from vrs.maps.masks import dilate
from vrs.tests.example_data import example_file

MARGIN = 28.0
"""Å of background on every side."""

ELECTRONS = {"C": 6.0, "N": 7.0, "O": 8.0, "S": 16.0}


@dataclass(frozen=True)
class Protein:
    """Point atoms on a grid of 1 Å.

    Attributes
    ----------
    atoms : ndarray, float32, shape (Z, Y, X)
        Electrons in the eight voxels around each atom, the nearer the more.
    mask : ndarray, bool, shape (Z, Y, X)
        About 3 Å around the atoms.
    """

    atoms: FloatArray
    mask: BoolArray

    def spectrum(self, b_factor: float, resolution: Optional[float] = None) -> FloatArray:
        """Half spectrum with B in Å², low-passed at the resolution in Å."""
        z, y, x = frequency_axes(self.atoms.shape)
        radius = frequency_radius(self.atoms.shape)
        # An atom in eight voxels is too wide: its spectrum has a squared sinc along each axis.
        gain = np.exp(-b_factor / 4 * radius**2) / (np.sinc(z) * np.sinc(y) * np.sinc(x)) ** 2
        if resolution is not None:
            gain *= raised_cosine_low_pass(radius, 1 / resolution)
        spectrum: FloatArray = scipy.fft.rfftn(self.atoms) * gain
        return spectrum

    def density(self, b_factor: float, resolution: Optional[float] = None) -> DensityMap:
        """The map with B in Å², low-passed at the resolution in Å."""
        spectrum = self.spectrum(b_factor, resolution).astype(np.complex64)
        return DensityMap(inverse(spectrum, self.atoms.shape), 1.0)

    def half(self) -> BoolArray:
        """Voxels with x below the median of the atoms; bool, shape (Z, Y, X)."""
        per_plane = np.cumsum(self.atoms.sum(axis=(0, 1), dtype=np.float64))
        middle = int(np.searchsorted(per_plane, per_plane[-1] / 2))
        return np.broadcast_to(np.arange(self.atoms.shape[2]) < middle, self.atoms.shape)

    def part(self, voxels: BoolArray, share: float = 1.0) -> "Protein":
        """The atoms in some voxels, at an occupancy of ``share``, without the other atoms."""
        return Protein(np.where(voxels, self.atoms * np.float32(share), 0), self.mask)


def protein(entry: str) -> Protein:
    """An entry of the PDB in the example data."""
    return read_protein(example_file(f"structures/{entry}.pdb.gz"))


def read_protein(file: Path) -> Protein:
    """First model of a gzipped PDB file, its first conformations, without water and ligands."""
    positions, electrons = [], []
    with gzip.open(file, "rt") as lines:
        for line in lines:
            if line.startswith("ENDMDL"):
                break
            element = line[76:78].strip()
            if line.startswith("ATOM") and line[16] in " A" and element in ELECTRONS:
                positions.append([float(line[at : at + 8]) for at in (46, 38, 30)])
                electrons.append(ELECTRONS[element])
    place = np.array(positions)
    place -= place.min(axis=0) - MARGIN
    shape = [scipy.fft.next_fast_len(int(size), real=True) for size in place.max(axis=0) + MARGIN]
    atoms = np.zeros([size + size % 2 for size in shape])
    first = np.floor(place).astype(int)
    for corner in np.ndindex(2, 2, 2):
        share = np.where(corner, place - first, 1 - (place - first)).prod(axis=1)
        np.add.at(atoms, tuple((first + corner).T), share * electrons)
    occupied = np.zeros(atoms.shape, dtype=bool)
    occupied[tuple(np.rint(place).astype(int).T)] = True
    return Protein(atoms.astype(np.float32), dilate(occupied, 3))
