"""What the protocols hand on besides volumes: the result of a check, a set of them, and the report.

Numbers stay in the files these objects point to; the objects hold what a table or a line of text in
the project window needs.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List

from pwem.objects import EMObject, EMSet
from pyworkflow.object import Float, Integer, String

from vrs.checks.result import CHECK_FILE, Check


class CheckResult(EMObject):
    """Outcome of one check; the numbers, curves and maps are in its folder."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.checkId = String()
        self.title = String()
        self.status = String()
        self.statusText = String()
        self.headline = String()
        self.warnings = Integer()
        self.remarks = Integer()
        self.seconds = Float()
        self.checkFile = String()

    @classmethod
    def fromCheck(cls, check: Check, folder: str) -> "CheckResult":
        """The object for a check that was saved in ``folder`` (relative to the project)."""
        result = cls()
        result.checkId.set(check.id)
        result.title.set(check.title)
        result.status.set(check.status.value)
        result.statusText.set(check.status_text)
        result.headline.set(check.headline or check.reason)
        result.warnings.set(len(check.warnings))
        result.remarks.set(len(check.remarks))
        result.seconds.set(round(check.seconds, 3))
        result.checkFile.set(str(Path(folder) / CHECK_FILE))
        return result

    def getFolder(self) -> str:
        """The folder with check.json, the curves and the maps, relative to the project."""
        return str(Path(self.checkFile.get()).parent)

    def getCheck(self) -> Check:
        """Everything the check said, read from its folder."""
        return Check.load(Path(self.getFolder()))

    def getFiles(self) -> List[str]:
        """The files that belong to this object."""
        return [self.checkFile.get()] if self.checkFile.hasValue() else []

    def __str__(self) -> str:
        return f"{self.checkId.get()} {self.title.get()}: {self.statusText.get()}"


class SetOfCheckResults(EMSet):
    """The checks of one report."""

    ITEM_TYPE = CheckResult


class ValidationReport(EMObject):
    """A report: its files, and its score as in report.json."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.pdf = String()
        self.html = String()
        self.json = String()
        self.passed = Integer()
        self.evaluated = Integer()
        self.notMeasured = Integer()

    @classmethod
    def fromReport(
        cls, report: Dict[str, Any], pdf: str, html: str, json: str
    ) -> "ValidationReport":
        """The object for the content of report.json and the paths of the files."""
        result = cls()
        result.pdf.set(pdf)
        result.html.set(html)
        result.json.set(json)
        result.passed.set(report["score"]["passed"])
        result.evaluated.set(report["score"]["evaluated"])
        result.notMeasured.set(sum(check["status"] == "not_measured" for check in report["checks"]))
        return result

    def getFiles(self) -> List[str]:
        """The PDF, where there is one, the page and the JSON file."""
        return [path.get() for path in (self.pdf, self.html, self.json) if path.get()]

    def __str__(self) -> str:
        score = f"Validation report: {self.passed.get()} of {self.evaluated.get()} evaluable items"
        missing = self.notMeasured.get()
        return f"{score}, {missing} not measured" if missing else score
