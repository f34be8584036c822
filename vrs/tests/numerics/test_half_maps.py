"""The resolution of half maps of known signal and noise."""

from __future__ import annotations

import numpy as np
import pytest

from vrs.maps.density_map import FloatArray
from vrs.maps.fourier import frequency_radius
from vrs.numerics.half_maps import half_map_resolution, shell_correlation

SIDE = 64


def half(signal: FloatArray, share: float, seed: int) -> FloatArray:
    """A signal of power 1 with white noise of this power."""
    noise = np.random.default_rng(seed).normal(0, share**0.5, signal.shape)
    return (signal + noise).astype(np.float32)


def test_the_correlation_of_white_signal_and_noise_is_s_over_s_plus_n() -> None:
    signal = np.random.default_rng(0).normal(size=(SIDE, SIDE, SIDE))
    curve = shell_correlation(half(signal, 1.0, 1), half(signal, 1.0, 2))
    assert curve[8:].mean() == pytest.approx(0.5, abs=0.02)


def test_halves_agree_up_to_the_frequency_at_which_their_signal_ends() -> None:
    # Between two shells it is interpolated, so that the end is known to one of 128 / 4 shells.
    white = np.random.default_rng(0).normal(size=(128, 128, 128)).astype(np.float32)
    # Cycles per voxel: with voxels of 1.5 Å the signal ends at 6 Å.
    spectrum = np.fft.rfftn(white) * (frequency_radius(white.shape) <= 0.25)
    signal = np.fft.irfftn(spectrum, s=white.shape, axes=(0, 1, 2))
    found = half_map_resolution(half(signal, 0.01, 1), half(signal, 0.01, 2), 1.5)
    assert found == pytest.approx(6.0, rel=0.04)


def test_halves_that_agree_up_to_two_voxels_have_no_end() -> None:
    white = np.random.default_rng(0).normal(size=(16, 16, 16)).astype(np.float32)
    assert half_map_resolution(white, white, 1.0) is None
