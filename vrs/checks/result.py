"""What a check says: numbers with units, warnings by the published rule, remarks, curves and maps.

A check is computed in memory and kept as a folder: ``check.json``, one CSV file a curve and one MRC
file a map. ``Check.save`` writes it, ``Check.load`` reads it back; the report knows nothing else.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any, Dict, List, Optional, Sequence, Union

import numpy as np

from vrs.checks.curves import Curve, read_curve, write_curve
from vrs.checks.figures import (
    Figure,
    Table,
    figure_from_dict,
    figure_to_dict,
    table_from_dict,
)
from vrs.checks.rule import Decision
from vrs.level0.criteria import CRITERIA
from vrs.maps import DensityMap, read_map, write_map
from vrs.maps.errors import VrsError

Number = Union[int, float]
Value = Union[Number, List[Optional[Number]], None]

CHECK_FILE = "check.json"
OWN_ENGINE = "embedded"


class CannotMeasure(VrsError):
    """The map does not allow the measurement; the message says why and what to do.

    ``engine`` is the program that was tried, where that was not our own.
    """

    def __init__(self, reason: str, engine: Optional[Engine] = None, advice: str = "") -> None:
        super().__init__(reason, advice)
        self.engine = engine


class Status(str, Enum):
    """Outcome of a check. Only the first two are evaluated, that is, count in the score."""

    OK = "ok"
    WARNINGS = "warnings"
    NOT_APPLICABLE = "not_applicable"
    NOT_MEASURED = "not_measured"

    @property
    def evaluated(self) -> bool:
        """Whether a check that ended so counts in the score."""
        return self in (Status.OK, Status.WARNINGS)

    def text(self, warnings: int) -> str:
        """In the words of the report, with the number of warnings: "OK", "2 warnings", ..."""
        return {
            Status.OK: "OK",
            Status.WARNINGS: f"{warnings} warning{'' if warnings == 1 else 's'}",
            Status.NOT_APPLICABLE: "Does not apply",
            Status.NOT_MEASURED: "Could not be measured",
        }[self]


class Severity(str, Enum):
    """Weight of a remark; remarks never change the score."""

    NOTE = "note"
    CAUTION = "caution"
    PROBLEM = "problem"


def _plain(value: Any) -> Value:
    """Python number, or list of them, from numpy's; refuses NaN and infinity: JSON has none."""
    if value is None:
        return None
    if isinstance(value, (list, tuple, np.ndarray)):
        return [_plain(item) for item in value]  # type: ignore[misc]
    number: Number = value.item() if isinstance(value, np.generic) else value
    if isinstance(number, bool) or not isinstance(number, (int, float)):
        raise TypeError(f"a measurement is a number or a list of numbers, not {value!r}")
    if not math.isfinite(number):
        raise ValueError(f"{number} cannot be reported: give None and a reason")
    return number


@dataclass(frozen=True)
class Measurement:
    """A number (or list of numbers) with its unit ("" for pure numbers) and what it means.

    Raises
    ------
    ValueError
        If the value is not finite, or is None without a reason.
    """

    value: Value
    unit: str
    definition: str
    reason: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", _plain(self.value))
        if self.value is None and not self.reason:
            raise ValueError(f"a missing value needs a reason: {self.definition}")


def memory_measurement(
    peak: Optional[int], reason: str = "the process that measured did not record it"
) -> Measurement:
    """The largest resident memory of a process, from bytes to MB (a million bytes)."""
    definition = (
        "largest resident memory of the process of this check, with the interpreter, all libraries "
        "and the parts of map files that it had mapped"
    )
    if peak is None:
        return Measurement(None, "MB", definition, reason)
    return Measurement(round(peak / 1e6, 1), "MB", definition)


@dataclass(frozen=True)
class RuleWarning:
    """A published rule that the map breaks, and what to do about it.

    ``rule`` is its identifier in the table of criteria. Warnings of one rule share the advice.
    """

    rule: str
    message: str
    advice: str = ""


