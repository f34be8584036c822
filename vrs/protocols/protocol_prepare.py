"""Preparation of a map: the one input of all checks, with its masks and the resampled map."""

from __future__ import annotations

import contextlib
import math
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional

from pwem.objects import Volume, VolumeMask
from pyworkflow.protocol import LEVEL_ADVANCED, params

from vrs.checks.entry import Entry
from vrs.checks.inputs import (
    MAP,
    MASK,
    OF_THE_PROJECT,
    RESAMPLED_MAP,
    RESAMPLED_MASK,
    SOFT_MASK,
    InputRecord,
    Preparation,
)
from vrs.checks.memory import shortage
from vrs.checks.result import memory_measurement
from vrs.checks.stated import (
    Stated,
    level_with_source,
    possible_values,
    recorded_source,
    refusal,
    stated_values,
    with_source,
    with_sources,
)
from vrs.level0.preparation import preparation_memory
from vrs.level0.stated_contour import contour_to_use
from vrs.levels import LEVELS
from vrs.maps import DensityMap
from vrs.maps.errors import MapError, VrsError, sentence
from vrs.maps.printing import entered
from vrs.maps.refused_inputs import refuse_mass, refuse_resolution
from vrs.maps.spikes import find_spikes, without_spikes
from vrs.maps.typed_values import GIVEN, MOST_LETTERS, contour_level
from vrs.objects import VrsValidationInput
from vrs.protocols.base import VrsProtocol, at_most
from vrs.protocols.typed_values import (
    length,
    mass,
    problem_of_length,
    problem_of_level,
    problem_of_mass,
)
from vrs.protocols.volumes import (
    box_of,
    entry_of,
    identity,
    note_of,
    read_volume,
    share_equal_file,
    source_of,
    volume_of,
)
from vrs.run.memory import available_memory, peak_memory

MAPS = {
    "outputVolume": (MAP, Volume),
    "mask": (MASK, VolumeMask),
    "softMask": (SOFT_MASK, VolumeMask),
    "resampledVolume": (RESAMPLED_MAP, Volume),
    "resampledMask": (RESAMPLED_MASK, VolumeMask),
}
"""Output -> name of the map in the preparation, and type of the output."""


