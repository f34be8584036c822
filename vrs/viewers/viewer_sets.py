"""Sets of results and of compared reports as tables."""

from __future__ import annotations

from typing import Any, List

from pyworkflow.object import Float, Integer, String
from pyworkflow.viewer import DESKTOP_TKINTER, View, Viewer

from vrs.maps.printing import number
from vrs.objects import VrsComparedReport, VrsSetOfCheckResults, VrsSetOfComparedReports
from vrs.viewers.listed_results import open_check
from vrs.viewers.results import noted, run_of, title_of
from vrs.viewers.windows import TableView


class VrsCheckResultsViewer(Viewer):
    """The verdict on every check in a report."""

    _name = "verdict table"
    _targets = [VrsSetOfCheckResults]
    _environments = [DESKTOP_TKINTER]

    def _visualize(self, obj: Any, **kwargs: Any) -> List[View]:
        rows = [
            (result.checkId.get(), result.title.get(), result.statusText.get(),
             str(result.warnings.get()), result.headline.get(""))
            for result in obj
        ]  # fmt: skip
        headings = ("Check", "Title", "Status", "Warnings", "Result")
        run = run_of(obj, self.getProject())
        title = title_of("Results of the checks", run)
        results = [result.clone() for result in obj]

        def opened(row: int) -> None:
            open_check(results[row], self.getProject(), self.getParent())

        caption = "A double click on a check opens its results."
        view = TableView(title, headings, rows, caption, self.getTkRoot(), opened)
        return [noted(view, run)]


class VrsComparedReportsViewer(Viewer):
    """The numbers of compared reports."""

    _name = "table of numbers"
    _targets = [VrsSetOfComparedReports]
    _environments = [DESKTOP_TKINTER]

    def _visualize(self, obj: Any, **kwargs: Any) -> List[View]:
        """One line per number, one column per report: there are more numbers than reports."""
        reports = [report.clone() for report in obj]
        names = [
            name for name, value in VrsComparedReport().getAttributes()
            if isinstance(value, (Float, Integer, String)) and name != "label"
        ]  # fmt: skip
        rows = [(name, *(_printed(getattr(report, name)) for report in reports)) for name in names]
        run = run_of(obj, self.getProject())
        title = title_of("Compared reports", run)
        headings = ["", *(report.label.get() for report in reports)]
        return [noted(TableView(title, headings, rows, parent=self.getTkRoot()), run)]


def _printed(value: Any) -> str:
    if not value.hasValue():
        return "–"
    return number(value.get(), 4) if isinstance(value, Float) else str(value.get())
