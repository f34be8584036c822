"""Centres of mass in voxels along X, Y, Z."""

from __future__ import annotations

import numpy as np
import pytest

from vrs.numerics.center_of_mass import center_above, center_of_mass


def two_voxels() -> np.ndarray:
    """3 at (x, y, z) = (1, 2, 4) and 1 at (5, 2, 4)."""
    data = np.zeros((6, 7, 8), dtype=np.float32)
    data[4, 2, 1], data[4, 2, 5] = 3, 1
    return data


def test_the_centre_of_mass_is_weighted_by_grey_values() -> None:
    assert center_of_mass(two_voxels()).tolist() == [2, 2, 4]


def test_above_a_contour_level_the_excess_counts() -> None:
    """Above 0.5 the voxels weigh 2.5 and 0.5: x = (1 * 2.5 + 5 * 0.5) / 3."""
    assert center_above(two_voxels(), 0.5) == pytest.approx([5 / 3, 2, 4])
    assert center_above(two_voxels(), 3.0) is None


def test_in_a_mask_the_rest_of_the_map_does_not_count() -> None:
    mask = np.zeros((6, 7, 8), dtype=bool)
    mask[3:5, 1:4, 4:7] = True
    assert center_above(two_voxels(), 0.5, mask).tolist() == [5, 2, 4]
    assert center_above(two_voxels(), 1.0, mask) is None
