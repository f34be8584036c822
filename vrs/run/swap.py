"""A new report is built in a folder inside the one of the earlier report, and then takes its place.

The folder ``NEW`` becomes ``READY`` in one step, when all of it is on the disk. From then on the
earlier report is moved into ``OLD``, the new one to its place, report.json last. A process that is
killed before that step leaves the earlier report as it was; after it, ``settle`` goes on where the
killed one stopped.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Iterable, Iterator

from vrs.checks.store import write_json
from vrs.maps.errors import OutputError
from vrs.report import REPORT_JSON
from vrs.run.lock import FolderLock
from vrs.run.written import MARKER, PROJECT, Record, read_record, sign

NEW, READY, OLD = ".vrs_new", ".vrs_ready", ".vrs_old"


def begin(folder: Path) -> Path:
    """Make the folder ``NEW`` for a report that takes the place of the one in ``folder``."""
    new = folder / NEW
    new.mkdir()
    write_json(new / MARKER, Record())
    return new


def is_begun(folder: Path) -> bool:
    """Whether there is a report that has not yet taken its place."""
    return _is_folder(folder / NEW) or _is_folder(folder / READY)


def replace(folder: Path) -> None:
    """Put the content of ``NEW`` in the place of what this program wrote earlier."""
    new = folder / NEW
    sign(new)
    _to_the_disk(new)
    new.rename(folder / READY)
    _finish(folder)


def settle(folder: Path) -> None:
    """Finish the replacement that a killed process began, and remove what it left unfinished.

    Raises OutputError if another process writes into the folder.
    """
    if any(map(_is_folder, (folder / NEW, folder / READY, folder / OLD))):
        try:
            lock = FolderLock(folder)
        except OSError as error:
            raise OutputError(
                f"{folder}, in which a run was killed, cannot be written "
                f"({error.strerror or error})"
            ) from error
        try:
            clean(folder)
        finally:
            lock.release()


def clean(folder: Path) -> None:
    """What ``settle`` does, for a process that has the lock."""
    if _is_folder(folder / READY):
        _finish(folder)
    for left in (folder / NEW, folder / OLD):
        if _is_folder(left) and is_of_a_run(left):
            shutil.rmtree(left)


def is_of_a_run(left: Path) -> bool:
    """Whether this program made a folder for an unfinished report, as nobody else names one."""
    return left.name == OLD or (left / MARKER).is_file() or not any(left.iterdir())


def _finish(folder: Path) -> None:
    """Idempotent: every step is done only if it was not yet done."""
    ready, old = folder / READY, folder / OLD
    if (ready / MARKER).exists():
        old.mkdir(exist_ok=True)
        # The record goes last: without it the earlier report is in its place no longer.
        record = read_record(folder) or Record()
        earlier = {Path(name).parts[0] for name in record.files}
        if _is_folder(folder / PROJECT):
            earlier.add(PROJECT)
        for name in (*_with_report_first(earlier), MARKER):
            if os.path.lexists(folder / name):
                (folder / name).rename(old / name)
        (ready / MARKER).rename(folder / MARKER)
    for name in reversed(list(_with_report_first(os.listdir(ready)))):
        (ready / name).rename(folder / name)
    _sync(folder)
    ready.rmdir()
    if old.exists():
        shutil.rmtree(old)


def _with_report_first(names: Iterable[str]) -> Iterator[str]:
    yield from sorted(names, key=lambda name: (name != REPORT_JSON, name))


def _to_the_disk(folder: Path) -> None:
    """Wait until the report is on the disk, so that a power cut cannot take both reports.

    The maps in the project, which can be calculated again, are not waited for.
    """
    for parent, folders, files in os.walk(folder):
        if Path(parent).name == PROJECT:
            folders.clear()
        for name in (*files, ""):
            path = Path(parent, name)
            if not path.is_symlink() and (path.is_file() or path.is_dir()):
                _sync(path)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()
