"""Maps of another program are believed where its known defects explain how they differ."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy import ndimage

from vrs.checks.result import CannotMeasure, Engine, Result
from vrs.level0.preparation import prepare
from vrs.level0.preparation_comparison import may_be_made_of
from vrs.level0.preparation_program import BUILT_IN_PROGRAM, PreparationProgram
from vrs.maps import BoolArray, DensityMap
from vrs.maps.masks import dilate, growth_iterations, largest_component, raw_mask
from vrs.maps.resample import ResampledMap
from vrs.tests.original_defects import (
    dilated_without_faces,
    largest_painted_component,
    resampled_in_window_of_x,
)
from vrs.tests.simulation import atom_ball
from vrs.tests.voxels import CASES, Case, with_defects

ENGINE = Engine("Xmipp", "3.25.06.0")


def original(density: DensityMap, contour: float, growth: int) -> BoolArray:
    raw = raw_mask(density.data, contour)
    return dilated_without_faces(largest_painted_component(raw), growth)


def resampled(density: DensityMap, resolution: float) -> ResampledMap:
    grid = resampled_in_window_of_x(density, resolution)
    return ResampledMap(grid, grid.voxel_size)


XMIPP = PreparationProgram(ENGINE, original, BUILT_IN_PROGRAM.soft_mask, resampled)
"""A program with the defects of Xmipp."""


# --- masks ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@pytest.mark.long
def test_the_masks_of_xmipp_are_explained(case: Case) -> None:
    density, masks = case.read(), with_defects(case)
    growth = growth_iterations(density.voxel_size)
    assert may_be_made_of(masks.mask, raw_mask(density.data, case.contour), growth)
    grid = masks.resampled_map
    growth = growth_iterations(grid.voxel_size)
    assert may_be_made_of(masks.resampled_mask, raw_mask(grid.data, case.contour), growth)


def noise(share: float, seed: int) -> BoolArray:
    """Voxels at random, which have components that touch in the forgotten neighbours only."""
    smooth = ndimage.gaussian_filter(np.random.default_rng(seed).normal(size=(20, 22, 24)), 0.5)
    return np.asarray(smooth > np.quantile(smooth, 1 - share))


@pytest.mark.parametrize("growth", [1, 2])
@pytest.mark.parametrize("share", [0.05, 0.1, 0.2])
def test_the_defects_are_explained_in_noise(share: float, growth: int) -> None:
    for seed in range(8):
        raw = noise(share, seed)
        painted = largest_painted_component(raw)
        assert may_be_made_of(dilated_without_faces(painted, growth), raw, growth)
        assert may_be_made_of(dilated_without_faces(largest_component(raw), growth), raw, growth)


BROKEN = {
    "all 1": lambda mask, raw: mask | True,
    "all 0": lambda mask, raw: mask & False,
    "inverted": lambda mask, raw: ~mask,
    "shifted": lambda mask, raw: np.roll(mask, 3, axis=2),
    "mirrored": lambda mask, raw: mask[::-1],
    "not grown": lambda mask, raw: raw & mask,
    "grown twice": lambda mask, raw: dilate(mask, 2),
    "half": lambda mask, raw: mask & (np.arange(mask.shape[0]) < mask.shape[0] // 2)[:, None, None],
    "the raw mask": lambda mask, raw: dilate(raw, 2),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_wrong_mask_is_not_explained(broken: str) -> None:
    density = atom_ball(32, 1.5, 60.0, 4.0, noise=0.02)
    density = density.with_data(np.roll(density.data, (2, 1), axis=(0, 1)))
    density.data[2:5, 2:5, 2:5] = 0.3
    raw = raw_mask(density.data, 0.1)
    mask = original(density, 0.1, 2)
    assert may_be_made_of(mask, raw, 2)
    assert not may_be_made_of(BROKEN[broken](mask, raw), raw, 2)


def test_without_voxels_the_mask_is_empty() -> None:
    raw = np.zeros((6, 6, 6), dtype=bool)
    assert may_be_made_of(raw, raw, 2) and not may_be_made_of(~raw, raw, 2)


# --- preparation ----------------------------------------------------------------------------------


def prepared(program: PreparationProgram, density: DensityMap, **options: Any) -> Result:
    return prepare(density, 0.1, 6.0, program=program, **options).section


def test_a_program_that_makes_the_same_is_believed_without_a_remark() -> None:
    density = atom_ball(32, 1.5, 60.0, 4.0, noise=0.02)
    section = prepared(replace(BUILT_IN_PROGRAM, engine=ENGINE), density)
    assert section.number("resampled_map_difference") == 0
    assert section.number("mask_difference") == section.number("resampled_mask_difference") == 0
    assert not any("built-in" in remark.message for remark in section.remarks)


TIMES: Any = {
    "resampled map": lambda factor: replace(
        XMIPP, resample=lambda *a: scaled(resampled(*a), factor)
    ),
    "soft mask": lambda factor: replace(
        XMIPP, soft_mask=lambda mask: np.float32(factor) * BUILT_IN_PROGRAM.soft_mask(mask)
    ),
}


def scaled(grid: ResampledMap, factor: float) -> ResampledMap:
    data = np.float32(factor) * grid.density.data
    return ResampledMap(grid.density.with_data(data), grid.real_voxel_size)


@pytest.mark.parametrize("factor", [-1, 0, 1000, 1.01])
@pytest.mark.parametrize("name", TIMES)
@pytest.mark.parametrize("own", [False, True])
def test_a_map_times_a_factor_is_no_map(name: str, factor: float, own: bool) -> None:
    density = atom_ball(32, 1.5, 60.0, 4.0, noise=0.02)
    options = {"own_mask": density.with_data((density.data > 0.2).astype(np.int8))} if own else {}
    message = f"Xmipp made a {name} that differs from that of the built-in engine by"
    with pytest.raises(CannotMeasure, match=message) as caught:
        prepared(TIMES[name](factor), density, **options)
    assert caught.value.engine is ENGINE


MASKS: Any = {"all 1": np.ones_like, "all 0": np.zeros_like}


@pytest.mark.parametrize("made", MASKS)
def test_a_mask_that_does_not_fit_the_map_is_no_mask(made: str) -> None:
    density = atom_ball(32, 1.5, 60.0, 4.0, noise=0.02)
    program = replace(XMIPP, molecule_mask=lambda grid, *_: MASKS[made](grid.data, dtype=bool))
    with pytest.raises(CannotMeasure, match="known defects do not explain that"):
        prepared(program, density)


def test_the_remark_has_the_numbers_of_the_built_in_engine() -> None:
    density = atom_ball(32, 1.5, 60.0, 4.0)
    long = np.concatenate([density.data, density.data, density.data[:8]])
    long = DensityMap(np.roll(long, -4, axis=0), 1.5)
    built_in, section = prepared(BUILT_IN_PROGRAM, long), prepared(XMIPP, long)
    voxels, own = (int(one.number("resized_hard_voxels")) for one in (section, built_in))
    assert section.measurements["resized_box"].value == [16, 16, 16]
    assert section.number("resampled_mask_difference") >= own - voxels > 0
    (remark,) = [r for r in section.remarks if r.message.startswith("The mask of the resampled")]
    assert f"which has {own} voxels" in remark.message.replace("\u202f", "")
    assert remark.message.endswith("neighbouring voxels, and its resampled map is cut off.")


def test_voxels_beyond_the_box_have_a_remark() -> None:
    density = atom_ball(30, 1.5, 60.0, 4.0)
    density = density.with_data(density.data + np.float32(0.05))
    # A third of 30 voxels is one voxel short; the planes that fill up 10 voxels hold 0.
    section = prepare(density, 0.15, 9.0, program=XMIPP).section
    share = 100 * 0.05 / section.volumes["resampled_map"].data.max()
    assert section.number("resampled_map_difference") == pytest.approx(share, rel=0.2)
    (remark,) = [r for r in section.remarks if r.message.startswith("The resampled map differs")]
    assert "in 271 voxels at the faces of the box and beyond: Xmipp fills with 0" in remark.message
