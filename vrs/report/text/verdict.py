"""The verdict on one page, as data that every format lays out: a row per check, and the advice."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import List, Tuple

from vrs.checks.result import Outcome, Remark, Severity
from vrs.report.model import CheckContent, DecisionContent, LevelContent, Report
from vrs.report.text import words

COLUMNS = ("Check", "Status by the published rules", "Deciding value", "Finding")

_LONGEST_REASON = 170
"""Letters of a reason in a row; the section of the check has it whole."""


@dataclass(frozen=True)
class Row:
    """A row of the verdict: a check, its deciding values, and one sentence."""

    check: CheckContent
    deciding: Tuple[DecisionContent, ...]
    reason: str


@dataclass(frozen=True)
class Advised:
    """Warnings of one check with the same advice."""

    messages: Tuple[str, ...]
    advice: str


def verdict_rows(level: LevelContent) -> List[Row]:
    """A row for every check of the level, in its order."""
    return [
        Row(check, tuple(check.deciding), words.finding(check))
        if check.evaluated
        else Row(check, (), _first_words(check.reason))
        for check in level.checks
    ]


def advised(check: Outcome) -> List[Advised]:
    """The warnings of a check in their order, those with the same advice together."""
    groups = groupby(check.warnings, key=lambda warning: warning.advice)
    return [Advised(tuple(warning.message for warning in group), text) for text, group in groups]


def problems(report: Report) -> List[Tuple[CheckContent, Remark]]:
    """The remarks with the weight of a problem, and their sections."""
    return [
        (section, remark)
        for section in report.sections
        for remark in section.of_severity(Severity.PROBLEM)
    ]


def beyond(report: Report) -> List[str]:
    """What the verdict says about the remarks that it does not print."""
    names = [section.heading for section in report.with_remarks(Severity.CAUTION)]
    if names:
        return [f"See the cautions in {words.in_words(names)}."]
    measured = any(check.evaluated for check in report.all_checks)
    return [words.NO_CONCERN] if measured and not problems(report) else []


def decision_line(decision: DecisionContent) -> str:
    """A deciding value in one line: "Smallest empty space: 16 % (limit: at least 20 %)"."""
    return f"{quantity(decision)}: {decision.text} {limit(decision)}"


def quantity(decision: DecisionContent) -> str:
    """What was measured, with a capital letter."""
    return words.capitalized(decision.quantity)


def limit(decision: DecisionContent) -> str:
    """The limit in parentheses: "(limit: at least 20 %)"."""
    return f"(limit: {decision.limit})"


def _first_words(reason: str) -> str:
    """The reason, or its first sentences, or its first words, that a row can hold."""
    if len(reason) <= _LONGEST_REASON:
        return reason
    cut = reason[:_LONGEST_REASON]
    end = max(cut.rfind(". "), cut.rfind(": "))
    if end > 0:
        return cut[:end] + "."
    return cut.rpartition(" ")[0] + " …"
