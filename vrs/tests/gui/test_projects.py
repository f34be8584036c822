"""The window of projects: a project made from the template, by mouse and keyboard."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict

import pytest

from vrs.tests.conftest import RESOLUTION, SmallMap
from vrs.tests.gui.conftest import Scipion
from vrs.tests.gui.desk import Desk

pytestmark = pytest.mark.slow

LONGEST = 600
"""Longest wait for the report, in seconds."""


def test_the_template_makes_a_project_in_the_window(
    desk: Desk, scipion: Dict[str, str], small_map: SmallMap, tmp_path: Path, request: Any
) -> None:
    running = Scipion(desk, scipion, tmp_path / "log.txt")
    request.addfinalizer(running.end)
    windows = running.windows
    projects = windows.window("Projects")
    desk.picture("projects")
    windows.menu(projects, "Others", "Workflow templates")
    # The list is a program of its own, for which this one waits.
    windows.go_to("Workflow templates", busy=True)
    chosen = windows.window("Workflow templates")
    desk.picture("templates")
    (tree,) = (w for w in windows.widgets(chosen.path) if w.kind == "Treeview")
    row = next(row for row, shown in windows.rows(tree.path) if shown == "vrs-level0")
    x, y, _, height = map(int, windows.list(f"{tree.path} bbox {{{row}}}"))
    desk.click(tree.x + x + 60, tree.y + y + height // 2)
    windows.press("Select", chosen.path)
    customizer = windows.window("Workflow template customizer")
    name = windows.field(customizer, "Project name").text
    values = {
        "(map)": small_map.file, "(contour)": small_map.contour,
        "(resolution)": RESOLUTION, "(title)": "From the template",
    }  # fmt: skip
    for alias, value in values.items():
        windows.fill(customizer, alias, value)
    desk.picture("template")
    windows.press("Accept", customizer.path)
    # The project opens in a program of its own too.
    windows.go_to(name)
    windows.graph()
    windows.place("validation report")
    desk.picture("scheduled")
    # Scipion lets every level of the graph sleep half a minute longer before it starts.
    windows.wait_for("validation report", "finished", LONGEST)
    desk.picture("from_the_template")
    assert sum(run.status == "finished" for run in windows.runs()) == 12, windows.runs()
    assert "Traceback" not in running.printed, running.printed[-3000:]
