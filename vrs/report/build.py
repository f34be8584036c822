"""From the folders of the results to the folder of the report."""

from __future__ import annotations

import os
import shutil
import time
from dataclasses import dataclass
from datetime import datetime, timezone
from itertools import count
from pathlib import Path
from typing import Dict, Iterator, List, Mapping, Optional, Sequence

import msgspec

from vrs.checks.base_rates import BaseRates, RealMaps
from vrs.checks.check import Check
from vrs.checks.curves import Curve
from vrs.checks.figures import Table
from vrs.checks.inputs import MAP
from vrs.checks.level import Level
from vrs.checks.result import Outcome, Result
from vrs.checks.rule import Rule
from vrs.checks.store import write_json
from vrs.maps import DensityMap
from vrs.maps.errors import sentence
from vrs.maps.whole_file import write_whole
from vrs.reference.file import NoReference, read_reference
from vrs.report import CURVES, REFERENCES, REPORT_HTML, REPORT_JSON, REPORT_TEX
from vrs.report.contact import contact_of
from vrs.report.figures.drawing import draw_all, not_drawn
from vrs.report.html.page import make_page
from vrs.report.loading import LoadedResult, load_preparation, load_results
from vrs.report.model import (
    EVIDENCE_SECTION,
    INPUT_SECTION,
    SCHEMA_VERSION,
    CheckContent,
    DecisionContent,
    DrawnFigure,
    LevelContent,
    LevelRecord,
    Report,
    RuleContent,
    TableContent,
    first_level_section,
    score_of,
)
from vrs.report.pdf.compile import PdfError, PdfUnavailable, make_pdf
from vrs.report.pdf.document import document
from vrs.report.peers.context import peers_of
from vrs.report.provenance import provenance
from vrs.report.surfaces.chimerax_scene import write_scenes
from vrs.report.text.entry import cut
from vrs.report.text.entry_comparison import comparisons
from vrs.report.text.findings import conclude
from vrs.report.text.findings.facts import Facts
from vrs.report.text.methods import methods_of
from vrs.report.text.references import SERVICE, cited, numbered
from vrs.report.text.summary import summary
from vrs.report.text.tables import caption_of, numbers_of

MAPS_NOT_KEPT = "The maps behind this report were not kept; running its workflow again makes them."

_NEAR = 3
"""Maps more folders up than this are named without their path, which would name the computer."""


@dataclass(frozen=True)
class ReportFiles:
    """The files of a report, None for those that were not requested.

    If this computer cannot make a PDF, ``pdf_problem`` says why.
    """

    json: Path
    html: Optional[Path]
    tex: Optional[Path]
    pdf: Optional[Path]
    pdf_problem: str
    report: Report


