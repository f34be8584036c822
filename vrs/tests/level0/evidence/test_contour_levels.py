"""Levels of the contour, on noise and on balls of known density."""

from __future__ import annotations

from dataclasses import replace
from typing import Optional

import numpy as np
import pytest
from scipy import ndimage

from vrs.checks.result import Result
from vrs.level0.evidence import EVIDENCE, background, contour
from vrs.level0.evidence.contour import CROWDED_FACES, IN_NOISE, Candidates
from vrs.level0.evidence.state import face_share
from vrs.level0.evidence.subject import Subject
from vrs.level0.levels import Levels
from vrs.level0.proposed_contour import Proposal, propose_contour
from vrs.maps import DensityMap, FloatArray, read_map
from vrs.tests.example_data import example_file
from vrs.tests.simulation import ball

SIDE, SIZE = 80, 1.5


def ball_in_noise(height: float = 10.0) -> FloatArray:
    noise = np.random.default_rng(0).standard_normal((SIDE,) * 3, dtype=np.float32)
    return noise + np.float32(height) * ball(SIDE, 20)


def dumbbell() -> FloatArray:
    """Two balls of density 10 with a bridge of 6 between them, without noise."""
    z, y, x = np.indices((SIDE,) * 3)
    data = np.zeros((SIDE,) * 3, dtype=np.float32)
    data[(abs(z - 40) < 3) & (abs(y - 40) < 3) & (abs(x - 40) < 20)] = 6
    for middle in (26, 54):
        data[(z - 40) ** 2 + (y - 40) ** 2 + (x - middle) ** 2 < 100] = 10
    return data


def measured(data: FloatArray, level: float, mass: Optional[float] = None) -> Result:
    subject = Subject(DensityMap(data, SIZE), level, 4.0, data >= level, mass)
    result = EVIDENCE.start()
    contour.measure(subject, result)
    return result


def test_the_contour_level_is_measured_in_the_noise() -> None:
    result = measured(ball_in_noise(), 5.0)
    assert result.number("contour_sigma") == pytest.approx(5, abs=0.1)
    assert result.number("contour_fdr_share") == 100
    assert result.number("contour_suggested") == 5.0


def test_a_level_in_the_noise_is_replaced_by_one_that_shows_the_molecule() -> None:
    result = measured(ball_in_noise(), 1.5)
    assert result.number("contour_sigma") == pytest.approx(1.5, abs=0.05)
    assert result.number("contour_fdr_share") < 70
    # Half of the density of the ball.
    assert result.number("contour_suggested") == pytest.approx(5, abs=0.1)


def test_where_density_fills_the_box_its_surroundings_are_no_noise() -> None:
    """A subtomogram average, with neighbours and membranes up to the faces of its box."""
    density = read_map(example_file("maps/emd_1703.map.gz"))
    result = EVIDENCE.start()
    contour.measure(Subject(density, 0.006, 32.0), result)
    missing = result.measurements["contour_sigma"]
    assert missing.value is None and missing.reason.startswith("density fills the box")


def test_noise_that_fills_the_box_is_noise() -> None:
    """Smooth noise, of which bodies at 1.5 sigma cover 6 % of the faces of the box."""
    noise = ndimage.gaussian_filter(np.random.default_rng(0).standard_normal((SIDE,) * 3), 3)
    data = (noise / noise.std()).astype(np.float32)
    assert face_share(Subject(DensityMap(data, SIZE), 1.5, 4.0).bodies) > CROWDED_FACES
    assert measured(data, 1.5).number("contour_sigma") < IN_NOISE


def test_a_high_level_is_replaced_by_one_that_shows_the_molecule() -> None:
    result = measured(ball_in_noise(), 11.5)
    assert result.number("contour_shown") < 0.1
    assert result.number("contour_suggested") == pytest.approx(5, abs=0.1)


def test_two_balls_are_one_body_at_the_level_of_their_bridge() -> None:
    result = measured(dumbbell(), 9.0)
    assert result.number("contour_one_body") == pytest.approx(5.4)
    assert result.number("contour_suggested") == pytest.approx(5.4)
    assert not result.measurements["contour_sigma"].value


def in_a_mask(radius: float = 32) -> FloatArray:
    """The ball in noise, of which a larger ball alone is left."""
    return np.where(ball(SIDE, radius), ball_in_noise(), 0).astype(np.float32)


def test_a_far_too_low_level_of_a_masked_map_is_replaced_by_one_from_the_volumes() -> None:
    usual = measured(in_a_mask(), 5.0)
    assert usual.number("contour_mean") == pytest.approx(2.0, abs=0.1)
    assert usual.number("contour_suggested") == 5.0
    low = measured(in_a_mask(), 0.3)
    assert low.measurements["contour_sigma"].value is None
    assert low.number("contour_mean") > 5
    assert low.number("contour_suggested") == pytest.approx(5, abs=0.1)


def test_a_mask_that_fills_the_box_suggests_a_level_beyond_the_noise() -> None:
    low = measured(ball_in_noise(), -0.5)
    assert low.number("contour_suggested") == pytest.approx(5, abs=0.1)


