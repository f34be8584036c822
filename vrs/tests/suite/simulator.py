"""Reconstructions of known truth: the scattering of atoms, a B-factor, and white noise.

Shares no code and no parameter with the simulation of the training. A map is half the sum of two
half maps: the same signal and independent white noise in the whole box. Its resolution d is defined
by the noise: inside a mask of ``MASK_VOLUME`` times the volume of the molecule the half maps
correlate with 0.143 in the shell at d. The map is then weighted with its FSC, sharpened and
low-passed as maps are before they are deposited, each only if the recipe asks for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Optional, Sequence, Tuple

import gemmi
import numpy as np
import scipy.fft
from scipy import ndimage

from vrs.maps import BoolArray, DensityMap, FloatArray

MASK_VOLUME = 1.7
"""Volume of the mask of the FSC over that of the molecule."""

FSC_AT_RESOLUTION = 0.143

KDA_VOLUME = 1210.0
"""Å³ of a molecule per kDa."""

EDGE = 0.02
"""1/Å over which the low-pass falls."""

Triple = Tuple[int, int, int]


@dataclass(frozen=True)
class Sample:
    """A molecule in its box without noise, with B = 0 beyond the B-factors of its own atoms.

    Attributes
    ----------
    signal : ndarray, float32, shape (Z, Y, X)
    voxel_size : float -- in Å
    mass : float -- in kDa
    """

    signal: FloatArray
    voxel_size: float
    mass: float

    @property
    def volume(self) -> float:
        """Of the molecule, in Å³."""
        return self.mass * KDA_VOLUME

    def body(self, times: float = 1.0) -> BoolArray:
        """The densest voxels with so many times the volume of the molecule, at 6 Å."""
        smooth = ndimage.gaussian_filter(self.signal, 2.0 / self.voxel_size, mode="wrap")
        count = min(int(times * self.volume / self.voxel_size**3), smooth.size // 2)
        level = np.partition(smooth.ravel(), -count)[-count]
        inside: BoolArray = smooth >= level
        return inside


@dataclass(frozen=True)
class Recipe:
    """How a map is reconstructed and processed.

    Attributes
    ----------
    resolution : float -- d in Å
    b_factor : float -- of the signal, in Å², before sharpening
    sharpening : float -- Å² that are taken off, up to 1/d
    fsc_weighting, low_pass : bool
    noise : float -- over that which makes the resolution d
    seed : int -- of the noise
    """

    resolution: float
    b_factor: float = 100.0
    sharpening: float = 100.0
    fsc_weighting: bool = True
    low_pass: bool = True
    noise: float = 1.0
    seed: int = 0


def read_atoms(file: Path) -> gemmi.Structure:
    """First model and conformations of a structure without water and hydrogen."""
    structure = gemmi.read_structure(str(file))
    structure.setup_entities()
    structure.remove_alternative_conformations()
    structure.remove_hydrogens()
    structure.remove_waters()
    while len(structure) > 1:
        del structure[1]
    return structure


def sample(
    structure: gemmi.Structure,
    voxel_size: float,
    box: Optional[Triple] = None,
    room: float = 1.6,
    seed: int = 0,
    offset: Sequence[float] = (0.0, 0.0, 0.0),
    copies: Sequence[np.ndarray] = (),
    largest_b: float = 60.0,
) -> Sample:
    """The molecule, turned at random, in a box.

    Parameters
    ----------
    structure : gemmi.Structure
    voxel_size : float -- in Å
    box : tuple of int, optional -- voxels along X, Y, Z; by default ``room`` times the longest side
    offset : sequence of float -- shift of the molecule in Å along X, Y, Z
    copies : sequence of ndarray, shape (4, 4) -- further places of the molecule, as affine matrices
    largest_b : float -- of the atoms, in Å², above those of the best ordered ones; 0 for the same
    """
    atoms = [site.atom for site in structure[0].all()]
    place = np.array([atom.pos.tolist() for atom in atoms])
    place = (place - place.mean(axis=0)) @ _rotation(np.random.default_rng(seed))
    b_iso = np.array([atom.b_iso for atom in atoms])
    b_iso = np.clip(b_iso - np.percentile(b_iso, 10), 0, largest_b)
    places = [place, *(place @ matrix[:3, :3].T + matrix[:3, 3] for matrix in copies)]
    everything = np.concatenate(places)
    low, high = everything.min(axis=0), everything.max(axis=0)
    if box is None:
        side = scipy.fft.next_fast_len(int(np.ceil(room * (high - low).max() / voxel_size / 2)) * 2)
        box = (side + side % 2,) * 3
    shift = np.array(box) * voxel_size / 2 - (low + high) / 2 + np.array(offset)
    model = gemmi.Model(1)
    chain = model.add_chain("A")
    mass = 0.0
    for positions in places:
        residue = gemmi.Residue()
        for atom, position, b_factor in zip(atoms, positions + shift, b_iso):
            copied = gemmi.Atom()
            copied.name, copied.element, copied.occ = atom.name, atom.element, 1.0
            copied.pos, copied.b_iso = gemmi.Position(*position), float(b_factor)
            mass += _MASS_WITH_HYDROGEN.get(atom.element.name, atom.element.weight)
            residue.add_atom(copied)
        chain.add_residue(residue)
    signal = _potential(model, box, voxel_size)
    return Sample(signal, voxel_size, mass / 1000)


_MASS_WITH_HYDROGEN = {"C": 13.3, "N": 15.2, "O": 16.3}
"""Da of an atom with its share of the hydrogens of protein."""


def _potential(model: gemmi.Model, box: Triple, voxel_size: float) -> FloatArray:
    """Electron scattering on a grid of at most 0.8 Å, cut to that of the map in Fourier space."""
    finer = int(np.ceil(voxel_size / 0.8))
    blur = 40.0
    calculator = gemmi.DensityCalculatorE()
    calculator.blur = blur
    calculator.cutoff = 1e-5
    fine = [side * finer for side in box]
    calculator.grid.set_unit_cell(gemmi.UnitCell(*(side * voxel_size for side in box), 90, 90, 90))
    calculator.grid.spacegroup = gemmi.SpaceGroup("P 1")
    calculator.grid.set_size(*fine)
    calculator.add_model_density_to_grid(model)
    spectrum = scipy.fft.rfftn(np.asarray(calculator.grid.array).transpose(2, 1, 0), workers=1)
    spectrum = _cut(spectrum, box[::-1], fine[::-1])
    radius = frequencies(box[::-1], voxel_size)
    # Nothing lies beyond half a voxel along an axis, so the corners need no more.
    spectrum *= np.exp(blur / 4 * np.minimum(radius, 0.6) ** 2)
    return real(spectrum, box[::-1])


def _cut(spectrum: np.ndarray, small: Triple, large: Triple) -> np.ndarray:
    for axis in (0, 1):
        half = small[axis] // 2
        keep = np.r_[0 : small[axis] - half, large[axis] - half : large[axis]]
        spectrum = np.take(spectrum, keep, axis)
    return spectrum[:, :, : small[2] // 2 + 1] * (np.prod(small) / np.prod(large))


def _rotation(rng: np.random.Generator) -> np.ndarray:
    """A random rotation from a unit quaternion."""
    w, x, y, z = (q := rng.normal(size=4)) / np.linalg.norm(q)
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    )


def frequencies(shape: Sequence[int], voxel_size: float) -> FloatArray:
    """Length of the frequency in 1/Å, of the half spectrum; float32."""
    z, y = (scipy.fft.fftfreq(side, voxel_size) for side in shape[:2])
    x = scipy.fft.rfftfreq(shape[2], voxel_size)
    squared = z[:, None, None] ** 2 + y[:, None] ** 2 + x**2
    return np.sqrt(squared).astype(np.float32)


def real(spectrum: np.ndarray, shape: Sequence[int]) -> FloatArray:
    """Back transform; float32."""
    values: FloatArray = scipy.fft.irfftn(spectrum, s=tuple(shape)).astype(np.float32)
    return values


def shell_means(
    values: np.ndarray, radius: FloatArray, width: float
) -> Tuple[np.ndarray, np.ndarray]:
    """Middle and mean of each shell of a half spectrum."""
    index = (radius / width).astype(int).ravel()
    count = np.bincount(index)
    total = np.bincount(index, values.ravel())
    return (np.arange(count.size) + 0.5) * width, total / np.maximum(count, 1)


Filter = Callable[[FloatArray], FloatArray]


def reconstruct(
    molecule: Sample, recipe: Recipe, signal_filter: Optional[np.ndarray] = None,
    data_filter: Optional[np.ndarray] = None,
) -> DensityMap:
    """The map of a recipe.

    Parameters
    ----------
    signal_filter, data_filter : ndarray, optional, shape of the half spectrum
        Gains of the signal alone, and of signal and noise (a missing cone, for instance).
    """
    shape, voxel_size, d = molecule.signal.shape, molecule.voxel_size, recipe.resolution
    radius = frequencies(shape, voxel_size)
    signal = scipy.fft.rfftn(molecule.signal) * np.exp(-recipe.b_factor / 4 * radius**2)
    width = 1 / (max(shape) * voxel_size)
    middle, power = shell_means(np.abs(signal) ** 2, radius, width)
    if signal_filter is not None:
        signal = signal * signal_filter
    share = MASK_VOLUME * molecule.volume / (np.prod(shape) * voxel_size**3)
    smooth = np.exp(ndimage.gaussian_filter1d(np.log(np.maximum(power, 1e-30)), 2))
    at_d = np.interp(1 / d, middle, smooth)
    # FSC = S / (S + N share), N the power of the noise of a half map in the whole box.
    half_noise = recipe.noise**2 * at_d * (1 - FSC_AT_RESOLUTION) / FSC_AT_RESOLUTION / share
    rng = np.random.default_rng(recipe.seed + 1000)
    white = scipy.fft.rfftn(rng.standard_normal(shape, dtype=np.float32))
    spectrum = signal + white * np.sqrt(half_noise / 2 / np.prod(shape))
    if data_filter is not None:
        spectrum = spectrum * data_filter
    gain = np.ones_like(middle)
    if recipe.fsc_weighting:
        fsc = smooth / (smooth + half_noise * share) if half_noise else np.ones_like(middle)
        gain *= np.sqrt(2 * fsc / (1 + fsc))
    gain *= np.exp(recipe.sharpening / 4 * np.minimum(middle, 1 / d) ** 2)
    if recipe.low_pass:
        gain *= low_pass(middle, 1 / d)
    spectrum *= np.interp(radius, middle, gain)
    values = real(spectrum, shape)
    return DensityMap(values / np.float32(values.std()) * np.float32(0.05), voxel_size)


def low_pass(frequency: np.ndarray, cut: float) -> np.ndarray:
    """A raised cosine that is 0.5 at the cut."""
    phase = np.clip((frequency - cut) / EDGE + 0.5, 0, 1)
    return 0.5 + 0.5 * np.cos(np.pi * phase)
