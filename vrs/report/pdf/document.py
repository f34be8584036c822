"""The whole LaTeX document: its parts in the order of the outline."""

from __future__ import annotations

from typing import Callable, Dict

from pylatex import Document, NoEscape
from pylatex.base_classes import Container, SpecialArguments

from vrs.report.model import PACKAGE, Report
from vrs.report.outline import PDF, PlacedPart, outline
from vrs.report.pdf import closing, entry, front, peers, sections
from vrs.report.pdf.escape import escape, joined, metadata
from vrs.report.pdf.latex import NAMES_OF_LETTERS, Command, packages, preamble
from vrs.report.pdf.shared_format import SHARED_UNTIL
from vrs.report.text import words

RENDERERS: Dict[str, Callable[[Report, PlacedPart], Container]] = {
    "cover": front.cover,
    "verdict": front.verdict,
    "advice": front.advice,
    "peers": peers.peers_section,
    "contents": front.contents,
    "context": front.context,
    "entry": entry.entry_section,
    "input": sections.input_section,
    "evidence": sections.evidence_section,
    "level": sections.level_section,
    "measurements": closing.measurements,
    "provenance": closing.provenance,
    "methods": closing.methods,
    "references": closing.references,
}
"""What prints each part of the outline."""

_LONGEST_HEAD = 61
"""Letters of a name that the running head holds on one line."""

_MARGINS = {"left": "22mm", "right": "22mm", "top": "22mm", "bottom": "20mm"}
_PDF_OPTIONS = {
    "colorlinks": "true",
    "linkcolor": "accent",
    "urlcolor": "accent",
    "citecolor": "accent",
    "bookmarksnumbered": "true",
    "pdflang": "en",
    "pdfdisplaydoctitle": "true",
}


def document(report: Report) -> str:
    """The LaTeX code of the report; figures are named by their paths from its folder."""
    page = Document(
        documentclass="scrartcl",
        document_options=["a4paper", "10pt", "abstract=off", "bibliography=nottotoc"],
        geometry_options=_MARGINS,
        page_numbers=False,
        microtype=True,
        textcomp=True,
    )
    for package in packages():
        page.packages.append(package)
    page.preamble.extend(preamble())
    levels = [level.id for level in report.all_levels]
    which = f"{'level' if len(levels) == 1 else 'levels'} {words.in_words(levels)}"
    head = running_head(report.entry.id if report.entry else report.input.file)
    page.preamble += [
        Command("hypersetup", SpecialArguments(**_PDF_OPTIONS)),
        SHARED_UNTIL,
        NAMES_OF_LETTERS,
        _metadata(report),
        Command("ihead", escape(f"Map validation report, {which}")),
        Command("ohead", escape(head)),
    ]
    page.append(Command("pagestyle", "scrheadings"))
    for part in outline(report, PDF):
        page.append(RENDERERS[part.id](report, part))
    code: str = page.dumps()
    return code


def _metadata(report: Report) -> NoEscape:
    """Title and author in the PDF's own record, past hyperref, which cannot print every letter."""
    title = metadata(f"Cryo-EM map validation report: {report.name}")
    author = metadata((report.contact and report.contact.name) or PACKAGE)
    return joined(
        NoEscape(r"\makeatletter\def\@pdftitle{"), title, NoEscape(r"}\def\@pdfauthor{"), author,
        NoEscape(r"}\makeatother"),
    )  # fmt: skip


def running_head(name: str) -> str:
    """The name as it fits beside the left half of the running head: its start and its end."""
    if len(name) <= _LONGEST_HEAD:
        return name
    half = (_LONGEST_HEAD - 1) // 2
    return f"{name[:half]}…{name[-half:]}"
