"""Measurements of reports in rows, with the only mathematics of a comparison: differences."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from typing import List, Mapping, Optional, Sequence, Tuple

from vrs.checks.result import Measurement, Number
from vrs.maps.printing import count, number
from vrs.report.compare.labels import labels_of
from vrs.report.text import words

Difference = Optional[float]

_LARGEST_PERCENTAGE = 1e4
_LEAST_PERCENTAGE = 0.01


@dataclass(frozen=True)
class NumberRow:
    """A measurement of every report; None where a report has none of this name.

    ``differences`` are B - A of two reports, largest - smallest of more, number by number, and
    ``relative`` the same in % of |A|, None where A is 0; both are empty where there is nothing to
    subtract.
    """

    name: str
    sides: Tuple[Optional[Measurement], ...]
    differences: Tuple[Difference, ...] = ()
    relative: Tuple[Difference, ...] = ()

    @property
    def present(self) -> List[Measurement]:
        """The measurements of the reports that have it."""
        return [side for side in self.sides if side is not None]

    @property
    def definition(self) -> str:
        """What was measured; where the reports say it differently, in the words of the last."""
        return self.present[-1].definition

    @property
    def unit(self) -> str:
        """Unit of the numbers, of all where they differ."""
        units = list(dict.fromkeys(side.unit for side in self.present))
        return units[0] if len(units) == 1 else words.in_words([unit or "1" for unit in units])

    @property
    def differs(self) -> bool:
        if len(self.present) < len(self.sides):
            return True
        printed = [
            (words.measurement(side), *(words.amount(x, self.unit) for x in _numbers(side)))
            for side in self.present
        ]
        return len(set(printed)) > 1

    @property
    def reasons(self) -> str:
        return " ".join(
            f"{label}: {side.reason}."
            for label, side in zip(labels_of(self.sides), self.sides)
            if side is not None and side.value is None
        )

    @property
    def is_long(self) -> bool:
        """Whether one of them is a list that is printed by its length only."""
        return any(_shape(measurement) > words.LONGEST_LIST for measurement in self.present)

    @property
    def lines(self) -> List[Tuple[str, ...]]:
        """Printed values, one line per number: each report's, the difference, and that in %."""
        if self.is_long:
            return [(*map(_printed, self.sides), "", "")]
        if not self.differences:
            columns = map(_each_printed, self.sides)
            return [(*line, "", "") for line in zip_longest(*columns, fillvalue="")]
        unit = self.unit
        values = zip(*map(_numbers, self.present))
        return [
            (*(words.amount(x, unit) for x in line), _signed(difference, of_two=len(line) == 2),
             _percent(relative, of_two=len(line) == 2))
            for line, difference, relative in zip(values, self.differences, self.relative)
        ]  # fmt: skip


def difference_headings(reports: Sequence[object], minus: str = "-") -> Tuple[str, str]:
    """What the two columns after the values of the reports hold."""
    of_two = len(reports) == 2
    return f"B {minus} A" if of_two else f"largest {minus} smallest", "in % of A"


def numbers_of(measurements: Sequence[Mapping[str, Measurement]]) -> List[NumberRow]:
    """The measurements of all reports in rows by name, those of A first."""
    names = dict.fromkeys(name for of_report in measurements for name in of_report)
    return [_row(name, tuple(one.get(name) for one in measurements)) for name in names]


def _row(name: str, sides: Tuple[Optional[Measurement], ...]) -> NumberRow:
    present = [side for side in sides if side is not None]
    alike = len({(side.unit, _shape(side)) for side in present}) == 1
    if len(present) < len(sides) or not alike or any(map(_is_text, present)):
        return NumberRow(name, sides)
    values = list(zip(*map(_numbers, present)))
    differences = tuple(map(_difference, values))
    relative = tuple(
        None if difference is None or not line[0] else 100.0 * difference / abs(line[0])
        for difference, line in zip(differences, values)
    )
    return NumberRow(name, sides, differences, relative)


def _difference(values: Sequence[Optional[Number]]) -> Difference:
    """B - A of two numbers, largest - smallest of more; None if one is missing."""
    every = [value for value in values if value is not None]
    if len(every) < len(values):
        return None
    return float(every[1] - every[0] if len(every) == 2 else max(every) - min(every))


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


def _signed(value: Difference, digits: int = 4, of_two: bool = True) -> str:
    """With its sign if it is the difference of two; "" for a missing one."""
    if value is None:
        return ""
    return f"{'+' if value > 0 and of_two else ''}{number(value, digits)}"


def _percent(value: Difference, of_two: bool) -> str:
    # A hundredfold change and more only says that A is nearly 0.
    if value is None or abs(value) >= _LARGEST_PERCENTAGE:
        return ""
    if 0 < abs(value) < _LEAST_PERCENTAGE:
        return f"below {_LEAST_PERCENTAGE:g} %"
    return f"{_signed(value, 3, of_two)} %"
