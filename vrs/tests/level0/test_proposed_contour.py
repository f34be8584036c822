"""The contour level that is proposed: on balls of known volume, and on maps of known level."""

from __future__ import annotations

from typing import Tuple

import numpy as np
import pytest
from scipy import ndimage

from vrs.level0.proposed_contour import Proposal, propose_contour, rounded
from vrs.maps import DensityMap, FloatArray, MapError, read_map
from vrs.maps.masks import raw_mask, sizes_and_largest
from vrs.tests.evidence import known_cases
from vrs.tests.example_data import example_file
from vrs.tests.simulation import ball
from vrs.tests.suite.real_maps import REAL_MAPS, RealMap

SIDE, SIZE, RADIUS = 96, 1.5, 20


def blurred_ball(noise: float = 0.0) -> FloatArray:
    """A ball of density 10 ± 2 with an edge as at 6 Å, in noise."""
    random = np.random.default_rng(0).standard_normal((2, *(SIDE,) * 3), dtype=np.float32)
    uneven = ndimage.gaussian_filter(random[0], 1.5)
    inside = ball(SIDE, RADIUS) * (10 + 2 * uneven / uneven.std())
    data = ndimage.gaussian_filter(inside.astype(np.float32), 1.5)
    return np.asarray(data + np.float32(noise) * random[1])


def proposed(data: FloatArray) -> Proposal:
    return propose_contour(DensityMap(np.ascontiguousarray(data), SIZE))


def chosen(data: FloatArray) -> Tuple[float, str]:
    """The level and its reason."""
    proposal = proposed(data)
    return proposal.level, proposal.reason


def shown(data: FloatArray, level: float) -> float:
    """Voxels at or above a level, over those of the ball."""
    return np.count_nonzero(data >= level) / np.count_nonzero(ball(SIDE, RADIUS))


@pytest.mark.parametrize("noise", [0.0, 0.5, 1.0])
def test_a_ball_that_stands_out_is_enclosed(noise: float) -> None:
    data = blurred_ball(noise)
    level, reason = chosen(data)
    assert shown(data, level) == pytest.approx(1, abs=0.1)
    assert reason == "it is halfway from the background to the mean of the voxels above it"


def test_of_what_noise_hides_little_noise_is_shown() -> None:
    """A ball of 5 standard deviations: half of that is reached by 0.6 % of the noise."""
    data = blurred_ball(2.0)
    level, reason = chosen(data)
    assert reason == "above it noise explains less than 0.1 % of the voxels"
    assert 0.6 < shown(data, level) < 1
    outside = ~ndimage.binary_dilation(ball(SIDE, RADIUS), iterations=6)
    assert np.count_nonzero(outside & (data >= level)) < 0.002 * np.count_nonzero(data >= level)


def test_a_masked_ball_has_the_level_of_the_ball() -> None:
    """In a mask around it there is no noise to compare with."""
    data = blurred_ball(1.0)
    data[~ndimage.binary_dilation(ball(SIDE, RADIUS), iterations=4)] = 0
    level, reason = chosen(data)
    assert reason == "it is halfway from the background to the mean of the voxels above it"
    assert shown(data, level) == pytest.approx(1, abs=0.1)


def test_corners_set_to_0_are_no_mask() -> None:
    data = blurred_ball(2.0)
    away = np.indices(data.shape) - (SIDE - 1) / 2
    data[(away**2).sum(axis=0) > (SIDE / 2) ** 2] = 0
    assert proposed(data).level == pytest.approx(proposed(blurred_ball(2.0)).level, rel=0.05)


@pytest.mark.parametrize("noise", [0.0, 2.0])
def test_scale_and_offset_of_the_values_do_not_matter(noise: float) -> None:
    data = blurred_ball(noise)
    level = proposed(data).level
    assert proposed(data * 1e-4).level == pytest.approx(1e-4 * level, rel=0.01)
    assert proposed(data + 100).level == pytest.approx(100 + level, abs=0.02 * level)


def test_bytes_have_the_level_of_the_map_that_they_were_made_from() -> None:
    data = blurred_ball(0.5)
    steps = np.rint(10 * data).astype(np.float32)
    assert shown(steps, proposed(steps).level) == pytest.approx(1, abs=0.1)


