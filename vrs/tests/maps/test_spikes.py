"""Isolated voxels far outside all others are found and replaced, and nothing else is."""

from __future__ import annotations

from pathlib import Path
from typing import List

import numpy as np
import pytest

from vrs.checks.result import Severity
from vrs.level0 import prepare
from vrs.maps import DensityMap, inspect_file, read_map, write_map
from vrs.maps.fourier import frequency_radius, inverse, transform
from vrs.maps.printing import number
from vrs.maps.spikes import Spike, crowd_remark, find_spikes, spike_remark, without_spikes
from vrs.tests.example_data import DATA, LARGER_DATA, example_file
from vrs.tests.simulation import atom_ball

REAL_MAPS = sorted(
    {path.name: path for folder in (LARGER_DATA, DATA) for path in folder.glob("maps/*.gz")}.items()
)


@pytest.fixture(scope="module")
def molecule() -> DensityMap:
    return atom_ball(48, 1.0, 60.0, 3.0, noise=0.05)


def spiked(density: DensityMap, *spikes: "tuple[int, int, int, float]") -> DensityMap:
    """A copy with values, in units of the largest one of the map, at (x, y, z)."""
    data = density.data.copy()
    for x, y, z, value in spikes:
        data[z, y, x] = np.float32(value * density.data.max())
    return density.with_data(data)


def places(density: DensityMap) -> List["tuple[int, int, int]"]:
    return sorted(spike.place for spike in find_spikes(density))


@pytest.mark.parametrize("value", [-1000.0, -4.0, 4.0, 30.0, 1e5])
@pytest.mark.parametrize("place", [(0, 0, 0), (3, 9, 5), (24, 25, 22), (47, 30, 20)])
def test_one_spike_outside_and_inside_the_molecule(
    molecule: DensityMap, place: "tuple[int, int, int]", value: float
) -> None:
    density = spiked(molecule, (*place, value))
    (spike,) = find_spikes(density)
    x, y, z = place
    assert (spike.place, spike.value) == (place, float(density.data[z, y, x]))
    assert abs(spike.replacement) < molecule.data.max()
    assert without_spikes(density, [spike]).data[z, y, x] == np.float32(spike.replacement)


def test_two_adjacent_spikes_and_several_of_different_size(molecule: DensityMap) -> None:
    two = spiked(molecule, (4, 4, 4, 9.0), (5, 4, 4, -8.0))
    assert places(two) == [(4, 4, 4), (5, 4, 4)]
    several = spiked(molecule, (4, 4, 4, 5000.0), (40, 4, 9, -60.0), (24, 24, 24, 4.0))
    assert places(several) == [(4, 4, 4), (24, 24, 24), (40, 4, 9)]


def test_a_group_of_voxels_is_no_spike(molecule: DensityMap) -> None:
    assert places(spiked(molecule, (4, 4, 4, 9.0), (5, 4, 4, 9.0), (6, 4, 4, 9.0))) == []


def test_more_than_a_few_spikes_are_replaced(molecule: DensityMap) -> None:
    random = np.random.default_rng(0)
    index = 4 * np.argwhere(np.ones((12, 12, 12)))[random.permutation(12**3)[:100]]
    density = spiked(molecule, *[(*map(int, place), 50 + place.sum() / 9) for place in index])
    assert len(find_spikes(density)) == 100


def test_voxels_far_outside_that_are_too_many_or_adjacent_are_named(molecule: DensityMap) -> None:
    group = spiked(molecule, (4, 4, 4, 9.0), (5, 4, 4, 8.0), (6, 4, 4, -9.5))
    assert find_spikes(group) == []
    highest = molecule.data.max()
    assert crowd_remark(group).startswith(
        f"3 voxels lie far outside all others, with values from {number(-9.5 * highest, 4)} to "
        f"{number(9 * highest, 4)}, the farthest at (x, y, z) = (6, 4, 4) (counted from 0). They "
    )
    random = np.random.default_rng(0)
    places = random.permutation(48**3)[:1000]
    data = molecule.data.copy()
    data.reshape(-1)[places] = highest * random.uniform(30, 35, 1000)
    many = molecule.with_data(data.astype(np.float32))
    assert find_spikes(many) == [] and crowd_remark(many).startswith("1000 voxels lie far outside")
    (remark,) = [
        remark for remark in prepare(many, 0.3 * float(highest), 3.0).section.remarks
        if remark.message == crowd_remark(many)
    ]  # fmt: skip
    assert remark.severity is Severity.CAUTION
    assert crowd_remark(molecule) == ""


def test_the_map_itself_is_not_changed(molecule: DensityMap) -> None:
    density = spiked(molecule, (4, 4, 4, 9.0))
    before = density.data.copy()
    replaced = without_spikes(density, find_spikes(density))
    np.testing.assert_array_equal(density.data, before)
    assert int((replaced.data != before).sum()) == 1
    assert without_spikes(molecule, []) is molecule


