"""0.b: components, thresholds, masses and overlap."""

from __future__ import annotations

from typing import Sequence

import numpy as np
import pytest

from vrs.checks.result import Severity, Status
from vrs.level0.mask import Components, mask_analysis
from vrs.level0.overlap import only_percent
from vrs.level0.protein_mass import protein_mass
from vrs.maps import DensityMap
from vrs.maps.masks import molecule_mask


def rods(lengths: Sequence[int], voxel_size: float = 1.0) -> DensityMap:
    """Separate rods of density 1 along X, on the lines z = y = 4, 8, 12, ..."""
    data = np.zeros((64, 64, 64), dtype=np.float32)
    for number, length in enumerate(lengths):
        data[4 * (number + 1), 4 * (number + 1), 4 : 4 + length] = 1
    return DensityMap(data, voxel_size)


def analysed(density: DensityMap, contour: float = 0.5):  # type: ignore[no-untyped-def]
    raw = density.data >= contour
    return mask_analysis(density, molecule_mask(raw, 2), contour)


def test_one_body_is_ok_and_nothing_remains() -> None:
    check = analysed(rods([50]))
    assert check.status is Status.OK
    assert check.measurements["components"].value == 1
    assert check.measurements["remaining_mean_volume"].value is None
    assert check.measurements["remaining_mean_volume"].reason == "no component remains"
    assert "No component remains beyond these." in check.results
    assert check.measurements["overlap"].value == 1.0


def test_the_components_that_hold_95_percent_are_counted() -> None:
    parts = Components(np.array([3, 40, 2, 15, 40]))
    assert parts.sizes.tolist() == [40, 40, 15, 3, 2]
    assert parts.major == 3
    assert parts.remaining.tolist() == [3, 2]


def test_the_mean_volume_of_the_remaining_components_is_a_true_mean() -> None:
    check = analysed(rods([50, 50, 2, 1], voxel_size=2.0))
    assert check.measurements["remaining_mean_volume"].value == 1.5 * 8
    assert "mask.remaining_volume" in [warning.rule for warning in check.warnings]


def test_pieces_beside_one_body_are_not_told_as_several_bodies() -> None:
    check = analysed(rods([60, 2], voxel_size=2.0))
    assert [warning.rule for warning in check.warnings] == ["mask.remaining_volume"]
    assert check.headline == (
        "Beside the main body the contour level leaves pieces larger than the rule allows."
    )
    assert check.warnings[0].message == (
        "The remaining components have a mean volume of 16 Å³, more than 5 Å³."
    )


def test_specks_of_one_voxel_are_small_enough() -> None:
    check = analysed(rods([56, 1, 1]))
    assert check.status is Status.OK
    assert check.measurements["remaining_mean_volume"].value == 1.0


def test_many_bodies_warn() -> None:
    check = analysed(rods([10] * 7))
    assert [warning.rule for warning in check.warnings] == ["mask.components", "mask.overlap"]
    assert check.measurements["components_95"].value == 7
    assert check.measurements["overlap"].value == pytest.approx(1 / 7)


def test_a_large_background_is_no_component() -> None:
    density = DensityMap(np.ones((16, 16, 16), dtype=np.float32), 1.0)
    density.data[0, 0, 0] = 0
    check = analysed(density)
    assert check.measurements["components"].value == 1
    assert check.measurements["components_95"].value == 1


def test_thresholds_are_24_steps_of_the_maximum_and_strict() -> None:
    data = np.zeros((10, 10, 10), dtype=np.float32)
    data[0, 0, :] = np.arange(10) * 2.5
    density = DensityMap(data, 1.0)
    check = analysed(density, contour=10.0)
    thresholds = np.array(check.measurements["thresholds"].value)
    assert thresholds == pytest.approx(np.arange(1, 25) * 22.5 / 25)
    expected = [(data > np.float32(threshold)).sum() for threshold in thresholds]
    assert check.measurements["voxels_above"].value == expected


def test_a_kilodalton_is_1207_cubic_angstrom() -> None:
    mass, residues = protein_mass(np.array([1207]), 1.0)
    assert mass[0] == pytest.approx(1.0)
    assert residues[0] == pytest.approx(1207 / 132.77)


def test_a_contour_level_on_the_edge_is_a_caution() -> None:
    density = rods([56, 8])
    density.data[8, 8, 4:12] = 0.45
    density.data[20, 20, 20:50] = 0.42
    check = analysed(density)
    cautions = [r.message for r in check.remarks if r.severity is Severity.CAUTION]
    assert cautions == [
        "The verdict depends on the contour level: 0.b becomes a warning at 0.8 times the contour "
        "level."
    ]


def test_both_levels_that_change_a_verdict_stand_in_one_sentence() -> None:
    density = rods([56, 8])
    density.data[8, 8, 4:12] = 0.55
    density.data[20, 20, 20:50] = 0.42
    density.data[4, 4, 20] = 0.55
    density.data[4, 4, 40] = 0.55
    check = analysed(density)
    cautions = [r.message for r in check.remarks if r.severity is Severity.CAUTION]
    assert cautions == [
        "The verdict depends on the contour level: 0.b becomes a warning at 0.8 and at 1.2 times "
        "the contour level."
    ]


