"""What findings are drawn from: the input record and the measurements, and no sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import List, Mapping, Optional, Tuple

from vrs.checks.beside import name_of_built_in
from vrs.checks.inputs import InputRecord
from vrs.checks.result import Measurement, Outcome
from vrs.report.model import INPUT, Evidence, Report

EVIDENCE = "evidence"


@dataclass(frozen=True)
class Facts:
    """The measurements of a report.

    Attributes
    ----------
    record : InputRecord
    outcomes : mapping of str to Outcome -- by identifier: "input", "0.a" to "0.h", "evidence"
    """

    record: InputRecord
    outcomes: Mapping[str, Outcome]

    @property
    def resolution(self) -> Optional[float]:
        """Reported resolution in Å."""
        return self.record.resolution

    def source(self, ground: Evidence) -> Evidence:
        """The measurement of the built-in engine, where another program measured the same."""
        outcome = self.outcomes.get(ground.check)
        measurements = outcome.measurements if outcome else {}
        return Evidence(ground.check, name_of_built_in(ground.measurement, measurements))

    def by_whom(self, ground: Evidence) -> str:
        """Words after a number of which the section shows that of another program, else ""."""
        return " (by the built-in engine)" if self.source(ground) != ground else ""

    def measurement(self, ground: Evidence) -> Optional[Measurement]:
        """The built-in measurement, None if there is none or it has no value."""
        outcome = self.outcomes.get(ground.check)
        name = self.source(ground).measurement
        found = outcome.measurements.get(name) if outcome else None
        return found if found and found.value is not None else None

    def number(self, ground: Evidence) -> Optional[float]:
        """The value of a measurement that is one number, None if it does not exist."""
        found = self.measurement(ground)
        return float(found.value) if found and isinstance(found.value, (int, float)) else None

    def numbers(self, ground: Evidence, length: int) -> Optional[List[float]]:
        """The values of a measurement that has so many, None if one does not exist."""
        found = self.measurement(ground)
        if found is None or not isinstance(found.value, list) or len(found.value) != length:
            return None
        known = [float(item) for item in found.value if item is not None]
        return known if len(known) == length else None

    def evaluated(self, check: str) -> bool:
        """Whether a check applied and measured."""
        outcome = self.outcomes.get(check)
        return outcome is not None and outcome.evaluated

    def broken(self, check: str, rules: Tuple[str, ...]) -> bool:
        """Whether a check warns that one of the rules is broken."""
        outcome = self.outcomes.get(check)
        return outcome is not None and any(warning.rule in rules for warning in outcome.warnings)


def facts_of(report: Report) -> Facts:
    """The measurements of a whole report."""
    return Facts(report.input, {section.id: section for section in report.sections})


def of_input(name: str) -> Evidence:
    """A measurement of the preparation."""
    return Evidence(INPUT, name)


def of_evidence(name: str) -> Evidence:
    """A measurement of the evidence."""
    return Evidence(EVIDENCE, name)
