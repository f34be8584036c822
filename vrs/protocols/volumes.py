"""From Scipion's volumes to arrays and back."""

from __future__ import annotations

import filecmp
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple, Type

import msgspec
from pwem.objects import Transform, Volume, VolumeMask

from vrs.checks.disagreement import Disagreement
from vrs.checks.entry import Entry
from vrs.checks.inputs import OF_THE_FILE
from vrs.checks.store import damaged_files_named, read_json, write_json
from vrs.maps import DensityMap, MapError, SourceFile, inspect_file, open_map, open_mask, read_map
from vrs.maps.files import read_header
from vrs.maps.header import MapHeader
from vrs.maps.whole_file import link_or_copy

SOURCE_FILE = "source.json"
"""What the import knows about the user's file, beside the map that it wrote."""


class SourceNote(msgspec.Struct, forbid_unknown_fields=True):
    """The content of ``SOURCE_FILE``: a ``SourceFile``, and the name of the map that it is about.

    The header is in the form of ``MapHeader.to_dict``. ``entry`` is what the EMDB entry of the map
    says, ``entry_disagreements`` what it says otherwise than the map, and ``voxel_size_source``
    where the voxel size of the map comes from.
    """

    map: str
    name: str
    sha256: str
    remarks: Tuple[str, ...]
    header: Optional[Dict[str, Any]]
    entry: Optional[Entry] = None
    voxel_size_source: str = OF_THE_FILE
    entry_disagreements: Tuple[Disagreement, ...] = ()


def volume_path(volume: Volume) -> Path:
    """The file of a volume.

    Raises MapError if the volume is one of several in a file.
    """
    index, name = volume.getLocation()
    if index > 1:
        raise MapError(
            f"the volume is number {index} of {Path(name).name}",
            "save it in a file of its own and import that",
        )
    # Scipion may add ":mrc" to a name to say how its file is to be read.
    return Path(name[: -len(":mrc")] if name.endswith(":mrc") else name)


def read_volume(volume: Volume) -> DensityMap:
    """A volume with the sampling rate and the origin of the project; a mask may stay int8.

    The values stay on disk until they are used where the file allows it.

    Raises MapError if the file cannot be read, or holds values that are not finite.
    """
    read = open_mask if isinstance(volume, VolumeMask) else open_map
    density = read(volume_path(volume), volume.getSamplingRate())
    origin = _origin(volume) if volume.hasOrigin() else density.origin
    return DensityMap(density.data, density.voxel_size, origin)


def box_of(volume: Volume) -> Tuple[int, int, int]:
    """Voxels along the axes of a volume, in the order in which its file has them.

    Raises MapError if the header cannot be read.
    """
    sections, rows, columns = read_header(volume_path(volume)).stored_shape
    return columns, rows, sections


def volume_of(path: Path, kind: Type[Volume] = Volume) -> Volume:
    """The object for a map that was written with its voxel size and origin."""
    density = read_map(path, memory_map=True)
    volume = kind()
    volume.setFileName(str(path))
    volume.setSamplingRate(density.voxel_size)
    origin = Transform()
    origin.setShifts(*density.origin)
    volume.setOrigin(origin)
    return volume


def share_equal_file(path: Path, volume: Volume, project: Path) -> None:
    """Keep one copy of a map that equals the file of a volume byte for byte.

    Only a file of the project itself is shared: others may be changed by their owners.
    """
    original = volume_path(volume).resolve()
    if project.resolve() in original.parents and filecmp.cmp(original, path, shallow=False):
        link_or_copy(original, path)


def file_identity(path: Path) -> List[Any]:
    """Name, size and time of the last change of a file: another file, or a changed one, differs."""
    status = path.stat()
    return [str(path), status.st_size, status.st_mtime_ns]


def identity(volume: Volume) -> List[Any]:
    """The identity of the file of a volume, with its sampling rate and origin in the project."""
    place = [*_origin(volume)] if volume.hasOrigin() else []
    return [*file_identity(volume_path(volume)), volume.getSamplingRate(), *place]


def save_source(
    path: Path,
    source: SourceFile,
    entry: Optional[Entry] = None,
    voxel_size_source: str = OF_THE_FILE,
    entry_disagreements: Tuple[Disagreement, ...] = (),
) -> None:
    """Keep what is known about the user's file beside the map at ``path``."""
    note = SourceNote(
        path.name, source.name, source.sha256, source.remarks,
        source.header.to_dict() if source.header else None, entry, voxel_size_source,
        entry_disagreements,
    )  # fmt: skip
    write_json(path.parent / SOURCE_FILE, note)


def source_of(volume: Volume) -> SourceFile:
    """The user's file, as the import of this plugin noted it, else the volume's own.

    Raises MapError if the file cannot be read, DamagedResult if the note of the import cannot.
    """
    path = volume_path(volume).resolve()
    note = _note_of(path)
    if note is None:
        return inspect_file(path)
    with damaged_files_named(path.parent):
        header = None if note.header is None else MapHeader.from_dict(note.header)
    return SourceFile(note.name, note.sha256, note.remarks, header)


def note_of(volume: Volume) -> Optional[SourceNote]:
    """What the import of this plugin noted about a volume; None for one from elsewhere.

    Raises DamagedResult if the note cannot be read.
    """
    return _note_of(volume_path(volume).resolve())


def entry_of(volume: Volume) -> Optional[Entry]:
    """What the EMDB entry of a volume says; None without an entry, or if it was not imported here.

    Raises DamagedResult if the note of the import cannot be read.
    """
    note = note_of(volume)
    return note.entry if note else None


def _note_of(path: Path) -> Optional[SourceNote]:
    """What the import noted about the map at a path."""
    file = path.parent / SOURCE_FILE
    if not file.exists():
        return None
    with damaged_files_named(path.parent):
        note = read_json(file, SourceNote)
    return note if note.map == path.name else None


def _origin(volume: Volume) -> Tuple[float, float, float]:
    x, y, z = volume.getOrigin().getShifts()
    return float(x), float(y), float(z)
