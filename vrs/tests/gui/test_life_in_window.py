"""The life of runs in the window: exported, imported, duplicated, changed, continued and restarted.

Scipion lets every row of a graph sleep half a minute longer than the one above before it starts, so
that the three branches are started one after the other and then waited for together.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict, List

import pytest

from vrs.checks.store import read_json
from vrs.maps.printing import entered
from vrs.report import REPORT_JSON
from vrs.report.model import Report
from vrs.tests.conftest import RESOLUTION, SmallMap
from vrs.tests.gui.project_window import ProjectWindow
from vrs.tests.gui.windows import Widget
from vrs.tests.protocols.launching import configured, launcher

pytestmark = pytest.mark.slow

LONGEST = 600
"""Longest wait for a branch, in seconds."""

BRANCH = {
    "Ball": "VrsProtImportMap", "Preparation": "VrsProtPrepare", "Mass": "VrsProtMass",
    "Mask": "VrsProtMask", "Report": "VrsProtReport",
}  # fmt: skip
"""Names of the runs -> their classes."""


@pytest.fixture(scope="module")
def project(
    scipion: Dict[str, str], small_map: SmallMap, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A project with a finished branch."""
    from pyworkflow.object import Pointer

    from vrs import protocols
    from vrs.run.project import create_project

    folder = tmp_path_factory.mktemp("life") / "life" / "scipion_project"
    folder.parent.mkdir()
    opened = create_project(folder, "life")
    run = launcher(opened)
    imported = run(protocols.VrsProtImportMap, mapFile=str(small_map.file))
    prepared = run(
        protocols.VrsProtPrepare, inputVolume=(imported, "outputVolume"),
        contourLevel=small_map.contour, reportedResolution=RESOLUTION,
    )  # fmt: skip
    pointer = (prepared, "validationInput")
    checks = [
        run(getattr(protocols, BRANCH[name]), validationInput=pointer) for name in ("Mass", "Mask")
    ]
    report = configured(opened, protocols.VrsProtReport, validationInput=pointer)
    for check in checks:
        report.checks.append(Pointer(check, extended="checkResult"))
    opened.launchProtocol(report, wait=True)
    for name, made in zip(BRANCH, (imported, prepared, *checks, report)):
        assert made.isFinished(), made.getErrorMessage()
        made.setObjLabel(name)
        opened._storeProtocol(made)
    opened.mapper.commit()
    return folder


def contour_of(run: Path) -> float:
    """The contour level of a finished preparation."""
    record: Dict[str, Any] = json.loads((run / "extra" / "input.json").read_bytes())
    return float(record["contour"])


def runs_of(project: Path, name: str) -> List[Path]:
    """The folders of the runs of a class, in the order in which they were made."""
    return sorted(project.glob(f"Runs/*_{BRANCH[name]}"))


def field_of(windows: ProjectWindow, run: str) -> str:
    """The contour level in the form of a run, which is opened for it."""
    form = windows.edit(run)
    shown = windows.field(form, "Contour level").text
    windows.close(form)
    return shown


def browse(windows: ProjectWindow, browser: Widget, folder: Path) -> None:
    """Go to a folder in Scipion's browser of files."""
    windows.fill(browser, "Path", folder)
    windows.desk.mouse("key", "Return")


