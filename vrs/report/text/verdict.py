"""The verdict on one page, as data that every format lays out: a row a check, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import List, Tuple

from vrs.checks.result import Check, RuleWarning
from vrs.report.model import Report, Section
from vrs.report.text import words

_LONGEST_REASON = 170
"""Letters of a reason in a row; the section of the check has it whole."""


@dataclass(frozen=True)
class DecidingNumber:
    """A number that decides, and the published rule beside it.

    Attributes
    ----------
    text : str
        The number with its unit.
    quantity : str
        What was measured.
    rule : str
        "at least 20 %".
    broken : bool
    """

    text: str
    quantity: str
    rule: str
    broken: bool


@dataclass(frozen=True)
class Row:
    """What the verdict says about one check: its numbers, and one sentence."""

    section: Section
    numbers: Tuple[DecidingNumber, ...]
    reason: str


@dataclass(frozen=True)
class Advised:
    """Warnings of one check that ask for the same."""

    messages: Tuple[str, ...]
    advice: str


def verdict_rows(report: Report) -> List[Row]:
    """A row for every check of the level, in its order."""
    return [_row(section) for section in report.sections]


def advised(check: Check) -> List[Advised]:
    """The warnings of a check in their order, those that share their advice together."""

    def advice(warning: RuleWarning) -> str:
        return warning.advice

    return [
        Advised(tuple(warning.message for warning in warnings), text)
        for text, warnings in groupby(check.warnings, key=advice)
    ]


def _row(section: Section) -> Row:
    check = section.check
    if not check.evaluated:
        return Row(section, (), _first_words(words.sentence(check.reason)))
    rules = {criterion.id: criterion.short for criterion in section.criteria}
    numbers = tuple(
        DecidingNumber(found.text, found.quantity, rules.get(found.rule, ""), found.broken)
        for found in check.deciding
    )
    return Row(section, numbers, words.headline(check))


def _first_words(reason: str) -> str:
    """The reason, or its first sentences, or its first words, that a row can hold."""
    if len(reason) <= _LONGEST_REASON:
        return reason
    cut = reason[:_LONGEST_REASON]
    end = max(cut.rfind(". "), cut.rfind(": "))
    if end > 0:
        return cut[:end] + "."
    return cut.rpartition(" ")[0] + " …"
