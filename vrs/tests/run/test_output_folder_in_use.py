"""Two runs of the program and one folder; runs that were killed at any moment."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

# What writes the report of the fixtures: loaded here, as matplotlib warns while it is loaded.
import vrs.report.build  # noqa: F401
from vrs.maps.errors import OutputError
from vrs.run import lock, recovery, swap
from vrs.run.collect import collect
from vrs.run.lock import LOCK, FolderLock, Process
from vrs.run.output_folder import OutputFolder
from vrs.run.output_path import NotReplaceable
from vrs.tests.run.test_output_folder import files_of, fill, write_report

HOLD = """
import sys
from pathlib import Path
from vrs.run.output_folder import OutputFolder
with OutputFolder(Path(sys.argv[1])) as folder:
    folder.make()
    (folder.work / "vrs.log").write_bytes(b"half")
    print("held", flush=True)
    sys.stdin.read()
"""


class Killed(BaseException):
    """The process ends here, without any further step."""


def test_a_folder_that_another_process_writes_into_is_refused_until_it_is_killed(
    tmp_path: Path,
) -> None:
    out = tmp_path / "report"
    before = files_of(write_report(out))
    with OutputFolder(out) as late, subprocess.Popen(
        [sys.executable, "-c", HOLD, str(out)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        name = rf"another run of this program \(process {other.pid}\) is writing its report"
        with pytest.raises(OutputError, match=name):
            OutputFolder(out)
        with pytest.raises(OutputError, match="wait until it has ended"):
            late.make()
        other.kill()
    assert {name: files_of(out)[name] for name in before} == before
    with OutputFolder(out):
        assert files_of(out) == before
    write_report(out, b"second")
    assert sorted(files_of(out)) == sorted(before)


def test_a_folder_is_free_again_after_its_report(tmp_path: Path) -> None:
    for _ in range(2):
        write_report(tmp_path)
        assert not (tmp_path / LOCK).exists()


def test_what_another_run_left_meanwhile_is_looked_at_again(tmp_path: Path) -> None:
    mine = "already holds report.pdf"
    with pytest.raises(NotReplaceable, match=mine), OutputFolder(tmp_path) as late:
        (tmp_path / "report.pdf").write_bytes(b"mine")
        late.make()
    assert (tmp_path / "report.pdf").read_bytes() == b"mine"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="copies of a process")
def test_a_copy_of_a_process_does_not_hold_the_lock(tmp_path: Path) -> None:
    holder = FolderLock(tmp_path)
    reading, writing = os.pipe()
    copy = os.fork()
    if copy == 0:
        os.close(writing)
        os.read(reading, 1)
        os._exit(0)
    os.close(reading)
    holder.release()
    FolderLock(tmp_path).release()
    os.close(writing)
    assert os.waitpid(copy, 0)[1] == 0


@pytest.mark.parametrize(
    ("process", "free"),
    [
        (Process.current(), False),
        (Process(Process.current().pid, 1.0, Process.current().host), True),
        (Process(2**22 + 1, 1.0, Process.current().host), True),
        (Process(1, 1.0, "another.computer"), False),
    ],
)
def test_without_locks_of_the_file_system_the_record_decides(
    process: Process, free: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_locks(*_: Any) -> None:
        raise OSError("no locks here")

    monkeypatch.setattr(lock.fcntl, "flock", no_locks)
    record = {name: getattr(process, name) for name in ("pid", "started", "host")}
    (tmp_path / LOCK).write_text(json.dumps(record))
    if free:
        FolderLock(tmp_path).release()
        assert not (tmp_path / LOCK).exists()
    else:
        with pytest.raises(OutputError, match=f"process {process.pid}"):
            FolderLock(tmp_path)


def test_a_file_that_is_no_lock_is_refused(tmp_path: Path) -> None:
    (tmp_path / LOCK).write_bytes(b"mine")
    with pytest.raises(OutputError, match="already holds .vrs.lock"):
        FolderLock(tmp_path)
    assert (tmp_path / LOCK).read_bytes() == b"mine"


# --- killed between two renames -------------------------------------------------------------------


@pytest.mark.parametrize("steps", range(15))
def test_after_a_kill_between_two_renames_the_next_command_leaves_one_whole_report(
    steps: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    reports = [files_of(write_report(first)), files_of(write_report(second, b"second"))]
    rename, left = Path.rename, [steps]

    def rename_some(path: Path, target: Path) -> Path:
        if not left[0]:
            raise Killed
        left[0] -= 1
        return rename(path, target)

    with OutputFolder(first) as folder:
        folder.make()
        fill(folder.work, b"second")
        monkeypatch.setattr(Path, "rename", rename_some)
        was_killed = True
        try:
            swap.replace(first)
            was_killed = False
        except Killed:
            pass
        monkeypatch.undo()
        complete = (first / "report.json").exists()
        present = files_of(first)
        assert not complete or any(
            all(present.get(name) == content for name, content in report.items())
            for report in reports
        ), "report.json stands without the rest"
        folder._finished = True
    recovery.settle(first)
    after = files_of(first)
    assert after == reports[0 if steps == 0 else 1]
    assert was_killed == (steps < 14), "14 renames are the whole replacement"
    assert not swap.is_begun(first)


def test_the_first_run_after_a_kill_removes_what_it_left(tmp_path: Path) -> None:
    (tmp_path / swap.NEW).mkdir()
    OutputFolder(tmp_path)
    assert not any(tmp_path.iterdir())


# --- leaving the project --------------------------------------------------------------------------


def test_a_report_that_cannot_be_copied_names_the_folder_and_the_free_space(
    report_folder: Path, tmp_path: Path
) -> None:
    report = tmp_path / "project"
    (report / "figures").mkdir(parents=True)
    shutil.copy(report_folder / "report.json", report)
    with OutputFolder(tmp_path / "report") as folder:
        folder.make()
        (folder.work / "figures").mkdir()
        message = r"cannot leave its project \(File exists; .* MB free on the disk of .*report\)"
        with pytest.raises(OutputError, match=message):
            collect(report, folder)


def test_the_reason_for_a_file_that_cannot_be_copied_is_given(
    report_folder: Path, tmp_path: Path
) -> None:
    report = tmp_path / "project"
    (report / "figures").mkdir(parents=True)
    shutil.copy(report_folder / "report.json", report)
    (report / "figures" / "figure_01.png").symlink_to(tmp_path / "gone.png")
    with OutputFolder(tmp_path / "report") as folder:
        folder.make()
        with pytest.raises(OutputError, match="No such file or directory"):
            collect(report, folder)
