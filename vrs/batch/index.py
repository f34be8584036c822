"""The index of a batch: a row for each map of its list, also for those that failed."""

from __future__ import annotations

from pathlib import Path
from typing import List, Tuple

from vrs.batch import REPORTS, STATE
from vrs.batch.state import FAILED, WAITING, read_ends
from vrs.report.index.build import Source, make_index
from vrs.report.index.writing import write_index


def is_batch(folder: Path) -> bool:
    """Whether a folder is that of a batch."""
    return (folder / STATE).is_file()


def sources_of(folder: Path) -> Tuple[List[Source], int]:
    """The maps of a batch in the order of its list, and how many were not begun.

    Of a map that failed an earlier report, with other values, does not count.
    """
    ends = read_ends(folder)
    sources = [
        Source(name, None, reason) if state == FAILED else Source(name, folder / REPORTS / name)
        for name, state, reason in ends
        if state != WAITING
    ]
    return sources, len(ends) - len(sources)


def index_batch(folder: Path) -> Path:
    """Write the index of a batch into its folder; returns the path of its page.

    Raises OutputError if it cannot be written.
    """
    sources, left = sources_of(folder)
    return write_index(make_index(sources, folder, left), folder)
