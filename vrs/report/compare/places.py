"""Where reports are: in a folder of their own, in the run that wrote them, or in a project."""

from __future__ import annotations

from pathlib import Path
from typing import List, Sequence

from vrs.maps.errors import VrsError
from vrs.report import REPORT_JSON
from vrs.report.compare.finished import RUNS, FinishedReport, read_report
from vrs.report.compare.labels import MOST_REPORTS

IN_RUN = "extra"
"""The folder of a run for its files."""

_OF_A_RUN = Path(IN_RUN) / REPORT_JSON


def read_reports(paths: Sequence[Path]) -> List[FinishedReport]:
    """The reports at several places, in this order.

    Raises NotAReport if there is none at one of them, VrsError if all are one, or too many.
    """
    files = [file for path in paths for file in report_files(path)]
    if len(files) < 2:
        (only,) = files
        raise VrsError(f"{only} is the only report there", "name another one to compare it with")
    if len(files) > MOST_REPORTS:
        raise VrsError(
            f"{len(files)} reports are too many for one page, which holds {MOST_REPORTS}",
            "name fewer of them",
        )
    return [read_report(file) for file in files]


def report_files(path: Path) -> List[Path]:
    """The report of a folder or of a run, or those of a project in the order of its runs.

    A path without one is returned as it is: reading it says what is wrong.
    """
    if not path.is_dir() or (path / REPORT_JSON).exists():
        return [path]
    if (path / _OF_A_RUN).exists():
        return [path / _OF_A_RUN]
    return sorted((path / RUNS).glob(f"*/{_OF_A_RUN}")) or [path]