def test_a_filament_is_no_crowd() -> None:
    """It fills two faces of the box, and noise the others."""
    z, y, x = np.indices((SIDE,) * 3) - (SIDE - 1) / 2
    inside = np.hypot(y, x) < 12
    data = 6 * inside + np.random.default_rng(1).standard_normal(inside.shape)
    level, reason = chosen(data.astype(np.float32))
    assert reason.startswith("above it noise")
    assert np.count_nonzero(data >= level) == pytest.approx(np.count_nonzero(inside), rel=0.15)


def test_density_up_to_the_faces_is_no_noise() -> None:
    """The inside of a molecule alone: what stands out from a Gaussian there are its peaks."""
    values = ndimage.gaussian_filter(np.random.default_rng(2).standard_normal((SIDE,) * 3), 2)
    data = np.maximum(values / values.std(), -1) ** 2 * np.sign(values)
    level, reason = chosen(data.astype(np.float32))
    assert reason == "it is halfway from the background to the mean of the voxels above it"
    assert np.mean(data >= level) > 0.08


def test_two_balls_become_one_body() -> None:
    z, y, x = np.indices((SIDE,) * 3) - SIDE / 2
    data = np.zeros((SIDE,) * 3, dtype=np.float32)
    data[(abs(z) < 4) & (abs(y) < 4) & (abs(x) < 20)] = 4.0
    for middle in (-18, 18):
        data[z**2 + y**2 + (x - middle) ** 2 < 144] = 10
    data = ndimage.gaussian_filter(data * (1 + z / 100), 1).astype(np.float32)
    level, reason = chosen(data)
    assert 2.5 < level < 4
    assert reason.endswith("lowered until the molecule is one body")
    sizes, _ = sizes_and_largest(raw_mask(data, level))
    assert sizes.size == 1


def test_noise_has_the_level_of_its_top_percent() -> None:
    data = np.random.default_rng(3).standard_normal((SIDE,) * 3, dtype=np.float32)
    level, reason = chosen(data)
    assert reason == "nothing stands out from the noise, and it shows the top 1 %"
    assert level == pytest.approx(2.33, abs=0.02)


def test_of_inverted_contrast_a_positive_level_is_proposed() -> None:
    assert 3 < proposed(-blurred_ball(2.0)).level < 6


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (np.ones((32, 32, 32)), "every voxel"),
        (ball(32, 8), "like a mask"),
        (np.where(ball(48, 15), np.linspace(4, 6, 48), 0.0), "local resolution"),
    ],
)
def test_what_is_no_density_has_no_level(data: FloatArray, what: str) -> None:
    with pytest.raises(MapError, match=what):
        proposed(data.astype(np.float32))


def test_three_digits_are_proposed() -> None:
    assert rounded(0.0846532, 0.0) == 0.0847
    assert rounded(-4.98765, -5.0) == -4.9877
    assert rounded(3.0, 3.0) == 3.0


@pytest.mark.long
@pytest.mark.parametrize(
    "name",
    ["2.9 A, all beta", "4.3 A, unsharpened", "soft mask (3.4 A)", "9.0 A", "micelle (3.4 A)"],
)
def test_on_simulated_maps_the_volume_is_that_of_a_usual_level(name: str) -> None:
    """0.75 to 1.42 times on all 68 sound maps of the suite."""
    case = known_cases(False)[name].make()
    data = case.density.data
    proposal = propose_contour(case.density)
    ratio = np.count_nonzero(data >= proposal.level) / np.count_nonzero(data >= case.contour)
    assert 0.65 < ratio < 1.5


KNOWN = [real for real in REAL_MAPS if real.whole and "local" not in real.why]


@pytest.mark.parametrize("real", KNOWN, ids=lambda real: real.name)
def test_on_real_maps_the_volume_is_within_a_factor_of_2(real: RealMap) -> None:
    """Of that at the contour level of the source; of 0.74 to 1.64 times, but for EMD-6824.

    The level of that membrane protein, 4, is of low certainty, and encloses 0.3 of its mass; the
    one that is proposed includes the micelle.
    """
    density = read_map(example_file(f"maps/{real.file}"), voxel_size=real.voxel_size)
    level = propose_contour(density).level
    raw = raw_mask(density.data, level)
    ratio = np.count_nonzero(raw) / np.count_nonzero(density.data >= np.float32(real.contour or 0))
    highest = 5.5 if "6824" in real.file else 2.0
    assert 0.5 < ratio < highest
    if "1703" not in real.file:
        sizes, _ = sizes_and_largest(raw)
        assert sizes.max() > 0.93 * sizes.sum(), "one body"
