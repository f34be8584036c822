"""Measurements of two reports in pairs, with the only mathematics of a comparison: differences."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from typing import List, Mapping, Optional, Tuple

from vrs.checks.result import Measurement, Number
from vrs.maps.printing import count, number
from vrs.report.text import words

Difference = Optional[float]

_LARGEST_PERCENTAGE = 1e4
_LEAST_PERCENTAGE = 0.01


@dataclass(frozen=True)
class NumberPair:
    """A measurement of both reports; None where a report has none of this name.

    ``differences`` are B - A, number by number, and ``relative`` the same in % of |A|, None where A
    is 0; both are empty where there is nothing to subtract.
    """

    name: str
    a: Optional[Measurement]
    b: Optional[Measurement]
    differences: Tuple[Difference, ...] = ()
    relative: Tuple[Difference, ...] = ()

    @property
    def definition(self) -> str:
        """What was measured; where the reports say it differently, in the words of B."""
        measurement = self.b or self.a
        return measurement.definition if measurement else ""

    @property
    def unit(self) -> str:
        """Unit of the numbers, of both where they differ."""
        units = [either.unit for either in (self.a, self.b) if either is not None]
        return units[0] if len(set(units)) == 1 else " and ".join(unit or "1" for unit in units)

    @property
    def differs(self) -> bool:
        if self.a is None or self.b is None:
            return True
        return words.measurement(self.a) != words.measurement(self.b) or any(
            words.amount(a, self.unit) != words.amount(b, self.unit)
            for a, b in zip(_numbers(self.a), _numbers(self.b))
        )

    @property
    def reasons(self) -> str:
        return " ".join(
            f"{label}: {either.reason}."
            for label, either in (("A", self.a), ("B", self.b))
            if either is not None and either.value is None
        )

    @property
    def is_long(self) -> bool:
        """Whether one of them is a list that is printed by its length only."""
        either = [measurement for measurement in (self.a, self.b) if measurement is not None]
        return any(_shape(measurement) > words.LONGEST_LIST for measurement in either)

    @property
    def lines(self) -> List[Tuple[str, str, str, str]]:
        """Printed values, one line per number: A, B, difference, difference in %."""
        if self.is_long:
            return [(_printed(self.a), _printed(self.b), "", "")]
        if not self.differences:
            columns = (_each_printed(self.a), _each_printed(self.b))
            return [(x, y, "", "") for x, y in zip_longest(*columns, fillvalue="")]
        a, b = (_numbers(either) for either in (self.a, self.b) if either is not None)
        unit = self.unit
        return [
            (words.amount(x, unit), words.amount(y, unit), _signed(difference), _percent(relative))
            for x, y, difference, relative in zip(a, b, self.differences, self.relative)
        ]


def numbers_of(a: Mapping[str, Measurement], b: Mapping[str, Measurement]) -> List[NumberPair]:
    """The measurements of both paired by name, those of A first."""
    return [_number_pair(name, a.get(name), b.get(name)) for name in {**a, **b}]


def _number_pair(name: str, a: Optional[Measurement], b: Optional[Measurement]) -> NumberPair:
    if a is None or b is None or a.unit != b.unit or _shape(a) != _shape(b):
        return NumberPair(name, a, b)
    if _is_text(a) or _is_text(b):
        return NumberPair(name, a, b)
    pairs = list(zip(_numbers(a), _numbers(b)))
    differences = tuple(None if x is None or y is None else float(y - x) for x, y in pairs)
    relative = tuple(
        None if difference is None or not x else 100.0 * difference / abs(x)
        for difference, (x, _) in zip(differences, pairs)
    )
    return NumberPair(name, a, b, differences, relative)


def _shape(measurement: Measurement) -> int:
    """Length of a list, -1 for a number or a text."""
    return len(measurement.value) if isinstance(measurement.value, list) else -1


def _is_text(measurement: Measurement) -> bool:
    return isinstance(measurement.value, str)


def _numbers(measurement: Measurement) -> List[Optional[Number]]:
    """The numbers of a measurement; none of a text."""
    value = measurement.value
    if isinstance(value, list):
        return value
    return [] if isinstance(value, str) else [value]


def _printed(measurement: Optional[Measurement]) -> str:
    if measurement is None:
        return "absent"
    if _shape(measurement) > words.LONGEST_LIST:
        return count(_shape(measurement), "value")
    if isinstance(measurement.value, list):
        return ", ".join(words.amount(value, measurement.unit) for value in measurement.value)
    return words.amount(measurement.value, measurement.unit)


def _each_printed(measurement: Optional[Measurement]) -> List[str]:
    """One text per number; one for a missing list."""
    if measurement is None or not isinstance(measurement.value, list):
        return [_printed(measurement)]
    return [words.amount(value, measurement.unit) for value in measurement.value]


def _signed(value: Difference, digits: int = 4) -> str:
    """With its sign, "" for a missing one."""
    if value is None:
        return ""
    return f"{'+' if value > 0 else ''}{number(value, digits)}"


def _percent(value: Difference) -> str:
    # A hundredfold change and more only says that A is nearly 0.
    if value is None or abs(value) >= _LARGEST_PERCENTAGE:
        return ""
    if 0 < abs(value) < _LEAST_PERCENTAGE:
        return f"below {_LEAST_PERCENTAGE:g} %"
    return f"{_signed(value, 3)} %"
