"""The report opens as a PDF."""

from __future__ import annotations

from pathlib import Path
from typing import Any, List

from pyworkflow.viewer import DESKTOP_TKINTER, View, Viewer

from vrs.objects import ValidationReport
from vrs.protocols import VrsProtReport
from vrs.viewers.windows import FileView, TextWindow


class VrsReportViewer(Viewer):
    """Open the PDF of a report, or its JSON file where there is no PDF."""

    _name = "report"
    _targets = [VrsProtReport, ValidationReport]
    _environments = [DESKTOP_TKINTER]

    def _visualize(self, obj: Any, **kwargs: Any) -> List[View]:
        report = obj if isinstance(obj, ValidationReport) else obj.validationReport
        files = [Path(file) for file in report.getFiles()]
        missing = [file for file in files if not file.exists()]
        if missing:
            return [TextWindow("Report", [f"{missing[0].resolve()} is gone."], self.getTkRoot())]
        return [FileView(files[0], self.getTkRoot())]
