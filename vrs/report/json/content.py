"""The content of report.json: every number and sentence of the report as data."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Dict, List, Optional

from vrs.checks.curves import Curve
from vrs.checks.figures import Table, TableColumn

if TYPE_CHECKING:
    from vrs.report.model import DrawnFigure, Report, Section

SCHEMA_VERSION = "1.0"


def content_of(report: Report) -> Dict[str, Any]:
    """What report.json holds (see ``report.schema.json``)."""
    table_numbers = iter(range(1, 1 + _count_tables(report)))
    sections = [
        _section(section, [next(table_numbers) for _ in section.check.tables])
        for section in (report.input_section, *report.sections)
    ]
    section1, checks = sections[0], sections[1:]
    methods = report.methods
    return {
        "schema_version": SCHEMA_VERSION,
        "title": report.title,
        "level": {
            "id": report.level.id,
            "title": report.level.title,
            "evidence": report.level.evidence,
            "limits": report.level.limits,
        },
        "input": dict(report.input),
        "masks": section1["measurements"],
        "input_section": {
            name: section1[name]
            for name in (
                "results",
                "remarks",
                "figures",
                "tables",
                "curves",
                "volumes",
                "seconds",
                "peak_memory",
            )
        },
        "checks": checks,
        "score": asdict(report.score),
        "summary": report.summary,
        "notes": list(report.notes),
        "slice_viewer": None if report.slice_viewer is None else dict(report.slice_viewer),
        "methods": {
            "text": methods.text,
            "references": [reference.key for reference in methods.references],
            "bibtex": methods.bibtex,
        },
        "references": [
            {
                "number": number,
                "key": reference.key,
                "text": reference.text,
                "doi": reference.doi,
                "url": reference.url,
            }
            for number, reference in enumerate(report.references, start=1)
        ],
        "provenance": dict(report.provenance),
    }


def _count_tables(report: Report) -> int:
    every = (report.input_section, *report.sections)
    return sum(len(section.check.tables) for section in every)


def _section(section: Section, table_numbers: List[int]) -> Dict[str, Any]:
    check = section.check
    data = check.to_dict()
    data["section"] = section.number
    data["explanation"] = section.info.explanation
    data["criteria"] = [
        {
            **asdict(criterion),
            "text": criterion.text,
            "short": criterion.short,
            "broken": section.is_broken(criterion),
        }
        for criterion in section.criteria
    ]
    data["decisions"] = [
        {**asdict(decision), "deciding": decision in check.deciding} for decision in check.decisions
    ]
    data["curves"] = dict(section.curve_files)
    data["volumes"] = dict(section.volume_files)
    data["figures"] = [
        _figure(specification, drawn)
        for specification, drawn in zip(data["figures"], section.figures)
    ]
    data["tables"] = [
        {**specification, "number": number, "rows": _rows(table, check.curves.get(table.curve, {}))}
        for specification, number, table in zip(data["tables"], table_numbers, check.tables)
    ]
    return data


def _figure(specification: Dict[str, Any], drawn: DrawnFigure) -> Dict[str, Any]:
    return {
        **specification,
        "number": drawn.number,
        "caption": drawn.caption,
        "alt": drawn.alt,
        "file": drawn.file or None,
        "drawing": drawn.details,
    }


def _rows(table: Table, curve: Curve) -> List[List[Optional[float]]]:
    """The printed numbers with full precision; none where the curve lacks a column."""
    if any(column.column not in curve for column in table.columns):
        return []
    columns = [curve[column.column].tolist() for column in table.columns]
    return [
        [_value(value, column) for value, column in zip(row, table.columns)]
        for row in zip(*columns)
    ]


def _value(value: float, column: TableColumn) -> Optional[float]:
    """The number, None for a missing one; a whole number where the table prints one."""
    if not math.isfinite(value):
        return None
    return int(round(value)) if column.format.endswith("d") else value
