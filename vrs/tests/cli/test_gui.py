"""Scipion's windows: which project is opened, and what prevents it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Dict, List

import pytest

from vrs.cli import gui
from vrs.cli.exit_status import ExitStatus
from vrs.cli.main import main
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
