"""All findings in one line."""

from __future__ import annotations

from typing import Sequence

from vrs.report.model import Finding, Overall
from vrs.report.text.findings.kind import CAUTION, SERIOUS

NO_CONCERN = "No reason for concern was found"


def overall_of(findings: Sequence[Finding]) -> Overall:
    """The line over the findings; those that another one causes, and notes, do not count."""
    counted = [finding.severity for finding in findings if finding.caused_by is None]
    serious, points = counted.count(SERIOUS), counted.count(CAUTION)
    if serious:
        return Overall("serious", f"Serious findings ({serious})")
    if points:
        return Overall("points", f"Points to check ({points})")
    return Overall("none", NO_CONCERN)
