"""A comparison as plain text for the terminal."""

from __future__ import annotations

import io
from typing import Optional, Sequence

from rich.box import SIMPLE_HEAD
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from vrs.report.compare.numbers import NumberPair
from vrs.report.compare.pairs import CheckPair, Comparison, Outcome
from vrs.report.model import CheckContent
from vrs.report.text.screen import Screen

_COLUMNS = 100
_NOTHING = (Outcome.SAME, Outcome.NEITHER)


def text_of(comparison: Comparison, columns: int = _COLUMNS) -> str:
    """Identity, statuses, what is not comparable, and the numbers that differ."""
    stream = io.StringIO()
    console = Screen(file=stream, width=columns, color_system=None)
    identity = Table("", "A", "B", box=None, padding=(0, 2, 0, 0))
    for line in comparison.identity:
        identity.add_row(*map(Text, line))
    console.print(identity)
    console.print()
    for sentence in comparison.summary:
        console.print(sentence)
    console.print(_verdict(comparison.checks))
    if comparison.obstacles:
        console.print("Before comparing numbers:")
        for topic, sentence in comparison.obstacles:
            console.print(Padding(f"{topic}: {sentence}", (0, 0, 0, 2)))
    else:
        console.print(comparison.comparable)
    console.print()
    if any(pair.differing for pair in comparison.sections):
        console.print(_numbers(comparison.sections))
    else:
        console.print("All measured numbers are the same.")
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines())


def _verdict(checks: Sequence[CheckPair]) -> Table:
    table = Table("Check", "A", "B", "By the published rules", box=SIMPLE_HEAD)
    for pair in checks:
        outcome = pair.outcome.value
        if pair.outcome not in _NOTHING:
            outcome = "\n".join([outcome, *pair.reasons])
        cells = (f"{pair.id}  {pair.title}", _status(pair.a), _status(pair.b), outcome)
        table.add_row(*map(Text, cells))
    return table


def _status(check: Optional[CheckContent]) -> str:
    if check is None:
        return "absent"
    deciding = f": {check.deciding[0].text}" if check.deciding else ""
    return f"{check.status_text}{deciding}"


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
    unit = f" ({pair.unit})" if pair.unit else ""
    columns = ("\n".join(column) for column in zip(*pair.lines))
    return [Text(f"{pair.definition}{unit}"), *(Text(column, no_wrap=True) for column in columns)]
