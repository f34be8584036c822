"""Preparation of a map: validated inputs, masks and the resized map that the checks share."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any, List, Optional

from pwem.objects import Volume, VolumeMask
from pwem.protocols import EMProtocol
from pyworkflow import BETA
from pyworkflow.object import Float
from pyworkflow.protocol import LEVEL_ADVANCED, params

from vrs.checks.memory import PREPARATION, grid_sizes, shortage
from vrs.checks.result import Check
from vrs.level0.preparation import prepare
from vrs.maps import MapError
from vrs.protocols.forms import add_contour, add_resolution, reported
from vrs.protocols.protocol_check import memory_of_this_process
from vrs.protocols.volumes import box_of, read_volume, source_of, volume_of
from vrs.run.memory import available_memory

MAPS = {
    "outputVolume": ("map", Volume),
    "hardMask": ("hard_mask", VolumeMask),
    "softMask": ("soft_mask", VolumeMask),
    "resizedVolume": ("resized_map", Volume),
    "resizedHardMask": ("resized_hard_mask", VolumeMask),
    "resizedSoftMask": ("resized_soft_mask", VolumeMask),
}
"""Output -> name of the map in the preparation, and type of the output."""


class VrsProtPrepare(EMProtocol):
    """Check the values given with a map and make the masks that the validation needs.

    The hard mask is the largest connected part of the map at the contour level, grown by about 2 Å;
    the soft mask is the same with a smooth edge. Where the resolution is known, the map is also
    resized to half of it, with masks of its own, for the local B-factor and the local occupancy.
    Contour and resolution are outputs too, so that the checks can point to them.
    """

    _label = "prepare map"
    _devStatus = BETA
    _possibleOutputs = {
        **{output: kind for output, (_, kind) in MAPS.items()},
        "contour": Float,
        "resolution": Float,
    }

    def _defineParams(self, form: Any) -> None:
        form.addSection(label="Input")
        form.addParam(
            "inputVolume",
            params.PointerParam,
            pointerClass="Volume",
            label="Map",
            important=True,
            help="The map to validate. Use *import map* of this plugin for files with an unusual "
            "header.",
        )
        add_contour(form, "contourLevel")
        add_resolution(form, "reportedResolution")
        form.addParam(
            "binning",
            params.IntParam,
            default=1,
            expertLevel=LEVEL_ADVANCED,
            validators=[params.GE(1, "must be 1 (not binned) or more")],
            label="Bin the map by",
            help="1 measures the map as it is. If memory is short, 2 makes voxels twice as large "
            "first, which needs an eighth of the memory; everything in the report is then about "
            "the binned map, which has lost what is finer than 4 voxels of the file. The contour "
            "level stays valid.",
        )

    def _insertAllSteps(self) -> None:
        self._insertFunctionStep(self.prepareStep, needsGPU=False)
        self._insertFunctionStep(self.createOutputStep, needsGPU=False)

    def prepareStep(self) -> None:
        """Make the masks and the resized map and save them with the record of the inputs."""
        volume = self.inputVolume.get()
        short = self._shortage()
        if short:
            raise MapError(short)
        density, contour = read_volume(volume), self.contourLevel.get()
        prepared = prepare(
            density,
            contour,
            self._resolution(),
            source_of(volume),
            binning=self.binning.get(),
        )
        prepared.section.peak_memory = memory_of_this_process()
        prepared.save(Path(self.folder()))

    def createOutputStep(self) -> None:
        """Volumes and masks with their own sampling rates, and the two values."""
        folder = Path(self.folder())
        volumes = {
            output: volume_of(folder / f"{name}.mrc", kind)
            for output, (name, kind) in MAPS.items()
            if (folder / f"{name}.mrc").exists()
        }
        self._defineOutputs(
            contour=Float(self.contourLevel.get()),
            resolution=Float(self.reportedResolution.get(0.0)),
            **volumes,
        )
        for volume in volumes.values():
            self._defineSourceRelation(self.inputVolume, volume)

    def folder(self) -> str:
        """Where input.json, check.json and the maps are, relative to the project."""
        return str(self._getExtraPath())

    def _resolution(self) -> Optional[float]:
        return reported(self.reportedResolution)

    def _validate(self) -> List[str]:
        return ["Give the contour level."] if self.contourLevel.get() is None else []

    def _shortage(self) -> str:
        """Why there is too little memory, "" if there is enough."""
        volume = self.inputVolume.get()
        grids = grid_sizes(
            box_of(volume),
            float(volume.getSamplingRate()),
            self._resolution(),
            self.binning.get(),
        )
        return shortage(PREPARATION, grids, available_memory())

    def _warnings(self) -> List[str]:
        warnings = []
        if self._resolution() is None:
            warnings.append(
                "Without the reported resolution the B-factor, the local B-factor, the local "
                "occupancy and all other checks that depend on it will not be measured."
            )
        # Of a file that cannot be read the run itself says what is wrong with it.
        with contextlib.suppress(MapError):
            warnings.append(self._shortage())
        return [text for text in warnings if text]

    def _summary(self) -> List[str]:
        if getattr(self, "outputVolume", None) is None:
            return ["Not prepared yet."]
        section = Check.load(Path(self.folder()))
        return [*section.results, *(remark.line for remark in section.remarks)]

    def _methods(self) -> List[str]:
        return [
            "The molecule was separated from the solvent by thresholding the map, keeping the "
            "largest connected component and dilating it [Sorzano2022]."
        ]

    def _citations(self) -> List[str]:
        return ["Sorzano2022"]
