"""The report opens as a window with its verdict, and from there as PDF, page or comparison."""

from __future__ import annotations

import tkinter as tk
from dataclasses import dataclass
from pathlib import Path
from typing import Any, List, Tuple

from pyworkflow.viewer import DESKTOP_TKINTER, View, Viewer

from vrs.maps.errors import VrsError, sentence
from vrs.objects import VrsValidationReport
from vrs.protocols.protocol_report import REPORT, VrsProtReport
from vrs.report.compare import compare, read_report
from vrs.report.compare.labels import MOST_REPORTS
from vrs.viewers.comparison_window import ComparisonWindow, PageView
from vrs.viewers.listed_results import open_check
from vrs.viewers.report_window import ReportWindow
from vrs.viewers.results import noted, nothing_to_show, nothing_window, run_of, title_of
from vrs.viewers.windows import TextWindow, centre, new_window


class VrsReportViewer(Viewer):
    """Open the verdict of a report."""

    _name = "report"
    _targets = [VrsProtReport, VrsValidationReport]
    _environments = [DESKTOP_TKINTER]

    def _visualize(self, obj: Any, **kwargs: Any) -> List[View]:
        run = run_of(obj, self.getProject())
        if nothing_to_show(run, REPORT):
            return [nothing_window(run, self.getTkRoot(), REPORT)]
        return [noted(self._window(run), run)]

    def _window(self, run: Any) -> View:
        title = title_of("Validation report", run)
        try:
            report = read_report(Path(run.validationReport.json.get()))
        except VrsError as problem:
            lines = [sentence(problem.reason, problem.advice)]
            return TextWindow(title, lines, self.getTkRoot())
        actions = [("Compare with ...", lambda: self._others(run).show())]
        project = Path(self.getProject().path)

        def opened(check: str) -> None:
            for result in run.checkResults:
                if result.checkId.get() == check:
                    open_check(result.clone(), self.getProject(), self.getParent())
                    return

        return ReportWindow(title, report, project, actions, self.getTkRoot(), opened)

    def _others(self, run: Any) -> View:
        """The choice among the other reports of the project."""
        title = title_of("Compare with ...", run)
        others = [
            (other.getObjLabel(), Path(other.validationReport.json.get()))
            for other in self.getProject().getRuns()
            if isinstance(other, VrsProtReport) and hasattr(other, "validationReport")
            and other.getObjId() != run.getObjId()
        ]  # fmt: skip
        if not others:
            nothing = "This project has no other report."
            advice = "The protocol *compare reports* takes reports of other folders too."
            return TextWindow(title, [nothing, advice], self.getTkRoot())
        first = (run.getObjLabel(), Path(run.validationReport.json.get()))
        page = Path(self.getProject().getTmpPath("comparison.html"))
        return ReportChoice(title, first, others, page, self.getTkRoot())


@dataclass(eq=False)
class ReportChoice(View):  # type: ignore[misc]
    """A list of reports by name and file; those that are chosen are compared with the first."""

    title: str
    first: Tuple[str, Path]
    others: List[Tuple[str, Path]]
    page: Path
    parent: Any = None

    def show(self) -> None:
        window = new_window(self.title, self.parent)
        tk.Label(
            window, text="Choose one or more reports (with Ctrl or Shift):", bg="white", anchor=tk.W
        ).pack(fill=tk.X, padx=12, pady=8)
        self._list = tk.Listbox(
            window, selectmode=tk.EXTENDED, width=70, height=min(len(self.others) + 1, 20)
        )
        self._list.insert(tk.END, *(name for name, _ in self.others))
        self._list.selection_set(0)
        self._list.pack(fill=tk.BOTH, expand=True, padx=12)
        tk.Button(window, text="Compare", command=self.compare).pack(anchor=tk.E, padx=12, pady=8)
        centre(window, self.parent)

    def compare(self) -> None:
        """Open the comparison of the chosen reports."""
        chosen = [self.others[index] for index in self._list.curselection()][: MOST_REPORTS - 1]
        if not chosen:
            return
        sources = [self.first, *chosen]
        try:
            comparison = compare(*(read_report(path) for _, path in sources))
        except VrsError as problem:
            lines = [sentence(problem.reason, problem.advice)]
            TextWindow(self.title, lines, self.parent).show()
            return
        # The page is of these reports, not of those compared before.
        self.page.unlink(missing_ok=True)
        names = [name for name, _ in sources]
        title = self.title.replace("Compare with ...", "Comparison")
        ComparisonWindow(title, comparison, names, self.page, self.parent).show()


class VrsReportWebViewer(Viewer):
    """Open the page of a report, report.html, in the browser."""

    _name = "report in the browser"
    _targets = [VrsProtReport, VrsValidationReport]
    _environments = [DESKTOP_TKINTER]

    def _visualize(self, obj: Any, **kwargs: Any) -> List[View]:
        run = run_of(obj, self.getProject())
        if nothing_to_show(run, REPORT):
            return [nothing_window(run, self.getTkRoot(), REPORT)]
        note = run.earlierResult()
        title = title_of("Report in the browser", run)
        said = [TextWindow(title, [note], self.getTkRoot())] if note else []
        return [*said, PageView(Path(run.validationReport.html.get()).resolve(), self.getTkRoot())]
