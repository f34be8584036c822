"""Preparation of a map: the one input of all checks, with its masks and the resampled map."""

from __future__ import annotations

import contextlib
import math
from dataclasses import fields
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional

from pwem.objects import Volume, VolumeMask
from pyworkflow.protocol import LEVEL_ADVANCED, params

from vrs.checks.entry import Entry
from vrs.checks.fitting import level_outside, misfits, other_box
from vrs.checks.inputs import (
    MAP,
    MASK,
    RESAMPLED_MAP,
    RESAMPLED_MASK,
    SOFT_MASK,
    InputRecord,
    Preparation,
)
from vrs.checks.memory import shortage
from vrs.checks.stated import (
    Stated,
    level_with_source,
    possible_values,
    stated_values,
    with_source,
)
from vrs.checks.usable import Usable, usable_values
from vrs.engines.interface import PREPARE
from vrs.level0.preparation import preparation_memory
from vrs.maps.errors import MapError, VrsError, sentence
from vrs.maps.printing import entered
from vrs.maps.typed_values import GIVEN, MOST_LETTERS
from vrs.objects import VrsValidationInput
from vrs.protocols.base import VrsProtocol, add_source, reason_of_absence
from vrs.protocols.engines import absence, add_engine
from vrs.protocols.outputs import outputs
from vrs.protocols.threads import add_threads, limited_threads
from vrs.protocols.typed_values import problem_of_length, problem_of_level, problem_of_mass
from vrs.protocols.volumes import (
    box_of,
    carry_half_maps,
    entry_of,
    identity,
    note_of,
    read_volume,
    share_equal_file,
    source_of,
    volume_of,
)
from vrs.run.memory import available_memory
from vrs.steps.prepared import TypedValues, prepare_map

MAPS = {
    "outputVolume": (MAP, Volume),
    "mask": (MASK, VolumeMask),
    "softMask": (SOFT_MASK, VolumeMask),
    "resampledVolume": (RESAMPLED_MAP, Volume),
    "resampledMask": (RESAMPLED_MASK, VolumeMask),
}
"""Output -> name of the map in the preparation, and type of the output."""


TYPED = {
    "contour": "contourLevel",
    "resolution": "reportedResolution",
    "mass": "mass",
    "binning": "binning",
}
"""Values that are used if they can be -> their fields."""

NO_LEVEL = (
    "*Contour level* is empty: type it, or press the wand beside the field, which shows the map "
    "and suggests levels"
)
"""What a form without a contour level says."""


def add_stated_values(form: Any) -> None:
    """Contour level, reported resolution and mass: what belongs to a map besides its file."""
    form.addParam(
        "contourLevel", params.StringParam, default="", validators=[problem_of_level],
        label="Contour level", important=True,
        help="The grey value at which the molecule is usually shown, in the units of the map; "
        "'3 sigma' (mean + 3 standard deviations of all voxels) or '1 %' (of the voxels): "
        "the recommended contour level, or the one at which you look at the map. If too much "
        "noise shows, raise it; if parts are missing, lower it. If empty, that of the EMDB "
        "entry of the map.",
    )  # fmt: skip
    form.addParam(
        "reportedResolution", params.StringParam, default="", validators=[problem_of_length],
        label="Reported resolution (Å)",
        help="The resolution reported for the map, such as by the FSC at 0.143. If empty, that "
        "of the EMDB entry of the map. If 0, or without an entry, the checks that need it do "
        "not apply, and the report says so.",
    )  # fmt: skip
    form.addParam(
        "mass", params.StringParam, default="", validators=[problem_of_mass],
        label="Molecular mass (kDa)",
        help="The mass of what is in the map. If it is known, the report names the contour "
        "level that shows it. If empty, that of the EMDB entry of the map; 0 if it is not "
        "known.",
    )  # fmt: skip


def _recorded(source: Any) -> str:
    """The source in a field, cut where a scheduled run has a longer one than the form allows."""
    return (source.get() or GIVEN)[:MOST_LETTERS]


