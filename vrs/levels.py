"""The levels that exist, in order. The only list of them."""

from __future__ import annotations

from typing import Dict, Sequence, Tuple

from vrs.checks.check import Check
from vrs.checks.level import Level
from vrs.level0 import LEVEL0

LEVELS: Tuple[Level, ...] = (LEVEL0,)

CHECKS: Dict[str, Check] = {check.id: check for level in LEVELS for check in level.checks}
"""All checks by their identifiers, in the order of the levels."""

EVIDENCE: Dict[str, Check] = {kind.id: kind for level in LEVELS for kind in level.evidence}
"""The measurements beside the checks, by their identifiers; no score counts them."""

MEASURED: Dict[str, Check] = {**CHECKS, **EVIDENCE}
"""Everything that is measured and has a protocol."""


def levels_of(check_ids: Sequence[str]) -> Tuple[Level, ...]:
    """The levels that these checks belong to; the first level is always one of them."""
    return tuple(
        level
        for level in LEVELS
        if level is LEVELS[0] or any(check.id in check_ids for check in level.checks)
    )
