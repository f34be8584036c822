"""Import of a map file of any header, or of an entry of EMDB, as one clean MRC file."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import Any, List, Optional

from pwem.objects import Volume, VolumeMask
from pyworkflow.protocol import LEVEL_ADVANCED, params

from vrs.checks.entry import Entry
from vrs.checks.stated import with_source
from vrs.maps.errors import MapError, sentence
from vrs.maps.files import read_header
from vrs.maps.printing import entered
from vrs.maps.text_files import describes_a_map
from vrs.maps.typed_values import GIVEN
from vrs.protocols.base import VrsProtocol, add_source
from vrs.protocols.outputs import outputs
from vrs.protocols.typed_values import length, problem_of_length
from vrs.protocols.volumes import (
    entry_of,
    file_identity,
    note_of,
    volume_of,
)
from vrs.run.named_map import local_files, named_map, problem_at_hand
from vrs.steps.imported import MAP_FILE, SourceNote, import_map

KINDS = {"outputVolume": Volume, "outputMask": VolumeMask}
"""Output and its type, in the order of the form."""


class VrsProtImportMap(VrsProtocol):
    """Read a map file whatever its header says and copy it to a clean MRC file.

    Axis orders other than X, Y, Z, start indices, space group 0, and files compressed with gzip or
    bzip2 are understood. The file itself is not changed; its name, its checksum and what is unusual
    about its header are kept for the report.

    Of an entry of EMDB, the map comes from the archive or its mirror, and what the header of the
    entry says is kept beside the map: its contour level, its resolution and its molecular mass
    need not be typed again.
    """

    _label = "import map"
    HELP = "import"
    _possibleOutputs = outputs(**KINDS)

    def _defineParams(self, form: Any) -> None:
        form.addSection(label="Input")
        form.addParam(
            "mapFile", params.PathParam, default="", label="Map file or EMDB entry",
            important=True,
            help="An MRC or CCP4 file (.mrc, .map, .ccp4), also compressed as .gz or .bz2, for "
            "example as downloaded from EMDB. It is read, never changed.\n"
            "Or an entry of EMDB: its identifier, such as EMD-3488 or 3488, its header (emd-N.xml) "
            "with the map beside it, or its folder in a mirror. The map is then fetched from the "
            "mirror or archive that VRS_EMDB names, by default the public one, and kept in a "
            "cache.",
        )  # fmt: skip
        form.addParam(
            "voxelSize", params.StringParam, default="", validators=[problem_of_length],
            label="Voxel size (Å)",
            help="If empty or 0, the voxel size in the header of the file, or of an entry with the "
            "same box if they differ. Enter a value if the header is wrong, for instance after a "
            "calibration of the magnification.",
        )  # fmt: skip
        add_source(form, "voxelSizeSource", "voxel size")
        form.addParam(
            "entry", params.PathParam, default="", expertLevel=LEVEL_ADVANCED,
            label="Entry of the map file",
            help="The EMDB entry that a map file belongs to: its header (XML, mmCIF, or the JSON "
            "of vrs entry --json), such as that of a deposition that is not released yet. Leave "
            "it empty if the map itself is chosen by its entry.",
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
        names = [self.mapFile.get(""), self.entry.get("")]
        files = [file for name in names for file in local_files(name)]
        values = [
            [*names, *map(file_identity, files)],
            length(self.voxelSize.get()) or None,
            self.asVolume.get(),
            self._output(),
            self.voxelSizeSource.get() or GIVEN,
        ]
        self._insertStepsFor(values, self.importStep, self.createOutputStep)

    def importStep(
        self,
        files: List[Any],
        voxel_size: Optional[float],
        as_volume: bool,
        output: str,
        voxel_size_source: str,
    ) -> None:
        named = named_map(self.mapFile.get(), self.entry.get(""), sys.stdout)
        folder = Path(self._getExtraPath())
        import_map(named, folder, voxel_size, as_volume, voxel_size_source)

    def createOutputStep(
        self,
        files: List[Any],
        voxel_size: Optional[float],
        as_volume: bool,
        output: str,
        voxel_size_source: str,
    ) -> None:
        volume = volume_of(Path(self._getExtraPath(MAP_FILE)), KINDS[output])
        self._defineOutputs(**{output: volume})

    def _hasResult(self) -> bool:
        return getattr(self, self._output(), None) is not None

    def _output(self) -> str:
        return list(KINDS)[self.kind.get()]

    def _validate(self) -> List[str]:
        name, voxel_size = self.mapFile.get(), None
        # The field itself says what is wrong with its text.
        with contextlib.suppress(MapError):
            voxel_size = length(self.voxelSize.get())
        errors = []
        if not name:
            errors.append("Choose a map file, or type an EMDB entry such as EMD-3488.")
        else:
            errors += filter(None, [problem_at_hand(name, self.entry.get(""))])
        if voxel_size is not None and voxel_size < 0:
            errors.append(f"A voxel size of {entered(voxel_size)} Å is not possible.")
        return errors

    def _warnings(self) -> List[str]:
        try:
            # The map of an entry comes after its header.
            for file in local_files(self.mapFile.get(""))[-1:]:
                if not describes_a_map(file):
                    read_header(file, self.asVolume.get())
        except MapError as error:
            return [sentence(error.reason, error.advice)]
        return []

    def _methods(self) -> List[str]:
        name = getattr(self._entry_of_output(), "id", "")
        origin = f"that of the entry {name} of EMDB [wwPDB2024]" if name else "read from a file"
        return [f"The map was {origin}, in the MRC2014 format [Cheng2015]."]

    def _citations(self) -> List[str]:
        return ["Cheng2015", *(["wwPDB2024"] if self._entry_of_output() else [])]

    def _entry_of_output(self) -> Optional[Entry]:
        """What the entry of the imported map says; None before the import and without an entry."""
        volume = getattr(self, self._output(), None)
        return None if volume is None else entry_of(volume)

    def _summary(self) -> List[str]:
        volume = getattr(self, self._output(), None)
        if volume is None:
            return ["Not imported yet."]
        size = " x ".join(map(str, volume.getDim()))
        note = note_of(volume)
        voxel_size = f"{entered(volume.getSamplingRate())} Å"
        lines = [f"File: {note.name if note else Path(self.mapFile.get()).name}"]
        if note and note.entry:
            lines.insert(0, f"Entry: {': '.join(filter(None, (note.entry.id, note.entry.title)))}")
            voxel_size = with_source(voxel_size, note.voxel_size_source)
        return [*lines, f"{size} voxels of {voxel_size}", *(_remarks(note) if note else [])]


def _remarks(note: SourceNote) -> List[str]:
    """What is unusual about the file, or disagrees with its entry."""
    of_level = [one for one in note.entry_disagreements if one.quantity == "contour"]
    if not (note.entry and of_level):
        return [*note.remarks]
    # Only for entries.
    from vrs.entries.against_map import remark

    return [*note.remarks, *(remark(note.entry, difference) for difference in of_level)]
