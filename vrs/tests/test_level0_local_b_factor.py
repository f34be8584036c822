"""What the remark of 0.f says about the published and the unbiased median."""

from __future__ import annotations

import numpy as np
import pytest

from vrs.level0.check import CannotMeasure, Engine
from vrs.level0.common import OutsideProgram
from vrs.level0.local_bfactor import local_b_factor
from vrs.maps import DensityMap
from vrs.tests.simulation import atom_ball, ball


@pytest.mark.parametrize(
    ("published", "words"),
    [(-400.0, "The published value is lower by"), (400.0, "Here it is the higher one")],
)
def test_the_remark_says_which_of_the_two_medians_is_the_lower_one(
    published: float, words: str
) -> None:
    def measured(density: DensityMap, mask: np.ndarray, resolution: float) -> np.ndarray:
        return np.linspace(published - 1, published + 1, np.count_nonzero(mask))

    density, mask = atom_ball(64, 1.0, 50.0), ball(64, 22)
    program = OutsideProgram(Engine("another", "1"), measured)
    check = local_b_factor(density, mask, density, mask, 3.0, program)
    assert words in check.remarks[0].message


def test_an_empty_mask_of_the_resized_map_names_the_maximum_of_that_map() -> None:
    density = atom_ball(32, 1.0, 50.0)
    mask = ball(32, 10)
    with pytest.raises(CannotMeasure, match="The maximum of the resized, low-passed map is"):
        local_b_factor(density, np.zeros_like(mask), density, mask, 3.0)
