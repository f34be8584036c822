"""The rules of many reports, their numbers, and the ways in which these were measured."""

from __future__ import annotations

import collections
from typing import Counter, Dict, List, NamedTuple, Optional, Set, Tuple

from vrs.checks.result import BUILT_IN
from vrs.maps.printing import in_words
from vrs.report.index.model import IndexedNumber, IndexedRule
from vrs.report.index.reading import ReadReport, ReadRule, ReadSection

_SHOWN_OF_CHECKSUM = 8


class _Newest(NamedTuple):
    """A rule in the newest report that has it."""

    date: str
    check: str
    rule: ReadRule


class _Uses:
    """What the reports with a rule have in common, and what not."""

    def __init__(self) -> None:
        self.newest: Optional[_Newest] = None
        self.limits: Counter[Tuple[float, ...]] = collections.Counter()
        self.quantities: Set[str] = set()
        self.ways: Dict[str, int] = {}

    def add(self, use: _Newest, quantity: str, way: str) -> int:
        """Take over a use of the rule; returns the place of the way of measuring."""
        if self.newest is None or self.newest.date < use.date:
            self.newest = use
        self.limits[use.rule.limits] += 1
        self.quantities.add(quantity)
        return self.ways.setdefault(way, len(self.ways))

    @property
    def quantity(self) -> str:
        """What is measured, without the axis or side at which a map has it: "... (left, Z)"."""
        only = len(self.quantities) == 1
        return next(iter(self.quantities)) if only else min(self.quantities).partition(" (")[0]


class Rules:
    """The rules and checks of all reports, as the newest report of each has them."""

    def __init__(self) -> None:
        self.levels: Dict[str, str] = {}
        self.checks: Dict[str, str] = {}
        self._uses: Dict[str, _Uses] = {}

    def add(self, report: ReadReport) -> Dict[str, IndexedNumber]:
        """Take over the rules of a report; returns its numbers by them."""
        numbers = {}
        for level in report.all_levels:
            self.levels.setdefault(level.id, level.title)
            for check in level.checks:
                self.checks.setdefault(check.id, check.title)
                numbers.update(self._numbers(report.provenance.date, check))
        return numbers

    def _numbers(self, date: str, check: ReadSection) -> Dict[str, IndexedNumber]:
        numbers = {}
        rules = {rule.id: rule for rule in check.criteria}
        for decision in check.decisions:
            if decision.rule not in rules:
                continue
            rule = rules[decision.rule]
            uses = self._uses.setdefault(rule.id, _Uses())
            way = uses.add(_Newest(date, check.id, rule), decision.quantity, _way(check, rule))
            numbers[rule.id] = IndexedNumber(decision.value, decision.text, decision.broken, way)
        return numbers

    def in_order(self) -> Dict[str, IndexedRule]:
        """The rules in the order of their checks."""
        rules = {}
        for name, uses in self._uses.items():
            assert uses.newest is not None
            _, check, rule = uses.newest
            rules[name] = IndexedRule(
                check=check,
                must=rule.must,
                limits=rule.limits,
                unit=rule.unit,
                quantity=uses.quantity,
                short=rule.short,
                text=rule.text,
                others=sum(uses.limits.values()) - uses.limits[rule.limits],
                ways=list(uses.ways),
            )
        return dict(sorted(rules.items(), key=lambda item: item[1].check))


def _way(check: ReadSection, rule: ReadRule) -> str:
    """How a number was measured: by which engine, and by which definition.

    The version of the built-in engine does not count, as its measurements have their own.
    """
    engine = check.engine
    if engine.checksum:
        name = f"{engine.name} (SHA-256 {engine.checksum[:_SHOWN_OF_CHECKSUM]}…)"
    elif engine.name == BUILT_IN:
        name = "built-in engine"
    else:
        name = f"{engine.name} {engine.version}".strip() or "unknown engine"
    measured = [check.measurements[one] for one in rule.measurements if one in check.measurements]
    versions: List[str] = list(dict.fromkeys(str(one.version) for one in measured))
    later = versions and versions != ["1"]
    return f"{name}, version {in_words(versions)} of the measurement" if later else name
