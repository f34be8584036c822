"""What a reference set keeps of a report: values and findings, and how they were measured.

Two values are compared only if they are of the same check, rule and unit, were measured in the same
way, and the measurements that the rule reads have the same versions.
"""

from __future__ import annotations

from typing import Iterator, NamedTuple, Tuple

from vrs.checks.result import BUILT_IN, Engine
from vrs.reference.model import LARGEST
from vrs.report.model import Report
from vrs.report.text.findings import KINDS, conclude
from vrs.report.text.findings.facts import facts_of


class WayOfNumber(NamedTuple):
    """A deciding value as a set distinguishes it, named as in ``reference.model.NumberPeers``."""

    check: str
    rule: str
    unit: str
    method: str
    versions: Tuple[int, ...]


class WayOfFinding(NamedTuple):
    """A finding as a set distinguishes it, named as in ``reference.model.FindingPeers``."""

    finding: str
    version: int
    versions: Tuple[int, ...]


def why_not(report: Report) -> str:
    """Why a report has no peers, "" if it has."""
    record = report.input
    if record.unusable:
        return "the map could not be measured"
    if not record.is_density:
        return "the map does not look like density"
    if record.resolution is None:
        return "no resolution was reported"
    return "the map was binned" if record.binning > 1 else ""


def numbers_of(report: Report) -> Iterator[Tuple[WayOfNumber, float]]:
    """The values that rules of evaluated checks were tested with, in the order of the report.

    Values beyond ``LARGEST`` are left out.
    """
    for check in report.all_checks:
        if not check.evaluated:
            continue
        for decision in check.decisions:
            names = check.rules[decision.rule].measurements
            versions = tuple(
                check.measurements[name].version for name in names if name in check.measurements
            )
            way = WayOfNumber(
                check.id, decision.rule, decision.unit, method(check.engine), versions
            )
            if abs(decision.value) <= LARGEST:
                yield way, decision.value


def findings_of(report: Report) -> Iterator[Tuple[WayOfFinding, bool]]:
    """Every kind of finding, and whether the map has it by the thresholds of this program.

    A report of another version is concluded again, from its measurements.
    """
    facts = facts_of(report)
    present = {finding.id for finding in conclude(facts.record, facts.outcomes).findings}
    for kind in KINDS:
        measured = [facts.measurement(ground) for ground in kind.reads]
        versions = tuple(found.version if found else 0 for found in measured)
        yield WayOfFinding(kind.id, kind.version, versions), kind.id in present


def method(engine: Engine) -> str:
    """What measured: the versions of measurements are those of the built-in engine alone."""
    if engine.checksum:
        return engine.checksum
    return BUILT_IN if engine.name == BUILT_IN else engine.label
