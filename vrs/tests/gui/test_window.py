"""A whole visit to the window of Scipion, with mouse and keyboard; every picture is kept.

The tests go from one to the next, in the order of this file, in one window.
"""

from __future__ import annotations

import contextlib
import json
import re
from configparser import ConfigParser
from functools import partial
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

import psutil
import pytest

import vrs
from vrs.levels import LEVELS
from vrs.maps.printing import entered
from vrs.tests.conftest import RESOLUTION, SmallMap
from vrs.tests.gui.project_window import VIEW, ProjectWindow
from vrs.tests.gui.windows import Widget

pytestmark = pytest.mark.slow

CHECKS = tuple(check.id for check in LEVELS[0].checks)


def test_the_runs_of_the_report_are_in_the_graph(seen: ProjectWindow) -> None:
    seen.place("Validation report")
    runs = seen.runs()
    assert sum(run.status == "finished" for run in runs) == 5 + len(CHECKS), runs
    assert ("No such file", "failed (done 0/0)") in {run[:2] for run in runs}
    for check in CHECKS:
        assert any(run.name.startswith(f"{check} ") for run in runs)
    seen.desk.picture("project")


def test_every_protocol_is_in_the_view_of_the_plugin(seen: ProjectWindow) -> None:
    shown = [text for _, text in seen.rows(seen.tree())]
    seen.desk.picture("tree")
    for text in protocols_in_the_view().values():
        assert text in shown


def protocols_in_the_view() -> Dict[str, str]:
    """The protocols that the configuration of the tree names: class -> text."""
    parser = ConfigParser()
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(Path(vrs.__file__).parent / "protocols.conf")
    waiting, named = json.loads(parser["PROTOCOLS"][VIEW]), {}
    while waiting:
        node = waiting.pop()
        if node["tag"] == "protocol":
            named[node["value"]] = node["text"]
        waiting += node.get("children", [])
    return named


@pytest.mark.parametrize(("name", "text"), protocols_in_the_view().items())
def test_every_form_opens(seen: ProjectWindow, name: str, text: str) -> None:
    form = seen.form(text)
    seen.desk.picture(f"form_{name}")
    assert name in form.text
    shown = seen.text(form)
    assert "Execute" in shown and text in shown


def test_a_map_is_imported_in_the_window(seen: ProjectWindow, small_map: SmallMap) -> None:
    form = seen.form("import map")
    seen.fill(form, "Map file or EMDB entry", small_map.file)
    seen.press("Execute", form.path)
    seen.wait_for("import map", "finished")
    seen.desk.picture("imported")


def test_one_box_measures_everything_and_is_stopped_killed_and_continued(
    seen: ProjectWindow, small_map: SmallMap, project: Path, request: Any
) -> None:
    name = "Level 0 validation"
    # Scipion puts its map into the new form; the file that is typed comes first.
    seen.select("Import map")
    form = seen.form(name)
    assert "outputVolume" in seen.text(form)
    seen.fill(form, "Map file or EMDB entry", small_map.file)
    seen.wait(lambda: "outputVolume" not in seen.text(form), "the map of the project stays")
    seen.fill(form, "Contour level", small_map.contour)
    seen.fill(form, "Reported resolution (Å)", RESOLUTION)
    seen.desk.picture("form_filled")
    seen.press("Execute", form.path)
    process = held(seen, request, project)
    seen.wait_for(name, "running")
    seen.select(name)
    question = seen.opened_by("Stop")
    seen.desk.picture("stop")
    seen.press("Yes", question.path)
    seen.wait_for(name, "aborted")
    seen.desk.picture("stopped")
    shown = seen.analyze(name)
    assert "Nothing to show: the run was stopped" in seen.text(shown)
    seen.close(shown)
    steps = len(begun_steps(project))
    seen.execute(seen.edit(name))
    process = held(seen, request, project, steps)
    seen.wait_for(name, "running")
    # As the system does when memory is short.
    process.kill()
    seen.wait_for(name, "failed")
    shown = seen.analyze(name)
    seen.desk.picture("killed")
    assert "Nothing to show: the run failed" in seen.text(shown)
    seen.close(shown)
    seen.execute(seen.edit(name))
    seen.wait_for(name, "finished")
    shown = seen.analyze(name)
    seen.desk.picture("report_of_the_box")
    assert "checks passed" in seen.text(shown)
    seen.close(shown)
    # With another contour level, the old report is called such until the new one is there.
    form, steps = seen.edit(name), len(begun_steps(project))
    seen.fill(form, "Contour level", 1.1 * small_map.contour)
    seen.execute(form)
    process = held(seen, request, project, steps)
    seen.wait_for(name, "running")
    shown = seen.analyze(name)
    seen.desk.picture("earlier_report_of_the_box")
    assert f"of the earlier values (contour level {entered(small_map.contour)}" in seen.text(shown)
    seen.close(shown)
    process.resume()
    seen.wait_for(name, "finished")


