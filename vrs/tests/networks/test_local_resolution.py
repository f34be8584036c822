"""The local-resolution network: what must not change its answer, what must, and odd inputs."""

import json

import numpy as np
import pytest
import scipy.fft

from vrs.maps import DensityMap, MapError, read_map
from vrs.maps.fourier import frequency_radius
from vrs.maps.masks import growth_iterations, molecule_mask, raw_mask
from vrs.networks import FOLDER
from vrs.networks.card import NetworkError, open_network, read_card
from vrs.networks.local_resolution import BEST, NAME, WORST, local_resolution
from vrs.tests.example_data import DATA, example_file


def filtered(data, voxel_size, gain):
    radius = frequency_radius(data.shape, voxel_size)
    spectrum = scipy.fft.rfftn(data) * gain(radius)
    return scipy.fft.irfftn(spectrum, s=data.shape).astype(np.float32)


def ball(shape, radius):
    z, y, x = np.ogrid[tuple(slice(-side / 2, side / 2) for side in shape)]
    return z * z + y * y + x * x < radius * radius


def example(resolution=5.0, side=64, voxel_size=1.0, noise=0.02, radius=18.0):
    """A ball of random density low-passed at the resolution, in faint solvent noise."""
    rng = np.random.default_rng(7)
    shape = (side, side, side)
    mask = ball(shape, radius / voxel_size)
    data = rng.normal(0.3, 1, shape) * mask
    data = filtered(data, voxel_size, lambda s: 0.5 - 0.5 * np.tanh((s * resolution - 1) / 0.1))
    data += noise * data.std() * rng.normal(size=shape)
    return DensityMap(data.astype(np.float32), voxel_size), mask


def median(density, mask, resolution):
    return float(np.median(local_resolution(density, mask, resolution).values))


@pytest.fixture(scope="module")
def measured():
    density, mask = example()
    return density, mask, local_resolution(density, mask, 5.0)


def test_the_answer_lies_in_the_mask_on_a_grid_of_one_angstrom(measured):
    density, mask, result = measured
    assert result.resolution.voxel_size == 1.0
    assert result.resolution.data.shape == density.data.shape
    assert np.array_equal(result.resolution.data > 0, mask)
    assert np.array_equal(result.uncertainty.data > 0, mask)
    assert result.values.size == mask.sum()
    assert result.values.min() >= BEST and result.values.max() <= WORST


def test_grey_scale_offset_and_contrast_do_not_matter(measured):
    density, mask, result = measured
    changed = density.with_data(-1e-4 * density.data)
    assert np.allclose(local_resolution(changed, mask, 5.0).values, result.values, atol=0.02)


@pytest.mark.parametrize("b_factor", [-50, 50])
def test_sharpening_by_50_moves_the_median_by_less_than_half_an_angstrom(measured, b_factor):
    density, mask, result = measured
    data = filtered(density.data, 1.0, lambda s: np.exp(b_factor * s * s / 4))
    assert abs(median(density.with_data(data), mask, 5.0) - np.median(result.values)) < 0.5


def test_a_stronger_low_pass_is_a_worse_resolution():
    medians = [median(*example(resolution), resolution) for resolution in (3.0, 5.0, 8.0)]
    assert medians[0] + 0.5 < medians[1] < medians[2] - 0.5


def test_the_blurred_half_of_a_map_is_the_worse_half(measured):
    density, mask, _ = measured
    blurred = filtered(density.data, 1.0, lambda s: np.exp(-((s / 0.1) ** 2)))
    upper = np.arange(64)[:, None, None] > 32
    result = local_resolution(
        density.with_data(np.where(upper, blurred, density.data)), mask, 5.0
    ).resolution.data
    assert np.median(result[44:][mask[44:]]) > np.median(result[:20][mask[:20]]) + 0.5


@pytest.mark.parametrize(("voxel_size", "side"), [(0.5, 100), (1.37, 50), (2.2, 34)])
def test_other_voxel_sizes_come_to_one_angstrom(voxel_size, side):
    density, mask = example(5.0, side, voxel_size)
    result = local_resolution(density, mask, 5.0)
    expected = int((side - 1) * voxel_size + 1e-6) + 1
    assert result.resolution.data.shape == (expected, expected, expected)
    assert result.values.size == pytest.approx(mask.sum() * voxel_size**3, rel=0.05)
    assert 3.5 < np.median(result.values) < 7.5


