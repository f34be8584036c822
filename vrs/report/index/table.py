"""index.csv: a row for each map, for spreadsheets and programs."""

from __future__ import annotations

import csv
import io
from typing import Iterator, List, Optional, Union

from vrs.report.index.model import Index, IndexedMap
from vrs.report.text.terminal import harmless

Cell = Union[str, int, float, None]

_COMMANDS = ("=", "+", "-", "@", "\t", "\r")
_FIRST = (
    "name", "state", "reason", "title", "file", "resolution", "overall", "findings",
)  # fmt: skip
_LAST = ("seconds", "version", "date", "page")


def table_of(index: Index) -> str:
    """The index as CSV: numbers with full precision, "" for what does not exist.

    The columns of a level are ``passed`` and ``evaluated``, those of a check its status, and those
    of a rule its number; the findings are identifiers, with blanks between them. A text that a
    spreadsheet would take for a formula begins with an apostrophe.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(_headings(index))
    for row in index.maps:
        writer.writerow([_cell(value) for value in _values(row, index)])
    return stream.getvalue()


def _headings(index: Index) -> List[str]:
    scores = [f"{level} {what}" for level in index.levels for what in ("passed", "evaluated")]
    numbers = [f"{name} ({rule.unit})" if rule.unit else name for name, rule in index.rules.items()]
    return [*_FIRST, *scores, *index.checks, *numbers, *_LAST]


def _values(row: IndexedMap, index: Index) -> Iterator[Cell]:
    yield from (row.name, row.state, row.reason, row.title, row.file, row.resolution)
    yield row.overall.text if row.overall else None
    yield " ".join(finding.id for finding in row.findings)
    for level in index.levels:
        score = row.scores.get(level)
        yield from (score.passed, score.evaluated) if score else (None, None)
    for name in index.checks:
        yield row.checks[name].status if name in row.checks else None
    for rule in index.rules:
        yield row.numbers[rule].value if rule in row.numbers else None
    yield from (row.seconds, row.version, row.date, row.page)


def _cell(value: Cell) -> Optional[Cell]:
    if not isinstance(value, str):
        return value
    text = " ".join(harmless(value).split())
    return f"'{text}" if text.startswith(_COMMANDS) else text
