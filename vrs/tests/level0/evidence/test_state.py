"""The sign of the density, and bodies at the faces of the box."""

from __future__ import annotations

import numpy as np
import pytest

from vrs.level0.evidence.state import (
    axes_run_through,
    contrast,
    face_share,
    faces_touched,
)
from vrs.level0.evidence.subject import Subject
from vrs.maps import read_map
from vrs.tests.example_data import example_file
from vrs.tests.simulation import ball


def test_a_rod_through_the_box_runs_along_one_axis() -> None:
    rod = np.zeros((20, 20, 20), dtype=bool)
    rod[:, 8:12, 8:12] = True
    assert axes_run_through(rod) == 1 and faces_touched(rod) == 2
    # 2 faces of 4 x 4 voxels out of 6 faces of 400.
    assert face_share(rod) == pytest.approx(100 * 32 / 2400)


def test_two_bodies_at_opposite_faces_do_not_run_through() -> None:
    ends = np.zeros((20, 20, 20), dtype=bool)
    ends[:5, 8:12, 8:12] = ends[15:, 8:12, 8:12] = True
    assert axes_run_through(ends) == 0


def test_a_body_in_the_middle_touches_no_face() -> None:
    assert face_share(ball(20, 7)) == 0 and axes_run_through(ball(20, 7)) == 0


def test_the_contrast_of_an_inverted_map_is_negative() -> None:
    density = read_map(example_file("maps/emd_3488.map.gz"))
    negative = density.with_data(-density.data)
    upright, inverted = (contrast(Subject(each, 0.09, 3.2)) for each in (density, negative))
    assert upright == pytest.approx(3.56, abs=0.05)
    assert inverted == pytest.approx(-upright)


def test_f_actin_runs_through_its_box() -> None:
    density = read_map(example_file("maps/emd_5168.map.gz"))
    bodies = density.data >= 10
    assert axes_run_through(bodies) == 1 and face_share(bodies) > 0.3