def test_voxels_of_six_angstrom_cannot_show_less_than_twelve():
    density, mask = example(14.0, 20, 6.0, radius=40.0)
    result = local_resolution(density, mask, 14.0)
    assert result.best == 12.0
    assert result.values.min() >= 12.0


def test_voxels_of_a_third_of_an_angstrom():
    density, mask = example(4.0, 120, 0.3, radius=12.0)
    result = local_resolution(density, mask, 4.0)
    assert result.resolution.data.shape == (36, 36, 36)
    assert np.isfinite(result.values).all()


def test_a_masked_map_with_exact_zeros_outside(measured):
    density, mask, result = measured
    masked = density.with_data(density.data * mask)
    assert abs(median(masked, mask, 5.0) - np.median(result.values)) < 1.5


def test_a_mask_that_touches_the_box(measured):
    density, mask, _ = measured
    part = DensityMap(np.ascontiguousarray(density.data[30:]), 1.0)
    result = local_resolution(part, mask[30:], 5.0)
    assert np.isfinite(result.values).all()
    assert result.resolution.data.shape == (34, 64, 64)


def test_a_mask_of_one_voxel(measured):
    density, _, _ = measured
    mask = np.zeros(density.data.shape, dtype=bool)
    mask[31, 32, 33] = True
    result = local_resolution(density, mask, 5.0)
    assert result.values.size == 1
    assert BEST <= result.values[0] <= WORST
    assert result.resolution.data[31, 32, 33] == result.values[0]


def test_what_cannot_be_measured_says_why():
    density, mask = example(side=40)
    with pytest.raises(MapError, match="mask is empty"):
        local_resolution(density, np.zeros_like(mask), 5.0)
    with pytest.raises(MapError, match="constant inside the mask"):
        local_resolution(density.with_data(np.ones_like(density.data)), mask, 5.0)
    with pytest.raises(ValueError, match="positive number"):
        local_resolution(density, mask, float("nan"))
    with pytest.raises(ValueError, match="the mask is"):
        local_resolution(density, mask[1:], 5.0)


def test_progress_rises_to_one():
    seen = []
    local_resolution(*example(side=40, radius=12.0), 5.0, progress=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def test_the_card_names_the_network_and_its_errors():
    assert read_card(NAME)["name"] == "local_resolution"
    assert {"measures", "training", "held_out", "limits", "sha256"} <= set(read_card(NAME))


def test_another_network_than_that_of_the_card_is_refused(tmp_path):
    (tmp_path / "local_resolution.json").write_text(json.dumps({"sha256": "0" * 64}))
    with pytest.raises(NetworkError, match="onnx is missing: install the package again"):
        read_card("local_resolution", tmp_path)
    content = (FOLDER / "local_resolution.onnx").read_bytes()
    (tmp_path / "local_resolution.onnx").write_bytes(content + b"\0")
    with pytest.raises(NetworkError, match="not the network of its card"):
        open_network("local_resolution", tmp_path)


def test_a_published_map_of_haemoglobin_is_near_its_reported_resolution():
    density = read_map(example_file("maps/emd_3488.map.gz"))
    mask = molecule_mask(raw_mask(density.data, 0.09), growth_iterations(density.voxel_size))
    assert abs(median(density, mask, 3.2) - 3.2) < 0.35


@pytest.mark.long
@pytest.mark.parametrize("resolution", [3.0, 4.2, 6.0, 8.5])
def test_a_map_whose_half_maps_reach_0143_at_a_resolution_reads_it(resolution):
    pytest.importorskip("gemmi")
    from vrs.tests.suite.bases import Base, recipe
    from vrs.tests.suite.damage import usual_contour
    from vrs.tests.suite.simulator import reconstruct

    molecule = Base("1rv6", recipe(resolution, 5), resolution / 3).sample(DATA / "structures")
    density = reconstruct(molecule, recipe(resolution, 5))
    contour = usual_contour(density, molecule)
    growth = growth_iterations(density.voxel_size)
    mask = molecule_mask(raw_mask(density.data, contour), growth)
    assert median(density, mask, resolution) == pytest.approx(resolution, rel=0.1)
