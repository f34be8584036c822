"""From what a user typed for a map to the files of an entry."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Callable, Iterator, List, Optional

from vrs.checks.entry import Entry, unreleased, unsuitable
from vrs.entries.archive import header_paths, map_paths
from vrs.entries.errors import EntryError, NotThere
from vrs.entries.header import read_header
from vrs.entries.identifier import entry_id
from vrs.entries.progress import SILENT, Progress
from vrs.entries.source import Archived, Source, source_of_entries
from vrs.maps.text_files import describes_a_map


@dataclass(frozen=True)
class ChosenEntry:
    """An entry and its files.

    Attributes
    ----------
    entry : Entry -- what the header says
    header : Path -- its file
    named : str -- "EMD-3488" if an identifier was typed, else the whole path of the header
    connects : bool -- whether the map may have to be fetched from a server
    """

    entry: Entry
    header: Path
    named: str
    _find_map: Callable[[], Path] = field(repr=False, compare=False)
    connects: bool = False

    @cached_property
    def map(self) -> Path:
        """The file of the primary map, fetched when it is first asked for.

        Raises
        ------
        EntryError
            If it cannot be had.
        """
        return self._find_map()


def choose(text: str, place: str = "", progress: Progress = SILENT) -> Optional[ChosenEntry]:
    """The entry that a text names; None for what is, or looks like, the name of a map file.

    Parameters
    ----------
    text : str -- an identifier such as "EMD-3488" or "3488", unless a file has that name; the
        header of an entry (XML, mmCIF, or what ``vrs entry --json`` prints) with the map beside
        it; or the folder of an entry
    place : str -- a mirror folder, or the address of an archive; see ``source_of_entries``
    progress : Progress -- called while a file is transferred

    Raises
    ------
    EntryError
        If the header cannot be had.
    """
    header = _file_named(text)
    if header is not None:
        return _of_file(header)
    identifier = _identifier_named(text)
    if identifier is None:
        return None
    source = source_of_entries(place, progress=progress)
    return _of_source(source, identifier, source.header(identifier))


def choose_entry(text: str, progress: Progress = SILENT) -> ChosenEntry:
    """The entry that a text names, from the archive that is configured; its map is measured.

    Raises
    ------
    EntryError
        If the text names none, the header cannot be had, or its map is none that is measured.
    """
    chosen = choose(text, progress=progress)
    if chosen is None:
        raise _nothing(text)
    reason = unsuitable(chosen.entry)
    if reason:
        raise EntryError(reason)
    return chosen


def connects(text: str) -> bool:
    """Whether the files of the entry that a text names have to come from a server."""
    identifier = None if _file_named(text) else _identifier_named(text)
    source = source_of_entries()
    return bool(identifier and isinstance(source, Archived) and not source.has(identifier))


def problem_at_hand(text: str, with_map: bool = True) -> str:
    """What is wrong with the entry that a text names, as far as that shows without a connection.

    Parameters
    ----------
    text : str -- as for ``choose``
    with_map : bool -- whether the entry must have the map too

    Returns
    -------
    str -- one sentence without a full stop; "" if nothing is wrong, or the entry is not here
    """
    try:
        chosen = _at_hand(text)
        if chosen is None:
            return "" if _identifier_named(text) else str(_nothing(text))
        if with_map and not chosen.connects and not unsuitable(chosen.entry):
            chosen.map  # noqa: B018  (looks for the file)
        return unsuitable(chosen.entry)
    except EntryError as error:
        return str(error)


def files_at_hand(text: str) -> List[Path]:
    """Header and map of an entry in a folder or a mirror, as far as they are there.

    None of an archive, which may send another header at any time.
    """
    files: List[Path] = []
    with suppress(EntryError):
        chosen = _at_hand(text)
        if chosen and not chosen.connects:
            files.append(chosen.header)
            files.append(chosen.map)
    return files


def entry_at_hand(text: str) -> Optional[Entry]:
    """What the entry that a text names says; None if it is not here, or cannot be read."""
    with suppress(EntryError):
        chosen = _at_hand(text)
        return chosen.entry if chosen else None
    return None


def _at_hand(text: str) -> Optional[ChosenEntry]:
    """As ``choose`` without any connection: None also for an entry that is not in the cache."""
    header = _file_named(text)
    if header is not None:
        return _of_file(header)
    identifier = _identifier_named(text)
    if identifier is None:
        return None
    source = source_of_entries()
    if not isinstance(source, Archived):
        return _of_source(source, identifier, source.header(identifier))
    kept = source.kept_header(identifier)
    return _of_source(source, identifier, kept.file) if kept else None


def _nothing(text: str) -> EntryError:
    """The refusal of a text that names no entry."""
    if Path(text).is_file():
        try:
            read_header(Path(text))
        except EntryError as error:
            # It says what the file is instead.
            return error
    return EntryError(
        f"{text} is neither the header of an entry nor its identifier",
        "use emd-N.xml of the entry, or an identifier such as EMD-3488",
    )


def _file_named(text: str) -> Optional[Path]:
    """The header that a text names by its file or folder."""
    path = Path(os.path.abspath(text))
    if path.is_dir():
        header = _header_in(path)
        if header is None and entry_id(text) is None:
            raise EntryError(
                f"{text} is a folder without the header of an entry",
                "name the map file, or the folder of an entry",
            )
        return header
    return path if path.is_file() and describes_a_map(path) else None


def _identifier_named(text: str) -> Optional[str]:
    return None if Path(text).is_file() else entry_id(text)


def _header_in(folder: Path) -> Optional[Path]:
    """The header in the folder of an entry."""
    identifier = entry_id(folder.name)
    names = [path.name for path in header_paths(identifier)] if identifier else []
    places = (folder / "header", folder)
    files = [place / name for place in places for name in names]
    files += [file for place in places for file in sorted(place.glob("*.xml"))]
    return next((file for file in files if file.is_file()), None)


def _of_source(source: Source, identifier: str, header: Path) -> ChosenEntry:
    entry = read_header(header)
    connects = isinstance(source, Archived)
    return ChosenEntry(entry, header, identifier, lambda: _map(source, identifier, entry), connects)


def _map(source: Source, identifier: str, entry: Entry) -> Path:
    try:
        return source.map(identifier)
    except NotThere as error:
        reason = unreleased(entry)
        if reason:
            raise EntryError(reason) from error
        raise


def _of_file(header: Path) -> ChosenEntry:
    entry = read_header(header)
    return ChosenEntry(entry, header, str(header), lambda: _map_beside(header, entry))


def _map_beside(header: Path, entry: Entry) -> Path:
    for file in _maps_beside(header, entry):
        if file.is_file():
            return file
    reason = unreleased(entry)
    if reason:
        raise EntryError(reason)
    raise EntryError(
        f"the map of {entry.id} is neither beside {header} nor in the folder map of the entry",
        "name the map file, and this header as its entry",
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
