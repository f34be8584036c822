"""A whole visit to the window of Scipion, with mouse and keyboard; every picture is kept.

The tests go from one to the next, in the order of this file, in one window.
"""

from __future__ import annotations

import json
import time
from configparser import ConfigParser
from pathlib import Path
from typing import Any, Dict, Iterator, List

import pytest

import vrs
from vrs.levels import LEVELS
from vrs.tests.conftest import RESOLUTION, SmallMap
from vrs.tests.gui.conftest import Scipion
from vrs.tests.gui.windows import Widget, Windows

pytestmark = pytest.mark.slow

VIEW = "Map validation (VRS)"
CHECKS = tuple(check.id for check in LEVELS[0].checks)


@pytest.fixture
def seen(window: Scipion) -> Iterator[Windows]:
    """The windows; those that a test opens are closed after it, and none printed an error."""
    windows = window.windows
    windows.graph()
    before = {shown.path for shown in windows.open()}
    yield windows
    for shown in reversed(windows.open()):
        if shown.path not in before:
            windows.close(shown)
    assert "Traceback" not in window.printed, window.printed[-3000:]


def new_window(windows: Windows, before: List[Widget]) -> Widget:
    """The window that was opened since, once it is drawn."""
    known = {shown.path for shown in before}

    def look() -> Any:
        return next((shown for shown in windows.open() if shown.path not in known), None)

    windows.wait(look, "no window opens")
    time.sleep(1)
    return windows.wait(look, "the window is gone")


def test_the_runs_of_the_report_are_in_the_graph(seen: Windows) -> None:
    seen.box("Validation report")
    boxes = "\n".join(seen.boxes())
    assert boxes.count("finished") == 5 + len(CHECKS), boxes
    assert "No such file\nfailed (done 0/0)" in boxes
    for check in CHECKS:
        assert f"* {check} " in boxes
    seen.desk.picture("project")


def tree_of(windows: Windows) -> str:
    return next(w.path for w in windows.widgets() if w.path.endswith(".!tree"))


def view_of_its_own(windows: Windows) -> str:
    """The tree, in the view of this plugin alone, chosen in the list of views."""
    combo = next(w for w in windows.widgets() if w.kind == "TCombobox")
    if combo.text != VIEW:
        windows.desk.click(combo.x + combo.width - 8, combo.middle[1])
        time.sleep(0.5)
        # The list is open at the present view.
        windows.desk.mouse("key", "Home")
        names = windows.list(f"{combo.path} cget -values")
        for _ in range(names.index(VIEW)):
            windows.desk.mouse("key", "Down")
        windows.desk.mouse("key", "Return")
        time.sleep(1)
    return tree_of(windows)


def test_every_protocol_is_in_the_view_of_the_plugin(seen: Windows) -> None:
    shown = [text for _, text in seen.rows(view_of_its_own(seen))]
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


