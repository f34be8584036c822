"""Section 1: the map that is measured, and what is said when it is not the one that was given."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from vrs.checks.inputs import Preparation
from vrs.checks.result import Severity, Status
from vrs.level0 import MASK_ANALYSIS, MASS, prepare
from vrs.levels import CHECKS
from vrs.maps import DensityMap, SourceFile
from vrs.tests.simulation import atom_ball, ball

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
    assert first.severity is Severity.CAUTION
    assert "binned by 2 to save memory, from voxels of 1 Å to 2 Å" in first.message
    assert not any("binned" in remark.message for remark in once.section.remarks)


def test_a_map_that_is_too_small_only_when_binned_is_binned_less() -> None:
    reason = prepared(atom_ball(48, 1.0, 100.0, 6.0), 4).input.unusable
    assert reason.startswith("Binned by 4, the map has 12 x 12 x 12 voxels")
    assert reason.endswith(": bin by a smaller number, or not at all.")


def test_a_map_that_needs_no_binning_is_not_copied() -> None:
    density = DensityMap(np.asarray(atom_ball(32, 1.5, 100.0, 6.0).data), 1.5)
    assert prepared(density, 1).section.volumes["map"] is density


def test_a_box_that_is_not_cubic_is_a_note_since_nobody_has_to_act_on_it() -> None:
    whole = atom_ball(48, 1.0, 100.0, 6.0)
    cut = DensityMap(np.ascontiguousarray(whole.data[:, 2:-2]), 1.0)
    remarks = prepared(cut, 1).section.remarks
    assert [remark.severity for remark in remarks] == [Severity.NOTE]
    assert remarks[0].message == "The box is not cubic (48 x 44 x 48 voxels)."


def test_a_map_that_cannot_be_measured_gets_a_preparation_that_says_why(tmp_path: Path) -> None:
    flat = prepare(DensityMap(np.ones((32, 32, 32), dtype=np.float32), 1.0), 0.5, 3.0)
    assert flat.input.unusable.startswith("Every voxel of the map has the value 1")
    flat.save(tmp_path)
    inputs = Preparation.load(tmp_path).inputs
    for check in CHECKS.values():
        result = check.run(inputs)
        assert result.status is Status.NOT_MEASURED
        assert result.reason == flat.input.unusable


def test_above_the_maximum_only_what_needs_no_mask_is_measured() -> None:
    density = atom_ball(64, 1.0, 20.0, 4.0)
    above = 2 * float(density.data.max())
    section = prepare(density, above, 4.0).section
    assert section.measurements["raw_voxels"].value == 0
    assert section.remarks[0].severity is Severity.CAUTION
    inputs = prepare(density, above, 4.0).inputs
    statuses = {name: check.run(inputs).status for name, check in CHECKS.items()}
    assert statuses.pop("0.d").evaluated
    assert set(statuses.values()) == {Status.NOT_MEASURED}
    assert f"the maximum of the map is {density.data.max():.4g}" in MASS.run(inputs).reason


def test_a_map_that_is_too_large_for_the_memory_says_so_instead_of_failing() -> None:
    density = atom_ball(64, 1.0, 20.0, 4.0)
    short = prepare(density, CONTOUR, 4.0, available=1e6).input.unusable
    assert short.startswith("The preparation needs about 0.3 GB of memory and 0.0 GB are available")
    assert not prepare(density, CONTOUR, 4.0, available=1e9).input.unusable


def half(density: DensityMap) -> DensityMap:
    """A mask of half the box, along X."""
    values = np.zeros(density.data.shape, dtype=np.float32)
    values[:, :, : values.shape[2] // 2] = 1
    return density.with_data(values)


def test_the_users_mask_replaces_the_mask_everywhere_as_it_is() -> None:
    density = atom_ball(64, 1.0, 60.0, 6.0)
    source = SourceFile("my_mask.mrc", "cd" * 32, ())
    own = prepare(density, CONTOUR, 6.0, own_mask=half(density), mask_source=source)
    made = prepare(density, CONTOUR, 6.0)
    assert np.array_equal(own.inputs.mask, half(density).data > 0.5)
    assert own.section.number("growth") == 0
    assert own.section.number("soft_sum") == pytest.approx(64**3 / 2, rel=1e-6)
    # Half of the resampled grid, within a plane at the face where the mask ends.
    plane = own.inputs.resampled_mask.shape[0] ** 2
    assert abs(int(own.inputs.resampled_mask.sum()) - plane * plane**0.5 / 2) <= plane
    assert any("The mask is the user's, my_mask.mrc." in r.message for r in own.section.remarks)
    components = ("components", "raw_mask_voxels", "components_95")
    by_own, by_made = (MASK_ANALYSIS.run(p.inputs).measurements for p in (own, made))
    assert [by_own[name] for name in components] == [by_made[name] for name in components]
    assert by_own["mask_voxels"].value == 64**3 / 2
    assert own.input.fingerprint != made.input.fingerprint


def test_the_users_mask_may_be_soft_and_is_cut_at_one_half() -> None:
    density = atom_ball(64, 1.0, 60.0, 6.0)
    soft = density.with_data(np.linspace(0, 1, 64**3, dtype=np.float32).reshape(64, 64, 64))
    assert prepare(density, CONTOUR, 6.0, own_mask=soft).inputs.mask.sum() == 64**3 / 2


@pytest.mark.parametrize(
    ("planes", "value", "reason"),
    [
        (32, 1, "The mask has 64 x 64 x 32 voxels and the map 64 x 64 x 64: use a mask made for"),
        (64, 0, "No voxel of the mask is above 0.5: use a mask that holds the molecule."),
    ],
)
def test_a_mask_that_does_not_fit_is_named(planes: int, value: int, reason: str) -> None:
    density = atom_ball(64, 1.0, 60.0, 6.0)
    mask = DensityMap(np.full((planes, 64, 64), value, dtype=np.float32), 1.0)
    prepared = prepare(density, CONTOUR, 6.0, own_mask=mask)
    assert prepared.input.unusable.startswith(reason)
    assert MASS.run(prepared.inputs).status is Status.NOT_MEASURED


def test_the_fingerprint_changes_with_everything_a_check_depends_on() -> None:
    density = atom_ball(32, 1.5, 60.0, 6.0)
    source = SourceFile("ball.mrc", "ab" * 32, ())
    other = SourceFile("ball.mrc", "ac" * 32, ())
    fingerprints = [
        prepare(density, CONTOUR, 6.0, source).input.fingerprint,
        prepare(density, CONTOUR * 1.01, 6.0, source).input.fingerprint,
        prepare(density, CONTOUR, 6.1, source).input.fingerprint,
        prepare(density, CONTOUR, None, source).input.fingerprint,
        prepare(density, CONTOUR, 6.0, other).input.fingerprint,
        prepare(DensityMap(density.data, 1.6), CONTOUR, 6.0, source).input.fingerprint,
    ]
    assert len(set(fingerprints)) == len(fingerprints)
    assert prepare(density, CONTOUR, 6.0, source).input.fingerprint == fingerprints[0]


def test_a_mask_is_no_density() -> None:
    mask = DensityMap((ball(48, 12) * 1).astype(np.float32), 2.0)
    made = prepare(mask, 0.5, 6.0)
    assert not made.input.is_density
    assert any("like a mask or a segmentation" in r.message for r in made.section.remarks)
    assert prepared(atom_ball(48, 1.0, 100.0, 6.0), 1).input.is_density


def test_a_voxel_size_in_nm_is_measured_as_what_it_is_in_angstrom() -> None:
    density = atom_ball(64, 1.0, 100.0, 6.0)
    in_nm = prepare(DensityMap(density.data, 0.1), CONTOUR).section
    assert in_nm.number("size_from_nm") == pytest.approx(1.0)
    assert prepare(density, CONTOUR).section.measurements["size_from_nm"].value is None


def test_a_proposed_contour_level_is_a_note_and_no_fault() -> None:
    """At 0.2 the noise fills the box to its corners."""
    data = np.random.default_rng(0).standard_normal((48, 48, 48)).astype(np.float32)
    stated = prepare(DensityMap(data, 1.5), 0.2).section.remarks
    assert any("fills the box" in remark.message for remark in stated)
    source = "proposed: above it noise explains less than 0.1 % of the voxels"
    own = prepare(DensityMap(data, 1.5), 0.2, contour_source=source)
    assert own.input.contour_is_proposed
    first, *others = own.section.remarks
    assert first.severity is Severity.NOTE
    assert first.message == (
        "No contour level was stated. The program chose 0.2: above it noise explains less than "
        "0.1 % of the voxels. Give your own if you know a better one."
    )
    assert not any("fills the box" in remark.message for remark in others)
