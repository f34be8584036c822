"""report.html: one file with everything in it, for any browser, without a server or a network."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Dict, Optional

from vrs.maps import DensityMap
from vrs.report.html.rendering import data_uri, size_of, template
from vrs.report.html.slice_stack import SliceStack, make_stack
from vrs.report.model import Report, SliceViewer
from vrs.report.outline import HTML, outline
from vrs.report.text.evidence_groups import grouped
from vrs.report.text.summary import about
from vrs.report.text.tables import cells_of

LARGEST_PAGE = 4_000_000
"""Bytes of report.html."""

_QUALITIES = ((1.0, 160), (1.0, 128), (1.0, 96), (0.7, 96), (0.5, 64), (0.3, 48), (0.0, 32))
"""Scale of the pictures and longest side of the slices, tried in turn; 0: no pictures."""

_LONG_TABLE = 26
"""Longer tables are folded."""


@dataclass(frozen=True)
class Page:
    """The text of report.html, and the numbers of its slices for report.json."""

    text: str
    slice_viewer: Optional[SliceViewer]


def make_page(
    report: Report,
    report_folder: Path,
    density: Optional[DensityMap],
    largest_file: int = LARGEST_PAGE,
) -> Page:
    """Lay out the report as a page of at most ``largest_file`` bytes.

    Pictures, and the slices of the map if there is one, are made coarser until it is not larger.
    """
    page = Page("", None)
    for scale, longest in _QUALITIES:
        stack = None if density is None else make_stack(density, report.input.contour, longest)
        text = _render(report, report_folder, scale, stack)
        page = Page(text, None if stack is None else stack.details)
        if size_of(text) <= largest_file:
            break
    return page


def _render(report: Report, folder: Path, scale: float, stack: Optional[SliceStack]) -> str:
    """The page; ``template`` has a macro for every part of the outline."""
    pictures: Dict[int, str] = {
        drawn.number: data_uri(folder / drawn.file, scale)
        for section in report.sections
        for drawn in section.figures
        if drawn.file and scale
    }
    logo = report.contact.logo if report.contact else None
    return template("report.html.j2").render(
        report=report,
        parts=outline(report, HTML),
        pictures=pictures,
        pictures_left_out=not scale,
        cells_of=cells_of,
        grouped=grouped,
        long_table=_LONG_TABLE,
        citations={reference.key: reference.number for reference in report.references},
        stack=stack,
        logo=data_uri(folder / logo, 1.0) if logo else "",
        about=about(report),
    )
