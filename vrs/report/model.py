"""The report as data: what report.json holds and what the pages print."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from vrs.checks.figures import Figure, SurfaceFigure
from vrs.checks.level import CheckInfo, Level
from vrs.checks.result import Check, Remark, Severity, Status
from vrs.checks.rule import Criterion
from vrs.report.json.content import content_of
from vrs.report.text import words
from vrs.report.text.methods import Methods, methods_of
from vrs.report.text.references import SERVICE, Reference, cited

SCHEMA_FILE = "report.schema.json"


@dataclass(frozen=True)
class DrawnFigure:
    """A figure of the report.

    Attributes
    ----------
    figure : SliceFigure, LineFigure, HistogramFigure or SurfaceFigure
    number : int
        Counted through the report.
    caption : str
        The caption of the check and what the drawing adds: grey levels, or why there is none.
    file : str
        Path from the folder of the report; "" if it could not be drawn.
    details : dict
        Numbers of the drawing (indices of slices, grey levels, limits of colours).
    thumbnail : str
        Path of a small picture without text; "" for none.
    alt : str
        What the picture shows, for those who cannot see it.
    """

    figure: Figure
    number: int
    caption: str
    file: str = ""
    details: Dict[str, Any] = field(default_factory=dict)
    thumbnail: str = ""
    alt: str = ""


@dataclass(frozen=True)
class Section:
    """A check as the report shows it.

    ``curve_files`` and ``volume_files`` are the names under which other programs find the data:
    the curves in the folder of the report, the maps in that of the check.
    """

    number: str
    info: CheckInfo
    check: Check
    criteria: Tuple[Criterion, ...] = ()
    figures: Tuple[DrawnFigure, ...] = ()
    curve_files: Mapping[str, str] = field(default_factory=dict)
    volume_files: Mapping[str, str] = field(default_factory=dict)

    @property
    def heading(self) -> str:
        """Identifier and title: "0.a Mass analysis"."""
        return f"{self.info.id} {self.info.title}"

    @property
    def name(self) -> str:
        """How sentences name the section: the heading, of Section 1 the title alone."""
        return self.info.title if self.number == "1" else self.heading

    @property
    def anchor(self) -> str:
        """Name of the section as the target of links."""
        return f"check-{self.info.id}"

    def remarks(self, severity: Severity) -> List[Remark]:
        """The remarks of one severity."""
        return [remark for remark in self.check.remarks if remark.severity is severity]

    def is_broken(self, criterion: Criterion) -> bool:
        """Whether the map breaks this rule."""
        return any(warning.rule == criterion.id for warning in self.check.warnings)


@dataclass(frozen=True)
class Score:
    """How many checks ended how. Only OK and warnings are evaluated."""

    passed: int
    evaluated: int
    not_applicable: int
    not_measured: int

    @classmethod
    def of(cls, checks: Sequence[Check]) -> "Score":
        """Count the statuses."""
        statuses = [check.status for check in checks]
        return cls(
            passed=statuses.count(Status.OK),
            evaluated=sum(check.evaluated for check in checks),
            not_applicable=statuses.count(Status.NOT_APPLICABLE),
            not_measured=statuses.count(Status.NOT_MEASURED),
        )


@dataclass(frozen=True)
class Report:
    """Everything that the report says.

    Attributes
    ----------
    title : str
        Title on the cover; may be empty.
    level : Level
    input : dict
        The block "input" of report.json.
    input_section : Section
        Section 1; its measurements are the block "masks".
    sections : tuple of Section
        The checks in the order of the level.
    provenance : dict
        See ``vrs.report.provenance``.
    slice_viewer : dict or None
        Numbers of the slices that report.html shows (see ``vrs.report.html.slice_stack``).
    notes : tuple of str
        What happened to the results on their way to the report.
    """

    title: str
    level: Level
    input: Mapping[str, Any]
    input_section: Section
    sections: Tuple[Section, ...]
    provenance: Mapping[str, Any]
    slice_viewer: Optional[Mapping[str, Any]] = None
    notes: Tuple[str, ...] = ()

    @property
    def checks(self) -> List[Check]:
        """The checks of the level, in its order."""
        return [section.check for section in self.sections]

    @property
    def score(self) -> Score:
        """The score over all checks of the level."""
        return Score.of(self.checks)

    @property
    def resolution(self) -> Optional[float]:
        """Reported resolution in Å."""
        value: Optional[float] = self.input.get("resolution")
        return value

    @property
    def entry(self) -> Mapping[str, Any]:
        """What a data bank says about the map; empty for a map that comes from a file."""
        return self.input.get("entry") or {}

    @property
    def with_warnings(self) -> List[Section]:
        """The sections with warnings."""
        return [section for section in self.sections if section.check.warnings]

    @property
    def with_problems(self) -> List[Section]:
        """Section 1 and the checks that have remarks of severity "problem"."""
        every = (self.input_section, *self.sections)
        return [section for section in every if section.remarks(Severity.PROBLEM)]

    @property
    def with_cautions(self) -> List[Section]:
        """Section 1 and the checks that have remarks of severity "caution"."""
        every = (self.input_section, *self.sections)
        return [section for section in every if section.remarks(Severity.CAUTION)]

    @property
    def cover_figure(self) -> Optional[DrawnFigure]:
        """The view of the map for the first page, None if it could not be drawn."""
        views = (
            drawn
            for drawn in self.input_section.figures
            if drawn.file and isinstance(drawn.figure, SurfaceFigure)
        )
        return next(views, None)

    @property
    def references(self) -> List[Reference]:
        """The papers behind the level, its checks and what was run, in order of first mention."""
        keys = [SERVICE, *(key for section in self.sections for key in section.info.references)]
        keys += [reference.key for reference in self.methods.references]
        return cited(keys)

    @property
    def summary(self) -> List[str]:
        """The sentences of the first page."""
        sentences = [words.headline(check) for check in self.checks if check.evaluated]
        sentences += words.not_evaluated(self.checks)
        if self.resolution is None:
            sentences.append(words.NO_RESOLUTION)
        sentences.append(words.score_sentence(self.score))
        return sentences

    @property
    def methods(self) -> Methods:
        """The methods of a paper, with what they cite."""
        return methods_of(self)

    def to_dict(self) -> Dict[str, Any]:
        """The content of report.json."""
        return content_of(self)

    def save(self, path: Path) -> None:
        """Write report.json."""
        text = json.dumps(self.to_dict(), indent=1, ensure_ascii=False, allow_nan=False)
        path.write_text(text, encoding="utf-8", errors="backslashreplace")


def schema() -> Dict[str, Any]:
    """The JSON Schema (draft 2020-12) that every report.json fulfils."""
    text = (Path(__file__).parent / "json" / SCHEMA_FILE).read_text(encoding="utf-8")
    content: Dict[str, Any] = json.loads(text)
    return content
