"""What the protocols share, and all of a protocol that runs one check."""

from __future__ import annotations

import logging
from functools import partial
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional

from pwem.objects import Volume
from pwem.protocols import EMProtocol
from pyworkflow import BETA
from pyworkflow.object import Pointer
from pyworkflow.protocol import (
    ACTIVE_STATUS,
    LEVEL_ADVANCED,
    STATUS_ABORTED,
    STATUS_FAILED,
    STATUS_RUNNING,
    STATUS_SAVED,
    Protocol,
    params,
)

from vrs.checks.check import Check
from vrs.checks.inputs import Inputs
from vrs.checks.result import Result
from vrs.checks.store import load_result
from vrs.engines.choice import engine_choices
from vrs.engines.interface import OutsideEngine
from vrs.maps.errors import sentence
from vrs.maps.typed_values import GIVEN, MOST_LETTERS
from vrs.objects import VrsCheckResult
from vrs.protocols.engines import absence, add_engine, lines_of_progress
from vrs.protocols.help_text import help_text
from vrs.protocols.outputs import outputs
from vrs.protocols.threads import add_threads, limited_threads
from vrs.protocols.volumes import volume_of
from vrs.report.text.verdict import advised
from vrs.report.text.words import first_sentence
from vrs.run.memory import available_memory
from vrs.run.runner import reason_of
from vrs.steps.measured import measure_into, measured_by

# It writes hundreds of lines about every figure into the log of a run.
logging.getLogger("fontTools").setLevel(logging.WARNING)


def add_validation_input(form: Any) -> None:
    """The prepared map with its contour level, resolution and masks."""
    form.addParam(
        "validationInput", params.PointerParam, pointerClass="VrsValidationInput",
        label="Validation input", important=True,
        help="The output of *prepare map*: the map, its contour level, its reported resolution and "
        "its masks. To change one of them, run *prepare map* again.",
    )  # fmt: skip


def add_source(form: Any, name: str, value: str) -> None:
    """Where a value in the form comes from: "contour level", for instance."""
    form.addParam(
        name, params.StringParam, default=GIVEN, expertLevel=LEVEL_ADVANCED,
        label=f"Source of the {value}", validators=[at_most(MOST_LETTERS)],
        help=f"Where a {value} in this form comes from, such as the EMDB entry; printed in the "
        "report.",
    )  # fmt: skip


def reason_of_absence(run: Protocol) -> str:
    """Why an ended run left no output, as the end of a sentence; "" for one that has not ended."""
    if run.getStatus() in (STATUS_FAILED, STATUS_ABORTED):
        reason = reason_of(run).rstrip(".")
        return f"the run {run.getObjLabel()} {run.getStatus()} ({reason})"
    return f"the run {run.getObjLabel()} did not make it" if run.isFinished() else ""


def again(run: Protocol) -> str:
    """What became of a run that was executed, or saved, after it had a result."""
    if run.isFailed():
        return f"executing the run again failed: {reason_of(run).rstrip('.')}"
    if run.isAborted():
        return "executing the run again was stopped"
    if run.getStatus() == STATUS_RUNNING:
        return "the run is being executed again"
    if run.getStatus() == STATUS_SAVED:
        return "the run was saved since, and has to be executed again"
    return "the run waits to be executed again"


def at_most(letters: int) -> Callable[[Any], List[str]]:
    """What the form says of a longer text, after the name of its field."""

    def problems(text: Any) -> List[str]:
        length = len(str(text or ""))
        return [f"has {length} letters, and {letters} are possible"] if length > letters else []

    return problems


