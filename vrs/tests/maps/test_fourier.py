"""Fourier transforms, filters and resampling."""

from __future__ import annotations

from typing import Callable

import numpy as np
import pytest
from scipy import ndimage

from vrs.maps import DensityMap, MapError, fourier
from vrs.maps.fourier import (
    crop,
    frequency_radius,
    inverse,
    inverse_in_place,
    inverse_rows,
    low_pass,
    raised_cosine_low_pass,
    threads,
    transform,
    transform_by_rows,
    transform_in_place,
)
from vrs.maps.resample import bin_map, nearest_on_grid, resample_to_half_resolution, window
from vrs.tests.simulation import atom_ball


def wave(shape: tuple, cycles: int) -> np.ndarray:
    """A cosine along X with ``cycles`` periods in the box."""
    x = np.arange(shape[2]) / shape[2]
    return np.broadcast_to(np.cos(2 * np.pi * cycles * x), shape).astype(np.float32)


@pytest.fixture(params=["ducc0", "scipy"])
def transforms(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """With the package ducc0 and without."""
    package: str = request.param
    if package == "scipy":
        monkeypatch.setattr(fourier, "ducc", None)
    else:
        pytest.importorskip("ducc0")
    return package


def complex_noise(*shape: int) -> np.ndarray:
    random = np.random.default_rng(0)
    return (random.random(shape) + 1j * random.random(shape)).astype(np.complex64)


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("part", [slice(None), slice(2, 5)])
@pytest.mark.parametrize(
    "ours, that_of_numpy", [(inverse_in_place, np.fft.ifft), (transform_in_place, np.fft.fft)]
)
def test_a_transform_in_place_is_that_of_numpy(
    transforms: str, axis: int, part: slice, ours: Callable, that_of_numpy: Callable
) -> None:
    values = complex_noise(9, 8, 5)
    expected = values.copy()
    expected[:, part] = that_of_numpy(values[:, part], axis=axis)
    ours(values[:, part], axis)
    assert np.abs(values - expected).max() < 1e-5


@pytest.mark.parametrize("length", [12, 13])
def test_real_rows_are_those_of_numpy(transforms: str, length: int) -> None:
    half = complex_noise(3, 4, 7)
    rows = np.empty((3, 2, length), dtype=np.float32)
    inverse_rows(half[:, 1:3], out=rows)
    assert np.abs(rows - np.fft.irfft(half[:, 1:3], n=length, axis=-1)).max() < 1e-6


@pytest.mark.parametrize("shape", [(8, 10, 12), (9, 7, 11)])
def test_a_spectrum_by_rows_is_that_of_numpy(transforms: str, shape: tuple) -> None:
    data = np.random.default_rng(0).standard_normal(shape).astype(np.float32)
    expected = np.fft.rfftn(data).swapaxes(0, 1)
    assert np.abs(transform_by_rows(data) - expected).max() < 1e-4


@pytest.mark.parametrize("shape", [(8, 10, 12), (9, 7, 11)])
def test_a_transform_and_its_inverse_give_the_map_back(shape: tuple) -> None:
    data = np.random.default_rng(0).standard_normal(shape).astype(np.float32)
    assert np.abs(inverse(transform(data), shape) - data).max() < 1e-6


def test_the_frequency_radius_is_in_cycles_per_angstrom() -> None:
    radius = frequency_radius((8, 8, 8), voxel_size=2.0)
    assert radius[0, 0, 4] == pytest.approx(0.25)
    assert radius[1, 1, 1] == pytest.approx(np.sqrt(3) / 16)


def test_the_low_pass_falls_as_half_a_cosine() -> None:
    radius = np.array([0.1, 0.2, 0.21, 0.22, 0.3], dtype=np.float32)
    assert raised_cosine_low_pass(radius, 0.2) == pytest.approx([1, 1, 0.5, 0, 0], abs=1e-5)


def test_the_low_pass_keeps_slow_waves_and_removes_fast_ones() -> None:
    shape = (32, 32, 32)
    filtered = low_pass(wave(shape, 2) + wave(shape, 12), 0.2)
    assert np.abs(filtered - wave(shape, 2)).max() < 1e-5


def test_cropping_the_spectrum_keeps_grey_values() -> None:
    cropped = crop(wave((32, 32, 32), 3), (20, 18, 16))
    assert cropped == pytest.approx(wave((20, 18, 16), 3), abs=1e-5)
    with pytest.raises(ValueError, match="cannot crop"):
        crop(cropped, (32, 32, 32))


def test_the_number_of_threads_can_be_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VRS_THREADS", "3")
    assert threads() == 3


@pytest.mark.parametrize("new", [(3, 4, 5), (8, 9, 10)])
def test_a_window_keeps_the_centre_in_its_place(new: tuple) -> None:
    data = np.zeros((6, 7, 6), dtype=np.float32)
    data[3, 3, 3] = 1
    assert np.argwhere(window(data, new)).tolist() == [[size // 2 for size in new]]


def test_resizing_is_a_low_pass_and_a_mirrored_cubic_spline() -> None:
    data = np.random.default_rng(1).standard_normal((40, 40, 40)).astype(np.float32)
    resized = resample_to_half_resolution(DensityMap(data, 1.0), 4.0).density
    position = (np.arange(20) - 10) * 2.0 + 20
    grid = np.meshgrid(position, position, position, indexing="ij")
    expected = ndimage.map_coordinates(low_pass(data, 0.25), grid, order=3, mode="reflect")
    assert np.abs(resized.data - expected).max() < 1e-5
    assert resized.voxel_size == 2.0


def test_the_real_voxel_size_of_a_resized_map_differs_from_the_declared_one() -> None:
    data = np.zeros((32, 32, 160), dtype=np.float32)
    resized = resample_to_half_resolution(DensityMap(data, 1.0), 3.5)
    assert resized.density.voxel_size == 1.75
    assert resized.real_voxel_size == pytest.approx(160 / 91)


def test_a_box_that_is_longest_along_z_is_padded_and_not_cut() -> None:
    data = np.zeros((60, 24, 20), dtype=np.float32)
    data[58, 12, 10] = 1
    resized = resample_to_half_resolution(DensityMap(data, 1.0), 2.0).density
    assert resized.box == (60, 60, 60)
    assert resized.data.max() == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("offset", [-1.0, 3.0])
def test_a_box_that_is_not_cubic_is_padded_with_the_level_of_its_background(offset: float) -> None:
    density = atom_ball(48, 1.0, 50.0, 3.0)
    cut = DensityMap(density.data[:, 6:42, 6:42].copy(), 1.0)
    resized = resample_to_half_resolution(cut, 4.0).density
    shifted = resample_to_half_resolution(cut.with_data(cut.data + np.float32(offset)), 4.0).density
    assert resized.box == (24, 24, 24)
    assert shifted.data - np.float32(offset) == pytest.approx(resized.data, abs=1e-5)


def test_a_masked_map_is_padded_with_0() -> None:
    data = np.zeros((60, 24, 20), dtype=np.float32)
    data[20:40, 8:16, 6:14] = 1 + np.random.default_rng(0).random((20, 8, 8))
    resized = resample_to_half_resolution(DensityMap(data, 1.0), 2.0).density
    assert not resized.data[:, :15].any() and not resized.data[:, :, -15:].any()


def test_the_centre_of_the_box_stays_in_its_place_in_space() -> None:
    density = DensityMap(np.zeros((40, 40, 40), np.float32), 1.5, (10.0, -20.0, 30.0))
    resized = resample_to_half_resolution(density, 6.0).density
    before = np.array(density.origin) + 1.5 * 20
    after = np.array(resized.origin) + resized.voxel_size * (resized.box[0] // 2)
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
