"""What "Analyze results" opens on a real (virtual) display, and what is in it."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Dict, Iterator, List

import numpy as np
import pytest

from vrs.maps.printing import entered
from vrs.report.compare import read_report
from vrs.tests.conftest import FinishedReport, SmallMap
from vrs.tests.viewers.watching import opened, press, rows_in, text_in, widgets

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def runs(scipion: Dict[str, str], finished_report: FinishedReport) -> Iterator[Dict[str, Any]]:
    """The runs of a finished project by their class, loaded as the window of Scipion loads them."""
    import pyworkflow as pw
    from pyworkflow.project import Project

    working_folder = Path.cwd()
    project = Project(pw.Config.getDomain(), str(finished_report.project))
    project.load()
    yield {run.getClassName(): run for run in project.getRuns()}
    os.chdir(working_folder)


def viewer_of(run: Any, root: Any) -> Any:
    """The viewer that Scipion chooses for a run, ready to show."""
    import pyworkflow as pw
    from pyworkflow.viewer import DESKTOP_TKINTER

    viewer_class = pw.Config.getDomain().findViewers(run, DESKTOP_TKINTER)[0]
    viewer = viewer_class(project=run.getProject())
    if hasattr(viewer, "setProtocol"):
        viewer.setProtocol(run)
    viewer._tkRoot = root
    return viewer


def views_of(viewer: Any) -> List[Any]:
    """Everything that the buttons of a viewer's form show."""
    return [view for name, show in viewer._getVisualizeDict().items() for view in show(name)]


def test_scipion_chooses_our_viewers(runs: Dict[str, Any], root: Any) -> None:
    chosen = {name: type(viewer_of(run, root)).__name__ for name, run in runs.items()}
    assert chosen.pop("VrsProtImportMap") == "VrsFirstVolumeViewer"
    assert chosen.pop("VrsProtPrepare") == "VrsPrepareViewer"
    assert chosen.pop("VrsProtReport") == "VrsReportViewer"
    assert set(chosen.values()) == {"VrsCheckViewer"} and len(chosen) == 8


def test_every_button_of_every_check_opens_a_window(runs: Dict[str, Any], root: Any) -> None:
    for name, run in runs.items():
        if not hasattr(run, "checkResult"):
            continue
        before = len(opened(root))
        views = views_of(viewer_of(run, root))
        for view in views:
            view.show()
        assert len(opened(root)) == before + len(views), name
        titles = [view.title for view in views]
        form = f"{run.CHECK.heading} - {run.getObjLabel()} - scipion_project"
        assert len({*titles, form}) == len(titles) + 1, f"the windows are told apart: {titles}"


def test_the_words_of_a_check_are_shown(runs: Dict[str, Any], root: Any) -> None:
    run = runs["VrsProtMass"]
    views_of(viewer_of(run, root))[0].show()
    (window,) = opened(root)
    text = text_in(window)
    check = run.checkResult.getResult()
    assert check.status_text in text
    assert all(remark.message in text for remark in check.remarks)


