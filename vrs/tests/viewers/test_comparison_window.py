"""The windows of a comparison, on real windows and reports."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, Dict, List

import numpy as np
import pytest

from vrs.report.compare import compare, read_report
from vrs.tests.conftest import FinishedReport
from vrs.tests.viewers.watching import opened, press, rows_in, text_in, widgets

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> List[Path]:
    """Three reports, of which the first and the last are the same, in a folder like a project."""
    from vrs.tests.report_example import build_example, preparation

    runs = tmp_path_factory.mktemp("project") / "Runs"
    blurred = preparation("blurred.mrc", resolution=8.0)
    first = build_example(runs / "first", out="extra").json.parent
    second = build_example(runs / "second", blurred, ["0.g"], out="extra").json.parent
    return [first, second, first]


@pytest.fixture
def window(scipion: Dict[str, str], reports: List[Path], root: Any, tmp_path: Path) -> Any:
    """Their comparison."""
    from vrs.viewers.comparison_window import ComparisonWindow

    comparison = compare(*map(read_report, reports))
    view = ComparisonWindow("Comparison", comparison, "abc", tmp_path / "page.html", root)
    view.show()
    return view


def test_the_subject_and_the_names_come_first(window: Any, root: Any) -> None:
    (shown,) = opened(root)
    text = text_in(shown).splitlines()
    assert text[0].startswith("All reports are about the same map file")
    assert [line.strip() for line in text[1:4]] == ["A: a", "B: b", "C: c"]


def test_every_button_opens_a_window(window: Any, root: Any) -> None:
    (shown,) = opened(root)
    labels = [button.cget("text") for button in widgets(shown, "Button")]
    assert sum("Guinier" in label for label in labels) == 1
    for label in labels:
        if not label.startswith("Page"):
            before = len(opened(root))
            press(shown, label)
            assert len(opened(root)) == before + 1, label


def test_the_table_of_what_changed_has_a_column_per_report(window: Any, root: Any) -> None:
    view = window.verdict()
    view.show()
    rows = {row[0][:3]: row for row in rows_in(opened(root)[-1])}
    assert view.headings == ("Check", "A", "B", "C", "By the published rules")
    assert rows["0.g"][1:] == ["OK", "Could not be measured", "OK", "Not evaluated in B; Same (C)"]


def test_maps_have_one_grid_and_one_scale_and_move_together(window: Any, root: Any) -> None:
    view = window.slices()
    assert [layer.name for layer in view.layers] == ["A", "B", "B − A", "C", "C − A"]
    assert len({layer.limits for layer in view.layers if "−" not in layer.name}) == 1
    np.testing.assert_allclose(view.layers[4].density.data, 0, atol=1e-5)
    view.show()
    view._sliders[2].set(20)
    root.update()
    for row, layer in enumerate(view.layers):
        shown = view._images[3 * row + 2].get_array()
        np.testing.assert_array_equal(shown, layer.density.data[20])


def test_local_maps_have_one_colour_scale(window: Any, root: Any) -> None:
    (label,) = (label for label, _ in window.buttons() if "one colour scale" in label)
    assert label == "0.f: slices, local B-factor (Å²), one colour scale"
    view = dict(window.buttons())[label]()
    assert len(view.layers) == 3 and len({layer.limits for layer in view.layers}) == 1


def test_reports_are_chosen_from_a_list(
    scipion: Dict[str, str], reports: List[Path], root: Any, tmp_path: Path
) -> None:
    from vrs.viewers.viewer_report import ReportChoice

    others = [("second", reports[1]), ("third", reports[2])]
    page = tmp_path / "page.html"
    ReportChoice("Compare with ... - run", ("first", reports[0]), others, page, root).show()
    (choice,) = opened(root)
    press(choice, "Compare")
    shown = opened(root)[-1]
    assert shown.title() == "Comparison - run"
    text = text_in(shown)
    assert "A: first" in text and "B: second" in text and "third" not in text


def test_a_report_without_another_one_says_so(
    finished_report: FinishedReport, root: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pyworkflow as pw
    from pyworkflow.project import Project

    from vrs.viewers import VrsReportViewer

    monkeypatch.chdir(Path.cwd())
    project = Project(pw.Config.getDomain(), str(finished_report.project))
    project.load()
    run = next(run for run in project.getRuns() if run.getClassName() == "VrsProtReport")
    viewer = VrsReportViewer(project=project, parent=SimpleNamespace(root=root))
    viewer.visualize(run)
    (report,) = opened(root)
    press(report, "Compare with ...")
    (other,) = (window for window in opened(root) if window is not report)
    assert "This project has no other report." in text_in(other)
