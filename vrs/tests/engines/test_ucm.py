"""The original package, where it is installed, and our numerics give the same values."""

from __future__ import annotations

import numpy as np
import pytest

from vrs.engines import ucm
from vrs.level0.local_b_factor import local_b_factor, published_values
from vrs.level0.local_occupancy import count_shells, local_occupancy
from vrs.tests.simulation import atom_ball, ball

needs_ucm = pytest.mark.skipif(not ucm.find().found, reason="needs the package scipion-em-ucm")


@needs_ucm
def test_the_local_b_factor_of_the_package_is_ours() -> None:
    density, mask = atom_ball(48, 1.5, 60.0, 3.0, noise=0.1), ball(48, 15)
    theirs = ucm.local_b_factor().measure(density, mask, 3.0)
    assert np.abs(theirs - published_values(density, mask, 3.0)).max() < 0.05


@needs_ucm
def test_the_local_occupancy_of_the_package_is_ours() -> None:
    density, mask = atom_ball(48, 1.5, 60.0, 3.0, noise=0.1), ball(48, 15)
    theirs = ucm.local_occupancy().measure(density, mask, 3.0)
    ours = count_shells(density, mask, 3.0)
    assert np.mean(theirs != ours.share(ours.occupied)) < 0.001


@needs_ucm
def test_the_check_names_the_package_that_measured() -> None:
    density, mask = atom_ball(48, 1.5, 60.0, 3.0, noise=0.1), ball(48, 15)
    b_factor = local_b_factor(density, mask, density, mask, 3.0, ucm.local_b_factor())
    weak = local_occupancy(density, mask, 3.0, ucm.local_occupancy())
    assert [check.engine.name for check in (b_factor, weak)] == ["scipion-em-ucm"] * 2
    assert b_factor.engine.version


def test_looking_for_the_package_says_what_its_absence_costs() -> None:
    finding = ucm.find()
    assert finding.optional
    assert finding.without == "0.f and 0.g use the built-in engine, with the same formulas"
