"""A finished report, read back from report.json; what an older one lacks is empty, not an error."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Dict, List, Mapping, Optional, Tuple, Type, TypeVar

from vrs.checks.curves import Curve, read_curve
from vrs.checks.result import Engine, Judged, Measurement, Remark, RuleWarning, Severity, Status
from vrs.checks.rule import Decision
from vrs.maps.errors import VrsError
from vrs.report.figures.plots import screen
from vrs.report.text import words

REPORT_FILE = "report.json"
INPUT = "input"
"""Identifier of the section about the input, which is shown like a check."""

_Kind = TypeVar("_Kind")


class NotAReport(VrsError):
    """The path does not lead to a report."""


@dataclass(frozen=True)
class Rule:
    """A published rule, or a limit of applicability, as the report applied it."""

    id: str
    text: str
    scored: bool
    broken: bool
    alternative_to: str


@dataclass(frozen=True)
class FinishedCheck(Judged):
    """A check of a finished report.

    Attributes
    ----------
    id, title, reason, headline : str
    status : Status
    warnings : tuple of RuleWarning
        Their advice is empty in older reports.
    remarks : tuple of Remark
    rules : dict
        Identifier -> Rule.
    decisions : tuple of Decision
        The numbers that the scored rules were tested with; none in older reports.
    measurements : dict
        Name -> Measurement.
    figures : tuple of dict
        As in report.json.
    curve_files : dict
        Name -> path from the folder of the report.
    engine : Engine
    """

    id: str
    title: str
    status: Status
    reason: str = ""
    headline: str = ""
    warnings: Tuple[RuleWarning, ...] = ()
    remarks: Tuple[Remark, ...] = ()
    rules: Mapping[str, Rule] = field(default_factory=dict)
    decisions: Tuple[Decision, ...] = ()
    measurements: Mapping[str, Measurement] = field(default_factory=dict)
    figures: Tuple[Mapping[str, Any], ...] = ()
    curve_files: Mapping[str, str] = field(default_factory=dict)
    engine: Engine = Engine("", "")

    @property
    def deciding(self) -> Optional[Decision]:
        """The number that decided the status: one that breaks a rule, else the first."""
        broken = [found for found in self.decisions if found.broken]
        return next(iter((*broken, *self.decisions)), None) if self.evaluated else None

    @property
    def finding(self) -> str:
        """The sentence of the summary: what was found, or why nothing was."""
        told = self.headline if self.evaluated else self.reason
        return words.sentence(told or f"{self.title}: {self.status_text}")


@dataclass(frozen=True)
class FinishedReport:
    """A finished report and the folder with its figures and curves."""

    folder: Path
    schema_version: str
    title: str
    level: str
    input: Mapping[str, Any]
    input_section: FinishedCheck
    checks: Tuple[FinishedCheck, ...]
    score: Mapping[str, Any]
    provenance: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Title of the map, or the name of its file."""
        return self.title or str(self.input.get("file") or self.folder.name)

    @property
    def sections(self) -> Tuple[FinishedCheck, ...]:
        """The section about the input, and the checks."""
        return (self.input_section, *self.checks)

    def check(self, check_id: str) -> Optional[FinishedCheck]:
        """The check, or the section about the input, of this identifier."""
        return next((check for check in self.sections if check.id == check_id), None)

    def picture(self, figure: Mapping[str, Any]) -> Optional[Path]:
        """The picture for screens of one of its figures, None if it was not drawn or is gone."""
        drawn = self._inside(figure.get("file"))
        shown = None if drawn is None else screen(drawn)
        return shown if shown is not None and shown.is_file() else None

    def curve(self, check: FinishedCheck, name: str) -> Optional[Curve]:
        """A curve of one of its checks, None if it is gone or damaged."""
        file = self._inside(check.curve_files.get(name))
        try:
            return None if file is None else read_curve(file)
        except (OSError, ValueError, IndexError):
            return None

    def _inside(self, file: Any) -> Optional[Path]:
        """The file, if its name does not lead out of the folder of the report."""
        if not isinstance(file, str) or not file:
            return None
        path = PurePosixPath(file)
        return None if path.is_absolute() or ".." in path.parts else self.folder / path


