"""The report: what the preparation and the checks left in their folders, as PDF, HTML and JSON."""

from __future__ import annotations

import json
import re
from enum import Enum
from pathlib import Path
from typing import Any, Dict, Iterator, List, Tuple

from pwem.protocols import EMProtocol
from pyworkflow import BETA
from pyworkflow.protocol import LEVEL_ADVANCED, Protocol, params

from vrs.checks.common import not_measured
from vrs.checks.level import LEVEL0
from vrs.objects import CheckResult, SetOfCheckResults, ValidationReport
from vrs.protocols.protocol_check import VrsProtCheck
from vrs.run.runner import reason_of

REPORT_JSON = "report.json"
REPORT_PDF = "report.pdf"
REPORT_HTML = "report.html"
WORKFLOW_FILE = "workflow.json"


class VrsReportOutputs(Enum):
    """What the report hands on."""

    validationReport = ValidationReport
    checkResults = SetOfCheckResults


class VrsProtReport(EMProtocol):
    """Write the validation report of a map from the results of its checks.

    A check that failed does not stop the report: it is listed as one that could not be measured.
    """

    _label = "validation report"
    _devStatus = BETA
    _possibleOutputs = VrsReportOutputs

    def _defineParams(self, form: Any) -> None:
        form.addSection(label="Input")
        form.addParam(
            "preparation",
            params.PointerParam,
            pointerClass="VrsProtPrepare",
            label="Preparation",
            important=True,
            help="The run of *prepare map* for the map that the report is about.",
        )
        form.addParam(
            "checks",
            params.MultiPointerParam,
            pointerClass="CheckResult",
            allowsNull=True,
            label="Checks",
            important=True,
            help="The results that go into the report. With the runs of all checks in *Wait for*, "
            "the report is also written when one of them failed.",
        )
        form.addParam(
            "title",
            params.StringParam,
            default="",
            label="Title",
            help="Name of the sample or of the entry, for the first page. Empty: the name of the "
            "map file.",
        )
        form.addParam(
            "notRequested",
            params.StringParam,
            default="",
            expertLevel=LEVEL_ADVANCED,
            label="Checks left out on purpose",
            help="Identifiers of checks that were not wanted, such as 0.e, 0.h: the report then "
            "says so instead of calling them missing.",
        )
        form.addParam(
            "commandLine",
            params.StringParam,
            default="",
            expertLevel=LEVEL_ADVANCED,
            label="Command line",
            help="The command that started the workflow; the report quotes it.",
        )

    def _insertAllSteps(self) -> None:
        self._insertFunctionStep(self.reportStep, needsGPU=False)
        self._insertFunctionStep(self.createOutputStep, needsGPU=False)

    def reportStep(self) -> None:
        """Write report.pdf, report.html and report.json."""
        # Only this step needs the libraries that draw and typeset.
        from vrs.report.build import build_report

        folder = Path(self._getExtraPath())
        workflow = folder / WORKFLOW_FILE
        runs = sorted(history(self).values(), key=lambda run: int(run.getObjId()))
        workflow.write_text(self.getProject().getProtocolsJson(runs), encoding="utf-8")
        files = build_report(
            Path(self.preparation.get().folder()),
            [Path(result.getFolder()) for result in self._results()],
            LEVEL0,
            folder,
            title=self.title.get(""),
            not_requested=self._not_requested(),
            command_line=self.commandLine.get(""),
            workflow_file=workflow.name,
        )
        self.summaryVar.set(files.pdf_problem)
        self._store(self.summaryVar)

    def createOutputStep(self) -> None:
        """The report and the table of its checks."""
        folder = Path(self._getExtraPath())
        content = json.loads((folder / REPORT_JSON).read_text(encoding="utf-8"))
        pdf = folder / REPORT_PDF
        report = ValidationReport.fromReport(
            content,
            str(pdf) if pdf.exists() else "",
            str(folder / REPORT_HTML),
            str(folder / REPORT_JSON),
        )
        table = SetOfCheckResults.create(self._getPath())
        for result in self._results():
            result.cleanObjId()
            table.append(result)
        self._defineOutputs(validationReport=report, checkResults=table)
        for pointer in self.checks:
            if pointer.get() is not None:
                self._defineSourceRelation(pointer, report)

    def _results(self) -> List[CheckResult]:
        """The results in the order of their identifiers; failed runs get a result that says so."""
        results = []
        for pointer in self.checks:
            result = pointer.get()
            if result is not None:
                copy = CheckResult()
                copy.copy(result)
                results.append(copy)
        results += list(self._failed_checks())
        return sorted(results, key=lambda result: str(result.checkId.get()))

    def _failed_checks(self) -> Iterator[CheckResult]:
        for pointer in self.checks:
            protocol = pointer.getObjValue()
            if pointer.get() is None and isinstance(protocol, VrsProtCheck):
                reason = f"The run {protocol.getStatus()}: {reason_of(protocol)}."
                check = not_measured(protocol.CHECK_ID, reason)
                folder = Path(self._getExtraPath("failed", protocol.CHECK_ID))
                check.save(folder)
                yield CheckResult.fromCheck(check, str(folder))

    def _not_requested(self) -> Tuple[str, ...]:
        return tuple(name for name in re.split(r"[,;\s]+", self.notRequested.get("")) if name)

    def _validate(self) -> List[str]:
        known = {info.id for info in LEVEL0.checks}
        return [
            f"There is no check {name!r}; the checks are {', '.join(sorted(known))}."
            for name in self._not_requested()
            if name not in known
        ]

    def _warnings(self) -> List[str]:
        unfinished = [p.getObjValue() for p in self.checks if p.get() is None]
        return [
            f"{protocol.getObjLabel()} has no result: the report will say that it could not be "
            "measured."
            for protocol in unfinished
            if protocol is not None
        ]

    def _summary(self) -> List[str]:
        report = getattr(self, "validationReport", None)
        if report is None:
            return ["Not written yet."]
        results = [str(pointer.get()) for pointer in self.checks if pointer.get() is not None]
        missing = [] if report.pdf.get() else [self.summaryVar.get("")]
        return [f"*{report}*", *sorted(results), *report.getFiles(), *missing]

    def _methods(self) -> List[str]:
        return ["The map was validated with the automatic checks of Level 0 [Sorzano2022]."]

    def _citations(self) -> List[str]:
        return ["Sorzano2022"]


def history(protocol: Protocol) -> Dict[int, Protocol]:
    """A run and all runs that led to it, by their identifiers."""
    found = {protocol.getObjId(): protocol}
    for _, pointer in protocol.iterInputAttributes():
        origin = pointer.getObjValue()
        if isinstance(origin, Protocol) and origin.getObjId() not in found:
            found.update(history(origin))
    return found
