"""The printed numbers of the published report of EMD-2255 give its printed verdict.

The numbers are facts of that report (EMD-2255, 160^3 voxels of 2.18 Å, contour level 0.8, 49.8 Å).
"""

from __future__ import annotations

from typing import Callable, Dict, Tuple

import numpy as np
import pytest

from vrs.checks.result import Result, Status
from vrs.level0 import background, local_occupancy, mask, mass
from vrs.level0 import local_b_factor as local_bfactor
from vrs.level0.background import GAUSSIAN_PERCENTAGE
from vrs.level0.protein_mass import protein_mass
from vrs.levels import CHECKS
from vrs.maps import DensityMap
from vrs.tests.inputs import inputs_of

VOXEL_SIZE = 2.18
BOX = (160, 160, 160)
RESOLUTION = 49.8


def measured(check_id: str, **values: object) -> Result:
    """A check that holds the given numbers."""
    check = CHECKS[check_id].start()
    for name, value in values.items():
        reason = "none remain" if value is None else ""
        check.measure(name, value, "", "printed in the published report", reason)
    return check


def mass_check() -> Result:
    check = measured(
        "0.a",
        space_left=[98.10, 113.36, 141.70],
        space_right=[71.94, 130.80, 135.16],
        decentering=[7.50, 5.00, 1.88],
        center_of_mass=[195.00, 81.14, 2.39],
        center_of_mass_decentering=[71.87, 0.71, 48.50],
        masked_center_of_mass=None,
    )
    mass.judge(check, BOX, VOXEL_SIZE, "percent")
    return check


def mask_check() -> Result:
    check = measured("0.b", components_95=1, remaining_mean_volume=None, overlap=1.00)
    mask.judge(check)
    return check


def background_check() -> Result:
    check = measured("0.c", p_value=0.0, outlier_ratio=12775.994986)
    background.judge(check)
    return check


def local_b_factor_check() -> Result:
    check = measured("0.f", percentiles=[-2958.59, -2234.54, -1904.28, -1543.12, -852.84])
    local_bfactor.judge(check)
    return check


def local_occupancy_check() -> Result:
    check = measured("0.g", percentiles=[0.00, 0.50, 1.00, 1.00, 1.00])
    local_occupancy.judge(check)
    return check


def small_map() -> DensityMap:
    data = np.zeros((16, 16, 16), dtype=np.float32)
    data[4:12, 4:12, 4:12] = 1
    return DensityMap(data, VOXEL_SIZE)


def run(check_id: str) -> Result:
    density = small_map()
    return CHECKS[check_id].run(inputs_of(density, density.data > 0, 0.8, RESOLUTION))


VERDICT: Dict[str, Tuple[Callable[[], Result], Status, Tuple[str, ...]]] = {
    "0.a": (mass_check, Status.WARNINGS, ("mass.center_of_mass", "mass.center_of_mass")),
    "0.b": (mask_check, Status.OK, ()),
    "0.c": (background_check, Status.WARNINGS, ("background.mean", "background.outliers")),
    "0.d": (lambda: run("0.d"), Status.NOT_APPLICABLE, ()),
    "0.e": (lambda: run("0.e"), Status.NOT_APPLICABLE, ()),
    "0.f": (local_b_factor_check, Status.WARNINGS, ("local_b_factor.median",)),
    "0.g": (local_occupancy_check, Status.OK, ()),
    "0.h": (lambda: run("0.h"), Status.NOT_APPLICABLE, ()),
}


@pytest.mark.parametrize("check_id", sorted(VERDICT))
def test_status_and_warnings_are_the_published_ones(check_id: str) -> None:
    judged, status, rules = VERDICT[check_id]
    check = judged()
    assert check.status is status
    counted = [warning.rule for warning in check.warnings for _ in range(warning.count)]
    assert tuple(counted) == rules


def test_the_score_is_2_of_5_and_three_checks_do_not_apply() -> None:
    checks = [judged() for judged, _, _ in VERDICT.values()]
    assert sum(check.status is Status.OK for check in checks) == 2
    assert sum(check.evaluated for check in checks) == 5
    assert sum(check.status is Status.NOT_APPLICABLE for check in checks) == 3


def test_the_warnings_of_the_centre_of_mass_are_about_x_and_z() -> None:
    (both,) = mass_check().warnings
    assert both.count == 2
    assert "X by 71.9 %" in both.message and "Z by 48.5 %" in both.message


def test_decentering_follows_from_the_printed_spaces() -> None:
    check = mass_check()
    left = np.array(check.measurements["space_left"].value)
    right = np.array(check.measurements["space_right"].value)
    side = np.array(BOX) * VOXEL_SIZE
    assert 100 * np.abs(right - left) / side == pytest.approx([7.50, 5.00, 1.88], abs=0.006)


def test_decentering_of_the_mass_follows_from_the_printed_centre() -> None:
    center = np.array(mass_check().measurements["center_of_mass"].value)
    assert 100 * np.abs(center - 80) / 160 == pytest.approx([71.87, 0.71, 48.50], abs=0.007)


@pytest.mark.parametrize(
    ("voxels", "kilodalton", "residues"),
    [
        (219978, 1888.17, 17165.20),
        (109205, 937.36, 8521.42),
        (33467, 287.26, 2611.48),
        (107, 0.92, 8.35),
    ],
)
def test_mass_and_residues_follow_from_the_printed_voxels(
    voxels: int, kilodalton: float, residues: float
) -> None:
    mass_kda, count = protein_mass(np.array(voxels), VOXEL_SIZE**3)
    assert mass_kda == pytest.approx(kilodalton, abs=0.005)
    assert count == pytest.approx(residues, abs=0.005)


def test_volumes_follow_from_the_printed_voxels() -> None:
    density = small_map()
    assert 32647 * density.voxel_volume == pytest.approx(338230.49, abs=0.005)
    assert 42491 * density.voxel_volume == pytest.approx(440216.62, abs=0.005)


def test_the_ratio_of_outliers_follows_from_the_gaussian_share() -> None:
    assert round(GAUSSIAN_PERCENTAGE, 6) == 0.000057
    assert round(12775.994986 * GAUSSIAN_PERCENTAGE, 2) == 0.73
