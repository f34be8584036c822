"""Maps with known local resolution, simulated from atomic structures on a grid of 1 Å.

Two kinds of map, because no single one covers what is deposited:

* ``filtered``: the molecule low-passed at R with a smooth edge and a B-factor that grows as R²;
  no noise. What a locally filtered map, or a map made from a model, looks like.
* ``reconstructed``: a signal that decays with a B-factor, plus nearly white noise in the whole box;
  R is where two half maps correlate with 0.143 in a mask of 1.5 to 2 times the molecule. The map is
  then weighted with its FSC, sharpened too much or too little, low-passed and masked, as maps are
  before they are deposited.

The label is the resolution in Å at every voxel: R everywhere, or a smooth field around R that acts
on the signal alone. It has one definition: the resolution of a map that is everywhere as it is
around the voxel, by the FSC of its half maps, 0.143. A filtered map has half of its amplitude
there, as FSC weighting leaves it. A map of one resolution reads that everywhere, although some of
its atoms are better ordered than others.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Optional, Tuple, Union

import gemmi
import numpy as np
import scipy.fft
from scipy import ndimage

VOXEL_SIZE = 1.0
"""Å, of every simulated map."""

ATOM_BLUR = 80.0
"""B-factor in Å² that keeps the atoms wide enough for the grid; taken off again afterwards."""

SIGNAL_TO_NOISE_AT_RESOLUTION = 1.0 / 3.0
"""Power of signal over noise in the full map where its halves have an FSC of 0.143."""

FSC_MASK = (1.5, 2.0)
"""Volumes, relative to that of the molecule, of the mask in which the FSC would be computed."""

CUBIC_ANGSTROM_PER_DALTON = 1.21
"""Volume of protein."""

MASS_OF_HYDROGEN = 1.07
"""Mass of protein over that of its other atoms."""

SHARE_WITH_MICELLE = 0.1
"""Of the reconstructions."""


@dataclass(frozen=True)
class Molecule:
    """A rotated structure in its box.

    Attributes
    ----------
    structure : gemmi.Structure
        First model; coordinates in Å, in the box: voxel [z, y, x] is at (x, y, z) Å.
    density : ndarray, float32, shape (Z, Y, X)
        Electrostatic potential on the 1 Å grid, with the B-factors above the lowest ones.
    volume : float
        Volume of the molecule in Å³, from its mass.
    """

    structure: gemmi.Structure
    density: np.ndarray
    volume: float


@dataclass(frozen=True)
class SimulatedMap:
    """A map and what is true about it.

    Attributes
    ----------
    density : ndarray, float32, shape (Z, Y, X)
        Grey values on the 1 Å grid.
    mask : ndarray, bool, shape (Z, Y, X)
        The molecule as a contour would show it, grown by 2 Å.
    resolution : ndarray, float32, shape (Z, Y, X)
        Label: the true local resolution in Å.
    reported : float
        Resolution in Å of the map as a whole, as FSC = 0.143 in the mask would give it.
    masked : bool
        True where the solvent was multiplied away.
    """

    density: np.ndarray
    mask: np.ndarray
    resolution: np.ndarray
    reported: float
    masked: bool
    voxel_size: float


def load_molecule(
    path: Union[str, Path],
    rng: np.random.Generator,
    margin: float = 16.0,
    largest_box: int = 160,
    scale: float = 1.0,
) -> Molecule:
    """Read a structure, turn it at random and compute its potential.

    Parameters
    ----------
    path : str or Path
        PDB or mmCIF file, may be gzipped.
    rng : numpy Generator
        Draws the rotation and the place of the grid.
    margin : float
        Solvent around the atoms in Å.
    largest_box : int
        Longest side of the box in voxels; atoms that do not fit are left out.
    scale : float
        Factor on the coordinates, to imitate an error of the voxel size.
    """
    structure = gemmi.read_structure(str(path))
    structure.setup_entities()
    structure.remove_alternative_conformations()
    structure.remove_hydrogens()
    structure.remove_waters()
    structure.remove_empty_chains()
    while len(structure) > 1:
        del structure[1]
    structure.spacegroup_hm = "P 1"
    atoms = [site.atom for site in structure[0].all()]
    positions = np.array([atom.pos.tolist() for atom in atoms]) * scale
    positions = (positions - positions.mean(axis=0)) @ random_rotation(rng).T
    keep = np.all(np.abs(positions) < largest_box / 2 - margin, axis=1)
    low, high = positions[keep].min(axis=0), positions[keep].max(axis=0)
    box = [fast_even_size(side) for side in np.ceil(high - low + 2 * margin)]
    positions += np.array(box) / 2 - (low + high) / 2 + rng.uniform(-0.5, 0.5, 3)
    b_factors = relative_b_factors(np.array([atom.b_iso for atom in atoms]))
    for atom, position, b_factor, inside in zip(atoms, positions, b_factors, keep):
        atom.pos = gemmi.Position(*position)
        atom.b_iso = b_factor
        atom.aniso = gemmi.SMat33f(0, 0, 0, 0, 0, 0)
        atom.occ = min(atom.occ, 1.0) if inside else 0.0
    structure.cell = gemmi.UnitCell(*box, 90, 90, 90)
    mass = sum(atom.element.weight for atom, inside in zip(atoms, keep) if inside)
    volume = CUBIC_ANGSTROM_PER_DALTON * MASS_OF_HYDROGEN * mass
    return Molecule(structure, potential(structure, tuple(box)), float(volume))


def simulate(
    molecule: Molecule,
    resolution: float,
    rng: np.random.Generator,
    kind: str = "reconstructed",
    spread: float = 0.0,
    masked: Optional[bool] = None,
) -> SimulatedMap:
    """One map of the molecule; everything that is not given is drawn at random.

    Parameters
    ----------
    molecule : Molecule
    resolution : float
        Å, the median of the label.
    rng : numpy Generator
    kind : {"reconstructed", "filtered"}
    spread : float
        Half range of ln R over the molecule: 0 for one resolution, 0.3 for R from 0.74 to 1.35
        times the median.
    masked : bool or None
        Whether the solvent is multiplied away with a soft mask; None for a third of the maps.
    """
    shape = molecule.density.shape
    mask = molecule_mask(molecule, resolution, rng)
    if kind == "reconstructed" and rng.random() < SHARE_WITH_MICELLE:
        molecule = replace(molecule, density=molecule.density + micelle(molecule, mask, rng))
    field = resolution_field(shape, mask, resolution, spread, rng)
    if kind == "filtered":
        spectrum, reported = _filtered(molecule, field, mask, rng)
    elif kind == "reconstructed":
        spectrum, reported = _reconstructed(molecule, field, mask, resolution, rng)
    else:
        raise ValueError(f"kind is 'reconstructed' or 'filtered', not {kind!r}")
    voxel_size = rng.uniform(0.5, min(4.5, max(reported / 2.2, 0.6)))
    spectrum *= nyquist_cut(shape, voxel_size)
    density = scipy.fft.irfftn(spectrum, s=shape).astype(np.float32)
    masked = bool(rng.random() < 1 / 3) if masked is None else masked
    if masked:
        density *= soft_envelope(mask, rng.uniform(0, 6), rng.uniform(2, 8))
    density *= np.float32(10 ** rng.uniform(-3, 2) / density.std())
    mask = contour_mask(density, molecule.volume, mask, rng)
    return SimulatedMap(density, mask, field.astype(np.float32), reported, masked, voxel_size)


def _filtered(
    molecule: Molecule, field: np.ndarray, mask: np.ndarray, rng: np.random.Generator
) -> Tuple[np.ndarray, float]:
    """Spectrum of the molecule low-passed at R(x), and the resolution of the whole."""
    frequency = radial_frequency(field.shape)
    edge = rng.uniform(0.05, 0.3)
    falloff = rng.uniform(-2, 10)

    def gain(resolution: float) -> np.ndarray:
        cut = 0.5 - 0.5 * np.tanh((frequency * resolution - 1) / edge)
        return cut * np.exp(-falloff * resolution**2 * np.minimum(frequency, 0.5) ** 2 / 4)

    density = blend(molecule.density, gain, field)
    return scipy.fft.rfftn(density), float(np.percentile(field[mask], 40))


def _reconstructed(
    molecule: Molecule,
    field: np.ndarray,
    mask: np.ndarray,
    resolution: float,
    rng: np.random.Generator,
) -> Tuple[np.ndarray, float]:
    """Spectrum of a post-processed reconstruction, and its resolution by the FSC."""
    shape = field.shape
    frequency = radial_frequency(shape)
    shells, log_power = smooth_log_power(scipy.fft.rfftn(molecule.density), frequency)

    def power_at(resolutions: np.ndarray) -> np.ndarray:
        return np.interp(1.0 / np.asarray(resolutions), shells, log_power)

    # The B-factors of published maps grow about as the square of their resolution.
    falloff = rng.uniform(5, 14)
    log_noise_third = power_at(resolution) - falloff / 2

    def b_factor(local: float) -> float:
        return float(2 * local**2 * (power_at(local) - log_noise_third))

    def gain(local: float) -> np.ndarray:
        return np.exp(-b_factor(local) * frequency**2 / 4)

    signal = scipy.fft.rfftn(blend(molecule.density, gain, field))
    noise_power_in_mask = np.exp(log_noise_third) / SIGNAL_TO_NOISE_AT_RESOLUTION
    noise = nearly_white_noise(shape, frequency, mask, rng)
    noise_log_power = smooth_log_power(noise, frequency)[1]
    at_resolution = np.exp(np.interp(1 / resolution, shells, noise_log_power))
    # The noise fills the box; a mask of the FSC holds its share of the box.
    share = min(rng.uniform(*FSC_MASK) * molecule.volume / float(np.prod(shape)), 1.0)
    noise *= np.sqrt(noise_power_in_mask / (at_resolution * share))

    signal_shells = smooth_log_power(signal, frequency, width=0.01)[1]
    noise_shells = smooth_log_power(noise, frequency, width=0.01)[1] + np.log(share)
    ratio = np.exp(signal_shells - noise_shells)
    reported = last_resolution(shells, ratio)

    spectrum = signal + noise
    weight = np.ones_like(shells)
    if rng.random() < 0.6:
        weight *= np.sqrt(ratio / (1 + ratio))
    restored = falloff * resolution**2 * rng.uniform(0, 1.1) + rng.normal(0, 30)
    sharpening = rng.uniform(0, 200) if rng.random() < 0.3 else restored
    # Nobody boosts the noise far beyond the resolution.
    weight *= np.exp(sharpening * np.minimum(shells, rng.uniform(1, 1.4) / reported) ** 2 / 4)
    low_pass = rng.random()
    if low_pass < 0.5:
        middle, width = rng.uniform(0.97, 1.04) / reported, rng.uniform(0.008, 0.04)
        phase = np.clip((shells - middle) / width + 0.5, 0, 1)
        weight *= 0.5 + 0.5 * np.cos(np.pi * phase)
    elif low_pass < 0.7:
        cut = 1 / (reported * rng.uniform(0.8, 1.05))
        weight *= 0.5 - 0.5 * np.tanh((shells - cut) / rng.uniform(0.003, 0.03))
    spectrum *= np.interp(frequency, shells, weight)
    return spectrum, reported


def random_rotation(rng: np.random.Generator) -> np.ndarray:
    """A rotation matrix, shape (3, 3), uniform over all rotations, never a mirror image."""
    orthogonal, triangular = np.linalg.qr(rng.normal(size=(3, 3)))
    orthogonal *= np.sign(np.diag(triangular))
    if np.linalg.det(orthogonal) < 0:
        orthogonal[:, 0] *= -1
    return orthogonal


def relative_b_factors(b_factors: np.ndarray) -> np.ndarray:
    """Deposited B-factors in Å², less those of the best ordered atoms; 0 to 80."""
    return np.clip(b_factors - np.percentile(b_factors, 5), 0, 80)


def fast_even_size(size: float) -> int:
    """The next even box side without prime factors above 5, which the density grid asks for."""
    candidate = int(np.ceil(size / 2)) * 2
    while scipy.fft.next_fast_len(candidate, real=True) != candidate or _rest(candidate) > 1:
        candidate += 2
    return candidate


def _rest(size: int) -> int:
    """What is left of a size without its factors 2, 3 and 5."""
    for prime in (2, 3, 5):
        while size % prime == 0:
            size //= prime
    return size


def potential(structure: gemmi.Structure, box: Tuple[int, int, int]) -> np.ndarray:
    """Electrostatic potential on the grid of 1 Å, with the B-factors of the atoms; (Z, Y, X)."""
    calculator = gemmi.DensityCalculatorE()
    calculator.d_min = 2 * VOXEL_SIZE
    calculator.rate = 1.0
    calculator.blur = ATOM_BLUR
    calculator.set_grid_cell_and_spacegroup(structure)
    calculator.put_model_density_on_grid(structure[0])
    values = np.asarray(calculator.grid.array).transpose(2, 1, 0)
    if values.shape != tuple(box[::-1]):
        raise ValueError(f"the grid is {values.shape}, not {tuple(box[::-1])}")
    frequency = radial_frequency(values.shape)
    sharper = np.exp(ATOM_BLUR * np.minimum(frequency, 0.5) ** 2 / 4)
    return scipy.fft.irfftn(scipy.fft.rfftn(values) * sharper, s=values.shape).astype(np.float32)


def radial_frequency(shape: Tuple[int, ...]) -> np.ndarray:
    """Length of the spatial frequency in 1/Å of the half spectrum of a 1 Å map; float32."""
    z, y, x = shape
    return np.sqrt(
        scipy.fft.fftfreq(z)[:, None, None] ** 2
        + scipy.fft.fftfreq(y)[None, :, None] ** 2
        + scipy.fft.rfftfreq(x)[None, None, :] ** 2
    ).astype(np.float32)


def blend(density: np.ndarray, gain, field: np.ndarray, step: float = 0.08) -> np.ndarray:
    """The map filtered at every voxel with ``gain(R)`` of its own R, interpolated in ln R."""
    spectrum = scipy.fft.rfftn(density)
    log_field = np.log(field)
    low, high = float(log_field.min()), float(log_field.max())
    steps = int(np.ceil((high - low) / step)) + 1 if high - low > 1e-6 else 1
    result = np.zeros(density.shape, np.float32)
    width = (high - low) / max(steps - 1, 1)
    for center in (low + width * np.arange(steps)).tolist():
        filtered = scipy.fft.irfftn(spectrum * gain(float(np.exp(center))), s=density.shape)
        if steps == 1:
            return filtered.astype(np.float32)
        result += filtered * np.clip(1 - np.abs(log_field - center) / width, 0, 1)
    return result


def smooth_log_power(
    spectrum: np.ndarray, frequency: np.ndarray, width: float = 0.02
) -> Tuple[np.ndarray, np.ndarray]:
    """ln of the mean power in shells of 0.005 1/Å, smoothed over ``width``: (centres, ln power)."""
    edge = 0.005
    index = (frequency / edge).astype(int).ravel()
    counts = np.bincount(index)
    power = np.bincount(index, (np.abs(spectrum) ** 2).ravel()) / np.maximum(counts, 1)
    filled = counts > 0
    centers = (np.arange(counts.size) + 0.5) * edge
    logs = np.interp(centers, centers[filled], np.log(np.maximum(power[filled], 1e-30)))
    return centers, ndimage.gaussian_filter1d(logs, width / edge, mode="nearest")


def last_resolution(shells: np.ndarray, signal_to_noise: np.ndarray) -> float:
    """Resolution in Å of the first shell from 1/20 Å on whose signal has sunk into the noise."""
    sunk = (signal_to_noise < SIGNAL_TO_NOISE_AT_RESOLUTION) & (shells > 0.05)
    return float(1 / shells[np.argmax(sunk)]) if sunk.any() else float(1 / shells[-1])


def molecule_mask(molecule: Molecule, resolution: float, rng: np.random.Generator) -> np.ndarray:
    """The largest body inside a contour that a user might choose, grown by 2 Å; bool."""
    sigma = 0.2 * max(resolution, 4.0)
    smooth = ndimage.gaussian_filter(molecule.density, sigma)
    voxels = int(molecule.volume * rng.uniform(0.7, 1.3))
    level = np.partition(smooth.ravel(), -voxels)[-voxels]
    labels, count = ndimage.label(smooth >= level)
    largest = labels == 1 + int(np.argmax(np.bincount(labels.ravel(), minlength=count + 1)[1:]))
    return ndimage.binary_dilation(largest, ndimage.generate_binary_structure(3, 2), 2)


def contour_mask(
    density: np.ndarray, volume: float, molecule: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """The largest body at a contour level that a user might choose, grown by 2 Å; bool.

    The level shows a quarter to all of the volume of the molecule. Where noise joins the box, or
    the largest body is but a part, the mask of the molecule itself is returned.
    """
    voxels = int(volume * rng.uniform(0.25, 1.1))
    raw = density >= np.partition(density.ravel(), -voxels)[-voxels]
    labels, _ = ndimage.label(raw)
    sizes = np.bincount(labels.ravel())
    largest = labels == 1 + int(np.argmax(sizes[1:]))
    grown = ndimage.binary_dilation(largest, ndimage.generate_binary_structure(3, 2), 2)
    of_molecule = (grown & molecule).sum() / molecule.sum()
    stray = (grown & ~molecule).sum() / grown.sum()
    return grown if of_molecule > 0.4 and stray < 0.5 else molecule


def micelle(molecule: Molecule, mask: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A belt of detergent around the molecule, as smooth as 8 Å, weaker than protein."""
    distance = ndimage.distance_transform_edt(~mask)
    height = np.arange(mask.shape[0])[:, None, None] - rng.uniform(0.35, 0.65) * mask.shape[0]
    belt = (np.abs(height) < rng.uniform(12, 20)) & (distance < rng.uniform(8, 25)) & ~mask
    smooth = ndimage.gaussian_filter(belt.astype(np.float32), rng.uniform(3, 5))
    return np.float32(rng.uniform(0.3, 0.8) * molecule.density[mask].mean()) * smooth


