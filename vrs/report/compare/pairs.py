"""Two finished reports side by side: statuses, numbers and figures in pairs, and their differences.

"Better" and "worse" are said of B against A, by the published rules only. The only mathematics here
are differences.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from vrs.checks.rule import Decision
from vrs.report.compare.comparability import obstacles
from vrs.report.compare.finished import FinishedCheck, FinishedReport, Rule
from vrs.report.compare.numbers import NumberPair, numbers_of
from vrs.report.text import words


class Outcome(Enum):
    """How a check of B ended against that of A, by the published rules."""

    BETTER = "Better in B"
    WORSE = "Worse in B"
    MIXED = "Better and worse"
    SAME = "Same"
    ONLY_A = "Only A evaluated it"
    ONLY_B = "Only B evaluated it"
    NEITHER = "Neither evaluated it"
    OTHER_RULES = "Judged by other rules"


@dataclass(frozen=True)
class RulePair:
    """A scored rule of at least one of the reports, and the numbers it was tested with."""

    rule: Rule
    a: Optional[Decision]
    b: Optional[Decision]
    outcome: Outcome


@dataclass(frozen=True)
class FigurePair:
    """Figures of the same thing; None where a report has none."""

    a: Optional[Mapping[str, Any]]
    b: Optional[Mapping[str, Any]]


@dataclass(frozen=True)
class CheckPair:
    """A check in both reports; None where a report has it not."""

    id: str
    title: str
    a: Optional[FinishedCheck]
    b: Optional[FinishedCheck]
    outcome: Outcome
    reasons: Tuple[str, ...]
    rules: Tuple[RulePair, ...]
    numbers: Tuple[NumberPair, ...]
    figures: Tuple[FigurePair, ...]

    @property
    def differing(self) -> List[NumberPair]:
        """The numbers that are not the same in both."""
        return [pair for pair in self.numbers if pair.differs]

    @property
    def agreeing(self) -> List[NumberPair]:
        """The numbers that are."""
        return [pair for pair in self.numbers if not pair.differs]


@dataclass(frozen=True)
class Comparison:
    """Two reports side by side.

    Attributes
    ----------
    a, b : FinishedReport
    obstacles : tuple of (str, str)
        What keeps their numbers from being comparable: a topic and a sentence.
    input : CheckPair
        Section 1.
    checks : tuple of CheckPair
    """

    a: FinishedReport
    b: FinishedReport
    obstacles: Tuple[Tuple[str, str], ...]
    input: CheckPair
    checks: Tuple[CheckPair, ...]

    @property
    def sections(self) -> Tuple[CheckPair, ...]:
        """Section 1 and the checks."""
        return (self.input, *self.checks)

    @property
    def same_map(self) -> bool:
        """Whether both reports are about the same file."""
        a, b = (report.input.get("sha256") for report in (self.a, self.b))
        return a is not None and a == b

    @property
    def comparable(self) -> str:
        """What is said when nothing keeps the numbers from being comparable."""
        return (
            "Voxel size, box, contour level, mask, resolution, rules, engines and versions are "
            "the same in both: their numbers compare directly."
        )

    @property
    def summary(self) -> List[str]:
        """The result in a few sentences."""
        found = [_listed(self.checks, outcome) for outcome in _TOLD]
        sentences = [f"{start}: {names}." for start, names in zip(_TOLD.values(), found) if names]
        if not any(_listed(self.checks, outcome) for outcome in _CHANGED):
            sentences.insert(0, "By the published rules nothing got better or worse.")
        if self.same_map:
            sentences.append("Both reports are about the same map file.")
        return [*sentences, self._scores()]

    def _scores(self) -> str:
        told = " and ".join(
            f"{label} passes {report.score.get('passed', '?')} of the "
            f"{report.score.get('evaluated', '?')} checks that it evaluates"
            for label, report in (("A", self.a), ("B", self.b))
        )
        one_sided = [pair for pair in self.checks if pair.outcome in _ONE_SIDED]
        return f"{told}{'; the scores count different checks' if one_sided else ''}."


_CHANGED = (Outcome.BETTER, Outcome.WORSE, Outcome.MIXED)
_ONE_SIDED = (Outcome.ONLY_A, Outcome.ONLY_B)
_TOLD = {
    Outcome.WORSE: "Worse in B by the published rules",
    Outcome.MIXED: "Better in B by one rule and worse by another",
    Outcome.BETTER: "Better in B by the published rules",
    Outcome.OTHER_RULES: "Judged by other rules in B, so their statuses do not compare",
    Outcome.ONLY_A: "Evaluated in A only",
    Outcome.ONLY_B: "Evaluated in B only",
}


def compare(a: FinishedReport, b: FinishedReport) -> Comparison:
    """Pair what two reports say; checks in the order of A, then those that only B has."""
    known = [check.id for check in a.checks]
    ids = [*known, *(check.id for check in b.checks if check.id not in known)]
    return Comparison(
        a=a,
        b=b,
        obstacles=tuple(obstacles(a, b)),
        input=_pair(a.input_section, b.input_section),
        checks=tuple(_pair(a.check(check_id), b.check(check_id)) for check_id in ids),
    )


def _listed(checks: Sequence[CheckPair], outcome: Outcome) -> str:
    return words.in_words([f"{p.title} ({p.id})" for p in checks if p.outcome is outcome])


def _pair(a: Optional[FinishedCheck], b: Optional[FinishedCheck]) -> CheckPair:
    either = b or a
    assert either is not None
    rules = _rules(a, b)
    return CheckPair(
        id=either.id,
        title=either.title,
        a=a,
        b=b,
        outcome=_outcome(a, b, rules),
        reasons=tuple(_reasons(a, b, rules)),
        rules=tuple(rules),
        numbers=tuple(numbers_of(a.measurements if a else {}, b.measurements if b else {})),
        figures=tuple(_figures(a, b)),
    )


def _rules(a: Optional[FinishedCheck], b: Optional[FinishedCheck]) -> List[RulePair]:
    """The scored rules of both, those of A first."""
    every: Dict[str, Rule] = {**(a.rules if a else {}), **(b.rules if b else {})}
    return [
        RulePair(rule, _decision(a, rule), _decision(b, rule), _rule_outcome(a, b, rule))
        for rule in every.values()
        if rule.scored
    ]


def _decision(check: Optional[FinishedCheck], rule: Rule) -> Optional[Decision]:
    found = check.decisions if check else ()
    return next((decision for decision in found if decision.rule == rule.id), None)


def _rule_outcome(a: Optional[FinishedCheck], b: Optional[FinishedCheck], rule: Rule) -> Outcome:
    by_a = a is not None and a.evaluated
    by_b = b is not None and b.evaluated
    if a is None or b is None or not (by_a and by_b):
        return Outcome.ONLY_A if by_a else Outcome.ONLY_B if by_b else Outcome.NEITHER
    if rule.id not in a.rules or rule.id not in b.rules:
        return Outcome.OTHER_RULES
    if a.rules[rule.id].text != b.rules[rule.id].text:
        return Outcome.OTHER_RULES
    change = _warnings(b, rule) - _warnings(a, rule)
    return Outcome.WORSE if change > 0 else Outcome.BETTER if change < 0 else Outcome.SAME


def _warnings(check: FinishedCheck, rule: Rule) -> int:
    return sum(warning.rule == rule.id for warning in check.warnings)


def _outcome(
    a: Optional[FinishedCheck], b: Optional[FinishedCheck], rules: Sequence[RulePair]
) -> Outcome:
    found = {pair.outcome for pair in rules}
    if not found:
        evaluated = [check is not None and check.evaluated for check in (a, b)]
        return {
            (True, False): Outcome.ONLY_A,
            (False, True): Outcome.ONLY_B,
            (False, False): Outcome.NEITHER,
        }.get((evaluated[0], evaluated[1]), Outcome.SAME)
    for outcome in (*_ONE_SIDED, Outcome.NEITHER, Outcome.OTHER_RULES):
        if outcome in found:
            return outcome
    if {Outcome.BETTER, Outcome.WORSE} <= found:
        return Outcome.MIXED
    found.discard(Outcome.SAME)
    return next(iter(found), Outcome.SAME)


def _reasons(
    a: Optional[FinishedCheck], b: Optional[FinishedCheck], rules: Sequence[RulePair]
) -> List[str]:
    """Why the outcome is what it is, a sentence a rule."""
    if a is None or b is None:
        return [f"{'A' if a is None else 'B'} has no such check."]
    reasons = [
        f"{label} did not evaluate it: {words.sentence(check.reason or check.status_text)}"
        for label, check in (("A", a), ("B", b))
        if not check.evaluated
    ]
    for pair in rules:
        before, after = _warnings(a, pair.rule), _warnings(b, pair.rule)
        if pair.outcome is Outcome.BETTER and not after:
            reasons.append(f"Now it holds that {pair.rule.text}.")
        elif pair.outcome is Outcome.WORSE and not before:
            reasons.append(f"It no longer holds that {pair.rule.text}.")
        elif pair.outcome in _CHANGED:
            reasons.append(
                f"{after} instead of {before} warnings by the rule that {pair.rule.text}."
            )
    return reasons


def _figures(a: Optional[FinishedCheck], b: Optional[FinishedCheck]) -> List[FigurePair]:
    """The figures paired by what they show, in the order of A, then those that only B has."""
    of_a = {_shown(figure): figure for figure in (a.figures if a else ())}
    of_b = {_shown(figure): figure for figure in (b.figures if b else ())}
    return [FigurePair(of_a.get(key), of_b.get(key)) for key in {**of_a, **of_b}]


def _shown(figure: Mapping[str, Any]) -> str:
    """What a figure shows, apart from how."""
    names = ("kind", "volume", "choice", "curve", "colour", "x", "y")
    return repr([figure.get(name) for name in names])
