"""Tables of a check; long ones are folded into blocks side by side, read down block by block."""

from __future__ import annotations

from typing import Any, List, Sequence

from pylatex import FootnoteText, Label, Marker, SmallText
from pylatex.base_classes import Container
from pylatex.base_classes.containers import Fragment

from vrs.report.model import CheckContent, TableContent
from vrs.report.pdf.escape import escape
from vrs.report.pdf.latex import Command, columns_of, in_colour, long_table, room
from vrs.report.text import words
from vrs.report.text.evidence_groups import grouped
from vrs.report.text.tables import Row, cells_of

_ROWS_IN_ONE_BLOCK = 14
_MOST_BLOCKS = 3
_NEVER_BROKEN = 26
_LETTERS_ACROSS = 96
_GAP = 3


def curve_table(table: TableContent) -> Container:
    """A numbered table with its caption above it; the caption alone if there are no rows."""
    rows = cells_of(table)
    if not rows:
        caption = Command("captionof", ["table", escape(table.caption)])
        return Fragment(data=[caption, Label(Marker(str(table.number), "table")), Command("par")])
    headings = tuple(column.heading for column in table.columns)
    blocks = _blocks(headings, rows)
    lines = folded(rows, blocks)
    columns = (r"@{\hspace{9mm}}").join(["r" * len(headings)] * blocks)
    printed = long_table(
        columns,
        [escape(heading) for heading in headings * blocks],
        [[escape(cell) for cell in line] for line in lines],
        escape(table.caption),
        table.number,
    )
    height = len(lines) if len(lines) <= _NEVER_BROKEN else 6
    size = SmallText if blocks == 1 else FootnoteText
    return Fragment(data=[room(4 + height), size([printed])])


def measurement_table(sections: Sequence[CheckContent], first: str) -> Container:
    """Every number of sections with its definition; ``first`` heads a column of their names."""
    rows = [
        [
            escape("" if index else content.id if content.is_check else content.title),
            escape(quantity.definition),
            escape(words.measurement(quantity)),
        ]
        for content in sections
        for index, quantity in enumerate(content.measurements.values())
    ]
    return long_table(columns_of((16, 88, 54)), [first, "Measurement", "Value"], rows)


def evidence_table(evidence: CheckContent) -> Container:
    """The evidence under headings, with the digits of a sentence."""
    rows: List[List[Any]] = []
    for heading, group in grouped(evidence.measurements):
        rows.append([in_colour("accent", escape(heading)), ""])
        rows += [[escape(q.definition), escape(words.rounded(q))] for q in group]
    return long_table(columns_of((110, 48)), ["Measurement", "Value"], rows)


def folded(rows: Sequence[Row], blocks: int) -> List[Row]:
    """The rows in blocks side by side: down the first block, then down the next.

    >>> folded([("a",), ("b",), ("c",), ("d",), ("e",)], blocks=2)
    [('a', 'd'), ('b', 'e'), ('c', '')]
    """
    height = -(-len(rows) // blocks)
    empty = ("",) * len(rows[0])
    padded = [*rows, *[empty] * (height * blocks - len(rows))]
    return [
        tuple(cell for block in range(blocks) for cell in padded[block * height + line])
        for line in range(height)
    ]


def _blocks(headings: Row, rows: Sequence[Row]) -> int:
    """How many blocks stand side by side: as many as the length asks for and the width allows."""
    widths = (max(map(len, column)) for column in zip(headings, *rows))
    width = _GAP + sum(_GAP + letters for letters in widths)
    wanted = -(-len(rows) // _ROWS_IN_ONE_BLOCK)
    return max(1, min(wanted, _MOST_BLOCKS, _LETTERS_ACROSS // width))
