"""The report: the results of the preparation and the checks, as PDF, HTML and JSON."""

from __future__ import annotations

import contextlib
import hashlib
import re
from pathlib import Path
from typing import Any, Dict, List, Optional

import msgspec
from pyworkflow.object import Pointer
from pyworkflow.protocol import ACTIVE_STATUS, LEVEL_ADVANCED, STATUS_SAVED, Protocol, params

from vrs.checks.result import Status
from vrs.checks.store import read_json, save_result
from vrs.levels import CHECKS, MEASURED, levels_of
from vrs.maps.typed_values import MOST_LETTERS
from vrs.objects import (
    VrsCheckResult,
    VrsSetOfCheckResults,
    VrsValidationInput,
    VrsValidationReport,
    stated,
)
from vrs.plugin import Plugin
from vrs.protocols.base import VrsProtCheck, VrsProtocol, add_validation_input, at_most
from vrs.protocols.outputs import outputs
from vrs.protocols.protocol_import_map import VrsProtImportMap
from vrs.protocols.volumes import file_identity
from vrs.reference.file import VARIABLE, chosen
from vrs.report import REPORT_HTML, REPORT_JSON, REPORT_PDF
from vrs.report.model import Report
from vrs.report.text.summary import brief
from vrs.run.named_map import options_to_find
from vrs.run.runner import reason_of

REPORT = "validationReport"
"""The last output; the box for all of Level 0 has others before, which a stopped run keeps."""

WORKFLOW_FILE = "workflow.json"
LONGEST_COMMAND = 10000
"""More letters than the names of a few files and all options have."""


