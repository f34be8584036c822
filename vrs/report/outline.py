"""The order of the report, once for every format.

A new part is one line here and one renderer in each format that has it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, List, Optional, Tuple

from vrs.report.model import INPUT_SECTION, LevelContent, Report

PDF = "pdf"
HTML = "html"


@dataclass(frozen=True)
class Part:
    """A part of the report.

    Attributes
    ----------
    id : str -- Formats have a renderer by this name.
    title : str -- Its heading; "" for none. A level has its own.
    short : str -- Its name in a bar of links, if that is not the title.
    numbered : bool -- Whether it is a numbered section.
    formats : tuple of str -- Which formats have it.
    """

    id: str
    title: str
    short: str = ""
    numbered: bool = False
    formats: Tuple[str, ...] = (PDF, HTML)


PARTS = (
    Part("cover", ""),
    Part("verdict", "Verdict"),
    Part("advice", "Warnings, and what to do", "What to do"),
    Part("peers", "The map among its peers", "Peers"),
    Part("contents", "Contents", formats=(PDF,)),  # a page for the browser has a bar of links
    Part("context", "About this report", "About"),
    Part("entry", "The entry", short="Entry"),
    Part("input", "Input data", numbered=True),
    Part("evidence", "What kind of map is this?", short="Kind of map", numbered=True),
    Part("level", "", numbered=True),
    Part("measurements", "All measurements", "Measurements", numbered=True),
    Part("provenance", "Provenance", numbered=True),
    Part("methods", "For the methods of a paper", "Methods"),
    Part("references", "References"),
)


@dataclass(frozen=True)
class PlacedPart(Part):
    """A part as a report has it: ``number`` of its section, and the level that it is about."""

    number: str = ""
    level: Optional[LevelContent] = None

    @property
    def anchor(self) -> str:
        """Name of the part as the target of links."""
        return f"level-{self.level.id}" if self.level else self.id


def outline(report: Report, format_name: str) -> List[PlacedPart]:
    """The parts of a report in their order, one for every level."""
    placed: List[PlacedPart] = []
    section = int(INPUT_SECTION)
    has = {
        "advice": report.with_warnings, "entry": report.entry, "evidence": report.evidence,
        "peers": report.peers,
    }  # fmt: skip
    absent = [name for name, content in has.items() if not content]
    for part in PARTS:
        if format_name not in part.formats or part.id in absent:
            continue
        if part.id == "level":
            for level in report.all_levels:
                placed.append(_placed(part, level.section, title=level.title, level=level))
            section += len(report.all_levels)
        else:
            placed.append(_placed(part, str(section) if part.numbered else ""))
            section += part.numbered
    return placed


def _placed(part: Part, number: str, **fields: Any) -> PlacedPart:
    return PlacedPart(**{**vars(part), "number": number, **fields})
