"""0.c: the background's mean and outliers, and tests that keep their promise."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from vrs.checks.result import CannotMeasure, Severity, Status
from vrs.level0.background import background_analysis, block_means
from vrs.maps import DensityMap
from vrs.tests.simulation import ball, low_passed


def noise(seed: int, smoothed_to_voxels: float, size: int = 64) -> DensityMap:
    """White noise low-passed to a number of voxels (1 Å each), in a box three halves as large."""
    random = np.random.default_rng(seed)
    whole = random.standard_normal((size * 3 // 2,) * 3).astype(np.float32)
    whole = low_passed(whole, 1.0, smoothed_to_voxels)
    # Cut out of a larger box, so that the mean is not fixed by the periodic boundary.
    return DensityMap(np.ascontiguousarray(whole[:size, :size, :size]), 1.0)


def test_pure_noise_has_as_many_outliers_as_a_gaussian() -> None:
    check = background_analysis(noise(0, 2.5, size=96), ball(96, 10), 3.0)
    assert check.measurements["outlier_ratio"].value < 20
    assert "background.outliers" not in [warning.rule for warning in check.warnings]


def test_the_numbers_are_those_of_numpy_and_scipy() -> None:
    density, mask = noise(3, 3), ball(64, 8)
    check, values = background_analysis(density, mask, 3.0), density.data[~mask].astype(float)
    t, p = stats.ttest_1samp(values, 0)
    for name, expected in (
        ("mean", values.mean()),
        ("standard_deviation", values.std()),
        ("t_statistic", t),
        ("p_value", p),
        ("robust_sigma", stats.median_abs_deviation(values, scale="normal")),
        ("outlier_percentage", 100 * np.mean(np.abs(values) > 5 * values.std())),
    ):
        assert check.measurements[name].value == pytest.approx(expected, rel=1e-5), name
    assert check.measurements["identical_share"].value < 0.2
    assert check.volumes["outliers"].data[mask].max() == 0
    beyond = (np.abs(density.data) > 5 * values.std()) & ~mask
    np.testing.assert_array_equal(check.volumes["outliers"].data != 0, beyond)


def test_a_shifted_background_warns() -> None:
    density = noise(0, 3)
    shifted = density.with_data(density.data + np.float32(density.data.std()))
    check = background_analysis(shifted, ball(64, 8), 3.0)
    assert "background.mean" in [warning.rule for warning in check.warnings]
    assert check.measurements["effect_size"].value == pytest.approx(1.0, abs=0.05)
    assert check.measurements["block_p_value"].value < 1e-6


def test_detached_density_shows_as_outliers() -> None:
    density = noise(1, 3)
    density.data[2:5, 2:5, 2:5] = 20 * density.data.std()
    check = background_analysis(density, ball(64, 8), 3.0)
    assert "background.outliers" in [warning.rule for warning in check.warnings]
    assert np.count_nonzero(check.volumes["outliers"].data[2:5, 2:5, 2:5]) == 27


def test_a_masked_map_has_no_background_to_judge() -> None:
    density = noise(0, 3)
    mask = ball(64, 20)
    masked = density.with_data(np.where(mask, density.data, 0).astype(np.float32))
    check = background_analysis(masked, mask, 3.0)
    assert check.status is Status.NOT_APPLICABLE
    assert check.reason.startswith("100 % of the voxels outside the mask have one value: ")
    assert check.measurements["identical_share"].value == 100


def test_a_map_with_half_of_its_background_at_0_has_none_to_judge() -> None:
    """The noise of the rest makes the published numbers of every such map warn."""
    density = noise(0, 3)
    masked = density.with_data(np.where(ball(64, 30), density.data, 0).astype(np.float32))
    check = background_analysis(masked, ball(64, 10), 3.0)
    assert check.status is Status.NOT_APPLICABLE
    assert check.measurements["identical_share"].value == pytest.approx(58, abs=2)


def test_a_map_with_its_corners_at_0_is_measured_with_a_caution() -> None:
    density = noise(0, 3)
    masked = density.with_data(np.where(ball(64, 38), density.data, 0).astype(np.float32))
    check = background_analysis(masked, ball(64, 10), 3.0)
    assert check.evaluated
    assert check.measurements["identical_share"].value == pytest.approx(20, abs=8)
    assert check.measurements["skirt_share"].value == 0
    cautions = [r.message for r in check.remarks if r.severity is Severity.CAUTION]
    assert "a part of the box was masked" in cautions[0]


@pytest.mark.parametrize("offset", [0.0, 0.3])
def test_the_skirt_of_a_soft_mask_is_no_background(offset: float) -> None:
    """A third of the background at one value, and a skirt of 10 voxels before it."""
    density = noise(2, 3)
    away = np.linalg.norm(np.indices((64,) * 3) - 32, axis=0)
    soft = np.clip((36 - away) / 10, 0, 1)
    masked = density.with_data((density.data * soft + offset).astype(np.float32))
    check = background_analysis(masked, ball(64, 14), 3.0)
    assert check.measurements["identical_share"].value == pytest.approx(28, abs=5)
    assert 10 < check.measurements["skirt_share"].value < 45
    assert check.status is Status.NOT_APPLICABLE
    assert "rise from it, as at the edge of a mask" in check.reason


def test_a_background_without_a_mask_has_neither_flat_part_nor_skirt() -> None:
    density = noise(4, 3)
    check = background_analysis(density, ball(64, 20), 3.0)
    assert check.measurements["identical_share"].value < 0.5
    assert check.measurements["skirt_share"].value == 0


def test_without_a_resolution_the_block_test_is_left_out() -> None:
    check = background_analysis(noise(0, 3), ball(64, 8), None)
    assert check.measurements["block_p_value"].value is None
    assert check.measurements["block_p_value"].reason == "the resolution was not reported"


def test_a_probability_that_underflows_is_not_told_as_0() -> None:
    density = noise(0, 3)
    shifted = density.with_data(density.data + np.float32(density.data.std()))
    check = background_analysis(shifted, ball(64, 8), 3.0)
    assert 0 < check.measurements["p_value"].value < 1e-300
    assert check.results[0].endswith("and p below 0.00001.")


def test_a_mask_that_leaves_no_block_is_told_so() -> None:
    check = background_analysis(noise(0, 3), ball(64, 31), 3.0)
    reason = "no block of background is far enough from the mask"
    assert check.measurements["block_p_value"].reason == reason
    assert f"a test on block means was not possible: {reason}." in check.remarks[0].message


def test_the_level_of_the_test_on_block_means_is_named() -> None:
    check = background_analysis(noise(0, 3), ball(64, 8), 3.0)
    (told,) = [r.message for r in check.remarks if "a t-test on means of blocks" in r.message]
    assert "reject a mean of 0 at the level of 0.001 (t = " in told


def test_the_robust_sigma_of_noise_is_its_standard_deviation() -> None:
    check = background_analysis(noise(0, 3), ball(64, 8), 3.0)
    sigma = check.measurements["standard_deviation"].value
    assert check.measurements["robust_sigma"].value == pytest.approx(sigma, rel=0.02)


def test_a_mask_that_fills_the_box_leaves_no_background() -> None:
    with pytest.raises(CannotMeasure, match="no background is left"):
        background_analysis(noise(0, 3), np.ones((64, 64, 64), dtype=bool), 3.0)


# --- the ways that are faster than the obvious ones -----------------------------------------------


def test_the_means_of_blocks_are_those_of_the_cubes_away_from_the_mask() -> None:
    data = np.random.default_rng(3).normal(0, 1, (31, 33, 35)).astype(np.float32)
    mask = np.zeros(data.shape, dtype=bool)
    mask[15, 16, 17] = True
    edge = 3
    found = block_means(DensityMap(data, 1.0), mask, resolution=3.0)
    counts = [size // edge for size in data.shape]
    begin = [(size - count * edge) // 2 for size, count in zip(data.shape, counts)]
    wanted = []
    touched = [(15 - begin[0]) // edge, (16 - begin[1]) // edge, (17 - begin[2]) // edge]
    for index in np.ndindex(*counts):
        corner = [start + edge * number for start, number in zip(begin, index)]
        middle = np.array(counts) * edge / 2
        farthest = np.abs(np.array(index) * edge + edge / 2 - middle) + edge / 2
        near = max(abs(a - b) for a, b in zip(index, touched)) <= 2
        if not near and np.sum(farthest**2) <= (min(data.shape) / 2) ** 2:
            cube = data[tuple(slice(first, first + edge) for first in corner)]
            wanted.append(cube.mean(dtype=np.float64))
    assert len(found) > 100
    assert found == pytest.approx(np.array(wanted), rel=1e-12)


@pytest.mark.parametrize("offset", [0.0, 0.0112, 0.02, 0.5])
def test_a_probability_has_one_form_in_verdict_warning_and_sentence(offset: float) -> None:
    density = noise(0, 3)
    values = density.data - density.data[~ball(64, 8)].mean() + offset * density.data.std()
    check = background_analysis(density.with_data(values), ball(64, 8), None)
    decision = check.decisions[0]
    printed = f"p {decision.text}" if "below" in decision.text else f"p = {decision.text}"
    assert f" and {printed}." in check.results[0]
    if decision.broken:
        assert check.warnings[0].message.endswith(f" is rejected: {printed}.")
