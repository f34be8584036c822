"""All findings in one line."""

from __future__ import annotations

from typing import Sequence

from vrs.report.model import INPUT, Finding, Overall
from vrs.report.text.findings.facts import EVIDENCE, Facts
from vrs.report.text.findings.kind import CAUTION, SERIOUS

APART = (INPUT, EVIDENCE)
"""Outcomes that are no checks."""

NO_CONCERN = "No reason for concern was found"
WITHOUT_RESOLUTION = f"{NO_CONCERN}, as far as could be tested without a resolution"


def overall_of(findings: Sequence[Finding], facts: Facts) -> Overall:
    """The line over the findings; those that another one causes, and notes, do not count.

    Where nothing is found it says what was not measured, and so could not show anything.
    """
    counted = [finding.severity for finding in findings if finding.caused_by is None]
    serious, points = counted.count(SERIOUS), counted.count(CAUTION)
    if serious:
        return Overall("serious", f"Serious findings ({serious})")
    if points:
        return Overall("points", f"Points to check ({points})")
    return Overall("none", _nothing_found(facts))


def fully_tested(facts: Facts) -> bool:
    """Whether evidence and checks were measured, with a reported resolution."""
    return facts.evaluated(EVIDENCE) and _a_check(facts) and facts.resolution is not None


def _a_check(facts: Facts) -> bool:
    return any(facts.evaluated(check) for check in facts.outcomes if check not in APART)


def _nothing_found(facts: Facts) -> str:
    evidence, checks = facts.evaluated(EVIDENCE), _a_check(facts)
    if evidence and checks:
        return NO_CONCERN if facts.resolution is not None else WITHOUT_RESOLUTION
    if not evidence and not checks:
        return f"{NO_CONCERN}, but neither the evidence nor a check was measured"
    missing = "no check was measured" if evidence else "the evidence was not measured"
    return f"{NO_CONCERN} in what was measured; {missing}"
