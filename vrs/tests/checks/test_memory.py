"""The memory of every check is bounded, whatever the mask, and a shortage is one sentence."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Tuple

import numpy as np
import pytest

from vrs.checks.inputs import Preparation
from vrs.checks.memory import INTERPRETER, PER_VOXEL, memory_needed, resampled_voxels, shortage
from vrs.checks.result import Status
from vrs.level0.preparation import preparation_memory
from vrs.levels import CHECKS, MEASURED
from vrs.maps import DensityMap, write_map
from vrs.maps.masks import growth_iterations, molecule_mask, raw_mask
from vrs.tests.inputs import inputs_of
from vrs.tests.simulation import ball

PREPARE = "prepare"

RESOLUTION = 3.0

MEASURE = """
import sys
from pathlib import Path
from vrs.checks.inputs import Preparation
from vrs.checks.store import save_result
from vrs.level0 import prepare
from vrs.levels import MEASURED
from vrs.maps import SourceFile, open_map, open_mask
from vrs.run.memory import peak_memory
folder, name, mask, contour = Path(sys.argv[1]), sys.argv[2], sys.argv[3], float(sys.argv[4])
if name == "prepare":
    own = open_mask(folder / f"{mask}.mrc") if mask else None
    source = SourceFile(mask, "", ()) if mask else None
    density = open_map(folder / "given.mrc")
    prepare(density, contour, 3.0, own_mask=own, mask_source=source).save(folder)
else:
    result = MEASURED[name].run(Preparation.load(folder).inputs)
    save_result(result, folder / name)
    print(result.status_text, result.reason, file=sys.stderr)
print(peak_memory())
"""

NOTHING_OUTSIDE = ("0.c", "0.f", "0.g")
"""Checks that need a background and cannot be measured without one."""


def write_crowd(folder: Path, size: int) -> None:
    """A map full of blobs with noise, a mask of the whole box, and one that leaves a slab."""
    random = np.random.default_rng(size)
    blob = ball(32, 11) * (1 + random.standard_normal((32, 32, 32), np.float32))
    data = np.tile(blob, [size // 32] * 3) + 0.02 * random.standard_normal([size] * 3, np.float32)
    write_map(folder / "given.mrc", DensityMap(data.astype(np.float32), 1.0))
    mask = np.ones(data.shape, dtype=bool)
    write_map(folder / "whole.mrc", DensityMap(mask, 1.0))
    mask[-size // 6 :] = False
    write_map(folder / "slab.mrc", DensityMap(mask, 1.0))


def peak(folder: Path, name: str, mask: str, contour: float) -> int:
    """Peak resident memory of a process that prepares the map or runs a check, in bytes."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(folder), name, mask, str(contour)],
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return int(done.stdout)


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("crowd")
    write_crowd(folder, 224)
    return folder


CASES: Tuple[Tuple[str, float, Tuple[str, ...]], ...] = (
    ("", 0.5, tuple(MEASURED)),
    ("slab", 0.5, ("0.c", "0.e", "0.f", "0.g")),
    ("whole", -99.0, tuple(name for name in MEASURED if name not in NOTHING_OUTSIDE)),
)
"""Mask ("" for that of the contour level), contour level, and the checks."""


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="the peak of a program itself is Linux's")
@pytest.mark.parametrize(("mask", "contour", "names"), CASES)
def test_no_check_takes_more_than_10_bytes_per_voxel_and_300_megabytes(
    crowd: Path, mask: str, contour: float, names: Tuple[str, ...]
) -> None:
    taken = {PREPARE: peak(crowd, PREPARE, mask, contour)}
    given = Preparation.load(crowd).inputs
    grid = given.map, given.contour, given.resolution, given.mask
    bound = {PREPARE: preparation_memory(given.map.data.size, 1.0, RESOLUTION)}
    for name in names:
        taken[name] = peak(crowd, name, mask, contour)
        bound[name] = MEASURED[name].memory_needed(*grid)
    too_much = {name: (taken[name], bound[name]) for name in taken if taken[name] > bound[name]}
    assert too_much == {}


def test_the_bound_is_2_and_a_half_times_a_map_of_float32() -> None:
    assert 2.5 * np.dtype(np.float32).itemsize == PER_VOXEL and INTERPRETER == 300e6
    assert all(check.memory <= PER_VOXEL for check in MEASURED.values())
    assert memory_needed(PER_VOXEL, 512**3) == pytest.approx(1.64e9, rel=0.01)


def test_a_shortage_says_what_is_needed_what_is_available_and_what_to_do() -> None:
    needed = memory_needed(10.0, 512**3)
    assert shortage("0.g Local occupancy", needed, 8e9) is None
    assert shortage("0.g Local occupancy", needed, None) is None
    refusal = shortage("0.g Local occupancy", needed, 1e9)
    assert str(refusal) == (
        "0.g Local occupancy needs about 1.6 GB of memory and 1.0 GB are available: close other "
        "programs, or measure a binned copy of the map (--bin 2, or “Bin the map by” in the form "
        "of prepare map)"
    )


@pytest.mark.parametrize("name", ["0.e", "0.h"])
def test_a_small_molecule_in_a_large_box_of_coarse_voxels_needs_the_memory_of_the_molecule(
    name: str,
) -> None:
    data = ball(96, 6).astype(np.float32)
    density, check = DensityMap(data, 4.4), CHECKS[name]
    mask = molecule_mask(raw_mask(data, 0.5), growth_iterations(4.4))
    part, box = (check.memory_needed(density, 0.5, 4.9, known) for known in (mask, None))
    # The grid of the box has 422 voxels a side, that of the molecule at most 120.
    assert memory_needed(PER_VOXEL, 96**3) <= part <= memory_needed(PER_VOXEL, 120**3)
    assert box == pytest.approx(memory_needed(PER_VOXEL, 422.4**3))


def test_the_voxels_of_the_resampled_map_count_where_they_are_more() -> None:
    density = DensityMap(np.zeros((64, 64, 64), dtype=np.float32), 1.0)
    finer = resampled_voxels(64**3, 1.0, 1.6)
    assert finer == pytest.approx(80**3)
    for name, voxels in (("0.a", 64**3), ("0.f", finer), ("0.g", finer)):
        needed = CHECKS[name].memory_needed(density, 1.0, 1.6)
        assert needed == memory_needed(PER_VOXEL, voxels)


@pytest.mark.parametrize("impossible", [0.0, -3.0, float("nan"), 1e-200])
def test_an_impossible_resolution_needs_no_endless_memory(impossible: float) -> None:
    assert resampled_voxels(64**3, 1.0, impossible) <= 8 * 64**3


@pytest.mark.parametrize(("name", "resolution"), [("0.e", 45.0), ("0.h", 45.0), ("0.d", 9.0)])
def test_what_does_not_apply_needs_no_memory(name: str, resolution: float) -> None:
    data = ball(64, 20).astype(np.float32)
    check = CHECKS[name]
    assert check.memory_needed(DensityMap(data, 14.0), 0.5, resolution) == INTERPRETER
    assert check.memory_needed(DensityMap(data, 14.0), 0.5, None) == INTERPRETER
    inputs = inputs_of(DensityMap(data, 14.0), data > 0.5, contour=0.5, resolution=resolution)
    result = check.run(inputs, available=1e6)
    assert result.status is Status.NOT_APPLICABLE
    assert f"The reported resolution of {resolution:g} Å is worse than" in result.reason
