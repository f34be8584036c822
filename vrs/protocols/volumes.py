"""From Scipion's volumes to arrays and back."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any, Mapping, Tuple, Type

import numpy as np
from pwem.objects import Transform, Volume, VolumeMask

from vrs.maps import BoolArray, DensityMap, MapError, SourceFile, inspect_file, open_map, read_map
from vrs.maps.files import read_header, require_finite
from vrs.maps.header import MapHeader
from vrs.maps.masks import bounding_box

SOURCE_FILE = "source.json"
"""Where the import keeps what it knows about the user's file, beside the map that it wrote."""


def volume_path(volume: Volume) -> Path:
    """The file of a volume.

    Raises
    ------
    MapError
        If the volume is one of several in a file.
    """
    index, name = volume.getLocation()
    if index > 1:
        raise MapError(
            f"the volume is number {index} of {Path(name).name}: "
            "save it in a file of its own and import that"
        )
    # Scipion may add ":mrc" to a name to say how its file is to be read.
    return Path(name[: -len(":mrc")] if name.endswith(":mrc") else name)


def read_volume(volume: Volume) -> DensityMap:
    """A volume with the sampling rate and the origin that the project has for it; float32.

    The values stay on disk until they are used where the file allows it.

    Raises
    ------
    MapError
        If the file cannot be read, or holds values that are not finite.
    """
    density = open_map(volume_path(volume), volume.getSamplingRate())
    if not volume.hasOrigin():
        return density
    x, y, z = volume.getOrigin().getShifts()
    return DensityMap(density.data, density.voxel_size, (float(x), float(y), float(z)))


def read_mask(mask: VolumeMask, density: DensityMap) -> BoolArray:
    """The voxels of a mask: those above one half, so that a soft mask is cut at half its height.

    Raises
    ------
    MapError
        If the file cannot be read, or the mask and the map differ in size.
    """
    path = volume_path(mask)
    values = read_map(path, mask.getSamplingRate(), memory_map=True)
    if values.box != density.box:
        sizes = [" x ".join(map(str, grid.box)) for grid in (values, density)]
        raise MapError(
            f"the mask has {sizes[0]} voxels and the map {sizes[1]}: use a mask made for this map"
        )
    require_finite(path, values.data)
    inside: BoolArray = np.asarray(values.data) > 0.5
    return inside


def box_of(volume: Volume) -> Tuple[int, int, int]:
    """Voxels along the axes of a volume, in the order in which its file has them.

    Raises
    ------
    MapError
        If the header cannot be read.
    """
    sections, rows, columns = read_header(volume_path(volume)).stored_shape
    return columns, rows, sections


def extent_of(mask: VolumeMask) -> Tuple[int, int, int]:
    """Voxels along the axes of the smallest box that holds a mask; 0 for an empty one.

    Raises
    ------
    MapError
        If the file cannot be read.
    """
    path = volume_path(mask).resolve()
    changed = path.stat().st_mtime_ns if path.exists() else 0
    return _extent(path, mask.getSamplingRate(), changed)


@lru_cache(maxsize=None)
def _extent(path: Path, voxel_size: float, changed: int) -> Tuple[int, int, int]:
    """Looks once into a file that has not changed: every run is asked what memory it needs."""
    inside = np.asarray(read_map(path, voxel_size, memory_map=True).data) > 0.5
    if not inside.any():
        return 0, 0, 0
    z, y, x = (part.stop - part.start for part in bounding_box(inside))
    return x, y, z


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


def save_source(path: Path, source: SourceFile) -> None:
    """Keep what is known about the user's file beside the map at ``path``."""
    header = source.header.to_dict() if source.header else None
    data = {
        "map": path.name,
        "name": source.name,
        "sha256": source.sha256,
        "remarks": list(source.remarks),
        "header": header,
    }
    text = json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False)
    (path.parent / SOURCE_FILE).write_text(text, encoding="utf-8")


def source_of(volume: Volume) -> SourceFile:
    """The file that the user gave: as the import of this plugin noted it, else the volume's own.

    Raises
    ------
    MapError
        If the file cannot be read.
    """
    path = volume_path(volume)
    note = path.resolve().parent / SOURCE_FILE
    if note.exists():
        data = json.loads(note.read_text(encoding="utf-8"))
        if data["map"] == path.resolve().name:
            return _noted(data)
    return inspect_file(path)


def _noted(data: Mapping[str, Any]) -> SourceFile:
    """What ``save_source`` kept; earlier versions did not keep the header."""
    header = data.get("header")
    return SourceFile(
        data["name"],
        data["sha256"],
        tuple(data["remarks"]),
        None if header is None else MapHeader.from_dict(header),
    )
