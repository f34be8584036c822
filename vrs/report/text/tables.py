"""Curves printed as tables: captions and cells, for reports and windows alike."""

from __future__ import annotations

import math
from typing import List, Optional, Sequence, Tuple

from vrs.checks.curves import Curve
from vrs.checks.figures import Table, TableColumn
from vrs.report.model import Number, TableContent
from vrs.report.text import words

Row = Tuple[str, ...]


def absent_columns(table: Table, curve: Curve) -> List[str]:
    """Columns of the table that the curve lacks: then the table cannot be printed."""
    return [column.column for column in table.columns if column.column not in curve]


def caption_of(table: Table, curve: Curve) -> str:
    """The caption in plain text; it names the columns that are missing."""
    absent = absent_columns(table, curve)
    if not absent:
        return table.caption
    return f"{table.caption} Not printed: the data lack {words.in_words(absent)}."


def numbers_of(table: Table, curve: Curve) -> List[List[Optional[Number]]]:
    """The numbers with full precision, None for a missing one; no rows if a column is missing."""
    if absent_columns(table, curve):
        return []
    columns = [curve[column.column].tolist() for column in table.columns]
    return [
        [_number(value, column) for value, column in zip(row, table.columns)]
        for row in zip(*columns)
    ]


def rows_of(table: Table, curve: Curve) -> List[Row]:
    return _cells(table.columns, numbers_of(table, curve))


def cells_of(table: TableContent) -> List[Row]:
    return _cells(table.columns, table.rows)


def _cells(columns: Sequence[TableColumn], rows: Sequence[Sequence[Optional[Number]]]) -> List[Row]:
    return [
        tuple(
            "–" if value is None else format(value, column.format)
            for value, column in zip(row, columns)
        )
        for row in rows
    ]


def _number(value: float, column: TableColumn) -> Optional[Number]:
    """A whole number where the table prints one."""
    if not math.isfinite(value):
        return None
    return int(round(value)) if column.is_whole else value
