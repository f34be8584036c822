"""Every published rule on every map, before and after: docs/rules.rst and its data, rules.json."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Optional, Sequence

import msgspec

from vrs.checks.base_rates import RuleRate
from vrs.checks.check import Check
from vrs.checks.result import Result, Status
from vrs.checks.rule import Rule
from vrs.level0 import LEVEL0

DOCS = Path(__file__).resolve().parents[3] / "docs"
DATA, PAGE = DOCS / "rules.json", DOCS / "rules.rst"

WHOLE, CUT, OTHER = "whole", "cut", "other"
NOTHING = "–"


class RuleValue(msgspec.Struct, frozen=True):
    """The deciding value of a rule as printed, "" without one, and whether the map breaks it."""

    text: str
    broken: bool


class CheckRules(msgspec.Struct, frozen=True):
    """How a check ended, in words, and its rules; none if it was not evaluated."""

    status: str
    rules: Dict[str, RuleValue] = {}


class MapRules(msgspec.Struct, frozen=True):
    """A map with its checks; ``group`` is "whole", "cut" or "other" (not counted)."""

    name: str
    group: str
    checks: Dict[str, CheckRules]


class Measured(msgspec.Struct, frozen=True):
    """What a version found: the rules of real maps, and counts over sound simulated ones."""

    version: str
    date: str
    maps: List[MapRules]
    sound: Dict[str, RuleRate]


class BeforeAndAfter(msgspec.Struct):
    """The content of rules.json; the part before was measured once, with that version."""

    before: Measured
    after: Measured


def scored(check: Check) -> List[Rule]:
    """The rules that are in the tables."""
    return [rule for rule in check.rules if rule.scored and not rule.alternative_to]


def rules_of(result: Result) -> CheckRules:
    """The rules of a check as they came out."""
    if not result.evaluated:
        return CheckRules(result.status_text)
    status = "OK" if result.status is Status.OK else "warnings"
    texts = {decision.rule: decision.text for decision in result.decisions}
    broken = {warning.rule for warning in result.warnings}
    check = next(check for check in LEVEL0.checks if check.id == result.id)
    return CheckRules(
        status,
        {
            rule.id: RuleValue(texts.get(rule.id, ""), rule.id in broken)
            for rule in scored(check)
            if rule.id in result.criteria
        },
    )


def rates(maps: Sequence[MapRules]) -> Dict[str, RuleRate]:
    """Counts over maps; rules that no map was evaluated by are left out."""
    tested: Dict[str, List[bool]] = {}
    for measured in maps:
        for check in measured.checks.values():
            for rule, value in check.rules.items():
                tested.setdefault(rule, []).append(value.broken)
    return {rule: RuleRate(sum(found), len(found)) for rule, found in sorted(tested.items())}


def page(data: BeforeAndAfter) -> str:
    """The page of the documentation."""
    return "\n".join(_lines(data)).rstrip() + "\n"


def _lines(data: BeforeAndAfter) -> Iterator[str]:
    before, after = data.before, data.after
    yield ".. Made by python -m vrs.tests.base_rates from rules.json."
    yield ""
    yield from _heading("Every published rule on every map, before and after", "=")
    yield f"""\
*Before* is {before.version}, the last state without evidence and
findings, measured on {before.date}; *after* is this state, measured on {after.date}.
Both measured with the built-in engines, at the same contour levels and resolutions, which are those
of the maps' sources (``vrs/tests/suite/real_maps.py``). In boxes cut around a chain, of which no
level is known, it is the level that 6 % of the voxels reach. What came before was measured once;
``python -m vrs.tests.base_rates`` measures again what came after, and writes this page.

A value in bold breaks the rule; one value stands where both are the same, and “{NOTHING}” where the
check was not evaluated. The published rules are the same in both. What changed the values: 0.c does
not judge a background that was masked, 0.a compares voxels, and the networks of 0.e and 0.h were
trained anew.
"""
    yield from _heading("How many maps break each rule", "-")
    whole, cut = (sum(m.group == group for m in after.maps) for group in (WHOLE, CUT))
    yield f"""\
Of those that the check evaluates. *Whole*: the {whole} whole maps of which reports print how
many break a rule, with EMD-3488 at 0.09; *cut*: the {cut} boxes cut around a chain; *sound*:
the simulated maps with nothing the matter (the first set of `the evidence <evidence.rst>`_). A rule
that many sound maps break says little about one of them.
"""
    counts = [
        [rates([m for m in part.maps if m.group == group]) for part in (before, after)]
        for group in (WHOLE, CUT)
    ]
    counts.append([before.sound, after.sound])

    def counted(rule: Rule) -> Iterator[str]:
        return (_change(pair, partial(_rate, rule.id)) for pair in counts)

    yield from _table(
        ("rule", "whole", "cut", "sound"),
        (
            (f"``{rule.id}``", *counted(rule))
            for check in LEVEL0.checks
            for rule in scored(check)
        ),
    )
    yield from _heading("Scores", "-")
    old = {measured.name: measured for measured in before.maps}
    pairs = [[old[measured.name], measured] for measured in after.maps]
    yield from _table(
        ("map", "checks with status OK, of those evaluated"),
        ((pair[1].name, _change(pair, _score)) for pair in pairs),
    )
    for check in LEVEL0.checks:
        yield from _heading(check.heading, "-")
        yield from _table(
            ("map", "status", *(f"``{rule.id}``, {rule.short}" for rule in scored(check))),
            ((pair[1].name, *_checked(pair, check)) for pair in pairs),
        )


def _checked(pair: Sequence[MapRules], check: Check) -> Iterator[str]:
    """Status and values of a map."""
    both = [measured.checks[check.id] for measured in pair]
    yield _change(both, lambda found: found.status)
    for rule in scored(check):
        yield _change(both, partial(_value, rule.id))


def _value(rule: str, check: CheckRules) -> str:
    found = check.rules.get(rule)
    if found is None:
        return NOTHING
    text = found.text or "no value"
    return f"**{text}**" if found.broken else text


def _rate(rule: str, counted: Dict[str, RuleRate]) -> str:
    rate: Optional[RuleRate] = counted.get(rule)
    return f"{rate.broken} of {rate.maps}" if rate else NOTHING


def _score(measured: MapRules) -> str:
    evaluated = [check for check in measured.checks.values() if check.rules]
    passed = sum(not any(rule.broken for rule in check.rules.values()) for check in evaluated)
    return f"{passed} of {len(evaluated)}"


def _change(pair: Sequence[Any], printed: Callable[[Any], str]) -> str:
    before, after = map(printed, pair)
    return after if before == after else f"{before} → {after}"


def _heading(text: str, line: str) -> Iterator[str]:
    yield from (text, line * len(text), "")


def _table(head: Sequence[str], rows: Iterator[Sequence[str]]) -> Iterator[str]:
    yield from (".. list-table::", "   :header-rows: 1", "")
    for row in (head, *rows):
        for index, cell in enumerate(row):
            yield f"   {'*' if index == 0 else ' '} - {cell}"
    yield ""
