"""Symmetry and axes of inertia of blobs at known places."""

from __future__ import annotations

import math
from typing import Tuple

import numpy as np
import pytest

from vrs.checks.result import Result
from vrs.level0.evidence import EVIDENCE, symmetry
from vrs.level0.evidence.subject import Subject
from vrs.level0.evidence.symmetry import inertia
from vrs.maps import DensityMap, FloatArray, read_map
from vrs.maps.fourier import blur
from vrs.tests.example_data import example_file

SIZE = 2.0
SIDE = 64


def rotation(axis: int, angle: float) -> FloatArray:
    """About Z, Y or X (0, 1, 2), for coordinates (Z, Y, X)."""
    first, second = (other for other in range(3) if other != axis)
    turn = np.eye(3)
    turn[[first, second], [first, second]] = math.cos(angle)
    turn[first, second], turn[second, first] = math.sin(angle), -math.sin(angle)
    return turn


def blobs(fold: int, tilt: float = 0.0, height: float = 1.0) -> DensityMap:
    """Blobs at random in a wedge of a ring, repeated; the axis is Z, tilted towards Y."""
    rng = np.random.default_rng(8)
    count = 240 // fold
    away, angle = rng.uniform(12, 34, count), rng.uniform(0, 2 * np.pi / fold, count)
    along = height * rng.uniform(-16, 16, count)
    wedge = np.stack([along, away * np.sin(angle), away * np.cos(angle)], axis=1)
    turns = [rotation(0, 2 * np.pi * step / fold) for step in range(fold)]
    places = np.concatenate([wedge @ turn.T for turn in turns]) @ rotation(2, tilt).T
    data = np.zeros((SIDE,) * 3, np.float32)
    index = np.rint(places / SIZE * 4).astype(int) + 4 * SIDE // 2
    fine = np.zeros((SIDE * 4,) * 3, np.float32)
    fine[tuple(index.T)] = 1
    data = fine.reshape(SIDE, 4, SIDE, 4, SIDE, 4).sum(axis=(1, 3, 5))
    data = blur(data, SIZE, 250.0)
    noise = np.random.default_rng(9).standard_normal(data.shape).astype(np.float32)
    return DensityMap(data / data.max() + np.float32(0.01) * noise, SIZE)


def measured(density: DensityMap, contour: float = 0.15, resolution: float = 6.0) -> Result:
    result = EVIDENCE.start()
    symmetry.measure(Subject(density, contour, resolution), result)
    return result


@pytest.mark.parametrize("fold", [2, 4, 7, 12])
def test_blobs_around_z_have_their_symmetry(fold: int) -> None:
    result = measured(blobs(fold))
    assert result.measurements["symmetry"].value == f"C{fold} about Z"
    assert result.number("symmetry_resolution") < 9.0


def test_blobs_without_symmetry_have_none() -> None:
    assert measured(blobs(1)).measurements["symmetry"].value == "C1"


def test_a_tilted_axis_is_an_axis_of_inertia() -> None:
    result = measured(blobs(3, tilt=0.5, height=0.4))
    assert result.measurements["symmetry"].value == "C3 about the shortest axis of inertia"
    axis = np.array(result.numbers("inertia_axes")).reshape(3, 3)[2]
    assert abs(axis @ [0, -math.sin(0.5), math.cos(0.5)]) == pytest.approx(1.0, abs=0.005)


def test_a_block_has_the_moments_of_a_block() -> None:
    block = np.zeros((40, 40, 40), np.float32)
    block[10:20, 5:35, 12:30] = 1
    principal = inertia(block, block > 0, SIZE)
    assert principal is not None
    sides = np.array([30, 18, 10])
    np.testing.assert_allclose(principal.spread, SIZE * np.sqrt((sides**2 - 1) / 12), rtol=1e-6)
    np.testing.assert_allclose(principal.centre, SIZE * np.array([14.5, 19.5, 20.5]))
    np.testing.assert_allclose(np.abs(principal.axes), np.eye(3)[[1, 2, 0]], atol=1e-6)


@pytest.mark.parametrize(
    ("name", "contour", "resolution", "expected"),
    [
        ("emd_3488.map.gz", 0.072, 3.2, "C2 about Z"),
        ("emd_1997.map.gz", 1.0, 7.0, "C7 about Z"),
        ("emd_5168.map.gz", 10.0, 6.6, "C1"),
    ],
)
def test_real_maps_have_their_symmetry(
    name: str, contour: float, resolution: float, expected: str
) -> None:
    result = measured(read_map(example_file(f"maps/{name}")), contour, resolution)
    assert result.measurements["symmetry"].value == expected


@pytest.mark.parametrize("shape", [(8, 8, 8), (4, 30, 7), (30, 12, 40)])
def test_odd_maps_give_a_value_or_a_reason(shape: Tuple[int, int, int]) -> None:
    rng = np.random.default_rng(1)
    for data in (np.zeros(shape), np.ones(shape), rng.standard_normal(shape)):
        for contour in (0.5, 99.0):
            density = DensityMap(data.astype(np.float32), 3.0)
            for resolution in (2.0, 60.0, None):
                result = EVIDENCE.start()
                symmetry.measure(Subject(density, contour, resolution), result)
                text = result.measurements["symmetry"]
                assert text.value or text.reason


def test_a_symmetry_that_holds_beyond_the_signal_was_imposed() -> None:
    """Averaged noise agrees with its rotated copy, that of one particle does not."""
    noise = np.random.default_rng(7).standard_normal((SIDE,) * 3).astype(np.float32)
    one = blobs(4).data + np.float32(0.1) * noise
    averaged = one.copy()
    inner = one[1:, 1:, 1:]
    averaged[1:, 1:, 1:] = sum(np.rot90(inner, turn, axes=(1, 2)) for turn in range(4)) / 4
    results = [measured(DensityMap(data, SIZE), contour=0.3) for data in (one, averaged)]
    assert [result.measurements["symmetry"].value for result in results] == ["C4 about Z"] * 2
    definitions = [result.measurements["symmetry_resolution"].definition for result in results]
    assert ["was imposed" in definition for definition in definitions] == [False, True]
