"""What can be wrong with a map, done to a sound one or to the signal before its reconstruction.

Functions of a ``Sample`` change the molecule, functions of a ``DensityMap`` the finished map;
``cone`` and ``blur_along`` give gains for ``reconstruct``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Sequence, Tuple

import numpy as np
import scipy.fft
from scipy import ndimage

from vrs.maps import BoolArray, DensityMap, FloatArray
from vrs.tests.suite.simulator import Recipe, Sample, frequencies, low_pass, real, reconstruct


def directions(shape: Sequence[int]) -> Tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Frequencies along Z, Y, X of the half spectrum, in 1/voxel, ready to broadcast."""
    z, y = (scipy.fft.fftfreq(side) for side in shape[:2])
    return z[:, None, None], y[:, None], scipy.fft.rfftfreq(shape[2])


def cone(shape: Sequence[int], half_angle: float) -> FloatArray:
    """Gain of 0 within so many degrees of the Z axis, 1 elsewhere, for all the data."""
    z, y, x = directions(shape)
    length = np.sqrt(z**2 + y**2 + x**2)
    angle = np.degrees(np.arccos(np.abs(z) / np.maximum(length, 1e-9)))
    gain = 1 / (1 + np.exp(-(angle - half_angle) / 1.5))
    gain[0, 0, 0] = 1
    return gain.astype(np.float32)


def blur_along(shape: Sequence[int], voxel_size: float, b_factor: float) -> FloatArray:
    """Gain of a B-factor in Å² that acts along Z alone."""
    z, y, x = directions(shape)
    return np.broadcast_to(np.exp(-b_factor / 4 * (z / voxel_size) ** 2), (*shape[:2], x.size))


def two_halves(molecule: Sample) -> BoolArray:
    """The half of the voxels of the molecule with the smaller X; bool, of the whole box."""
    per_plane = np.cumsum(molecule.body().sum(axis=(0, 1)))
    middle = int(np.searchsorted(per_plane, per_plane[-1] / 2))
    return np.broadcast_to(np.arange(molecule.signal.shape[2]) < middle, molecule.signal.shape)


def half_occupied(molecule: Sample, occupancy: float) -> Sample:
    """One half of the molecule present in a share of the particles only."""
    gain = ndimage.gaussian_filter(
        np.where(two_halves(molecule), np.float32(occupancy), np.float32(1)), 2
    )
    return replace(molecule, signal=molecule.signal * gain)


def half_blurred(molecule: Sample, b_factor: float) -> Sample:
    """One half of the molecule with a further B-factor in Å²."""
    radius = frequencies(molecule.signal.shape, molecule.voxel_size)
    spectrum = scipy.fft.rfftn(molecule.signal) * np.exp(-b_factor / 4 * radius**2)
    blurred = real(spectrum, molecule.signal.shape)
    weight = ndimage.gaussian_filter(two_halves(molecule).astype(np.float32), 2)
    return replace(molecule, signal=weight * blurred + (1 - weight) * molecule.signal)


def with_ghost(molecule: Sample, distance: float, share: float) -> Sample:
    """A weaker copy of the molecule, shifted by a distance in Å along an oblique direction."""
    direction = np.array([0.3, -0.5, 0.8])
    shift = direction / np.linalg.norm(direction) * distance / molecule.voxel_size
    copy = np.roll(molecule.signal, np.rint(shift).astype(int), axis=(0, 1, 2))
    return replace(molecule, signal=molecule.signal + np.float32(share) * copy)


def with_micelle(molecule: Sample, thickness: float = 14.0) -> Sample:
    """A belt of detergent around the middle of the molecule, smooth at 10 Å."""
    size = molecule.voxel_size
    distance = ndimage.distance_transform_edt(~molecule.body(1.3)) * size
    height = (np.arange(molecule.signal.shape[0]) - molecule.signal.shape[0] / 2) * size
    belt = (distance > 1) & (distance < thickness) & (np.abs(height) < 15)[:, None, None]
    smooth = ndimage.gaussian_filter(belt.astype(np.float32), 4 / size)
    inside = molecule.signal[molecule.body()].mean()
    return replace(molecule, signal=molecule.signal + np.float32(0.55 * inside) * smooth)


def changed(density: DensityMap, data: np.ndarray) -> DensityMap:
    return density.with_data(np.ascontiguousarray(data, dtype=np.float32))


def mirrored(density: DensityMap) -> DensityMap:
    return changed(density, density.data[:, :, ::-1])


def inverted(density: DensityMap) -> DensityMap:
    return changed(density, -density.data)


def filtered(density: DensityMap, gain: np.ndarray) -> DensityMap:
    return changed(density, real(scipy.fft.rfftn(density.data) * gain, density.data.shape))


def sharpened(density: DensityMap, b_factor: float, resolution: float) -> DensityMap:
    """So many Å² taken off up to the resolution (negative: blurred)."""
    radius = frequencies(density.data.shape, density.voxel_size)
    return filtered(density, np.exp(b_factor / 4 * np.minimum(radius, 1 / resolution) ** 2))


def low_passed(density: DensityMap, resolution: float) -> DensityMap:
    radius = frequencies(density.data.shape, density.voxel_size)
    return filtered(density, low_pass(radius, 1 / resolution))


