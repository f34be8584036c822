"""Medians and quantiles: exact, however the values are distributed and in whatever order."""

from __future__ import annotations

from typing import Optional

import numpy as np
import pytest

from vrs.numerics.quantiles import Selection, histogram, median, quantile, share


@pytest.mark.parametrize("center", [None, 0.3])
@pytest.mark.parametrize("name", ["one", "few", "noise", "zeros", "sorted", "misleading"])
def test_the_median_is_the_value_in_the_middle_of_the_sorted_values(
    name: str, center: Optional[float]
) -> None:
    noise = np.random.default_rng(2).normal(0, 1, 200_001).astype(np.float32)
    values = {
        "one": noise[:1],
        "few": noise[:10],
        "noise": noise,
        "zeros": np.where(noise > 0.5, noise, 0).astype(np.float32),
        "sorted": np.sort(noise),
        # The sample takes every twelfth value.
        "misleading": np.where(np.arange(noise.size) % 12 == 0, 100, noise).astype(np.float32),
    }[name]
    kept = values.copy()
    looked_at = values if center is None else np.abs(values - np.float32(center))
    assert median(values, center) == np.sort(looked_at)[values.size // 2]
    assert np.array_equal(values, kept)


@pytest.mark.parametrize("share", [0.0, 0.01, 0.25, 0.9, 0.95, 1.0])
@pytest.mark.parametrize("size", [1, 2, 20, 1001, 200_000])
def test_quantiles_are_those_of_numpy(share: float, size: int) -> None:
    values = np.random.default_rng(size).standard_normal(size).astype(np.float32)
    kept = values.copy()
    expected = np.quantile(values.astype(float), share)
    assert quantile(values, share) == pytest.approx(expected, rel=1e-6)
    assert np.array_equal(values, kept)


@pytest.mark.parametrize("share", [0.25, 0.6, 0.95])
def test_quantiles_at_a_step_are_those_of_numpy(share: float) -> None:
    values = np.repeat(np.array([0, 1, 2], dtype=np.float32), [60_000, 40_000, 40])
    np.random.default_rng(0).shuffle(values)
    assert quantile(values, share) == np.quantile(values, share)


def test_a_selection_of_a_map_has_the_quantiles_histogram_and_shares_of_its_values() -> None:
    data = np.random.default_rng(0).standard_normal((30, 40, 50)).astype(np.float32)
    mask = data > -0.3
    chosen, values = Selection(data, mask), data[mask]
    assert chosen.size == values.size
    assert median(chosen) == median(values)
    for portion in (0.025, 0.25, 0.5, 0.975):
        assert quantile(chosen, portion) == np.percentile(values, 100 * portion)
    for ours, theirs in zip(histogram(chosen, 60), np.histogram(values, 60)):
        assert np.array_equal(ours, theirs)
    assert share(chosen, lambda part: part < 1) == np.mean(values < 1)
