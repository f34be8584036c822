"""The benchmark runs on a tiny map, and its table agrees with its JSON. Times are not tested."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, List, NamedTuple

import numpy as np
import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
if not (REPOSITORY / "benchmarks").is_dir():
    pytest.skip("needs the folder benchmarks of the repository", allow_module_level=True)
sys.path.insert(0, str(REPOSITORY))

from benchmarks import archive, scaling, speed, stages  # noqa: E402
from benchmarks.tasks import TASKS, Task, Tolerance, agreements  # noqa: E402
from vrs.tests.rst import block  # noqa: E402

PLAIN = [name for name, task in TASKS.items() if task.other_name != "ucm"]


class Finished(NamedTuple):
    printed: List[str]
    result: Dict[str, Any]
    folder: Path


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    folder = tmp_path_factory.mktemp("bench")
    process = subprocess.run(
        [
            sys.executable, "-m", "benchmarks", "--maps", "sim64", "--repeats", "1",
            "--threads", "1", "--out", str(folder), "--tasks", *TASKS,
        ],
        cwd=REPOSITORY, check=True, text=True, stdout=subprocess.PIPE,
    )  # fmt: skip
    result = json.loads((folder / "speed.json").read_text(encoding="utf-8"))
    return Finished(process.stdout.splitlines(), result, folder)


@pytest.mark.slow
def test_every_row_of_the_table_is_in_the_json(finished: Finished) -> None:
    wanted = list(TASKS) if importlib.util.find_spec("ucm") else PLAIN
    assert [row["task"] for row in finished.result["rows"]] == wanted
    for row in finished.result["rows"]:
        assert speed.text_of(row) in finished.printed
        assert row["ratio"] == pytest.approx(row["other_seconds"][0] / row["seconds"][0])
        assert 20e6 < row["peak_bytes"] < 1e9
    assert (finished.folder / "speed.png").stat().st_size > 10_000


@pytest.mark.slow
def test_the_results_agree_on_the_tiny_map(finished: Finished) -> None:
    for row in finished.result["rows"]:
        assert row["agrees"] is True, row
    assert "Results that do not agree: none." in finished.printed


@pytest.mark.slow
def test_the_evidence_and_the_report_have_a_row(finished: Finished) -> None:
    for line in stages.lines(finished.result["stages"]):
        assert line in finished.printed
    assert finished.result["stages"]["evidence"]["cpu_seconds"] > 0


@pytest.mark.slow
def test_every_part_of_the_scaling_is_measured() -> None:
    seconds = scaling.measure(32)
    assert set(seconds) == set(scaling.PARTS)
    assert min(seconds.values()) > 0


def test_the_growth_of_the_cost_is_found() -> None:
    rows = [
        {
            "size": size,
            "threads": threads,
            "seconds": dict.fromkeys(scaling.PARTS, 1e-09 * size**3 / threads),
        }
        for size in (64, 128, 256, 512)
        for threads in (1, 2)
    ]
    sentences = scaling.findings({"rows": rows, "machine": "a machine", "seconds_in_all": 1.0})
    assert "from 128 to 512 voxels a side the cost grows as n^3.00" in sentences[0]
    assert "at 512 voxels 2 threads are 2.00 times as fast as 1" in sentences[0]


@pytest.mark.parametrize(
    "tolerance, other, holds",
    [
        (Tolerance(), [1.0, 2.0], True),
        (Tolerance(), [1.0, 2.0000001], False),
        (Tolerance(relative=0.01), [1.0, 2.01], True),
        (Tolerance(relative=0.01), [1.0, 2.03], False),
        (Tolerance(relative=0.01, absolute=0.1), [1.0, 2.05], True),
        (Tolerance(spread=0.1), [1.0, 2.04], True),
        (Tolerance(), [1.0, 2.0, 3.0], False),
    ],
)
def test_agreement_is_judged_by_the_tolerance(
    tolerance: Tolerance, other: List[float], holds: bool
) -> None:
    task = Task("x", "x", lambda *_: {}, lambda *_: {}, tolerances={"value": tolerance})
    (agreement,) = agreements(task, {"value": np.array([1.0, 2.0])}, {"value": np.array(other)})
    assert agreement.holds is holds


def test_masks_agree_by_their_overlap() -> None:
    task = Task("x", "x", lambda *_: {}, lambda *_: {})
    mask = np.zeros((20, 20, 20), dtype=bool)
    mask[5:15] = True
    nearly, other = mask.copy(), mask.copy()
    nearly[4, 0, :4] = True
    other[15] = True
    assert agreements(task, {"mask": mask}, {"mask": nearly})[0].holds
    assert not agreements(task, {"mask": mask}, {"mask": other})[0].holds


def test_the_costs_of_an_archive_are_those_of_the_package() -> None:
    assert block(archive.PAGE, archive.BLOCK) == archive.table(), "python -m benchmarks.archive"
