"""report.html: one file with everything in it, for any browser, without a server or a network."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional, Tuple

from vrs.checks.result import Severity
from vrs.maps import DensityMap
from vrs.report.figures.plots import screen
from vrs.report.html.slice_stack import SliceStack, make_stack
from vrs.report.html.templates import LARGEST_FILE, data_uri, size_of, template
from vrs.report.model import Report, Section
from vrs.report.pdf.tables import Row, absent_columns, caption_of, rows_of
from vrs.report.text import provenance as colophon
from vrs.report.text import words
from vrs.report.text.verdict import advised, verdict_rows

_QUALITIES = ((1.0, 160), (1.0, 128), (0.7, 96), (0.5, 64), (0.3, 48), (0.0, 32))
"""Scale of the pictures and longest side of the slices, tried in turn; 0: no pictures."""

_LONG_TABLE = 26
"""Longer tables are folded."""

_SEVERITIES = (Severity.PROBLEM, Severity.CAUTION, Severity.NOTE)


@dataclass(frozen=True)
class Page:
    """The text of report.html, and the numbers of its slices for report.json."""

    text: str
    slice_viewer: Optional[Dict[str, Any]]


@dataclass(frozen=True)
class PrintedTable:
    """A table of the page, numbered through the report."""

    number: int
    caption: str
    headings: Row
    rows: List[Row]

    @property
    def folded(self) -> bool:
        """Whether the page shows it only on request."""
        return len(self.rows) > _LONG_TABLE


def make_page(
    report: Report,
    report_folder: Path,
    density: Optional[DensityMap],
    largest_file: int = LARGEST_FILE,
) -> Page:
    """Lay out the report as a page of at most ``largest_file`` bytes.

    Parameters
    ----------
    report : Report
    report_folder : Path
        Holds the figures.
    density : DensityMap or None
        The map whose slices the page shows; None for none.
    largest_file : int
        Pictures and slices are made coarser until the page is not larger.
    """
    page = Page("", None)
    for scale, longest in _QUALITIES:
        stack = None if density is None else make_stack(density, report.input["contour"], longest)
        text = _render(report, report_folder, scale, stack)
        page = Page(text, None if stack is None else stack.details())
        if size_of(text) <= largest_file:
            break
    return page


def _render(report: Report, folder: Path, scale: float, stack: Optional[SliceStack]) -> str:
    sections = (report.input_section, *report.sections)
    pictures = {
        drawn.number: data_uri(screen(folder / drawn.file), scale)
        for section in sections
        for drawn in section.figures
        if drawn.file and scale
    }
    return template("report.html.j2").render(
        report=report,
        sections=sections,
        words=words,
        severities=_SEVERITIES,
        pictures=pictures,
        pictures_left_out=not scale,
        tables=_tables(sections),
        citations={reference.key: n for n, reference in enumerate(report.references, start=1)},
        colophon=colophon,
        header_lines=colophon.header_lines(report.input),
        engine_lines=colophon.engine_lines(report),
        stack=stack,
        advised=advised,
        verdict_rows=verdict_rows,
    )


def _tables(sections: Tuple[Section, ...]) -> Mapping[str, List[PrintedTable]]:
    """The tables by the number of their section."""
    found: Dict[str, List[PrintedTable]] = {}
    number = 0
    for section in sections:
        found[section.number] = []
        for table in section.check.tables:
            number += 1
            curve = section.check.curves.get(table.curve, {})
            whole = not absent_columns(table, curve)
            headings = tuple(column.heading for column in table.columns) if whole else ()
            rows = rows_of(table, curve) if whole else []
            found[section.number].append(
                PrintedTable(number, caption_of(table, curve), headings, rows)
            )
    return found
