"""Import of a map file of any header, as one clean MRC file."""

from __future__ import annotations

from pathlib import Path
from typing import Any, List

from pwem.objects import Volume
from pwem.protocols import EMProtocol
from pyworkflow import BETA
from pyworkflow.protocol import params

from vrs.maps import read_with_source, write_map
from vrs.protocols.volumes import save_source, volume_of

MAP_FILE = "map.mrc"


class VrsProtImportMap(EMProtocol):
    """Read a map file whatever its header says and copy it to a clean MRC file.

    Axis orders other than X, Y, Z, start indices, space group 0, and files packed with gzip or
    bzip2 are understood. The file itself is not changed; its name, its checksum and what is odd
    about its header are kept for the report.
    """

    _label = "import map"
    _devStatus = BETA
    _possibleOutputs = {"outputVolume": Volume}

    def _defineParams(self, form: Any) -> None:
        form.addSection(label="Input")
        form.addParam(
            "mapFile",
            params.PathParam,
            label="Map file",
            important=True,
            help="An MRC or CCP4 file (.mrc, .map, .ccp4), also packed as .gz or .bz2, for example "
            "as downloaded from EMDB. It is read, never changed.",
        )
        form.addParam(
            "voxelSize",
            params.FloatParam,
            default=0,
            validators=[params.GE(0.0, "must be 0 (from the header) or a size in Å")],
            label="Voxel size (Å)",
            help="0 takes the voxel size from the header of the file. Give a value if the header "
            "is wrong, for instance after a calibration of the magnification.",
        )

    def _insertAllSteps(self) -> None:
        self._insertFunctionStep(self.importStep, needsGPU=False)
        self._insertFunctionStep(self.createOutputStep, needsGPU=False)

    def importStep(self) -> None:
        """Write the map and what is known about its file."""
        file = Path(self.mapFile.get())
        voxel_size = self.voxelSize.get() or None
        target = Path(self._getExtraPath(MAP_FILE))
        density, source = read_with_source(file, voxel_size)
        write_map(target, density)
        save_source(target, source)

    def createOutputStep(self) -> None:
        """The map as a volume with its sampling rate and origin."""
        self._defineOutputs(outputVolume=volume_of(Path(self._getExtraPath(MAP_FILE))))

    def _validate(self) -> List[str]:
        name = self.mapFile.get()
        if not name:
            return ["Choose a map file."]
        return [] if Path(name).is_file() else [f"There is no file {name}."]

    def _summary(self) -> List[str]:
        volume = getattr(self, "outputVolume", None)
        if volume is None:
            return ["Not imported yet."]
        size = "x".join(map(str, volume.getDim()))
        return [
            f"File: {Path(self.mapFile.get()).name}",
            f"{size} voxels of {volume.getSamplingRate():g} Å",
        ]
