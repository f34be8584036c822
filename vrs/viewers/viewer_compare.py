"""The comparison of a run opens in the window that "compare with ..." of a report opens too."""

from __future__ import annotations

from pathlib import Path
from typing import Any, List

from pyworkflow.viewer import DESKTOP_TKINTER, View, Viewer

from vrs.maps.errors import VrsError, sentence
from vrs.objects import VrsComparison
from vrs.protocols.protocol_compare import VrsProtCompare
from vrs.report.compare import compare, read_report
from vrs.viewers.comparison_window import ComparisonWindow
from vrs.viewers.results import noted, nothing_to_show, nothing_window, run_of, title_of
from vrs.viewers.windows import TextWindow


class VrsCompareViewer(Viewer):
    """Open a comparison."""

    _name = "comparison"
    _targets = [VrsProtCompare, VrsComparison]
    _environments = [DESKTOP_TKINTER]

    def _visualize(self, obj: Any, **kwargs: Any) -> List[View]:
        run = run_of(obj, self.getProject())
        if nothing_to_show(run):
            return [nothing_window(run, self.getTkRoot())]
        title = title_of("Comparison", run)
        try:
            record = run.comparison.getRecord()
            reports = [read_report(Path(report.folder)) for report in record.reports]
        except VrsError as problem:
            reason = sentence(problem.reason, problem.advice)
            return [TextWindow(title, [reason], self.getTkRoot())]
        names = [report.name for report in record.reports]
        page = run.comparison.getPage()
        view = ComparisonWindow(title, compare(*reports), names, page, self.getTkRoot())
        return [noted(view, run)]
