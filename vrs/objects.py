"""Outputs of the protocols besides volumes: the input, results, reports and comparisons.

Numbers stay in the files that these objects point to; the objects hold what a table or a line of
text in the project window needs.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, List, Optional

from pwem.objects import EMObject, EMSet
from pyworkflow.object import CsvList, Float, Integer, String

from vrs.checks.inputs import MADE_MASK, InputRecord, Preparation
from vrs.checks.result import Result
from vrs.checks.store import RESULT_FILE, load_result
from vrs.levels import CHECKS
from vrs.maps.printing import entered

if TYPE_CHECKING:
    # These load the libraries of the report, which most processes of Scipion do without.
    from vrs.report.compare.record import ComparedReport, ComparisonRecord
    from vrs.report.model import Report


def stated(contour: float, resolution: Optional[float]) -> str:
    """A contour level and a resolution in Å, None if it was not reported, in a list."""
    reported = "resolution not reported" if resolution is None else f"{entered(resolution)} Å"
    return f"contour level {entered(contour)}, {reported}"


class VrsValidationInput(EMObject):
    """A map with everything that its checks depend on: contour level, resolution and masks."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.mapFile = String()
        self.contour = Float()
        self.resolution = Float()
        self.maskSource = String()
        self.box = CsvList(pType=int)
        self.voxelSize = Float()
        self.unusable = String()
        self.fingerprint = String()
        self.folder = String()

    @classmethod
    def fromRecord(cls, record: InputRecord, folder: str) -> VrsValidationInput:
        """The object for a preparation that was saved in ``folder`` (relative to the project)."""
        prepared = cls()
        prepared.mapFile.set(record.file)
        prepared.contour.set(record.contour)
        prepared.resolution.set(record.resolution)
        prepared.maskSource.set(record.mask_source)
        prepared.box.set(list(record.box))
        prepared.voxelSize.set(record.voxel_size)
        prepared.unusable.set(record.unusable)
        prepared.fingerprint.set(record.fingerprint)
        prepared.folder.set(folder)
        return prepared

    def getFolder(self) -> Path:
        """The folder of the preparation, relative to the project."""
        return Path(self.folder.get())

    def getPreparation(self) -> Preparation:
        """The record of the input and the prepared maps."""
        return Preparation.load(self.getFolder())

    def getVoxels(self) -> int:
        """Number of voxels of the map."""
        return math.prod(self.box)

    def getResolution(self) -> Optional[float]:
        """Reported resolution in Å; None if it was not reported."""
        value: Optional[float] = self.resolution.get()
        return value

    @property
    def values(self) -> str:
        """Contour level and reported resolution."""
        return stated(self.contour.get(), self.getResolution())

    def __str__(self) -> str:
        size = " x ".join(map(str, self.box))
        parts = [
            f"{self.mapFile.get()}: {size} voxels of {entered(self.voxelSize.get())} Å",
            self.values,
        ]
        if self.maskSource.get() != MADE_MASK:
            parts.append(f"mask {self.maskSource.get()}")
        if self.unusable.get():
            parts.append("cannot be measured")
        return ", ".join(parts)


class VrsCheckResult(EMObject):
    """Result of one check; the numbers, curves and maps are in its folder."""

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
        self.fingerprint = String()

    @classmethod
    def fromResult(cls, result: Result, folder: str, fingerprint: str) -> VrsCheckResult:
        """The object for a result that was saved in ``folder`` (relative to the project).

        ``fingerprint`` is that of the input that was measured.
        """
        outcome = cls()
        outcome.checkId.set(result.id)
        outcome.title.set(result.title)
        outcome.status.set(result.status.value)
        outcome.statusText.set(result.status_text)
        outcome.headline.set(result.headline or result.reason)
        outcome.warnings.set(result.warning_count)
        outcome.remarks.set(len(result.remarks))
        outcome.seconds.set(round(result.seconds, 3))
        outcome.checkFile.set(str(Path(folder) / RESULT_FILE))
        outcome.fingerprint.set(fingerprint)
        return outcome

    def getFolder(self) -> Path:
        """The folder with check.json, the curves and the maps, relative to the project."""
        return Path(self.checkFile.get()).parent

    def getResult(self) -> Result:
        """The whole result, read from its folder."""
        return load_result(self.getFolder())

    def getFiles(self) -> List[str]:
        """The files that belong to this object."""
        return [self.checkFile.get()] if self.checkFile.hasValue() else []

    def __str__(self) -> str:
        named = self.checkId.get() if "." in self.checkId.get("") else ""
        return f"{named} {self.title.get()}: {self.statusText.get()}".lstrip()


