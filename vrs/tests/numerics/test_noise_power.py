"""The noise under a mask, from the power of a background that holds some of the molecule too."""

from __future__ import annotations

import numpy as np
import pytest

from vrs.numerics.noise_power import noise_power

FREQUENCY = np.arange(1, 60) / 180
SIGNAL = 300 * np.exp(-90 * FREQUENCY**2) * (1 + 0.3 * np.sin(40 * FREQUENCY))
SCATTER = 1 + 0.02 * np.random.default_rng(0).standard_normal(FREQUENCY.size)


@pytest.mark.parametrize("leak", [0.0, 0.03])
@pytest.mark.parametrize("weighted", [True, False])
def test_the_kind_of_noise_and_its_power_are_found(weighted: bool, leak: float) -> None:
    ratio = SIGNAL
    weight = ratio / (1 + ratio) if weighted else np.ones_like(ratio)
    white = np.exp(30 * FREQUENCY**2)
    noise, signal = white * weight * SCATTER, SIGNAL * white * weight
    masked = signal + noise
    found = noise_power(FREQUENCY, masked, noise + leak * masked, 0.31)
    assert (found.weighted > 0.8) is weighted
    used = (FREQUENCY > 0.1) & (FREQUENCY < 0.28)
    assert found.power[used] == pytest.approx(noise[used], rel=0.15)


def test_a_background_that_is_as_strong_as_the_mask_is_noise() -> None:
    noise = np.exp(30 * FREQUENCY**2) * SCATTER
    found = noise_power(FREQUENCY, noise, noise, 0.31)
    assert found.power == pytest.approx(noise)
    assert found.weighted == 0.1
