"""The page of the verdict as data that every format lays out, in the order of consequence.

First the findings, each with what follows from it, then the published rules, then the score.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import List, Optional, Sequence, Tuple

from vrs.checks.base_rates import RuleRate
from vrs.checks.result import Outcome, Status
from vrs.maps.printing import entered
from vrs.report.model import CheckContent, DecisionContent, Evidence, Finding, LevelContent, Report
from vrs.report.text import words
from vrs.report.text.findings.facts import facts_of
from vrs.report.text.findings.overall import fully_tested

COLUMNS = ("Check", "Status", "Deciding value", "Real maps that break it")

OVERALL_COLOUR = {"none": "ok", "points": "caution", "serious": "serious"}
"""The colour of the overall line of a map that was fully tested, by name."""

WRITTEN_ANYWAY = "the report was written, but the map could not be measured: "

_LONGEST_REASON = 170
"""Letters of a reason in a line; the section of the check has it whole."""

_COMMAND = re.compile(r"“(\S+) [^”]*”")
_FORMER_LINES = re.compile(r"\b(printed|log ends): .* / ")
"""In a reason: a command with arguments, and the lines of a program before its last one."""


@dataclass(frozen=True)
class Concluded:
    """A finding with what a page prints beside it.

    Attributes
    ----------
    finding : Finding
    grounds : tuple of Ground -- The measurements that it was drawn from; none are printed with a
        note.
    follows : tuple of Concluded -- The findings that it causes.
    place : str -- How many peers of the map have the same finding; "" without a reference set.
    """

    finding: Finding
    grounds: Tuple[Ground, ...]
    follows: Tuple[Concluded, ...]
    place: str

    @property
    def label(self) -> str:
        """Severity and title: "Caution: A part of the density is outside the mask"."""
        return f"{self.finding.severity.capitalize()}: {self.finding.title}"


@dataclass(frozen=True)
class Ground:
    """A measurement behind a finding: what was measured, the value, and the section that has it."""

    section: CheckContent
    text: str


@dataclass(frozen=True)
class TestedRule:
    """A deciding value beside its rule.

    Attributes
    ----------
    decision : DecisionContent
    real_maps : RuleRate or None -- How many real maps break the rule.
    """

    decision: DecisionContent
    real_maps: Optional[RuleRate]

    @property
    def base_rate(self) -> str:
        """ "13 of 16", or a dash."""
        return f"{self.real_maps.broken} of {self.real_maps.maps}" if self.real_maps else "–"


@dataclass(frozen=True)
class Row:
    """A row of the published rules: an evaluated check and its deciding values."""

    check: CheckContent
    tested: Tuple[TestedRule, ...]


@dataclass(frozen=True)
class Advised:
    """Warnings of one check with the same advice."""

    messages: Tuple[str, ...]
    advice: str


def overall_colour(report: Report) -> str:
    """The colour of the overall line; where little was tested, finding nothing is not green."""
    if report.overall.level == "none" and not fully_tested(facts_of(report)):
        return "note"
    return OVERALL_COLOUR[report.overall.level]


def conclusions(report: Report) -> List[Concluded]:
    """The findings that no other one causes, each with those that follow from it."""
    names = {finding.id for finding in report.findings}
    roots = [finding for finding in report.findings if finding.caused_by not in names]
    return [_concluded(finding, report) for finding in roots]


def _concluded(finding: Finding, report: Report) -> Concluded:
    follows = tuple(
        _concluded(other, report) for other in report.findings if other.caused_by == finding.id
    )
    evidence = [] if finding.severity == "note" else finding.evidence
    placed = report.peers and report.peers.finding(finding.id)
    place = words.capitalized(placed.place) if placed else ""
    return Concluded(finding, _grounds(evidence, report), follows, place)


def _grounds(evidence: List[Evidence], report: Report) -> Tuple[Ground, ...]:
    grounds = []
    for ground in evidence:
        section = report.check(ground.check)
        assert section is not None
        quantity = section.measurements[ground.measurement]
        grounds.append(Ground(section, words.brief_measurement(quantity)))
    return tuple(grounds)


def verdict_rows(level: LevelContent) -> List[Row]:
    """A row for every evaluated check of the level, in its order."""
    return [
        Row(check, tuple(_tested(decision, check) for decision in check.deciding))
        for check in level.checks
        if check.evaluated
    ]


def _tested(decision: DecisionContent, check: CheckContent) -> TestedRule:
    return TestedRule(decision, check.rules[decision.rule].real_maps)


def unevaluated(level: LevelContent) -> List[Tuple[CheckContent, str]]:
    """The other checks of the level, and a line on each."""
    return [
        (check, f"{check.status_text}. {_first_words(check.reason)}")
        for check in level.checks
        if not check.evaluated
    ]


def about_real_maps(level: LevelContent) -> str:
    """Which maps the base rates were counted on; "" if there are none."""
    maps = level.real_maps
    if maps is None:
        return ""
    return (
        f"Real maps that break a rule: of {len(maps.maps)} whole maps "
        f"({words.in_words(maps.maps)}), each as far as the check evaluates it; measured on "
        f"{maps.date} with version {maps.version}. The map of this report may be one of them. A "
        "rule that most real maps break tells little about one of them."
    )


def advised(check: Outcome) -> List[Advised]:
    """The warnings of a check in their order, those with the same advice together."""
    groups = groupby(check.warnings, key=lambda warning: warning.advice)
    return [Advised(tuple(warning.message for warning in group), text) for text, group in groups]


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
    """The reason, or as much of it as a line can hold.

    First commands and what a program printed become short: how it ended, and its last line, tell
    more than its arguments. Then the first sentences are kept, or the first words.
    """
    if len(reason) <= _LONGEST_REASON:
        return reason
    short = _FORMER_LINES.sub(r"\1: … ", _COMMAND.sub(r"“\1 …”", reason))
    if len(short) <= _LONGEST_REASON:
        return short
    end = short.rfind(". ", 0, _LONGEST_REASON)
    if end > 0:
        return short[:end] + "."
    # In what a program printed a colon comes before what matters.
    end = short.rfind(": ", 0, _LONGEST_REASON) if short == reason else 0
    if end > 0 and short.count("(", 0, end) == short.count(")", 0, end):
        return short[:end] + "."
    return short[:_LONGEST_REASON].rpartition(" ")[0] + " …"


def nothing_measured(report: Report) -> str:
    """The sentence on a report without measurements, "" if its checks were measured."""
    reached = report.input_section.measurements.get("share_in_mask")
    reason = why_unmeasured(
        report.input.unusable,
        report.input.contour if reached is not None and reached.value is None else None,
        report.evidence is not None and report.evidence.evaluated,
        [(check.status, check.reason) for check in report.all_checks],
    )
    return f"{WRITTEN_ANYWAY}{reason}" if reason else ""


def why_unmeasured(
    unusable: str,
    unreached: Optional[float],
    evidence: bool,
    checks: Sequence[Tuple[str, str]],
) -> str:
    """Why nothing of a map could be measured; "" if something was.

    A check that needs no contour level is measured even where no voxel reaches the level; what
    such a report says is no answer to the question.

    Parameters
    ----------
    unusable : str -- why the input cannot be measured, "" if it can
    unreached : float or None -- the contour level, if no voxel reaches it
    evidence : bool -- whether the evidence was measured
    checks : sequence of (str, str) -- the status of each check, and its reason
    """
    lacking = [reason for status, reason in checks if status == Status.NOT_MEASURED.value]
    reason = unusable
    if not reason and unreached is not None:
        level = entered(unreached)
        reason = f"no voxel reaches the contour level of {level}: lower the contour level"
    evaluated = (Status.OK.value, Status.WARNINGS.value)
    measured = evidence or any(status in evaluated for status, _ in checks)
    if not reason and lacking and not measured:
        reason = lacking[0]
    return reason if lacking else ""