class VrsProtPrepare(VrsProtocol):
    """Combine a map with its contour level, resolution and masks into the input of all checks.

    The mask is the largest connected component of the map at the contour level, dilated by about
    2 Å; the soft mask is the same with a smooth edge. If the resolution is known, the map is also
    resampled to voxels of half of it, with a mask of its own, for the local B-factor and the local
    occupancy.
    """

    _label = "prepare map"
    _possibleOutputs = {
        "validationInput": VrsValidationInput,
        **{output: kind for output, (_, kind) in MAPS.items()},
    }

    def _defineParams(self, form: Any) -> None:
        form.addSection(label="Input")
        form.addParam(
            "inputVolume", params.PointerParam, pointerClass="Volume", label="Map", important=True,
            help="The map to validate. Use *import map* of this plugin for files with an unusual "
            "header.",
        )  # fmt: skip
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
        form.addParam(
            "ownMask", params.PointerParam, pointerClass="VolumeMask", allowsNull=True,
            expertLevel=LEVEL_ADVANCED, label="Own mask",
            help="A mask of the same size as the map, cut at 0.5. It replaces the mask everywhere "
            "and is not dilated. If empty, the mask is made from the contour level.",
        )  # fmt: skip
        form.addParam(
            "contourSource", params.StringParam, default=GIVEN, expertLevel=LEVEL_ADVANCED,
            label="Source of the contour level", validators=[at_most(MOST_LETTERS)],
            help="Where the contour level comes from, such as the EMDB entry; printed in the "
            "report.",
        )  # fmt: skip
        for name, what in (("resolutionSource", "resolution"), ("massSource", "mass")):
            form.addParam(
                name, params.StringParam, default=GIVEN, expertLevel=LEVEL_ADVANCED,
                label=f"Source of the {what}", validators=[at_most(MOST_LETTERS)],
                help=f"Where a {what} in this form comes from, as for the contour level.",
            )  # fmt: skip
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

    def _insertAllSteps(self) -> None:
        own_mask = self.ownMask.get()
        values = {
            "map": identity(self.inputVolume.get()),
            "contour": self.contourLevel.get(),
            "contour_source": self.contourSource.get() or GIVEN,
            "keep_spikes": self.keepSpikes.get(),
            "resolution": length(self.reportedResolution.get()),
            "resolution_source": self.resolutionSource.get() or GIVEN,
            "mass": mass(self.mass.get()),
            "mass_source": self.massSource.get() or GIVEN,
            "mask": None if own_mask is None else identity(own_mask),
            "binning": self.binning.get(),
        }
        self._insertStepsFor([values], self.prepareStep, self.createOutputStep)

    def prepareStep(self, values: Dict[str, Any]) -> None:
        volume, own_mask = self.inputVolume.get(), self.ownMask.get()
        note = note_of(volume)
        entry = note.entry if note else None
        density, typed = read_volume(volume), values["contour"]
        stated = stated_values(entry, None, values["resolution"], values["mass"])
        stated = possible_values(stated, density.box, density.voxel_size)
        stated = with_sources(stated, entry, values["resolution_source"], values["mass_source"])

        def without_isolated() -> DensityMap:
            if values["keep_spikes"]:
                return density
            return without_spikes(density, find_spikes(density))

        contour, source = contour_to_use(
            contour_level(typed) if typed else None, stated, entry, without_isolated
        )
        if source == GIVEN:
            said = stated.contour, stated.contour_source
            source = recorded_source(contour, values["contour_source"], said)
        prepared = LEVELS[0].preparation(
            density,
            contour,
            stated.resolution,
            source_of(volume),
            contour_source=source,
            resolution_source=stated.resolution_source or "",
            voxel_size_source=note.voxel_size_source if note else OF_THE_PROJECT,
            entry=entry,
            entry_disagreements=note.entry_disagreements if note else (),
            keep_spikes=values["keep_spikes"],
            binning=values["binning"],
            mass=stated.mass,
            mass_source=stated.mass_source or "",
            own_mask=None if own_mask is None else read_volume(own_mask),
            mask_source=None if own_mask is None else source_of(own_mask),
            available=available_memory(),
        )
        prepared.section.peak_memory = memory_measurement(peak_memory())
        folder = Path(self._getExtraPath())
        prepared.save(folder)
        share_equal_file(folder / f"{MAP}.mrc", volume, Path(self.getProject().path))

    def createOutputStep(self, values: Dict[str, Any]) -> None:
        folder = Path(self._getExtraPath())
        prepared = Preparation.load(folder)
        outputs = {"validationInput": VrsValidationInput.fromRecord(prepared.input, str(folder))}
        for output, (name, kind) in MAPS.items():
            if name in prepared.section.volumes:
                outputs[output] = volume_of(folder / f"{name}.mrc", kind)
        self._defineOutputs(**outputs)
        for output in outputs.values():
            self._defineSourceRelation(self.inputVolume, output)

    def memoryNeeded(self) -> float:
        """Bytes that the run is expected to take."""
        volume, binning = self.inputVolume.get(), self.binning.get()
        voxels = math.prod(size // binning for size in box_of(volume))
        resolution = self._resolution()
        return preparation_memory(voxels, volume.getSamplingRate() * binning, resolution)

    def _resolution(self) -> Optional[float]:
        """The reported resolution that is used; None without one."""
        return self._stated().resolution

    def _typed(self, read: Callable[[Optional[str]], Optional[float]], text: Any) -> Any:
        """The value in a field; None also for a text that its field refuses."""
        with contextlib.suppress(MapError):
            return read(text.get())
        return None

    def _stated(self) -> Stated:
        """Resolution and mass, of the form or of the entry of the map."""
        resolution = self._typed(length, self.reportedResolution)
        weight = self._typed(mass, self.mass)
        entry, volume = self._entry(), self.inputVolume.get()
        stated = stated_values(entry, None, resolution, weight)
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

    def _validate(self) -> List[str]:
        errors = []
        resolution = self._typed(length, self.reportedResolution)
        stated = self._typed(mass, self.mass)
        if resolution is not None and resolution < 0:
            errors.append(f"A resolution of {entered(resolution)} Å is not possible.")
        if stated is not None and stated < 0:
            errors.append(f"A mass of {entered(stated)} kDa is not possible.")
        if not self.contourLevel.get() and not self._may_have_level():
            errors.append("*Contour level* is empty")
        volume, own_mask = self.inputVolume.get(), self.ownMask.get()
        # A scheduled run with an error would wait for ever; the step itself fails with a sentence.
        if volume is None or own_mask is None or self.isActive():
            return errors
        with contextlib.suppress(MapError):
            sizes = [" x ".join(map(str, box_of(grid))) for grid in (own_mask, volume)]
            if sizes[0] != sizes[1]:
                errors.append(f"The mask has {sizes[0]} voxels and the map {sizes[1]}.")
        return errors

    def _may_have_level(self) -> bool:
        """Whether the map has an entry, or will be known only when this runs."""
        if self.inputVolume.get() is None or self.isActive():
            return bool(self.isActive() or self.inputVolume.hasValue())
        return self._entry() is not None

    def _warnings(self) -> List[str]:
        warnings = []
        if self._resolution() is None:
            warnings.append(
                "Without the reported resolution, the B-factor, the local B-factor, the local "
                "occupancy and all other checks that need it will not be measured."
            )
        # The run itself reports what is wrong with a file that cannot be read.
        with contextlib.suppress(MapError):
            problem = self._impossible() or shortage(
                "the preparation", self.memoryNeeded(), available_memory()
            )
            warnings += [sentence(problem.reason, problem.advice)] if problem else []
        return warnings

    def _impossible(self) -> Optional[MapError]:
        """The refusal of a resolution or a mass that the grid of the map cannot have."""
        volume, stated = self.inputVolume.get(), self._stated()
        if volume is None or not (stated.resolution or stated.mass):
            return None
        box, voxel_size = box_of(volume), volume.getSamplingRate()
        return refusal(refuse_resolution, box, voxel_size, stated.resolution) or refusal(
            refuse_mass, box, voxel_size, stated.mass
        )

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
