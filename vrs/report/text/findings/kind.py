"""What a finding is: its thresholds, what it reads, and the sentence that it says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Optional, Tuple

from vrs.report.model import Evidence, Weight
from vrs.report.text.findings.facts import Facts

SERIOUS: Weight = "serious"
CAUTION: Weight = "caution"
NOTE: Weight = "note"
SEVERITIES = (SERIOUS, CAUTION, NOTE)
"""In the order of consequence."""


@dataclass(frozen=True)
class Threshold:
    """A threshold of a finding.

    Attributes
    ----------
    what : str -- which quantity, on which side
    value : float
    unit : str -- "" for pure numbers
    source : str -- what the value was chosen on
    version : int -- counted up whenever the value changes
    """

    what: str
    value: float
    unit: str
    source: str
    version: int = 1


@dataclass(frozen=True)
class Said:
    """What a finding says about one map.

    Attributes
    ----------
    text : str -- what was measured, in sentences
    advice : str -- what to do; "" for nothing
    severity : str or None -- of the two that the kind may have; None for its first one
    title : str -- instead of that of the kind; "" for that
    """

    text: str
    advice: str
    severity: Optional[Weight] = None
    title: str = ""


@dataclass(frozen=True)
class Kind:
    """A kind of finding.

    Attributes
    ----------
    id : str
    title : str -- a few words
    severities : tuple of str -- usually one; the first is the default
    say : function of Facts -- None if the map does not have it, or the measurements are missing
    reads : tuple of Evidence -- the measurements that it is drawn from
    thresholds : tuple of Threshold
    causes : tuple of str -- findings that cause this one if present, the likeliest first
    unless : tuple of str -- findings beside which this one means nothing, and is not reported
    rules : tuple of str -- published rules that a map breaks for this reason, if it breaks them
    picture : tuple of 2 str or None -- check, and curve or volume of the figure that shows it
    version : int -- counted up whenever what it says may change for a map
    """

    id: str
    title: str
    severities: Tuple[Weight, ...]
    say: Callable[[Facts], Optional[Said]]
    reads: Tuple[Evidence, ...] = ()
    thresholds: Tuple[Threshold, ...] = ()
    causes: Tuple[str, ...] = ()
    unless: Tuple[str, ...] = ()
    rules: Tuple[str, ...] = ()
    picture: Optional[Tuple[str, str]] = None
    version: int = 1
