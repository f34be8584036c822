"""The memory asked for before a check starts: near what it takes, and told in a sentence."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vrs.checks.level import LEVEL0
from vrs.checks.memory import (
    INTERPRETER,
    NEEDS,
    PREPARATION,
    GridSizes,
    around_mask,
    grid_sizes,
    memory_needed,
    shortage,
    shortages,
)
from vrs.maps import read_map, write_map
from vrs.tests.simulation import atom_ball

SIZE, RESOLUTION = 160, 3.0

MEASURE = """
import sys
from pathlib import Path
from vrs.level0.background import background_analysis
from vrs.level0.b_factor import b_factor_analysis
from vrs.level0.hand import hand
from vrs.level0.local_b_factor import local_b_factor
from vrs.level0.local_occupancy import local_occupancy
from vrs.level0.local_resolution import local_resolution
from vrs.level0.mask import mask_analysis
from vrs.level0.mass import mass_analysis
from vrs.level0.preparation import prepare
from vrs.maps import SourceFile, open_map, read_map
from vrs.run.memory import peak_memory
folder, name, contour, resolution = Path(sys.argv[1]), sys.argv[2], float(sys.argv[3]), 3.0
before = peak_memory()
def map_of(name):
    return open_map(folder / f"{name}.mrc")
def mask_of(name):
    return read_map(folder / f"{name}.mrc", memory_map=True).data > 0.5
def b_factor():
    maps = map_of("resized_map"), mask_of("resized_hard_mask")
    return local_b_factor(*maps, map_of("map"), mask_of("hard_mask"), resolution)
check = {
    "prepare": lambda: prepare(map_of("given"), contour, resolution, SourceFile("", "", ())),
    "0.a": lambda: mass_analysis(map_of("map"), mask_of("hard_mask"), contour),
    "0.b": lambda: mask_analysis(map_of("map"), mask_of("hard_mask"), contour),
    "0.c": lambda: background_analysis(map_of("map"), mask_of("hard_mask"), resolution),
    "0.d": lambda: b_factor_analysis(map_of("map"), resolution),
    "0.e": lambda: local_resolution(map_of("map"), mask_of("hard_mask"), resolution),
    "0.f": b_factor,
    "0.g": lambda: local_occupancy(map_of("resized_map"), mask_of("resized_hard_mask"), resolution),
    "0.h": lambda: hand(map_of("map"), contour, resolution),
}[name]()
(getattr(check, "section", check)).save(folder if name == "prepare" else folder / name)
print(peak_memory() - before)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("memory")
    density = atom_ball(SIZE, 1.0, 60.0, RESOLUTION, noise=0.02)
    write_map(made / "given.mrc", density)
    (made / "contour").write_text(str(0.3 * float(np.quantile(density.data[SIZE // 2], 0.99))))
    taken(made, PREPARATION)
    return made


def taken(folder: Path, name: str) -> int:
    """Bytes that a check takes in a process of its own, beside the interpreter and libraries."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(folder), name, (folder / "contour").read_text()],
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return int(done.stdout)


def grids_of(folder: Path) -> GridSizes:
    mask = np.argwhere(read_map(folder / "hard_mask.mrc").data > 0.5)
    x, y, z = np.ptp(mask, axis=0) + 1
    part, angstrom = around_mask((int(x), int(y), int(z)), (SIZE, SIZE, SIZE), 1.0)
    resized = read_map(folder / "resized_map.mrc").data.size
    return GridSizes(SIZE**3, resized, part, angstrom)


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of a program itself is Linux's")
@pytest.mark.parametrize("name", [PREPARATION, *(info.id for info in LEVEL0.checks)])
def test_what_is_asked_for_is_enough_and_not_far_too_much(folder: Path, name: str) -> None:
    measured = taken(folder, name)
    needed = memory_needed(name, grids_of(folder)) - INTERPRETER
    # Libraries that are loaded late, and the threads, take up to 30 MB whatever the map.
    assert measured < needed + 30e6
    assert needed < 2 * measured + 30e6


def test_every_check_has_a_need() -> None:
    assert set(NEEDS) == {PREPARATION, *(info.id for info in LEVEL0.checks)}


def test_a_shortage_says_what_is_needed_what_there_is_and_what_to_do() -> None:
    grids = GridSizes(512**3, 340**3)
    assert shortage("0.g", grids, 8e9) == ""
    assert shortage("0.g", grids, None) == ""
    assert shortage("0.g", grids, 1e9) == (
        "0.g Local occupancy needs about 1.5 GB of memory and 1.0 GB are available: close other "
        "programs, or ask for a binned copy of the map (--bin 2, or “Bin the map by” in the form "
        "of prepare map)."
    )
    assert shortage(PREPARATION, grids, 1e9).startswith("the preparation needs about 2.8 GB")


def test_the_checks_that_are_known_to_be_too_large_are_listed() -> None:
    grids = GridSizes(512**3, 340**3)
    told: Any = [text[:3] for text in shortages(grids, 1.65e9)]
    assert told == ["0.c", "0.f", "0.h"]
    assert [text[:3] for text in shortages(grids, 1.65e9, ("0.c", "0.f"))] == ["0.h"]
    assert shortages(grids, 64e9) == []


def test_the_grids_of_a_map() -> None:
    assert grid_sizes((100, 120, 110), 1.0, None) == GridSizes(1_320_000, 1_320_000)
    # Voxels of half the resolution in a cube of the longest side: up-sampled if need be.
    assert grid_sizes((100, 120, 110), 1.0, 4.0) == GridSizes(1_320_000, 60**3)
    assert grid_sizes((100, 100, 100), 1.0, 1.0) == GridSizes(100**3, 200**3)
    # A binned map is smaller, and its resized map is the same.
    assert grid_sizes((100, 120, 111), 1.0, 4.0, binning=2) == GridSizes(50 * 60 * 55, 60**3)


def test_the_part_around_a_mask_ends_at_the_faces_of_the_box() -> None:
    assert around_mask((20, 20, 20), (400, 400, 50), 2.0) == (54 * 54 * 50, 8 * 54 * 54 * 50)