def test_a_map_of_the_box_is_opened_by_a_double_click(seen: ProjectWindow) -> None:
    seen.select("Level 0 validation")
    shown = seen.output("resolutionVolume")
    assert has_surface(seen, shown) and "Local resolution" in shown.text
    seen.desk.picture("output_of_the_box")


def held(
    windows: ProjectWindow, request: Any, project: Path, steps: int = 0
) -> psutil.Process:
    """The process of the box, suspended: it would end before the window has shown that it runs.

    It has then begun more steps than ``steps``, and has the status of a running one.
    """

    def look() -> Optional[psutil.Process]:
        process = process_of_the_box(project)
        if process is None or len(begun_steps(project)) <= steps:
            return None
        process.suspend()
        if any(log.with_name("run.db-journal").exists() for log in logs_of_the_box(project)):
            # It is writing into its database, which the window could not read.
            process.resume()
            return None
        return process

    def end() -> None:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()

    process = windows.wait(look, "nothing runs")
    request.addfinalizer(end)
    return process


def logs_of_the_box(project: Path) -> List[Path]:
    return [folder / "logs" / "run.stdout" for folder in project.glob("Runs/*_VrsProtLevel0")]


def begun_steps(project: Path) -> List[str]:
    """The names of the steps that the box began, in all its executions."""
    texts = [log.read_text(encoding="utf-8") for log in logs_of_the_box(project) if log.exists()]
    return re.findall(r"STARTED\S*: (\w+)", "\n".join(texts))


def process_of_the_box(project: Path) -> Optional[psutil.Process]:
    logs = {log.resolve() for log in logs_of_the_box(project)}
    for process in psutil.process_iter(["cmdline"]):
        words = process.info["cmdline"] or []
        if any(word.endswith("run.stdout") and Path(word).resolve() in logs
               for word in words[1:-1]):  # fmt: skip
            return process
    return None


@pytest.mark.parametrize("run", ["Import map", "Prepare map", *CHECKS])
def test_results_are_shown(seen: ProjectWindow, run: str) -> None:
    viewer = seen.analyze(run)
    seen.desk.picture(f"results_{run.replace(' ', '_')}")
    assert "Error" not in viewer.text
    buttons = [w for w in seen.widgets(viewer.path) if w.text == "Visualize"]
    for number, button in enumerate(buttons):
        before = seen.open()
        seen.desk.click(*button.middle)
        shown = seen.new(before)
        if has_surface(seen, shown):
            seen.desk.picture(f"surface_{run}")
        seen.desk.picture(f"results_{run.replace(' ', '_')}_{number}")
        assert "Error" not in shown.text and run.lower() in shown.text.lower(), shown.text
        seen.close(shown)


def has_surface(windows: ProjectWindow, window: Widget) -> bool:
    """Whether a window has a surface that turns, which is then drawn."""
    panels = [w.path for w in windows.widgets(window.path) if "surfacepanel.!canvas" in w.path]
    for path in panels:
        # Until then a text says that it is being drawn.
        is_drawn = f"expr {{[{path} type all] eq {{image}} ? {{yes}} : {{}}}}"
        windows.wait(partial(windows.ask, is_drawn), "no surface is drawn")
    return bool(panels)


