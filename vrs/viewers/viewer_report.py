"""The report opens as a PDF, or as a page in the browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any, List

from pyworkflow.viewer import DESKTOP_TKINTER, View, Viewer

from vrs.objects import VrsValidationReport
from vrs.protocols.protocol_report import VrsProtReport
from vrs.viewers.windows import FileView, TextWindow


class VrsReportViewer(Viewer):
    """Open the PDF of a report, or its page where there is no PDF."""

    _name = "report"
    _targets = [VrsProtReport, VrsValidationReport]
    _environments = [DESKTOP_TKINTER]

    def _visualize(self, obj: Any, **kwargs: Any) -> List[View]:
        report = obj if isinstance(obj, VrsValidationReport) else obj.validationReport
        files = self._files(report)
        missing = [file for file in files if not file.exists()]
        if missing:
            return [TextWindow("Report", [f"{missing[0].resolve()} is gone."], self.getTkRoot())]
        return [FileView(files[0], self.getTkRoot())]

    def _files(self, report: VrsValidationReport) -> List[Path]:
        return [Path(file) for file in report.getFiles()]


class VrsReportWebViewer(VrsReportViewer):
    """Open the page of a report, report.html, in the browser."""

    _name = "report in the browser"

    def _files(self, report: VrsValidationReport) -> List[Path]:
        return [Path(report.html.get())] if report.html.get() else super()._files(report)