def read_report(path: Path) -> FinishedReport:
    """Read a report from its folder or from its report.json.

    Raises
    ------
    NotAReport
    """
    file = path / REPORT_FILE if path.is_dir() else path
    if not file.exists():
        if file.parent == path:
            raise NotAReport(
                f"{path} has no {REPORT_FILE}: give the folder of a report that “vrs report” wrote"
            )
        raise NotAReport(f"{path} does not exist: give the folder of a report, or its report.json")
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise NotAReport(f"{file} cannot be read ({error.strerror or error})") from error
    except ValueError as error:
        raise NotAReport(
            f"{file} is not a report.json (it is not JSON): give the folder of a report"
        ) from error
    if not (isinstance(data, dict) and _is(data, INPUT, dict) and _is(data, "checks", list)):
        raise NotAReport(
            f"{file} is not the report.json of a validation report: it has no input and no checks"
        )
    return _report(data, file.parent)


def _is(data: Mapping[str, Any], name: str, kind: Type[Any]) -> bool:
    return isinstance(data.get(name), kind)


def _report(data: Mapping[str, Any], folder: Path) -> FinishedReport:
    section = {
        **_get(data, "input_section", dict),
        "id": INPUT,
        "title": "Input data",
        "status": Status.OK.value,
        "measurements": _get(data, "masks", dict),
    }
    return FinishedReport(
        folder=folder,
        schema_version=_get(data, "schema_version", str),
        title=_get(data, "title", str),
        level=_get(_get(data, "level", dict), "id", str),
        input=data[INPUT],
        input_section=_check(section),
        checks=tuple(_check(check) for check in data["checks"] if _is(check, "id", str)),
        score=_get(data, "score", dict),
        provenance=_get(data, "provenance", dict),
    )


def _check(data: Mapping[str, Any]) -> FinishedCheck:
    status, reason = _status(_get(data, "status", str))
    return FinishedCheck(
        id=data["id"],
        title=_get(data, "title", str),
        status=status,
        reason=_get(data, "reason", str) or reason,
        headline=_get(data, "headline", str),
        warnings=tuple(_warning(warning) for warning in _mappings(data, "warnings")),
        remarks=tuple(_remark(remark) for remark in _mappings(data, "remarks")),
        rules={rule.id: rule for rule in map(_rule, _mappings(data, "criteria"))},
        measurements={
            name: _measurement(found)
            for name, found in _get(data, "measurements", dict).items()
            if isinstance(found, dict)
        },
        figures=tuple(_mappings(data, "figures")),
        curve_files=_get(data, "curves", dict),
        decisions=_decisions(data),
        engine=Engine(**_texts(_get(data, "engine", dict), "name", "version", "checksum")),
    )


def _status(text: str) -> Tuple[Status, str]:
    """The status, and a reason if this version does not know it."""
    try:
        return Status(text), ""
    except ValueError:
        return Status.NOT_MEASURED, f"the report has a status “{text}” that is not known here"


def _warning(data: Mapping[str, Any]) -> RuleWarning:
    return RuleWarning(**_texts(data, "rule", "message", "advice"))


def _decisions(data: Mapping[str, Any]) -> Tuple[Decision, ...]:
    found = _mappings(data, "decisions")
    return tuple(
        Decision(
            value=float(decision["value"]),
            broken=bool(decision.get("broken", False)),
            **_texts(decision, "rule", "quantity", "unit", "text"),
        )
        for decision in found
        if isinstance(decision.get("value"), (int, float))
    )


def _remark(data: Mapping[str, Any]) -> Remark:
    try:
        severity = Severity(data.get("severity"))
    except ValueError:
        severity = Severity.NOTE
    return Remark(severity, _get(data, "message", str))


def _rule(data: Mapping[str, Any]) -> Rule:
    return Rule(
        id=_get(data, "id", str),
        text=_get(data, "text", str),
        scored=bool(data.get("scored", True)),
        broken=bool(data.get("broken", False)),
        alternative_to=_get(data, "alternative_to", str),
    )


def _measurement(data: Mapping[str, Any]) -> Measurement:
    value = data.get("value")
    reason = _get(data, "reason", str)
    try:
        return Measurement(value, _get(data, "unit", str), _get(data, "definition", str), reason)
    except (TypeError, ValueError):
        told = reason or "the report does not say why"
        return Measurement(None, _get(data, "unit", str), _get(data, "definition", str), told)


def _texts(data: Mapping[str, Any], *names: str) -> Dict[str, str]:
    return {name: _get(data, name, str) for name in names}


def _mappings(data: Mapping[str, Any], name: str) -> List[Dict[str, Any]]:
    return [item for item in _get(data, name, list) if isinstance(item, dict)]


def _get(data: Mapping[str, Any], name: str, kind: Type[_Kind]) -> _Kind:
    """The value of this type, or the empty one."""
    value = data.get(name)
    return value if isinstance(value, kind) else kind()
