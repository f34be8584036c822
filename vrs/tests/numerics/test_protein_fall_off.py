"""The weights of the shells that make a slope least dependent on which protein it is."""

from __future__ import annotations

import numpy as np
import pytest

from vrs.numerics.local_slopes import slope_weights
from vrs.numerics.protein_fall_off import FallOff, fall_off

SHELLS = np.linspace(0.1, 0.3, 12)


@pytest.mark.parametrize("shells", [SHELLS, np.linspace(0.1, 0.137, 10), np.linspace(0.1, 0.6, 80)])
def test_the_weights_give_the_slope_of_any_line(shells: np.ndarray) -> None:
    line = 7 - 30 * shells**2
    assert np.dot(fall_off().slope_weights(shells), line) == pytest.approx(-30, abs=1e-6)


def test_slopes_vary_less_from_protein_to_protein_than_those_of_least_squares() -> None:
    protein = fall_off()
    random = np.random.default_rng(0)
    proteins = random.multivariate_normal(protein.mean, protein.covariance, 2000)
    shells = protein.frequency[:20]
    slopes = proteins[:, :20] @ protein.slope_weights(shells)
    ordinary = proteins[:, :20] @ slope_weights(shells)
    assert np.mean(slopes) == pytest.approx(protein.slope(shells), abs=0.1)
    assert np.std(slopes) < 0.9 * np.std(ordinary)


def test_shells_that_do_not_differ_are_weighted_as_by_least_squares() -> None:
    size = len(SHELLS)
    alike = FallOff(SHELLS, np.zeros(size), np.zeros((size, size)), 0.01)
    assert alike.slope_weights(SHELLS) == pytest.approx(slope_weights(SHELLS))
    assert alike.slope(SHELLS) == 0


def test_the_error_grows_with_the_distance_from_the_line() -> None:
    protein = fall_off()
    mean = np.interp(SHELLS, protein.frequency, protein.mean)
    usual = protein.standard_error(SHELLS, mean - 10 * SHELLS**2)
    kinked = protein.standard_error(SHELLS, mean + 3 * np.sin(40 * SHELLS))
    assert 0.1 < usual < 1
    assert kinked > 2 * usual
