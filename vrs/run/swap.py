"""A new report is built in a folder inside the one of the earlier report, and then takes its place.

The folder ``NEW`` becomes ``READY`` in one step, when all of it is on the disk. From then on the
earlier report is moved into ``OLD``, the new one to its place, report.json last. A process that is
killed before that step leaves the earlier report as it was; after it, ``settle`` in
``vrs.run.recovery`` goes on where the killed one stopped.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Iterable, Iterator, List

from vrs.checks.store import write_json
from vrs.report import REPORT_JSON
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
    return is_folder(folder / NEW) or is_folder(folder / READY)


def replace(folder: Path) -> None:
    """Put the content of ``NEW`` in the place of what this program wrote earlier.

    Raises OSError if that is not possible: both reports are then as before.
    """
    new = folder / NEW
    sign(new)
    _to_the_disk(new)
    new.rename(folder / READY)
    finish(folder)


def remove(left: Path) -> None:
    """Remove a folder of this module; its record goes last, so that a killed removal goes on."""
    for path in left.iterdir():
        if is_folder(path):
            shutil.rmtree(path)
        elif path.name != MARKER:
            path.unlink()
    shutil.rmtree(left)


def finish(folder: Path) -> None:
    """Move the content of ``READY`` to its place; every step is done only if it was not yet done.

    Raises OSError if the earlier report cannot be moved: both reports are then as before.
    """
    ready, old = folder / READY, folder / OLD
    if (ready / MARKER).exists():
        _move_aside(folder)
        (ready / MARKER).rename(folder / MARKER)
    for name in reversed(list(_with_report_first(os.listdir(ready)))):
        (ready / name).rename(folder / name)
    _sync(folder)
    ready.rmdir()
    if old.exists():
        remove(old)


def _move_aside(folder: Path) -> None:
    """Move the earlier report to ``OLD``."""
    old = folder / OLD
    if not is_folder(old):
        old.mkdir()
    moved: List[str] = []
    try:
        # The record goes last: without it the earlier report is in its place no longer.
        record = read_record(folder) or Record()
        earlier = {Path(name).parts[0] for name in record.files}
        if is_folder(folder / PROJECT):
            earlier.add(PROJECT)
        for name in (*_with_report_first(earlier), MARKER):
            if os.path.lexists(folder / name):
                (folder / name).rename(old / name)
                moved.append(name)
    except OSError:
        for name in reversed(moved):
            (old / name).rename(folder / name)
        old.rmdir()
        (folder / READY).rename(folder / NEW)
        raise


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


def is_folder(path: Path) -> bool:
    """Whether it is a folder itself, not a symbolic link to one."""
    return os.path.isdir(path) and not os.path.islink(path)
