"""The parts of the mass of a sample that contour levels show, measured again on the maps."""

from __future__ import annotations

import numpy as np
import pytest

from vrs.checks.shown_mass import REAL, SIMULATED, USUAL, Shown
from vrs.level0.proposed_contour import propose_contour
from vrs.maps import DensityMap, read_map
from vrs.maps.refused_inputs import VOLUME_OF_ONE_KDA
from vrs.tests.example_data import example_file

HERE = {
    "EMD-3488": ("emd_3488.map.gz", 0.09),
    "EMD-1997": ("emd_1997.map.gz", 1.0),
    "EMD-5168": ("emd_5168.map.gz", 10.0),
    "EMD-6824": ("emd_6824.mrc.gz", None),
}
"""The maps that are at hand, and their contour levels."""


def part(density: DensityMap, level: float, sample: float) -> float:
    voxels = np.count_nonzero(density.data >= np.float32(level))
    return voxels * density.voxel_volume / VOLUME_OF_ONE_KDA / sample


@pytest.mark.parametrize("shown", REAL, ids=lambda shown: shown.map)
def test_the_table_holds(shown: Shown) -> None:
    name = shown.map.partition(",")[0]
    if name not in HERE:
        return
    file, stated = HERE[name]
    density = read_map(example_file(f"maps/{file}"))
    level = propose_contour(density).level
    assert part(density, level, shown.sample) == pytest.approx(shown.proposed, abs=0.03)
    if stated is not None:
        assert part(density, stated, shown.sample) == pytest.approx(shown.stated, abs=0.01)


def test_usual_parts_are_those_that_were_measured() -> None:
    least, most = SIMULATED
    assert [*USUAL] == pytest.approx([least, most], abs=0.06)
    assert all(least < (shown.stated or shown.proposed) for shown in REAL)
    assert all(shown.stated is None or shown.stated < most for shown in REAL)
