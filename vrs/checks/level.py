"""A level of validation as data: its checks, and what it cannot tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Optional, Tuple

from vrs.checks.base_rates import BaseRates
from vrs.checks.check import Check
from vrs.checks.inputs import Preparation


@dataclass(frozen=True)
class Level:
    """A level: the data that it looks at, and its checks in the order of the report.

    Attributes
    ----------
    id, title : str -- "0" and "Level 0 analysis"
    data : str -- what the level looks at: "the map alone"
    limits : str -- what the level cannot tell, in sentences
    checks : tuple of Check
    preparation : function -- makes the ``Preparation``; that of the first level serves all
    evidence : tuple of Check -- measurements beside the checks, never scored
    base_rates : BaseRates, optional -- how many real maps break each rule
    """

    id: str
    title: str
    data: str
    limits: str
    checks: Tuple[Check, ...]
    preparation: Callable[..., Preparation]
    evidence: Tuple[Check, ...] = ()
    base_rates: Optional[BaseRates] = None
