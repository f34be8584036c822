"""From Scipion's volumes to arrays and back."""

from __future__ import annotations

import filecmp
from pathlib import Path
from typing import Any, List, Optional, Tuple, Type

from pwem.objects import Transform, Volume, VolumeMask

from vrs.checks.entry import Entry
from vrs.maps import DensityMap, MapError, SourceFile, open_map, open_mask, read_map
from vrs.maps.files import read_header
from vrs.maps.whole_file import link_or_copy
from vrs.steps.imported import SourceNote, note_of_file, source_of_file


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


def carry_half_maps(source: Volume, target: Optional[Volume]) -> None:
    """Give a volume the half maps of the one that it comes from, unless it has another grid."""
    if target is None or not source.hasHalfMaps():
        return
    if target.getSamplingRate() == source.getSamplingRate():
        target.setHalfMaps(list(source.getHalfMaps(asList=True)))


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


def source_of(volume: Volume) -> SourceFile:
    """The user's file, as the import of this plugin noted it, else the volume's own.

    Raises MapError if the file cannot be read, DamagedResult if the note of the import cannot.
    """
    return source_of_file(volume_path(volume).resolve())


def note_of(volume: Volume) -> Optional[SourceNote]:
    """What the import of this plugin noted about a volume; None for one from elsewhere.

    Raises DamagedResult if the note cannot be read.
    """
    return note_of_file(volume_path(volume).resolve())


def entry_of(volume: Volume) -> Optional[Entry]:
    """What the EMDB entry of a volume says; None without an entry, or if it was not imported here.

    Raises DamagedResult if the note of the import cannot be read.
    """
    note = note_of(volume)
    return note.entry if note else None


def _origin(volume: Volume) -> Tuple[float, float, float]:
    x, y, z = volume.getOrigin().getShifts()
    return float(x), float(y), float(z)
