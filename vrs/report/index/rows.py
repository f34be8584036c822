"""The rows of an index, each from one report.json."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Dict, List, Optional, Set, Tuple

import msgspec

from vrs.report import REPORT_HTML, REPORT_JSON, REPORT_PDF
from vrs.report.index.model import (
    IndexedCheck,
    IndexedFinding,
    IndexedMap,
    IndexedNumber,
    IndexedRule,
)
from vrs.report.index.places import name_of
from vrs.report.index.reading import (
    ReadDecision,
    ReadReport,
    ReadRule,
    ReadSection,
    read_for_index,
)
from vrs.report.text.verdict import why_unmeasured

_PAGES = (REPORT_HTML, REPORT_PDF, REPORT_JSON)
"""What a row links to: the first of these that the report has."""


def read_folder(folder: Path) -> Tuple[Optional[ReadReport], str]:
    """The report of a folder, or None and the reason why there is none."""
    if not is_text(str(folder)):
        return None, "the path of its folder is not UTF-8: rename the folder"
    try:
        return read_for_index(folder / REPORT_JSON), ""
    except OSError as error:
        return None, f"{REPORT_JSON} cannot be read ({error.strerror or error})"
    except msgspec.MsgspecError as error:
        return None, f"{REPORT_JSON} is not that of a validation report ({error})"


def row_of(report: ReadReport, folder: Path, start: Path) -> IndexedMap:
    """The row of a report, with paths from the folder ``start`` of the index."""
    name, entry = name_of(folder), report.input.entry
    reason = _why_unmeasured(report)
    return IndexedMap(
        name=entry.id if entry else name,
        state="unmeasured" if reason else "measured",
        reason=reason,
        folder=path_from(start, folder),
        page=path_from(start, _page(folder)),
        title=report.title or (entry.title if entry and entry.title else ""),
        file=report.input.file,
        resolution=report.input.resolution,
        overall=report.overall,
        fully_tested=_fully_tested(report),
        findings=[
            IndexedFinding(
                finding.id, finding.severity, finding.title, counted=finding.caused_by is None
            )
            for finding in report.findings
        ],
        scores={level.id: level.score for level in report.all_levels},
        checks={check.id: _check(check) for check in report.all_checks},
        numbers={
            decision.rule: IndexedNumber(decision.value, decision.text, decision.broken)
            for check in report.all_checks
            for decision in check.decisions
        },
        seconds=report.provenance.seconds,
        version=report.version,
        date=report.provenance.date,
    )


def failed_row(name: str, reason: str, folder: Optional[Path], start: Path) -> IndexedMap:
    """The row of a map without a report that can be read."""
    place = path_from(start, folder) if folder else ""
    return IndexedMap(
        name=os.fsencode(name).decode("utf-8", errors="replace"),
        state="failed",
        reason=reason,
        folder=place if is_text(place) else "",
    )


def is_text(name: str) -> bool:
    """Whether the name of a file is UTF-8, without which no page can name it."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def path_from(start: Path, path: Path) -> str:
    """A path as a link of the index has it."""
    return Path(os.path.relpath(path, start)).as_posix()


def _page(folder: Path) -> Path:
    return next(file for file in map(folder.joinpath, _PAGES) if file.exists())


def _check(check: ReadSection) -> IndexedCheck:
    return IndexedCheck(
        status=check.status,
        warnings=sum(warning.count for warning in check.warnings),
        deciding=[decision.rule for decision in check.decisions if decision.deciding],
        reason="" if check.evaluated else check.reason,
    )


def _why_unmeasured(report: ReadReport) -> str:
    reached = report.input_section.measurements.get("share_in_mask")
    unreached = reached is not None and reached.value is None
    return why_unmeasured(
        report.input.unusable,
        report.input.contour if unreached else None,
        [(check.status, check.reason) for check in report.all_checks],
    )


def _fully_tested(report: ReadReport) -> bool:
    evidence = report.evidence is not None and report.evidence.evaluated
    checks = any(check.evaluated for check in report.all_checks)
    return evidence and checks and report.input.resolution is not None


class Rules:
    """The rules and checks of all reports, as the newest of each has them."""

    def __init__(self) -> None:
        self.levels: Dict[str, str] = {}
        self.checks: Dict[str, str] = {}
        self._rules: Dict[str, Dict[Tuple[float, ...], int]] = {}
        self._quantities: Dict[str, Set[str]] = {}
        self._newest: Dict[str, Tuple[str, str, ReadRule, ReadDecision]] = {}

    def add(self, report: ReadReport) -> None:
        """Take over the rules of a report."""
        date = report.provenance.date
        for level in report.all_levels:
            self.levels.setdefault(level.id, level.title)
            for check in level.checks:
                self.checks.setdefault(check.id, check.title)
                of_check = {rule.id: rule for rule in check.criteria}
                for decision in check.decisions:
                    rule = of_check.get(decision.rule)
                    if rule is not None:
                        self._add_rule(date, check.id, rule, decision)

    def _add_rule(self, date: str, check: str, rule: ReadRule, decision: ReadDecision) -> None:
        uses = self._rules.setdefault(rule.id, {})
        uses[rule.limits] = uses.get(rule.limits, 0) + 1
        self._quantities.setdefault(rule.id, set()).add(decision.quantity)
        if rule.id not in self._newest or self._newest[rule.id][0] < date:
            self._newest[rule.id] = (date, check, rule, decision)

    def in_order(self) -> Dict[str, IndexedRule]:
        """The rules in the order of their checks."""
        places: List[str] = sorted(self.checks)
        newest = sorted(self._newest.values(), key=lambda use: places.index(use[1]))
        return {
            rule.id: IndexedRule(
                check=check,
                must=rule.must,
                limits=rule.limits,
                unit=rule.unit,
                quantity=self._quantity(rule.id),
                short=rule.short,
                text=rule.text,
                others=sum(self._rules[rule.id].values()) - self._rules[rule.id][rule.limits],
            )
            for _, check, rule, decision in newest
        }

    def _quantity(self, rule: str) -> str:
        """What is measured, without the axis or side at which a map has it: "... (left, Z)"."""
        quantities = self._quantities[rule]
        only = len(quantities) == 1
        return next(iter(quantities)) if only else min(quantities).partition(" (")[0]
