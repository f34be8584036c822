"""Fourier transforms and filters."""

from __future__ import annotations

from typing import Callable

import numpy as np
import pytest

from vrs.maps import fourier
from vrs.maps.fourier import (
    crop,
    frequency_radius,
    inverse,
    inverse_rows,
    low_pass,
    raised_cosine_low_pass,
    threads,
    transform,
    transform_by_rows,
    transform_in_place,
    transform_rows,
)


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
@pytest.mark.parametrize("forward, that_of_numpy", [(False, np.fft.ifft), (True, np.fft.fft)])
def test_a_transform_in_place_is_that_of_numpy(
    transforms: str, axis: int, part: slice, forward: bool, that_of_numpy: Callable
) -> None:
    values = complex_noise(9, 8, 5)
    expected = values.copy()
    expected[:, part] = that_of_numpy(values[:, part], axis=axis)
    transform_in_place(values[:, part], axis, forward)
    assert np.abs(values - expected).max() < 1e-5


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_real_rows_are_transformed_along_any_axis_and_back(transforms: str, axis: int) -> None:
    rows = complex_noise(9, 8, 5).real.copy()
    half = transform_rows(rows, axis)
    assert half.dtype == np.complex64
    assert np.abs(half - np.fft.rfft(rows, axis=axis)).max() < 1e-5
    back = np.empty_like(rows)
    inverse_rows(half, back, axis)
    assert np.abs(back - rows).max() < 1e-6


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


def test_cropping_the_spectrum_keeps_grey_values(transforms: str) -> None:
    cropped = crop(wave((32, 32, 32), 3), (20, 18, 16))
    assert cropped == pytest.approx(wave((20, 18, 16), 3), abs=1e-5)
    with pytest.raises(ValueError, match="cannot crop"):
        crop(cropped, (32, 32, 32))


def test_the_number_of_threads_can_be_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VRS_THREADS", "3")
    assert threads() == 3
