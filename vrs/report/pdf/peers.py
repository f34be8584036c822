"""The place of the map among those of a reference set, with small strips."""

from __future__ import annotations

from typing import Any, List

from pylatex import FootnoteText, Hyperref, Itemize, NoEscape, SmallText
from pylatex.base_classes import Container
from pylatex.base_classes.containers import Fragment

from vrs.report.figures.strip import HEIGHT, LEGEND, WIDTH, pdf
from vrs.report.model import Report
from vrs.report.outline import PlacedPart
from vrs.report.pdf.escape import escape, joined
from vrs.report.pdf.latex import (
    MinorSection,
    Text,
    columns_of,
    drawing,
    faint,
    heading,
    in_colour,
    long_table,
    marker,
    room,
    spread,
)
from vrs.report.text.peers import (
    HEADINGS,
    LOGARITHMIC,
    OF_FINDINGS,
    PlacedNumber,
    placed_findings,
    placed_numbers,
)
from vrs.report.text.verdict import limit, quantity

_WIDTHS = (30, 47, 43, 34)
"""Of the columns, in mm."""


def peers_section(report: Report, part: PlacedPart) -> Container:
    """A row for each deciding value, and a line for each finding."""
    assert report.peers is not None
    section = heading(part)
    section.append(Text(escape(report.peers.text)))
    rows = [_row(row) for row in placed_numbers(report)]
    if rows:
        grid = long_table(columns_of(_WIDTHS), [escape(name) for name in HEADINGS], rows)
        section.append(SmallText([grid]))
        section.append(FootnoteText([Text(faint(escape(LEGEND)))]))
    findings = placed_findings(report)
    if findings:
        listed = Itemize()
        for finding, place in findings:
            listed.add_item(escape(f"{finding.title}: {place}."))
        section.extend([room(5), MinorSection(OF_FINDINGS, listed)])
    return Fragment(data=[room(20), section])


def _row(row: PlacedNumber) -> List[Any]:
    colour = "warnings" if row.decision.broken else "ok"
    blank = NoEscape(" ")
    value = joined(
        quantity(row.decision), ":", blank, in_colour(colour, escape(row.decision.text)), blank,
        faint(escape(limit(row.decision))),
    )  # fmt: skip
    link = Hyperref(marker(row.check), escape(row.check.heading)) if row.is_first else ""
    return [link, value, _strip(row) if row.strip else "–", escape(row.place)]


def _strip(row: PlacedNumber) -> NoEscape:
    """The drawing with the numbers at its ends below it."""
    assert row.strip is not None
    first, last = (escape(end) for end in row.ends)
    between = escape(LOGARITHMIC) if row.strip.is_logarithmic else NoEscape("")
    # Screen readers skip the drawing, as the row says the same.
    drawn = drawing(pdf(row.strip), WIDTH, HEIGHT)
    return joined(drawn, NoEscape(r"\newline "), spread((first, between, last), WIDTH))
