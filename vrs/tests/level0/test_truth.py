"""What the better measures say of maps whose truth is known: proteins of known B, and pure noise.

The proteins are none of those that the fall-off of protein was taken from.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Iterator, List

import numpy as np
import pytest

from vrs.level0.b_factor import b_factor_analysis
from vrs.level0.background import block_means, one_sample_t_test
from vrs.level0.local_occupancy import local_occupancy
from vrs.level0.unbiased_b_factor import UnbiasedBFactor, unbiased_b_factor
from vrs.maps import DensityMap
from vrs.maps.fourier import frequency_radius, inverse, transform
from vrs.maps.masks import growth_iterations, molecule_mask, raw_mask
from vrs.maps.resample import nearest_on_grid, resample_to_half_resolution
from vrs.tests.proteins import Protein, protein
from vrs.tests.simulation import ball, low_passed

pytestmark = pytest.mark.long

ENTRIES = ("3cyy", "4zjk", "1fap", "3cyn", "1rv6")
"""Of 179, 172, 202, 523 and 281 residues. Of 41 proteins that were held out, the last one is among
the three that the local B-factor is least right for at 4 Å."""

read_once = lru_cache(maxsize=None)(protein)


def unbiased(entry: str, b_factor: float, resolution: float) -> UnbiasedBFactor:
    """The unbiased local B-factors of a protein without noise."""
    molecule = read_once(entry)
    density = molecule.density(b_factor, resolution)
    found = unbiased_b_factor(density, molecule.mask, resolution)
    assert isinstance(found, UnbiasedBFactor)
    return found


def error_of_unbiased(entry: str, b_factor: float, resolution: float) -> float:
    """Median of the unbiased values less the truth, in Å²."""
    return float(np.median(unbiased(entry, b_factor, resolution).values)) + b_factor


# --- local B-factor -------------------------------------------------------------------------------


@pytest.mark.parametrize("b_factor", [0.0, 50.0, 100.0])
@pytest.mark.parametrize("entry", ENTRIES)
def test_at_3_angstrom_the_unbiased_value_is_right_within_10(entry: str, b_factor: float) -> None:
    assert abs(error_of_unbiased(entry, b_factor, 3.0)) < 10


@pytest.mark.parametrize("entry", ENTRIES)
def test_a_b_factor_of_300_is_right_within_5_percent(entry: str) -> None:
    assert abs(error_of_unbiased(entry, 300.0, 3.0)) < 15


@pytest.mark.parametrize("b_factor", [0.0, 50.0, 100.0])
def test_at_4_angstrom_most_unbiased_values_are_right_within_10(b_factor: float) -> None:
    errors = [abs(error_of_unbiased(entry, b_factor, 4.0)) for entry in ENTRIES]
    assert max(errors[:-1]) < 10
    assert errors[-1] < 20


@pytest.mark.parametrize("resolution", [3.0, 4.0, 5.0, 6.0])
def test_the_truth_is_within_the_error_that_is_printed_beside_the_value(resolution: float) -> None:
    found = [unbiased(entry, 50.0, resolution) for entry in ENTRIES]
    held = [abs(float(np.median(one.values)) + 50) < one.error for one in found]
    assert sum(held) >= (5 if resolution < 5 else 4)


@pytest.mark.parametrize("entry", ENTRIES)
def test_two_domains_keep_their_order_and_60_percent_of_their_contrast(entry: str) -> None:
    molecule = read_once(entry)
    half = molecule.half()
    spectrum = molecule.part(half).spectrum(50.0, 3.0)
    spectrum = spectrum + molecule.part(~half).spectrum(150.0, 3.0)
    density = DensityMap(inverse(spectrum.astype(np.complex64), half.shape), 1.0)
    found = unbiased_b_factor(density, molecule.mask, 3.0)
    assert isinstance(found, UnbiasedBFactor)
    values = nearest_on_grid(found.local, density)
    valued = molecule.mask & (values != 0)
    contrast = float(np.median(values[valued & half]) - np.median(values[valued & ~half]))
    # Shells and cubes average over 8 Å, a good part of such small molecules.
    assert 60 < contrast < 110


# --- local occupancy ------------------------------------------------------------------------------


def weak_share(molecule: Protein, share: float) -> float:
    """Largest weak part of the core in %, one half of the molecule having that occupancy."""
    half = molecule.half()
    atoms = molecule.part(~half).atoms + molecule.part(half, share).atoms
    whole = molecule.density(60.0, 3.0)
    contour = float(np.median(whole.data[molecule.mask]))
    resized = resample_to_half_resolution(whole, 3.0).density
    mask = molecule_mask(raw_mask(resized.data, contour), growth_iterations(resized.voxel_size))
    weak = Protein(atoms, molecule.mask).density(60.0, 3.0)
    data = resample_to_half_resolution(weak, 3.0).density.data
    noise = np.random.default_rng(0).standard_normal(data.shape, np.float32)
    data = data + np.float32(0.02 * data[mask].std()) * noise
    check = local_occupancy(DensityMap(data, resized.voxel_size), mask, 3.0)
    value = check.measurements["weak_core_share"].value
    assert isinstance(value, float)
    return value


@pytest.mark.parametrize("entry", ["3cyy", "3cyn"])
def test_the_weak_share_tells_half_a_molecule_of_lower_occupancy(entry: str) -> None:
    shares: List[float] = [weak_share(read_once(entry), share) for share in (1.0, 0.7, 0.5, 0.3)]
    assert shares[0] < 8
    assert np.diff(shares).min() > 3, shares


# --- Guinier plot ---------------------------------------------------------------------------------


@pytest.mark.parametrize("entry", ENTRIES)
@pytest.mark.parametrize("b_factor", [0.0, 50.0, 100.0])
def test_the_b_factor_of_the_molecule_is_right_within_8(entry: str, b_factor: float) -> None:
    molecule = read_once(entry)
    check = b_factor_analysis(molecule.density(b_factor, 3.0), 3.0, molecule.mask)
    low, high = check.measurements["b_factor_interval"].value
    assert check.measurements["b_factor_from_10"].value == pytest.approx(-b_factor, abs=8)
    assert low < -b_factor < high
    assert high - low < 25
    # The published fit begins at 15 Å, in the shape of the molecule.
    assert check.measurements["b_factor"].value < -b_factor - 10


def in_noise(molecule: Protein, b_factor: float, sharpening: float) -> DensityMap:
    """In white noise that is as strong as the molecule at 3 Å in its mask, sharpened up to 3 Å."""
    signal = molecule.spectrum(b_factor)
    radius = frequency_radius(molecule.mask.shape)
    shell = np.abs(radius - 1 / 3) < 0.01
    share = molecule.mask.mean()
    level = np.sqrt(np.mean(np.abs(signal[shell]) ** 2) / share / molecule.mask.size)
    noise = level * np.random.default_rng(0).standard_normal(molecule.mask.shape, np.float32)
    gain = np.exp(sharpening / 4 * np.minimum(radius, 1 / 3) ** 2)
    spectrum = (signal + transform(noise)) * gain
    return DensityMap(inverse(spectrum.astype(np.complex64), molecule.mask.shape), 1.0)


@pytest.mark.parametrize("entry", ENTRIES)
def test_noise_that_fills_the_box_does_not_hide_the_b_factor_of_the_molecule(entry: str) -> None:
    molecule = read_once(entry)
    check = b_factor_analysis(in_noise(molecule, 100.0, 60.0), 3.0, molecule.mask)
    low, high = check.measurements["b_factor_interval"].value
    assert low < -40 < high
    assert check.measurements["b_factor_from_10"].value == pytest.approx(-40, abs=20)
    assert check.measurements["b_factor"].value > -20


@pytest.mark.parametrize("entry", ENTRIES)
def test_a_map_that_is_oversharpened_by_100_is_said_to_be(entry: str) -> None:
    molecule = read_once(entry)
    check = b_factor_analysis(in_noise(molecule, 100.0, 200.0), 3.0, molecule.mask)
    assert check.measurements["b_factor_interval"].value[0] > 0
    assert check.warnings[0].message.endswith("rise, since the map is oversharpened.")


def test_the_fit_ends_where_the_low_pass_of_the_map_begins() -> None:
    molecule = read_once("3cyn")
    check = b_factor_analysis(molecule.density(60.0, 4.5), 3.0, molecule.mask)
    assert check.measurements["fit_end"].value == pytest.approx(4.7, abs=0.2)
    low, high = check.measurements["b_factor_interval"].value
    assert low < -60 < high


# --- background -----------------------------------------------------------------------------------


def boxes_of_noise(smoothed_to_voxels: float, size: int, volumes: int) -> Iterator[DensityMap]:
    """27 boxes of noise from each volume, whose mean no periodic boundary fixes."""
    for seed in range(volumes):
        random = np.random.default_rng(seed)
        whole = random.standard_normal((3 * size,) * 3, np.float32)
        whole = low_passed(whole, 1.0, smoothed_to_voxels)
        for corner in np.ndindex(3, 3, 3):
            part = tuple(slice(at * size, (at + 1) * size) for at in corner)
            yield DensityMap(np.ascontiguousarray(whole[part]), 1.0)


@pytest.mark.parametrize(
    ("voxels", "size", "published"), [(3, 48, 0.10), (4, 48, 0.25), (8, 80, 0.60)]
)
def test_the_block_test_keeps_its_false_alarms_below_1_percent(
    voxels: int, size: int, published: float
) -> None:
    mask = ball(size, 6)
    alarms, published_alarms, trials = 0, 0, 0
    for density in boxes_of_noise(voxels, size, 12):
        background = density.data[~mask].astype(np.float64)
        t_test = one_sample_t_test(background.mean(), background.std(), background.size)
        published_alarms += t_test[1] < 0.001
        means = block_means(density, mask, resolution=float(voxels))
        assert means.size > 20
        alarms += one_sample_t_test(means.mean(), means.std(), means.size)[1] < 0.001
        trials += 1
    assert trials == 324
    assert alarms <= 0.01 * trials
    assert published_alarms > published * trials