def press_row(windows: ProjectWindow, browser: Widget, name: str) -> None:
    """Select a file in Scipion's browser."""
    tree = next(w for w in windows.widgets(browser.path) if w.kind == "Treeview")
    row = windows.wait(
        lambda: next((row for row, text in windows.rows(tree.path) if text == name), None),
        f"there is no file {name}",
    )
    x, y, _, height = map(int, windows.list(f"{tree.path} bbox {{{row}}}"))
    windows.desk.click(tree.x + x + 60, tree.y + y + height // 2)


def test_a_branch_is_exported_and_imported(seen: ProjectWindow, tmp_path: Path) -> None:
    file = tmp_path / "workflow.json"
    (tmp_path / "anything.txt").touch()
    seen.select("Ball")
    seen.act("Select from")
    seen.wait(lambda: sum(run.selected for run in seen.runs()) == len(BRANCH), "not all selected")
    browser = seen.opened_by("Export")
    browse(seen, browser, tmp_path)
    # Scipion's browser wants something selected.
    press_row(seen, browser, "anything.txt")
    seen.fill(browser, "File", file.name)
    seen.desk.picture("export")
    seen.press("Select", browser.path)
    seen.wait(file.exists, "nothing is exported")
    before, known = seen.open(), seen.runs()
    seen.menu(seen.window("life"), "Project", "Import workflow")
    browser = seen.new(before)
    browse(seen, browser, tmp_path)
    press_row(seen, browser, file.name)
    seen.press("Import", browser.path)
    seen.wait(lambda: len(seen.runs()) == len(known) + len(BRANCH), "nothing is imported")
    seen.desk.picture("imported_branch")
    # Scipion forgets the names of runs that it imports.
    seen.select("vrs - import map")
    seen.press("Yes", seen.opened_by("Restart all").path)


def test_a_branch_is_duplicated_and_restarted_with_another_contour_level(
    seen: ProjectWindow, small_map: SmallMap
) -> None:
    known = seen.runs()
    seen.select("Preparation")
    seen.act("Select from")
    seen.wait(lambda: sum(run.selected for run in seen.runs()) == 4, "not all selected")
    seen.act("Duplicate")
    seen.wait(lambda: len(seen.runs()) == len(known) + 4, "nothing is duplicated")
    # The copies lie half over each other.
    seen.act("Organize")
    form = seen.edit("Preparation (copy)")
    level = str(2 * small_map.contour)
    seen.fill(form, "Contour level", level)
    seen.desk.picture("form_of_the_copy")
    seen.press("Save", form.path)
    seen.wait(lambda: form.path not in [w.path for w in seen.open()], "the form stays open")
    # Scipion reads the saved run again a little later, and would restart the one from before.
    seen.wait(lambda: field_of(seen, "Preparation (copy)") == level, "the level is not saved")
    question = seen.opened_by("Restart all")
    seen.desk.picture("restart_all")
    seen.press("Yes", question.path)
    seen.wait_for("Report (copy)", "scheduled")


def test_only_what_depends_on_a_changed_contour_level_is_measured_again(
    seen: ProjectWindow, small_map: SmallMap, project: Path
) -> None:
    map_file = runs_of(project, "Ball")[0] / "extra" / "map.mrc"
    imported = map_file.stat().st_mtime_ns
    form = seen.edit("Preparation")
    seen.fill(form, "Contour level", 1.5 * small_map.contour)
    seen.execute(form, "All")
    seen.wait_for("Report", "scheduled")
    # Scipion empties the runs below the one that is changed.
    shown = seen.analyze("Preparation")
    seen.desk.picture("earlier_result")
    assert f"of the earlier values (contour level {entered(small_map.contour)}" in seen.text(shown)
    seen.close(shown)
    seen.wait_for("Report", "finished", LONGEST)
    assert contour_of(runs_of(project, "Preparation")[0]) == pytest.approx(1.5 * small_map.contour)
    assert map_file.stat().st_mtime_ns == imported


def test_the_reports_of_all_branches_wait_for_their_checks(
    seen: ProjectWindow, small_map: SmallMap, project: Path
) -> None:
    for report in ("Report (copy)", "vrs - validation report"):
        seen.wait_for(report, "finished", LONGEST)
    seen.desk.picture("branches")
    assert {run.status for run in seen.runs() if run.name != "PROJECT"} == {"finished"}
    levels = sorted(contour_of(run) / small_map.contour for run in runs_of(project, "Preparation"))
    assert levels == pytest.approx([1, 1.5, 2])
    for run in runs_of(project, "Report"):
        checks = read_json(run / "extra" / REPORT_JSON, Report).all_checks
        statuses = {check.id: check.status.value for check in checks}
        assert {statuses["0.a"], statuses["0.b"]} <= {"ok", "warnings"}
