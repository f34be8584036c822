"""What the protocols share, and all of a protocol that runs one check."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Sequence

from pwem.objects import Volume
from pwem.protocols import EMProtocol
from pyworkflow import BETA
from pyworkflow.protocol import LEVEL_ADVANCED, params

from vrs.checks.check import Check
from vrs.checks.inputs import Inputs
from vrs.checks.result import BUILT_IN, CannotMeasure, OutsideProgram, Result, memory_measurement
from vrs.checks.store import load_result, save_result
from vrs.engines import ucm
from vrs.engines.choice import AUTO, engine_choices, outside_program
from vrs.maps.errors import sentence
from vrs.objects import VrsCheckResult
from vrs.protocols.volumes import volume_of
from vrs.report.text.verdict import advised
from vrs.report.text.words import first_sentence
from vrs.run.memory import available_memory, peak_memory

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


def at_most(letters: int) -> Callable[[Any], List[str]]:
    """What the form says of a longer text, after the name of its field."""

    def problems(text: Any) -> List[str]:
        length = len(str(text or ""))
        return [f"has {length} letters, and {letters} are possible"] if length > letters else []

    return problems


class VrsProtocol(EMProtocol):
    """What the protocols of this plugin share."""

    _devStatus = BETA

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
    UCM: Optional[Callable[[], OutsideProgram]] = None
    """The program of scipion-em-ucm that can measure instead of the built-in engine."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        volumes = dict.fromkeys(cls.VOLUMES.values(), Volume)
        cls._possibleOutputs = {"checkResult": VrsCheckResult, **volumes}

    def _defineParams(self, form: Any) -> None:
        form.addSection(label="Input")
        add_validation_input(form)
        if self.CHECK.engines:
            self._addEngine(form, self.CHECK.engines)

    def _addEngine(self, form: Any, engines: Sequence[str]) -> None:
        others = " or ".join(engines)
        form.addParam(
            "engine", params.EnumParam, choices=engine_choices(engines), default=0,
            expertLevel=LEVEL_ADVANCED, label="Engine",
            help=f"*{AUTO}* uses {others} if it is installed and complete, otherwise the built-in "
            f"engine; *{BUILT_IN}* is always the built-in engine, *{others}* always the other one. "
            "The report names the engine that measured.",
        )  # fmt: skip

    def _options(self) -> Dict[str, Any]:
        """The values of the form beside the input, by the names that ``_measure`` knows."""
        return {"engine": self.getEnumText("engine")} if self.CHECK.engines else {}

    def _measure(self, inputs: Inputs, **options: Any) -> Result:
        """Run the check; a check with engines chooses between them here."""
        if self.UCM is not None:
            engine = options.pop("engine")
            options["program"] = outside_program(engine, ucm.why_not, self.UCM())
        return self.CHECK.run(inputs, available_memory(), **options)

    def _insertAllSteps(self) -> None:
        values = [self.validationInput.get().fingerprint.get(), self._options()]
        self._insertStepsFor(values, self.measureStep, self.createOutputStep)

    def measureStep(self, fingerprint: str, options: Dict[str, Any]) -> None:
        try:
            result = self._measure(self.validationInput.get().getPreparation().inputs, **options)
        except CannotMeasure as error:
            reason = sentence(error.reason, error.advice)
            result = self.CHECK.not_measured(reason, error.engine)
        result.peak_memory = memory_measurement(peak_memory())
        save_result(result, Path(self._getExtraPath()))

    def createOutputStep(self, fingerprint: str, options: Dict[str, Any]) -> None:
        folder = Path(self._getExtraPath())
        result = load_result(folder)
        outputs = {"checkResult": VrsCheckResult.fromResult(result, str(folder), fingerprint)}
        for name, output in self.VOLUMES.items():
            if name in result.volumes:
                outputs[output] = volume_of(folder / f"{name}.mrc", Volume)
        self._defineOutputs(**outputs)
        for output in outputs.values():
            self._defineSourceRelation(self.validationInput, output)

    def memoryNeeded(self) -> float:
        """Bytes that the run is expected to take."""
        given = self.validationInput.get().getPreparation().inputs
        mask = None if given.record.unusable else given.mask
        return self.CHECK.memory_needed(given.map, given.contour, given.resolution, mask)

    def _warnings(self) -> List[str]:
        lacking = self.CHECK.shortage(self.memoryNeeded(), available_memory())
        return [sentence(lacking.reason, lacking.advice)] if lacking else []

    def _summary(self) -> List[str]:
        if getattr(self, "checkResult", None) is None:
            return ["Not measured yet."]
        result = self.checkResult.getResult()
        lines = [f"*{result.status_text}*", result.headline or result.reason]
        given = self.validationInput.get()
        if given and given.fingerprint.get() != self.checkResult.fingerprint.get():
            lines.insert(0, "*Outdated*: its input was prepared again. Run the check again.")
        for group in advised(result):
            lines += [f"Warning: {message}" for message in group.messages]
            lines += [f"What to do: {first_sentence(group.advice)}"] if group.advice else []
        return lines + [remark.line for remark in result.remarks]

    def _methods(self) -> List[str]:
        return [self.CHECK.method]

    def _citations(self) -> List[str]:
        return list(self.CHECK.references)
