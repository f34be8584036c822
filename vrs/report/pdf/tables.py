"""Curves printed as tables; long ones are folded into columns side by side."""

from __future__ import annotations

import math
from typing import List, Sequence, Tuple

from vrs.checks.curves import Curve
from vrs.checks.figures import Table
from vrs.report.pdf.escape import escape
from vrs.report.text import words

_ROWS_IN_ONE_BLOCK = 26
_MOST_BLOCKS = 3
_NEVER_BROKEN = 26
_LETTERS_ACROSS = 96
_GAP = 3

Row = Tuple[str, ...]


def curve_table(table: Table, curve: Curve, label: str) -> str:
    """LaTeX of a table with its caption above it; the caption says so if columns are missing."""
    caption = escape(caption_of(table, curve))
    if absent_columns(table, curve):
        return rf"\captionof{{table}}{{{caption}}}\label{{{label}}}\par"
    headings = tuple(column.heading for column in table.columns)
    return _longtable(caption, label, headings, rows_of(table, curve))


def absent_columns(table: Table, curve: Curve) -> List[str]:
    """Columns of the table that the curve lacks: then the table cannot be printed."""
    return [column.column for column in table.columns if column.column not in curve]


def caption_of(table: Table, curve: Curve) -> str:
    """The caption in plain text."""
    caption = words.sentence(table.caption)
    absent = absent_columns(table, curve)
    return f"{caption} Not printed: the data lack {words.in_words(absent)}." if absent else caption


def rows_of(table: Table, curve: Curve) -> List[Row]:
    """The cells of a table whose columns are all there."""
    return [
        tuple(formatted(value, column.format) for value, column in zip(values, table.columns))
        for values in zip(*(curve[column.column].tolist() for column in table.columns))
    ]


def formatted(value: float, specification: str) -> str:
    """A number in a cell; a dash for a missing one."""
    if not math.isfinite(value):
        return "–"
    if specification.endswith("d"):
        return format(int(round(value)), specification)
    return format(value, specification)


def _longtable(caption: str, label: str, headings: Row, rows: Sequence[Row]) -> str:
    blocks = _blocks(headings, rows)
    height = -(-len(rows) // blocks) if rows else 0
    columns = "r" * len(headings)
    layout = (r"@{\hspace{9mm}}").join([columns] * blocks)
    head = " & ".join([escape(heading) for heading in headings] * blocks)
    empty: Row = ("",) * len(headings)
    lines: List[str] = []
    for index in range(height):
        cells: List[str] = []
        for block in range(blocks):
            position = block * height + index
            cells += [escape(cell) for cell in (rows[position] if position < len(rows) else empty)]
        lines.append(" & ".join(cells) + r"\\")
    size = r"\small" if blocks == 1 else r"\footnotesize"
    room = 4 + (height if height <= _NEVER_BROKEN else 6)
    return (
        rf"\vrsroom{{{room}\baselineskip}}{{{size}\begin{{longtable}}{{@{{}}{layout}@{{}}}}"
        rf"\caption{{{caption}}}\label{{{label}}}\\[4pt]\toprule {head}\\\midrule\endfirsthead "
        rf"\toprule {head}\\\midrule\endhead \bottomrule\endfoot "
        + "\n".join(lines)
        + r"\end{longtable}}"
    )


def _blocks(headings: Row, rows: Sequence[Row]) -> int:
    """How many blocks stand side by side: as many as the length asks for and the width allows."""
    width = (
        _GAP
        + sum(
            _GAP + max(len(heading), *(len(row[index]) for row in rows))
            for index, heading in enumerate(headings)
        )
        if rows
        else _LETTERS_ACROSS
    )
    wanted = -(-len(rows) // _ROWS_IN_ONE_BLOCK)
    return max(1, min(wanted, _MOST_BLOCKS, _LETTERS_ACROSS // width))
