"""What two reports are about, in lines for both."""

from __future__ import annotations

from typing import Any, List, Mapping, Tuple

from vrs.report.compare.finished import FinishedReport
from vrs.report.text import words

_NONE = "–"


def identity_lines(a: FinishedReport, b: FinishedReport) -> List[Tuple[str, str, str]]:
    """Label, value in A and value in B of what the reports are about."""
    pairs = zip(_identity(a), _identity(b))
    return [
        (label, first, second)
        for (label, first), (_, second) in pairs
        if (first, second) != (_NONE, _NONE)
    ]


def _identity(report: FinishedReport) -> List[Tuple[str, str]]:
    given = report.input
    entry = given.get("entry") or {}
    score = report.score
    date = str(report.provenance.get("date") or "")
    versions = report.provenance.get("versions") or {}
    return [
        ("Title", report.title or _NONE),
        ("Entry", str(entry.get("id", _NONE))),
        ("Map file", str(given.get("file", _NONE))),
        ("Box", box_in_print(given)),
        ("Voxel size", words.measured(given.get("voxel_size"), "Å")),
        ("Contour level", words.measured(given.get("contour"))),
        ("Reported resolution", words.measured(given.get("resolution"), "Å")),
        ("Date of the report", words.date(date) if date else _NONE),
        ("Written by", f"scipion-em-vrs {versions.get('scipion-em-vrs', '–')}"),
        ("Score", f"{score.get('passed', '–')} of {score.get('evaluated', '–')} evaluated checks"),
    ]


def box_in_print(given: Mapping[str, Any]) -> str:
    """The box of the block "input"."""
    box = given.get("box")
    return " × ".join(map(str, box)) + " voxels" if isinstance(box, list) else _NONE