@pytest.mark.parametrize("level", [1.5, 11.5])
def test_the_suggestion_is_what_the_map_itself_proposes(level: float) -> None:
    data = ball_in_noise()
    proposal = propose_contour(DensityMap(data, SIZE))
    assert measured(data, level).number("contour_suggested") == proposal.level
    assert measured(data, proposal.level).number("contour_suggested") == proposal.level


def test_no_level_is_suggested_in_noise_alone() -> None:
    data = np.random.default_rng(0).standard_normal((SIDE,) * 3, dtype=np.float32)
    assert measured(data, 1.5).measurements["contour_suggested"].value is None


def test_the_stated_mass_gives_the_level_of_its_volume() -> None:
    data = ball_in_noise()
    voxels = np.count_nonzero(ball(SIDE, 20))
    result = measured(data, 5.0, mass=voxels * SIZE**3 / 1207)
    # Half of the ball lies above 10; its last voxels lie three standard deviations below that.
    assert 5 < result.number("contour_from_mass") < 8
    assert np.count_nonzero(data >= result.number("contour_from_mass")) == pytest.approx(
        voxels, rel=1e-3
    )
    assert result.number("contour_suggested") == 5, "the mass suggests no level"


def test_a_mass_that_does_not_fit_has_a_reason() -> None:
    missing = measured(ball_in_noise(), 5.0, mass=1e6).measurements["contour_from_mass"]
    assert missing.value is None and "does not fit" in missing.reason


def test_density_outside_the_mask_is_counted() -> None:
    data = dumbbell()
    half = (data >= 9) & (np.arange(SIDE) < 40)
    subject = Subject(DensityMap(data, SIZE), 9.0, 4.0, half)
    result = EVIDENCE.start()
    contour.measure(subject, result)
    assert result.number("density_outside_mask") == pytest.approx(50, abs=0.5)


def test_no_voxel_above_the_contour_level_is_said() -> None:
    result = measured(ball_in_noise(), 50.0)
    assert result.measurements["contour_one_body"].reason.startswith("no voxel")
    assert result.number("contour_top_percent") > 5


def test_levels_count_voxels() -> None:
    data = np.random.default_rng(2).random((20, 20, 20), dtype=np.float32)
    levels = Levels.of(DensityMap(data, SIZE))
    assert levels.voxels_above(0.25) == pytest.approx(np.count_nonzero(data >= 0.25), abs=1)
    assert levels.mean_above(0.25) == pytest.approx(data[data >= 0.25].mean(), abs=2e-5)
    assert levels.mean_above(2.0) is None
    # Half of the mean above it, which is (1 + x) / 2.
    assert levels.half_height(0.0) == pytest.approx(1 / 3, abs=0.01)
    assert levels.level_of(800) == pytest.approx(np.sort(data.ravel())[-800], abs=2e-5)


def test_the_first_reason_that_holds_decides() -> None:
    found = Candidates(0.9, Proposal(3.0, "why"))
    assert found.suggestion(1.0) == (3.0, "why")
    assert replace(found, instead=None).suggestion(1.0)[0] == 0.9
    assert replace(found, instead=None, one_body=1.0).suggestion(1.0)[0] == 1.0


def test_a_neighbour_gives_the_background_structure() -> None:
    data = ball_in_noise()
    alone = Subject(DensityMap(data.copy(), SIZE), 5.0, 4.0)
    assert background.background_structure(alone) == pytest.approx(1, abs=0.05)
    z, y, x = np.indices((SIDE,) * 3)
    data[(z - 62) ** 2 + (y - 62) ** 2 + (x - 40) ** 2 < 36] += 5
    beside = Subject(DensityMap(data, SIZE), 5.0, 4.0)
    structure = background.background_structure(beside)
    assert structure is not None and structure > 2


def test_what_a_cut_off_left_is_not_below_the_background() -> None:
    """Noise cut off at 0, so that just under half of the background has that value."""
    data = np.maximum(ball_in_noise() + np.float32(0.02), 0)
    subject = Subject(DensityMap(data, SIZE), 5.0, 4.0)
    assert 0.3 < subject.surroundings.identical_inside < 0.5
    assert subject.surroundings.center == 0 and subject.surroundings.noise is None
    assert background.negative_share(subject) == 0


def test_an_offset_is_measured_over_the_contour_level() -> None:
    subject = Subject(DensityMap(ball_in_noise() + np.float32(2), SIZE), 7.0, 4.0)
    result = EVIDENCE.start()
    background.measure(subject, result)
    assert result.number("background_offset") == pytest.approx(2 / 7, abs=0.01)
    assert result.number("identical_share") < 1


def test_corners_that_were_set_to_0_are_no_mask() -> None:
    away = np.linalg.norm(np.indices((SIDE,) * 3) - (SIDE - 1) / 2, axis=0)
    data = np.where(away < SIDE / 2 - 1, ball_in_noise(), 0).astype(np.float32)
    subject = Subject(DensityMap(data, SIZE), 5.0, 4.0)
    assert subject.surroundings.identical[1] > 0.5
    assert subject.surroundings.identical_inside < 0.01
    assert subject.surroundings.noise is not None
