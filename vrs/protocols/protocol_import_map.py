"""Import of a map file of any header, as one clean MRC file."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any, List, Optional

from pwem.objects import Volume, VolumeMask
from pyworkflow.protocol import LEVEL_ADVANCED, params

from vrs.maps import read_with_source, write_map
from vrs.maps.errors import MapError
from vrs.maps.printing import entered
from vrs.protocols.base import VrsProtocol
from vrs.protocols.typed_values import length, problem_of_length
from vrs.protocols.volumes import file_identity, save_source, volume_of

MAP_FILE = "map.mrc"

KINDS = {"outputVolume": Volume, "outputMask": VolumeMask}
"""Output and its type, in the order of the form."""


class VrsProtImportMap(VrsProtocol):
    """Read a map file whatever its header says and copy it to a clean MRC file.

    Axis orders other than X, Y, Z, start indices, space group 0, and files compressed with gzip or
    bzip2 are understood. The file itself is not changed; its name, its checksum and what is unusual
    about its header are kept for the report.
    """

    _label = "import map"
    _possibleOutputs = KINDS

    def _defineParams(self, form: Any) -> None:
        form.addSection(label="Input")
        form.addParam(
            "mapFile", params.PathParam, label="Map file", important=True,
            help="An MRC or CCP4 file (.mrc, .map, .ccp4), also compressed as .gz or .bz2, for "
            "example as downloaded from EMDB. It is read, never changed.",
        )  # fmt: skip
        form.addParam(
            "voxelSize", params.StringParam, default="", validators=[problem_of_length],
            label="Voxel size (Å)",
            help="If empty or 0, the voxel size in the header of the file. Enter a value if the "
            "header is wrong, for instance after a calibration of the magnification.",
        )  # fmt: skip
        form.addParam(
            "asVolume", params.BooleanParam, default=False, expertLevel=LEVEL_ADVANCED,
            label="Read as one volume",
            help="Files whose name or header is that of a stack of images, such as .mrcs, are "
            "refused. Choose Yes if the file is one volume all the same.",
        )  # fmt: skip
        form.addParam(
            "kind", params.EnumParam, choices=["map", "mask"], default=0,
            expertLevel=LEVEL_ADVANCED, label="Import as",
            help="A mask of your own can replace the mask of *prepare map*.",
        )  # fmt: skip

    def _insertAllSteps(self) -> None:
        file = self.mapFile.get()
        values = [
            file_identity(Path(file)),
            length(self.voxelSize.get()),
            self.asVolume.get(),
            self._output(),
        ]
        self._insertStepsFor(values, self.importStep, self.createOutputStep)

    def importStep(
        self, file: List[Any], voxel_size: Optional[float], as_volume: bool, output: str
    ) -> None:
        density, source = read_with_source(Path(self.mapFile.get()), voxel_size, as_volume)
        target = Path(self._getExtraPath(MAP_FILE))
        write_map(target, density)
        save_source(target, source)

    def createOutputStep(
        self, file: List[Any], voxel_size: Optional[float], as_volume: bool, output: str
    ) -> None:
        volume = volume_of(Path(self._getExtraPath(MAP_FILE)), KINDS[output])
        self._defineOutputs(**{output: volume})

    def _output(self) -> str:
        return list(KINDS)[self.kind.get()]

    def _validate(self) -> List[str]:
        name, voxel_size = self.mapFile.get(), None
        # The field itself says what is wrong with its text.
        with contextlib.suppress(MapError):
            voxel_size = length(self.voxelSize.get())
        errors = []
        if not name:
            errors.append("Choose a map file.")
        elif not Path(name).is_file():
            errors.append(f"There is no file {name}.")
        if voxel_size is not None and voxel_size < 0:
            errors.append(f"A voxel size of {entered(voxel_size)} Å is not possible.")
        return errors

    def _summary(self) -> List[str]:
        volume = getattr(self, self._output(), None)
        if volume is None:
            return ["Not imported yet."]
        size = " x ".join(map(str, volume.getDim()))
        return [
            f"File: {Path(self.mapFile.get()).name}",
            f"{size} voxels of {entered(volume.getSamplingRate())} Å",
        ]
