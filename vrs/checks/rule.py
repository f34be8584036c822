"""A rule, how it is tested and printed, and the number that it was tested with."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Optional, Tuple

import msgspec

from vrs.maps.printing import entered, grouped, with_unit, without_sign_of_zero

AT_MOST = "at most"
AT_LEAST = "at least"
BETWEEN = "between"

_PRINTED_DIGITS = 3
_MOST_DECIMALS = 17


@dataclass(frozen=True)
class Rule:
    """A published rule or a limit of applicability.

    Attributes
    ----------
    id : str -- "mass.decentering"; warnings name it
    must : {"at most", "at least", "between"} -- what a number must be; the limits themselves pass
    limits : tuple of float -- one threshold, or the two ends of the accepted interval
    unit : str -- unit of the limits, "" for pure numbers
    sentence : str -- what must hold, with {0} and {1} standing for the limits
    reason : str -- why the rule exists
    advice : str -- what to do when the rule is broken; the first sentence stands on its own
    advice_below : str -- for an interval: what to do instead if the number is below it
    source : str -- where the limit comes from
    scored : bool -- false for limits that decide whether the check is evaluated at all
    alternative_to : str -- the rule that this one replaces on request
    measurements : tuple of str -- names of those that the tested number comes from
    """

    id: str
    must: str
    limits: Tuple[float, ...]
    unit: str
    sentence: str
    reason: str
    advice: str = ""
    advice_below: str = ""
    source: str = ""
    scored: bool = True
    alternative_to: str = ""
    measurements: Tuple[str, ...] = ()

    @property
    def limit(self) -> float:
        """The threshold of a rule that has only one."""
        (value,) = self.limits
        return value

    @property
    def text(self) -> str:
        """The sentence with its limits."""
        return self.sentence.format(*map(entered, self.limits))

    @property
    def short(self) -> str:
        """The limit beside a number: "at least 20 %", "-300 to 0 Å²"."""
        limits = " to ".join(map(entered, self.limits))
        words = limits if self.must == BETWEEN else f"{self.must} {limits}"
        return f"{words} {self.unit}".strip()

    def holds(self, value: float) -> bool:
        """Whether a number fulfils the rule."""
        if self.must == BETWEEN:
            return self.limits[0] <= value <= self.limits[1]
        return value <= self.limit if self.must == AT_MOST else value >= self.limit

    def number(self, value: float) -> str:
        """A number of this rule as printed, with its unit.

        Three digits of the largest limit, or as many as put the printed number on its true side
        of every limit. A small number that would become 0 is "below" the last digit.
        """
        scale = max(abs(value), *(abs(limit) for limit in self.limits))
        first = _PRINTED_DIGITS - 1 - math.floor(math.log10(scale)) if scale else 0
        decimals = max(first, 0)
        while decimals < _MOST_DECIMALS and not self._same_sides(value, round(value, decimals)):
            decimals += 1
        text = without_sign_of_zero(f"{value:.{decimals}f}")
        if value > 0 and float(text) == 0:
            text = f"below {10.0**-decimals:.{decimals}f}"
        elif "." in text:
            text = text.rstrip("0").rstrip(".")
        return with_unit(grouped(text), self.unit)

    def _same_sides(self, value: float, printed: float) -> bool:
        return all(_side(value, limit) == _side(printed, limit) for limit in self.limits)

    def advice_for(self, value: Optional[float]) -> str:
        """What to do about a number that breaks the rule; without one, the general advice."""
        below = value is not None and self.must == BETWEEN and value < self.limits[0]
        return self.advice_below if below and self.advice_below else self.advice


class Decision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The deciding value of a rule.

    Attributes
    ----------
    rule : str -- identifier of the rule
    quantity : str -- what was measured: "smallest empty space (left, Z)"
    value : float -- in ``unit``
    unit : str -- "" for pure numbers
    text : str -- the value as printed, with its unit
    broken : bool -- whether the map breaks the rule
    """

    rule: str
    quantity: str
    value: float
    unit: str
    text: str
    broken: bool


def _side(value: float, limit: float) -> int:
    return (value > limit) - (value < limit)
