"""The rows of an index, each from one report.json."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Dict, Optional, Tuple

import msgspec

from vrs.report import REPORT_HTML, REPORT_JSON, REPORT_PDF
from vrs.report.index.model import IndexedCheck, IndexedFinding, IndexedMap, IndexedNumber
from vrs.report.index.places import name_of
from vrs.report.index.reading import ReadReport, ReadSection, read_for_index
from vrs.report.text.verdict import why_unmeasured

_PAGES = (REPORT_HTML, REPORT_PDF, REPORT_JSON)
"""What a row links to: the first of these that the report has."""


def read_folder(folder: Path) -> Tuple[Optional[ReadReport], str]:
    """The report of a folder, or None and the reason why there is none."""
    if not is_text(str(folder)):
        return None, "the path of its folder is not UTF-8: rename the folder"
    try:
        return read_for_index(folder / REPORT_JSON), ""
    except OSError as error:
        return None, f"{REPORT_JSON} cannot be read ({error.strerror or error})"
    except msgspec.MsgspecError as error:
        return None, f"{REPORT_JSON} is not that of a validation report ({error})"


def row_of(
    report: ReadReport, folder: Path, start: Path, numbers: Dict[str, IndexedNumber]
) -> IndexedMap:
    """The row of a report, with paths from the folder ``start`` of the index."""
    name, entry = name_of(folder), report.input.entry
    reason = _why_unmeasured(report)
    return IndexedMap(
        name=entry.id if entry else name,
        state="unmeasured" if reason else "measured",
        reason=reason,
        folder=path_from(start, folder),
        page=path_from(start, _page(folder)),
        title=report.title or (entry.title if entry and entry.title else ""),
        file=report.input.file,
        resolution=report.input.resolution,
        overall=report.overall,
        fully_tested=_fully_tested(report),
        findings=[
            IndexedFinding(
                finding.id, finding.severity, finding.title, counted=finding.caused_by is None
            )
            for finding in report.findings
        ],
        scores={level.id: level.score for level in report.all_levels},
        checks={check.id: _check(check) for check in report.all_checks},
        numbers=numbers,
        seconds=report.provenance.seconds,
        version=report.version,
        date=report.provenance.date,
    )


def failed_row(name: str, reason: str, folder: Optional[Path], start: Path) -> IndexedMap:
    """The row of a map without a report that can be read."""
    place = path_from(start, folder) if folder else ""
    return IndexedMap(
        name=os.fsencode(name).decode("utf-8", errors="replace"),
        state="failed",
        reason=reason,
        folder=place if is_text(place) else "",
    )


def is_text(name: str) -> bool:
    """Whether the name of a file is UTF-8, without which no page can name it."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def path_from(start: Path, path: Path) -> str:
    """A path as a link of the index has it."""
    return Path(os.path.relpath(path, start)).as_posix()


def _page(folder: Path) -> Path:
    return next(file for file in map(folder.joinpath, _PAGES) if file.exists())


def _check(check: ReadSection) -> IndexedCheck:
    return IndexedCheck(
        status=check.status,
        warnings=sum(warning.count for warning in check.warnings),
        deciding=[decision.rule for decision in check.decisions if decision.deciding],
        reason="" if check.evaluated else check.reason,
    )


def _why_unmeasured(report: ReadReport) -> str:
    reached = report.input_section.measurements.get("share_in_mask")
    unreached = reached is not None and reached.value is None
    return why_unmeasured(
        report.input.unusable,
        report.input.contour if unreached else None,
        _evidence_measured(report),
        [(check.status, check.reason) for check in report.all_checks],
    )


def _evidence_measured(report: ReadReport) -> bool:
    return report.evidence is not None and report.evidence.evaluated


def _fully_tested(report: ReadReport) -> bool:
    checks = any(check.evaluated for check in report.all_checks)
    return _evidence_measured(report) and checks and report.input.resolution is not None
