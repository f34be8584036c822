"""All of Level 0 in one box: import, preparation, the checks, and the report."""

from __future__ import annotations

import contextlib
import traceback
from pathlib import Path
from typing import Any, Dict, List, Optional

from pwem.objects import Volume, VolumeMask
from pyworkflow.protocol import LEVEL_ADVANCED, params

from vrs.checks.inputs import MAP, MASK, Preparation
from vrs.checks.result import BUILT_IN
from vrs.checks.store import load_result, save_result
from vrs.engines.choice import ALL_CHOICES, AUTO, ENGINES
from vrs.levels import LEVELS, MEASURED
from vrs.maps import MapError
from vrs.maps.files import read_header
from vrs.maps.placement import cubic_voxel_size
from vrs.maps.typed_values import GIVEN
from vrs.objects import (
    VrsCheckResult,
    VrsSetOfCheckResults,
    VrsValidationInput,
    VrsValidationReport,
)
from vrs.protocols.base import again
from vrs.protocols.outputs import outputs
from vrs.protocols.protocol_import_map import KINDS, VrsProtImportMap
from vrs.protocols.protocol_prepare import VrsProtPrepare, add_stated_values
from vrs.protocols.protocol_report import REPORT, VrsProtReport
from vrs.protocols.threads import add_threads
from vrs.protocols.volumes import file_identity, identity, volume_of
from vrs.run.named_map import local_files, names_entry, problem_at_hand
from vrs.steps.imported import MAP_FILE

LEVEL = LEVELS[0]
STATED = ("contourLevel", "reportedResolution", "mass")
"""Fields that this form shares with that of the preparation."""


OUTPUTS = {
    "validationReport": VrsValidationReport,
    "checkResults": VrsSetOfCheckResults,
    "validationInput": VrsValidationInput,
    "outputVolume": Volume,
    "mask": VolumeMask,
}
"""Outputs besides the maps of the checks."""


