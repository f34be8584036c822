"""From the folders of the results to the folder of the report."""

from __future__ import annotations

import os
import shutil
import time
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from vrs.checks.level import CheckInfo, Level
from vrs.checks.result import Check
from vrs.level0.criteria import CRITERIA
from vrs.maps import DensityMap
from vrs.report.figures.drawing import draw_all
from vrs.report.html.page import make_page
from vrs.report.loading import load_checks, load_preparation
from vrs.report.model import DrawnFigure, Report, Section
from vrs.report.pdf.compile import PdfUnavailable, make_pdf
from vrs.report.pdf.document import document
from vrs.report.provenance import provenance
from vrs.report.surfaces.chimerax_script import write_scenes

REPORT_FILE = "report.json"
HTML_FILE = "report.html"
TEX_FILE = "report.tex"
REFERENCES_FILE = "references.bib"
CURVES = "curves"

_INPUT_INFO = CheckInfo("input", "Input data", "")
_SLICED = "map"
"""The prepared map that the slices of report.html go through."""

_NEAR = 3
"""Maps more folders up than this are named without their path, which tells about the computer."""


@dataclass(frozen=True)
class ReportFiles:
    """What was written.

    Attributes
    ----------
    json, html, tex : Path
    pdf : Path or None
        None if this computer cannot make a PDF; then ``pdf_problem`` is the sentence that says why.
    report : Report
    """

    json: Path
    html: Path
    tex: Path
    pdf: Optional[Path]
    pdf_problem: str
    report: Report


def build_report(
    preparation_folder: Path,
    check_folders: Sequence[Path],
    level: Level,
    out_folder: Path,
    *,
    title: str = "",
    entry: Optional[Mapping[str, Any]] = None,
    not_requested: Sequence[str] = (),
    command_line: str = "",
    workflow_file: str = "",
    seconds: Optional[float] = None,
    date: Optional[datetime] = None,
    pdf: bool = True,
) -> ReportFiles:
    """Write report.json, .html, .tex and .pdf, references.bib, figures/ and curves/.

    Parameters
    ----------
    preparation_folder : Path
        Holds input.json, check.json and the prepared maps.
    check_folders : sequence of Path
        Each holds the check.json of a check; their order does not matter.
    level : Level
        Decides which checks the report has and in which order.
    out_folder : Path
    title : str
        Title of the map; by default that of ``entry``, or none.
    entry : mapping, optional
        What a data bank says about the map ("id", "title", "authors", "deposited", "url", ...);
        by default what the preparation recorded.
    not_requested : sequence of str
        Identifiers of checks that the user left out.
    command_line, workflow_file : str
        How to get the same report again.
    seconds : float, optional
        Time of the whole run.
    date : datetime, optional
        By default now.
    pdf : bool
        False leaves out the run of pdflatex.

    Raises
    ------
    ReportError
        If the prepared map cannot be read.
    PdfError
        If pdflatex fails on the report; report.json and report.html are there all the same.
    """
    start = time.perf_counter()
    out_folder.mkdir(parents=True, exist_ok=True)
    record, prepared = load_preparation(preparation_folder)
    if entry is not None:
        record["entry"] = dict(entry)
    found, notes = load_checks(check_folders, level, not_requested)
    checks = [check for check, _ in found]
    figures = draw_all([prepared, *checks], prepared.volumes, record["contour"], out_folder)
    numbers = ["1", *(f"2.{index}" for index in range(1, len(checks) + 1))]
    sections = [
        _section(number, info, check, folder, drawn, out_folder)
        for number, info, (check, folder), drawn in zip(
            numbers,
            [_INPUT_INFO, *level.checks],
            [(prepared, preparation_folder), *found],
            figures,
        )
    ]
    made = provenance(
        [prepared, *checks],
        date or datetime.now(timezone.utc),
        command_line,
        workflow_file,
        seconds,
        time.perf_counter() - start,
    )
    report = Report(
        title=title or str((record.get("entry") or {}).get("title") or ""),
        level=level,
        input=record,
        input_section=sections[0],
        sections=tuple(sections[1:]),
        provenance=made,
        notes=tuple(notes),
    )
    return _write(report, out_folder, prepared.volumes.get(_SLICED), pdf)


def _write(
    report: Report, out_folder: Path, density: Optional[DensityMap], pdf: bool
) -> ReportFiles:
    json_file, html_file, tex_file = (
        out_folder / name for name in (REPORT_FILE, HTML_FILE, TEX_FILE)
    )
    tex_file.with_suffix(".pdf").unlink(missing_ok=True)  # one of an earlier run would contradict
    html_file.unlink(missing_ok=True)
    page = make_page(report, out_folder, density)
    report = replace(report, slice_viewer=page.slice_viewer)
    report.save(json_file)
    write_scenes(report.to_dict(), out_folder)
    (out_folder / REFERENCES_FILE).write_text(report.methods.bibtex, encoding="ascii")
    html_file.write_text(page.text, encoding="utf-8", errors="backslashreplace")
    tex_file.write_text(document(report), encoding="utf-8", errors="backslashreplace")
    problem = "" if pdf else "A PDF was not asked for."
    pdf_file: Optional[Path] = None
    try:
        if pdf:
            pdf_file = make_pdf(tex_file, _figure_files(report, out_folder))
    except PdfUnavailable as unavailable:
        problem = str(unavailable)
    return ReportFiles(json_file, html_file, tex_file, pdf_file, problem, report)


def _section(
    number: str,
    info: CheckInfo,
    check: Check,
    folder: Optional[Path],
    figures: Tuple[DrawnFigure, ...],
    out_folder: Path,
) -> Section:
    return Section(
        number=number,
        info=info,
        check=check,
        criteria=tuple(CRITERIA[name] for name in check.criteria),
        figures=figures,
        curve_files=_copy_curves(check, folder, out_folder) if folder else {},
        volume_files=_volume_files(check, folder, out_folder) if folder else {},
    )


def _copy_curves(check: Check, folder: Path, out_folder: Path) -> Dict[str, str]:
    """Copy the curves into the report; their names there, from the folder of the report."""
    (out_folder / CURVES).mkdir(exist_ok=True)
    files = {}
    for name in check.curves:
        files[name] = f"{CURVES}/{check.id}_{name}.csv"
        shutil.copyfile(folder / f"{name}.csv", out_folder / files[name])
    return files


def _volume_files(check: Check, folder: Path, out_folder: Path) -> Dict[str, str]:
    """The maps stay where they are; paths from the report, or bare names if they are far away."""
    way = os.path.relpath(folder, out_folder)
    near = Path(way).parts.count(os.pardir) <= _NEAR
    return {
        name: (Path(way) / f"{name}.mrc").as_posix() if near else f"{name}.mrc"
        for name in check.volumes
    }


def _figure_files(report: Report, out_folder: Path) -> List[Path]:
    sections = (report.input_section, *report.sections)
    drawn = [drawn for section in sections for drawn in section.figures]
    return [out_folder / file for one in drawn for file in (one.file, one.thumbnail) if file]
