"""What all protocols of checks have in common: measure once, save the result, hand it on."""

from __future__ import annotations

import math
import time
from abc import abstractmethod
from enum import Enum
from pathlib import Path
from typing import Dict, List, Type

from pwem.objects import Volume
from pwem.protocols import EMProtocol
from pyworkflow import BETA

from vrs.checks.common import not_measured
from vrs.checks.level import LEVEL0, CheckInfo
from vrs.checks.memory import GridSizes, around_mask, memory_needed, shortage
from vrs.checks.result import CHECK_FILE, CannotMeasure, Check, Measurement, memory_measurement
from vrs.maps import MapError
from vrs.objects import CheckResult
from vrs.protocols.volumes import box_of, extent_of, volume_of
from vrs.report.text.verdict import advised
from vrs.report.text.words import first_sentence
from vrs.run.memory import available_memory, peak_memory


class VrsCheckOutputs(Enum):
    """What a check without a map hands on."""

    checkResult = CheckResult


def memory_of_this_process() -> Measurement:
    """The peak so far, for the report."""
    return memory_measurement(peak_memory(), "this system does not tell the peak of a process")


class VrsProtCheck(EMProtocol):
    """One check of a map.

    A map that does not allow the measurement is a result too (*Could not be measured*, with the
    reason); any other failure is a defect of the program and makes the protocol fail.
    """

    CHECK_ID = ""
    VOLUMES: Dict[str, str] = {}
    """Name of a map in the check -> name of the output."""

    _devStatus = BETA
    _possibleOutputs: Type[Enum] = VrsCheckOutputs

    @abstractmethod
    def _measure(self) -> Check:
        """Read the inputs and call the check."""

    def _insertAllSteps(self) -> None:
        self._insertFunctionStep(self.measureStep, needsGPU=False)
        self._insertFunctionStep(self.createOutputStep, needsGPU=False)

    def measureStep(self) -> None:
        """Measure and save the result."""
        start = time.perf_counter()
        try:
            short = self._shortage()
            if short:
                raise CannotMeasure(short)
            check = self._measure()
        except CannotMeasure as error:
            check = not_measured(self.CHECK_ID, str(error), error.engine)
        except MapError as error:
            check = not_measured(self.CHECK_ID, str(error))
        except MemoryError:
            check = not_measured(self.CHECK_ID, "the map needs more memory than this computer has")
        check.seconds = round(time.perf_counter() - start, 3)
        check.peak_memory = memory_of_this_process()
        check.save(Path(self._getExtraPath()))

    def createOutputStep(self) -> None:
        """The result, and the maps that the check made."""
        folder = Path(self._getExtraPath())
        check = Check.load(folder)
        outputs = {"checkResult": CheckResult.fromCheck(check, str(folder))}
        for name, output in self.VOLUMES.items():
            if name in check.volumes:
                outputs[output] = volume_of(folder / f"{name}.mrc", Volume)
        self._defineOutputs(**outputs)
        for _, pointer in self.iterInputAttributes():
            for output in outputs.values():
                self._defineSourceRelation(pointer, output)

    def _shortage(self) -> str:
        """Why there is too little memory for this check, "" if there is enough."""
        return shortage(self.CHECK_ID, self._grids(), available_memory())

    def memoryNeeded(self) -> float:
        """Bytes that the run is expected to take."""
        return memory_needed(self.CHECK_ID, self._grids())

    def _grids(self) -> GridSizes:
        """Voxels of the inputs, from the headers of their files."""
        volume, mask, resized = (
            getattr(self, name).get() if hasattr(self, name) else None
            for name in ("inputVolume", "mask", "resizedVolume")
        )
        small = 0 if resized is None else math.prod(box_of(resized))
        if volume is None:
            return GridSizes(0, small)
        box = box_of(volume)
        extent = box if mask is None else extent_of(mask)
        around = around_mask(extent, box, float(volume.getSamplingRate()))
        return GridSizes(math.prod(box), small, *around)

    def _warnings(self) -> List[str]:
        try:
            short = self._shortage()
        except MapError:
            # The run itself says what is wrong with a file.
            return []
        return [short] if short else []

    def _info(self) -> CheckInfo:
        return LEVEL0.info(self.CHECK_ID)

    def _validate(self) -> List[str]:
        contour = getattr(self, "contour", None)
        if contour is not None and not contour.hasPointer() and contour.get() is None:
            return ["Give the contour level."]
        return []

    def _summary(self) -> List[str]:
        folder = Path(self._getExtraPath())
        if getattr(self, "checkResult", None) is None or not (folder / CHECK_FILE).exists():
            return ["Not measured yet."]
        check = Check.load(folder)
        lines = [f"*{check.status_text}*", check.headline or check.reason]
        for group in advised(check):
            lines += [f"Warning: {message}" for message in group.messages]
            lines += [f"What to do: {first_sentence(group.advice)}"] if group.advice else []
        return lines + [remark.line for remark in check.remarks]

    def _methods(self) -> List[str]:
        return [self._info().method]

    def _citations(self) -> List[str]:
        return list(self._info().references)