@dataclass(frozen=True)
class Remark:
    """What the published rule does not say; never scored."""

    severity: Severity
    message: str

    @property
    def line(self) -> str:
        """The message after its severity: "Caution: ..."."""
        return f"{self.severity.value.capitalize()}: {self.message}"


@dataclass(frozen=True)
class Engine:
    """The program that measured.

    Attributes
    ----------
    name : str
        ``OWN_ENGINE`` for what is programmed here.
    version : str
    checksum : str
        For a network the SHA-256 of its file.
    accuracy : str
        For a network of ours one sentence: how far it was off on data it was not trained on.
    references : sequence of str
        BibTeX keys of the papers of the program, if it is not ours.
    """

    name: str
    version: str
    checksum: str = ""
    accuracy: str = ""
    references: Sequence[str] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "references", tuple(self.references))


class Judged:
    """What has a status and warnings, and what these mean."""

    status: Status
    warnings: Sequence[RuleWarning]

    @property
    def evaluated(self) -> bool:
        """Whether the check counts in the score."""
        return self.status.evaluated

    @property
    def status_text(self) -> str:
        """Status in the words of the report: "OK", "2 warnings", "Does not apply", ..."""
        return self.status.text(len(self.warnings))


@dataclass
class Check(Judged):
    """Result of one check.

    Attributes
    ----------
    id, title : str
        "0.a" and "Mass analysis".
    status : Status
    reason : str
        Why the check does not apply or could not be measured; "" otherwise.
    headline : str
        One sentence for the summary of the report.
    results : list of str
        Sentences of the section: plain text with Unicode symbols and the numbers in it.
    criteria : list of str
        Identifiers of the criteria that apply, in the table of criteria.
    decisions : list of Decision
        The number that each scored rule was tested with, one a rule; the main one comes first.
    warnings, remarks : list
        The published rule, and what it does not say.
    measurements : dict
        Name -> Measurement, as in the contract of report.json.
    curves : dict
        Name -> Curve. Kept as NAME.csv.
    volumes : dict
        Name -> DensityMap. Kept as NAME.mrc.
    figures, tables : list
        What to draw, as data; the report decides how.
    engine : Engine
    seconds : float
    peak_memory : Measurement
        Largest memory of the process that measured; see ``memory_measurement``.
    """

    id: str
    title: str
    status: Status
    engine: Engine
    reason: str = ""
    headline: str = ""
    results: List[str] = field(default_factory=list)
    criteria: List[str] = field(default_factory=list)
    decisions: List[Decision] = field(default_factory=list)
    warnings: List[RuleWarning] = field(default_factory=list)
    remarks: List[Remark] = field(default_factory=list)
    measurements: Dict[str, Measurement] = field(default_factory=dict)
    curves: Dict[str, Curve] = field(default_factory=dict)
    volumes: Dict[str, DensityMap] = field(default_factory=dict)
    figures: List[Figure] = field(default_factory=list)
    tables: List[Table] = field(default_factory=list)
    seconds: float = 0.0
    peak_memory: Measurement = field(default_factory=lambda: memory_measurement(None))

    @property
    def deciding(self) -> List[Decision]:
        """The numbers that decided the status: those that break a rule, else the main one."""
        return [found for found in self.decisions if found.broken] or self.decisions[:1]

    def decide(self, rule: str, quantity: str, value: Number, text: str = "") -> bool:
        """Test a number by a rule and record it; returns whether the rule holds.

        Parameters
        ----------
        rule : str
            Identifier in the table of criteria.
        quantity : str
            What was measured; of several numbers the worst, and where it is.
        value : float
            In the unit of the rule.
        text : str
            How to print the number, where its digits would mislead.
        """
        criterion = CRITERIA[rule]
        number = float(value)
        holds = criterion.holds(number)
        printed = text or criterion.number(number)
        self.decisions.append(
            Decision(rule, quantity, number, criterion.unit, printed, broken=not holds)
        )
        return holds

    def warn(self, rule: str, message: str) -> None:
        """Record a broken rule; the advice comes from the table of criteria."""
        tested = next((found.value for found in self.decisions if found.rule == rule), None)
        self.warnings.append(RuleWarning(rule, message, CRITERIA[rule].advice_for(tested)))
        self.status = Status.WARNINGS

    def remark(self, severity: Severity, message: str) -> None:
        """Record a remark."""
        self.remarks.append(Remark(severity, message))

    def measure(self, name: str, value: Any, unit: str, definition: str, reason: str = "") -> None:
        """Record a measurement."""
        self.measurements[name] = Measurement(value, unit, definition, reason)

    def to_dict(self) -> Dict[str, Any]:
        """The check as JSON data; curves and maps appear as the names of their files."""
        data: Dict[str, Any] = {
            "id": self.id,
            "title": self.title,
            "status": self.status.value,
            "reason": self.reason,
            "headline": self.headline,
            "results": list(self.results),
            "criteria": list(self.criteria),
            "decisions": [asdict(decision) for decision in self.decisions],
            "warnings": [asdict(warning) for warning in self.warnings],
            "remarks": [
                {"severity": remark.severity.value, "message": remark.message}
                for remark in self.remarks
            ],
            "measurements": {
                name: _measurement_to_dict(measurement)
                for name, measurement in self.measurements.items()
            },
            "curves": {name: f"{name}.csv" for name in self.curves},
            "volumes": {name: f"{name}.mrc" for name in self.volumes},
            "figures": [figure_to_dict(figure) for figure in self.figures],
            "tables": [asdict(table) for table in self.tables],
            "engine": asdict(self.engine),
            "seconds": self.seconds,
            "peak_memory": _measurement_to_dict(self.peak_memory),
        }
        return data

    def save(self, folder: Path) -> Path:
        """Write check.json, curves and maps into ``folder``; returns the path of check.json.

        check.json is written last, so that a folder with it is complete.
        """
        folder.mkdir(parents=True, exist_ok=True)
        for name, curve in self.curves.items():
            write_curve(folder / f"{name}.csv", curve)
        for name, volume in self.volumes.items():
            write_map(folder / f"{name}.mrc", volume)
        path = folder / CHECK_FILE
        path.write_text(
            json.dumps(self.to_dict(), indent=1, ensure_ascii=False, allow_nan=False),
            encoding="utf-8",
        )
        return path

    @classmethod
    def load(cls, folder: Path) -> "Check":
        """Read what ``save`` wrote; the maps stay on disk until their values are used."""
        data = json.loads((folder / CHECK_FILE).read_text(encoding="utf-8"))
        return cls(
            id=data["id"],
            title=data["title"],
            status=Status(data["status"]),
            engine=Engine(**data["engine"]),
            reason=data["reason"],
            headline=data["headline"],
            results=data["results"],
            criteria=data["criteria"],
            decisions=[Decision(**decision) for decision in data.get("decisions", [])],
            warnings=[RuleWarning(**warning) for warning in data["warnings"]],
            remarks=[Remark(Severity(r["severity"]), r["message"]) for r in data["remarks"]],
            measurements={name: Measurement(**m) for name, m in data["measurements"].items()},
            curves={name: read_curve(folder / file) for name, file in data["curves"].items()},
            volumes={
                name: read_map(folder / file, memory_map=True)
                for name, file in data["volumes"].items()
            },
            figures=[figure_from_dict(figure) for figure in data["figures"]],
            tables=[table_from_dict(table) for table in data["tables"]],
            seconds=data["seconds"],
            # Earlier versions did not keep it.
            peak_memory=(
                Measurement(**data["peak_memory"])
                if "peak_memory" in data
                else memory_measurement(None)
            ),
        )


def _measurement_to_dict(measurement: Measurement) -> Dict[str, Any]:
    data: Dict[str, Any] = {
        "value": measurement.value,
        "unit": measurement.unit,
        "definition": measurement.definition,
    }
    if measurement.reason:
        data["reason"] = measurement.reason
    return data
