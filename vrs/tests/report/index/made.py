"""A made index: rows of random numbers for the rules of Level 0, and pictures of discs."""

from __future__ import annotations

import base64
import io
from datetime import datetime, timezone
from typing import Dict, List, Tuple

import numpy as np
from PIL import Image

from vrs.checks.result import Status
from vrs.checks.rule import Rule
from vrs.level0 import LEVEL0
from vrs.report.index.build import MadeIndex
from vrs.report.index.model import (
    SCHEMA_VERSION,
    Index,
    IndexedCheck,
    IndexedFinding,
    IndexedMap,
    IndexedNumber,
    IndexedRule,
)
from vrs.report.model import Overall, Score

_FINDINGS = (
    IndexedFinding("hand.mirrored", "serious", "The map is probably mirrored", True),
    IndexedFinding("mask.partial", "caution", "A part of the density is outside the mask", True),
    IndexedFinding("resolution.low_passed", "caution", "The map ends before its resolution", True),
    IndexedFinding("state.masked", "note", "The map was masked", True),
)
_OTHER_WAYS = {"b_factor.interval": ("Xmipp 3.25",)}
_LEVELS = {"serious": "serious", "caution": "points"}


def made_index(count: int, seed: int = 0, pictures: bool = True) -> MadeIndex:
    """An index of ``count`` maps; one in 50 failed, and one in 20 has no resolution."""
    random = np.random.default_rng(seed)
    rules = {
        rule.id: (check.id, rule)
        for check in LEVEL0.checks
        for rule in check.rules
        if rule.scored and not rule.alternative_to
    }
    content = Index(
        schema_version=SCHEMA_VERSION,
        program="scipion-em-vrs",
        version="0.2.0",
        date=datetime(2026, 11, 28, tzinfo=timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        versions={"0.1.0": count // 2, "0.2.0": count - count // 2},
        levels={LEVEL0.id: LEVEL0.title},
        checks={check.id: check.title for check in LEVEL0.checks},
        rules={
            name: IndexedRule(
                check=check, must=rule.must, limits=rule.limits, unit=rule.unit,
                quantity=name.replace(".", " ").replace("_", " "), short=rule.short,
                text=rule.text, ways=["built-in engine", *_OTHER_WAYS.get(name, ())],
            )
            for name, (check, rule) in rules.items()
        },
        left=0,
        maps=[_row(number, count, rules, random) for number in range(count)],
    )  # fmt: skip
    drawn = [_picture(random) for _ in range(count if pictures else 0)]
    return MadeIndex(content, drawn or [""] * count)


def _row(
    number: int, count: int, rules: Dict[str, Tuple[str, Rule]], random: np.random.Generator
) -> IndexedMap:
    name = f"EMD-{10000 + number}"
    if number % 50 == 7:
        reason = f"the file map_{number % 5}.mrc cannot be read: it has 0 voxels"
        return IndexedMap(name=name, state="failed", reason=reason)
    resolution = None if number % 20 == 3 else round(float(random.gamma(4, 1)) + 1.5, 1)
    numbers = {}
    for rule_id, (_, rule) in rules.items():
        middle = float(np.mean(rule.limits))
        way = 1 if rule_id in _OTHER_WAYS and number % 3 == 0 else 0
        value = middle + (abs(middle) + 0.1) * float(random.normal(0.2, 0.6))
        numbers[rule_id] = IndexedNumber(value, rule.number(value), not rule.holds(value), way)
    checks: Dict[str, IndexedCheck] = {}
    for check in LEVEL0.checks:
        own = [rule for rule, (of, _) in rules.items() if of == check.id]
        broken = [rule for rule in own if numbers[rule].broken]
        status = Status.WARNINGS if broken else Status.OK
        checks[check.id] = IndexedCheck(status.value, len(broken), broken or own[:1])
    chances = zip(_FINDINGS, (0.1, 0.3, 0.2, 0.4))
    findings: List[IndexedFinding] = [one for one, share in chances if random.random() < share]
    level = _LEVELS.get(findings[0].severity, "none") if findings else "none"
    passed = sum(check.status == Status.OK.value for check in checks.values())
    return IndexedMap(
        name=name,
        state="measured",
        folder=f"reports/{name}",
        page=f"reports/{name}/report.html",
        title=f"A made map of an invented complex of {number % 97 + 3} subunits, state {number}",
        file=f"emd_{10000 + number}.map.gz",
        resolution=resolution,
        overall=Overall(level, f"Overall line ({len(findings)})"),  # type: ignore[arg-type]
        fully_tested=resolution is not None,
        findings=findings,
        scores={LEVEL0.id: Score(passed, len(checks))},
        checks=checks,
        numbers=numbers,
        seconds=float(random.gamma(5, 3)),
        version="0.1.0" if number < count // 2 else "0.2.0",
        date="2026-11-28T00:00:00Z",
    )


def _picture(random: np.random.Generator) -> str:
    """A disc with noise, which takes as many bytes as a surface."""
    y, x = np.indices((48, 48)) - 23.5
    inside = x**2 + y**2 < random.uniform(150, 500)
    grey = np.where(inside, random.integers(6, 12, (48, 48)) * 16, 255).astype(np.uint8)
    stream = io.BytesIO()
    Image.fromarray(grey).quantize(16, dither=0).save(stream, format="PNG")
    return base64.b64encode(stream.getvalue()).decode("ascii")
