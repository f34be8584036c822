"""What the remark of 0.f says about the published and the unbiased median."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from vrs.checks.result import Status
from vrs.level0.local_b_factor import LOCAL_B_FACTOR, local_b_factor, published_values
from vrs.maps import DensityMap
from vrs.maps.resample import resample_to_half_resolution
from vrs.numerics.local_slopes import slope_weights
from vrs.tests.inputs import inputs_of
from vrs.tests.simulation import atom_ball, ball


@pytest.mark.parametrize(
    ("published", "words"),
    [(-400.0, "The published value is lower by"), (400.0, "Here it is higher")],
)
def test_the_remark_says_which_of_the_two_medians_is_lower(
    monkeypatch: pytest.MonkeyPatch, published: float, words: str
) -> None:
    def measured(density: DensityMap, mask: np.ndarray, resolution: float) -> np.ndarray:
        return np.linspace(published - 1, published + 1, np.count_nonzero(mask))

    # The package hides the module behind a function of the same name.
    monkeypatch.setattr(sys.modules[local_b_factor.__module__], "published_values", measured)
    density, mask = atom_ball(64, 1.0, 50.0), ball(64, 22)
    check = local_b_factor(density, mask, density, mask, 3.0)
    assert words in check.remarks[0].message


def test_a_constant_added_to_a_map_that_is_not_cubic_leaves_the_published_values() -> None:
    # In a box of 360 Å the mean value has no part in the first shell, at 15 Å.
    density = atom_ball(120, 3.0, 100.0, 6.5, noise=0.02)
    cut = DensityMap(density.data[:, 15:105, 15:105].copy(), 3.0)
    shifted = cut.with_data(cut.data - 1)
    found, found_shifted = (
        np.median(published_values(resized, ball(120, 36), 6.0))
        for resized in (resample_to_half_resolution(given, 6.0).density for given in (cut, shifted))
    )
    assert found_shifted == pytest.approx(found, abs=0.1)


def test_a_sweep_of_a_single_frequency_is_fitted_with_rank_1_as_in_the_original() -> None:
    """At 15 Å; numpy's least squares, which the original calls, gives the smallest coefficients."""
    sweep = np.full(10, 1 / 15)
    line = np.stack([np.ones(10), sweep**2], axis=1)
    values = np.random.default_rng(0).normal(-14, 2, 10)
    expected = np.linalg.lstsq(line, values, rcond=None)[0][1]
    assert slope_weights(sweep) @ values == pytest.approx(expected, rel=1e-6)
    density, mask = atom_ball(48, 7.5, 100.0, 20.0, noise=0.02), ball(48, 14)
    assert np.abs(published_values(density, mask, 15.0)).max() < 1
    assert local_b_factor(density, mask, density, mask, 15.0).evaluated


def test_an_empty_mask_of_the_resized_map_names_the_maximum_of_that_map() -> None:
    density = atom_ball(32, 1.0, 50.0)
    mask = ball(32, 10)
    result = LOCAL_B_FACTOR.run(inputs_of(density, mask, 0.5, 3.0, np.zeros_like(mask)))
    assert result.status is Status.NOT_MEASURED
    assert "the maximum of the resampled, low-passed map is" in result.reason
