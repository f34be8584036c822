"""Section 1: the map that is measured, and what is said when it is not the one that was given."""

from __future__ import annotations

import numpy as np
import pytest

from vrs.checks.result import Severity
from vrs.level0.preparation import Preparation, prepare
from vrs.maps import DensityMap, MapError, SourceFile
from vrs.report.text import words
from vrs.tests.simulation import atom_ball

CONTOUR = 0.05


def prepared(density: DensityMap, binning: int) -> Preparation:
    return prepare(density, CONTOUR, 6.0, SourceFile("ball.mrc", "ab" * 32, ()), binning=binning)


def test_a_binned_map_is_measured_with_its_own_voxel_size_and_the_same_contour() -> None:
    density = atom_ball(65, 1.0, 100.0, 6.0)
    once, twice = (prepared(density, binning) for binning in (1, 2))
    assert (once.input.box, once.input.voxel_size, once.input.binning) == ([65, 65, 65], 1.0, 1)
    assert (twice.input.box, twice.input.voxel_size, twice.input.binning) == ([32, 32, 32], 2.0, 2)
    assert (twice.input.given_box, twice.input.given_voxel_size) == ([65, 65, 65], 1.0)
    assert twice.section.volumes["map"].voxel_size == 2.0
    volumes = [
        p.section.measurements["raw_voxels"].value * p.input.voxel_size**3 for p in (once, twice)
    ]
    assert volumes[1] == pytest.approx(volumes[0], rel=0.03)


def test_the_report_says_first_that_the_map_was_binned() -> None:
    density = atom_ball(64, 1.0, 100.0, 6.0)
    once, twice = (prepared(density, binning) for binning in (1, 2))
    first = twice.section.remarks[0]
    assert first.severity is Severity.PROBLEM
    assert "binned by 2 to save memory, from voxels of 1 Å to 2 Å" in first.message
    assert not any("binned" in remark.message for remark in once.section.remarks)
    lines = dict(words.input_lines(vars(twice.input)))
    assert lines["Voxel size"] == "2 Å"
    assert lines["Binned"] == "by 2; the file has 64 × 64 × 64 voxels of 1 Å"
    assert "Binned" not in dict(words.input_lines(vars(once.input)))


def test_a_mask_that_holds_next_to_nothing_is_not_told_to_hold_0_percent() -> None:
    specks = np.zeros((64, 64, 64), dtype=np.float32)
    specks[::4, ::4, ::4] = 1
    told = prepared(DensityMap(specks, 1.0), 1).section.remarks[0].message
    assert told.startswith("Less than 0.1 % of the voxels at or above the contour level are in")


def test_a_map_that_is_too_small_only_when_binned_is_binned_less() -> None:
    with pytest.raises(MapError, match="binned by 4, .* 12 voxels, .*: bin by a smaller number"):
        prepared(atom_ball(48, 1.0, 100.0, 6.0), 4)


def test_a_map_that_needs_no_binning_is_not_copied() -> None:
    density = DensityMap(np.asarray(atom_ball(32, 1.5, 100.0, 6.0).data), 1.5)
    assert prepared(density, 1).section.volumes["map"] is density


def test_a_mask_that_leaves_out_half_of_the_map_is_a_problem_for_the_checks_that_use_it() -> None:
    one = atom_ball(32, 1.0, 100.0, 6.0).data
    two = np.zeros((48, 48, 96), dtype=np.float32)
    two[8:40, 8:40, 8:40] = two[8:40, 8:40, 56:88] = one
    halved = prepared(DensityMap(two, 1.0), 1).section.remarks[0]
    assert halved.severity is Severity.PROBLEM
    assert halved.message.startswith("Only 50 % of the voxels at or above the contour level are")
    assert not prepared(atom_ball(48, 1.0, 100.0, 6.0), 1).section.remarks


def test_a_box_that_is_not_cubic_is_a_note_since_nobody_has_to_act_on_it() -> None:
    whole = atom_ball(48, 1.0, 100.0, 6.0)
    cut = DensityMap(np.ascontiguousarray(whole.data[:, 2:-2]), 1.0)
    remarks = prepared(cut, 1).section.remarks
    assert [remark.severity for remark in remarks] == [Severity.NOTE]
    assert remarks[0].message == "The box is not cubic (48 x 44 x 48 voxels)."
