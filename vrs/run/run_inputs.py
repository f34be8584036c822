"""The files that a workflow reads."""

from __future__ import annotations

import os
from glob import glob, has_magic
from pathlib import Path
from typing import Any, Iterator, List, Optional, TextIO, Tuple

from vrs.run.named_map import downloads, named_map, names_entry
from vrs.run.workflow import ExportedRun, read_workflow

FOLDER, PATTERN = "filesPath", "filesPattern"
"""Values of Scipion's imports that together say which files are read."""

DOWNLOAD = "download"
"""The name with which a map from a server is allowed."""

LEVEL0 = "VrsProtLevel0"
IMPORTS, MAP_FILE, ENTRY = ("VrsProtImportMap", LEVEL0), "mapFile", "entry"
"""What imports a map in this plugin, and its values that may name an entry of EMDB."""


def workflow_inputs(
    file: Path, may_download: bool = False, screen: Optional[TextIO] = None
) -> List[Path]:
    """The file of a workflow, and every file or folder that a value in it names by its whole path.

    The files of an entry of EMDB that an import names are fetched here, before anything runs,
    unless they would have to be downloaded and may not be.

    A value is read as Scipion's imports read it: without blanks around it and dollars, with ``~``
    as the home, ``*`` and ``?`` for anything and ``#`` for a digit. Of a pattern such as
    ``/data/*.mrc`` it is the folder that exists, and every file that fits.

    Raises WorkflowError if the file cannot be read or does not hold a workflow, EntryError if an
    entry cannot be had.
    """
    runs = read_workflow(file)
    texts = [text for run in runs for text in _texts(run.values)]
    texts += [_joined(run.values) for run in runs]
    named = (path for text in texts for path in _named(text))
    found = [path for path in named if path != Path("/")]
    return [file, *dict.fromkeys([*found, *_of_entries(runs, may_download, screen)])]


def has_entry(run: ExportedRun) -> bool:
    """Whether a run imports a map with an entry of EMDB."""
    map_file, entry = _named_by(run)
    return bool(entry or (map_file and names_entry(map_file)))


def downloads_entry(run: ExportedRun) -> bool:
    """Whether a run imports an entry from a server that the user did not name."""
    return any(map(downloads, _named_by(run)))


def _named_by(run: ExportedRun) -> Tuple[str, str]:
    """What an import of this plugin names as map and as its entry; "" if nothing."""
    values = [run.values.get(name) or "" for name in (MAP_FILE, ENTRY)]
    # The comparison with the form refuses other values.
    of_import = run.class_name in IMPORTS and all(isinstance(value, str) for value in values)
    return (values[0], values[1]) if of_import else ("", "")


def _of_entries(
    runs: List[ExportedRun], may_download: bool, screen: Optional[TextIO]
) -> Iterator[Path]:
    """The files of the entries that imports name, fetched if they are not here."""
    for run in runs:
        if has_entry(run) and (may_download or not downloads_entry(run)):
            yield from named_map(*_named_by(run), screen).files


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)


def _joined(values: Any) -> str:
    """The folder of an import with its pattern; "" without one of them."""
    parts = [values.get(FOLDER), values.get(PATTERN)]
    if not all(isinstance(part, str) and part.strip() for part in parts):
        return ""
    return os.path.join(*(part.strip() for part in parts))


def _named(text: str) -> Iterator[Path]:
    """What a value names if it is a whole path: as it is written, and as Scipion would read it."""
    for path in dict.fromkeys((text, os.path.expanduser(text.strip().replace("$", "")))):
        if os.path.isabs(path) and "\0" not in path:
            yield _existing(path)
            pattern = path.replace("#", "[0-9]")
            if has_magic(pattern):
                yield from map(Path, glob(pattern))


def _existing(text: str) -> Path:
    """The path, or the last folder on the way to it that exists."""
    path = text
    while path != "/" and not os.path.lexists(path):
        path = os.path.dirname(path)
    return Path(path)
