"""0.a: centring, room in the box and centre of mass."""

from __future__ import annotations

from typing import Tuple

import numpy as np
import pytest

from vrs.checks.result import Severity, Status
from vrs.level0.mass import MASS, mass_analysis
from vrs.maps import DensityMap
from vrs.numerics.center_of_mass import center_of_mass
from vrs.tests.inputs import inputs_of


def cube(at: Tuple[int, int, int], edge: int = 10, size: int = 40) -> DensityMap:
    """A cube of density 1 with its first voxel at (x, y, z), voxels of 2 Å."""
    x, y, z = at
    data = np.zeros((size, size, size), dtype=np.float32)
    data[z : z + edge, y : y + edge, x : x + edge] = 1
    return DensityMap(data, 2.0)


def test_a_centred_molecule_with_room_is_ok() -> None:
    density = cube((15, 15, 15))
    check = mass_analysis(density, density.data > 0, 0.5)
    assert check.status is Status.OK
    assert check.measurements["space_left"].value == [30.0, 30.0, 30.0]
    assert check.measurements["space_right"].value == [32.0, 32.0, 32.0]
    assert check.headline == "The map is well centred and has room in its box."


def test_the_axes_are_x_y_z() -> None:
    density = cube((2, 15, 20))
    check = mass_analysis(density, density.data > 0, 0.5)
    assert check.measurements["space_left"].value == [4.0, 30.0, 40.0]
    assert check.measurements["masked_center_of_mass"].value == [6.5, 19.5, 24.5]


def test_a_molecule_at_the_edge_warns_of_centring_room_and_mass() -> None:
    density = cube((2, 15, 15))
    check = mass_analysis(density, density.data > 0, 0.5)
    rules = [warning.rule for warning in check.warnings]
    assert rules == ["mass.decentering", "mass.space", "mass.center_of_mass"]
    assert "along X by 67.5 %" in check.warnings[0].message


def test_each_side_without_room_is_a_warning() -> None:
    density = cube((5, 5, 5), edge=30)
    check = mass_analysis(density, density.data > 0, 0.5)
    (warning,) = check.warnings
    assert (warning.rule, warning.count) == ("mass.space", 6)
    assert check.status_text == "6 warnings (1 rule)"
    assert warning.message.startswith("The empty space is small: 10 Å (12.5 % of the box) on the ")


@pytest.mark.parametrize("voxel_size", [0.83, 1.06, 1.1, 1.35])
def test_a_fifth_of_the_voxels_is_room_enough_for_any_voxel_size(voxel_size: float) -> None:
    """16 of 80 voxels: in Å their share of the box can come out as less than 20 %."""
    density = DensityMap(cube((16, 16, 16), edge=49, size=80).data, voxel_size)
    check = mass_analysis(density, density.data > 0, 0.5)
    space = next(d for d in check.decisions if d.rule == "mass.space")
    assert (space.text, space.broken) == ("20 %", False)
    assert check.status is Status.OK


def test_room_can_be_tested_in_angstrom_instead_of_percent() -> None:
    density = cube((7, 7, 7), edge=26)
    percent = mass_analysis(density, density.data > 0, 0.5)
    angstrom = mass_analysis(density, density.data > 0, 0.5, space_rule="angstrom")
    assert {warning.rule for warning in percent.warnings} == {"mass.space"}
    assert {warning.rule for warning in angstrom.warnings} == {"mass.space_in_angstrom"}
    assert percent.criteria == ["mass.decentering", "mass.space", "mass.center_of_mass"]
    assert angstrom.criteria[1] == "mass.space_in_angstrom"
    with pytest.raises(ValueError, match="space_rule is 'percent' or 'angstrom'"):
        mass_analysis(density, density.data > 0, 0.5, space_rule="voxels")


def test_little_room_is_a_caution_even_where_the_rule_is_kept() -> None:
    density = cube((8, 8, 8), edge=23)
    check = mass_analysis(density, density.data > 0, 0.5)
    assert check.status is Status.OK
    cautions = [r.message for r in check.remarks if r.severity is Severity.CAUTION]
    assert "16 Å, below the 30 Å" in cautions[0]


def test_the_masked_centre_of_mass_withstands_a_negative_background() -> None:
    density = cube((17, 15, 15))
    density.data[density.data == 0] = -0.0155
    check = mass_analysis(density, density.data > 0, 0.5)
    signed = check.measurements["center_of_mass"].value
    assert signed[0] > 40
    assert check.measurements["masked_center_of_mass"].value == [21.5, 19.5, 19.5]


def test_a_difference_of_the_spaces_is_not_told_as_the_distance_from_the_centre() -> None:
    density = cube((2, 15, 15))
    check = mass_analysis(density, density.data > 0, 0.5)
    assert "is off the centre by about half of that" in check.warnings[0].message
    assert "a difference of 67.5 % of the box" in check.results[0]
    # 67.5 % of the 80 Å of the box are the difference of 4 and 58 Å of space.
    assert check.measurements["decentering"].value[0] == pytest.approx(67.5)
    assert check.decisions[1].text == "67.5 %"