def build_report(
    preparation_folder: Path,
    result_folders: Sequence[Path],
    levels: Sequence[Level],
    out_folder: Path,
    *,
    title: str = "",
    not_requested: Sequence[str] = (),
    command_line: str = "",
    workflow_file: str = "",
    workflow_options: Sequence[str] = (),
    seconds: Optional[float] = None,
    date: Optional[datetime] = None,
    maps_kept: bool = True,
    contact: Optional[Mapping[str, str]] = None,
    reference: str = "",
    pdf: bool = True,
    html: bool = True,
) -> ReportFiles:
    """Write report.json, .html, .tex and .pdf, references.bib, figures/ and curves/.

    Figures are drawn if there is a page or a PDF to show them.

    Parameters
    ----------
    preparation_folder : Path -- Holds input.json, check.json and the prepared maps.
    result_folders : sequence of Path -- Each holds the check.json of a check; their order does not
        matter.
    levels : sequence of Level -- Decide which checks the report has and in which order; each has
        its own score.
    title : str -- Title of the map; by default that of its entry, or none.
    not_requested : sequence of str -- Identifiers of checks that the user left out.
    command_line, workflow_file : str -- How to get the same report again.
    workflow_options : sequence of str -- With which ``vrs run`` finds the entry of the workflow.
    seconds : float, optional -- Time of the whole run.
    date : datetime, optional -- By default now.
    maps_kept : bool -- False names no map, and writes no scripts for ChimeraX, which open maps.
    contact : mapping of str to str, optional -- Who answers for the report, by the names of
        ``contact.VARIABLES``; what cannot be used is left out, with a note.
    reference : str -- File of the reference set among whose maps the map is placed; "" for none. A
        note says that it cannot be read.
    pdf, html : bool -- False leaves out the run of pdflatex, or the page.

    Raises ReportError if the prepared map cannot be read.
    Raises PdfError if pdflatex fails on the report; report.json and report.html are written all the
    same.
    """
    start = time.perf_counter()
    out_folder.mkdir(parents=True, exist_ok=True)
    preparation = load_preparation(preparation_folder)
    record, section = preparation.input, preparation.section
    loaded = load_results(result_folders, levels, not_requested)
    notes = loaded.notes
    sources: List[LoadedResult] = [(section, preparation_folder), *loaded.in_order]
    if not maps_kept:
        notes.append(MAPS_NOT_KEPT)
    all_results = [result for result, _ in sources]
    if pdf or html:
        drawn = draw_all(
            all_results, section.volumes, record.contour, out_folder, scripts=maps_kept
        )
    else:
        drawn = not_drawn(all_results)
    figures = iter(drawn)
    tables = count(1)

    def content(
        number: str,
        source: LoadedResult,
        check: Optional[Check],
        rates: Optional[BaseRates] = None,
    ) -> CheckContent:
        whole = _content(number, source, check, next(figures), tables, out_folder, rates)
        return whole if maps_kept else msgspec.structs.replace(whole, volumes={})

    input_section = content(INPUT_SECTION, sources[0], None)
    evidence = None
    if loaded.evidence is not None:
        kinds = {kind.id: kind for level in levels for kind in level.evidence}
        measured = loaded.evidence[0]
        evidence = content(EVIDENCE_SECTION, loaded.evidence, kinds[measured.id])
    contents = [
        _level(number, level, record.is_density, [
            content(f"{number}.{index}", source, check, level.base_rates)
            for index, (source, check) in enumerate(zip(results, level.checks), start=1)
        ])
        for number, (level, results) in enumerate(
            zip(levels, loaded.levels), start=first_level_section(evidence is not None)
        )
    ]  # fmt: skip
    origin = provenance(
        all_results,
        date or datetime.now(timezone.utc),
        command_line,
        workflow_file,
        seconds,
        time.perf_counter() - start,
        workflow_options,
    )
    methods = methods_of(record, input_section, contents, origin)
    checks = [check for level in contents for check in level.checks]
    keys = [SERVICE, *(key for check in checks for key in check.references), *methods.references]
    first = contents[0]
    beside = [input_section] if evidence is None else [input_section, evidence]
    outcomes = {section.id: section for section in (*beside, *checks)}
    findings, overall = conclude(record, outcomes)
    facts = Facts(record, outcomes)
    who, wrong = contact_of(contact or {}, out_folder)
    notes += wrong
    report = Report(
        schema_version=SCHEMA_VERSION,
        title=cut(" ".join((title or (record.entry and record.entry.title) or "").split())),
        level=LevelRecord(**{name: getattr(first, name) for name in LevelRecord.__struct_fields__}),
        input=record,
        masks=input_section.measurements,
        input_section=input_section,
        evidence=evidence,
        checks=first.checks,
        score=first.score,
        overall=overall,
        findings=findings,
        summary=summary(contents, facts, findings, overall),
        notes=notes,
        slice_viewer=None,
        methods=methods,
        references=numbered(cited(keys)),
        provenance=origin,
        levels=contents if len(contents) > 1 else [],
        entry_comparisons=comparisons(facts, findings),
        contact=who,
    )
    report = _among_peers(report, reference)
    return _write(report, out_folder, section.volumes.get(MAP), pdf, html)


def _among_peers(report: Report, reference: str) -> Report:
    """The report with its place among the maps of a reference set, or a note why it has none."""
    if not reference:
        return report
    try:
        peers = peers_of(report, read_reference(Path(reference)))
    except NoReference as error:
        text = f"{sentence(error.reason, error.advice)} The map was not placed among others."
        return msgspec.structs.replace(report, notes=[*report.notes, text])
    return msgspec.structs.replace(report, peers=peers)


