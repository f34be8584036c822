"""Import: a map file of any header, or that of an entry, becomes a clean MRC file with a note."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Dict, Optional, Tuple

import msgspec

from vrs.checks.disagreement import Disagreement
from vrs.checks.entry import Entry
from vrs.checks.inputs import OF_THE_FILE
from vrs.checks.stated import recorded_source, stated_voxel_size
from vrs.checks.store import damaged_files_named, read_json, write_json
from vrs.maps import SourceFile, inspect_file, read_with_source, write_map
from vrs.maps.files import read_header
from vrs.maps.header import MapHeader
from vrs.maps.typed_values import GIVEN
from vrs.run.named_map import NamedMap

MAP_FILE = "map.mrc"

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


def import_map(
    named: NamedMap,
    folder: Path,
    voxel_size: Optional[float] = None,
    as_volume: bool = False,
    voxel_size_source: str = GIVEN,
) -> Path:
    """Write a map and what is known about its file into a folder; returns the path of the map.

    Parameters
    ----------
    named : NamedMap -- the file, and its entry if it has one
    folder : Path -- exists
    voxel_size : float or None -- in Å, if that of the file or of the entry is not to be used
    as_volume : bool -- read a stack of images as one volume
    voxel_size_source : str -- where ``voxel_size`` comes from

    Raises
    ------
    MapError
        If the file cannot be read.
    """
    header = read_header(named.map, as_volume)
    size, size_source = stated_voxel_size(named.entry, header.box, header.voxel_edges, voxel_size)
    if size_source == GIVEN:
        of_entry = stated_voxel_size(named.entry, header.box, header.voxel_edges)
        size_source = recorded_source(size, voxel_size_source, of_entry)
    density, source = read_with_source(named.map, size, as_volume, size_source)
    differences: Tuple[Disagreement, ...] = ()
    if named.entry:
        # Only for entries.
        from vrs.entries.against_map import disagreements, remark

        differences = disagreements(named.entry, density, source.header)
        # That on the contour level is a finding of its own.
        about = (one for one in differences if one.quantity != "contour")
        remarks = (remark(named.entry, difference) for difference in about)
        source = replace(source, remarks=(*source.remarks, *remarks))
    target = folder / MAP_FILE
    write_map(target, density)
    save_source(target, source, named.entry, size_source, differences)
    return target


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


def source_of_file(path: Path) -> SourceFile:
    """The user's file behind a map, as its import noted it, else the file of the map itself.

    Raises MapError if the file cannot be read, DamagedResult if the note of the import cannot.
    """
    note = note_of_file(path)
    if note is None:
        return inspect_file(path)
    with damaged_files_named(path.parent):
        header = None if note.header is None else MapHeader.from_dict(note.header)
    return SourceFile(note.name, note.sha256, note.remarks, header)


def note_of_file(path: Path) -> Optional[SourceNote]:
    """What the import noted about the map at a path; None for one that was not imported.

    Raises DamagedResult if the note cannot be read.
    """
    file = path.parent / SOURCE_FILE
    if not file.exists():
        return None
    with damaged_files_named(path.parent):
        note = read_json(file, SourceNote)
    return note if note.map == path.name else None
