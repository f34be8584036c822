"""What a killed process left in the folder of a report, finished or removed by the next one.

Nothing is moved or removed that the records of the reports do not list with its content.
"""

from __future__ import annotations

import os
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import Collection, Iterator, List, Optional, Set

from vrs.maps.errors import OutputError
from vrs.run.lock import LOCK, FolderLock, InUse, is_left_by_killed
from vrs.run.output_path import NotReplaceable, check_access, listed
from vrs.run.swap import NEW, OLD, READY, finish, is_folder, remove
from vrs.run.written import LAST_RUN, MARKER, Record, foreign_content, read_record

_BESIDE = (NEW, READY, OLD, LOCK, LAST_RUN)
"""Names in the folder that do not belong to the report in it."""
_MOVE_AWAY = "move it to another folder"


def settle(folder: Path) -> None:
    """Finish the replacement that a killed process began, and remove what it left unfinished.

    Raises InUse if another process writes into the folder.
    Raises OutputError if the folder cannot be written.
    Raises NotReplaceable if there is anything that this program did not write.
    """
    if not any(is_folder(folder / name) for name in (NEW, READY, OLD)):
        return
    by_killed = is_left_by_killed(folder)
    try:
        lock = FolderLock(folder)
    except OSError as error:
        raise OutputError(
            f"{folder}, in which a run was killed, cannot be written ({error.strerror or error})"
        ) from error
    done = False
    try:
        clean(folder)
        done = True
    finally:
        # Commands that read try again only where the record says that a run was killed.
        lock.release(keep_record=by_killed and not done)


def settle_before_reading(*paths: Optional[Path]) -> None:
    """Finish a replacement in every folder of ``paths``, and in those that a path is in.

    Only one that a killed process of this user began: a folder from elsewhere is read as it is, as
    is one into which another process writes.

    Raises OutputError if the folder cannot be written; NotReplaceable as ``settle``.
    """
    places = [Path(os.path.realpath(path)) for path in paths if path is not None]
    for folder in dict.fromkeys(chain(*((*place.parents, place) for place in places))):
        if any(is_folder(folder / name) for name in (READY, OLD)) and is_left_by_killed(folder):
            with suppress(InUse):
                settle(folder)


def clean(folder: Path) -> None:
    """What ``settle`` does, for a process that has the lock."""
    new, ready, old = (folder / name for name in (NEW, READY, OLD))
    if any(map(is_folder, (new, ready, old))):
        check_access(folder)
    if is_folder(ready) or is_folder(old):
        _make_way(folder)
    if is_folder(ready):
        finish(folder)
    elif is_folder(old):
        remove(old)
    if is_folder(new) and _is_of_a_run(new):
        remove(new)


def _is_of_a_run(new: Path) -> bool:
    """Whether this program made a folder for an unfinished report, as nobody else names one."""
    unfinished = (name.startswith(f".{MARKER}.") for name in os.listdir(new))
    return read_record(new) is not None or all(unfinished)


def _make_way(folder: Path) -> None:
    """Raise NotReplaceable if anything would be lost by finishing the replacement.

    Empty folders in its way are removed: they are in no record.
    """
    ready, old = folder / READY, folder / OLD
    if os.path.lexists(ready / MARKER):
        record, places, moved_to = read_record(ready), [ready], old
        earlier = read_record(folder) or read_record(old)
        here = earlier
    else:
        record, places, moved_to = read_record(folder), [ready, folder], ready
        earlier = read_record(old)
        here = record
    twice: List[str] = []
    foreign = [*_foreign(ready, record), *_foreign(old, earlier)]
    foreign += [left.name for left in (ready, old) if os.path.lexists(left) and not is_folder(left)]
    if is_folder(ready):
        foreign += _foreign(folder, here)
        twice = sorted(_names(folder) & _names(moved_to))
        foreign += [name for name in twice if not _is_empty(folder / name)]
    if foreign:
        raise NotReplaceable(
            f"{folder}, in which a run was killed, holds {listed(foreign)}, which this program "
            "did not write there",
            _MOVE_AWAY,
        )
    missing = [] if record else [MARKER] if _names(ready) | _names(old) else []
    if record:
        missing = [name for name in record.files if not _is_in(places, name)]
    if missing:
        left = ready if is_folder(ready) else old
        raise NotReplaceable(
            f"no complete report goes with {left}, which a killed run left "
            f"(missing: {listed(missing)})",
            _MOVE_AWAY,
        )
    for name in twice:
        (folder / name).rmdir()


def _foreign(folder: Path, record: Optional[Record]) -> Iterator[str]:
    if is_folder(folder):
        start = f"{folder.name}/" if folder.name in (READY, OLD) else ""
        for names in foreign_content(folder, _BESIDE if not start else (), record):
            yield from (f"{start}{name}" for name in names)


def _names(folder: Path) -> Set[str]:
    return set(os.listdir(folder)) - set(_BESIDE) if is_folder(folder) else set()


def _is_empty(path: Path) -> bool:
    return is_folder(path) and not os.listdir(path)


def _is_in(places: Collection[Path], name: str) -> bool:
    return any(os.path.lexists(place / name) for place in places)
