"""A comparison as plain text for the terminal."""

from __future__ import annotations

import textwrap
from itertools import zip_longest
from typing import List, Optional, Sequence

from vrs.report.compare.finished import FinishedCheck
from vrs.report.compare.identity import identity_lines
from vrs.report.compare.numbers import NumberPair
from vrs.report.compare.pairs import CheckPair, Comparison, Outcome

_COLUMNS = 100
_IDENTITY = (22, 36, 36)
_VERDICT = (27, 24, 24, 25)
_NUMBERS = (35, 14, 14, 13, 12)
_NOTHING = (Outcome.SAME, Outcome.NEITHER)


def text_of(comparison: Comparison) -> str:
    """Identity, statuses, what is not comparable, and the numbers that differ."""
    parts = [
        _identity(comparison),
        "\n".join(map(_wrapped, comparison.summary)),
        _verdict(comparison.checks),
        _obstacles(comparison),
        _numbers(comparison.sections),
    ]
    return "\n\n".join(parts)


def _identity(comparison: Comparison) -> str:
    rows = [("", "A", "B"), *identity_lines(comparison.a, comparison.b)]
    return "\n".join(_row(row, _IDENTITY) for row in rows)


def _verdict(checks: Sequence[CheckPair]) -> str:
    lines = [_row(("Check", "A", "B", "By the published rules"), _VERDICT), "-" * _COLUMNS]
    for pair in checks:
        cells = (f"{pair.id}  {pair.title}", _status(pair.a), _status(pair.b), pair.outcome.value)
        lines.append(_row(cells, _VERDICT))
        if pair.outcome not in _NOTHING:
            lines += [_wrapped(f"     {reason}", " " * 5) for reason in pair.reasons]
    return "\n".join(lines)


def _status(check: Optional[FinishedCheck]) -> str:
    if check is None:
        return "absent"
    deciding = f": {check.deciding.text}" if check.deciding else ""
    return f"{check.status_text}{deciding}"


def _obstacles(comparison: Comparison) -> str:
    if not comparison.obstacles:
        return _wrapped(comparison.comparable)
    lines = ["Before comparing numbers:"]
    return "\n".join(
        lines + [_wrapped(f"  - {topic}: {told}", "    ") for topic, told in comparison.obstacles]
    )


def _numbers(sections: Sequence[CheckPair]) -> str:
    if not any(pair.differing for pair in sections):
        return "All measured numbers are the same."
    heading = ("Numbers that differ", "A", "B", "B - A", "in % of A")
    lines = [_row(heading, _NUMBERS, right=True), "-" * _COLUMNS]
    for pair in sections:
        told = [number for number in pair.differing if not number.is_long]
        lines += [f"{pair.id}  {pair.title}"] if told else []
        for number in told:
            lines += _number(number)
    return "\n".join(lines)


def _number(pair: NumberPair) -> List[str]:
    """The definition on the left, beside it a line a number."""
    unit = f" ({pair.unit})" if pair.unit else ""
    told = textwrap.wrap(f"{pair.definition}{unit}", _NUMBERS[0] - 3)
    return [
        _row((f"  {text}", *cells), _NUMBERS, right=True)
        for text, cells in zip_longest(told, pair.lines, fillvalue="")
    ]


def _row(cells: Sequence[str], widths: Sequence[int], right: bool = False) -> str:
    """Cells side by side, wrapped in their columns; all but the first may be set to the right."""
    wrapped = [
        textwrap.wrap(cell, width - 1, subsequent_indent=_indent(cell))
        for cell, width in zip(cells, widths)
    ]
    lines = []
    for parts in zip_longest(*wrapped, fillvalue=""):
        set_parts = [
            part.rjust(width) if right and index else part.ljust(width)
            for index, (part, width) in enumerate(zip(parts, widths))
        ]
        lines.append("".join(set_parts).rstrip())
    return "\n".join(lines)


def _indent(cell: str) -> str:
    return " " * (len(cell) - len(cell.lstrip()))


def _wrapped(text: str, indent: str = "  ") -> str:
    return textwrap.fill(text, _COLUMNS, subsequent_indent=indent)
