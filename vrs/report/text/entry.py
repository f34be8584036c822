"""What an entry says, as rows of the cover and of the section on the entry.

A value is made of pieces, some of which lead to a page. Long lists and texts are cut, and say so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Dict, Iterator, List, Optional, Sequence, Tuple

from vrs.checks.entry import OBSOLETE, RELEASED, STATES, Entry
from vrs.checks.inputs import InputRecord
from vrs.maps.printing import count, grouped
from vrs.report.text import links, words

MOST_AUTHORS, MOST_NAMES = 20, 12
"""Longer lists of authors, and of files, models and programs, are cut."""

LONGEST_TEXT, LONGEST_WORDS, LONGEST_NAME = 600, 120, 50
"""Letters of a text, as titles of the archive have up to 500, of a few words, and of a name."""

_LONGEST_AUTHORS = MOST_AUTHORS * (LONGEST_NAME + 3) + 40

AGREEMENTS = {"agrees": "agrees", "usual": "usual", "differs": "differs", "open": "not judged"}
"""How a comparison ended, as printed."""

REPORT_WRITTEN, CONTACT = "Report written", "Contact"
"""Labels of the date of the report, which is none of the entry, and of who answers for it."""

PUBLIC = "This report has been generated based on data publicly available at EMDB."
WITH_ENTRY = (
    "This report has been generated from a map file, with what the header of its entry says."
)

FROM_A_FILE = "This report has been generated from a map file, with values from"


@dataclass(frozen=True)
class Piece:
    """A part of a value: its text, and the address that it leads to or ""."""

    text: str
    url: str = ""


@dataclass(frozen=True)
class Row:
    """A label, and the pieces of its value."""

    label: str
    pieces: Tuple[Piece, ...]

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


def is_public(record: InputRecord) -> bool:
    """Whether the map is that of a released entry, by the name of its file and by its header."""
    entry = record.entry
    if entry is None or not links.entry_page(entry.id):
        return False
    released = entry.status in (RELEASED, OBSOLETE) or (entry.status is None and entry.released)
    name = f"emd_{entry.id.partition('-')[2]}."
    if entry.source or any(one.is_of_another_map for one in record.entry_disagreements):
        return False
    return bool(released) and record.file.lower().startswith(name)


def kind_of_report(record: InputRecord) -> str:
    """The line at the top of the cover."""
    if is_public(record):
        return "Report on public data of EMDB"
    return "Report on a map file of an entry" if record.entry else "Report on a map file"


def about_the_data(record: InputRecord) -> str:
    """The sentence of the cover on where the data come from; "" for a map file alone."""
    if record.entry is None:
        return ""
    if record.entry.source:
        source = cut(record.entry.source, LONGEST_WORDS)
        return f"{FROM_A_FILE} {source}."
    return PUBLIC if is_public(record) else WITH_ENTRY


def named(entry: Entry) -> str:
    """An entry in a line of text.

    >>> named(Entry(id="EMD-3488", status="OBS", superseded_by="EMD-3651"))
    'EMD-3488 (obsolete, replaced by EMD-3651)'
    >>> named(Entry(id="EMD-3488", status="REL"))
    'EMD-3488'
    """
    state = "" if entry.status == RELEASED else cut(entry.state, LONGEST_WORDS)
    return f"{entry.id} ({state})" if state else entry.id


def in_one_line(record: InputRecord) -> str:
    """The entry and the values that belong to its map with their sources; "" without an entry."""
    if record.entry is None:
        return ""
    title = f": {cut(record.entry.title)}" if record.entry.title else ""
    resolution = "no reported resolution"
    if record.resolution is not None:
        resolution = f"reported resolution {words.resolution(record)}"
    start = ended(f"{named(record.entry)}{title}")
    return f"{start} Contour level {words.contour(record)}; {resolution}."


def cover_rows(entry: Optional[Entry], title: str = "") -> List[Row]:
    """What the cover says about an entry, without the title if it is that of the report."""
    if entry is None:
        return []
    rows = [
        Row("EMDB entry", (linked_entry(entry.id),)),
        _plain("Title", "" if entry.title == title else entry.title, LONGEST_TEXT),
        _plain("Authors", authors(entry.authors), _LONGEST_AUTHORS),
        _plain("Deposited on", entry.deposited),
        _plain("Released on", entry.released),
        *_status_if_unusual(entry),
        _plain("Method", method(entry)),
    ]
    return [row for row in rows if row.text]


def section_rows(entry: Entry) -> List[Row]:
    """Everything else that the entry says, in the section about it."""
    rows = [
        Row("Entry", (linked_entry(entry.id),)),
        _plain("Title", entry.title, LONGEST_TEXT),
        _plain("Authors", authors(entry.authors), _LONGEST_AUTHORS),
        _plain("Status", status(entry)),
        *_successor(entry),
        _plain("Dates", _dates(entry)),
        _plain("Method", method(entry)),
        _plain("Particles", grouped(str(entry.particles)) if entry.particles else ""),
        _plain("Microscope", entry.microscope),
        _plain("Software", _some(_programs(entry)), LONGEST_TEXT),
        Row("Fitted models", tuple(_listed(entry.fitted_models, links.model_page))),
        _plain("Half maps", _some(entry.half_maps), LONGEST_TEXT),
        _plain("Masks", _some(entry.masks), LONGEST_TEXT),
        _plain("Additional maps", _some(entry.additional_maps), LONGEST_TEXT),
        *_citation(entry),
    ]
    return [row for row in rows if row.text]


def opening(entry: Entry) -> str:
    """The first sentence of the section."""
    said = f"What the header of the entry {entry.id} says"
    if entry.source:
        said = f"Values of {entry.id} from {cut(entry.source, LONGEST_WORDS)}"
    return f"{said}, beside what was measured on the map of this report. Nothing of it is scored."


def columns(entry: Entry) -> Tuple[str, str, str, str]:
    """Headings of the comparison."""
    stated = "Known of it" if entry.source else "In the entry"
    return "Quantity", stated, "In this report", "Agreement"


def what_else(entry: Entry) -> str:
    """Heading of the rows without a comparison."""
    return "What else is known of it" if entry.source else "What else the entry says"


def not_stated(entry: Entry) -> str:
    """For a value that is missing: that the entry has none, or that its header was not read."""
    return "not known here" if entry.source else "not stated"


def what_is_there(entry: Entry) -> List[str]:
    """Sentences on the data that a report of a higher level would examine."""
    sentences = []
    if entry.half_maps:
        sentences.append(
            f"Half maps are there ({count(len(entry.half_maps), 'file')}): a report of level 1 "
            "would examine them. This one does not."
        )
    if entry.fitted_models:
        noun = "model is" if len(entry.fitted_models) == 1 else "models are"
        sentences.append(
            f"{len(entry.fitted_models)} fitted {noun} there: a report with the qualifier A would "
            "examine the fit. This one does not."
        )
    return sentences


def linked_entry(identifier: str) -> Piece:
    """An identifier of EMDB that leads to its page."""
    return Piece(cut(identifier, LONGEST_WORDS), links.entry_page(identifier))


def authors(names: Sequence[str]) -> str:
    """All authors, or the first ones and how many more there are."""
    if len(names) <= MOST_AUTHORS:
        return ", ".join(names)
    shown = ", ".join(cut(name, LONGEST_NAME) for name in names[:MOST_AUTHORS])
    return f"{shown} and {len(names) - MOST_AUTHORS} more, see the entry"


def method(entry: Entry) -> str:
    return ", ".join(filter(None, (entry.method, entry.kind)))


def status(entry: Entry) -> str:
    """The state of the entry in words, "" if the header does not say it."""
    return STATES.get(entry.status, STATES["PROC"]) if entry.status else ""


def _status_if_unusual(entry: Entry) -> List[Row]:
    if entry.status in (None, RELEASED):
        return []
    return [_plain("Status", status(entry)), *_successor(entry)]


def _successor(entry: Entry) -> List[Row]:
    """The entry that replaces this one."""
    if not entry.superseded_by:
        return []
    return [Row("Replaced by", (linked_entry(entry.superseded_by),))]


def _citation(entry: Entry) -> List[Row]:
    if entry.citation is None:
        return []
    title, doi = entry.citation.title or "", entry.citation.doi or ""
    pieces = [Piece(cut(title, LONGEST_TEXT))] if title else []
    if doi:
        pieces = [Piece(f"{ended(pieces[0].text)} ")] if title else []
        pieces.append(Piece(f"doi:{cut(doi, LONGEST_WORDS)}", links.doi_page(doi)))
    return [Row("Primary citation", tuple(pieces))]


def _dates(entry: Entry) -> str:
    dates = (
        ("deposited", entry.deposited), ("released", entry.released), ("updated", entry.updated),
    )  # fmt: skip
    return ", ".join(f"{name} {date}" for name, date in dates if date)


def _programs(entry: Entry) -> List[str]:
    """The programs, each with its steps once."""
    steps: Dict[str, List[str]] = {}
    for program in entry.software:
        name = " ".join(filter(None, (program.name, program.version)))
        steps.setdefault(name, []).append(program.step)
    return [f"{name} ({', '.join(dict.fromkeys(of))})" for name, of in steps.items()]


def _listed(names: Sequence[str], page: Callable[[str], str]) -> Iterator[Piece]:
    for index, name in enumerate(names[:MOST_NAMES]):
        if index:
            yield Piece(", ")
        yield Piece(cut(name, LONGEST_WORDS), page(name))
    if len(names) > MOST_NAMES:
        yield Piece(f" and {len(names) - MOST_NAMES} more")


def _some(names: Sequence[str]) -> str:
    return "".join(piece.text for piece in _listed(names, lambda name: ""))


def _plain(label: str, text: Optional[str], longest: int = LONGEST_WORDS) -> Row:
    return Row(label, (Piece(cut(text or "", longest)),))


def ended(text: str) -> str:
    """The text as a sentence.

    >>> ended("Haemoglobin at 3.2 Å"), ended("Haemoglobin.")
    ('Haemoglobin at 3.2 Å.', 'Haemoglobin.')
    """
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def cut(text: str, longest: int = LONGEST_TEXT) -> str:
    """The text, or its beginning.

    >>> cut("haemoglobin", 20), cut("haemoglobin at 3.2 Å", 12)
    ('haemoglobin', 'haemoglobin…')
    """
    return text if len(text) <= longest else f"{text[:longest].rstrip()}…"
