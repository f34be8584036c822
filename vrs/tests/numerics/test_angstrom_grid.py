"""A map and its mask on a grid of 1 Å: grey values, places and the mask are kept."""

from __future__ import annotations

import numpy as np
import pytest

from vrs.maps import BoolArray, DensityMap
from vrs.numerics.angstrom_grid import linear_matrix, sinc_matrix, to_angstrom_grid


def ball(side: int, radius: float) -> BoolArray:
    axes = np.indices((side, side, side)) - side / 2
    inside: BoolArray = (axes**2).sum(axis=0) < radius**2
    return inside


def wave(voxel_size: float, side: int, period: float) -> DensityMap:
    """A cosine along X with a period in Å."""
    row = np.cos(2 * np.pi * np.arange(side) * voxel_size / period).astype(np.float32)
    return DensityMap(np.broadcast_to(row, (side, side, side)).copy(), voxel_size)


@pytest.mark.parametrize("voxel_size", [0.6, 0.9, 1.4])
def test_a_wave_of_4_angstrom_keeps_its_height_and_place(voxel_size: float) -> None:
    density, mask = wave(voxel_size, 60, 4.0), ball(60, 12)
    data, _, start, _ = to_angstrom_grid(density, mask, 5.0)
    x = np.arange(data.shape[2]) + start[2]
    edge = 1 + int(8 * max(1, voxel_size))
    inner = slice(max(0, edge - start[2]), int(59 * voxel_size) - edge - start[2])
    assert np.abs(data[10, 10] - np.cos(2 * np.pi * x / 4.0))[inner].max() < 0.02


def test_a_wave_of_1_4_angstrom_is_removed() -> None:
    data, _, _, _ = to_angstrom_grid(wave(0.6, 80, 1.4), ball(80, 12), 3.0)
    assert np.abs(data).max() < 0.01


@pytest.mark.parametrize("voxel_size", [0.7, 1.0, 1.33, 2.2])
def test_the_mask_keeps_its_volume(voxel_size: float) -> None:
    mask = ball(36, 11)
    density = DensityMap(np.zeros(mask.shape, dtype=np.float32), voxel_size)
    _, inside, _, _ = to_angstrom_grid(density, mask, 5.0)
    assert inside.sum() == pytest.approx(mask.sum() * voxel_size**3, rel=0.05)


def test_half_of_the_voxels_of_a_plane_between_two_voxels_belong_to_the_mask() -> None:
    """Voxels of 2 Å: every other plane of the new grid lies halfway, where the share is 0.5."""
    mask = np.zeros((20, 20, 20), dtype=bool)
    mask[10:, 5:15, 5:15] = True
    density = DensityMap(np.zeros(mask.shape, dtype=np.float32), 2.0)
    _, inside, start, whole = to_angstrom_grid(density, mask, 0.0)
    full = np.zeros(whole, dtype=bool)
    full[tuple(slice(a, a + n) for a, n in zip(start, inside.shape))] = inside
    assert np.flatnonzero(full.any(axis=(1, 2)))[0] == 20


def test_a_mask_between_the_points_of_the_grid_is_not_lost() -> None:
    mask = np.zeros((60, 60, 60), dtype=bool)
    mask[30, 31, 32] = True
    density = DensityMap(np.zeros(mask.shape, dtype=np.float32), 0.74)
    _, inside, _, _ = to_angstrom_grid(density, mask, 2.0)
    assert inside.sum() == 1


@pytest.mark.parametrize("voxel_size", [0.4, 1.0, 2.7])
def test_the_weights_of_a_position_add_up_to_1(voxel_size: float) -> None:
    positions = np.linspace(-3, 25, 40)
    for matrix in (sinc_matrix(22, positions, voxel_size), linear_matrix(22, positions)):
        assert matrix.shape == (40, 22)
        assert matrix.sum(axis=1) == pytest.approx(np.ones(40), abs=1e-6)


@pytest.mark.parametrize(("position", "voxel"), [(-5.0, 0), (0.0, 0), (21.0, 21), (30.0, 21)])
def test_beyond_its_ends_a_row_continues_with_its_last_voxel(position: float, voxel: int) -> None:
    for matrix in (
        sinc_matrix(22, np.array([position]), 2.0),
        linear_matrix(22, np.array([position])),
    ):
        assert matrix[0, voxel] == pytest.approx(1, abs=1e-6)
