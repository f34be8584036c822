"""The section on the entry of the map, and who answers for the report."""

from __future__ import annotations

from typing import Any, List

from pylatex import MiniPage, MultiColumn, NoEscape, SmallText, StandAloneGraphic
from pylatex.base_classes import Container, Options
from pylatex.base_classes.containers import Fragment

from vrs.report.model import Contact, EntryComparison, Report
from vrs.report.outline import PlacedPart
from vrs.report.pdf.escape import escape, escape_url, joined
from vrs.report.pdf.latex import (
    Command,
    MinorSection,
    Text,
    columns_of,
    faint,
    heading,
    in_colour,
    long_table,
    room,
)
from vrs.report.text import links
from vrs.report.text.entry import (
    AGREEMENTS,
    CONTACT,
    Piece,
    Row,
    columns,
    opening,
    section_rows,
    what_else,
    what_is_there,
)

_COLOURS = {"agrees": "ok", "usual": "ok", "differs": "caution", "open": "faint"}


def entry_section(report: Report, part: PlacedPart) -> Container:
    """What the entry says beside what was measured, and what else it says."""
    entry = report.entry
    assert entry is not None
    section = heading(part)
    section.append(Text(escape(opening(entry))))
    rows = [line for compared in report.entry_comparisons for line in _lines(compared)]
    grid = long_table(columns_of((28, 52, 52, 22)), [escape(name) for name in columns(entry)], rows)
    section.append(SmallText([grid]))
    section.extend(Text(escape(sentence)) for sentence in what_is_there(entry))
    facts = [[faint(escape(row.label)), pieces(row)] for row in section_rows(entry)]
    said = long_table(columns_of((36, 126)), ["", escape(columns(entry)[1])], facts)
    section.append(MinorSection(escape(what_else(entry)), SmallText([said])))
    return Fragment(data=[room(20), section])


def _lines(compared: EntryComparison) -> List[List[Any]]:
    """A quantity in a row, and what follows from it in the next."""
    agreement = in_colour(_COLOURS[compared.agreement], escape(AGREEMENTS[compared.agreement]))
    row = [escape(compared.quantity), escape(compared.stated), escape(compared.measured), agreement]
    if not compared.text:
        return [row]
    spread = MultiColumn(3, align=NoEscape("L{130mm}"), data=[faint(escape(compared.text))])
    return [row, ["", spread]]


def pieces(row: Row) -> NoEscape:
    """The code of a value, its links included."""
    return joined(*(code for piece in row.pieces for code in _piece(piece)))


def _piece(piece: Piece) -> List[Any]:
    """A piece, with the blanks at its ends, which a text of its own would lose."""
    code = _linked(piece.text, piece.url) if piece.url else escape(piece.text)
    blank = NoEscape(" ")
    before, after = piece.text.startswith(" "), piece.text.endswith(" ")
    return [*[blank] * before, code, *[blank] * after]


def _linked(text: str, url: str) -> Command:
    return Command("href", [escape_url(url), escape(text)])


def contact_box(contact: Contact) -> Container:
    """Who answers for the report: logo, name, addresses."""
    lines: List[Any] = [faint(CONTACT)]
    lines += [in_colour("accent", escape(contact.name))] if contact.name else []
    lines += [escape(contact.address)] if contact.address else []
    ways = [
        _linked(text, url) if url else escape(text)
        for text, url in (
            (contact.email, links.mail_to(contact.email)),
            (contact.page, links.web_page(contact.page)),
        )
        if text
    ]
    lines += [joined(*ways, between=r"\enspace ")] if ways else []
    said = SmallText([joined(*lines, between=r"\\ ")])
    if not contact.logo:
        return Text(said)
    size = Options(NoEscape(r"width=\linewidth,height=16mm,keepaspectratio"))
    logo = StandAloneGraphic(contact.logo, image_options=size)
    return Text(
        MiniPage(width=NoEscape(r"0.18\linewidth"), pos="c", data=[logo]),
        Command("hfill"),
        MiniPage(width=NoEscape(r"0.79\linewidth"), pos="c", data=[said]),
    )
