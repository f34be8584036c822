"""A batch that is killed, interrupted or started twice: nothing lost, and nothing done twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List

import psutil
import pytest

from vrs.tests.conftest import SmallMap

pytestmark = pytest.mark.long

SKIP = "0.c,0.d,0.e,0.f,0.g,0.h"
NAMES = ["first", "second", "third"]


@pytest.fixture
def table(small_map: SmallMap, tmp_path: Path) -> Path:
    """A list of one map under three names."""
    rows = [{"map": str(small_map.file), "contour": small_map.contour, "name": name}
            for name in NAMES]  # fmt: skip
    file = tmp_path / "list.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return file


def until(is_so: Callable[[], bool], seconds: float) -> bool:
    """Whether something becomes so in time."""
    deadline = time.monotonic() + seconds
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.02)
    return is_so()


def command(table: Path, *more: str) -> List[str]:
    out = str(table.parent / "out")
    options = ["--out", out, "--only", "json", "--skip", SKIP, "--workers", "1", *more]
    return [sys.executable, "-m", "vrs", "batch", str(table), *options]


def finished(table: Path, *more: str) -> Dict[str, Any]:
    """The answer of a batch that runs to its end."""
    done = subprocess.run(
        command(table, "--json", *more), capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    answer: Dict[str, Any] = json.loads(done.stdout)
    assert done.returncode == answer["exit_status"], done.stderr
    return answer


@pytest.fixture
def started(table: Path) -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
    """Starts a batch in the background; it is ended with the test."""
    processes = []

    def start() -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            command(table), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            # Tests that run in the background of a shell have the signal ignored.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )  # fmt: skip
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def worker_of(process: "subprocess.Popen[str]", unlike: int = 0) -> psutil.Process:
    """The worker of a batch, as soon as it measures a map."""

    def measuring() -> List[psutil.Process]:
        children = psutil.Process(process.pid).children()
        named = [child for child in children if "spawn_main" in " ".join(child.cmdline())]
        return [child for child in named if child.pid != unlike]

    assert until(lambda: bool(measuring()), 60)
    return measuring()[0]


def begun(table: Path, name: str) -> bool:
    return (table.parent / "out" / "reports" / name / ".vrs_new").exists()


def reports(table: Path) -> Dict[str, float]:
    """When the report of each map was written."""
    files = sorted((table.parent / "out" / "reports").glob("*/report.json"))
    return {file.parent.name: file.stat().st_mtime for file in files}


def indexed(table: Path) -> List[str]:
    """What became of each map by the index of the batch."""
    index = json.loads((table.parent / "out" / "index.json").read_text(encoding="utf-8"))
    return [row["state"] for row in index["maps"]]


def test_a_killed_worker_takes_no_map_with_it(
    table: Path, started: Callable[..., "subprocess.Popen[str]"]
) -> None:
    process = started()
    assert until(lambda: begun(table, "first"), 60)
    worker_of(process).kill()
    printed, told = process.communicate(timeout=300)
    assert process.returncode == 0, printed + told
    assert printed.count("of 3: ") == 3
    assert sorted(reports(table)) == NAMES


def test_a_map_that_kills_its_worker_twice_has_failed_and_no_other(
    table: Path, started: Callable[..., "subprocess.Popen[str]"]
) -> None:
    process, killed = started(), 0
    for _ in range(2):
        worker = worker_of(process, killed)
        assert until(lambda: begun(table, "first"), 60)
        worker.kill()
        killed = worker.pid
        assert until(lambda: not begun(table, "first"), 60)
    printed, _ = process.communicate(timeout=300)
    assert process.returncode == 1
    assert "first: its process was ended by SIGKILL, as when memory runs out, twice" in printed
    assert sorted(reports(table)) == NAMES[1:]
    assert not (table.parent / "out" / "reports" / "first").exists()
    assert indexed(table) == ["failed", "measured", "measured"]
    again = finished(table)
    assert indexed(table) == ["measured"] * 3
    assert again["index"] == str(table.parent / "out" / "index.html")
    assert (again["passed"], again["failed"], again["left"]) == (3, 0, 0)


def test_after_a_kill_the_same_command_goes_on(
    table: Path, started: Callable[..., "subprocess.Popen[str]"]
) -> None:
    process = started()
    assert until(lambda: begun(table, "second"), 60)
    worker = worker_of(process)
    process.kill()
    process.communicate()
    assert until(lambda: not worker.is_running(), 30)
    before = reports(table)
    assert list(before) == NAMES[:1]
    answer = finished(table)
    assert (answer["exit_status"], answer["passed"]) == (0, 3)
    after = reports(table)
    assert sorted(after) == NAMES
    assert after["first"] == before["first"], "it was not measured again"


def test_ctrl_c_ends_the_batch_and_says_how_to_go_on(
    table: Path, started: Callable[..., "subprocess.Popen[str]"]
) -> None:
    process = started()
    assert until(lambda: begun(table, "first"), 60)
    worker = worker_of(process)
    process.send_signal(signal.SIGINT)
    printed, told = process.communicate(timeout=30)
    assert process.returncode == 130
    assert told.startswith("vrs: interrupted; to go on: vrs batch ")
    assert "Left               3" in printed or "Left    3" in printed
    assert not worker.is_running()
    assert not reports(table) and not list((table.parent / "out" / "reports").iterdir())


def test_a_second_batch_in_the_folder_is_refused(
    table: Path, started: Callable[..., "subprocess.Popen[str]"]
) -> None:
    process = started()
    assert until(lambda: begun(table, "first"), 60)
    done = subprocess.run(command(table), stderr=subprocess.PIPE, text=True, timeout=60)
    assert done.returncode == 1
    assert f"(process {process.pid}) is writing" in done.stderr


def test_what_changed_is_measured_again_and_nothing_else(
    table: Path, small_map: SmallMap
) -> None:
    assert finished(table)["passed"] == 3
    before = reports(table)
    rows = [json.loads(line) for line in table.read_text(encoding="utf-8").splitlines()]
    rows[1]["title"] = "Another title"
    table.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    damaged = table.parent / "out" / "reports" / "third" / "report.json"
    damaged.write_bytes(damaged.read_bytes()[:1000])
    answer = finished(table)
    after = reports(table)
    assert answer["failed"] == 1, "a damaged report is not overwritten"
    assert answer["exit_status"] == 1
    assert [(one["state"], one["overall"] is None) for one in answer["maps"]] == [
        ("finished", False), ("finished", False), ("failed", True),
    ]  # fmt: skip
    assert after["first"] == before["first"] and after["second"] > before["second"]
    # The state can be lost: what is finished is found again.
    (table.parent / "out" / "batch.sqlite").unlink()
    again = time.time()
    assert finished(table)["passed"] == 2
    assert max(stamp for name, stamp in reports(table).items() if name != "third") < again


def test_a_folder_with_other_files_is_refused(table: Path) -> None:
    (table.parent / "out").mkdir()
    (table.parent / "out" / "thesis.tex").touch()
    assert "thesis.tex, and is not the folder of a batch" in finished(table)["error"]
    assert os.listdir(table.parent / "out") == ["thesis.tex"]
