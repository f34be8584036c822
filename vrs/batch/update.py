"""An archive kept up to date: what is new or changed, and the entries that were withdrawn."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Collection, List, NamedTuple, Sequence

from vrs.batch.state import BatchState
from vrs.checks.entry import OBSOLETE, unsuitable
from vrs.entries.archive import Mirror
from vrs.entries.cached import now
from vrs.entries.errors import EntryError, NotThere
from vrs.entries.header import read_header
from vrs.maps.errors import OutputError
from vrs.report import REPORT_JSON
from vrs.run import swap
from vrs.run.output_folder import OutputFolder

FEW, SHARE = 10, 0.1
"""So many entries, or this part of all, may go at once; more is a mirror that is not whole."""


class Update(NamedTuple):
    """What an update of an archive does.

    Attributes
    ----------
    new, changed : list of str -- entries to measure, without and with an earlier report
    withdrawn : list of str -- entries whose reports were removed
    kept : list of str -- reports of withdrawn entries that were not removed, each with the reason
    """

    new: List[str]
    changed: List[str]
    withdrawn: List[str]
    kept: List[str]


def begin_update(
    mirror: Path, state: BatchState, named: Collection[str], left: Sequence[str]
) -> Update:
    """Remove the reports of withdrawn entries, and say what is to be measured.

    Parameters
    ----------
    mirror : Path -- its folder
    state : BatchState -- settled
    named : collection of str -- entries that are in the mirror and can be measured
    left : sequence of str -- those without a finished report

    Raises OutputError if so many entries have gone that the mirror cannot be whole.
    """
    earlier = set(state.reported())
    gone = sorted(earlier - set(named))
    _require_whole(mirror, state, gone, len(earlier))
    withdrawn, kept = [], []
    for name in (name for name in gone if _is_withdrawn(Mirror(mirror), name)):
        try:
            _remove_report(state.folder_of(name))
        except OutputError as error:
            kept.append(f"{name}: {error}")
            continue
        state.withdraw(name, now())
        withdrawn.append(name)
    return Update(
        [name for name in left if name not in earlier],
        [name for name in left if name in earlier],
        withdrawn,
        kept,
    )


def _require_whole(mirror: Path, state: BatchState, gone: Sequence[str], number: int) -> None:
    """A disk that is not mounted, or a copy that broke off, must not cost all reports."""
    missing = [
        name for name in gone
        if not _folder(mirror, name).is_dir() and state.folder_of(name).is_dir()
    ]  # fmt: skip
    if len(missing) > max(FEW, SHARE * number):
        raise OutputError(
            f"{len(missing)} of {number} entries with a report are not in the mirror {mirror} any "
            "more, and nothing was started",
            "check that the mirror is whole; if they were withdrawn, remove their folders from "
            f"{state.folder_of(missing[0]).parent}",
        )


def _is_withdrawn(mirror: Mirror, name: str) -> bool:
    """Whether an entry has left the archive; not if its header cannot be read now."""
    if not _folder(mirror.folder, name).is_dir():
        return True
    try:
        entry = read_header(mirror.header(name))
        if unsuitable(entry):
            return True
        mirror.map(name)
    except NotThere:
        return entry.status == OBSOLETE
    except EntryError:
        return False
    return False


def _folder(mirror: Path, name: str) -> Path:
    return mirror / "structures" / name


def _remove_report(folder: Path) -> None:
    """Remove the folder of a report; after a kill the next update goes on.

    Raises OutputError if another process writes there, or if it holds anything else.
    """
    if not os.path.lexists(folder):
        return
    with OutputFolder(folder) as place:
        place.reserve()
        try:
            # What is left of a report is none.
            (folder / REPORT_JSON).unlink(missing_ok=True)
            swap.remove(folder)
        except OSError as error:
            raise OutputError(f"{folder} cannot be removed ({error.strerror or error})") from error
