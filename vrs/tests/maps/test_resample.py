"""Resampling to half the resolution, binning, other grids."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from vrs.maps import DensityMap, MapError
from vrs.maps.fourier import low_pass
from vrs.maps.resample import bin_map, nearest_on_grid, resample_to_half_resolution, window
from vrs.tests.maps.test_fourier import wave
from vrs.tests.simulation import atom_ball


@pytest.mark.parametrize("new", [(3, 4, 5), (8, 9, 10)])
def test_a_window_keeps_the_centre_in_its_place(new: tuple) -> None:
    data = np.zeros((6, 7, 6), dtype=np.float32)
    data[3, 3, 3] = 1
    assert np.argwhere(window(data, new)).tolist() == [[size // 2 for size in new]]


def test_resampling_is_a_low_pass_and_a_mirrored_cubic_spline() -> None:
    data = np.random.default_rng(1).standard_normal((40, 40, 40)).astype(np.float32)
    resampled = resample_to_half_resolution(DensityMap(data, 1.0), 4.0).density
    position = (np.arange(20) - 10) * 2.0 + 20
    grid = np.meshgrid(position, position, position, indexing="ij")
    expected = ndimage.map_coordinates(low_pass(data, 0.25), grid, order=3, mode="reflect")
    assert np.abs(resampled.data - expected).max() < 1e-5
    assert resampled.voxel_size == 2.0


def test_the_real_voxel_size_of_a_resampled_map_differs_from_the_declared_one() -> None:
    data = np.zeros((32, 32, 160), dtype=np.float32)
    resampled = resample_to_half_resolution(DensityMap(data, 1.0), 3.5)
    assert resampled.density.voxel_size == 1.75
    assert resampled.real_voxel_size == pytest.approx(160 / 91)


def test_a_box_that_is_longest_along_z_is_padded_and_not_cut() -> None:
    data = np.zeros((60, 24, 20), dtype=np.float32)
    data[58, 12, 10] = 1
    resampled = resample_to_half_resolution(DensityMap(data, 1.0), 2.0).density
    assert resampled.box == (60, 60, 60)
    assert resampled.data.max() == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("offset", [-1.0, 3.0])
def test_a_box_that_is_not_cubic_is_padded_with_the_level_of_its_background(offset: float) -> None:
    density = atom_ball(48, 1.0, 50.0, 3.0)
    cut = DensityMap(density.data[:, 6:42, 6:42].copy(), 1.0)
    resampled = resample_to_half_resolution(cut, 4.0).density
    shifted = resample_to_half_resolution(cut.with_data(cut.data + np.float32(offset)), 4.0).density
    assert resampled.box == (24, 24, 24)
    assert shifted.data - np.float32(offset) == pytest.approx(resampled.data, abs=1e-5)


def test_a_masked_map_is_padded_with_0() -> None:
    data = np.zeros((60, 24, 20), dtype=np.float32)
    data[20:40, 8:16, 6:14] = 1 + np.random.default_rng(0).random((20, 8, 8))
    resampled = resample_to_half_resolution(DensityMap(data, 1.0), 2.0).density
    assert not resampled.data[:, :15].any() and not resampled.data[:, :, -15:].any()


def test_the_centre_of_the_box_stays_in_its_place_in_space() -> None:
    density = DensityMap(np.zeros((40, 40, 40), np.float32), 1.5, (10.0, -20.0, 30.0))
    resampled = resample_to_half_resolution(density, 6.0).density
    before = np.array(density.origin) + 1.5 * 20
    after = np.array(resampled.origin) + resampled.voxel_size * (resampled.box[0] // 2)
    assert after == pytest.approx(before)


def test_values_are_found_on_a_grid_of_other_voxels_and_origin() -> None:
    values = np.arange(8, dtype=np.float32)
    data = np.broadcast_to(values[None, None, :], (8, 8, 8)).copy()
    grid = DensityMap(np.zeros((4, 4, 5), np.float32), 3.0, (2.0, 0.0, 0.0))
    found = nearest_on_grid(DensityMap(data, 2.0), grid)
    assert found.shape == (4, 4, 5)
    # Positions 2, 5, 8, 11, 14 Å are voxels 1, 2.5, 4, 5.5 and 7 along X.
    assert found[0, 0].tolist() in ([1, 2, 4, 6, 7], [1, 2, 4, 5, 7])


def test_a_binned_map_keeps_grey_values_and_place_and_loses_what_is_fine() -> None:
    shape = (33, 32, 32)
    density = DensityMap(1 + wave(shape, 3) + wave(shape, 12), 1.5, (1.0, 2.0, 3.0))
    binned = bin_map(density, 2)
    assert (binned.box, binned.voxel_size, binned.origin) == ((16, 16, 16), 3.0, density.origin)
    assert binned.data == pytest.approx(1 + wave(shape, 3)[:32:2, ::2, ::2], abs=1e-5)


def test_a_map_that_is_not_binned_is_the_map_itself() -> None:
    density = DensityMap(wave((8, 8, 8), 1), 1.0)
    assert bin_map(density, 1) is density
    with pytest.raises(MapError, match="a box of 8 voxels cannot be binned by 9"):
        bin_map(density, 9)
