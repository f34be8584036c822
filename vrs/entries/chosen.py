"""From what a user typed for a map to the files of an entry."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Iterator, Optional

from vrs.checks.entry import Entry
from vrs.entries.archive import header_paths, map_paths
from vrs.entries.errors import EntryError
from vrs.entries.header import looks_like_header, read_header
from vrs.entries.identifier import entry_id
from vrs.entries.progress import SILENT, Progress
from vrs.entries.source import source_of_entries


@dataclass(frozen=True)
class ChosenEntry:
    """An entry and its files.

    Attributes
    ----------
    entry : Entry -- what the header says
    header : Path -- its file
    map : Path -- the file of the primary map
    """

    entry: Entry
    header: Path
    map: Path


def choose(text: str, place: str = "", progress: Progress = SILENT) -> Optional[ChosenEntry]:
    """The entry that a text names; None for what is, or looks like, the name of a map file.

    Parameters
    ----------
    text : str -- an identifier such as "EMD-3488" or "3488", unless a file has that name; the
        header of an entry (XML, mmCIF, or what ``vrs entry --json`` prints) with the map beside
        it; or the folder of an entry
    place : str -- a mirror folder, or the address of an archive; see ``source_of_entries``
    progress : Progress -- told how a download goes on

    Raises
    ------
    EntryError
        If the header or the map cannot be had.
    """
    path = Path(text)
    if path.is_dir():
        return _of_header(_header_in(path))
    if path.exists():
        return _of_header(path) if looks_like_header(path) else None
    identifier = entry_id(text)
    if identifier is None:
        return None
    source = source_of_entries(place, progress=progress)
    header = source.header(identifier)
    return ChosenEntry(read_header(header), header, source.map(identifier))


def _header_in(folder: Path) -> Path:
    """The header in the folder of an entry."""
    identifier = entry_id(folder.name)
    names = [path.name for path in header_paths(identifier)] if identifier else []
    files = [place / name for place in (folder / "header", folder) for name in names]
    files += [file for place in (folder / "header", folder) for file in sorted(place.glob("*.xml"))]
    for file in files:
        if file.is_file():
            return file
    raise EntryError(f"{folder} holds no header of an entry", "name the map file, or its header")


def _of_header(header: Path) -> ChosenEntry:
    entry = read_header(header)
    for file in _maps_beside(header, entry):
        if file.is_file():
            return ChosenEntry(entry, header, file)
    raise EntryError(
        f"the map of {entry.id} is neither beside {header} nor in the folder map of the entry",
        f"give the map file, with --entry {header}",
    )


def _maps_beside(header: Path, entry: Entry) -> Iterator[Path]:
    identifier = entry_id(entry.id)
    names = [entry.map_file] if entry.map_file else []
    if identifier:
        names += [path.name for path in map_paths(identifier)]
    for folder in (header.parent, header.parent.parent / "map"):
        for name in names:
            yield folder / Path(name).name
            yield folder / Path(name).name.replace(".gz", "")
