"""The methods of a paper, made from what was run: a paragraph to paste and what it cites."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Iterator, Match, Tuple

from vrs.checks.result import OWN_ENGINE, Check, Engine, Status
from vrs.report.text import words
from vrs.report.text.bibliography import references_bib
from vrs.report.text.references import (
    CHIMERAX,
    REFERENCES,
    SCIPION,
    SERVICE,
    SOFTWARE,
    VTK,
    Reference,
    cited,
)

if TYPE_CHECKING:
    from vrs.report.model import Report, Section

_MARKS = re.compile(r"\s*((?:\[[\w-]+\]\s*)*\[[\w-]+\])")
_MARK = re.compile(r"\[([\w-]+)\]")
_CHECKSUM_SHOWN = 12
_DRAWN_BY = {"VTK": VTK, "ChimeraX": CHIMERAX}
"""Programs that draw surfaces and have a paper."""


@dataclass(frozen=True)
class Methods:
    """What a paper says about how the map was validated.

    Attributes
    ----------
    text : str
        One paragraph of plain text with citations by author and year.
    references : tuple of Reference
        Exactly what the paragraph cites, in order of mention.
    """

    text: str
    references: Tuple[Reference, ...]

    @property
    def bibtex(self) -> str:
        """The references as the content of references.bib."""
        return references_bib(self.references)


def methods_of(report: Report) -> Methods:
    """The methods of a report.

    Checks that did not run are not in it, nor are the papers of programs that did not measure.
    """
    marked = " ".join(_sentences(report))
    references = cited(key for key in _MARK.findall(marked) if key in REFERENCES)
    return Methods(_MARKS.sub(_citation, marked), tuple(references))


def was_run(check: Check) -> bool:
    """Whether a program measured something, perhaps without being able to judge it."""
    undecided = check.status is Status.NOT_APPLICABLE and bool(check.measurements)
    return check.evaluated or undecided


def _sentences(report: Report) -> Iterator[str]:
    yield _about_the_map(report)
    for section in (report.input_section, *report.sections):
        yield from _about_a_step(section)
    yield from _about_the_pictures(report)
    yield words.score_sentence(report.score)
    warned = [f"{s.info.title} ({len(s.check.warnings)})" for s in report.with_warnings]
    if warned:
        yield f"Warnings, with their number: {words.in_words(warned)}."


def _about_the_map(report: Report) -> str:
    given, versions = report.input, report.provenance["versions"]
    lines = dict(words.input_lines(given))
    entry = report.entry.get("id")
    name = f"of the entry {entry} (file {given['file']})" if entry else f"in {given['file']}"
    scipion = versions.get("scipion-pyworkflow")
    workflow = (
        f", run as a workflow of Scipion (scipion-pyworkflow {scipion}) [{SCIPION}],"
        if report.provenance["workflow_file"] and scipion
        else ""
    )
    resolution = (
        "without a reported resolution"
        if report.resolution is None
        else f"with the reported resolution of {lines['Reported resolution']}"
    )
    size = f"{lines['Box']} of {lines['Voxel size']}"
    if "Binned" in lines:
        size += f" (binned {lines['Binned']})"
    return (
        f"The map {name}, of {size}, was validated by "
        f"scipion-em-vrs {versions['scipion-em-vrs']} [{SOFTWARE}]{workflow} at level "
        f"{report.level.id} ({report.level.evidence}) of the scheme of the Validation Report "
        f"Service [{SERVICE}], at the contour level {lines['Contour level']} and {resolution}."
    )


def _about_a_step(section: Section) -> Iterator[str]:
    if section.number == "1":
        yield from (words.sentence(result) for result in section.check.results)
    elif was_run(section.check):
        yield section.info.method or f"{section.info.title} followed the scheme [{SERVICE}]."
        yield from _about_the_engine(section.check.engine)


def _about_the_engine(engine: Engine) -> Iterator[str]:
    if engine.name == OWN_ENGINE:
        return
    name = " ".join(part for part in (engine.name, engine.version) if part)
    checksum = f" (SHA-256 {engine.checksum[:_CHECKSUM_SHOWN]}…)" if engine.checksum else ""
    marks = "".join(f" [{key}]" for key in engine.references)
    yield f"The program was {name}{checksum}{marks}."
    if engine.accuracy:
        yield words.sentence(engine.accuracy)


def _about_the_pictures(report: Report) -> Iterator[str]:
    sections = (report.input_section, *report.sections)
    figures = [drawn for section in sections for drawn in section.figures if drawn.file]
    for program in dict.fromkeys(drawn.details.get("drawn_by", "") for drawn in figures):
        if program in _DRAWN_BY:
            yield f"Surfaces were drawn with {program} [{_DRAWN_BY[program]}]."


def _citation(marks: Match[str]) -> str:
    """ "[Kaur2021]" becomes " (Kaur et al., 2021)"; a program without a paper has its name."""
    keys = _MARK.findall(marks.group())
    if any(key not in REFERENCES for key in keys):
        return marks.group()
    names = [REFERENCES[key].citation for key in keys]
    shown = "; ".join(name for name in names if name)
    return f" ({shown})" if shown else ""