def test_a_damaged_result_is_said_in_a_sentence(
    runs: Dict[str, Any], root: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    run = runs["VrsProtMass"]
    monkeypatch.setattr(run.checkResult, "getFolder", lambda: tmp_path)
    (view,) = views_of(viewer_of(run, root))
    view.show()
    (window,) = opened(root)
    sentence = "check.json is missing: run the protocol that wrote it again"
    assert sentence in text_in(window).lower()
    assert run.summary()[0] == sentence


def test_the_imported_map_is_shown(runs: Dict[str, Any], root: Any) -> None:
    run = runs["VrsProtImportMap"]
    for view in viewer_of(run, root)._visualize(run):
        view.show()
    (window,) = opened(root)
    name = Path(run.mapFile.get()).name
    assert name != "map.mrc"
    assert window.title().startswith(f"{name} - Import map - ")


def test_the_masks_of_the_preparation_are_shown(runs: Dict[str, Any], root: Any) -> None:
    views = views_of(viewer_of(runs["VrsProtPrepare"], root))
    for view in views:
        view.show()
    titles = [window.title() for window in opened(root)]
    for name in ("Map - ", "Mask - ", "Soft mask - ", "Resampled map - ", "Resampled mask - "):
        assert any(title.startswith(name) for title in titles)


def test_moving_a_slider_shows_another_slice(small_map: SmallMap, root: Any) -> None:
    import tkinter

    from vrs.viewers.slice_view import Layer, SliceView

    view = SliceView("map", [Layer(small_map.density)], root)
    view.show()
    (window,) = opened(root)
    sliders = [child for child in window.winfo_children() if isinstance(child, tkinter.Scale)]
    assert len(sliders) == 3
    first = view._images[2].get_array().copy()
    sliders[2].set(3)
    root.update()
    np.testing.assert_array_equal(view._images[2].get_array(), small_map.density.data[3])
    assert not np.array_equal(first, view._images[2].get_array())


def line_of(view: Any, panel: int) -> Any:
    """Corners of the line in a panel of slices, in Å."""
    lines = view._images[panel].axes.collections
    paths = [path.vertices for line in lines for path in line.get_paths() if len(path.vertices)]
    return np.concatenate(paths)


def test_the_line_on_slices_follows_the_slider(small_map: SmallMap, root: Any) -> None:
    """Å from the centre of a ball: its edge is nearer to the axis off the central slice."""
    from vrs.report.figures.slices import Outline
    from vrs.viewers.slice_view import Layer, SliceView

    density = small_map.density
    z, y, x = np.indices(density.data.shape)
    distance = np.sqrt(sum((axis - 24.0) ** 2 for axis in (z, y, x))).astype(np.float32)
    outline = Outline(-distance, -15.0, "a sphere")
    view = SliceView("map", [Layer(density, outline=outline)], root)
    view.show()
    (window,) = opened(root)
    centre = 24.5 * density.voxel_size
    for index, radius in ((24, 15.0), (33, 12.0)):
        sliders = [child for child in window.winfo_children() if child.winfo_class() == "Scale"]
        sliders[2].set(index)
        root.update()
        radii = np.linalg.norm(line_of(view, 2) - centre, axis=1)
        np.testing.assert_allclose(radii, radius * density.voxel_size, atol=0.15)
    words = [child.cget("text") for child in window.winfo_children() if is_label(child)]
    assert words == ["Orange line: a sphere."]


def is_label(child: Any) -> bool:
    return bool(child.winfo_class() == "Label")


def test_prepared_maps_show_the_contour(runs: Dict[str, Any], root: Any) -> None:
    viewer = viewer_of(runs["VrsProtPrepare"], root)
    contour = runs["VrsProtPrepare"].validationInput.contour.get()
    for name, show in viewer._getVisualizeDict().items():
        if name == "surface":
            (view,) = show(name)
            assert view.scene.contour == contour
        elif name != "words":
            (view,) = show(name)
            (layer,) = view.layers
            assert layer.outline.level == contour
            assert layer.outline.data.shape == layer.density.data.shape


def test_figures_of_a_check_have_their_captions_and_the_line_of_the_report(
    runs: Dict[str, Any], root: Any
) -> None:
    (view,) = [view for view in views_of(viewer_of(runs["VrsProtBackground"], root))
               if "largest variance" in getattr(view, "caption", "")]  # fmt: skip
    assert view.caption.endswith("Orange line: the border of the mask.")
    assert all(axes.collections for axes in view.figure.axes)
    view.show()
    (window,) = opened(root)
    assert any(is_label(child) and child.cget("text") for child in window.winfo_children())


def test_tables_and_numbers_of_a_check_are_shown(runs: Dict[str, Any], root: Any) -> None:
    from vrs.report.text import words

    run = runs["VrsProtMask"]
    shows = viewer_of(run, root)._getVisualizeDict()
    check = run.checkResult.getResult()
    for name in ("table1", "numbers"):
        (view,) = shows[name](name)
        view.show()
    table, numbers = (rows_in(window) for window in opened(root))
    largest = check.curves["components"]["voxels"][0]
    assert table[0][:2] == ["1", f"{largest:.0f}"]
    measured = check.measurements.values()
    assert [row[0] for row in numbers] == [item.definition for item in measured]
    assert [row[1] for row in numbers] == [words.measurement(item) for item in measured]


def test_the_report_opens_with_the_program_of_the_desktop(
    runs: Dict[str, Any], root: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "xdg-open"
    program.write_text(f'#!/bin/sh\nprintf %s "$1" > "{tmp_path}/opened"\n', encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    press(shown(runs["VrsProtReport"], root), "PDF")
    assert len(opened(root)) == 1, "the report itself"
    file = Path((tmp_path / "opened").read_text(encoding="utf-8"))
    assert file.name == "report.pdf" and file.is_absolute()


def test_the_page_of_the_report_opens_on_request(runs: Dict[str, Any], root: Any) -> None:
    import pyworkflow as pw
    from pyworkflow.viewer import DESKTOP_TKINTER

    report = runs["VrsProtReport"].validationReport
    names = [v.__name__ for v in pw.Config.getDomain().findViewers(report, DESKTOP_TKINTER)]
    assert names[:2] == ["VrsReportViewer", "VrsReportWebViewer"]
    from vrs.viewers import VrsReportWebViewer

    viewer = VrsReportWebViewer(project=runs["VrsProtReport"].getProject())
    viewer._tkRoot = root
    (view,) = viewer._visualize(report)
    assert view.page.name == "report.html" and view.page.is_file()


def shown(run: Any, root: Any) -> Any:
    """The window that the viewer of a run opens."""
    before = opened(root)
    for view in viewer_of(run, root)._visualize(run):
        view.show()
    (window,) = (window for window in opened(root) if window not in before)
    return window


def test_without_a_program_for_it_the_pages_of_the_pdf_are_shown(
    runs: Dict[str, Any], root: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    renderer = shutil.which("pdftoppm")
    if renderer is None:
        pytest.skip("needs pdftoppm")
    (tmp_path / "pdftoppm").symlink_to(renderer)
    monkeypatch.setenv("PATH", str(tmp_path))
    report = shown(runs["VrsProtReport"], root)
    press(report, "PDF")
    (pages,) = (window for window in opened(root) if window is not report)
    press(pages, "Next page")
    labels = [label.cget("text") for label in widgets(pages, "Label")]
    assert any(label.startswith("Page 2 of ") for label in labels)


@pytest.mark.parametrize(("button", "name"), [("PDF", "pdf"), ("Page in the browser", "html")])
def test_programs_that_end_with_an_error_leave_the_pages(
    runs: Dict[str, Any], root: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    button: str, name: str,
) -> None:
    """As a browser does that root starts in its sandbox."""
    renderer = shutil.which("pdftoppm")
    if renderer is None:
        pytest.skip("needs pdftoppm")
    (tmp_path / "pdftoppm").symlink_to(renderer)
    for program in ("xdg-open", "chromium"):
        (tmp_path / program).write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
        (tmp_path / program).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    report = shown(runs["VrsProtReport"], root)
    press(report, button)
    (pages,) = (window for window in opened(root) if window is not report)
    labels = [label.cget("text") for label in widgets(pages, "Label")]
    path = Path(runs["VrsProtReport"].validationReport.pdf.get()).resolve().with_suffix(f".{name}")
    assert any(f"could not be opened by a program of this desktop: {path}" in text
               for text in labels)  # fmt: skip
    assert any(text.startswith("Page 1 of ") for text in labels)


def test_a_program_that_shows_a_file_leaves_no_zombie(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import psutil

    from vrs.viewers import opening

    monkeypatch.setattr(opening, "_SECONDS", 0.2)
    (tmp_path / "xdg-open").write_text("#!/bin/sh\nsleep 1\n", encoding="utf-8")
    (tmp_path / "xdg-open").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    before = set(psutil.Process().children())
    assert opening.open_file(tmp_path)
    (process,) = set(psutil.Process().children()) - before
    process.wait(20)
    end = time.monotonic() + 20
    while process.is_running() and time.monotonic() < end:
        time.sleep(0.05)
    assert not process.is_running()


def test_a_pdf_that_was_removed_is_said(
    runs: Dict[str, Any], root: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vrs.viewers.report_window import ReportWindow

    files = Path(runs["VrsProtReport"].validationReport.json.get()).parent
    report = SimpleNamespace(folder=tmp_path, content=read_report(files).content)
    (tmp_path / "report.html").touch()
    ReportWindow("Report", report, tmp_path, parent=root).show()
    (window,) = opened(root)
    press(window, "PDF")
    said = text_in(next(other for other in opened(root) if other is not window))
    assert f"There is no report.pdf in {tmp_path.resolve()}" in said
    assert "Page in the browser shows the same." in said


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("scheduled", "the run waits to be executed again."),
        ("running", "the run is being executed again."),
        ("aborted", "executing the run again was stopped."),
        ("failed", "executing the run again failed: No memory."),
    ],
)
def test_results_of_earlier_values_are_called_such(
    runs: Dict[str, Any], root: Any, status: str, words: str
) -> None:
    """In the report, every window of a check, a map, a set, the preparation, and the summaries."""
    from vrs.viewers import AAVrsCheckResultsViewer, VrsReportWebViewer

    names = ("VrsProtReport", "VrsProtMass", "VrsProtPrepare", "VrsProtImportMap")
    report, mass, prepare, imported = changed = [runs[name] for name in names]
    given = prepare.validationInput
    values = f"contour level {entered(given.contour.get())}, {entered(given.resolution.get())} Å"
    expected = f"This is the result of the earlier values ({values}); {words}"
    try:
        for run in changed:
            run.setStatus(status)
            run._error.set("No memory." if status == "failed" else "")
        assert expected in note_in(shown(report, root))
        assert expected in report.summary()[0]
        viewer = AAVrsCheckResultsViewer(project=report.getProject())
        viewer._tkRoot = root
        views = viewer._visualize(report.checkResults)
        assert [view.note for view in views] == [expected]
        said, _ = VrsReportWebViewer(project=report.getProject())._visualize(report)
        assert said.lines == [expected]
        for run in (mass, prepare):
            assert {view.note for view in views_of(viewer_of(run, root))} == {expected}
            assert expected in run.summary()[0]
        without = expected.replace(f" ({values})", "")
        assert without in note_in(shown(imported, root))
    finally:
        for run in changed:
            run.setStatus("finished")
            run._error.set("")
    assert not any("earlier" in line for run in changed for line in run.summary())


def note_in(window: Any) -> str:
    """What stands over everything else in a window."""
    return str(widgets(window, "Label")[0].cget("text"))


def test_a_table_is_saved_under_its_name_where_the_last_one_was(
    root: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vrs.viewers import windows

    asked: List[Dict[str, Any]] = []

    def answer(**words: Any) -> str:
        asked.append(words)
        return str(tmp_path / "mine.csv")

    monkeypatch.setattr(windows.filedialog, "asksaveasfilename", answer)
    monkeypatch.setattr(windows.TableView, "folder", None)
    title = "0.b Mask analysis: rules - 0.b Mask analysis - project"
    table = windows.TableView(title, ["Rule"], [["1"]], parent=root)
    table.ask_and_save()
    table.ask_and_save()
    assert {words["initialfile"] for words in asked} == {"0.b Mask analysis rules.csv"}
    assert [words["initialdir"] for words in asked] == [Path.home(), tmp_path]
    assert (tmp_path / "mine.csv").read_text(encoding="utf-8").split() == ["Rule", "1"]


def test_a_check_that_does_not_apply_shows_the_map(
    runs: Dict[str, Any], root: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = runs["VrsProtBackground"]
    unsuitable = run.CHECK.not_measured("There is no background.")
    monkeypatch.setattr(run.checkResult, "getResult", lambda: unsuitable)
    (view,) = viewer_of(run, root)._getVisualizeDict()["map"]("map")
    view.show()
    (layer,) = view.layers
    assert layer.density.data.shape == run.validationInput.get().getPreparation().inputs.map.box
    assert layer.outline.sentence == "Orange line: the border of the mask."


def test_a_small_window_opens_over_the_window_that_it_belongs_to(root: Any) -> None:
    from vrs.viewers.windows import TextWindow

    root.geometry("900x600+300+200")
    root.update()
    TextWindow("words", ["A few words."], root).show()
    (window,) = opened(root)
    middles = [
        (one.winfo_rootx() + one.winfo_width() / 2, one.winfo_rooty() + one.winfo_height() / 2)
        for one in (root, window)
    ]
    assert middles[1] == pytest.approx(middles[0], abs=60)


def test_without_any_program_the_place_of_the_report_is_shown(
    runs: Dict[str, Any], root: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    report = shown(runs["VrsProtReport"], root)
    press(report, "PDF")
    (window,) = (window for window in opened(root) if window is not report)
    assert str(Path(runs["VrsProtReport"].validationReport.pdf.get()).resolve()) in text_in(window)


def test_the_report_shows_its_verdict_and_what_to_do(runs: Dict[str, Any], root: Any) -> None:
    window = shown(runs["VrsProtReport"], root)
    assert window.title().startswith("Validation report - ")
    tables = widgets(window, "Treeview")
    verdict = tables[-1]
    rows = {str(verdict.item(row, "values")[0])[:3]: row for row in verdict.get_children()}
    assert list(rows) == ["0.a", "0.b", "0.c", "0.d", "0.e", "0.f", "0.g", "0.h"]
    check = runs["VrsProtMask"].checkResult.getResult()
    verdict.selection_set(rows["0.b"])
    root.update()
    text = text_in(window)
    assert check.heading in text
    assert all(warning.advice in text for warning in check.warnings)


def test_every_output_has_a_viewer_of_ours_first(runs: Dict[str, Any], root: Any) -> None:
    import pyworkflow as pw
    from pyworkflow.viewer import DESKTOP_TKINTER

    for run in runs.values():
        for name, output in run.iterOutputAttributes():
            viewers = pw.Config.getDomain().findViewers(output, DESKTOP_TKINTER)
            assert viewers and viewers[0].__module__.startswith("vrs."), (run, name)


def test_the_set_of_results_is_a_table(runs: Dict[str, Any], root: Any, tmp_path: Path) -> None:
    from vrs.viewers import AAVrsCheckResultsViewer

    run = runs["VrsProtReport"]
    viewer = AAVrsCheckResultsViewer(project=run.getProject())
    viewer._tkRoot = root
    (view,) = viewer._visualize(run.checkResults)
    view.show()
    (window,) = opened(root)
    assert [row[0] for row in rows_in(window)][:3] == ["0.a", "0.b", "0.c"]
    view.save(tmp_path / "table.csv")
    lines = (tmp_path / "table.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "Check,Title,Status,Warnings,Result" and lines[1].startswith("0.a,Mass")


def double_clicked(root: Any, table: Any, row: int) -> None:
    item = table.get_children()[row]
    table.see(item)
    root.update()
    x, y, width, height = table.bbox(item)
    for _ in range(2):
        table.event_generate("<ButtonPress-1>", x=x + width // 2, y=y + height // 2)
        table.event_generate("<ButtonRelease-1>", x=x + width // 2, y=y + height // 2)


def test_a_double_click_on_a_listed_check_opens_its_window(
    runs: Dict[str, Any], root: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vrs.viewers import AAVrsCheckResultsViewer, VrsCheckViewer

    found: List[str] = []
    monkeypatch.setattr(VrsCheckViewer, "open", lambda _, run: found.append(run.getClassName()))
    report = shown(runs["VrsProtReport"], root)
    double_clicked(root, widgets(report, "Treeview")[-1], 1)
    viewer = AAVrsCheckResultsViewer(project=runs["VrsProtReport"].getProject())
    viewer._tkRoot = root
    (view,) = viewer._visualize(runs["VrsProtReport"].checkResults)
    view.show()
    double_clicked(root, widgets(opened(root)[-1], "Treeview")[0], 3)
    assert found == ["VrsProtMask", "VrsProtBFactor"]


def test_a_result_of_the_run_that_does_everything_has_the_windows_of_its_check(
    runs: Dict[str, Any], root: Any
) -> None:
    """The run has what was prepared as an output, not as an input."""
    from vrs.viewers import VrsCheckViewer
    from vrs.viewers.listed_results import _RunOfOneResult

    run = runs["VrsProtLocalResolution"]
    box = SimpleNamespace(
        validationInput=run.validationInput.get(), getObjLabel=lambda: "box",
        getProject=run.getProject, getObjId=run.getObjId, earlierResult=lambda output: "earlier",
    )  # fmt: skip
    viewer = VrsCheckViewer(project=run.getProject())
    viewer.setProtocol(_RunOfOneResult(box, run.checkResult))
    viewer._tkRoot = root
    views = views_of(viewer)
    names = {type(view).__name__ for view in views}
    assert names == {"TextWindow", "LocalView", "FigureView", "TableView", "SliceView"}
    assert all(" - box - scipion_project" in view.title for view in views)


def test_a_run_without_output_says_why(
    runs: Dict[str, Any], root: Any
) -> None:
    from vrs.protocols import VrsProtImportMap, VrsProtMass
    from vrs.viewers import VrsCheckViewer
    from vrs.viewers.results import nothing_to_show

    project = runs["VrsProtMass"].getProject()
    new = project.newProtocol(VrsProtMass)
    viewer = VrsCheckViewer(project=project, parent=SimpleNamespace(root=root))
    viewer.visualize(new)
    (window,) = opened(root)
    assert "the run has no output. Execute it first." in text_in(window)
    failed = project.newProtocol(VrsProtImportMap)
    failed.setStatus("failed")
    failed._error.set("ERROR: no\x1b[31m such file")
    assert nothing_to_show(failed) == "Nothing to show: the run failed: ERROR: no such file"
    assert "the run failed" in text_in(shown(failed, root))


def test_the_cross_is_where_the_pointer_clicked(small_map: SmallMap, root: Any) -> None:
    from vrs.viewers.slice_view import Layer, SliceView

    other = small_map.density.with_data(-small_map.density.data)
    view = SliceView("map", [Layer(small_map.density, "A"), Layer(other, "B")], root)
    view.show()
    (window,) = opened(root)
    size = small_map.density.voxel_size
    axes = view._images[5].axes  # of B, normal to Z
    event = SimpleNamespace(inaxes=axes, xdata=10.5 * size, ydata=30.5 * size)
    view._click(event)
    root.update()
    assert view._indices == [10, 30, 24]
    for row, sign in ((0, 1), (3, -1)):
        shown_slice = view._images[row].get_array()
        np.testing.assert_array_equal(shown_slice, sign * small_map.density.data[:, :, 10])
    view._read(event)
    label = next(w for w in widgets(window, "Label") if "voxel X 10, Y 30, Z 24" in w.cget("text"))
    value = float(small_map.density.data[24, 30, 10])
    printed = label.cget("text").replace("\u2212", "-").split()
    assert float(printed[printed.index("A:") + 1]) == pytest.approx(value, rel=1e-3, abs=1e-3)


def test_contrast_narrows_the_scale(small_map: SmallMap, root: Any) -> None:
    from vrs.viewers.slice_view import Layer, SliceView

    view = SliceView("map", [Layer(small_map.density)], root)
    view.show()
    low, high = view._images[0].get_clim()
    view._contrast.set(1.0)
    view._rescale("")
    narrow = view._images[0].get_clim()
    assert narrow[1] - narrow[0] == pytest.approx((high - low) / 10)


def local(runs: Dict[str, Any], root: Any) -> Any:
    """The view of the local resolution."""
    shows = viewer_of(runs["VrsProtLocalResolution"], root)._getVisualizeDict()
    (view,) = shows["local_local_resolution"]("local_local_resolution")
    return view


def waited(root: Any, ended: Any, seconds: float = 60.0) -> bool:
    """Whether something came true in time, while the windows answer."""
    end = time.monotonic() + seconds
    while not ended() and time.monotonic() < end:
        root.update()
        time.sleep(0.1)
    return bool(ended())


def pixels_of(panel: Any) -> np.ndarray:
    """What a panel shows, shape (height, width, 3)."""
    image, size = panel._image, (panel._image.height(), panel._image.width(), 3)
    picture = image.tk.call(image, "data", "-format", "ppm")
    return np.frombuffer(picture[-size[0] * size[1] * 3 :], dtype=np.uint8).reshape(size)


def drawn(root: Any, panel: Any) -> np.ndarray:
    """The picture of a panel, once all that was asked for is there."""
    assert waited(root, lambda: panel.shown == panel.asked > 0 and not panel._wanted)
    return pixels_of(panel)


def test_a_local_quantity_has_surface_histogram_and_slices_in_one_window(
    runs: Dict[str, Any], root: Any
) -> None:
    view = local(runs, root)
    view.show()
    (window,) = opened(root)
    assert window.title().startswith("0.e Local resolution: local resolution (Å) - ")
    assert window.title().endswith(" - scipion_project")
    assert len(widgets(window, "Scale")) == 3, "the slices are in it"
    assert view.slices.layers[0].limits == view.scene.limits, "one colour scale"
    labels = [label.cget("text") for label in widgets(window, "Label")]
    assert any("local resolution (Å)   (grey: no value)" in label for label in labels)
    first = drawn(root, view.panel)
    surface = (first != 255).any(axis=2)
    assert 0.02 < surface.mean() < 0.9


def test_the_mouse_turns_moves_and_enlarges_a_surface(runs: Dict[str, Any], root: Any) -> None:
    view = local(runs, root)
    view.show()
    panel = view.panel
    first = drawn(root, panel)
    covered = [(first != 255).any(axis=2).mean()]
    for event in ("<ButtonPress-1>", "<B1-Motion>"):
        panel.canvas.event_generate(event, x=60 if "Motion" in event else 20, y=30)
    turned = drawn(root, panel)
    assert (turned != first).any()
    for _ in range(6):
        panel.canvas.event_generate("<Button-5>", x=20, y=20)
    far = drawn(root, panel)
    covered += [(picture != 255).any(axis=2).mean() for picture in (turned, far)]
    assert covered[2] == pytest.approx(covered[1] / 1.15**12, rel=0.1), "the area, by the wheel"
    panel._want("shift 0.25 0")
    moved = (drawn(root, panel) != 255).any(axis=2)
    before = (far != 255).any(axis=2)
    centres = [np.flatnonzero(mask.any(axis=0)).mean() for mask in (before, moved)]
    assert centres[1] - centres[0] == pytest.approx(0.25 * before.shape[1], abs=4)
    panel._want("reset")
    np.testing.assert_array_equal(drawn(root, panel), first)


def test_the_process_that_draws_ends_with_the_window(runs: Dict[str, Any], root: Any) -> None:
    view = local(runs, root)
    view.show()
    drawn(root, view.panel)
    (window,) = opened(root)
    window.destroy()
    pictures = view.panel.pictures
    assert waited(root, lambda: pictures.process.poll() is not None)
    assert not pictures._file.exists()


def test_a_surface_that_cannot_be_drawn_is_said(
    runs: Dict[str, Any], root: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vrs.viewers.turning_pictures._MODULE", "vrs.no_such_module")
    view = local(runs, root)
    view.show()
    assert waited(root, lambda: view.panel.pictures.failed)
    root.update()
    canvas = view.panel.canvas
    (said,) = (canvas.itemcget(item, "text") for item in canvas.find_all())
    assert "VTK cannot draw a surface on this computer" in said


def test_chimerax_gets_the_coloured_scene(
    runs: Dict[str, Any], root: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "bin" / "ChimeraX"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nprintf %s "$1" > "{tmp_path}/opened"\n', encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("CHIMERA_HOME", str(tmp_path))
    view = local(runs, root)
    view.show()
    (window,) = opened(root)
    press(window, "Open in ChimeraX")
    assert waited(root, (tmp_path / "opened").exists, 20)
    assert waited(root, lambda: (tmp_path / "opened").read_text(encoding="utf-8"), 20)
    scene = Path((tmp_path / "opened").read_text(encoding="utf-8"))
    commands = scene.read_text(encoding="utf-8")
    assert scene.suffix == ".cxc" and "color sample" in commands and "key " in commands
    opened_files = [line.split('"')[1] for line in commands.splitlines() if line.startswith("open")]
    assert len(opened_files) == 3 and all(Path(file).is_file() for file in opened_files)


def test_a_local_map_opens_with_its_surface_and_another_map_with_its_slices(
    runs: Dict[str, Any], root: Any
) -> None:
    from vrs.viewers import AAVrsVolumeViewer

    def views(run: Any, volume: Any) -> List[Any]:
        viewer = AAVrsVolumeViewer(project=run.getProject())
        viewer._tkRoot = root
        found: List[Any] = viewer._visualize(volume)
        return found

    run = runs["VrsProtLocalResolution"]
    (view,) = views(run, run.resolutionVolume)
    assert type(view).__name__ == "LocalView"
    assert view.title.startswith("0.e Local resolution: local resolution (Å) - ")
    run = runs["VrsProtBFactor"]
    (view,) = views(run, run.correctedVolume)
    assert type(view).__name__ == "SliceView"


def test_the_difference_of_maps_has_a_scale_about_zero(
    runs: Dict[str, Any], small_map: SmallMap
) -> None:
    from vrs.protocols import VrsProtCompare
    from vrs.viewers.viewer_volume import _layer

    project = runs["VrsProtMass"].getProject()
    layer = _layer(small_map.density, project.newProtocol(VrsProtCompare))
    low, high = layer.ends
    assert low == -high < 0 and layer.scale == "RdBu_r"


def test_the_dots_near_a_slice_are_drawn(small_map: SmallMap, root: Any) -> None:
    """In Å: 3 Å from the slice still count, and half a voxel lies between corner and centre."""
    from vrs.viewers.slice_view import Dots, Layer, SliceView

    density = small_map.density
    size = density.voxel_size
    places = {"x": [20.0, 40.0], "y": [30.0, 30.0], "z": [10 * size + 2.9, 10 * size - 3.1]}
    columns = {name: np.array(column) for name, column in places.items()}
    dots = Dots({**columns, "score": np.array([0.1, 0.9])})
    view = SliceView("map", [Layer(density, dots=dots)], root, start=[3, 4, 10])
    view.show()
    (collection,) = view._images[2].axes.collections
    assert collection.get_offsets().tolist() == [[20.0 + size / 2, 30.0 + size / 2]]
    assert collection.get_array().tolist() == [0.1]
    assert dots.densest(density)[1] == pytest.approx(30.0 / size, abs=3.0 / size)


def test_the_points_on_helices_are_shown_on_slices_and_in_a_table(
    runs: Dict[str, Any], root: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vrs.level0.hand import HELICES

    run = runs["VrsProtMass"]
    check = run.checkResult.getResult()
    check.curves[HELICES] = {
        "x": np.array([10.0, 20.0]), "y": np.array([11.0, 21.0]), "z": np.array([12.0, 22.0]),
        "score": np.array([0.01, 0.97]),
    }  # fmt: skip
    monkeypatch.setattr(run.checkResult, "getResult", lambda: check)
    shows = viewer_of(run, root)._getVisualizeDict()
    for name in ("helices", "votes"):
        (view,) = shows[name](name)
        view.show()
    slices, table = opened(root)
    assert rows_in(table) == [["20", "21", "22", "0.97"], ["10", "11", "12", "0.01"]]
    words = " ".join(str(label.cget("text")) for label in widgets(slices, "Label"))
    assert "Points within 3 Å of each slice." in words and "1 mirrored" in words


def test_the_space_around_the_mask_is_drawn(runs: Dict[str, Any], root: Any) -> None:
    """The dashed box touches the mask: its sides, in voxels, are those of the mask itself."""
    run = runs["VrsProtMass"]
    (view,) = viewer_of(run, root)._getVisualizeDict()["placement"]("placement")
    view.show()
    (layer,) = view.layers
    mask = run.validationInput.get().getPreparation().inputs.mask
    size = layer.density.voxel_size
    for axis, (start, end) in enumerate(layer.frame):
        others = tuple(2 - other for other in range(3) if other != axis)
        inside = np.flatnonzero(mask.any(axis=others))
        assert start / size == pytest.approx(inside[0], abs=1.01)
        assert end / size == pytest.approx(inside[-1] + 1, abs=1.01)
    assert set(layer.points) == {"+", "x"}


@pytest.mark.parametrize("output", ["", "checkResult"])
def test_the_form_of_a_run_and_of_its_result_is_titled_and_noted(
    runs: Dict[str, Any], display: str, monkeypatch: pytest.MonkeyPatch, output: str
) -> None:
    """As the project window opens it, which comes back only when the form is closed."""
    from pyworkflow.gui import Window

    from vrs.viewers import VrsCheckViewer

    monkeypatch.setenv("DISPLAY", display)
    run = runs["VrsProtMask"]
    main_window = Window("main")
    monkeypatch.setattr(type(run), "earlierResult", lambda self, output="": "This is earlier.")
    titles: List[str] = []
    heights: List[int] = []

    longest = time.monotonic() + 30

    def look() -> None:
        titles[:] = [window.title() for window in opened(main_window.root)]
        for window in opened(main_window.root):
            notes = (one for one in widgets(window, "Label") if one["text"] == "This is earlier.")
            heights.extend(note.winfo_rooty() - window.winfo_rooty() for note in notes)
        if any(height > 0 for height in heights) or time.monotonic() > longest:
            main_window.root.quit()
        else:
            heights.clear()
            main_window.root.after(200, look)

    main_window.root.after(1500, look)
    viewer = VrsCheckViewer(project=run.getProject(), parent=main_window)
    viewer.visualize(getattr(run, output) if output else run)
    main_window.root.destroy()
    (height,) = heights
    assert 0 < height < 120, "under the heading"
    (title,) = titles
    assert title.startswith("0.b Mask analysis - ") and title.endswith(" - scipion_project")
