"""Slices and projections."""

from __future__ import annotations

import numpy as np

from vrs.maps.slices import (
    central_indices,
    deviation_projections,
    max_variance_indices,
    maximum_projections,
    projections,
    slices_at,
)


def test_central_slices_are_at_half_the_box() -> None:
    assert central_indices(np.zeros((6, 7, 9))) == (4, 3, 3)


def test_the_slice_of_largest_variance_is_found_along_each_axis() -> None:
    data = np.random.default_rng(0).standard_normal((9, 11, 13)).astype(np.float32)
    data += 1000
    data[2] *= 1.01
    data[:, 7] *= 1.02
    data[:, :, 5] *= 1.03
    by_axis = [
        int(np.argmax(data.astype(float).var(axis=axes))) for axes in ((0, 1), (0, 2), (1, 2))
    ]
    assert max_variance_indices(data) == tuple(by_axis)


def test_slices_and_projections_are_normal_to_x_y_and_z() -> None:
    data = np.arange(24.0).reshape(2, 3, 4)
    normal_to_x, normal_to_y, normal_to_z = slices_at(data, (3, 2, 1))
    assert normal_to_x.tolist() == data[:, :, 3].tolist()
    assert normal_to_y.tolist() == data[:, 2, :].tolist()
    assert normal_to_z.tolist() == data[1].tolist()
    assert [image.shape for image in projections(data)] == [(2, 3), (2, 4), (3, 4)]
    assert projections(data)[0][1, 2] == data[1, 2].sum()


def test_maxima_and_deviations_are_those_along_x_y_and_z() -> None:
    data = np.random.default_rng(0).standard_normal((9, 11, 13)).astype(np.float32) + 1000
    for axis, largest, spread in zip(
        (2, 1, 0), maximum_projections(data), deviation_projections(data)
    ):
        np.testing.assert_array_equal(largest, data.max(axis=axis))
        np.testing.assert_allclose(spread, data.astype(float).std(axis=axis), rtol=1e-6)
