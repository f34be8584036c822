"""Parts of a molecule that are weaker, or more blurred, than the rest, on a ball of known truth."""

from __future__ import annotations

import numpy as np
import pytest

from vrs.checks.result import Result
from vrs.level0.evidence import EVIDENCE, uneven
from vrs.level0.evidence.subject import Subject
from vrs.maps import DensityMap, FloatArray
from vrs.maps.fourier import blur
from vrs.report.text.findings.parts import WEAK
from vrs.tests.suite.real_maps import REAL_MAPS

SIZE, RESOLUTION = 1.5, 3.4
SIDE = 72


def ball() -> FloatArray:
    """A ball of 36 Å radius of random density with the same power everywhere."""
    rng = np.random.default_rng(5)
    axis = (np.arange(SIDE) - SIDE / 2) * SIZE
    away = np.sqrt(axis[:, None, None] ** 2 + axis[:, None] ** 2 + axis**2)
    inside = np.clip((36 - away) / 3, 0, 1).astype(np.float32)
    return inside * (2 + rng.standard_normal((SIDE,) * 3, dtype=np.float32))


def right_half() -> FloatArray:
    return np.broadcast_to((np.arange(SIDE) >= SIDE // 2).astype(np.float32), (SIDE,) * 3)


def measured(data: FloatArray, resolution: float = RESOLUTION, contour: float = 1.0) -> Result:
    noise = np.random.default_rng(6).standard_normal(data.shape, dtype=np.float32)
    result = EVIDENCE.start()
    density = DensityMap(blur(data + np.float32(0.1) * noise, SIZE, 40.0), SIZE)
    uneven.measure(Subject(density, contour, resolution), result)
    return result


def test_a_homogeneous_ball_has_no_uneven_part() -> None:
    result = measured(ball())
    assert result.number("part_occupancy") == pytest.approx(1.0, abs=0.15)
    assert result.number("part_b_factor") == pytest.approx(0.0, abs=20.0)
    assert not result.figures


@pytest.mark.parametrize("occupancy", [0.4, 0.6])
def test_a_half_of_less_occupancy_is_weaker_in_all_bands(occupancy: float) -> None:
    half = right_half()
    result = measured(ball() * (1 - (1 - np.float32(occupancy)) * half), contour=0.6)
    assert result.number("part_occupancy") == pytest.approx(occupancy, abs=0.1)
    assert result.number("part_b_factor") == pytest.approx(0.0, abs=20.0)
    assert 25 < result.number("part_share") < 60
    x, y, z = result.numbers("part_centre")
    assert x - SIDE / 2 * SIZE == pytest.approx(3 / 8 * 36, abs=6.0)
    assert [y, z] == pytest.approx([SIDE / 2 * SIZE] * 2, abs=6.0)


CUT = ("box_emd_1044_1oed", "box_emd_5185_3j06", "zone_emd_2566_3j6b_9")


@pytest.mark.parametrize("name", CUT)
def test_density_that_a_mask_cut_is_no_weaker_part(name: str) -> None:
    """Boxes cut around a chain: pieces of its neighbours are at their edges."""
    real = next(real for real in REAL_MAPS if real.name == name)
    if real.path is None:
        pytest.skip(f"{real.file} is not here")
    given, result = real.make(), EVIDENCE.start()
    uneven.measure(Subject(given.density, given.contour, given.resolution), result)
    occupancy = result.measurements["part_occupancy"].value
    assert occupancy is None or occupancy > WEAK.value


def test_a_half_of_less_occupancy_in_a_mask_is_a_weaker_part() -> None:
    half = right_half()
    data = blur(ball() * (1 - np.float32(0.6) * half), SIZE, 40.0)
    axis = (np.arange(SIDE) - SIDE / 2) * SIZE
    away = np.sqrt(axis[:, None, None] ** 2 + axis[:, None] ** 2 + axis**2)
    masked = np.where(away < 39, data, 0).astype(np.float32)
    result = EVIDENCE.start()
    uneven.measure(Subject(DensityMap(masked, SIZE), 0.6, RESOLUTION), result)
    assert result.number("part_occupancy") == pytest.approx(0.4, abs=0.1)


def test_a_half_that_moves_loses_the_more_power_the_finer_the_band() -> None:
    data, half = ball(), right_half()
    result = measured(data * (1 - half) + blur(data, SIZE, 150.0) * half)
    assert result.number("part_b_factor") == pytest.approx(150.0, abs=30.0)
    assert result.number("part_occupancy") == pytest.approx(1.0, abs=0.2)
    assert [figure.curve for figure in result.figures] == ["parts"]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("data", "resolution"),
    [
        (np.zeros((16, 16, 16), np.float32), 3.0),
        (np.ones((16, 16, 16), np.float32), 3.0),
        (ball(), 8.0),
        (ball(), 0.5),
        (ball()[20:30, 20:36, 30:40], 3.4),
    ],
)
def test_what_cannot_be_divided_has_a_reason(data: FloatArray, resolution: float) -> None:
    for contour in (0.5, 1.0, 1e9):
        result = EVIDENCE.start()
        uneven.measure(Subject(DensityMap(data, SIZE), contour, resolution), result)
        occupancy = result.measurements["part_occupancy"]
        assert occupancy.value is not None or occupancy.reason
    uneven.measure(Subject(DensityMap(data, SIZE), 1.0, None), result)
    assert result.measurements["part_occupancy"].reason == "the resolution was not reported"
