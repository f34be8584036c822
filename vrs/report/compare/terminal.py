"""A comparison as plain text for the terminal."""

from __future__ import annotations

import io
from typing import Iterable, List, Optional, Sequence, Tuple

from rich.box import SIMPLE_HEAD
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from vrs.report.compare.numbers import NumberPair
from vrs.report.compare.pairs import CheckPair, Comparison, Outcome
from vrs.report.model import CheckContent
from vrs.report.text.screen import Screen

_COLUMNS = 100
NARROW = 80
"""With fewer columns the values of A and B stand below each other."""

_NOTHING = (Outcome.SAME, Outcome.NEITHER)


def text_of(comparison: Comparison, columns: int = _COLUMNS) -> str:
    """Identity, statuses, what is not comparable, and the numbers that differ."""
    stream = io.StringIO()
    console = Screen(file=stream, width=columns, color_system=None)
    narrow = columns < NARROW
    console.print((_stacked_identity if narrow else _identity)(comparison))
    console.print()
    for sentence in comparison.summary:
        console.print(sentence)
    console.print((_stacked_verdict if narrow else _verdict)(comparison.checks))
    if comparison.obstacles:
        console.print("Before comparing numbers:")
        for topic, sentence in comparison.obstacles:
            console.print(Padding(f"{topic}: {sentence}", (0, 0, 0, 2)))
    else:
        console.print(comparison.comparable)
    console.print()
    if any(pair.differing for pair in comparison.sections):
        console.print((_stacked_numbers if narrow else _numbers)(comparison.sections))
    else:
        console.print("All measured numbers are the same.")
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines())


def _identity(comparison: Comparison) -> Table:
    table = Table("", "A", "B", box=None, padding=(0, 2, 0, 0))
    for line in comparison.identity:
        table.add_row(*map(Text, line))
    return table


def _stacked_identity(comparison: Comparison) -> Table:
    return _stack(
        (label, [a] if a == b else [f"A: {a}", f"B: {b}"]) for label, a, b in comparison.identity
    )


def _stacked_verdict(checks: Sequence[CheckPair]) -> Table:
    return _stack(
        (
            f"{pair.id}  {pair.title}",
            [f"A: {_status(pair, pair.a)}", f"B: {_status(pair, pair.b)}", *_outcome(pair)],
        )
        for pair in checks
    )


def _stacked_numbers(sections: Sequence[CheckPair]) -> Table:
    return _stack(
        (
            f"{pair.id}  {pair.title}: {_quantity(number)}",
            [
                f"A: {a}, B: {b}{f' ({difference})' if difference else ''}"
                for a, b, difference, _ in number.lines
            ],
        )
        for pair in sections
        for number in pair.differing
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


def _outcome(pair: CheckPair) -> List[str]:
    """How the check of B ended against that of A, and why."""
    return [pair.outcome.value, *(() if pair.outcome in _NOTHING else pair.reasons)]


def _verdict(checks: Sequence[CheckPair]) -> Table:
    table = Table("Check", "A", "B", "By the published rules", box=SIMPLE_HEAD)
    for pair in checks:
        outcome = "\n".join(_outcome(pair))
        sides = (_status(pair, check) for check in (pair.a, pair.b))
        cells = (f"{pair.id}  {pair.title}", *sides, outcome)
        table.add_row(*map(Text, cells))
    return table


def _status(pair: CheckPair, check: Optional[CheckContent]) -> str:
    if check is None:
        return "absent"
    decision = pair.deciding(check)
    return f"{check.status_text}: {decision.text}" if decision else check.status_text


def _numbers(sections: Sequence[CheckPair]) -> Table:
    table = Table("Numbers that differ", box=SIMPLE_HEAD)
    for heading in ("A", "B", "B - A", "in % of A"):
        table.add_column(heading, justify="right")
    for pair in sections:
        differing = [number for number in pair.differing if not number.is_long]
        if differing:
            table.add_row(Text(f"{pair.id}  {pair.title}"))
        for number in differing:
            table.add_row(*_cells(number))
    return table


def _cells(pair: NumberPair) -> Sequence[Text]:
    """The definition, and one line per number beside it."""
    columns = ("\n".join(column) for column in zip(*pair.lines))
    return [Text(_quantity(pair)), *(Text(column, no_wrap=True) for column in columns)]


def _quantity(pair: NumberPair) -> str:
    return f"{pair.definition} ({pair.unit})" if pair.unit else pair.definition
