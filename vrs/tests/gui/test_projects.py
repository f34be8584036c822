"""The window of projects: a project made from the template, by mouse and keyboard."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, Dict

import pytest

from vrs.tests.conftest import RESOLUTION, SmallMap
from vrs.tests.gui.conftest import Scipion
from vrs.tests.gui.desk import Desk

pytestmark = pytest.mark.slow


def test_the_template_makes_a_project_in_the_window(
    desk: Desk, scipion: Dict[str, str], small_map: SmallMap, tmp_path: Path, request: Any
) -> None:
    running = Scipion(desk, scipion, tmp_path / "log.txt")
    request.addfinalizer(running.end)
    windows = running.windows
    projects = windows.window("Projects")
    time.sleep(2)
    desk.picture("projects")
    windows.menu(projects, "Others", "Workflow templates")
    # The list is a program of its own, for which this one waits.
    windows.leave()
    chosen = windows.window("Workflow templates")
    desk.picture("templates")
    (tree,) = (w for w in windows.widgets(chosen.path) if w.kind == "Treeview")
    for x in windows.widgets():
        print(x)
    print(list(windows.rows(tree.path)), windows.list(f"{tree.path} bbox [lindex [{tree.path} children {{}}] 1]"))
    raise AssertionError
