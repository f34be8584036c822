"""0.b: components, thresholds, masses and overlap."""

from __future__ import annotations

from typing import Sequence

import numpy as np
import pytest

from vrs.level0.check import Severity, Status
from vrs.level0.mask import components, mask_analysis, protein_mass
from vrs.maps import DensityMap
from vrs.maps.masks import hard_mask


def rods(lengths: Sequence[int], voxel_size: float = 1.0) -> DensityMap:
    """Separate rods of density 1 along X, on the lines z = y = 4, 8, 12, ..."""
    data = np.zeros((64, 64, 64), dtype=np.float32)
    for number, length in enumerate(lengths):
        data[4 * (number + 1), 4 * (number + 1), 4 : 4 + length] = 1
    return DensityMap(data, voxel_size)


def analysed(density: DensityMap, contour: float = 0.5):  # type: ignore[no-untyped-def]
    raw = density.data >= contour
    return mask_analysis(density, hard_mask(raw, 2), contour)


def test_one_body_is_ok_and_nothing_remains() -> None:
    check = analysed(rods([50]))
    assert check.status is Status.OK
    assert check.measurements["components"].value == 1
    assert check.measurements["remaining_mean_volume"].value is None
    assert check.measurements["remaining_mean_volume"].reason == "no component remains"
    assert "No component remains beyond these." in check.results
    assert check.measurements["overlap"].value == 1.0


def test_the_components_that_hold_95_percent_are_counted() -> None:
    found = components(np.array([3, 40, 2, 15, 40]))
    assert found.sizes.tolist() == [40, 40, 15, 3, 2]
    assert found.major == 3
    assert found.remaining.tolist() == [3, 2]


def test_the_mean_volume_of_the_remaining_components_is_a_true_mean() -> None:
    check = analysed(rods([50, 50, 2, 1], voxel_size=2.0))
    assert check.measurements["remaining_mean_volume"].value == 1.5 * 8
    assert "mask.remaining_volume" in [warning.rule for warning in check.warnings]


def test_pieces_beside_one_body_are_not_told_as_several_bodies() -> None:
    check = analysed(rods([60, 2], voxel_size=2.0))
    assert [warning.rule for warning in check.warnings] == ["mask.remaining_volume"]
    assert check.headline == "Beside the main body the contour level leaves large pieces."


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


def test_the_list_ends_after_100_components() -> None:
    data = np.zeros((48, 48, 48), dtype=np.float32)
    data[::4, ::4, ::4] = 1
    check = analysed(DensityMap(data, 1.0))
    assert check.measurements["components_95"].value > 100
    assert len(check.curves["components"]["voxels"]) == 100
