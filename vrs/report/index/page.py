"""index.html: one file with all rows in it, which a small script shows, sorts and filters.

The rows are columns of JSON, as 10 000 maps with eight checks each are too many for the elements of
a page; the script draws those that are seen.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, Callable, Dict, Iterable, List, Sequence, Tuple, TypeVar
from urllib.parse import quote

from vrs.checks.result import Status
from vrs.checks.store import encode
from vrs.maps.printing import count as printed_count
from vrs.report.html.rendering import template
from vrs.report.index.build import MadeIndex
from vrs.report.index.model import Index, IndexedMap
from vrs.report.text import words
from vrs.report.text.terminal import harmless
from vrs.report.text.typography import typographic

MARKER = '<meta name="generator" content="scipion-em-vrs index">'
"""Only pages with it are replaced."""

GROUPS = {
    "serious": ("Serious findings", "serious"),
    "points": ("Points to check", "caution"),
    "none": ("No reason for concern", "ok"),
    "partly": ("No concern in what was tested", "note"),
    "absent": ("No overall line", "unknown"),
    "unmeasured": ("Could not be measured", "not_measured"),
    "failed": ("Failed", "problem"),
}
"""Overall lines without their counts, the most urgent first: their words and colours."""

_STATUS_WORDS = {
    status.value: "Warnings" if status is Status.WARNINGS else status.text(0) for status in Status
}

_MOST_REASONS = 100
_MOST_NAMES = 20
"""Reasons of failures in the page, and maps with each."""

Item = TypeVar("Item")


def page_of(made: MadeIndex) -> str:
    """The page as text."""
    index = made.content
    groups = Counter(map(_group, index.maps))
    failures = _failures(index)
    return template("index.html.j2").render(
        index=index,
        marker=MARKER,
        groups=[(name, *GROUPS[name], groups[name]) for name in GROUPS if groups[name]],
        versions=words.in_words(
            [f"{name} ({printed_count(count, 'report')})" for name, count in index.versions.items()]
        ),
        findings=_known_findings(index),
        statuses=list(_STATUS_WORDS.items()),
        failures=failures[:_MOST_REASONS],
        more_failures=sum(count for _, _, count in failures[_MOST_REASONS:]),
        data=_script(_data(index)),
        thumbnails=_script(made.thumbnails if any(made.thumbnails) else []),
    )


def _script(content: Any) -> str:
    """JSON that cannot end the element of the page in which it stands."""
    return encode(content).decode("utf-8").replace("<", "\\u003c")


def _group(row: IndexedMap) -> str:
    """The kind of the overall line of a map, or that it has none."""
    if row.state != "measured":
        return row.state
    if row.overall is None:
        return "absent"
    return "partly" if row.overall.level == "none" and not row.fully_tested else row.overall.level


def _known_findings(index: Index) -> List[Tuple[str, str, int]]:
    """Identifier and title of each finding, and how many maps have it, the most common first."""
    titles = {finding.id: finding.title for row in index.maps for finding in row.findings}
    counts = Counter(finding.id for row in index.maps for finding in row.findings)
    return [(name, titles[name], count) for name, count in counts.most_common()]


def _failures(index: Index) -> List[Tuple[str, List[Tuple[str, str]], int]]:
    """Reasons of failures, the first maps with each and their links, and how many there are."""
    by_reason: Dict[str, List[Tuple[str, str]]] = {}
    for row in index.maps:
        if row.reason:
            by_reason.setdefault(row.reason, []).append((row.name, quote(row.page)))
    groups = [(reason, maps[:_MOST_NAMES], len(maps)) for reason, maps in by_reason.items()]
    return sorted(groups, key=lambda group: -group[2])


def _data(index: Index) -> Dict[str, Any]:
    """Everything that the script of the page reads."""
    rows = index.maps
    findings = [name for name, _, _ in _known_findings(index)]
    place = {name: number for number, name in enumerate(findings)}
    known = {finding.id: finding for row in rows for finding in row.findings}
    rules = list(index.rules)
    versions = list(index.versions)
    return {
        "name": [harmless(row.name) for row in rows],
        "title": _texts(rows, lambda row: row.title),
        "file": [harmless(row.file) for row in rows],
        "folder": [harmless(row.folder) for row in rows],
        "reason": _texts(rows, lambda row: words.capitalized(row.reason)),
        "link": [quote(row.page) for row in rows],
        "resolution": [row.resolution for row in rows],
        "seconds": [row.seconds for row in rows],
        "version": [versions.index(row.version) if row.version else -1 for row in rows],
        "versions": versions,
        "overall": _texts(rows, lambda row: row.overall.text if row.overall else ""),
        "group": [list(GROUPS).index(_group(row)) for row in rows],
        "groups": [
            {"id": name, "text": text, "kind": kind} for name, (text, kind) in GROUPS.items()
        ],
        "findings": [[place[finding.id] for finding in row.findings] for row in rows],
        "kinds": [
            {"id": name, "title": _said(known[name].title), "severity": known[name].severity}
            for name in findings
        ],
        "scores": [_score(level, index) for level in index.levels],
        "checks": [_check(name, index, rules) for name in index.checks],
        "statuses": [{"id": name, "text": text} for name, text in _STATUS_WORDS.items()],
        "rules": [_rule(name, index) for name in rules],
    }


def _texts(rows: Iterable[Item], text: Callable[[Item], str]) -> List[str]:
    return [_said(text(row)) for row in rows]


def _said(text: str) -> str:
    return harmless(typographic(text))


def _score(level: str, index: Index) -> Dict[str, Any]:
    scores = [row.scores.get(level) for row in index.maps]
    return {
        "level": level,
        "passed": [score.passed if score else None for score in scores],
        "evaluated": [score.evaluated if score else None for score in scores],
    }


def _check(name: str, index: Index, rules: Sequence[str]) -> Dict[str, Any]:
    """The status of a check for each map, -1 for none, and its main deciding rule."""
    places = {rule: number for number, rule in enumerate(rules)}
    codes = {status: number for number, status in enumerate(_STATUS_WORDS)}
    checks = [row.checks.get(name) for row in index.maps]
    deciding = [check.deciding[0] if check and check.deciding else "" for check in checks]
    known = [check.status if check else "" for check in checks]
    return {
        "id": name,
        "title": _said(index.checks[name]),
        "status": [codes.get(status, -1) for status in known],
        "rule": [places.get(rule, -1) for rule in deciding],
    }


def _rule(name: str, index: Index) -> Dict[str, Any]:
    rule = index.rules[name]
    numbers = [row.numbers.get(name) for row in index.maps]
    return {
        "id": name,
        "check": rule.check,
        "quantity": _said(words.capitalized(rule.quantity)),
        "unit": rule.unit,
        "must": rule.must,
        "limits": rule.limits,
        "short": _said(rule.short),
        "others": rule.others,
        "ways": rule.ways,
        "way": [number.way if number else 0 for number in numbers] if len(rule.ways) > 1 else [],
        "value": [number.value if number else None for number in numbers],
        "text": [_said(number.text) if number else "" for number in numbers],
        "broken": "".join("1" if number and number.broken else "0" for number in numbers),
    }
