"""A comparison as plain text for the terminal."""

from __future__ import annotations

import io
from typing import Iterable, List, Optional, Sequence, Tuple

from rich.box import SIMPLE_HEAD
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from vrs.report.compare.comparison import Comparison
from vrs.report.compare.numbers import NumberRow, difference_headings
from vrs.report.compare.rows import CheckRow, Outcome
from vrs.report.model import CheckContent
from vrs.report.text.screen import Screen

_COLUMNS = 100
NARROW = 80
"""With fewer columns, or more than two reports, values stand below each other."""

_NOTHING = (Outcome.SAME, Outcome.NEITHER)


def text_of(comparison: Comparison, columns: int = _COLUMNS) -> str:
    """Subject, identity, statuses, what is not comparable, and the numbers that differ."""
    stream = io.StringIO()
    console = Screen(file=stream, width=columns, color_system=None)
    narrow = columns < NARROW or len(comparison.reports) > 2
    console.print(comparison.subject)
    console.print()
    console.print((_stacked_identity if narrow else _identity)(comparison))
    console.print()
    for sentence in comparison.summary:
        console.print(sentence)
    console.print((_stacked_verdict if narrow else _verdict)(comparison))
    if comparison.obstacles:
        console.print("Before comparing numbers:")
        for topic, sentence in comparison.obstacles:
            console.print(Padding(f"{topic}: {sentence}", (0, 0, 0, 2)))
    else:
        console.print(comparison.comparable)
    console.print()
    if any(row.differing for row in comparison.sections):
        console.print((_stacked_numbers if narrow else _numbers)(comparison))
    else:
        console.print("All measured numbers are the same.")
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines())


def _identity(comparison: Comparison) -> Table:
    table = Table("", *comparison.labels, box=None, padding=(0, 2, 0, 0))
    for label, values in comparison.identity:
        table.add_row(*map(Text, (label, *values)))
    return table


def _stacked_identity(comparison: Comparison) -> Table:
    return _stack(
        (label, [values[0]] if len(set(values)) == 1
         else [f"{name}: {value}" for name, value in zip(comparison.labels, values)])
        for label, values in comparison.identity
    )  # fmt: skip


def _stacked_verdict(comparison: Comparison) -> Table:
    return _stack(
        (
            f"{row.id}  {row.title}",
            [*(f"{label}: {_status(row, check)}" for label, check in row.sides), *_outcomes(row)],
        )
        for row in comparison.checks
    )


def _stacked_numbers(comparison: Comparison) -> Table:
    of_two = len(comparison.reports) == 2
    change = "" if of_two else f"{difference_headings(comparison.reports)[0]} "
    return _stack(
        (
            f"{row.id}  {row.title}: {_quantity(number)}",
            [
                ", ".join(f"{label}: {value}" for label, value in zip(comparison.labels, line))
                + (f" ({change}{line[-2]})" if line[-2] else "")
                for line in number.lines
            ],
        )
        for row in comparison.sections
        for number in row.differing
        if not number.is_long
    )


def _stack(entries: Iterable[Tuple[str, Sequence[str]]]) -> Table:
    """Headings, and their lines below them."""
    table = Table.grid()
    table.add_column(overflow="fold")
    for heading, lines in entries:
        table.add_row(Text(heading))
        for line in lines:
            table.add_row(Padding(Text(line), (0, 0, 0, 4)))
    return table


def _outcomes(row: CheckRow) -> List[str]:
    """How the checks of the reports ended against that of A, and why."""
    return [
        text
        for printed, outcome, reasons in row.against_first
        for text in (printed, *(() if outcome in _NOTHING else reasons))
    ]


def _verdict(comparison: Comparison) -> Table:
    table = Table("Check", *comparison.labels, "By the published rules", box=SIMPLE_HEAD)
    for row in comparison.checks:
        statuses = (_status(row, check) for check in row.checks)
        cells = (f"{row.id}  {row.title}", *statuses, "\n".join(_outcomes(row)))
        table.add_row(*map(Text, cells))
    return table


def _status(row: CheckRow, check: Optional[CheckContent]) -> str:
    if check is None:
        return "absent"
    decision = row.deciding(check)
    return f"{check.status_text}: {decision.text}" if decision else check.status_text


def _numbers(comparison: Comparison) -> Table:
    table = Table("Numbers that differ", box=SIMPLE_HEAD)
    for heading in (*comparison.labels, *difference_headings(comparison.reports)):
        table.add_column(heading, justify="right")
    for row in comparison.sections:
        differing = [number for number in row.differing if not number.is_long]
        if differing:
            table.add_row(Text(f"{row.id}  {row.title}"))
        for number in differing:
            table.add_row(*_cells(number))
    return table


def _cells(row: NumberRow) -> Sequence[Text]:
    """The definition, and one line per number beside it."""
    columns = ("\n".join(column) for column in zip(*row.lines))
    return [Text(_quantity(row)), *(Text(column, no_wrap=True) for column in columns)]


def _quantity(row: NumberRow) -> str:
    return f"{row.definition} ({row.unit})" if row.unit else row.definition
