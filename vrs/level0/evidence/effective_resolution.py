"""The finest detail that matters in the map: without anything finer it is still nearly itself."""

from __future__ import annotations

from typing import Optional

import numpy as np

from vrs.checks.result import Result
from vrs.level0.evidence.content import STEP, Content
from vrs.level0.evidence.subject import Subject

CORRELATION = 0.99


def effective_resolution(content: Content) -> Optional[float]:
    """Resolution in Å at which the truncated map correlates 0.99 with the map.

    The correlation of a map with its own low-frequency part is the square root of the share of
    power in that part, both without their mean (d99 of mtriage). None for a constant map.
    """
    cumulated = np.cumsum(content.power)
    if not cumulated[-1] > 0:
        return None
    enough = np.flatnonzero(cumulated >= CORRELATION**2 * cumulated[-1])
    return float(1 / ((enough[0] + 0.5) * STEP))


def measure(subject: Subject, result: Result) -> None:
    """d99."""
    definition = "resolution at which the map without finer detail correlates 0.99 with itself"
    value = effective_resolution(subject.content)
    reason = "" if value is not None else "the map is constant"
    result.measure("effective_resolution", value, "Å", definition, reason)
