"""Differences of maps: scale, sharpening and voxel size leave none, and a missing part is seen."""

from __future__ import annotations

import numpy as np
import pytest

from vrs.maps import DensityMap, FloatArray
from vrs.maps.common_grid import BY_CENTRES, BY_ORIGINS, SAME_GRID, on_grid
from vrs.maps.difference import map_difference
from vrs.maps.fourier import blur, low_pass
from vrs.maps.resample import bin_map, window
from vrs.tests.simulation import atom_ball


@pytest.fixture(scope="module")
def ball() -> DensityMap:
    """A ball of atoms of 40 Å at 4 Å in a box of 48 voxels of 1.5 Å."""
    return DensityMap(atom_ball(48, 1.5, 40.0, 4.0).data, 1.5)


def everywhere(data: FloatArray) -> FloatArray:
    return np.ones(data.shape, dtype=np.float32)


@pytest.mark.parametrize("b_factor", [-60.0, 120.0])
def test_scale_and_sharpening_leave_no_difference(ball: DensityMap, b_factor: float) -> None:
    other = 2.5 * blur(ball.data, 1.5, b_factor)
    outcome = map_difference(ball.data, other, everywhere(ball.data))
    assert outcome.remaining < 0.02
    assert outcome.correlation > 0.9998


def test_an_additional_part_is_where_the_difference_is(ball: DensityMap) -> None:
    z, y, x = np.indices(ball.data.shape)
    part = np.exp(-((z - 24) ** 2 + (y - 24) ** 2 + (x - 40) ** 2) / 8.0)
    more = ball.data + 0.5 * ball.data.max() * part.astype(np.float32)
    outcome = map_difference(ball.data, more, everywhere(ball.data))
    at = np.unravel_index(np.argmax(outcome.difference), more.shape)
    np.testing.assert_allclose(at, (24, 24, 40), atol=1)
    assert outcome.remaining > 0.1


def test_frequencies_that_one_map_lacks_are_in_neither(ball: DensityMap) -> None:
    filtered = low_pass(ball.data, 0.15)
    outcome = map_difference(ball.data, filtered, everywhere(ball.data))
    # The filter falls from 0.15 to 0.17; a shell is 1/48 wide.
    assert outcome.cut_off == pytest.approx(0.15, abs=1 / 48)
    assert outcome.remaining < 0.05


def test_outside_the_weight_there_is_no_difference(ball: DensityMap) -> None:
    weight = everywhere(ball.data)
    weight[:, :, 30:] = 0
    other = ball.data.copy()
    other[:, :, 34:] += ball.data.max()
    assert map_difference(ball.data, other, weight).remaining < 1e-5


def test_a_map_without_values_has_no_correlation(ball: DensityMap) -> None:
    outcome = map_difference(ball.data, np.zeros_like(ball.data), everywhere(ball.data))
    assert outcome.correlation == 0 and not outcome.second.any()


# --- one grid -----------------------------------------------------------------------------------



def test_maps_of_one_box_are_on_one_grid_whatever_their_origins(ball: DensityMap) -> None:
    moved = DensityMap(2 * ball.data, 1.5, (10.0, 0.0, 0.0))
    placed = on_grid(moved, ball)
    assert placed.placement == SAME_GRID and placed.covered.all()
    np.testing.assert_array_equal(placed.values, moved.data)


def test_a_cropped_map_without_origin_is_placed_by_its_centre(ball: DensityMap) -> None:
    cropped = DensityMap(window(ball.data, (40, 40, 40)), 1.5)
    placed = on_grid(cropped, ball)
    assert placed.placement == BY_CENTRES
    assert placed.covered.sum() == 40**3
    np.testing.assert_allclose(
        placed.values[placed.covered], ball.data[placed.covered], atol=1e-4 * ball.data.max()
    )


def test_a_cropped_map_with_origin_is_placed_by_it(ball: DensityMap) -> None:
    cropped = DensityMap(ball.data[8:44, 5:45, 6:46], 1.5, (9.0, 7.5, 12.0))
    placed = on_grid(cropped, ball)
    assert placed.placement == BY_ORIGINS
    np.testing.assert_allclose(
        placed.values[placed.covered], ball.data[placed.covered], atol=1e-4 * ball.data.max()
    )


def test_a_binned_map_differs_little_from_the_map(ball: DensityMap) -> None:
    """3 Å voxels hold the map up to 6 Å, of which the spline keeps most."""
    binned = bin_map(ball, 2)
    placed = on_grid(binned, ball)
    assert placed.placement == BY_ORIGINS
    weight = placed.covered.astype(np.float32)
    outcome = map_difference(ball.data, placed.values, weight, cut_off=1.5 / 8.0)
    assert outcome.remaining < 0.05
    finer = on_grid(ball, binned)
    outcome = map_difference(binned.data, finer.values, finer.covered * np.float32(1), 3.0 / 8.0)
    assert outcome.remaining < 0.05