def test_a_level_above_the_maximum_is_not_claimed_to_have_been_tried() -> None:
    density = rods([50])
    check = analysed(density, contour=0.9)
    assert (
        "The statuses of 0.a and 0.b are the same at 0.8 times the contour level; 1.2 times is "
        "above the maximum of the map."
    ) in [remark.message for remark in check.remarks]


@pytest.mark.parametrize("contour", [0.0, -0.5])
def test_a_level_that_is_not_positive_is_not_multiplied(contour: float) -> None:
    density = rods([50])
    density.data[density.data == 0] = -1
    check = analysed(density, contour)
    assert check.remarks[-1].message == (
        "Whether the verdict depends on the contour level was not tested, since multiples of a "
        "level of 0 or below have no meaning."
    )


def test_one_remaining_component_is_told_in_the_singular() -> None:
    check = analysed(rods([56, 1]))
    assert "The remaining component has 1 voxel (1 Å³)." in check.results
    check = analysed(rods([58, 1, 2]))
    assert (
        "The remaining 2 components have 1.5 voxels (1.5 Å³) on average, from 1 (1 Å³) to 2 "
        "(2 Å³)."
    ) in check.results


def test_volumes_have_the_digits_that_mean_something() -> None:
    check = analysed(rods([60] * 2, voxel_size=10.0))
    assert "of 120 voxels, 120\u202f000 Å³, in all" in check.results[0]
    small = analysed(rods([40, 2], voxel_size=1.3))
    assert "The remaining component has 2 voxels (4.39 Å³)." in small.results
    columns = {table.curve: table.columns for table in check.tables}
    assert columns["components"][2].format == ".0f"
    columns = {table.curve: table.columns for table in small.tables}
    assert columns["components"][2].format == ".2f"


@pytest.mark.parametrize(
    ("pieces", "told"), [(4, "Only 25 % of"), (2500, "Less than 0.1 % of"), (150, "Only 0.7 % of")]
)
def test_a_small_overlap_is_not_told_as_0(pieces: int, told: str) -> None:
    data = np.zeros((64, 64, 64), dtype=np.float32)
    places = np.array(list(np.ndindex(16, 16, 16)))[:pieces] * 4
    data[tuple(places.T)] = 1
    check = analysed(DensityMap(data, 1.0))
    (message,) = [w.message for w in check.warnings if w.rule == "mask.overlap"]
    assert message.startswith(told)


def test_an_overlap_just_below_its_rule_is_not_rounded_up_to_it() -> None:
    assert only_percent(0.74996) == "Only 74.996 %"
    assert only_percent(0.59557) == "Only 59.6 %"


def test_a_voxel_that_alone_breaks_the_rule_of_small_pieces_is_named() -> None:
    check = analysed(rods([56, 1], voxel_size=2.0))
    assert [warning.rule for warning in check.warnings] == ["mask.remaining_volume"]
    assert (
        "One voxel has 8 Å³, more than the 5 Å³ of the rule on the remaining components: any of "
        "them breaks it, even a single voxel of noise."
    ) in [remark.message for remark in check.remarks]
    fine = analysed(rods([56, 8], voxel_size=1.5))
    assert not [remark for remark in fine.remarks if "One voxel has" in remark.message]


def test_the_list_ends_after_100_components() -> None:
    data = np.zeros((48, 48, 48), dtype=np.float32)
    data[::4, ::4, ::4] = 1
    check = analysed(DensityMap(data, 1.0))
    assert check.measurements["components_95"].value > 100
    assert len(check.curves["components"]["voxels"]) == 100


@pytest.mark.parametrize(("gap", "changes"), [(1, False), (2, True)])
def test_the_mask_grows_by_2_angstrom_at_other_contour_levels_too(gap: int, changes: bool) -> None:
    """Pieces that appear at 0.8 times the level are in its mask within 2 Å of the body only."""
    density = rods([])
    density.data[20, 20, 2:62] = 1
    for start in (4, 18, 32, 46):
        density.data[20, 21 + gap, start : start + 10] = 0.45
    result = analysed(density, 0.5)
    assert result.status is Status.OK
    remarks = [r.message for r in result.remarks if r.message.startswith("The verdict depends on")]
    assert len(remarks) == changes
    if changes:
        assert "0.b becomes a warning at 0.8 times the contour level" in remarks[0]


def test_components_are_told_with_their_number_and_their_true_share() -> None:
    first, rest, _ = analysed(rods([50, 1, 1])).results
    assert "there are 3 connected components of 52 voxels, 52 Å³, in all." in first
    assert "The largest one holds at least 95 % of the mass." in first
    assert rest == "The remaining 2 components have 1 voxel (1 Å³) each."
    _, rest, _ = analysed(rods([60, 2, 1])).results
    assert rest == (
        "The remaining 2 components have 1.5 voxels (1.5 Å³) on average, from 1 (1 Å³) to 2 (2 Å³)."
    )
