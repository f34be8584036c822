"""0.d: a known B-factor is measured, the map is corrected by it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from vrs.checks.result import Status
from vrs.level0.b_factor import (
    B_FACTOR,
    b_factor_analysis,
    correct,
    guinier_fit,
)
from vrs.level0.molecule_b_factor import low_pass_start
from vrs.maps import DensityMap
from vrs.maps.fourier import transform
from vrs.numerics.fourier_shells import shell_amplitudes
from vrs.tests.inputs import inputs_of
from vrs.tests.simulation import atom_ball, ball, blurred


def test_rising_amplitudes_alone_are_no_oversharpening() -> None:
    density = atom_ball(96, 1.0, 0.0)
    sharp = density.with_data(blurred(density.data, 1.0, -80.0))
    check = b_factor_analysis(sharp, 3.0)
    assert [warning.rule for warning in check.warnings] == ["b_factor.interval"]
    assert check.warnings[0].message.endswith(": the amplitudes rise.")
    assert check.measurements["b_factor_from_10"].value is None
    assert check.measurements["b_factor_interval"].reason == "there is no mask of the molecule"


def test_noise_in_the_mask_alone_has_no_b_factor_of_a_molecule() -> None:
    noise = np.random.default_rng(0).standard_normal((96, 96, 96)).astype(np.float32)
    check = b_factor_analysis(DensityMap(noise, 1.0), 3.0, ball(96, 24))
    assert check.measurements["b_factor_from_10"].value is None
    assert "more of the molecule than of noise" in check.measurements["b_factor_from_10"].reason


def test_a_b_factor_beyond_300_warns() -> None:
    check = b_factor_analysis(atom_ball(96, 1.0, 400.0), 3.0)
    assert "the amplitudes fall very fast" in check.warnings[0].message


def test_the_corrected_map_has_nearly_flat_amplitudes() -> None:
    check = b_factor_analysis(atom_ball(96, 1.0, 120.0), 3.0)
    curve = check.curves["guinier"]
    fitted = curve["squared_frequency"] >= 1 / 15**2
    flat = guinier_fit(curve["squared_frequency"][fitted], curve["corrected"][fitted])
    assert abs(4 * flat.slope) < 10


def test_the_fit_is_that_of_scipy() -> None:
    x = np.linspace(0.01, 0.1, 12)
    y = 3 - 20 * x + 0.2 * np.random.default_rng(0).standard_normal(12)
    fit, expected = guinier_fit(x, y), stats.linregress(x, y)
    assert (fit.slope, fit.intercept) == pytest.approx((expected.slope, expected.intercept))
    assert fit.r_squared == pytest.approx(expected.rvalue**2)


def test_the_corrected_curve_is_that_of_the_corrected_map() -> None:
    check = b_factor_analysis(atom_ball(60, 1.0, 80.0), 3.0)
    corrected = check.volumes["corrected"]
    _, amplitude = shell_amplitudes(corrected, transform(corrected.data), 3.0)
    assert check.curves["guinier"]["corrected"] == pytest.approx(np.log(amplitude), abs=1e-5)


def test_correction_leaves_what_lies_beyond_the_resolution() -> None:
    density = atom_ball(64, 1.0, 50.0)
    spectrum = transform(density.data)
    before = shell_amplitudes(density, spectrum, 2.0)
    correct(density, spectrum, -50.0, 4.0)
    after = shell_amplitudes(density, spectrum, 2.0)
    beyond = before[0] > 1 / 4 + 1 / 64
    assert after[1][beyond] == pytest.approx(before[1][beyond], rel=1e-4)


@pytest.mark.parametrize("resolution", [4.5, 6.0])
def test_the_low_pass_of_a_map_is_found(resolution: float) -> None:
    density = atom_ball(120, 1.0, 60.0, resolution=resolution)
    frequency, amplitude = shell_amplitudes(density, transform(density.data), 3.0)
    from_10 = frequency >= 0.1
    kept = low_pass_start(frequency[from_10], np.log(amplitude[from_10]))
    assert 1 / frequency[from_10][kept - 1] == pytest.approx(resolution, abs=0.4)


@pytest.mark.parametrize(
    ("resolution", "reason"),
    [
        (None, "The resolution was not reported."),
        (8.5, "The reported resolution of 8.5 Å is worse than 8 Å, the limit of the method."),
    ],
)
def test_the_check_applies_up_to_8_angstrom(resolution: float, reason: str) -> None:
    density = atom_ball(32, 1.0, 0.0)
    check = B_FACTOR.run(inputs_of(density, density.data > 0, 0.5, resolution))
    assert check.status is Status.NOT_APPLICABLE
    assert check.reason == reason


def test_a_small_box_has_too_few_shells() -> None:
    check = b_factor_analysis(DensityMap(atom_ball(16, 1.0, 0.0).data, 1.0), 8.0)
    assert check.status is Status.NOT_APPLICABLE
    assert "Only 1 Fourier shell between 15 Å and 8 Å" in check.reason
