"""What the state of a batch and its last table keep of a report."""

from __future__ import annotations

from pathlib import Path
from typing import Dict, Optional

import msgspec

from vrs.batch.row import Content, checksum
from vrs.checks.result import Status
from vrs.checks.store import read_json
from vrs.report import REPORT_HTML, REPORT_JSON, REPORT_PDF
from vrs.report.model import PACKAGE, Overall, Report
from vrs.report.pdf.program import program_missing
from vrs.report.text.verdict import nothing_measured
from vrs.run.written import MARKER


class Summary(msgspec.Struct, frozen=True):
    """A finished report in short.

    Attributes
    ----------
    overall : Overall -- the line over all findings
    statuses : dict of str to Status -- of the checks, by their identifiers
    unmeasured : str -- why nothing could be measured; "" if something was
    has_pdf : bool
    command_line : str -- that the report quotes
    content : Content -- what its files held
    revised : str -- date of the last change of the entry of EMDB; "" without one
    version, date : str -- of the program, and of the report
    numbers : dict of str to float -- with which each rule was tested, by its identifier
    """

    overall: Overall
    statuses: Dict[str, Status]
    unmeasured: str
    has_pdf: bool
    command_line: str
    content: Content
    revised: str
    version: str
    date: str
    numbers: Dict[str, float]


def summary_of(folder: Path, pdf: bool = True, html: bool = True) -> Optional[Summary]:
    """The summary of the report in a folder; None if none is finished there.

    A report is finished when its report.json stands in its place and can be read, and the page and
    the PDF are there, if they are wanted.
    """
    if (html and not (folder / REPORT_HTML).is_file()) or not (folder / MARKER).is_file():
        return None
    has_pdf = (folder / REPORT_PDF).is_file()
    if pdf and not has_pdf and not program_missing():
        return None
    try:
        report = read_json(folder / REPORT_JSON, Report)
    except (OSError, msgspec.MsgspecError):
        return None
    record, provenance = report.input, report.provenance
    return Summary(
        overall=report.overall,
        statuses={check.id: check.status for check in report.all_checks},
        unmeasured=nothing_measured(report),
        has_pdf=has_pdf,
        command_line=provenance.command_line,
        content=Content(record.sha256, record.mask_sha256, checksum(record.entry)),
        revised=(record.entry and record.entry.updated) or "",
        version=provenance.versions.get(PACKAGE) or "",
        date=provenance.date,
        numbers={
            decision.rule: decision.value
            for check in report.all_checks
            for decision in check.decisions
        },
    )
