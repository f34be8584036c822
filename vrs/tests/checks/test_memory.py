"""The memory that a check is said to need: near what it takes, and refused in a sentence."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from vrs.checks.memory import INTERPRETER, memory_needed, shortage
from vrs.level0.preparation import PREPARATION_MEMORY
from vrs.levels import CHECKS
from vrs.maps import write_map
from vrs.tests.simulation import atom_ball

SIZE, RESOLUTION = 160, 3.0
PREPARE = "prepare"

MEASURE = """
import sys
from pathlib import Path
from vrs.checks.inputs import Preparation
from vrs.checks.store import save_result
from vrs.level0 import prepare
from vrs.levels import CHECKS
from vrs.maps import open_map
from vrs.run.memory import peak_memory
folder, name, contour = Path(sys.argv[1]), sys.argv[2], float(sys.argv[3])
before = peak_memory()
if name == "prepare":
    prepare(open_map(folder / "given.mrc"), contour, 3.0).save(folder)
else:
    save_result(CHECKS[name].run(Preparation.load(folder).inputs), folder / name)
print(peak_memory() - before)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("memory")
    density = atom_ball(SIZE, 1.0, 60.0, RESOLUTION, noise=0.02)
    write_map(made / "given.mrc", density)
    (made / "contour").write_text(str(0.3 * float(np.quantile(density.data[SIZE // 2], 0.99))))
    taken(made, PREPARE)
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


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="the peak of a program itself is Linux's")
@pytest.mark.parametrize("name", [PREPARE, *CHECKS])
def test_the_memory_of_a_check_is_enough_and_not_far_too_much(folder: Path, name: str) -> None:
    measured = taken(folder, name)
    per_voxel = PREPARATION_MEMORY if name == PREPARE else CHECKS[name].memory
    needed = memory_needed(per_voxel, SIZE**3)
    # The interpreter, its libraries and what they load late are measured apart.
    assert measured + 150e6 < needed
    assert needed < 2 * measured + INTERPRETER


def test_a_shortage_says_what_is_needed_what_is_available_and_what_to_do() -> None:
    needed = memory_needed(10.0, 512**3)
    assert shortage("0.g Local occupancy", needed, 8e9) is None
    assert shortage("0.g Local occupancy", needed, None) is None
    refusal = shortage("0.g Local occupancy", needed, 1e9)
    assert str(refusal) == (
        "0.g Local occupancy needs about 1.7 GB of memory and 1.0 GB are available: close other "
        "programs, or measure a binned copy of the map (--bin 2, or “Bin the map by” in the form "
        "of prepare map)"
    )


def test_coarse_voxels_count_as_many_as_they_become_on_the_grid_of_1_angstrom() -> None:
    fine, coarse = (CHECKS["0.e"].memory_needed(96**3, size) for size in (0.5, 4.4))
    assert fine == memory_needed(CHECKS["0.e"].memory, 96**3)
    # A map of 96³ voxels of 4.4 Å took 1.2 GB.
    assert 1.2e9 < coarse < 2.4e9
    assert CHECKS["0.a"].memory_needed(96**3, 4.4) == CHECKS["0.a"].memory_needed(96**3, 0.5)
