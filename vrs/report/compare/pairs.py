"""Two finished reports side by side: statuses, numbers and figures in pairs, and their differences.

"Better" and "worse" are about B against A, by the published rules only.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Dict, Iterator, List, Optional, Sequence, Tuple

from vrs.maps.printing import entered
from vrs.report.compare.comparability import obstacles
from vrs.report.compare.finished import FinishedReport
from vrs.report.compare.numbers import NumberPair, numbers_of
from vrs.report.model import CheckContent, DecisionContent, DrawnFigure, Report, RuleContent
from vrs.report.text import words
from vrs.report.text.summary import brief

NONE = "–"


class Outcome(Enum):
    """How a check of B ended against that of A, by the published rules."""

    BETTER = "Better in B"
    WORSE = "Worse in B"
    MIXED = "Better and worse"
    SAME = "Same"
    ONLY_A = "Only A evaluated it"
    ONLY_B = "Only B evaluated it"
    NEITHER = "Neither evaluated it"
    OTHER_RULES = "Different rules"


@dataclass(frozen=True)
class RulePair:
    """A scored rule of at least one of the reports, and the numbers it was tested with."""

    rule: RuleContent
    a: Optional[DecisionContent]
    b: Optional[DecisionContent]
    outcome: Outcome


@dataclass(frozen=True)
class FigurePair:
    """Figures of the same thing; None where a report has none."""

    a: Optional[DrawnFigure]
    b: Optional[DrawnFigure]


@dataclass(frozen=True)
class CheckPair:
    """A check in both reports; None where a report lacks it."""

    id: str
    title: str
    a: Optional[CheckContent]
    b: Optional[CheckContent]
    outcome: Outcome
    reasons: Tuple[str, ...]
    rules: Tuple[RulePair, ...]
    numbers: Tuple[NumberPair, ...]
    figures: Tuple[FigurePair, ...]

    def deciding(self, check: Optional[CheckContent]) -> Optional[DecisionContent]:
        """The value of either side that decides most, by the same rule in both."""
        decisions = [
            decision
            for side in (self.a, self.b)
            if side is not None
            for decision in side.deciding
        ]
        first = next((d for d in decisions if d.broken), decisions[0] if decisions else None)
        return _decision(check, first.rule) if first else None

    @property
    def differing(self) -> List[NumberPair]:
        return [pair for pair in self.numbers if pair.differs]

    @property
    def agreeing(self) -> List[NumberPair]:
        return [pair for pair in self.numbers if not pair.differs]


@dataclass(frozen=True)
class Comparison:
    """Two reports side by side; ``input`` is Section 1, ``evidence`` that of either report.

    ``obstacles`` keep their numbers from being comparable: topics and sentences.
    """

    a: FinishedReport
    b: FinishedReport
    obstacles: Tuple[Tuple[str, str], ...]
    input: CheckPair
    evidence: Optional[CheckPair]
    checks: Tuple[CheckPair, ...]

    @property
    def unscored(self) -> Tuple[CheckPair, ...]:
        """The sections that are no checks."""
        return (self.input,) if self.evidence is None else (self.input, self.evidence)

    @property
    def sections(self) -> Tuple[CheckPair, ...]:
        return (*self.unscored, *self.checks)

    @property
    def identity(self) -> List[Tuple[str, str, str]]:
        """Label, value in A and value in B of what the reports are about."""
        a, b = _identity(self.a.content), _identity(self.b.content)
        return [(label, a[label], b[label]) for label in a if (a[label], b[label]) != (NONE, NONE)]

    @property
    def same_map(self) -> bool:
        a, b = (report.content.input.sha256 for report in (self.a, self.b))
        return bool(a) and a == b

    @property
    def comparable(self) -> str:
        """What is said when nothing keeps the numbers from being comparable."""
        return (
            "Voxel size, box, contour level, mask, resolution, rules, engines and versions are "
            "the same in both: their numbers compare directly."
        )

    @property
    def summary(self) -> List[str]:
        a, b = self.a.content, self.b.content
        sentences = [f"A: {brief(a)}", f"B: {brief(b)}", *_findings(a, b)]
        if not any(pair.outcome in _CHANGED for pair in self.checks):
            sentences.append("By the published rules nothing got better or worse.")
        for outcome, start in _SENTENCES.items():
            names = [f"{p.title} ({p.id})" for p in self.checks if p.outcome is outcome]
            sentences += [f"{start}: {words.in_words(names)}."] if names else []
        if self.same_map:
            sentences.append("Both reports are about the same map file.")
        if any(pair.outcome in _ONE_SIDED for pair in self.checks):
            sentences.append("The scores count different checks.")
        return sentences


def _findings(a: Report, b: Report) -> Iterator[str]:
    """The findings that appeared, went, or changed their weight from A to B."""
    of_a, of_b = ({finding.id: finding for finding in report.findings} for report in (a, b))
    for name, finding in of_b.items():
        if name not in of_a:
            yield f"Found in B only: {finding.title} ({finding.severity})."
        elif of_a[name].severity != finding.severity:
            change = f"{finding.severity} in B, {of_a[name].severity} in A"
            yield f"Found in both: {finding.title} ({change})."
    for name, finding in of_a.items():
        if name not in of_b:
            yield f"Found in A only: {finding.title} ({finding.severity})."
    if of_a and of_a.keys() == of_b.keys():
        yield "Both reports have the same findings."


_CHANGED = (Outcome.BETTER, Outcome.WORSE, Outcome.MIXED)
_ONE_SIDED = (Outcome.ONLY_A, Outcome.ONLY_B)
_SENTENCES = {
    Outcome.WORSE: "Worse in B by the published rules",
    Outcome.MIXED: "Better in B by one rule and worse by another",
    Outcome.BETTER: "Better in B by the published rules",
    Outcome.OTHER_RULES: "Evaluated by other rules in B, so their statuses do not compare",
    Outcome.ONLY_A: "Evaluated in A only",
    Outcome.ONLY_B: "Evaluated in B only",
}


def compare(a: FinishedReport, b: FinishedReport) -> Comparison:
    """Pair two reports; checks in the order of A, then those that only B has."""
    ids = dict.fromkeys(check.id for report in (a, b) for check in report.content.all_checks)
    return Comparison(
        a=a,
        b=b,
        obstacles=tuple(obstacles(a.content, b.content)),
        input=_pair(a.content.input_section, b.content.input_section),
        evidence=_evidence(a.content, b.content),
        checks=tuple(_pair(a.content.check(name), b.content.check(name)) for name in ids),
    )


def _evidence(a: Report, b: Report) -> Optional[CheckPair]:
    return _pair(a.evidence, b.evidence) if a.evidence or b.evidence else None


def _identity(report: Report) -> Dict[str, str]:
    record = report.input
    return {
        "Title": report.title or NONE,
        "Entry": report.entry.id if report.entry else NONE,
        "Map file": record.file or NONE,
        "Box": words.voxels(record.box),
        "Voxel size": words.measured(record.voxel_size, "Å"),
        "Contour level": entered(record.contour),
        "Mask": record.mask_source,
        "Reported resolution": words.measured(record.resolution, "Å"),
        "Molecular mass": NONE if record.mass is None else f"{entered(record.mass)} kDa",
        "Date of the report": words.date(report.provenance.date),
        "Written by": f"scipion-em-vrs {report.provenance.versions['scipion-em-vrs']}",
    }


def _pair(a: Optional[CheckContent], b: Optional[CheckContent]) -> CheckPair:
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


def _rules(a: Optional[CheckContent], b: Optional[CheckContent]) -> List[RulePair]:
    """The scored rules of both, those of A first."""
    every: Dict[str, RuleContent] = {**(a.rules if a else {}), **(b.rules if b else {})}
    return [
        RulePair(rule, _decision(a, rule.id), _decision(b, rule.id), _rule_outcome(a, b, rule))
        for rule in every.values()
        if rule.scored
    ]


def _decision(check: Optional[CheckContent], rule: str) -> Optional[DecisionContent]:
    decisions = check.decisions if check else []
    return next((decision for decision in decisions if decision.rule == rule), None)


def _rule_outcome(
    a: Optional[CheckContent], b: Optional[CheckContent], rule: RuleContent
) -> Outcome:
    by_a = a is not None and a.evaluated
    by_b = b is not None and b.evaluated
    if a is None or b is None or not (by_a and by_b):
        return Outcome.ONLY_A if by_a else Outcome.ONLY_B if by_b else Outcome.NEITHER
    if rule.id not in a.rules or rule.id not in b.rules:
        return Outcome.OTHER_RULES
    if a.rules[rule.id].text != b.rules[rule.id].text:
        return Outcome.OTHER_RULES
    # On how many sides or axes a rule is broken does not make a map better or worse.
    before, after = _breaks(a, rule), _breaks(b, rule)
    return Outcome.SAME if before == after else Outcome.WORSE if after else Outcome.BETTER


def _breaks(check: CheckContent, rule: RuleContent) -> bool:
    return any(warning.rule == rule.id for warning in check.warnings)


def _outcome(
    a: Optional[CheckContent], b: Optional[CheckContent], rules: Sequence[RulePair]
) -> Outcome:
    outcomes = {pair.outcome for pair in rules}
    if not outcomes:
        evaluated = [check is not None and check.evaluated for check in (a, b)]
        return {
            (True, False): Outcome.ONLY_A,
            (False, True): Outcome.ONLY_B,
            (False, False): Outcome.NEITHER,
        }.get((evaluated[0], evaluated[1]), Outcome.SAME)
    for outcome in (*_ONE_SIDED, Outcome.NEITHER, Outcome.OTHER_RULES):
        if outcome in outcomes:
            return outcome
    if {Outcome.BETTER, Outcome.WORSE} <= outcomes:
        return Outcome.MIXED
    outcomes.discard(Outcome.SAME)
    return next(iter(outcomes), Outcome.SAME)


def _reasons(
    a: Optional[CheckContent], b: Optional[CheckContent], rules: Sequence[RulePair]
) -> List[str]:
    """Why the outcome is what it is, one sentence per rule."""
    if a is None or b is None:
        return [f"{'A' if a is None else 'B'} has no such check."]
    reasons = [
        f"{label} did not evaluate it: {check.reason}"
        for label, check in (("A", a), ("B", b))
        if not check.evaluated
    ]
    for pair in rules:
        if pair.outcome is Outcome.BETTER:
            reasons.append(f"Now passes: {pair.rule.text}.")
        elif pair.outcome is Outcome.WORSE:
            reasons.append(f"Now fails: {pair.rule.text}.")
    return reasons


def _figures(a: Optional[CheckContent], b: Optional[CheckContent]) -> List[FigurePair]:
    """The figures paired by what they show, in the order of A, then those that only B has."""
    of_a = {_shown(drawn): drawn for drawn in (a.figures if a else ())}
    of_b = {_shown(drawn): drawn for drawn in (b.figures if b else ())}
    return [FigurePair(of_a.get(key), of_b.get(key)) for key in {**of_a, **of_b}]


def _shown(drawn: DrawnFigure) -> Tuple[object, ...]:
    """What a figure shows, apart from how."""
    figure = drawn.figure
    names = ("volume", "choice", "colour", "curve", "x", "y")
    return (type(figure), *(getattr(figure, name, None) for name in names))