class VrsProtLevel0(VrsProtReport):
    """Validate a map in one run: import, preparation, all checks of Level 0, and the report.

    The results are those of the protocols *import map*, *prepare map*, *0.a* to *0.h* and
    *validation report* one after the other, with their other values as in a new form.
    """

    _label = "Level 0 validation"
    HELP = "box"
    _possibleOutputs = outputs(**OUTPUTS)

    def _defineParams(self, form: Any) -> None:
        form.addSection(label="Input")
        form.addParam(
            "mapFile", params.PathParam, default="", label="Map file or EMDB entry",
            important=True,
            help="An MRC or CCP4 file, also compressed as .gz or .bz2, or an entry of EMDB, such "
            "as EMD-3488. Leave it empty to validate a map of this project: the field for that is "
            "hidden and not used while there is a name here.",
        )  # fmt: skip
        form.addParam(
            "inputVolume", params.PointerParam, pointerClass="Volume", allowsNull=True,
            label="or a map of this project", important=True, condition="not mapFile",
            help="A map of this project, if no file or entry is typed above. Scipion itself fills "
            "it in if a run with a map is selected; a file or entry comes first.",
        )  # fmt: skip
        add_stated_values(form)
        self._addEngine(form)
        self._addReportFields(form)
        add_threads(form)

    def _addEngine(self, form: Any) -> None:
        names = [engine.name for engine in ENGINES]
        form.addParam(
            "engine", params.EnumParam, choices=list(ALL_CHOICES), default=0,
            expertLevel=LEVEL_ADVANCED, label="Engine",
            help=f"*{AUTO}* uses another program for what it can measure, if it is installed and "
            f"complete, otherwise the built-in engine; *{BUILT_IN}* is always the built-in engine; "
            f"{' or '.join(f'*{name}*' for name in names)} always that program for what it can "
            f"measure, and *{AUTO}* for all else. The report names the engine of every number.",
        )  # fmt: skip

    def _insertAllSteps(self) -> None:
        values = {name: getattr(self, name).get("") for name in STATED}
        values["engine"] = self.getEnumText("engine")
        volume, name = self._volume(), self.mapFile.get("")
        files = [file_identity(file) for file in local_files(name)]
        values["map"] = [name, *files] if volume is None else identity(volume)
        self._insertStepsFor([values], self.prepareStep)
        for check in self._checks():
            self._insertFunctionStep(self.checkStep, values, check, needsGPU=False)
        values = {**values, **self._valuesOfReport()}
        self._insertStepsFor([values], self.reportStep, self.createOutputStep)

    def prepareStep(self, values: Dict[str, Any]) -> None:
        volume = self._volume()
        if volume is None:
            importer = self._importer()
            Path(importer._getExtraPath()).mkdir(parents=True, exist_ok=True)
            importer.importStep([], None, False, list(KINDS)[0], GIVEN)
            volume = volume_of(Path(importer._getExtraPath(MAP_FILE)))
        preparation = self._preparation(volume)
        preparation.prepareStep(preparation.valuesOfSteps())
        folder = Path(preparation._getExtraPath())
        prepared = Preparation.load(folder)
        made = {"validationInput": VrsValidationInput.fromRecord(prepared.input, str(folder))}
        for output, name, kind in (("outputVolume", MAP, Volume), ("mask", MASK, VolumeMask)):
            if name in prepared.section.volumes:
                made[output] = volume_of(folder / f"{name}.mrc", kind)
        self._defineOutputs(**made)

    def checkStep(self, values: Dict[str, Any], check_id: str) -> None:
        check = self._part(_protocols()[check_id], check_id)
        check.validationInput.set(self)
        check.validationInput.setExtended("validationInput")
        try:
            check.measureStep(self._input().fingerprint.get(), check._options())
        except Exception as error:  # noqa: BLE001  (as the run of a check that fails)
            traceback.print_exc()
            result = MEASURED[check_id].not_measured(f"The check failed: {error}.")
            save_result(result, Path(check._getExtraPath()))
        finally:
            # A program of another plugin leaves itself there.
            self.getExecutor().setProtocol(self)

    def _part(self, protocol_class: Any, name: str) -> Any:
        """A protocol whose steps run in this one, in a folder of their own."""
        part = self.getProject().newProtocol(protocol_class)
        part.setMapper(self.mapper)
        part.setWorkingDir(self._getExtraPath(name))
        part.numberOfThreads.set(self.numberOfThreads.get())
        engine = self.getEnumText("engine")
        if hasattr(part, "engine") and engine in part.getParam("engine").choices:
            part.engine.set(part.getParam("engine").choices.index(engine))
        # A form, which validates in this way too, has neither.
        if self.isRunning():
            part.setHostConfig(self.getHostConfig())
            part.setStepsExecutor(self.getExecutor())
        return part

    def _importer(self) -> VrsProtImportMap:
        importer = self._part(VrsProtImportMap, "import")
        importer.mapFile.set(self.mapFile.get(""))
        return importer

    def _preparation(self, volume: Optional[Volume]) -> VrsProtPrepare:
        preparation = self._part(VrsProtPrepare, "prepare")
        for name in STATED:
            getattr(preparation, name).set(getattr(self, name).get(""))
        preparation.inputVolume.set(volume)
        return preparation

    def _checks(self) -> List[str]:
        """The identifiers of what is measured."""
        left_out = self._not_requested()
        measured = (*LEVEL.checks, *LEVEL.evidence)
        return [check.id for check in measured if check.id not in left_out]

    def _input(self) -> VrsValidationInput:
        prepared: VrsValidationInput = self.validationInput
        return prepared

    def _results(self) -> List[VrsCheckResult]:
        fingerprint = self._input().fingerprint.get()
        folders = map(self._folder, self._checks())
        return [
            VrsCheckResult.fromResult(load_result(folder), str(folder), fingerprint)
            for folder in folders
        ]

    def _folder(self, check_id: str) -> Path:
        """Where the result of a check is."""
        return Path(self._getExtraPath(check_id, "extra"))

    def getResults(self) -> List[VrsCheckResult]:
        """The results of a finished run, in the order of their identifiers."""
        return self._results()

    def earlierResult(self, output: str = "") -> str:
        said = super().earlierResult(output)
        if not said or output in ("", REPORT) or self._valuesOfResult() == self._input().values:
            return said
        # The map is prepared again, and the checks are measured one after the other.
        return f"This may be of the earlier values ({self._valuesOfResult()}) or of the new ones " \
            f"({self._input().values}); {again(self)}."

    def _relate(self, report: VrsValidationReport) -> None:
        if self._volume() is not None:
            self._defineSourceRelation(self.inputVolume, report)

    def createOutputStep(self, values: Dict[str, Any]) -> None:
        super().createOutputStep(values)
        protocols = _protocols()
        for check in self._checks():
            folder = self._folder(check)
            self._defineOutputs(**protocols[check].mapsOf(load_result(folder), folder))

    def _pointers(self) -> List[Any]:
        return []

    def _not_requested(self) -> List[str]:
        return self._named()

    def volumeAtHand(self) -> Optional[Volume]:
        """The map, if it is in the project or a file on this computer."""
        if self._volume() is not None:
            return self._volume()
        name = self.mapFile.get("")
        with contextlib.suppress(MapError):
            if name and not names_entry(name) and Path(name).is_file():
                volume = Volume()
                volume.setFileName(name)
                volume.setSamplingRate(cubic_voxel_size(read_header(Path(name)), name))
                return volume
        return None

    def _volume(self) -> Optional[Volume]:
        """The map of the project that is validated, if no file or entry is.

        Scipion puts a map of the selected run into a new form, and removes it from one that is
        executed only where the field is hidden.
        """
        return None if self.mapFile.get("") else self.inputVolume.get()

    def _startsAnyway(self) -> bool:
        name = self.mapFile.get("")
        return self._volume() is not None or bool(name and not problem_at_hand(name))

    def _validate(self) -> List[str]:
        errors = super()._validate()
        if self.mapFile.get("") or not self.inputVolume.hasValue():
            errors += self._importer()._validate()
        if self.volumeAtHand() is not None:
            errors += self._preparation(self.volumeAtHand())._validate()
        return errors

    def _warnings(self) -> List[str]:
        imported = self._importer()._warnings() if self.mapFile.get("") else []
        return [*imported, *self._preparation(self.volumeAtHand())._warnings()]

    def _methods(self) -> List[str]:
        return [*super()._methods(), *(MEASURED[check].method for check in self._checks())]

    def _citations(self) -> List[str]:
        cited = [key for check in self._checks() for key in MEASURED[check].references]
        return list(dict.fromkeys([*super()._citations(), *cited]))


def _protocols() -> Dict[str, Any]:
    """The protocol of each check and of the evidence, by the identifier."""
    from vrs import protocols

    classes = [getattr(protocols, name) for name in protocols.__all__]
    return {found.CHECK.id: found for found in classes if hasattr(found, "CHECK")}


def announce_maps() -> None:
    """Let the protocol announce the maps of all checks, once these are imported."""
    volumes = [output for found in _protocols().values() for output in found.VOLUMES.values()]
    VrsProtLevel0._possibleOutputs = outputs(**OUTPUTS, **dict.fromkeys(volumes, Volume))
