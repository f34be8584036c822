"""Two runs of the program and one folder; runs that were killed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

# What a report is copied with: loaded here, as matplotlib under it warns while it is loaded.
import vrs.report.surfaces.chimerax_script  # noqa: F401
from vrs.maps.errors import OutputError
from vrs.run.output_folder import MARKER, OutputFolder

HOLD = """
import sys
from pathlib import Path
from vrs.run.output_folder import OutputFolder
with OutputFolder(Path(sys.argv[1])) as folder:
    folder.make()
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_folder_that_another_process_writes_into_is_refused_until_it_ends(
    tmp_path: Path,
) -> None:
    with OutputFolder(tmp_path / "report") as late, subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / "report")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(OutputError, match="another run of this program is writing its report"):
            OutputFolder(tmp_path / "report")
        with pytest.raises(OutputError, match="wait until it has ended"):
            late.make()
        other.kill()
    with OutputFolder(tmp_path / "report") as folder:
        folder.make()
        assert (tmp_path / "report" / MARKER).exists()


def test_a_folder_is_free_again_after_its_report(tmp_path: Path) -> None:
    with OutputFolder(tmp_path) as first:
        first.make()
    with OutputFolder(tmp_path) as second:
        second.make()


def test_what_another_run_left_meanwhile_is_looked_at_again(tmp_path: Path) -> None:
    with OutputFolder(tmp_path) as late:
        (tmp_path / "report.pdf").write_bytes(b"mine")
        with pytest.raises(OutputError, match="already holds report.pdf"):
            late.make()
    assert (tmp_path / "report.pdf").read_bytes() == b"mine"


def test_a_project_of_a_run_that_was_killed_is_told_from_one_that_was_changed(
    tmp_path: Path,
) -> None:
    with OutputFolder(tmp_path) as folder:
        folder.make()
        folder.project.mkdir()
        (folder.project / "project.sqlite").write_bytes(b"half a run")
    with pytest.raises(OutputError, match="is of a run that was killed: remove it"):
        OutputFolder(tmp_path)


def test_a_report_that_cannot_be_copied_stays_in_the_project(
    report_folder: Path, tmp_path: Path
) -> None:
    report = tmp_path / "project"
    (report / "figures").mkdir(parents=True)
    shutil.copy(report_folder / "report.json", report)
    with OutputFolder(tmp_path / "report") as folder:
        folder.make()
        (folder.path / "figures").mkdir()
        with pytest.raises(
            OutputError, match=r"cannot be copied into .* \(File exists\)"
        ) as refusal:
            folder.collect(report)
    assert refusal.value.advice == f"free disk space; the report itself is in {report}"


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
            folder.collect(report)
