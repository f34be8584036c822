"""Scipion's windows: which project is opened, and what prevents it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Dict, List

import pytest

from vrs.cli import gui
from vrs.cli.exit_status import ExitStatus
from vrs.cli.main import main
from vrs.maps.errors import VrsError
from vrs.run.project_list import project_of
from vrs.tests.conftest import FinishedReport


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> List[List[str]]:
    """The programs that would have replaced this process."""
    programs: List[List[str]] = []
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(os, "execv", lambda path, arguments: programs.append(arguments))
    return programs


def test_a_missing_application_is_refused_with_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(gui, "module_exists", lambda name: False)
    assert main(["gui"]) == ExitStatus.FAILED
    assert capsys.readouterr().err == (
        "vrs: Scipion's windows are not installed: pip install scipion-app\n"
    )


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="windows without DISPLAY")
def test_windows_without_a_screen_are_refused_with_advice(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.setattr(gui, "module_exists", lambda name: True)
    assert main(["gui"]) == ExitStatus.FAILED
    assert "DISPLAY is not set" in capsys.readouterr().err


@pytest.mark.slow
def test_the_project_of_a_report_is_opened_by_its_name(
    scipion: Dict[str, str], finished_report: FinishedReport, started: List[List[str]]
) -> None:
    main(["gui", str(finished_report.folder)])
    main(["gui"])
    (_, *project), (_, *manager) = started
    assert project[0] == manager[0] == "-c" and 'run_module("scipion"' in manager[1]
    assert project[2:] == ["project", "ball-report"]
    assert manager[2:] == ["manager"]


@pytest.mark.slow
def test_a_folder_without_a_project_is_refused(
    scipion: Dict[str, str],
    tmp_path: Path,
    started: List[List[str]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["gui", str(tmp_path)]) == ExitStatus.FAILED
    assert f"there is no project in {tmp_path}" in capsys.readouterr().err
    assert not started


@pytest.mark.slow
def test_only_the_window_lists_a_project_and_those_of_removed_reports_leave_the_list(
    scipion: Dict[str, str], finished_report: FinishedReport, started: List[List[str]]
) -> None:
    projects = Path(scipion["SCIPION_USER_DATA"]) / "projects"
    gone, unrelated = projects / "gone", projects / "unrelated"
    projects.mkdir(parents=True, exist_ok=True)
    gone.symlink_to(projects / "removed report" / "scipion_project")
    unrelated.symlink_to(projects / "on a disk that is not mounted")
    for _ in range(2):
        main(["gui", str(finished_report.folder)])
    links = [link for link in projects.iterdir() if link.resolve() == finished_report.project]
    assert [link.name for link in links] == ["ball-report"]
    assert not gone.is_symlink() and unrelated.is_symlink()
    unrelated.unlink()


def test_a_project_is_found_from_its_report_and_from_any_folder_of_it(tmp_path: Path) -> None:
    report = tmp_path / "map_report"
    run, curves = report / "scipion_project" / "Runs" / "000002_Run", report / "curves"
    for folder in (run, curves):
        folder.mkdir(parents=True)
    (report / "report.json").write_text("{}", encoding="utf-8")
    (report / "scipion_project" / "project.sqlite").write_bytes(b"x")
    (tmp_path / "project.sqlite").write_bytes(b"of something else around it")
    for place in (report, report / "scipion_project", run, curves, report / "report.json"):
        assert project_of(place) == report / "scipion_project"


def test_a_folder_that_is_absent_or_without_a_project_is_named_with_what_to_do(
    tmp_path: Path,
) -> None:
    with pytest.raises(VrsError, match=f"there is no folder {tmp_path}/absent: choose the folder"):
        project_of(tmp_path / "absent")
    (tmp_path / "report.json").write_text("{}", encoding="utf-8")
    with pytest.raises(VrsError, match="is without its project: write it again without --keep"):
        project_of(tmp_path)


@pytest.mark.slow
def test_a_report_that_was_copied_and_moved_is_opened_by_its_new_name(
    scipion: Dict[str, str],
    finished_report: FinishedReport,
    started: List[List[str]],
    tmp_path: Path,
) -> None:
    shutil.copytree(finished_report.folder, tmp_path / "ball report")
    main(["gui", str(finished_report.folder)])
    main(["gui", str(tmp_path / "ball report")])
    (tmp_path / "ball report").rename(tmp_path / "moved")
    main(["gui", str(tmp_path / "moved")])
    assert [arguments[-1] for arguments in started] == ["ball-report", "ball-report_2", "moved"]
    projects = Path(scipion["SCIPION_USER_DATA"]) / "projects"
    assert not (projects / "ball-report_2").is_symlink()
    assert (projects / "moved").resolve() == tmp_path / "moved" / "scipion_project"


_READ = """
import sys
import pyworkflow as pw
from pyworkflow.project import Project
project = Project(pw.Config.getDomain(), sys.argv[1])
project.load()
print("FOUND", project.openedAsReadOnly(), len(project.getRuns()))
"""


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become another user")
def test_a_report_of_somebody_else_is_opened_read_only(
    scipion: Dict[str, str], finished_report: FinishedReport
) -> None:
    # The temporary folders of pytest are closed to others.
    with tempfile.TemporaryDirectory() as name:
        os.chmod(name, 0o755)
        copied = Path(name) / "report"
        shutil.copytree(finished_report.folder, copied)
        home = Path(name) / "home"
        (home / "config").mkdir(parents=True)
        home.chmod(0o777)
        hosts = Path(scipion["SCIPION_HOME"]) / "config" / "hosts.conf"
        shutil.copy(hosts, home / "config" / "hosts.conf")
        own = {
            **scipion, "HOME": str(home), "SCIPION_HOME": str(home), "MPLCONFIGDIR": str(home),
            "SCIPION_USER_DATA": str(home), "SCIPION_HOSTS": str(home / "config" / "hosts.conf"),
            "SCIPION_LOCAL_CONFIG": str(home / "config" / "scipion.conf"),
            "PYTHONDONTWRITEBYTECODE": "1",
        }  # fmt: skip
        nobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
        done = subprocess.run(
            [*nobody, sys.executable, "-c", _READ, str(copied / "scipion_project")],
            env=own, cwd=name, capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        assert "FOUND True" in done.stdout, done.stdout + done.stderr
