"""Reports, results of one check or whole branches side by side, on one page and as a table."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any, Dict, Iterator, List, Tuple

from pwem.objects import EMObject, Volume
from pyworkflow.object import Pointer
from pyworkflow.protocol import params

from vrs.checks.store import DamagedResult
from vrs.levels import levels_of
from vrs.maps import write_map
from vrs.maps.errors import VrsError, sentence
from vrs.objects import (
    VrsCheckResult,
    VrsComparedReport,
    VrsComparison,
    VrsSetOfComparedReports,
    VrsValidationInput,
    VrsValidationReport,
)
from vrs.protocols.base import VrsProtCheck, VrsProtocol
from vrs.protocols.outputs import outputs
from vrs.protocols.protocol_level0 import VrsProtLevel0
from vrs.protocols.volumes import volume_of
from vrs.report import REPORT_JSON
from vrs.report.compare.labels import MOST_REPORTS, labels_of

PAGE = "comparison.html"
KINDS = (VrsValidationReport, VrsCheckResult, VrsValidationInput)


class VrsProtCompare(VrsProtocol):
    """Set reports of this project side by side: what changed, curves, maps and their difference.

    The first one is what the others are compared with. Results of one check, and branches (outputs
    of *prepare map*, with all checks that were run on them), are compared in the same way. Reports
    about other maps or other contour levels are compared too, and the page begins by saying so.
    """

    _label = "compare reports"
    RESULT = "comparison"
    _possibleOutputs = outputs(
        comparison=VrsComparison,
        comparedReports=VrsSetOfComparedReports,
        **{f"difference{label}": Volume for label in labels_of(range(MOST_REPORTS))[1:]},
    )

    def _defineParams(self, form: Any) -> None:
        form.addSection(label="Input")
        form.addParam(
            "compared", params.MultiPointerParam, important=True, allowsNull=True, minNumObjects=1,
            pointerClass=",".join(kind.__name__ for kind in KINDS), label="Compare",
            help="Two or more reports, results of one check, or outputs of *prepare map*, which "
            "stand for all checks that were run on them. The first one is what the others are "
            "compared with.",
        )  # fmt: skip
        form.addParam(
            "folders", params.StringParam, default="", label="Reports elsewhere",
            help="Folders of reports outside of this project, separated by commas, such as those "
            "that *vrs report* wrote. They come after those above.",
        )  # fmt: skip

    def _insertAllSteps(self) -> None:
        values = [[self._identity(pointer) for pointer in self.compared], self._folders()]
        self._insertStepsFor(values, self.compareStep, self.createOutputStep)

    def compareStep(self, identities: List[Any], folders: List[str]) -> None:
        # Only this step needs the libraries that draw.
        from vrs.report.compare import compare, read_report
        from vrs.report.compare.differences import differences_of
        from vrs.report.compare.page import write_comparison
        from vrs.report.compare.record import ComparedReport, ComparisonRecord

        sources = list(self._sources())
        comparison = compare(*(read_report(folder) for _, folder in sources))
        differences = differences_of(comparison.reports)
        page = Path(self._getExtraPath(PAGE))
        write_comparison(comparison, page, differences)
        first, *others = [
            ComparedReport(label=label, name=name, folder=str(folder))
            for label, (name, folder) in zip(comparison.labels, sources)
        ]
        records = [first]
        for report, difference in zip(others, differences):
            fields: Dict[str, Any] = {"difference_text": difference.sentence}
            if difference.outcome is not None:
                file = Path(self._getExtraPath(f"difference_{difference.label}.mrc"))
                write_map(file, difference.density)
                fields.update(
                    difference=file.name,
                    correlation=difference.outcome.correlation,
                    remaining=100 * difference.outcome.remaining,
                )
            records.append(
                ComparedReport(label=report.label, name=report.name, folder=report.folder, **fields)
            )
        record = ComparisonRecord(comparison.subject, page.name, records)
        record.save(Path(self._getExtraPath()))

    def createOutputStep(self, identities: List[Any], folders: List[str]) -> None:
        from vrs.report.compare import read_report
        from vrs.report.compare.record import ComparisonRecord

        folder = Path(self._getExtraPath())
        record = ComparisonRecord.load(folder)
        table = VrsSetOfComparedReports.create(self._getPath())
        made: Dict[str, EMObject] = {
            "comparison": VrsComparison.fromRecord(record, str(folder)),
            "comparedReports": table,
        }
        for report in record.reports:
            content = read_report(Path(report.folder)).content
            table.append(VrsComparedReport.fromReport(report, content))
            if report.difference:
                made[f"difference{report.label}"] = volume_of(folder / report.difference)
        self._defineOutputs(**made)
        for pointer in self.compared:
            self._defineSourceRelation(pointer, made["comparison"])

    def _sources(self) -> Iterator[Tuple[str, Path]]:
        """Name and folder of every report; those of results and branches are written here."""
        from vrs.report.compare.places import report_files

        for number, pointer in enumerate(self.compared):
            source = pointer.get()
            run = self.getProject().getProtocol(source.getObjParentId())
            if isinstance(source, VrsValidationReport):
                yield run.getObjLabel(), Path(source.json.get()).parent
            else:
                yield run.getObjLabel(), self._report_of(source, number)
        for name in self._folders():
            for file in report_files(Path(name)):
                folder = file.parent if file.name == REPORT_JSON else file
                yield folder.resolve().name, folder

    def _report_of(self, source: Any, number: int) -> Path:
        """A report with the results of one check or of a branch; its folder."""
        from vrs.report.build import build_report

        results = list(self._results_of(source))
        names = [result.checkId.get() for result in results]
        levels = levels_of(names)
        others = [check.id for level in levels for check in level.checks if check.id not in names]
        folder = Path(self._getExtraPath(labels_of(range(MOST_REPORTS))[number]))
        build_report(
            self._input_of(source).getFolder(), [result.getFolder() for result in results],
            levels, folder, not_requested=others, pdf=False,
        )  # fmt: skip
        return folder

    def _input_of(self, source: Any) -> VrsValidationInput:
        if isinstance(source, VrsValidationInput):
            return source
        run = self.getProject().getProtocol(source.getObjParentId())
        prepared: VrsValidationInput = run.validationInput.get()
        return prepared

    def _results_of(self, source: Any) -> Iterator[VrsCheckResult]:
        """The result itself, or the last finished ones of a branch by check."""
        if isinstance(source, VrsCheckResult):
            yield source
            return
        run = self.getProject().getProtocol(source.getObjParentId())
        if isinstance(run, VrsProtLevel0):
            yield from run.getResults()
            return
        fingerprint = source.fingerprint.get()
        last = {}
        for run in self.getProject().getRuns():
            if isinstance(run, VrsProtCheck) and run.isFinished():
                result = run.checkResult
                if result.fingerprint.get() == fingerprint:
                    last[run.CHECK.id] = result
        yield from last.values()

    def _identity(self, pointer: Pointer) -> List[str]:
        """What a compared output holds: it is compared again when this changes."""
        source = pointer.get()
        if isinstance(source, VrsValidationReport):
            files = [source.json.get()]
        else:
            files = [result.checkFile.get() for result in self._results_of(source)]
        content = b"".join(Path(file).read_bytes() for file in files if Path(file).is_file())
        return [type(source).__name__, *files, hashlib.sha256(content).hexdigest()]

    def _folders(self) -> List[str]:
        return [name.strip() for name in re.split(r"[,\n]", self.folders.get("")) if name.strip()]

    def _validate(self) -> List[str]:
        from vrs.report.compare.places import report_files

        sources = [pointer.get() for pointer in self.compared if pointer.get() is not None]
        errors = []
        files = [file for name in self._folders() for file in report_files(Path(name))]
        total = len(sources) + len(files)
        if total < 2:
            errors.append("Choose two reports, or more, to compare.")
        if total > MOST_REPORTS:
            errors.append(f"{total} are too many to compare; {MOST_REPORTS} are possible.")
        errors += [f"There is no report in {file}." for file in files if not _holds_report(file)]
        checks = {s.checkId.get() for s in sources if isinstance(s, VrsCheckResult)}
        if len(checks) > 1:
            errors.append(
                f"Results of {', '.join(sorted(checks))} have nothing to compare: choose results "
                "of one check."
            )
        return errors

    def _summary(self) -> List[str]:
        comparison = getattr(self, "comparison", None)
        if comparison is None:
            return ["Not compared yet."]
        try:
            record = comparison.getRecord()
        except DamagedResult as problem:
            return [sentence(problem.reason, problem.advice)]
        lines = [f"*{report.label}*: {report.name}" for report in record.reports]
        texts = [report.difference_text for report in record.reports if report.difference_text]
        return [record.subject, *lines, *texts, str(comparison.getPage())]

    def _methods(self) -> List[str]:
        return ["Validation reports [Sorzano2022] were compared check by check."]

    def _citations(self) -> List[str]:
        return ["Sorzano2022"]


def _holds_report(file: Path) -> bool:
    from vrs.report.compare import read_report

    try:
        read_report(file)
    except VrsError:
        return False
    return True
