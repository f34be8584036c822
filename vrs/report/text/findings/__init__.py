"""Findings: what the measurements say about a map, and what to do; never scored.

Every kind of finding is one object in the modules of this package. It reads measurements and the
input record alone, so that a conclusion in words follows from the numbers beside it.
"""

from __future__ import annotations

from typing import Dict, List, Mapping, NamedTuple, Optional, Tuple

import msgspec

from vrs.checks.figures import HistogramFigure, LineFigure
from vrs.checks.inputs import InputRecord
from vrs.checks.result import Outcome
from vrs.maps.printing import in_words
from vrs.report.model import CheckContent, Finding, Overall, Weight
from vrs.report.text.findings import (
    artefacts,
    background,
    content,
    contour,
    entry,
    hand,
    parts,
    place,
    resolution,
    sharpening,
    state,
)
from vrs.report.text.findings.facts import Facts
from vrs.report.text.findings.kind import NOTE, SEVERITIES, Kind, Said
from vrs.report.text.findings.overall import overall_of

KINDS: Tuple[Kind, ...] = (
    *content.KINDS,
    *entry.KINDS,
    *hand.KINDS,
    *contour.NOISE,
    *resolution.KINDS,
    *contour.PARTS,
    *artefacts.KINDS,
    *sharpening.KINDS,
    *parts.KINDS,
    *background.KINDS,
    *state.KINDS,
    *place.KINDS,
)
"""All kinds of findings; those of one severity are reported in this order."""

NOT_DENSITY = "input.not_density"
"""With this finding there is no other one: the measurements are made for density."""


class Conclusions(NamedTuple):
    """What a report concludes.

    Attributes
    ----------
    findings : list of Finding -- in the order of consequence
    overall : Overall
    """

    findings: List[Finding]
    overall: Overall


def conclude(record: InputRecord, outcomes: Mapping[str, Outcome]) -> Conclusions:
    """The findings of a map, from its measurements alone.

    Parameters
    ----------
    record : InputRecord
    outcomes : mapping of str to Outcome -- by identifier: "input", "0.a" to "0.h", "evidence"
    """
    facts = Facts(record, outcomes)
    said = {kind.id: (kind, kind.say(facts)) for kind in KINDS}
    present: Dict[str, Tuple[Kind, Said]] = {
        name: (kind, sentence) for name, (kind, sentence) in said.items() if sentence is not None
    }
    if NOT_DENSITY in present:
        present = {NOT_DENSITY: present[NOT_DENSITY]}
    present = {
        name: one for name, one in present.items() if present.keys().isdisjoint(one[0].unless)
    }
    findings = [
        Finding(
            id=kind.id,
            severity=_severity(kind, sentence),
            title=sentence.title or kind.title,
            text=sentence.text,
            advice=sentence.advice,
            evidence=[facts.source(ground) for ground in kind.reads if facts.measurement(ground)],
            caused_by=_cause(kind, present),
            figure=_figure(kind, outcomes),
            version=kind.version,
        )
        for kind, sentence in present.values()
    ]
    findings.sort(
        key=lambda finding: (SEVERITIES.index(finding.severity), finding.caused_by is not None)
    )
    findings = _with_broken_rules(findings, facts)
    return Conclusions(findings, overall_of(findings, facts))


def _cause(kind: Kind, present: Mapping[str, Tuple[Kind, Said]]) -> Optional[str]:
    """The first cause that is there and at least as grave, so that no severity is lost."""
    weight = SEVERITIES.index(_severity(*present[kind.id]))
    return next(
        (
            cause
            for cause in kind.causes
            if cause in present and SEVERITIES.index(_severity(*present[cause])) <= weight
        ),
        None,
    )


def _severity(kind: Kind, sentence: Said) -> Weight:
    return sentence.severity or kind.severities[0]


def _with_broken_rules(findings: List[Finding], facts: Facts) -> List[Finding]:
    """The findings with the checks that warn for their reason, each rule with the first one.

    Those that no other one causes come first.
    """
    rules = {kind.id: set(kind.rules) for kind in KINDS}
    broken = {
        warning.rule: check
        for check, outcome in facts.outcomes.items()
        for warning in outcome.warnings
    }
    follow: Dict[str, List[str]] = {}
    for finding in sorted(findings, key=lambda finding: finding.caused_by is not None):
        own = [rule for rule in broken if rule in rules[finding.id]]
        follow[finding.id] = sorted({broken.pop(rule) for rule in own})
    return [_with_checks(finding, follow[finding.id]) for finding in findings]


def _with_checks(finding: Finding, checks: List[str]) -> Finding:
    if not checks:
        return finding
    warn = "warns" if len(checks) == 1 else "warn"
    advice = finding.advice
    if advice and finding.severity != NOTE:
        advice += f" This comes before the advice of {in_words(checks)}."
    return msgspec.structs.replace(
        finding, text=f"{finding.text} {in_words(checks)} {warn} for this reason.", advice=advice
    )


def _figure(kind: Kind, outcomes: Mapping[str, Outcome]) -> Optional[int]:
    """The number of the figure that shows a finding, None before figures are drawn."""
    if kind.picture is None:
        return None
    check, source = kind.picture
    outcome = outcomes.get(check)
    for drawn in outcome.figures if isinstance(outcome, CheckContent) else ():
        figure = drawn.figure
        name = figure.curve if isinstance(figure, (LineFigure, HistogramFigure)) else figure.volume
        if name == source:
            return drawn.number
    return None