def soft(mask: BoolArray, growth: float, edge: float) -> FloatArray:
    """1 up to ``growth`` voxels from the mask, then a cosine to 0 over ``edge`` voxels."""
    distance = ndimage.distance_transform_edt(~mask)
    phase = np.clip((distance - growth) / max(edge, 1e-6), 0, 1)
    return (0.5 + 0.5 * np.cos(np.pi * phase)).astype(np.float32)


def masked(density: DensityMap, molecule: Sample, growth: float, edge: float) -> DensityMap:
    """The solvent multiplied away; growth and edge in Å."""
    size = density.voxel_size
    return changed(density, density.data * soft(molecule.body(1.2), growth / size, edge / size))


def clipped(molecule: Sample, recipe: Recipe) -> DensityMap:
    """A map without noise and without negative values, as density modification by a network."""
    sound = reconstruct(molecule, replace(recipe, noise=0.0))
    level = 0.1 * np.partition(sound.data.ravel(), -1000)[-1000]
    return changed(sound, np.maximum(sound.data - level, 0))


def with_streak(
    density: DensityMap, times: float, background: float, radius: float = 3.0
) -> DensityMap:
    """Noise ``times`` stronger than the background within some Å of the Z axis of the box."""
    z, y, x = density.data.shape
    away = np.hypot(np.arange(y)[:, None] - y // 2, np.arange(x) - x // 2) * density.voxel_size
    rng = np.random.default_rng(3)
    column = ndimage.gaussian_filter1d(rng.standard_normal((z, 1, 1)), 1.0, axis=0)
    column /= column.std()
    strength = times * background * np.exp(-((away / radius) ** 4))
    return changed(density, density.data + column * strength)


def overfitted(molecule: Sample, recipe: Recipe, true_resolution: float) -> DensityMap:
    """Signal to the true resolution; beyond it noise of the same power inside the molecule."""
    sound = reconstruct(molecule, recipe)
    shape, size = sound.data.shape, sound.voxel_size
    radius = frequencies(shape, size)
    rng = np.random.default_rng(11)
    envelope = soft(molecule.body(1.0), 1 / size, 4 / size)
    noise = scipy.fft.rfftn(rng.standard_normal(shape) * envelope)
    index = (radius * 2 * max(shape) * size / 2).astype(int)
    spectrum = scipy.fft.rfftn(sound.data)

    def shells(values: np.ndarray) -> np.ndarray:
        count = np.bincount(index.ravel())
        return np.bincount(index.ravel(), (np.abs(values) ** 2).ravel()) / np.maximum(count, 1)

    gain = np.sqrt(shells(spectrum) / np.maximum(shells(noise), 1e-30))
    beyond = 1 - low_pass(radius, 1 / true_resolution)
    mixed = spectrum * (1 - beyond) + noise * gain[index] * beyond
    return changed(sound, real(mixed, shape))


def noise_like(density: DensityMap, molecule: Sample, kind: str, resolution: float) -> DensityMap:
    """Pure noise with the power of a map: filling the box, a ball, the envelope, or low-passed."""
    shape, size = density.data.shape, density.voxel_size
    rng = np.random.default_rng(17)
    noise = rng.standard_normal(shape).astype(np.float32)
    if kind == "ball":
        centre = [(side - 1) / 2 for side in shape]
        grid = np.ogrid[tuple(slice(side) for side in shape)]
        away = np.sqrt(sum((axis - middle) ** 2 for axis, middle in zip(grid, centre)))
        reach = (3 * molecule.volume / 4 / np.pi) ** (1 / 3) / size
        noise *= 0.15 + np.clip((reach + 2 - away) / 3, 0, 1)
    elif kind == "envelope":
        noise *= 0.15 + soft(molecule.body(1.0), 0, 3 / size)
    cut = low_pass(frequencies(shape, size), 1 / resolution)
    return filtered(changed(density, noise * np.float32(density.data.std())), cut)


def corners_zeroed(density: DensityMap) -> DensityMap:
    """0 outside of the sphere that fits into the box, as some programs leave it."""
    shape = density.data.shape
    grid = np.ogrid[tuple(slice(side) for side in shape)]
    away = sum(((axis - (side - 1) / 2) / (side / 2)) ** 2 for axis, side in zip(grid, shape))
    return changed(density, np.where(away < 0.98, density.data, 0))


def resampled_claim(density: DensityMap, scale: float) -> DensityMap:
    """The same values with a wrong voxel size."""
    return DensityMap(density.data, density.voxel_size * scale, density.origin)


def up_sampled(density: DensityMap, factor: int = 2) -> DensityMap:
    """More and smaller voxels, without any new content."""
    shape = density.data.shape
    large = tuple(side * factor for side in shape)
    spectrum = np.fft.fftshift(np.fft.fftn(density.data))
    pad = [((new - old) // 2, new - old - (new - old) // 2) for new, old in zip(large, shape)]
    padded = np.fft.ifftshift(np.pad(spectrum, pad))
    data = np.fft.ifftn(padded).real * factor**3
    return DensityMap(data.astype(np.float32), density.voxel_size / factor, density.origin)