def test_a_centre_of_mass_far_outside_the_box_is_told_without_its_digits() -> None:
    density = cube((17, 15, 15))
    # 1000 voxels of 1 and the other 63000 sum to about -0.1.
    density.data[density.data == 0] = -1000.1 / 63000
    check = mass_analysis(density, density.data > 0.5, 0.5)
    assert max(check.measurements["center_of_mass_decentering"].value) > 1000
    assert check.results[-1] == (
        "The grey values of the whole map sum to about 0: the positive and the negative ones "
        "cancel, and the published centre of mass lies far outside the box."
    )
    told = [warning.message for warning in check.warnings]
    assert told and all("more than 100 % of the box, and lies outside" in text for text in told)
    assert {warning.rule for warning in check.warnings} == {"mass.center_of_mass"}
    assert check.decisions[-1].text == "more than 100 %"


def test_a_centre_of_mass_near_the_box_is_told_with_its_place() -> None:
    density = cube((17, 15, 15))
    density.data[density.data == 0] = -0.0140
    check = mass_analysis(density, density.data > 0, 0.5)
    offset = check.measurements["center_of_mass_decentering"].value[0]
    assert 20 < offset < 50
    assert f"off the centre by {offset:.1f}, " in check.results[-1]
    assert "focused or local reconstructions" in check.warnings[0].message


def test_a_mask_of_a_part_gives_way_to_all_density_above_the_contour_level() -> None:
    density = cube((4, 15, 15))
    other = cube((26, 15, 15))
    both = density.with_data(density.data + other.data)
    check = mass_analysis(both, density.data > 0, 0.5)
    assert check.measurements["center_of_mass_above_contour"].value == [19.5, 19.5, 19.5]
    assert check.measurements["masked_center_of_mass"].value == [8.5, 19.5, 19.5]
    assert check.measurements["share_in_mask"].value == 50
    (told,) = [r.message for r in check.remarks if r.severity is Severity.NOTE]
    better, part = told.split("The mask holds only a part")
    assert "(19.50, 19.50, 19.50) voxels, off the centre by up to about 1.2 %" in better
    assert "better measure" in better
    assert "50 % of its voxels" in part and "(8.50, 19.50, 19.50)" in part


def test_a_map_that_sums_to_zero_has_no_centre_of_mass() -> None:
    data = np.zeros((4, 4, 4), dtype=np.float32)
    data[0, 0, 0], data[1, 1, 1] = 1, -1
    assert center_of_mass(data) is None
    check = mass_analysis(DensityMap(data, 1.0), data > 0, 0.5)
    assert check.measurements["center_of_mass"].value is None
    assert check.measurements["center_of_mass"].reason == "the map sums to exactly 0"


def test_an_empty_mask_names_the_maximum_and_what_to_do() -> None:
    density = cube((15, 15, 15))
    result = MASS.run(inputs_of(density, density.data > 2, 2.0))
    assert result.status is Status.NOT_MEASURED
    assert "maximum of the map is 1. Lower the contour level." in result.reason


def test_a_mask_of_another_grid_is_refused() -> None:
    density = cube((15, 15, 15))
    result = MASS.run(inputs_of(density, np.ones((8, 8, 8), dtype=bool), 0.5))
    assert result.status is Status.NOT_MEASURED
    assert result.reason.endswith("use a mask made for this map.")


@pytest.mark.parametrize("size", [40, 41])
def test_the_centre_of_the_box_is_the_voxel_n_over_2(size: int) -> None:
    """|c - N/2| / N: a mass at index N/2 of an even box is centred, not one at (N-1)/2."""
    data = np.zeros((size, size, size), dtype=np.float32)
    data[size // 2, size // 2, size // 2] = 1
    result = mass_analysis(DensityMap(data, 2.0), data > 0, 0.5)
    offset = 0.0 if size % 2 == 0 else 100 * 0.5 / size
    values = result.measurements["center_of_mass_decentering"].value
    assert values == pytest.approx([offset] * 3, abs=1e-9)


@pytest.mark.parametrize(
    ("at", "side", "percent"),
    [((2, 15, 15), "left", 5.0), ((29, 15, 15), "right", 5.0), ((15, 15, 3), "left", 7.5)],
)
def test_the_deciding_value_names_the_side_with_the_smallest_space(
    at: Tuple[int, int, int], side: str, percent: float
) -> None:
    density = cube(at)
    result = mass_analysis(density, density.data > 0, 0.5)
    axis = "X" if at[2] == 15 else "Z"
    space = next(d for d in result.decisions if d.rule == "mass.space")
    assert space.quantity == f"smallest empty space ({side}, {axis})"
    assert space.value == pytest.approx(percent)
