"""A check in several reports: its statuses, numbers and figures in rows.

"Better" and "worse" are about each report against the first, by the published rules only.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Dict, Iterable, List, Optional, Sequence, Tuple

from vrs.report.compare.labels import labels_of
from vrs.report.compare.numbers import NumberRow, numbers_of
from vrs.report.model import CheckContent, DecisionContent, DrawnFigure, RuleContent
from vrs.report.text import words


class Outcome(Enum):
    """How a check of a report ended against that of A, by the published rules."""

    BETTER = "Better in {}"
    WORSE = "Worse in {}"
    MIXED = "Better and worse"
    SAME = "Same"
    ONLY_FIRST = "Not evaluated in {}"
    ONLY_OTHER = "Evaluated in {}, not in A"
    NEITHER = "Neither evaluated it"
    OTHER_RULES = "Different rules"

    def of(self, labels: str, only: bool = True) -> str:
        """The outcome for these reports as printed; ``only`` if no other has another outcome."""
        text: str = self.value
        return text.format(labels) if only or "{}" in text else f"{text} ({labels})"


ONE_SIDED = (Outcome.ONLY_FIRST, Outcome.ONLY_OTHER)
_ALIKE = (*ONE_SIDED, Outcome.SAME, Outcome.NEITHER)
"""Outcomes that are said once for all reports that have them."""

Checks = Sequence[Optional[CheckContent]]
"""A check in every report; None where a report lacks it."""


@dataclass(frozen=True)
class RuleRow:
    """A scored rule of at least one report, and the numbers it was tested with in each.

    ``outcomes`` are those of the reports after the first, against the first.
    """

    rule: RuleContent
    decisions: Tuple[Optional[DecisionContent], ...]
    outcomes: Tuple[Outcome, ...]

    @property
    def against_first(self) -> List[Tuple[str, Outcome]]:
        """Each outcome of the reports after the first, as printed."""
        of_labels: Dict[Outcome, List[str]] = {}
        for label, outcome in zip(labels_of(self.decisions)[1:], self.outcomes):
            of_labels.setdefault(outcome, []).append(label)
        return [
            (outcome.of(words.in_words(labels), only=len(of_labels) == 1), outcome)
            for outcome, labels in of_labels.items()
        ]


FigureRow = Tuple[Optional[DrawnFigure], ...]
"""Figures of the same thing; None where a report has none."""


@dataclass(frozen=True)
class CheckRow:
    """A check in all reports; None where a report lacks it.

    ``outcomes`` and ``reasons`` are those of the reports after the first, against the first.
    """

    id: str
    title: str
    checks: Tuple[Optional[CheckContent], ...]
    outcomes: Tuple[Outcome, ...]
    reasons: Tuple[Tuple[str, ...], ...]
    rules: Tuple[RuleRow, ...]
    numbers: Tuple[NumberRow, ...]
    figures: Tuple[FigureRow, ...]

    @property
    def sides(self) -> List[Tuple[str, Optional[CheckContent]]]:
        """The check of every report with its letter."""
        return list(zip(labels_of(self.checks), self.checks))

    @property
    def against_first(self) -> List[Tuple[str, Outcome, List[str]]]:
        """Each outcome of the reports after the first, as printed, with its reasons."""
        groups: Dict[Tuple[Outcome, str], Tuple[List[str], List[str]]] = {}
        for label, outcome, reasons in zip(
            labels_of(self.checks)[1:], self.outcomes, self.reasons
        ):
            key = (outcome, "" if outcome in _ALIKE else label)
            labels, every_reason = groups.setdefault(key, ([], []))
            labels.append(label)
            every_reason += [reason for reason in reasons if reason not in every_reason]
        return [
            (outcome.of(words.in_words(labels), only=len(groups) == 1), outcome, reasons)
            for (outcome, _), (labels, reasons) in groups.items()
        ]

    def deciding(self, check: Optional[CheckContent]) -> Optional[DecisionContent]:
        """The value of a side that decides most, by the same rule in all."""
        decisions = [
            decision for side in self.checks if side is not None for decision in side.deciding
        ]
        first = next((d for d in decisions if d.broken), decisions[0] if decisions else None)
        return _decision(check, first.rule) if first else None

    @property
    def differing(self) -> List[NumberRow]:
        return [row for row in self.numbers if row.differs]

    @property
    def agreeing(self) -> List[NumberRow]:
        return [row for row in self.numbers if not row.differs]


def row_of(checks: Checks) -> CheckRow:
    """Set a check side by side that at least one of the reports has."""
    last = next(check for check in reversed(checks) if check is not None)
    rules = _rules(checks)
    labels = labels_of(checks)
    first, *others = checks
    return CheckRow(
        id=last.id,
        title=last.title,
        checks=tuple(checks),
        outcomes=tuple(
            _outcome(first, other, [row.outcomes[index] for row in rules])
            for index, other in enumerate(others)
        ),
        reasons=tuple(
            tuple(_reasons(first, other, label, [(row.rule, row.outcomes[index]) for row in rules]))
            for index, (label, other) in enumerate(zip(labels[1:], others))
        ),
        rules=tuple(rules),
        numbers=tuple(numbers_of([check.measurements if check else {} for check in checks])),
        figures=tuple(_figures(checks)),
    )


def _rules(checks: Checks) -> List[RuleRow]:
    """The scored rules of all, those of A first."""
    every: Dict[str, RuleContent] = {}
    for check in checks:
        every.update(check.rules if check else {})
    first, *others = checks
    return [
        RuleRow(
            rule,
            tuple(_decision(check, rule.id) for check in checks),
            tuple(_rule_outcome(first, other, rule) for other in others),
        )
        for rule in every.values()
        if rule.scored
    ]


def _decision(check: Optional[CheckContent], rule: str) -> Optional[DecisionContent]:
    decisions = check.decisions if check else []
    return next((decision for decision in decisions if decision.rule == rule), None)


def _rule_outcome(
    a: Optional[CheckContent], b: Optional[CheckContent], rule: RuleContent
) -> Outcome:
    one_sided = _one_sided(a, b)
    if one_sided or a is None or b is None:
        return one_sided or Outcome.NEITHER
    # A rule of other reports only.
    if rule.id not in a.rules and rule.id not in b.rules:
        return Outcome.SAME
    if rule.id not in a.rules or rule.id not in b.rules:
        return Outcome.OTHER_RULES
    if a.rules[rule.id].text != b.rules[rule.id].text:
        return Outcome.OTHER_RULES
    # On how many sides or axes a rule is broken does not make a map better or worse.
    before, after = _breaks(a, rule), _breaks(b, rule)
    return Outcome.SAME if before == after else Outcome.WORSE if after else Outcome.BETTER


def _one_sided(a: Optional[CheckContent], b: Optional[CheckContent]) -> Optional[Outcome]:
    """The outcome where not both evaluated a check; None where both did."""
    by_a = a is not None and a.evaluated
    by_b = b is not None and b.evaluated
    if by_a and by_b:
        return None
    return Outcome.ONLY_FIRST if by_a else Outcome.ONLY_OTHER if by_b else Outcome.NEITHER


def _breaks(check: CheckContent, rule: RuleContent) -> bool:
    return any(warning.rule == rule.id for warning in check.warnings)


def _outcome(
    a: Optional[CheckContent], b: Optional[CheckContent], of_rules: Sequence[Outcome]
) -> Outcome:
    outcomes = set(of_rules)
    if not outcomes:
        return _one_sided(a, b) or Outcome.SAME
    for outcome in (*ONE_SIDED, Outcome.NEITHER, Outcome.OTHER_RULES):
        if outcome in outcomes:
            return outcome
    if {Outcome.BETTER, Outcome.WORSE} <= outcomes:
        return Outcome.MIXED
    outcomes.discard(Outcome.SAME)
    return next(iter(outcomes), Outcome.SAME)


def _reasons(
    a: Optional[CheckContent],
    b: Optional[CheckContent],
    label: str,
    rules: Iterable[Tuple[RuleContent, Outcome]],
) -> List[str]:
    """Why the outcome is what it is, one sentence per rule."""
    if a is None or b is None:
        return [f"{'A' if a is None else label} has no such check."]
    reasons = [
        f"{name} did not evaluate it: {check.reason}"
        for name, check in (("A", a), (label, b))
        if not check.evaluated
    ]
    for rule, outcome in rules:
        if outcome is Outcome.BETTER:
            reasons.append(f"Now passes: {rule.text}.")
        elif outcome is Outcome.WORSE:
            reasons.append(f"Now fails: {rule.text}.")
    return reasons


def _figures(checks: Checks) -> List[FigureRow]:
    """The figures in rows by what they show, in the order of A, then those of the others."""
    every = [{_shown(drawn): drawn for drawn in (check.figures if check else ())}
             for check in checks]  # fmt: skip
    keys = dict.fromkeys(key for of_check in every for key in of_check)
    return [tuple(of_check.get(key) for of_check in every) for key in keys]


def _shown(drawn: DrawnFigure) -> Tuple[object, ...]:
    """What a figure shows, apart from how."""
    figure = drawn.figure
    names = ("volume", "choice", "colour", "curve", "x", "y")
    return (type(figure), *(getattr(figure, name, None) for name in names))