class VrsProtocol(EMProtocol):
    """What the protocols of this plugin share."""

    _devStatus = BETA
    HELP = ""
    """Name of the protocol in its help; a check has its identifier."""
    RESULT = ""
    """The output that a run is executed for."""

    @classmethod
    def getHelpText(cls) -> str:
        """The help that Scipion shows and searches."""
        return help_text(cls.getDoc(), cls.HELP) if cls.HELP else str(cls.getDoc())

    def validate(self) -> List[str]:
        """What keeps the run from starting, in sentences.

        Scipion's scheduler asks again and again until there is nothing, so that an error would make
        a scheduled run wait for ever, and all that depend on it. It is therefore told only of the
        runs that have not ended; the run itself then fails with the error.
        """
        if self.isScheduled():
            return [
                f"{run.getObjLabel()} has not ended yet."
                for run in self._origins()
                if run.getStatus() in (*ACTIVE_STATUS, STATUS_SAVED)
            ]
        if self.isActive() and self._startsAnyway():
            return []
        return self._lost_inputs() or super().validate()

    def summary(self) -> List[str]:
        """What Scipion shows of the run, after whether it is that of other values."""
        said = self.earlierResult()
        return [*([f"*{said}*", ""] if said else []), *super().summary()]

    def earlierResult(self, output: str = "") -> str:
        """A sentence if the outputs of the run, or the named one, are of earlier values, or "".

        Scipion keeps the outputs of a run that is executed again until it makes new ones.
        """
        if not self._hasResult() or self.isFinished():
            return ""
        values = self._valuesOfResult()
        return (
            f"This is the result of the earlier values{f' ({values})' if values else ''}; "
            f"{again(self)}."
        )

    def _hasResult(self) -> bool:
        """Whether the run has made what it is executed for."""
        return getattr(self, self.RESULT, None) is not None

    def _valuesOfResult(self) -> str:
        """The values that the result depends on, as far as they are known."""
        return ""

    def _startsAnyway(self) -> bool:
        """Whether the run can use its input in spite of other values, which its result names."""
        return False

    def _origins(self) -> List[Protocol]:
        """The runs whose outputs are the inputs of this one."""
        return [self._origin(pointer) for _, pointer in self.iterInputAttributes()]

    def _origin(self, pointer: Pointer) -> Protocol:
        """The run that a pointer leads to, itself or its output."""
        target = pointer.getObjValue()
        if isinstance(target, Protocol):
            return target
        return self.getProject().getProtocol(target.getObjParentId())

    def _lost_inputs(self) -> List[str]:
        """A sentence for every required input that an earlier run ended without."""
        lost = []
        for name, pointer in self.iterInputAttributes():
            parameter = self.getParam(name)
            if getattr(parameter, "allowsNull", False) or pointer.get() is not None:
                continue
            reason = reason_of_absence(self._origin(pointer))
            if reason:
                lost.append(f"*{parameter.label}* is missing: {reason}.")
        return lost

    def _insertStepsFor(self, values: List[Any], *steps: Callable[..., None]) -> None:
        """Steps that run again if one of their values changes.

        A continued run skips the steps that it finished with the same arguments, so everything that
        a step depends on must be among them.
        """
        for step in steps:
            self._insertFunctionStep(step, *values, needsGPU=False)


