"""Masks: components, growth, soft borders."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from vrs.maps.masks import (
    background_planes,
    bounding_box,
    dilate,
    erode,
    growth_iterations,
    largest_component,
    molecule_mask,
    raw_mask,
    share_inside,
    sizes_and_largest,
    soft_mask,
)


def test_a_voxel_equal_to_the_contour_level_in_single_precision_is_inside() -> None:
    data = np.full((2, 2, 2), 0.1, dtype=np.float32)
    assert raw_mask(data, 0.1).all()


def test_voxels_that_touch_at_a_corner_are_one_component() -> None:
    mask = np.zeros((4, 4, 4), dtype=bool)
    mask[0, 0, 0] = mask[1, 1, 1] = mask[3, 3, 3] = True
    assert sizes_and_largest(mask)[0].tolist() == [2, 1]


def test_of_equal_components_the_first_in_raster_order_is_kept() -> None:
    mask = np.zeros((5, 5, 5), dtype=bool)
    mask[0, 0, 0] = mask[4, 4, 4] = True
    assert np.argwhere(largest_component(mask)).tolist() == [[0, 0, 0]]


@pytest.mark.parametrize(("iterations", "voxels"), [(1, 19), (2, 93)])
def test_dilation_grows_over_faces_and_edges(iterations: int, voxels: int) -> None:
    mask = np.zeros((9, 9, 9), dtype=bool)
    mask[4, 4, 4] = True
    assert dilate(mask, iterations).sum() == voxels


def test_dilation_reaches_the_faces_of_the_box() -> None:
    mask = np.zeros((5, 5, 5), dtype=bool)
    mask[0, 2, 2] = True
    assert dilate(mask, 1)[0].sum() == 9


@pytest.mark.parametrize("share", [0.001, 0.03, 0.6])
@pytest.mark.parametrize("shape", [(1, 7, 3), (9, 20, 33)])
def test_growing_and_shrinking_are_the_dilation_and_erosion_of_scipy(
    shape: tuple, share: float
) -> None:
    mask = np.random.default_rng(0).random(shape) < share
    mask[0, 3, 2] = mask[0, 3, 1] = True
    neighbours = ndimage.generate_binary_structure(3, 2)
    for iterations in (1, 2, 3):
        grown = ndimage.binary_dilation(mask, neighbours, iterations)
        shrunk = ndimage.binary_erosion(mask, neighbours, iterations, border_value=1)
        assert np.array_equal(dilate(mask, iterations), grown)
        assert np.array_equal(erode(mask, iterations), shrunk)


def test_components_are_those_of_the_whole_box() -> None:
    mask = np.zeros((20, 24, 28), dtype=bool)
    mask[4:9, 5:20, 6:21] = np.random.default_rng(1).random((5, 15, 15)) < 0.2
    labels, count = ndimage.label(mask, np.ones((3, 3, 3)))
    sizes, largest = sizes_and_largest(mask)
    assert count > 3
    assert sizes.tolist() == np.bincount(labels.ravel())[1:].tolist()
    assert np.array_equal(largest, labels == np.argmax(sizes) + 1)
    where = np.argwhere(mask)
    assert bounding_box(mask) == tuple(
        slice(low, high + 1) for low, high in zip(where.min(axis=0), where.max(axis=0))
    )
    sizes, largest = sizes_and_largest(np.zeros_like(mask))
    assert not sizes.size and not largest.any()


@pytest.mark.parametrize(
    ("voxel_size", "iterations"), [(0.5, 4), (1.0, 2), (1.05, 2), (1.75, 2), (2.0, 1), (6.0, 1)]
)
def test_the_mask_grows_by_whole_voxels_of_at_least_2_angstrom(
    voxel_size: float, iterations: int
) -> None:
    raw = np.zeros((15, 15, 15), dtype=bool)
    raw[6:9, 6:9, 6:9] = True
    raw[1, 1, 1] = True
    mask = molecule_mask(raw, growth_iterations(voxel_size))
    for side in bounding_box(mask):
        assert (6 - side.start, side.stop - 9) == (iterations, iterations)
    assert 2 <= iterations * voxel_size < 2 + voxel_size


def test_an_empty_mask_stays_empty() -> None:
    empty = np.zeros((4, 4, 4), dtype=bool)
    assert not molecule_mask(empty, 2).any()
    assert not soft_mask(empty).any()
    with pytest.raises(ValueError, match="the mask is empty"):
        bounding_box(empty)


@pytest.mark.parametrize("corner", [(0, 0, 0), (20, 12, 30)])
def test_the_soft_mask_is_a_periodic_gaussian_of_root_two_voxels(corner: tuple) -> None:
    mask = np.zeros((48, 40, 44), dtype=bool)
    z, y, x = corner
    mask[z : z + 3, y : y + 4, x : x + 5] = True
    frequencies = np.meshgrid(*(np.fft.fftfreq(n) for n in mask.shape), indexing="ij")
    squared = sum(f**2 for f in frequencies)
    expected = np.fft.ifftn(np.fft.fftn(mask) * np.exp(-(np.pi**2) * squared * 4)).real
    assert np.abs(soft_mask(mask) - expected).max() < 1e-5
    assert soft_mask(mask).sum(dtype=float) == pytest.approx(mask.sum(), rel=1e-6)


def test_the_inscribed_sphere_of_a_box_has_the_radius_of_its_shortest_side() -> None:
    sphere = np.stack(list(background_planes(np.zeros((20, 30, 40), dtype=bool))))
    assert sphere[10, 15, 29] and sphere[1, 15, 20]
    assert not sphere[10, 15, 30] and not sphere[0, 15, 20]


def test_the_share_of_a_mask_inside_another_is_counted_in_voxels() -> None:
    raw = np.zeros((3, 4, 5), dtype=bool)
    assert share_inside(raw, np.ones_like(raw)) is None
    raw[0, 0, :3] = raw[2, 1, 1] = True
    other = np.zeros_like(raw)
    other[0] = True
    assert share_inside((plane for plane in raw), other) == 0.75