class VrsProtPrepare(VrsProtocol):
    """Combine a map with its contour level, resolution and masks into the input of all checks.

    The mask is the largest connected component of the map at the contour level, dilated by about
    2 Å; the soft mask is the same with a smooth edge. If the resolution is known, the map is also
    resampled to voxels of half of it, with a mask of its own, for the local B-factor and the local
    occupancy.
    """

    _label = "prepare map"
    HELP = "prepare"
    RESULT = "validationInput"
    _possibleOutputs = outputs(
        validationInput=VrsValidationInput,
        **{output: kind for output, (_, kind) in MAPS.items()},
    )

    def _defineParams(self, form: Any) -> None:
        form.addSection(label="Input")
        form.addParam(
            "inputVolume", params.PointerParam, pointerClass="Volume", label="Map", important=True,
            help="The map to validate. Use *import map* of this plugin for files with an unusual "
            "header.",
        )  # fmt: skip
        add_stated_values(form)
        form.addParam(
            "ownMask", params.PointerParam, pointerClass="VolumeMask", allowsNull=True,
            expertLevel=LEVEL_ADVANCED, label="Own mask",
            help="A mask of the same size as the map, cut at 0.5. It replaces the mask everywhere "
            "and is not dilated. If empty, the mask is made from the contour level.",
        )  # fmt: skip
        add_engine(form, PREPARE)
        add_source(form, "contourSource", "contour level")
        add_source(form, "resolutionSource", "resolution")
        add_source(form, "massSource", "mass")
        form.addParam(
            "keepSpikes", params.BooleanParam, default=False, expertLevel=LEVEL_ADVANCED,
            label="Keep isolated voxels",
            help="Isolated voxels far outside all others, as damaged pixels leave them, change "
            "several checks. They are named in the report and replaced by the median of their "
            "neighbours before anything is measured. Yes measures the map as it is.",
        )  # fmt: skip
        form.addParam(
            "binning", params.IntParam, default=1, expertLevel=LEVEL_ADVANCED,
            validators=[params.GE(1, "must be 1 (not binned) or more")], label="Bin the map by",
            help="1 measures the map as it is. If memory is short, 2 makes voxels twice as large "
            "first, which needs an eighth of the memory; everything in the report is then about "
            "the binned map, without the detail finer than 4 voxels of the file. The contour level "
            "stays valid.",
        )  # fmt: skip
        add_threads(form)

    def _insertAllSteps(self) -> None:
        values = self.valuesOfSteps()
        self._insertStepsFor([values], self.prepareStep, self.createOutputStep)

    def valuesOfSteps(self) -> Dict[str, Any]:
        """Everything that the outputs depend on."""
        own_mask = self.ownMask.get()
        return {
            "map": identity(self.inputVolume.get()),
            "contour": self.contourLevel.get(""),
            "contour_source": _recorded(self.contourSource),
            "keep_spikes": self.keepSpikes.get(),
            "resolution": self.reportedResolution.get(""),
            "resolution_source": _recorded(self.resolutionSource),
            "mass": self.mass.get(""),
            "mass_source": _recorded(self.massSource),
            "mask": None if own_mask is None else identity(own_mask),
            "binning": self.binning.get(),
            "engine": self.getEnumText("engine"),
        }

    def prepareStep(self, values: Dict[str, Any]) -> None:
        with limited_threads(self.numberOfThreads.get()):
            self._prepare(values)

    def _prepare(self, values: Dict[str, Any]) -> None:
        volume, own_mask = self.inputVolume.get(), self.ownMask.get()
        typed = {field.name: values[field.name] for field in fields(TypedValues)}
        prepared = prepare_map(
            read_volume(volume),
            source_of(volume),
            note_of(volume),
            TypedValues(**typed),
            None if own_mask is None else (read_volume(own_mask), source_of(own_mask)),
            self._lost_mask(),
        )
        folder = Path(self._getExtraPath())
        prepared.save(folder)
        share_equal_file(folder / f"{MAP}.mrc", volume, Path(self.getProject().path))

    def _lost_mask(self) -> List[str]:
        """A sentence if there should be an own mask and its run left none."""
        if not self.ownMask.hasValue() or self.ownMask.get() is not None:
            return []
        reason = reason_of_absence(self._origin(self.ownMask))
        return [f"The mask was made from the contour level, as the own mask is missing: {reason}."]

    def createOutputStep(self, values: Dict[str, Any]) -> None:
        folder = Path(self._getExtraPath())
        prepared = Preparation.load(folder)
        made = {"validationInput": VrsValidationInput.fromRecord(prepared.input, str(folder))}
        for output, (name, kind) in MAPS.items():
            if name in prepared.section.volumes:
                made[output] = volume_of(folder / f"{name}.mrc", kind)
        carry_half_maps(self.inputVolume.get(), made.get("outputVolume"))
        self._defineOutputs(**made)
        for output in made.values():
            self._defineSourceRelation(self.inputVolume, output)

    def volumeAtHand(self) -> Optional[Volume]:
        """The map; None while there is none."""
        return self.inputVolume.get()

    def memoryNeeded(self) -> float:
        """Bytes that the run is expected to take."""
        volume, binning = self.inputVolume.get(), self._usable().binning
        voxels = math.prod(size // binning for size in box_of(volume))
        resolution = self._stated().resolution
        return preparation_memory(voxels, volume.getSamplingRate() * binning, resolution)

    def _usable(self) -> Usable:
        """The values of the form that can be used."""
        return usable_values(*(getattr(self, attribute).get() for attribute in TYPED.values()))

    def _stated(self) -> Stated:
        """Resolution and mass, of the form or of the entry of the map."""
        usable, entry, volume = self._usable(), self._entry(), self.inputVolume.get()
        stated = stated_values(entry, None, usable.resolution, usable.mass)
        # The run itself reports what is wrong with the file of the map.
        with contextlib.suppress(MapError):
            if entry is not None:
                return possible_values(stated, box_of(volume), volume.getSamplingRate())
        return stated

    def _entry(self) -> Optional[Entry]:
        """What the entry of the map says, None while there is no map."""
        volume = self.inputVolume.get()
        # The run itself reports what is wrong with the files of the import.
        with contextlib.suppress(VrsError):
            return entry_of(volume) if volume else None
        return None

    def _startsAnyway(self) -> bool:
        return self.inputVolume.get() is not None

    def _validate(self) -> List[str]:
        unknown = self.inputVolume.get() is None and self.inputVolume.hasValue()
        if self.contourLevel.get() or unknown or self._entry() is not None:
            return []
        return [NO_LEVEL]

    def _warnings(self) -> List[str]:
        warnings = [*self._usable().remarks, *self._lost_mask()]
        warnings += absence(PREPARE, self.getEnumText("engine"))
        if self._stated().resolution is None:
            warnings.append(
                "Without the reported resolution, the B-factor, the local B-factor, the local "
                "occupancy and all other checks that need it will not be measured."
            )
        if self.inputVolume.get() is None:
            return warnings
        # The run itself reports what is wrong with a file that cannot be read.
        with contextlib.suppress(MapError):
            shorts = shortage("the preparation", self.memoryNeeded(), available_memory())
            problems = filter(None, (*self._impossible(), shorts))
            warnings += [sentence(problem.reason, problem.advice) for problem in problems]
        return warnings

    def _impossible(self) -> Iterator[Optional[MapError]]:
        """What does not fit the map: resolution, mass, contour level, mask."""
        volume, stated, usable = self.inputVolume.get(), self._stated(), self._usable()
        box = box_of(volume)
        yield from misfits(box, volume.getSamplingRate(), stated.resolution, stated.mass)
        if usable.contour is not None:
            yield level_outside(read_volume(volume), usable.contour)
        if self.ownMask.get() is not None:
            yield other_box(box_of(self.ownMask.get()), box)

    def _valuesOfResult(self) -> str:
        return self.validationInput.values

    def _summary(self) -> List[str]:
        validation_input = getattr(self, "validationInput", None)
        if validation_input is None:
            return ["Not prepared yet."]
        prepared = validation_input.getPreparation()
        section, record = prepared.section, prepared.input
        lines = [f"*{validation_input}*", *_sources(record), section.reason, *section.results]
        remarks = [*(remark.line for remark in section.remarks), *record.header_remarks]
        return [line for line in lines if line] + remarks

    def _methods(self) -> List[str]:
        if self.ownMask.get() is not None:
            return ["The molecule was separated from the solvent by a mask of the user."]
        return [
            "The molecule was separated from the solvent by thresholding the map, keeping the "
            "largest connected component and dilating it [Sorzano2022]."
        ]

    def _citations(self) -> List[str]:
        return ["Sorzano2022"]


def _sources(record: InputRecord) -> List[str]:
    """The values that belong to the map, each with where it comes from."""
    lines = []
    if record.entry:
        lines.append(f"Entry: {': '.join(filter(None, (record.entry.id, record.entry.title)))}")
    level = f"Contour level: {entered(record.contour)}"
    lines.append(level_with_source(level, record.contour_source, record.entry))
    if record.resolution is not None:
        resolution = f"Reported resolution: {entered(record.resolution)} Å"
        lines.append(with_source(resolution, record.resolution_source))
    voxel_size = f"Voxel size: {entered(record.given_voxel_size)} Å"
    return [*lines, with_source(voxel_size, record.voxel_size_source)]
