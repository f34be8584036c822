"""The answers of ``--json``: one JSON object on the standard output."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Dict, List, Optional, Sequence

import msgspec

from vrs.engines.finding import Finding
from vrs.engines.overview import EngineState
from vrs.report import REPORT_HTML, REPORT_JSON, REPORT_PDF
from vrs.report.index import INDEX_CSV, INDEX_JSON
from vrs.report.model import Overall, Peers, Score
from vrs.report.text.verdict import nothing_measured
from vrs.run.output_folder import OutputFolder
from vrs.run.report_run import Outcome

if TYPE_CHECKING:
    from vrs.reference.model import ReferenceSet
    from vrs.report.compare import Comparison
    from vrs.report.index.model import Index


class CheckAnswer(msgspec.Struct, frozen=True):
    """A check: its status as in report.json, its warnings, its result in a sentence, its engine."""

    id: str
    title: str
    status: str
    warnings: int
    result: str
    engine: str


class FindingAnswer(msgspec.Struct, frozen=True):
    """A finding of report.json; ``caused_by`` is null for one that stands on its own."""

    id: str
    severity: str
    title: str
    text: str
    advice: str
    caused_by: Optional[str]


class OtherAnswer(msgspec.Struct, frozen=True):
    """A further report of the same workflow: its folder, overall line and statuses by check."""

    folder: str
    overall: Overall
    statuses: Dict[str, str]


class ReportAnswer(msgspec.Struct, frozen=True):
    """The end of a command that writes a report.

    Attributes
    ----------
    exit_status : int -- That of the command.
    folder : str -- Of the report.
    entry : str or None -- Identifier of the EMDB entry of the map.
    contour_level, voxel_size : float -- In grey values, and in Å, as they were used.
    resolution, mass : float or None -- Reported resolution in Å and molecular mass in kDa.
    contour_source, voxel_size_source, resolution_source, mass_source : str or None -- Where they
        come from, as in report.json.
    pdf, html, json, project : str or None -- Paths; null for what was not written.
    overall : dict -- The line over all findings, as in report.json.
    findings : list of FindingAnswer -- In the order of consequence.
    score : dict -- The score by level, as in report.json.
    checks : list of CheckAnswer -- In the order of the report.
    notes : list of str -- Remarks on the input.
    failures : list of str -- A sentence per run that failed.
    seconds : float -- Time of the whole command.
    error : str -- Why nothing could be measured, "" if something was.
    others : list of OtherAnswer -- Further reports of the workflow.
    peers : Peers or None -- Place of the map in a reference set, as in report.json.
    """

    exit_status: int
    folder: str
    entry: Optional[str]
    contour_level: float
    contour_source: str
    voxel_size: float
    voxel_size_source: str
    resolution: Optional[float]
    resolution_source: Optional[str]
    mass: Optional[float]
    mass_source: Optional[str]
    pdf: Optional[str]
    html: Optional[str]
    json: Optional[str]
    project: Optional[str]
    overall: Overall
    findings: List[FindingAnswer]
    score: Dict[str, Optional[Score]]
    checks: List[CheckAnswer]
    notes: List[str]
    failures: List[str]
    seconds: float
    error: str
    others: List[OtherAnswer]
    peers: Optional[Peers] = None

    @classmethod
    def of(
        cls, outcome: Outcome, folder: OutputFolder, notes: Sequence[str], exit_status: int
    ) -> ReportAnswer:
        def path(name: str) -> Optional[str]:
            file = folder.path / name
            return str(file) if file.exists() else None

        report, record = outcome.report, outcome.report.input
        return cls(
            exit_status=int(exit_status),
            folder=str(folder.path),
            entry=record.entry.id if record.entry else None,
            contour_level=record.contour,
            contour_source=record.contour_source,
            voxel_size=record.voxel_size,
            voxel_size_source=record.voxel_size_source,
            resolution=record.resolution,
            resolution_source=record.resolution_source,
            mass=record.mass,
            mass_source=record.mass_source,
            pdf=path(REPORT_PDF),
            html=path(REPORT_HTML),
            json=path(REPORT_JSON),
            project=path(folder.project.name),
            overall=report.overall,
            findings=[
                FindingAnswer(
                    finding.id,
                    finding.severity,
                    finding.title,
                    finding.text,
                    finding.advice,
                    finding.caused_by,
                )
                for finding in report.findings
            ],
            score={level.id: level.score for level in report.all_levels},
            checks=[
                CheckAnswer(
                    check.id,
                    check.title,
                    check.status.value,
                    check.warning_count,
                    check.reason or check.headline,
                    check.engine.label,
                )
                for check in report.all_checks
            ],
            notes=list(notes),
            failures=outcome.failures,
            seconds=round(outcome.seconds, 1),
            error=nothing_measured(report),
            others=[
                OtherAnswer(
                    str(folder.path / name),
                    other.overall,
                    {check.id: check.status.value for check in other.all_checks},
                )
                for name, other in outcome.others.items()
            ],
            peers=report.peers,
        )


class RowAnswer(msgspec.Struct, frozen=True):
    """A check in all reports: its statuses, null where a report lacks it.

    ``outcomes`` say how each report after the first compares with the first.
    """

    id: str
    title: str
    statuses: List[Optional[str]]
    outcomes: List[str]


class ComparisonAnswer(msgspec.Struct, frozen=True):
    """Reports side by side.

    Attributes
    ----------
    exit_status : int -- That of the command.
    page : str -- Path of the page for the browser.
    subject : str -- Whether the reports are about the same map and contour level.
    reports : list of str -- Their folders.
    entries : list of str or null -- Identifiers of the EMDB entries of their maps.
    summary : list of str -- What got better or worse.
    obstacles : list of str -- Why numbers are not comparable; empty if they are.
    checks : list of RowAnswer -- In the order of the reports.
    """

    exit_status: int
    page: str
    subject: str
    reports: List[str]
    entries: List[Optional[str]]
    summary: List[str]
    obstacles: List[str]
    checks: List[RowAnswer]

    @classmethod
    def of(cls, comparison: Comparison, page: Path) -> ComparisonAnswer:
        return cls(
            exit_status=0,
            page=str(page),
            subject=comparison.subject,
            reports=[str(report.folder) for report in comparison.reports],
            entries=[
                report.content.input.entry.id if report.content.input.entry else None
                for report in comparison.reports
            ],
            summary=list(comparison.summary),
            obstacles=[f"{topic}: {sentence}" for topic, sentence in comparison.obstacles],
            checks=[
                RowAnswer(
                    row.id,
                    row.title,
                    [check.status.value if check else None for check in row.checks],
                    [outcome.name.lower() for outcome in row.outcomes],
                )
                for row in comparison.checks
            ],
        )


class ClassAnswer(msgspec.Struct, frozen=True):
    """A class of a reference set: reported resolutions in Å from ``low`` to ``high``."""

    low: float
    high: Optional[float]
    maps: int


class ReferenceAnswer(msgspec.Struct, frozen=True):
    """A reference set that was built.

    Attributes
    ----------
    exit_status : int -- That of the command.
    file, name, date, version : str -- Of the set.
    classes : list of ClassAnswer -- Those that have maps.
    programs : dict of str to int -- Reports by the version of the program that measured them.
    left_out : dict of str to int -- Reports that are not in the set, by the reason.
    """

    exit_status: int
    file: str
    name: str
    date: str
    version: str
    classes: List[ClassAnswer]
    programs: Dict[str, int]
    left_out: Dict[str, int]

    @classmethod
    def of(cls, reference: ReferenceSet, file: Path) -> ReferenceAnswer:
        return cls(
            exit_status=0,
            file=str(file),
            name=reference.name,
            date=reference.date,
            version=reference.version,
            classes=[ClassAnswer(c.low, c.high, len(c.peers)) for c in reference.classes],
            programs=reference.programs,
            left_out=reference.left_out,
        )


class MapAnswer(msgspec.Struct, frozen=True):
    """A map of a batch: "finished", "failed" or "waiting", its report, or why there is none."""

    name: str
    state: str
    folder: str
    overall: Optional[Overall]
    reason: str
    seconds: float


class UpdateAnswer(msgspec.Struct, frozen=True):
    """What an update of an archive found.

    Attributes
    ----------
    new, changed : list of str -- Entries that were to be measured, without and with an earlier
        report.
    withdrawn : list of str -- Entries whose reports were removed.
    kept : list of str -- Reports of withdrawn entries that were not removed, each with the reason.
    """

    new: List[str]
    changed: List[str]
    withdrawn: List[str]
    kept: List[str]


class BatchAnswer(msgspec.Struct, frozen=True):
    """The end of a batch.

    Attributes
    ----------
    exit_status : int -- That of the command.
    folder : str -- Of the batch.
    index : str or None -- Path of its page, index.html; null if it was not written.
    passed, failed, left : int -- Maps with a report; without one, or of which nothing could be
        measured; and not begun.
    update : UpdateAnswer or None -- What was new, changed and withdrawn; null if not asked for.
    maps : list of MapAnswer -- In the order of the list.
    """

    exit_status: int
    folder: str
    index: Optional[str]
    passed: int
    failed: int
    left: int
    update: Optional[UpdateAnswer]
    maps: List[MapAnswer]


class IndexAnswer(msgspec.Struct, frozen=True):
    """An index of reports.

    Attributes
    ----------
    exit_status : int -- That of the command.
    page, table, data : str -- Paths of index.html, index.csv and index.json.
    maps : int -- All rows.
    measured, unmeasured, failed : int -- Maps with a report; with one that says why nothing could
        be measured; and without one that can be read.
    left : int -- Maps of a batch that were not begun.
    versions : dict -- How many reports each version of the program wrote.
    """

    exit_status: int
    page: str
    table: str
    data: str
    maps: int
    measured: int
    unmeasured: int
    failed: int
    left: int
    versions: Dict[str, int]

    @classmethod
    def of(cls, index: Index, page: Path) -> IndexAnswer:
        return cls(
            exit_status=0,
            page=str(page),
            table=str(page.with_name(INDEX_CSV)),
            data=str(page.with_name(INDEX_JSON)),
            maps=len(index.maps),
            measured=index.count("measured"),
            unmeasured=index.count("unmeasured"),
            failed=index.count("failed"),
            left=index.left,
            versions=index.versions,
        )


class BadRow(msgspec.Struct, frozen=True):
    """A row of a list that cannot be measured."""

    line: int
    map: str
    reason: str


class RefusedList(msgspec.Struct, frozen=True):
    """The end of a batch that was not begun."""

    exit_status: int
    error: str
    rows: List[BadRow]


class DoctorAnswer(msgspec.Struct, frozen=True):
    """What is installed; ``summary`` names what is missing, ``engines`` are other programs."""

    exit_status: int
    summary: str
    parts: List[Finding]
    engines: List[EngineState]


class Failure(msgspec.Struct, frozen=True):
    """The end of a command that could not do its work."""

    exit_status: int
    error: str


def printed(answer: msgspec.Struct) -> str:
    """An answer as text, indented for readers."""
    return msgspec.json.format(msgspec.json.encode(answer), indent=2).decode("utf-8")
