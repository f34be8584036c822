"""Reports are found in their folders, in runs of Scipion and in whole projects."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from vrs.maps.errors import VrsError
from vrs.report.compare import NotAReport
from vrs.report.compare.places import read_reports


@pytest.fixture
def project(report_folder: Path, other_report_folder: Path, tmp_path: Path) -> Path:
    """A folder like a project with two reports, a run without one, and other files."""
    for name, report in (("000009", report_folder), ("000021", other_report_folder)):
        extra = tmp_path / "Runs" / f"{name}_VrsProtReport" / "extra"
        extra.mkdir(parents=True)
        shutil.copy(report / "report.json", extra)
    (tmp_path / "Runs" / "000030_VrsProtReport" / "extra").mkdir(parents=True)
    return tmp_path


def test_a_project_stands_for_its_reports_in_the_order_of_its_runs(project: Path) -> None:
    reports = read_reports([project])
    assert [report.content.input.file for report in reports] == ["two_balls.mrc", "blurred.mrc"]


def test_a_run_a_folder_and_a_file_are_one_report_each(project: Path, report_folder: Path) -> None:
    run = project / "Runs" / "000021_VrsProtReport"
    reports = read_reports([run, report_folder, report_folder / "report.json"])
    assert [report.content.input.resolution for report in reports] == [8.0, 6.0, 6.0]


def test_a_place_without_a_report_is_named(project: Path, report_folder: Path) -> None:
    empty = project / "Runs" / "000030_VrsProtReport"
    with pytest.raises(NotAReport, match=f"{empty} has no report.json: name the folder"):
        read_reports([report_folder, empty])


def test_one_report_is_compared_with_nothing(report_folder: Path) -> None:
    with pytest.raises(VrsError, match="is the only report there: name another one"):
        read_reports([report_folder])


def test_more_reports_than_a_page_can_tell_apart_are_refused(report_folder: Path) -> None:
    with pytest.raises(VrsError, match="13 reports are too many for one page, which holds 12"):
        read_reports([report_folder] * 13)