def test_the_report_shows_its_verdict(seen: ProjectWindow) -> None:
    shown = seen.analyze("Validation report")
    seen.desk.picture("report")
    assert "Validation report" in shown.text
    assert "checks passed" in seen.text(shown)


def test_two_reports_are_compared(seen: ProjectWindow) -> None:
    report = seen.analyze("Validation report")
    before = seen.open()
    seen.press("Compare with ...", report.path)
    choice = seen.new(before)
    seen.desk.picture("compare_with")
    before = seen.open()
    seen.press("Compare", choice.path)
    shown = seen.new(before)
    seen.desk.picture("comparison")
    assert shown.text.startswith("Comparison")


def test_a_failed_run_says_why_it_has_no_results(seen: ProjectWindow) -> None:
    shown = seen.analyze("No such file")
    seen.desk.picture("failed")
    assert "Nothing to show: the run failed" in seen.text(shown)


def open_wizard(windows: ProjectWindow, form: Widget, label: str) -> Tuple[Widget, Widget]:
    """The field beside a label of a form, and the window of its wizard."""
    name = windows.find(label, form.path)
    row = [w for w in windows.widgets(form.path) if abs(w.middle[1] - name.middle[1]) < 12]
    right = [w for w in row if w.x > name.x + name.width and w.kind in ("Entry", "Button", "Label")]
    field, wand, *_ = sorted(right, key=lambda widget: widget.x)
    before = windows.open()
    windows.desk.click(*wand.middle)
    return field, windows.new(before)


def choose(windows: ProjectWindow, wizard: Widget, reason: str) -> str:
    """Press the button beside a reason, once it is there; returns what it says."""
    label = windows.wait(
        lambda: next((w for w in windows.widgets(wizard.path) if reason in w.text), None),
        f"nothing is suggested with “{reason}”",
    )
    buttons = (w for w in windows.widgets(wizard.path) if w.kind == "Button")
    button = next(w for w in buttons if abs(w.middle[1] - label.middle[1]) < 12)
    windows.desk.click(*button.middle)
    return button.text


def test_the_wizard_of_a_map_with_an_entry_knows_its_mass(seen: ProjectWindow) -> None:
    _, wizard = open_wizard(seen, seen.edit("Prepare map"), "Contour level")
    assert wizard.text == "Contour level"
    seen.wait(lambda: "the map itself" in seen.text(wizard), "the wizard suggests nothing")
    seen.desk.picture("wizard")
    assert "encloses 64 kDa of protein" in seen.text(wizard)


def test_the_values_of_a_file_are_chosen_with_wizards(
    seen: ProjectWindow, small_map: SmallMap
) -> None:
    form = seen.form("Level 0 validation")
    seen.fill(form, "Map file or EMDB entry", small_map.file)
    field, wizard = open_wizard(seen, form, "Contour level")
    level = choose(seen, wizard, "the map itself")
    seen.wait(lambda: "kDa of protein" in seen.text(wizard), "the level is not looked at")
    seen.desk.picture("wizard_contour_level")
    seen.press("Use this level", wizard.path)
    seen.wait(lambda: seen.ask(f"{field.path} get") == level, "the level is not used")
    field, wizard = open_wizard(seen, form, "Reported resolution (Å)")
    seen.desk.picture("wizard_resolution")
    resolution = choose(seen, wizard, "two voxels")
    seen.wait(lambda: f"{seen.ask(f'{field.path} get')} Å" == resolution, "it is not used")


def test_the_voxel_size_is_chosen_with_a_wizard(seen: ProjectWindow, small_map: SmallMap) -> None:
    form = seen.form("import map")
    seen.fill(form, "Map file or EMDB entry", small_map.file)
    field, wizard = open_wizard(seen, form, "Voxel size (Å)")
    seen.desk.picture("wizard_voxel_size")
    voxel_size = choose(seen, wizard, "header")
    seen.wait(lambda: f"{seen.ask(f'{field.path} get')} Å" == voxel_size, "it is not used")
