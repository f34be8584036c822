"""The methods section of a paper, from what was run: a paragraph to paste and its references."""

from __future__ import annotations

import re
from typing import Iterator, List, Match, Sequence

from vrs.checks.inputs import OF_THE_FILE, InputRecord
from vrs.checks.result import BUILT_IN, Engine, Status
from vrs.maps.printing import entered
from vrs.report.model import CheckContent, DrawnFigure, LevelContent, Methods, Provenance
from vrs.report.text import words
from vrs.report.text.links import doi_page
from vrs.report.text.references import (
    CHIMERAX,
    SCIPION,
    SERVICE,
    SOFTWARE,
    VTK,
    cited,
    references,
    references_bib,
)

_MARKS = re.compile(r"\s*((?:\[[\w-]+\]\s*)*\[[\w-]+\])")
_MARK = re.compile(r"\[([\w-]+)\]")
_CHECKSUM_SHOWN = 12
_DRAWN_BY = {"VTK": VTK, "ChimeraX": CHIMERAX}
"""Programs that draw surfaces and have a paper."""


def methods_of(
    record: InputRecord,
    section: CheckContent,
    levels: Sequence[LevelContent],
    provenance: Provenance,
) -> Methods:
    """The methods of a report; ``section`` is Section 1.

    Checks that did not run are not in it, nor are the papers of programs that did not measure.
    """
    checks = [check for level in levels for check in level.checks]
    figures = [drawn for content in (section, *checks) for drawn in content.figures]
    marked = " ".join(
        [
            _about_the_map(record, levels, provenance),
            *section.results,
            *_about_the_preparation(section),
            *(sentence for check in checks for sentence in _about_a_check(check)),
            *_about_the_surfaces(figures),
            *words.score_lines(levels),
            *_about_the_warnings(checks),
        ]
    )
    papers = cited(key for key in _MARK.findall(marked) if key in references())
    keys = [paper.key for paper in papers]
    return Methods(_MARKS.sub(_citation, marked), keys, references_bib(papers))


def _about_the_map(
    record: InputRecord, levels: Sequence[LevelContent], provenance: Provenance
) -> str:
    lines = dict(words.input_lines(record))
    name = f"in {record.file}"
    if record.entry:
        paper = record.entry.citation and record.entry.citation.doi
        doi = f"doi:{paper}, " if paper and doi_page(paper) else ""
        name = f"of the entry {record.entry.id} ({doi}file {record.file})"
    voxel_size = lines["Voxel size"]
    if record.voxel_size_source == OF_THE_FILE:
        voxel_size = f"{entered(record.voxel_size)} Å"
    size = f"{lines['Box']} of {voxel_size}"
    if "Binned" in lines:
        size += f" (binned {lines['Binned']})"
    scipion = provenance.versions.get("scipion-pyworkflow")
    workflow = f", run as a workflow of Scipion (scipion-pyworkflow {scipion}) [{SCIPION}],"
    if not (provenance.workflow_file and scipion):
        workflow = ""
    names = words.in_words([f"{level.id} ({level.data})" for level in levels])
    resolution = f"with the reported resolution of {lines['Reported resolution']}"
    if record.resolution is None:
        resolution = "without a reported resolution"
    mask = f", with the mask {lines['Mask']}" if "Mask" in lines else ""
    return (
        f"The map {name}, of {size}, was validated by scipion-em-vrs "
        f"{provenance.versions['scipion-em-vrs']} [{SOFTWARE}]{workflow} at "
        f"{'level' if len(levels) == 1 else 'levels'} {names} of the scheme of the Validation "
        f"Report Service [{SERVICE}], at the contour level {lines['Contour level']}{mask} and "
        f"{resolution}."
    )


def _about_the_preparation(section: CheckContent) -> Iterator[str]:
    # The engine that was to prepare a map may have failed.
    if section.evaluated:
        yield from _about_the_engine(
            section.engine, "The masks and the resampled map were made by"
        )


def _about_a_check(check: CheckContent) -> Iterator[str]:
    undecided = check.status is Status.NOT_APPLICABLE and check.measurements
    if not (check.evaluated or undecided):
        return
    yield check.method
    yield from _about_the_engine(check.engine, "The engine was")


def _about_the_engine(engine: Engine, begin: str) -> Iterator[str]:
    if engine.name != BUILT_IN:
        checksum = f" (SHA-256 {engine.checksum[:_CHECKSUM_SHOWN]}…)" if engine.checksum else ""
        marks = "".join(f" [{key}]" for key in engine.references)
        yield f"{begin} {engine.label}{checksum}{marks}."
        yield from [engine.accuracy] if engine.accuracy else []


def _about_the_surfaces(figures: Sequence[DrawnFigure]) -> Iterator[str]:
    for program in dict.fromkeys(drawn.drawing.drawn_by for drawn in figures if drawn.file):
        if program in _DRAWN_BY:
            yield f"Surfaces were drawn with {program} [{_DRAWN_BY[program]}]."


def _about_the_warnings(checks: Sequence[CheckContent]) -> List[str]:
    names = [f"{check.title} ({check.warning_count})" for check in checks if check.warnings]
    return [f"Checks with warnings, and their number: {words.in_words(names)}."] if names else []


def _citation(marks: Match[str]) -> str:
    """ "[Kaur2021]" becomes " (Kaur et al., 2021)"; a program without a paper has its name."""
    keys = _MARK.findall(marks.group())
    if any(key not in references() for key in keys):
        return marks.group()
    names = [references()[key].citation for key in keys]
    shown = "; ".join(name for name in names if name)
    return f" ({shown})" if shown else ""