class VrsProtReport(VrsProtocol):
    """Write the validation report of a map from the results of its checks.

    The report waits for the checks in its list to end. A check that failed does not stop it: it is
    listed as one that could not be measured.
    """

    _label = "validation report"
    HELP = "report"
    RESULT = REPORT
    _possibleOutputs = outputs(
        validationReport=VrsValidationReport, checkResults=VrsSetOfCheckResults
    )

    def _defineParams(self, form: Any) -> None:
        form.addSection(label="Input")
        add_validation_input(form)
        form.addParam(
            "checks", params.MultiPointerParam, pointerClass="VrsCheckResult", allowsNull=True,
            label="Checks", important=True,
            help="The results that go into the report, in any order; that of *what kind of map is "
            "this?* too.",
        )  # fmt: skip
        self._addReportFields(form)

    def _addReportFields(self, form: Any) -> None:
        """What is asked about the report, whatever it is about."""
        form.addParam(
            "title", params.StringParam, default="", label="Title",
            validators=[at_most(MOST_LETTERS)],
            help="Name of the sample or of the entry, for the first page. If empty, the name of "
            "the map file.",
        )  # fmt: skip
        form.addParam(
            "reference", params.PathParam, default="", expertLevel=LEVEL_ADVANCED,
            label="Reference set",
            help="File that *vrs reference build* wrote from many reports: this one then shows "
            "where the map lies among those of a similar resolution. If empty, the set of the "
            f"configuration ({VARIABLE}), if there is one; *none* uses no set.",
        )  # fmt: skip
        form.addParam(
            "notRequested", params.StringParam, default="", expertLevel=LEVEL_ADVANCED,
            label="Checks left out on request",
            help="Identifiers of checks, such as 0.e, 0.h: the report lists them as left out "
            "instead of missing.",
        )  # fmt: skip
        form.addParam(
            "mapsKept", params.BooleanParam, default=True, expertLevel=LEVEL_ADVANCED,
            label="Maps are kept",
            help="*No* writes a report that does not lead to the maps of this project, because the "
            "project will be removed: report.json names no maps, and there are no scripts for "
            "ChimeraX.",
        )  # fmt: skip
        form.addParam(
            "commandLine", params.StringParam, default="", expertLevel=LEVEL_ADVANCED,
            label="Command line", validators=[at_most(LONGEST_COMMAND)],
            help="The command that started the workflow; the report quotes it.",
        )  # fmt: skip

    def _insertAllSteps(self) -> None:
        values = {
            "input": self.validationInput.get().fingerprint.get(),
            "results": [self._identity(pointer) for pointer in self._pointers()],
            **self._valuesOfReport(),
        }
        self._insertStepsFor([values], self.reportStep, self.createOutputStep)

    def _valuesOfReport(self) -> Dict[str, Any]:
        """What a report depends on beside its results."""
        return {
            "title": self.title.get(""),
            "not_requested": self._not_requested(),
            "command_line": self.commandLine.get(""),
            "maps_kept": self.mapsKept.get(),
            **self._reference(),
        }

    def reportStep(self, values: Dict[str, Any]) -> None:
        # Only this step needs the libraries that draw and typeset.
        from vrs.report.build import build_report

        folder = Path(self._getExtraPath())
        workflow = folder / WORKFLOW_FILE
        runs = sorted(history(self).values(), key=lambda run: int(run.getObjId()))
        workflow.write_text(self.getProject().getProtocolsJson(runs), encoding="utf-8")
        results = self._results()
        files = build_report(
            self._input().getFolder(),
            [result.getFolder() for result in results],
            levels_of([result.checkId.get() for result in results] + values["not_requested"]),
            folder,
            title=values["title"],
            not_requested=values["not_requested"],
            command_line=values["command_line"],
            workflow_file=workflow.name,
            workflow_options=options_to_find(_names(runs), values["command_line"]),
            maps_kept=values["maps_kept"],
            contact=Plugin.getContact(),
            reference=values["reference"],
        )
        self.summaryVar.set(files.pdf_problem)
        self._store(self.summaryVar)

    def createOutputStep(self, values: Dict[str, Any]) -> None:
        folder = Path(self._getExtraPath())
        content = read_json(folder / REPORT_JSON, Report)
        pdf = folder / REPORT_PDF
        report = VrsValidationReport.fromFiles(
            brief(content),
            str(pdf) if pdf.exists() else "",
            str(folder / REPORT_HTML),
            str(folder / REPORT_JSON),
        )
        table = VrsSetOfCheckResults.create(self._getPath())
        for result in self._results():
            result.cleanObjId()
            table.append(result)
        self._defineOutputs(validationReport=report, checkResults=table)
        self._relate(report)

    def _reference(self) -> Dict[str, Any]:
        """The file of the reference set, that of the form or the configured one; "" for none."""
        file = chosen(self.reference.get(""), Plugin.getReference())
        known = file_identity(Path(file)) if file and Path(file).is_file() else []
        return {"reference": file, "reference_identity": known}

    def _input(self) -> VrsValidationInput:
        """What the report is about."""
        prepared: VrsValidationInput = self.validationInput.get()
        return prepared

    def _relate(self, report: VrsValidationReport) -> None:
        """Let the report come from its inputs."""
        self._defineSourceRelation(self.validationInput, report)
        for pointer in self._pointers():
            if pointer.get() is not None:
                self._defineSourceRelation(pointer, report)

    def _identity(self, pointer: Pointer) -> str:
        """The status of the run behind a pointer, with a checksum of its result if it has one."""
        result, status = pointer.get(), pointer.getObjValue().getStatus()
        if result is None:
            return f"{pointer.getObjValue().strId()} {status}"
        file = Path(result.checkFile.get())
        # The report says what is wrong with a damaged result.
        content = file.read_bytes() if file.is_file() else b""
        return f"{status} {hashlib.sha256(content).hexdigest()}"

    def _results(self) -> List[VrsCheckResult]:
        """The results in the order of their identifiers, with one for each run that failed."""
        results = (self._result(pointer) for pointer in self._pointers())
        # Of two results of a check the last one is shown: the one that was measured.
        order = [(r.checkId.get(), r.status.get() != Status.NOT_MEASURED.value, r) for r in results]
        return [result for *_, result in sorted(order, key=lambda item: item[:2])]

    def _result(self, pointer: Pointer) -> VrsCheckResult:
        run, result = pointer.getObjValue(), pointer.get()
        # A run that was continued and failed still has its earlier result.
        if result is None or not run.isFinished():
            reason = f"The run {run.getStatus()}: {reason_of(run)}."
            return self._not_measured(run.CHECK.id, reason)
        if result.fingerprint.get() != self.validationInput.get().fingerprint.get():
            values = "another map, contour level, resolution or mask"
            reason = f"The result belongs to {values}: run the check again."
            return self._not_measured(run.CHECK.id, reason)
        copy = VrsCheckResult()
        copy.copy(result)
        return copy

    def _not_measured(self, check_id: str, reason: str) -> VrsCheckResult:
        result = MEASURED[check_id].not_measured(reason)
        folder = Path(self._getExtraPath("not_measured", check_id))
        save_result(result, folder)
        fingerprint = self.validationInput.get().fingerprint.get()
        return VrsCheckResult.fromResult(result, str(folder), fingerprint)

    def _not_requested(self) -> List[str]:
        """Checks to call left out: those named in the form, and those not in the list."""
        named = self._named()
        listed = {run.CHECK.id for run in self._runs()}
        levels = levels_of([*listed, *named])
        others = [check.id for level in levels for check in level.checks]
        return [*named, *(name for name in others if name not in listed and name not in named)]

    def _named(self) -> List[str]:
        """Checks that the form leaves out."""
        return [name for name in re.split(r"[,;\s]+", self.notRequested.get("")) if name]

    def _validate(self) -> List[str]:
        unknown = [
            f"There is no check {name!r}; the checks are {', '.join(CHECKS)}."
            for name in self._not_requested()
            if name not in MEASURED
        ]
        # Scipion's scheduler asks again until there is no error, so a scheduled report waits.
        waiting = [
            f"{run.getObjLabel()} has not ended yet: wait for it, or remove it from the list."
            for run in self._runs()
            if run.getStatus() in (*ACTIVE_STATUS, STATUS_SAVED)
        ]
        return unknown + waiting

    def _pointers(self) -> List[Pointer]:
        """Pointers to the output of a run; one to the result itself is turned into such."""
        pointers = []
        for pointer in self.checks:
            target = pointer.getObjValue()
            if isinstance(target, VrsCheckResult):
                run = self.getProject().getProtocol(target.getObjParentId())
                pointer = Pointer(run, extended="checkResult")
            if isinstance(pointer.getObjValue(), VrsProtCheck):
                pointers.append(pointer)
        return pointers

    def _runs(self) -> List[Protocol]:
        return [pointer.getObjValue() for pointer in self._pointers()]

    def _warnings(self) -> List[str]:
        outcome = "the report will list it as one that could not be measured"
        runs = [run for run in self._runs() if not run.isFinished()]
        return [f"{run.getObjLabel()} has no result: {outcome}." for run in runs]

    def earlierResult(self, output: str = "") -> str:
        said = super().earlierResult(output)
        if said or not self._hasResult():
            return said
        written, given = self._written(), self._input()
        if not (written and given) or given.fingerprint.get() == written.input.fingerprint:
            return ""
        return "This is the report of an earlier input: execute the report again."

    def _valuesOfResult(self) -> str:
        written = self._written()
        return stated(written.input.contour, written.input.resolution) if written else ""

    def _written(self) -> Optional[Report]:
        """The report that is there; None without one that can be read."""
        # The window of the report says what is wrong with its file, or that of another version.
        with contextlib.suppress(OSError, msgspec.MsgspecError):
            return read_json(Path(self._getExtraPath(REPORT_JSON)), Report)
        return None

    def _summary(self) -> List[str]:
        # report.json is written last: it counts even if Scipion lost track of the run after it.
        file = Path(self._getExtraPath(REPORT_JSON))
        if not file.is_file():
            return ["Not written yet."]
        report = read_json(file, Report)
        checks = [f"{check.heading}: {check.status_text}" for check in report.all_checks]
        names = (REPORT_PDF, REPORT_HTML, REPORT_JSON)
        files = [str(file.with_name(name)) for name in names if file.with_name(name).exists()]
        missing = [] if file.with_name(REPORT_PDF).exists() else [self.summaryVar.get("")]
        return [f"*{brief(report)}*", *checks, *files, *missing]

    def _methods(self) -> List[str]:
        return ["The map was validated with automatic checks [Sorzano2022]."]

    def _citations(self) -> List[str]:
        return ["Sorzano2022"]


def _names(runs: List[Protocol]) -> List[str]:
    """What the imports among the runs name as maps and entries."""
    imports = [run for run in runs if isinstance(run, VrsProtImportMap)]
    return [name.get("") for run in imports for name in (run.mapFile, run.entry)]


def history(protocol: Protocol) -> Dict[int, Protocol]:
    """A run and all runs that led to it, by their identifiers."""
    runs = {protocol.getObjId(): protocol}
    for _, pointer in protocol.iterInputAttributes():
        origin = pointer.getObjValue()
        if isinstance(origin, Protocol) and origin.getObjId() not in runs:
            runs.update(history(origin))
    return runs
