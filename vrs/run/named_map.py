"""What a user names as a map: a file, or an entry of EMDB.

Only for what may be an entry is anything of ``vrs.entries`` imported.
"""

from __future__ import annotations

import os
import shlex
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Iterable, List, Optional, TextIO

from vrs.maps.errors import MapError, sentence
from vrs.maps.text_files import describes_a_map

if TYPE_CHECKING:
    from vrs.checks.entry import Entry

ARCHIVE_VARIABLE = "VRS_EMDB"


@dataclass(frozen=True)
class NamedMap:
    """A map file and its entry.

    Attributes
    ----------
    map : Path -- file of the map
    name : str -- "EMD-3488", or the name of the file
    text : str -- how a workflow names the map: "EMD-3488", or the path of a file; "" for ``map``
    header : Path or None -- header of the entry
    entry : Entry or None -- what it says
    entry_text : str -- how a workflow names the entry of a map file; "" if it has none
    """

    map: Path
    name: str
    text: str = ""
    header: Optional[Path] = None
    entry: Optional[Entry] = None
    entry_text: str = ""

    @property
    def files(self) -> List[Path]:
        """The files that are read."""
        return [file for file in (self.map, self.header) if file]


def names_entry(text: str) -> bool:
    """Whether a text names an entry of EMDB, by its identifier, header file or folder.

    A file with any other content is a map file; so is what does not exist and is no identifier.
    """
    if os.path.isdir(text):
        return True
    if os.path.lexists(text):
        return os.path.isfile(text) and describes_a_map(Path(text))
    from vrs.entries.identifier import entry_id

    return entry_id(text) is not None


def named_map(text: str, entry_text: str = "", screen: Optional[TextIO] = None) -> NamedMap:
    """The map file that a text names, fetched if it is that of an entry.

    Parameters
    ----------
    text : str -- a map file, or an entry: its identifier, header file or folder
    entry_text : str -- the entry of a map file, named in one of these ways; "" if it has none
    screen : file or None -- where the transfers of an entry are shown

    Raises
    ------
    MapError
        If the text names neither a file nor an entry.
    EntryError
        If the header or the map cannot be had, or the map is none that is measured.
    """
    if not names_entry(text):
        if not os.path.lexists(text):
            raise MapError(
                f"{text} does not exist, and is no identifier of an EMDB entry",
                "check the name and the folder, or name an entry such as EMD-3488",
            )
        return _file(Path(text), entry_text, screen)
    if entry_text:
        raise MapError(
            f"{text} is an entry itself, and cannot belong to another one, {entry_text}",
            "name the map file instead, or leave --entry out",
        )
    # Only for entries.
    from vrs.entries.chosen import choose_entry
    from vrs.entries.identifier import entry_id
    from vrs.run.transfers import Transfers

    chosen = choose_entry(text, Transfers(screen))
    name = chosen.entry.id if entry_id(chosen.entry.id) else chosen.map.name
    return NamedMap(chosen.map, name, chosen.named, chosen.header, chosen.entry)


def _file(file: Path, entry_text: str, screen: Optional[TextIO]) -> NamedMap:
    """A map file with its entry, if one is named."""
    if not entry_text:
        return NamedMap(file, file.name)
    # Only for entries.
    from vrs.entries.chosen import choose_entry
    from vrs.run.transfers import Transfers

    chosen = choose_entry(entry_text, Transfers(screen))
    return NamedMap(file, file.name, "", chosen.header, chosen.entry, chosen.named)


def local_files(text: str) -> List[Path]:
    """The files that a text names on this computer or in a mirror; none that must be fetched."""
    if not text or not names_entry(text):
        return [Path(text)] if os.path.isfile(text) else []
    # Only for entries.
    from vrs.entries.chosen import files_at_hand

    return files_at_hand(text)


def problem_at_hand(text: str, entry_text: str = "") -> str:
    """What is wrong with the names of a map and its entry, as far as no connection is needed.

    Nothing is fetched. The answer is one sentence, "" if nothing is wrong.
    """
    if names_entry(text):
        if entry_text:
            return sentence(f"{text} is an entry itself, and cannot belong to another one")
        return _problem_of_entry(text, with_map=True)
    if not os.path.isfile(text):
        other = "" if os.path.isabs(text) else ", and that is no identifier of an EMDB entry"
        return f"There is no file {text}{other}."
    return _problem_of_entry(entry_text, with_map=False) if entry_text else ""


def _problem_of_entry(text: str, with_map: bool) -> str:
    # Only for entries.
    from vrs.entries.chosen import problem_at_hand as problem

    found = problem(text, with_map)
    # The name of a file has no capital.
    begins_with_a_name = found.startswith((text, Path(text).name))
    if not found or begins_with_a_name:
        return found and f"{found}."
    return sentence(found)


def downloads(text: str) -> bool:
    """Whether a workflow that names this would have a map sent from where the user named nothing.

    A mirror folder, an address in $VRS_EMDB and the cache are the user's own choice.
    """
    if not text or not names_entry(text) or os.environ.get(ARCHIVE_VARIABLE):
        return False
    # Only for entries.
    from vrs.entries.chosen import connects

    return connects(text)


def options_to_find(texts: Iterable[str], command_line: str) -> List[str]:
    """The options with which ``vrs run`` finds the entries that a workflow names.

    A configured place is found again without one; a place that was named for one run is not.

    Parameters
    ----------
    texts : iterable of str -- what the imports of the workflow name
    command_line : str -- that of the run, "" for one from a window
    """
    if not any(_is_identifier(text) for text in texts):
        return []
    place = os.environ.get(ARCHIVE_VARIABLE, "").strip()
    if not place:
        return ["--allow", "download"]
    words: List[str] = []
    # What somebody wrote into a form need not be a command.
    with suppress(ValueError):
        words = shlex.split(command_line)
    named_now = any(word.partition("=")[0] == "--emdb" for word in words)
    return ["--emdb", place] if named_now else []


def _is_identifier(text: str) -> bool:
    return bool(text) and not os.path.lexists(text) and names_entry(text)


def use_archive(place: str) -> None:
    """Let this process and its children get entries from a mirror folder or an address.

    The runs work in other folders, so that the path of a mirror has to be whole.

    Parameters
    ----------
    place : str -- folder or address; "" for what the environment says

    Raises
    ------
    EntryError
        If the address cannot be one of an archive, or holds a password, which the report of any
        map would repeat with the command.
    """
    chosen = place.strip() or os.environ.get(ARCHIVE_VARIABLE, "").strip()
    if chosen:
        # Only where somebody names an archive.
        from vrs.entries.address import archive_place

        os.environ[ARCHIVE_VARIABLE] = str(archive_place(chosen))