def resolution_field(
    shape: Tuple[int, ...],
    mask: np.ndarray,
    resolution: float,
    spread: float,
    rng: np.random.Generator,
) -> np.ndarray:
    """R(x) in Å with the given median in the mask: a slope across the box plus smooth noise."""
    if spread <= 0:
        return np.full(shape, resolution, np.float32)
    z, y, x = (np.linspace(-1, 1, side, dtype=np.float32) for side in shape)
    direction = rng.normal(size=3)
    slope = direction[0] * z[:, None, None] + direction[1] * y[:, None] + direction[2] * x
    coarse = rng.normal(size=[-(-side // 4) + 1 for side in shape])
    coarse = ndimage.gaussian_filter(coarse, rng.uniform(2, 4), mode="wrap")
    waves = ndimage.zoom(coarse.astype(np.float32), 4, order=1)[tuple(map(slice, shape))]
    mixed = slope / slope[mask].std() + rng.uniform(0.3, 1.5) * waves / waves[mask].std()
    mixed -= np.median(mixed[mask])
    mixed *= spread / np.percentile(np.abs(mixed[mask]), 95)
    field = np.clip(resolution * np.exp(np.clip(mixed, -spread, spread)), 2.15, 16)
    return field.astype(np.float32)


def nearly_white_noise(
    shape: Tuple[int, ...], frequency: np.ndarray, mask: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Spectrum of noise that fills the box: mostly white, sometimes a little weaker outside."""
    noise = rng.standard_normal(shape, dtype=np.float32)
    if rng.random() < 0.3:
        inside = ndimage.gaussian_filter(mask.astype(np.float32), 8)
        solvent = rng.uniform(0.9, 1.05)
        noise *= solvent + (1 - solvent) * inside
    spectrum = scipy.fft.rfftn(noise)
    if rng.random() < 0.3:
        low = rng.uniform(0, 2) * np.exp(-frequency / 0.05)
        spectrum = spectrum * (1 + low) * np.exp(-rng.uniform(-10, 30) * frequency**2 / 4)
    return spectrum


def soft_envelope(mask: np.ndarray, growth: float, edge: float) -> np.ndarray:
    """1 in the mask grown by ``growth`` Å, then half a cosine down to 0 over ``edge`` Å."""
    distance = ndimage.distance_transform_edt(~mask)
    phase = np.clip((distance - growth) / edge, 0, 1)
    return (0.5 + 0.5 * np.cos(np.pi * phase)).astype(np.float32)


def nyquist_cut(shape: Tuple[int, ...], voxel_size: float) -> np.ndarray:
    """1 up to the Nyquist frequency of the voxels that the map had before it came to 1 Å."""
    limit = 0.5 / voxel_size
    z, y, x = shape
    return (
        (np.abs(scipy.fft.fftfreq(z)) <= limit)[:, None, None]
        & (np.abs(scipy.fft.fftfreq(y)) <= limit)[None, :, None]
        & (scipy.fft.rfftfreq(x) <= limit)[None, None, :]
    ).astype(np.float32)
