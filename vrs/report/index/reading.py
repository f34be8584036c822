"""The part of report.json that an index needs, read from reports of any version of the program.

Unlike ``Report`` these types take no notice of further fields, and almost every field may be
missing.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List, Literal, Optional, Tuple

import msgspec

from vrs.checks.result import Status
from vrs.checks.store import read_json
from vrs.report.model import PACKAGE, Overall, Score, Weight


class ReadRule(msgspec.Struct, frozen=True):
    id: str
    must: str = ""
    limits: Tuple[float, ...] = ()
    unit: str = ""
    text: str = ""
    short: str = ""
    measurements: List[str] = []


class ReadDecision(msgspec.Struct, frozen=True):
    rule: str
    quantity: str
    value: float
    text: str
    broken: bool
    deciding: bool = False


class ReadWarning(msgspec.Struct, frozen=True):
    count: int = 1


class ReadMeasurement(msgspec.Struct, frozen=True):
    value: Any = None
    version: int = 1


class ReadEngine(msgspec.Struct, frozen=True):
    name: str = ""
    version: str = ""
    checksum: str = ""


class ReadSection(msgspec.Struct, frozen=True):
    """A check, the evidence or the input."""

    id: str
    status: str
    title: str = ""
    reason: str = ""
    warnings: List[ReadWarning] = []
    engine: ReadEngine = ReadEngine()
    measurements: Dict[str, ReadMeasurement] = {}
    criteria: List[ReadRule] = []
    decisions: List[ReadDecision] = []

    @property
    def evaluated(self) -> bool:
        return self.status in (Status.OK.value, Status.WARNINGS.value)


class ReadFigure(msgspec.Struct, frozen=True):
    """A figure: the kind of its request, and its pictures."""

    figure: Dict[str, Any] = {}
    file: Optional[str] = None
    thumbnail: Optional[str] = None


class ReadInputSection(msgspec.Struct, frozen=True):
    measurements: Dict[str, ReadMeasurement] = {}
    figures: List[ReadFigure] = []


class ReadEntry(msgspec.Struct, frozen=True):
    id: str
    title: Optional[str] = None


class ReadInput(msgspec.Struct, frozen=True):
    file: str = ""
    contour: float = 0.0
    resolution: Optional[float] = None
    unusable: str = ""
    entry: Optional[ReadEntry] = None


class ReadFinding(msgspec.Struct, frozen=True):
    id: str
    severity: Weight
    title: str
    caused_by: Optional[str] = None


class ReadLevel(msgspec.Struct, frozen=True):
    id: str
    title: str = ""
    checks: List[ReadSection] = []
    score: Optional[Score] = None


class ReadProvenance(msgspec.Struct, frozen=True):
    versions: Dict[str, Optional[str]] = {}
    date: str = ""
    seconds: Optional[float] = None


class ReadReport(msgspec.Struct, frozen=True):
    """A report.json, as far as an index needs it."""

    schema_version: Literal["1.0"]
    input: ReadInput
    level: ReadLevel
    checks: List[ReadSection]
    title: str = ""
    score: Optional[Score] = None
    overall: Optional[Overall] = None
    findings: List[ReadFinding] = []
    input_section: ReadInputSection = ReadInputSection()
    evidence: Optional[ReadSection] = None
    levels: List[ReadLevel] = []
    provenance: ReadProvenance = ReadProvenance()

    @property
    def all_levels(self) -> List[ReadLevel]:
        """The levels in their order, however many."""
        if self.levels:
            return self.levels
        return [ReadLevel(self.level.id, self.level.title, self.checks, self.score)]

    @property
    def all_checks(self) -> List[ReadSection]:
        return [check for level in self.all_levels for check in level.checks]

    @property
    def version(self) -> str:
        """Of the program that wrote the report, "unknown" if it does not say so."""
        return self.provenance.versions.get(PACKAGE) or "unknown"


def read_for_index(file: Path) -> ReadReport:
    """Read a report.json.

    Raises
    ------
    OSError
        If the file cannot be read.
    msgspec.MsgspecError
        If it is no report.json, or lacks what every index needs.
    """
    return read_json(file, ReadReport)
