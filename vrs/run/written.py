"""The record of what this program wrote into a folder, and what else is there.

Scipion changes the files of a project when it is opened; there only runs and further files count.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Collection, Dict, Iterator, List, Optional, Tuple
from urllib.parse import quote

import msgspec

from vrs.checks.store import read_json, write_json
from vrs.maps.printing import count
from vrs.run.output_path import raise_error, unreadable

MARKER_START = ".vrs"
"""Of the names of everything that is in the folder of a report and not part of the report."""
MARKER = f"{MARKER_START}.json"
PROJECT = "scipion_project"
LAST_RUN = "last_run"
"""Holds the log and the project of a run that failed, beside the earlier report."""

_DATABASE = "project.sqlite"
_OF_SCIPION = (_DATABASE, "settings.sqlite", "Logs", "Tmp")
"""What Scipion writes in a project when it is opened."""
_JOURNALS = ("-journal", "-wal", "-shm")
_MOST_NAMES = 10_000
"""Of a folder that is not ours; it may be a whole disk."""
_TIMES = ("lastUpdateTimeStamp", "_pid")
"""Values of a run that Scipion may refresh without a change."""


class Record(msgspec.Struct, forbid_unknown_fields=True):
    """What a folder held when it was signed.

    Attributes
    ----------
    files : dict of str to str -- by the path in the folder: the SHA-256 of the content, in a
        project the size, of a symbolic link its target
    runs : dict of str to str -- by identifier and label: the SHA-256 of a run in the project
    """

    files: Dict[str, str] = {}
    runs: Dict[str, str] = {}


def sign(folder: Path) -> None:
    """Record the current content of a folder as what this program wrote."""
    names = sorted(name for name in _names(folder) if name != MARKER)
    files = {name: _content(folder / name, name) for name in names}
    write_json(folder / MARKER, Record(files, _runs(folder / PROJECT)))


def read_record(folder: Path) -> Optional[Record]:
    """The record of a folder; None if it has none, or something else under its name.

    A record that names anything but files in a report is none of this program.
    """
    try:
        record = None if (folder / MARKER).is_symlink() else read_json(folder / MARKER, Record)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None
    return record if record and all(map(_is_of_a_report, record.files)) else None


def _is_of_a_report(name: str) -> bool:
    """Whether a name can be that of a file in a report: relative, and none that a swap needs."""
    path = PurePosixPath(name)
    if not path.parts or path.is_absolute() or str(path) != name or "\0" in name:
        return False
    first = path.parts[0]
    return ".." not in path.parts and not first.startswith(MARKER_START) and first != LAST_RUN


def foreign_content(
    folder: Path, ignore: Collection[str] = (), record: Optional[Record] = None
) -> Tuple[List[str], List[str], List[str]]:
    """What a folder holds beside what this program wrote.

    ``ignore`` are names in the folder; ``record`` is used instead of the one in the folder.

    Returns the paths of files that it did not write, the paths of files that were changed since,
    and the names of runs that were added or changed since.

    Raises NotReplaceable if a part of it cannot be read.
    """
    record = record or read_record(folder)
    try:
        if record is None:
            return sorted(islice(_names(folder, ignore), _MOST_NAMES)), [], []
        names = sorted(name for name in _names(folder, ignore) if name != MARKER)
        written = [name for name in names if name in record.files]
        changed = [name for name in written if record.files[name] != _content(folder / name, name)]
    except OSError as error:
        raise unreadable(folder, error) from error
    runs = _runs(folder / PROJECT).items()
    return (
        [name for name in names if name not in record.files],
        changed,
        [run for run, state in runs if record.runs.get(run) != state],
    )


def _names(folder: Path, ignore: Collection[str] = ()) -> Iterator[str]:
    """Every file and link in a folder, except those that Scipion changes by itself."""
    for parent, folders, files in os.walk(folder, onerror=raise_error):
        way = Path(os.path.relpath(parent, folder))
        if not way.parts:
            folders[:] = [name for name in folders if name not in ignore]
            files = [name for name in files if name not in ignore]
        links = [name for name in folders if os.path.islink(os.path.join(parent, name))]
        for name in (*files, *links):
            path = way / name
            inside = path.parts[1:] if path.parts[0] == PROJECT else ()
            by_scipion = inside and (inside[0] in _OF_SCIPION or name.endswith(_JOURNALS))
            if not by_scipion:
                yield path.as_posix()


def _content(file: Path, name: str) -> str:
    if file.is_symlink():
        return f"link to {os.readlink(file)}"
    if not file.is_file():
        return "no file"
    if name.startswith(f"{PROJECT}/"):
        return count(file.stat().st_size, "byte")
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _runs(project: Path) -> Dict[str, str]:
    """The state of every run of a project, without Scipion."""
    database = project / _DATABASE
    if not database.is_file():
        return {}
    try:
        connection = sqlite3.connect(f"file:{quote(str(database))}?mode=ro", uri=True)
        try:
            rows = connection.execute(
                "SELECT id, parent_id, name, classname, value, label, comment FROM Objects"
            ).fetchall()
        finally:
            connection.close()
    except sqlite3.Error:
        return {_DATABASE: "unreadable"}
    with_status = {str(row[1]) for row in rows if row[2] == f"{row[1]}.status"}
    labels = {str(row[0]): f"{row[0]} {row[5]}" for row in rows if str(row[0]) in with_status}
    values: Dict[str, List[object]] = {run: [] for run in labels}
    for row in sorted(rows, key=lambda row: int(row[0])):
        run, _, field = str(row[2]).partition(".")
        if (run or str(row[0])) in values and field not in _TIMES:
            values[run or str(row[0])].append(row[3:])
    return {
        labels[run]: hashlib.sha256(repr(content).encode("utf-8")).hexdigest()
        for run, content in values.items()
    }
