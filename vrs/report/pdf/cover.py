"""The cover, the table of contents, and what the levels and the statuses mean."""

from __future__ import annotations

from typing import List, Tuple

from pylatex import NoEscape

from vrs.report.model import Report
from vrs.report.pdf.escape import escape, escape_code
from vrs.report.pdf.picture import picture
from vrs.report.text import words
from vrs.report.text.references import SERVICE

_HASH_SHOWN = 16


def cover_page(report: Report) -> List[NoEscape]:
    """Type of report, title, level, what is known about the entry, and the map itself."""
    kind = "Report on an entry of a data bank" if report.entry else "Report on a map file"
    level = f"Level {report.level.id}: {report.level.evidence}"
    lines = [
        r"\thispagestyle{empty}",
        rf"{{\sffamily\color{{faint}}{kind}\par}}",
        r"\vspace{14mm}",
        r"{\sffamily\bfseries\Huge\color{accent}Cryo-EM map\\[2mm]validation report\par}",
        r"\vspace{5mm}",
        rf"{{\sffamily\Large {escape(level)}\par}}",
        r"\vspace{6mm}{\color{accent}\hrule height 1.2pt}\vspace{8mm}",
    ]
    if report.title:
        lines.append(rf"{{\large\sffamily\raggedright {escape(report.title)}\par}}\vspace{{5mm}}")
    lines.append(_entry_table(report))
    figure = report.cover_figure
    if figure:
        lines += [r"\vfill", picture(figure, options=r"width=\linewidth")]
    lines += [r"\vfill", r"\clearpage"]
    return [NoEscape(line) for line in lines]


def contents(report: Report) -> List[NoEscape]:
    """The table of contents."""
    room = 11 + 1.2 * len(report.sections)
    return [NoEscape(rf"\vrsroom{{{room:.0f}\baselineskip}}\tableofcontents")]


def context_page(report: Report) -> List[NoEscape]:
    """What the levels are and how to read the statuses."""
    lines = [r"\vrsroom{20\baselineskip}\addsec{About this report}"]
    first, *rest = words.CONTEXT
    lines.append(rf"{escape(first)} \cite{{{SERVICE}}}")
    lines += [
        r"\begin{center}\begin{tabular}{@{}cl@{}}\toprule",
        r"Level or qualifier & Data examined\\\midrule",
        *(rf"{escape(level)} & {escape(data)}\\" for level, data in words.LEVELS),
        r"\bottomrule\end{tabular}\end{center}",
    ]
    lines += [escape(paragraph) + r"\par" for paragraph in rest]
    lines += [
        r"\minisec{How to read it}",
        *(escape(paragraph) + r"\par" for paragraph in words.READING),
        r"\clearpage",
    ]
    return [NoEscape(line) for line in lines]


def _entry_table(report: Report) -> str:
    rows = "".join(
        rf"\textcolor{{faint}}{{{escape(label)}}} & {value}\\[1.2mm]"
        for label, value in _entry_rows(report)
    )
    return rf"\begin{{tabular}}{{@{{}}L{{38mm}}L{{118mm}}@{{}}}}{rows}\end{{tabular}}"


def _entry_rows(report: Report) -> List[Tuple[str, str]]:
    """Labels in plain text and values in LaTeX."""
    given = report.input
    rows = [
        (label, escape(value))
        for label, value in words.entry_lines(report.entry)
        if not (label == "Title" and value == report.title)
    ]
    rows += [
        ("Map file", escape_code(str(given["file"]))),
        ("SHA-256", escape_code(str(given["sha256"])[:_HASH_SHOWN]) + r"\,\ldots"),
        *((label, escape(value)) for label, value in words.input_lines(given)),
        ("Date of the report", escape(words.date(report.provenance["date"]))),
    ]
    return rows