class VrsProtCheck(VrsProtocol):
    """One check of a map.

    A map that does not allow the measurement is a result too (*Could not be measured*, with the
    reason); any other failure is a defect of the program and makes the protocol fail.
    """

    CHECK: Check
    VOLUMES: Dict[str, str] = {}
    """Name of a map in the result -> name of the output."""
    RESULT = "checkResult"
    PROGRAMS: Dict[str, Callable[..., Any]] = {}
    """Engine -> function of a run and its input that makes the program for ``CHECK.measure``."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        volumes = dict.fromkeys(cls.VOLUMES.values(), Volume)
        cls.HELP = cls.CHECK.id if hasattr(cls, "CHECK") else ""
        cls._possibleOutputs = outputs(checkResult=VrsCheckResult, **volumes)

    def _defineParams(self, form: Any) -> None:
        form.addSection(label="Input")
        add_validation_input(form)
        add_engine(form, self.CHECK.id)
        add_threads(form)

    def _options(self) -> Dict[str, Any]:
        """The values of the form beside the input, by the names that ``_measure`` knows."""
        return {"engine": self.getEnumText("engine")} if engine_choices(self.CHECK.id) else {}

    def _measure(self, inputs: Inputs, engine: str = "", **options: Any) -> Result:
        """Run the check with the engine that is chosen in the form, "" if there is only one."""
        if self.CHECK.network:
            options["progress"] = lines_of_progress(self.CHECK.title, self.info)

        def measure(other: Optional[OutsideEngine]) -> Result:
            program = {}
            if other is not None:
                program["program"] = self.PROGRAMS[other.name](self, inputs)
            return self.CHECK.run(inputs, available_memory(), **options, **program)

        return measured_by(self.CHECK.id, engine, measure)

    def _insertAllSteps(self) -> None:
        values = [self.validationInput.get().fingerprint.get(), self._options()]
        self._insertStepsFor(values, self.measureStep, self.createOutputStep)

    def measureStep(self, fingerprint: str, options: Dict[str, Any]) -> None:
        inputs = self.validationInput.get().getPreparation().inputs
        with limited_threads(self.numberOfThreads.get()):
            measure = partial(self._measure, inputs, **options)
            measure_into(Path(self._getExtraPath()), self.CHECK, measure)

    def createOutputStep(self, fingerprint: str, options: Dict[str, Any]) -> None:
        folder = Path(self._getExtraPath())
        result = load_result(folder)
        made = {"checkResult": VrsCheckResult.fromResult(result, str(folder), fingerprint)}
        made.update(self.mapsOf(result, folder))
        self._defineOutputs(**made)
        for output in made.values():
            self._defineSourceRelation(self.validationInput, output)

    @classmethod
    def mapsOf(cls, result: Result, folder: Path) -> Dict[str, Volume]:
        """The maps of a result that is stored in a folder, by the names of their outputs."""
        return {
            output: volume_of(folder / f"{name}.mrc")
            for name, output in cls.VOLUMES.items() if name in result.volumes
        }  # fmt: skip

    def memoryNeeded(self) -> float:
        """Bytes that the run is expected to take."""
        given = self.validationInput.get().getPreparation().inputs
        # Only a check of a part of the map reads the mask for this.
        known = self.CHECK.part is not None and not given.record.unusable
        mask = given.mask if known else None
        return self.CHECK.memory_needed(given.map, given.contour, given.resolution, mask)

    def _warnings(self) -> List[str]:
        warnings = []
        lacking = self.CHECK.shortage(self.memoryNeeded(), available_memory())
        if lacking:
            warnings.append(sentence(lacking.reason, lacking.advice))
        return warnings + absence(self.CHECK.id, self._options().get("engine", ""))

    def earlierResult(self, output: str = "") -> str:
        said = super().earlierResult(output)
        if said or not self._hasResult() or self._isOfInput():
            return said
        return "This is the result of an earlier input: run the check again."

    def _valuesOfResult(self) -> str:
        given = self.validationInput.get()
        return given.values if given and self._isOfInput() else ""

    def _isOfInput(self) -> bool:
        """Whether the result is that of the input as it is now."""
        given = self.validationInput.get()
        return not given or given.fingerprint.get() == self.checkResult.fingerprint.get()

    def _summary(self) -> List[str]:
        if getattr(self, "checkResult", None) is None:
            return ["Not measured yet."]
        result = self.checkResult.getResult()
        lines = [f"*{result.status_text}*", result.headline or result.reason]
        for group in advised(result):
            lines += [f"Warning: {message}" for message in group.messages]
            lines += [f"What to do: {first_sentence(group.advice)}"] if group.advice else []
        return lines + [remark.line for remark in result.remarks]

    def _methods(self) -> List[str]:
        return [self.CHECK.method]

    def _citations(self) -> List[str]:
        return list(self.CHECK.references)
