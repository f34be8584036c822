"""What a killed run left, what only looks like it, and folders that cannot be changed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from vrs.maps.errors import OutputError
from vrs.run.lock import LOCK, FolderLock, Process
from vrs.run.output_folder import LAST_RUN, LOG, OutputFolder
from vrs.run.output_path import NotReplaceable
from vrs.run.recovery import settle, settle_before_reading
from vrs.run.swap import NEW, OLD, READY
from vrs.run.written import MARKER, read_record
from vrs.tests.run.test_output_folder import files_of, fill, write_report


@pytest.fixture
def report(tmp_path: Path) -> Path:
    return write_report(tmp_path / "report")


def leave_lock(folder: Path) -> None:
    """What a process that was killed leaves."""
    ended = {"pid": Process.current().pid, "started": 1.0, "host": Process.current().host}
    (folder / LOCK).write_text(json.dumps(ended))


def leave_ready(folder: Path, new: Path) -> None:
    """A report that was about to take its place when its run was killed."""
    write_report(new, b"second").rename(folder / READY)
    leave_lock(folder)


# --- records and folders that this program did not write ------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "../p", "/abs", "a/../../b", "a//b", "./a", LOCK, OLD, f"{NEW}/a", LAST_RUN],
)
def test_a_record_with_a_name_that_no_report_has_protects_every_file(
    name: str, report: Path
) -> None:
    (report / MARKER).write_text(json.dumps({"files": {name: "x"}, "runs": {}}))
    assert read_record(report) is None
    with pytest.raises(NotReplaceable, match=f"already holds {MARKER}"):
        OutputFolder(report)


def test_a_command_that_reads_changes_no_folder_from_elsewhere(
    report: Path, tmp_path: Path
) -> None:
    leave_ready(report, tmp_path / "second")
    (report / LOCK).unlink()
    before = files_of(report)
    settle_before_reading(report, report / "report.json")
    assert files_of(report) == before


def test_a_command_that_reads_finishes_what_a_killed_run_began(
    report: Path, tmp_path: Path
) -> None:
    leave_ready(report, tmp_path / "second")
    settle_before_reading(report / "scipion_project" / "gone.mrc", None)
    assert (report / "report.json").read_bytes() == b"second"
    assert not any((report / name).exists() for name in (READY, OLD, LOCK))


def test_a_report_is_read_while_another_run_works(report: Path, tmp_path: Path) -> None:
    write_report(tmp_path / "second").rename(report / READY)
    lock = FolderLock(report)
    settle_before_reading(report)
    assert (report / "report.json").read_bytes() == b"first"
    lock.release()


@pytest.mark.parametrize("name", [OLD, READY, NEW])
def test_links_in_place_of_what_a_killed_run_leaves_are_refused(
    name: str, report: Path, tmp_path: Path
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "report.json").write_bytes(b"mine")
    if name != READY:
        leave_ready(report, tmp_path / "second")
    (report / name).symlink_to(tmp_path / "mine")
    with pytest.raises((NotReplaceable, OutputError), match=name):
        OutputFolder(report)
    assert (tmp_path / "mine" / "report.json").read_bytes() == b"mine"


@pytest.mark.parametrize("name", [OLD, READY])
def test_own_files_among_what_a_killed_run_left_are_named_and_kept(
    name: str, report: Path, tmp_path: Path
) -> None:
    (report / name).mkdir()
    (report / name / "precious.txt").write_bytes(b"mine")
    for command in (settle, settle_before_reading, OutputFolder):
        leave_lock(report)
        with pytest.raises(NotReplaceable, match=f"holds {name}/precious.txt, which this program"):
            command(report)
    assert (report / name / "precious.txt").read_bytes() == b"mine"
    assert (report / "report.json").read_bytes() == b"first"


@pytest.mark.parametrize("lost", ["report.json", "figures/figure_01.png"])
def test_only_a_complete_report_takes_the_place_of_another(
    lost: str, report: Path, tmp_path: Path
) -> None:
    before = files_of(report)
    leave_ready(report, tmp_path / "second")
    (report / READY / lost).unlink()
    message = rf"no complete report goes with .*\(missing: {lost}\)"
    with pytest.raises(NotReplaceable, match=message):
        settle(report)
    assert {name: content for name, content in files_of(report).items() if name in before} == before


def test_a_changed_file_of_a_report_that_waits_is_named(report: Path, tmp_path: Path) -> None:
    leave_ready(report, tmp_path / "second")
    (report / READY / "report.pdf").write_bytes(b"other")
    with pytest.raises(NotReplaceable, match=f"{READY}/report.pdf"):
        settle(report)


def test_the_only_copy_of_a_report_is_not_removed(report: Path) -> None:
    parts = [report / name for name in os.listdir(report)]
    (report / OLD).mkdir()
    for part in parts:
        part.rename(report / OLD / part.name)
    before = files_of(report)
    with pytest.raises(NotReplaceable, match=f"no complete report goes with .*{OLD}, which"):
        settle(report)
    assert files_of(report) == before


def test_what_was_put_in_the_place_of_a_moved_report_is_kept(report: Path, tmp_path: Path) -> None:
    leave_ready(report, tmp_path / "second")
    (report / OLD).mkdir()
    for name in ("report.json", "figures"):
        (report / name).rename(report / OLD / name)
    (report / "report.json").write_bytes(b"mine")
    (report / "figures").mkdir()
    before = files_of(report)
    with pytest.raises(NotReplaceable, match=r"holds .*report\.json"):
        settle_before_reading(report)
    (report / LOCK).unlink()
    before.pop(LOCK)
    assert files_of(report) == before


@pytest.mark.parametrize("gone", [["report.json"], ["report.json", "figures", "scipion_project"]])
def test_a_removal_that_was_killed_goes_on(gone: str, report: Path, tmp_path: Path) -> None:
    write_report(tmp_path / "old").rename(report / OLD)
    for name in gone:
        left = report / OLD / name
        shutil.rmtree(left) if left.is_dir() else left.unlink()
    before = {name for name in files_of(report) if not name.startswith(OLD)}
    settle(report)
    assert set(files_of(report)) == before


# --- a report that could not take its place -------------------------------------------------------


def test_a_new_report_in_last_run_is_not_removed_by_a_run_that_follows(report: Path) -> None:
    with pytest.raises(NotReplaceable), OutputFolder(report) as folder:
        folder.make()
        fill(folder.work, b"second")
        (report / "mine.txt").write_bytes(b"mine")
        folder.finish()
    (report / "mine.txt").unlink()
    with pytest.raises(NotReplaceable, match=f"{LAST_RUN} holds a report that could not take"):
        OutputFolder(report)
    assert (report / LAST_RUN / "report.json").read_bytes() == b"second"


def test_an_earlier_report_that_cannot_be_moved_is_put_back(
    report: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files_of(report)
    rename = Path.rename

    def rename_all_but_the_log(path: Path, target: Path) -> Path:
        if path == report / LOG:
            raise PermissionError(1, "Operation not permitted", str(path))
        return rename(path, target)

    message = f"cannot take its place .*Operation not permitted.*{LAST_RUN}"
    with pytest.raises(OutputError, match=message), OutputFolder(report) as folder:
        folder.make()
        fill(folder.work, b"second")
        monkeypatch.setattr(Path, "rename", rename_all_but_the_log)
        folder.finish()
    after = files_of(report)
    assert {name: after[name] for name in before} == before
    assert after[f"{LAST_RUN}/report.json"] == b"second"
    assert not any((report / name).exists() for name in (NEW, READY, OLD))


# --- modes of files and folders -------------------------------------------------------------------

REFUSED = """
import sys
from pathlib import Path
from vrs.maps.errors import OutputError
from vrs.run.output_folder import OutputFolder
from vrs.run.recovery import settle_before_reading
for command in (OutputFolder, settle_before_reading):
    try:
        command(Path(sys.argv[1]))
    except OutputError as error:
        print(error)
"""


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        ("", 0o000), ("", 0o555), ("figures", 0o555), ("figures", 0o000), ("report.json", 0o000),
        ("figures/secret", 0o000), ("scipion_project/Runs", 0o555), (NEW, 0o000), (READY, 0o000),
    ],
)  # fmt: skip
def test_what_cannot_be_read_or_moved_is_refused_before_the_start(
    name: str, mode: int, report: Path, tmp_path: Path
) -> None:
    as_user = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search,-fowner"]
    if os.getuid() == 0 and not shutil.which(as_user[0]):
        pytest.skip("root may read and change everything")
    if name == READY:
        leave_ready(report, tmp_path / "second")
    place = report / name
    if not place.exists():
        place.mkdir()
        (place / MARKER).write_text("{}")
    usual = place.stat().st_mode
    before = {name: content for name, content in files_of(report).items() if name != LOCK}
    place.chmod(mode)
    try:
        done = subprocess.run(
            [*(as_user if os.getuid() == 0 else []), sys.executable, "-c", REFUSED, str(report)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    finally:
        place.chmod(usual)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines and all("(Permission denied)" in line and str(place) in line for line in lines)
    after = files_of(report)
    assert {name: content for name, content in after.items() if name != LOCK} == before