@pytest.mark.parametrize(("name", "path"), REAL_MAPS)
def test_no_real_map_has_spikes(name: str, path: Path) -> None:
    density = read_map(path)
    assert find_spikes(density) == [] and crowd_remark(density) == ""


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("b_factor", [-400, -100, 0, 100])
@pytest.mark.parametrize("band", [(0.0, 0.5), (0.4, 0.5), (0.47, 0.5), (0.3, 0.4)])
def test_a_point_is_no_spike_however_it_was_sharpened(
    b_factor: float, band: "tuple[float, float]", seed: int
) -> None:
    """An ion of 10 to 100 times the other atoms, on a voxel or between two, up to Nyquist."""
    random = np.random.default_rng(seed)
    atoms = np.zeros((40, 40, 40), np.float32)
    atoms[12:28, 12:28, 12:28] = (random.random((16, 16, 16)) < 0.05) * 0.1
    atoms[20, 20, 20] = random.choice([1, 10])
    atoms[20, 20, 21] = random.random() * atoms[20, 20, 20] * (seed % 2)
    radius = frequency_radius(atoms.shape)
    shells = (radius >= band[0]) & (radius <= band[1])
    amplitudes = transform(atoms) * np.exp(-b_factor / 4 * radius**2) * shells
    values = inverse(amplitudes, atoms.shape).astype(np.float32)
    assert find_spikes(DensityMap(values, 1.0)) == []


def test_masks_noise_and_clipped_maps_have_no_spikes(molecule: DensityMap) -> None:
    inside = molecule.data > 0.3 * molecule.data.max()
    single = np.zeros((20, 20, 20), np.float32)
    single[3, 4, 5] = 1
    noise = np.random.default_rng(0).standard_normal((48, 48, 48))
    for data in (inside, np.clip(molecule.data, 0, None), molecule.data * inside, single, noise):
        assert find_spikes(DensityMap(data.astype(np.float32), 1.0)) == []


def test_the_remark_names_number_places_and_values() -> None:
    spike = Spike((5, 6, 7), 1000.0, -0.0125)
    assert spike_remark([spike]) == (
        "One voxel lies isolated and far outside all others: 1000 at (x, y, z) = (5, 6, 7), where "
        "its neighbours have -0.013 (voxels counted from 0). It was replaced by the median of its "
        "neighbours before anything was measured; the file is unchanged. --keep-spikes, or “Keep "
        "isolated voxels” of prepare map, measures the map as it is."
    )
    several = spike_remark([spike] * 8, kept=True)
    assert several.startswith("8 voxels lie isolated and far outside all others: 1000 at ")
    assert several.endswith("; and 3 more (voxels counted from 0). They were kept on request.")


# --- in the preparation -------------------------------------------------------------------------


def test_the_preparation_replaces_records_and_says_it(
    molecule: DensityMap, tmp_path: Path
) -> None:
    file = tmp_path / "spiked.mrc"
    write_map(file, spiked(molecule, (4, 5, 6, 50.0)))
    content = file.read_bytes()
    contour = 0.3 * float(molecule.data.max())
    prepared = prepare(read_map(file), contour, 3.0, inspect_file(file))
    (spike,) = prepared.input.spikes
    assert spike.place == (4, 5, 6) and not prepared.input.spikes_kept
    assert float(prepared.inputs.map.data.max()) == float(molecule.data.max())
    remark = prepared.section.remarks[0]
    assert remark.severity is Severity.CAUTION and remark.message == spike_remark([spike])
    line = next(line for line in prepared.input.header if line.quantity == "Maximum")
    assert line.note == "spikes were replaced"
    assert prepared.section.results[-1] == (
        "One isolated voxel far outside all others was replaced by the median of its neighbours "
        "before anything was measured."
    )
    assert file.read_bytes() == content


def test_who_keeps_spikes_measures_with_them(molecule: DensityMap) -> None:
    density = spiked(molecule, (4, 5, 6, 50.0))
    contour = 0.3 * float(molecule.data.max())
    prepared = prepare(density, contour, 3.0, keep_spikes=True)
    assert prepared.input.spikes_kept and len(prepared.input.spikes) == 1
    assert prepared.inputs.map.data.max() == density.data.max()
    assert prepared.section.remarks[0].message.endswith("It was kept on request.")


@pytest.mark.long
def test_emd_3488_with_a_spike_of_30_measures_as_without() -> None:
    from vrs.levels import CHECKS
    from vrs.report.text.words import measured

    density = read_map(example_file("maps/emd_3488.map.gz"))
    data = density.data.copy()
    data[8, 9, 10] = 30
    with_spike = prepare(density.with_data(data), 0.09, 3.2)
    without = prepare(density, 0.09, 3.2)
    assert [spike.place for spike in with_spike.input.spikes] == [(10, 9, 8)]
    for check in CHECKS.values():
        first, second = (check.run(prepared.inputs) for prepared in (without, with_spike))
        assert first.status is second.status
        for name, quantity in first.measurements.items():
            other = second.measurements[name]
            assert measured(quantity.value) == measured(other.value), (check.id, name)