class VrsSetOfCheckResults(EMSet):
    """The results in a report."""

    ITEM_TYPE = VrsCheckResult


class VrsValidationReport(EMObject):
    """A report: its files, and the score of each level in words."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.pdf = String()
        self.html = String()
        self.json = String()
        self.score = String()

    @classmethod
    def fromFiles(cls, score: str, pdf: str, html: str, json: str) -> VrsValidationReport:
        """The object for a report with a score in words, and the paths of its files."""
        report = cls()
        report.score.set(score)
        report.pdf.set(pdf)
        report.html.set(html)
        report.json.set(json)
        return report

    def getFiles(self) -> List[str]:
        """The PDF, if there is one, the HTML page and the JSON file."""
        return [path.get() for path in (self.pdf, self.html, self.json) if path.get()]

    def __str__(self) -> str:
        return f"Validation report: {self.score.get()}"


class VrsComparison(EMObject):
    """Reports side by side: the page, and the folder with what it was made from."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.subject = String()
        self.page = String()
        self.reports = Integer()

    @classmethod
    def fromRecord(cls, record: ComparisonRecord, folder: str) -> VrsComparison:
        """The object for a comparison that was saved in ``folder`` (relative to the project)."""
        comparison = cls()
        comparison.subject.set(record.subject)
        comparison.page.set(str(Path(folder) / record.page))
        comparison.reports.set(len(record.reports))
        return comparison

    def getPage(self) -> Path:
        """The page for the browser, relative to the project."""
        return Path(self.page.get())

    def getRecord(self) -> ComparisonRecord:
        """What was compared; raises DamagedResult if it cannot be read."""
        from vrs.report.compare.record import ComparisonRecord

        return ComparisonRecord.load(self.getPage().parent)

    def getFiles(self) -> List[str]:
        """The page and the record beside it."""
        from vrs.report.compare.record import RECORD_FILE

        return [self.page.get(), str(self.getPage().with_name(RECORD_FILE))]

    def __str__(self) -> str:
        return f"{self.reports.get()} reports. {self.subject.get()}"


_SCORED = [
    rule.id for check in CHECKS.values() for rule in check.rules
    if rule.scored and not rule.alternative_to
]  # fmt: skip


class VrsComparedReport(EMObject):
    """A report in a comparison: its input, score and findings, and the deciding values in numbers.

    Every published rule has a column of its own: "mass.space" is ``mass_space``, in the unit of the
    rule. A value that was not measured is empty.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.label = String()
        self.name = String()
        self.mapFile = String()
        self.contour = Float()
        self.resolution = Float()
        self.voxelSize = Float()
        self.passed = Integer()
        self.evaluated = Integer()
        self.serious = Integer()
        self.cautions = Integer()
        self.correlation = Float()
        self.difference = Float()
        for rule in _SCORED:
            setattr(self, rule.replace(".", "_"), Float())

    @classmethod
    def fromReport(cls, record: ComparedReport, report: Report) -> VrsComparedReport:
        """The row of a report."""
        row, given = cls(), report.input
        weights = [finding.severity for finding in report.findings]
        values = {decision.rule: decision.value for check in report.all_checks
                  for decision in check.decisions}  # fmt: skip
        row.label.set(record.label)
        row.name.set(record.name)
        row.mapFile.set(given.file)
        row.contour.set(given.contour)
        row.resolution.set(given.resolution)
        row.voxelSize.set(given.voxel_size)
        row.passed.set(report.score.passed if report.score else None)
        row.evaluated.set(report.score.evaluated if report.score else None)
        row.serious.set(weights.count("serious"))
        row.cautions.set(weights.count("caution"))
        row.correlation.set(record.correlation)
        row.difference.set(record.remaining)
        for rule in _SCORED:
            getattr(row, rule.replace(".", "_")).set(values.get(rule))
        return row

    def __str__(self) -> str:
        return f"{self.label.get()}: {self.name.get()}"


class VrsSetOfComparedReports(EMSet):
    """The reports of a comparison in rows of numbers."""

    ITEM_TYPE = VrsComparedReport