def _write(
    report: Report, out_folder: Path, density: Optional[DensityMap], pdf: bool, html: bool
) -> ReportFiles:
    names = (REPORT_JSON, REPORT_HTML, REPORT_TEX)
    json_file, html_file, tex_file = (out_folder / name for name in names)
    # Files of an earlier run would contradict those of this one.
    for earlier in (json_file, html_file, tex_file.with_suffix(".pdf")):
        earlier.unlink(missing_ok=True)
    write_whole(out_folder / REFERENCES, report.methods.bibtex.encode("ascii"))
    if html:
        page = make_page(report, out_folder, density)
        report = msgspec.structs.replace(report, slice_viewer=page.slice_viewer)
        write_whole(html_file, page.text.encode("utf-8", errors="backslashreplace"))
    if pdf:
        write_whole(tex_file, document(report).encode("utf-8", errors="backslashreplace"))
    if pdf or html:
        write_scenes(report, out_folder)
    pdf_file, problem = None, "" if pdf else "A PDF was not requested."
    try:
        pdf_file = make_pdf(tex_file) if pdf else None
    except PdfUnavailable as unavailable:
        problem = str(unavailable)
    except PdfError:
        write_json(json_file, report)
        raise
    # The last file: where it stands, all others do.
    write_json(json_file, report)
    return ReportFiles(
        json_file,
        html_file if html else None,
        tex_file if pdf else None,
        pdf_file,
        problem,
        report,
    )


def _level(
    number: int, level: Level, is_density: bool, checks: List[CheckContent]
) -> LevelContent:
    rates = level.base_rates
    return LevelContent(
        level.id,
        level.title,
        level.data,
        level.limits,
        rates and RealMaps(rates.date, rates.version, rates.maps),
        section=str(number),
        checks=checks,
        score=score_of(checks, is_density),
    )


def _content(
    number: str,
    source: LoadedResult,
    check: Optional[Check],
    figures: Sequence[DrawnFigure],
    tables: Iterator[int],
    out_folder: Path,
    rates: Optional[BaseRates],
) -> CheckContent:
    """A result as the report shows it; ``check`` is None for Section 1."""
    result, folder = source
    rules = {rule.id: rule for rule in check.rules} if check else {}
    return CheckContent(
        **{name: getattr(result, name) for name in Outcome.__struct_fields__},
        section=number,
        explanation=check.explanation if check else "",
        method=check.method if check else "",
        references=list(check.references) if check else [],
        criteria=[_rule(rules[name], result, rates) for name in result.criteria],
        decisions=[
            DecisionContent(
                **msgspec.structs.asdict(decision),
                limit=rules[decision.rule].short,
                deciding=decision in result.deciding,
            )
            for decision in result.decisions
        ],
        figures=list(figures),
        tables=[
            _table(table, next(tables), result.curves.get(table.curve, {}))
            for table in result.tables
        ],
        curves=_copy_curves(result, folder, out_folder) if folder else {},
        volumes=_volume_files(result, folder, out_folder) if folder else {},
    )


def _table(table: Table, number: int, curve: Curve) -> TableContent:
    caption, rows = caption_of(table, curve), numbers_of(table, curve)
    return TableContent(table.curve, table.columns, caption, number=number, rows=rows)


def _rule(rule: Rule, result: Result, rates: Optional[BaseRates]) -> RuleContent:
    names = set(RuleContent.__struct_fields__) - {"broken", "real_maps"}
    broken = any(warning.rule == rule.id for warning in result.warnings)
    return RuleContent(
        **{name: getattr(rule, name) for name in names},
        broken=broken,
        real_maps=rates.rules.get(rule.id) if rates else None,
    )


def _copy_curves(result: Result, folder: Path, out_folder: Path) -> Dict[str, str]:
    """Copy the curves into the report; their names there, from the folder of the report."""
    (out_folder / CURVES).mkdir(exist_ok=True)
    files = {}
    for name in result.curves:
        files[name] = f"{CURVES}/{result.id}_{name}.csv"
        shutil.copyfile(folder / f"{name}.csv", out_folder / files[name])
    return files


def _volume_files(result: Result, folder: Path, out_folder: Path) -> Dict[str, str]:
    """The maps stay where they are; paths from the report, or bare names if they are far away."""
    way = os.path.relpath(folder, out_folder)
    near = Path(way).parts.count(os.pardir) <= _NEAR
    return {
        name: (Path(way) / f"{name}.mrc").as_posix() if near else f"{name}.mrc"
        for name in result.volumes
    }
