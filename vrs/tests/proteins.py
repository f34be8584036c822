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

SCATTERING = {
    "C": ((0.0893, 0.2465), (0.2563, 1.71), (0.757, 6.4094), (1.0487, 18.6113), (0.3575, 50.2523)),
    "N": ((0.1022, 0.2451), (0.3219, 1.7481), (0.7982, 6.1925), (0.8197, 17.3894),
          (0.1715, 48.1431)),
    "O": ((0.0974, 0.2067), (0.2921, 1.3815), (0.691, 4.6943), (0.699, 12.7105), (0.2039, 32.4726)),
    "S": ((0.2497, 0.2681), (0.5628, 1.6711), (1.3899, 7.0267), (2.1865, 19.5377),
          (0.7715, 50.3888)),
}  # fmt: skip
"""Electron form factors, sums of a exp(-b s²/4): pairs (a, b) of International Tables C, table
4.3.2.2."""


@dataclass(frozen=True)
class Protein:
    """Atoms on a grid of 1 Å.

    Attributes
    ----------
    atoms : ndarray, float32, shape (4, Z, Y, X)
        Atoms of each element of ``SCATTERING`` in the eight voxels around their places, the nearer
        the more.
    mask : ndarray, bool, shape (Z, Y, X)
        About 3 Å around the atoms.
    """

    atoms: FloatArray
    mask: BoolArray

    def spectrum(self, b_factor: float, resolution: Optional[float] = None) -> FloatArray:
        """Half spectrum with B in Å², low-passed at the resolution in Å."""
        shape = self.mask.shape
        z, y, x = frequency_axes(shape)
        radius = frequency_radius(shape)
        # An atom in eight voxels is too wide: its spectrum has a squared sinc along each axis.
        gain = np.exp(-b_factor / 4 * radius**2) / (np.sinc(z) * np.sinc(y) * np.sinc(x)) ** 2
        if resolution is not None:
            gain *= raised_cosine_low_pass(radius, 1 / resolution)
        spectrum: FloatArray = sum(
            scipy.fft.rfftn(atoms) * scattering(element, radius)
            for element, atoms in zip(SCATTERING, self.atoms)
        )
        spectrum *= gain
        return spectrum

    def density(self, b_factor: float, resolution: Optional[float] = None) -> DensityMap:
        """The map with B in Å², low-passed at the resolution in Å."""
        spectrum = self.spectrum(b_factor, resolution).astype(np.complex64)
        return DensityMap(inverse(spectrum, self.mask.shape), 1.0)

    def half(self) -> BoolArray:
        """Voxels with x below the median of the atoms; bool, shape (Z, Y, X)."""
        per_plane = np.cumsum(self.atoms.sum(axis=(0, 1, 2), dtype=np.float64))
        middle = int(np.searchsorted(per_plane, per_plane[-1] / 2))
        return np.broadcast_to(np.arange(self.mask.shape[2]) < middle, self.mask.shape)

    def part(self, voxels: BoolArray, share: float = 1.0) -> "Protein":
        """The atoms in some voxels, at an occupancy of ``share``, without the other atoms."""
        return Protein(np.where(voxels, self.atoms * np.float32(share), 0), self.mask)


def scattering(element: str, frequency: FloatArray) -> FloatArray:
    """Electron form factor of an atom at some frequencies in 1/Å."""
    squared = frequency**2 / 4
    factor: FloatArray = sum(a * np.exp(-b * squared) for a, b in SCATTERING[element])
    return factor


def protein(entry: str) -> Protein:
    """An entry of the PDB in the example data."""
    return read_protein(example_file(f"structures/{entry}.pdb.gz"))


def read_protein(file: Path) -> Protein:
    """First model of a gzipped PDB file, its first conformations, without water and ligands."""
    positions, elements = [], []
    kinds = list(SCATTERING)
    with gzip.open(file, "rt") as lines:
        for line in lines:
            if line.startswith("ENDMDL"):
                break
            element = line[76:78].strip()
            if line.startswith("ATOM") and line[16] in " A" and element in kinds:
                positions.append([float(line[at : at + 8]) for at in (46, 38, 30)])
                elements.append(kinds.index(element))
    place = np.array(positions)
    place -= place.min(axis=0) - MARGIN
    shape = [scipy.fft.next_fast_len(int(size), real=True) for size in place.max(axis=0) + MARGIN]
    atoms = np.zeros([len(kinds), *(size + size % 2 for size in shape)], dtype=np.float32)
    first = np.floor(place).astype(int)
    for corner in np.ndindex(2, 2, 2):
        share = np.where(corner, place - first, 1 - (place - first)).prod(axis=1)
        np.add.at(atoms, (np.array(elements), *(first + corner).T), share)
    occupied = np.zeros(atoms.shape[1:], dtype=bool)
    occupied[tuple(np.rint(place).astype(int).T)] = True
    return Protein(atoms, dilate(occupied, 3))
