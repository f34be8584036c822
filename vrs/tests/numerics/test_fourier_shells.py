"""Mean amplitudes of Fourier shells."""

from __future__ import annotations

import numpy as np
import pytest

from vrs.maps import DensityMap
from vrs.maps.fourier import transform
from vrs.numerics.fourier_shells import shell_amplitudes


def test_white_noise_has_the_same_amplitude_in_all_shells() -> None:
    """|F| of noise with standard deviation 2 in n voxels is 2 sqrt(pi / (4 n)) on average."""
    noise = np.random.default_rng(0).normal(0, 2, (40, 48, 44)).astype(np.float32)
    frequency, amplitude = shell_amplitudes(DensityMap(noise, 1.5), transform(noise), 3.0)
    assert frequency[:3] == pytest.approx([0, 1 / 66, 2 / 66])
    assert frequency[-1] == pytest.approx(1 / 3)
    expected = 2 * np.sqrt(np.pi / (4 * noise.size))
    assert amplitude[6:] == pytest.approx(np.full(amplitude.size - 6, expected), rel=0.06)


def test_the_shells_end_at_nyquist_whatever_the_resolution() -> None:
    density = DensityMap(np.ones((16, 16, 16), dtype=np.float32), 2.0)
    frequency, amplitude = shell_amplitudes(density, transform(density.data), 1.0)
    assert frequency[-1] == 0.25
    assert amplitude[0] == pytest.approx(1)
    assert np.abs(amplitude[1:]).max() < 1e-6


def test_a_shell_is_one_fourier_pixel_wide() -> None:
    """Waves of 1.41, 2.24 and 2.83 pixels are in the shells 1, 2 and 3."""
    y, x = np.indices((32, 32)) / 32
    for cycles_x, cycles_y, shell in ((1, 1, 1), (1, 2, 2), (2, 2, 3)):
        plane = np.cos(2 * np.pi * (cycles_x * x + cycles_y * y)).astype(np.float32)
        data = np.broadcast_to(plane, (32, 32, 32))
        _, amplitude = shell_amplitudes(DensityMap(data, 1.0), transform(data), 4.0)
        assert np.argmax(amplitude) == shell