def open_form(windows: Windows, text: str) -> Widget:
    """The form of a protocol, opened by a double click in the tree."""
    tree, before = view_of_its_own(windows), windows.open()
    row = next(row for row, shown in windows.rows(tree) if shown == text)
    windows.ask(f"{tree} see {{{row}}}; update")
    x, y, _, height = map(int, windows.list(f"{tree} bbox {{{row}}}"))
    at = next(w for w in windows.widgets() if w.path == tree)
    windows.desk.click(at.x + x + 60, at.y + y + height // 2, times=2)
    return new_window(windows, before)


@pytest.mark.parametrize(("name", "text"), protocols_in_the_view().items())
def test_every_form_opens(seen: Windows, name: str, text: str) -> None:
    form = open_form(seen, text)
    seen.desk.picture(f"form_{name}")
    assert name in form.text
    shown = seen.text(form)
    assert "Execute" in shown and text in shown


def test_a_map_is_imported_in_the_window(seen: Windows, small_map: SmallMap) -> None:
    form = open_form(seen, "import map")
    seen.fill(form, "Map file or EMDB entry", small_map.file)
    seen.press("Execute", form.path)
    seen.wait_for("import map", "finished")
    seen.desk.picture("imported")


def test_one_box_measures_everything_and_is_stopped_and_continued(
    seen: Windows, small_map: SmallMap
) -> None:
    name = "Level 0 validation"
    form = open_form(seen, name)
    seen.fill(form, "Map file or EMDB entry", small_map.file)
    seen.fill(form, "Contour level", small_map.contour)
    seen.fill(form, "Reported resolution (Å)", RESOLUTION)
    seen.desk.picture("form_filled")
    seen.press("Execute", form.path)
    seen.wait_for(name, "running")
    seen.select(name)
    before = seen.open()
    seen.press("Stop", kind="Label")
    question = new_window(seen, before)
    seen.desk.picture("stop")
    seen.press("Yes", question.path)
    seen.wait_for(name, "aborted")
    seen.desk.picture("stopped")
    shown = analyze(seen, name)
    assert "Nothing to show" in seen.text(shown)
    seen.close(shown)
    before = seen.open()
    seen.press("Edit", kind="Label")
    form = new_window(seen, before)
    before = seen.open()
    seen.press("Execute", form.path)
    seen.press("Yes", new_window(seen, before).path)
    seen.wait_for(name, "finished")
    shown = analyze(seen, name)
    seen.desk.picture("report_of_the_box")
    assert "checks passed" in seen.text(shown)


def test_a_wizard_suggests_a_contour_level(seen: Windows) -> None:
    seen.select("Prepare map")
    before = seen.open()
    seen.press("Edit", kind="Label")
    form = new_window(seen, before)
    widgets = seen.widgets(form.path)
    label = next(w for w in widgets if w.text == "Contour level")
    wands = (w for w in widgets if w.text == "Wizard")
    wand = next(w for w in wands if abs(w.middle[1] - label.middle[1]) < 15)
    before = seen.open()
    seen.desk.click(*wand.middle)
    wizard = new_window(seen, before)
    seen.desk.picture("wizard")
    assert "ontour" in wizard.text + seen.text(wizard)


def analyze(windows: Windows, run: str) -> Widget:
    """The window that "Analyze results" opens for a run."""
    windows.select(run)
    before = windows.open()
    windows.press("Analyze results", kind="Button")
    return new_window(windows, before)


@pytest.mark.parametrize("run", ["Import map", "Prepare map", *CHECKS])
def test_results_are_shown(seen: Windows, run: str) -> None:
    viewer = analyze(seen, run)
    seen.desk.picture(f"results_{run.replace(' ', '_')}")
    assert "rror" not in viewer.text
    buttons = [w for w in seen.widgets(viewer.path) if w.text == "Visualize"]
    for number, button in enumerate(buttons):
        before = seen.open()
        seen.desk.click(*button.middle)
        shown = new_window(seen, before)
        seen.desk.picture(f"results_{run.replace(' ', '_')}_{number}")
        assert "rror" not in shown.text and run.lower() in shown.text.lower(), shown.text
        seen.close(shown)


def test_the_report_shows_its_verdict(seen: Windows) -> None:
    shown = analyze(seen, "Validation report")
    seen.desk.picture("report")
    assert "Validation report" in shown.text
    assert "checks passed" in seen.text(shown)


def test_two_reports_are_compared(seen: Windows) -> None:
    report = analyze(seen, "Validation report")
    before = seen.open()
    seen.press("Compare with ...", report.path)
    choice = new_window(seen, before)
    seen.desk.picture("compare_with")
    before = seen.open()
    seen.press("Compare", choice.path)
    shown = new_window(seen, before)
    seen.desk.picture("comparison")
    assert shown.text.startswith("Comparison")


def test_a_failed_run_says_why_it_has_no_results(seen: Windows) -> None:
    shown = analyze(seen, "No such file")
    seen.desk.picture("failed")
    assert "Nothing to show: the run failed" in seen.text(shown)


def beside(windows: Windows, form: Widget, label: str) -> List[Widget]:
    """What stands to the right of a label of a form, from left to right."""
    name = windows.find(label, form.path)
    row = [w for w in windows.widgets(form.path) if abs(w.middle[1] - name.middle[1]) < 12]
    right = [w for w in row if w.x > name.x + name.width and w.kind in ("Entry", "Button", "Label")]
    return sorted(right, key=lambda widget: widget.x)


def test_the_contour_level_is_chosen_on_slices(seen: Windows, small_map: SmallMap) -> None:
    form = open_form(seen, "Level 0 validation")
    seen.desk.click(*beside(seen, form, "Map file or EMDB entry")[0].middle)
    seen.desk.type(str(small_map.file))
    before = seen.open()
    entry, wand, *_ = beside(seen, form, "Contour level")
    seen.desk.click(*wand.middle)
    wizard = new_window(seen, before)
    assert wizard.text == "Contour level"
    suggested = seen.wait(
        lambda: [w for w in seen.widgets(wizard.path) if "the map itself" in w.text],
        "the wizard suggests nothing",
    )
    level, *_ = (
        w for w in seen.widgets(wizard.path)
        if w.kind == "Button" and abs(w.middle[1] - suggested[0].middle[1]) < 12
    )  # fmt: skip
    seen.desk.click(*level.middle)
    time.sleep(1)
    seen.desk.picture("wizard_contour_level")
    seen.press("Use this level", wizard.path)
    time.sleep(1)
    assert seen.ask(f"{entry.path} get") == level.text
    before = seen.open()
    seen.desk.click(*beside(seen, form, "Reported resolution (Å)")[1].middle)
    shown = new_window(seen, before)
    seen.desk.picture("wizard_resolution")
    assert "two voxels" in seen.text(shown)
    seen.close(shown)
