"""Cut-off, directions, copies and streaks on balls of atoms with known flaws."""

from __future__ import annotations

from functools import lru_cache
from typing import Tuple

import numpy as np
import pytest

from vrs.level0.evidence import EVIDENCE, ghost
from vrs.level0.evidence.directions import directional_power
from vrs.level0.evidence.effective_resolution import effective_resolution
from vrs.level0.evidence.ghost import Copy, likeliest_copy
from vrs.level0.evidence.molecule import molecule_of
from vrs.level0.evidence.spectrum import steepest_fall
from vrs.level0.evidence.streak import axis_streak
from vrs.level0.evidence.subject import Subject
from vrs.maps import DensityMap, FloatArray
from vrs.maps.fourier import frequency_axes, frequency_radius, inverse, transform
from vrs.tests.simulation import atom_ball, atoms_in, ball, blurred, low_passed

SIDE, SIZE, RESOLUTION = 72, 1.2, 3.5


@lru_cache(maxsize=None)
def sound() -> DensityMap:
    return atom_ball(SIDE, SIZE, b_factor=80, resolution=RESOLUTION, noise=0.1)


def subject(data: FloatArray, contour: float = 0.03) -> Subject:
    return Subject(DensityMap(np.ascontiguousarray(data, np.float32), SIZE), contour, RESOLUTION)


def test_the_power_of_a_map_ends_where_it_was_low_passed() -> None:
    data = low_passed(sound().data, SIZE, 5.0)
    where, drop = steepest_fall(*subject(data).content.shells)
    # The raised cosine falls from 5.0 to 4.62 Å.
    assert 4.6 < 1 / where < 5.0 and drop > 4


def test_one_wave_has_its_own_resolution() -> None:
    row = np.cos(2 * np.pi * np.arange(SIDE) * 9 / SIDE)
    content = subject(np.broadcast_to(row, (SIDE,) * 3)).content
    assert effective_resolution(content) == pytest.approx(8 * SIZE, rel=0.01)


def test_noise_without_directions_has_the_same_power_in_all() -> None:
    power = directional_power(subject(sound().data))
    assert power is not None
    assert power.lowest > 0.7 and power.highest < 1.3 and power.b_spread < 20


def test_a_missing_cone_is_found_with_its_direction() -> None:
    spectrum = transform(sound().data)
    z, y, x = frequency_axes(sound().data.shape)
    length = np.maximum(np.sqrt(z**2 + y**2 + x**2), 1e-9)
    spectrum[np.abs(z + y) / np.sqrt(2) / length > np.cos(np.radians(35))] = 0
    power = directional_power(subject(inverse(spectrum, sound().data.shape)))
    assert power is not None and power.lowest < 0.1
    # Within 12 degrees of the axis of the cone, X, Y, Z = 0, 1, 1.
    assert abs(np.dot(power.weakest, [0, 1, 1])) / np.sqrt(2) > np.cos(np.radians(12))


def test_a_b_factor_along_one_axis_is_measured() -> None:
    data = blurred(atoms_in(ball(SIDE, SIDE / 3)), SIZE, 60)
    spectrum = transform(data) * np.exp(-100 / 4 * frequency_axes(data.shape, SIZE)[2] ** 2)
    power = directional_power(subject(inverse(spectrum, data.shape), 0.02))
    assert power is not None
    # Cones of 25 degrees see most of the difference between the axis and the plane.
    assert power.b_spread == pytest.approx(100, abs=25)
    assert abs(power.weakest[0]) > np.cos(np.radians(20))


def copy_in(data: FloatArray) -> Copy:
    shown = subject(data)
    return likeliest_copy(shown.content, shown.mask, RESOLUTION)


def with_copy(shift: Tuple[int, int, int], share: float = 0.4) -> FloatArray:
    copied: FloatArray = sound().data + np.float32(share) * np.roll(sound().data, shift, (0, 1, 2))
    return copied


def test_a_copy_is_found_at_its_distance_with_its_strength() -> None:
    shift = (10, -8, 6)
    copy = copy_in(with_copy(shift))
    # 0.4, or 0.4 / (1 + 0.4²) where the mask holds the copy, too.
    assert 0.32 < copy.strength < 0.42
    assert copy.distance == pytest.approx(SIZE * np.linalg.norm(shift), abs=1.5)
    assert copy.strength > 2 * copy.after


def test_chains_that_are_copies_of_each_other_are_no_weak_copy() -> None:
    """Two equal halves of a molecule, beside each other along X."""
    shift = 18
    half = sound().data * (np.abs(np.arange(SIDE) - 26) < 8)
    pair = half + np.roll(half, shift, 2)
    shown = subject(pair, contour=0.1)
    copy = likeliest_copy(shown.content, shown.mask, RESOLUTION)
    assert copy.strength > 0.3 and copy.distance == pytest.approx(SIZE * shift, abs=1.5)
    assert copy.outside is not None and copy.outside < 0.1
    weak = subject(half + 0.35 * np.roll(half, shift, 2), contour=0.15)
    copy = likeliest_copy(weak.content, weak.mask, RESOLUTION)
    assert copy.outside is not None and copy.outside == pytest.approx(0.35, abs=0.1)


def test_noise_of_the_box_does_not_hide_a_copy() -> None:
    """Noise with the power of the molecule, most of which lies outside of the mask."""
    shift = (20, 10, -14)
    molecule = with_copy(shift, 0.35)
    noise = low_passed(np.random.default_rng(1).standard_normal(molecule.shape), SIZE, 5.0)
    shown = subject(molecule + noise * (molecule.std() / noise.std()))
    mask = subject(molecule, contour=0.1).mask
    copy = likeliest_copy(shown.content, mask, RESOLUTION)
    assert copy.strength > 0.2 and copy.strength > 2 * copy.after
    assert copy.distance == pytest.approx(SIZE * np.linalg.norm(shift), abs=1.5)
    assert likeliest_copy(shown.content, np.ones_like(mask), RESOLUTION).strength < 0.15


def test_a_map_without_a_copy_has_no_high_peak() -> None:
    assert copy_in(sound().data).strength < 0.12


def test_without_bodies_there_is_no_copy_to_look_for() -> None:
    result = EVIDENCE.start()
    ghost.measure(subject(sound().data, contour=100.0), result)
    assert result.measurements["ghost_correlation"].reason.startswith("no voxel")


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_a_streak_is_found_on_every_axis(axis: int) -> None:
    noise = np.random.default_rng(4).standard_normal((80, 80, 80), dtype=np.float32)
    noise[ball(80, 20)] += 30
    assert axis_streak(subject(noise, 20.0)) == pytest.approx(1, abs=0.1)
    away = np.arange(80) - 40
    column = np.hypot(away[:, None], away) * SIZE <= 4
    stripes = np.moveaxis(noise, axis, 0)
    stripes[:, column] *= 5
    assert axis_streak(subject(noise, 20.0)) == pytest.approx(5, rel=0.15)


def test_atoms_are_skewed_and_noise_is_not() -> None:
    inside, radius = ball(SIDE, SIDE / 3), frequency_radius((SIDE,) * 3, SIZE)
    atoms = inverse(transform(sound().data) * (radius < 1 / RESOLUTION), (SIDE,) * 3)
    noise = np.random.default_rng(1).standard_normal((SIDE,) * 3, dtype=np.float32)

    def skewness(data: FloatArray) -> float:
        measured = molecule_of(DensityMap(data, SIZE), inside, 0.0, RESOLUTION, None).skewness
        assert measured is not None
        return measured

    assert skewness(atoms) > 0.3
    assert skewness(noise) == pytest.approx(0, abs=0.05)
