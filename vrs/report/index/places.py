"""Where the reports of an index are: anywhere below the folders that the user names."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Iterator, List, Sequence, Set

from vrs.maps.errors import VrsError
from vrs.report import REPORT_JSON
from vrs.report.compare.finished import RUNS, NotAReport

_HIDDEN = "."


def report_folders(places: Sequence[Path]) -> List[Path]:
    """The folders with a report.json below some folders, or these themselves, each once.

    The folder of a report is not searched any further: its Scipion project has the same report
    again. Hidden folders, in which reports are written, are left out.

    Raises
    ------
    NotAReport
        If a place does not exist or cannot be read.
    VrsError
        If there is no report at all.
    """
    seen: Set[str] = set()
    folders: List[Path] = []
    for place in places:
        if place.name == REPORT_JSON and place.is_file():
            place = place.parent
        if not place.is_dir():
            reason = "is not a folder" if place.exists() else "does not exist"
            raise NotAReport(f"{place} {reason}", "name folders with reports in them")
        try:
            folders += _below(place, seen)
        except OSError as error:
            raise NotAReport(
                f"{error.filename or place} cannot be read ({error.strerror or error})"
            ) from error
    if not folders:
        names = ", ".join(map(str, places))
        raise VrsError(f"no {REPORT_JSON} lies in or below {names}", "name folders with reports")
    return folders


def _below(folder: Path, seen: Set[str]) -> Iterator[Path]:
    """Report folders in the order of their names, numbers by their size."""
    # A link may lead to a folder above it.
    real = os.path.realpath(folder)
    if real in seen:
        return
    seen.add(real)
    with os.scandir(folder) as entries:
        inside = sorted(entries, key=lambda entry: entry.name)
    if any(entry.name == REPORT_JSON for entry in inside):
        yield folder
        return
    for entry in inside:
        if entry.is_dir() and not entry.name.startswith(_HIDDEN):
            yield from _below(folder / entry.name, seen)


def name_of(folder: Path) -> str:
    """The name of a report's folder; of one in a run of Scipion, that of the run."""
    path = Path(os.path.abspath(folder))
    is_of_a_run = path.parent.parent.name == RUNS
    return path.parent.name if is_of_a_run else path.name
