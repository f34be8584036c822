"""The pages of Section 1 and of every check."""

from __future__ import annotations

from typing import List

from pylatex import NoEscape

from vrs.checks.result import Severity
from vrs.checks.rule import Criterion
from vrs.report.model import DrawnFigure, Report, Section
from vrs.report.pdf.escape import escape, escape_code
from vrs.report.pdf.picture import picture
from vrs.report.pdf.status import outcome
from vrs.report.pdf.tables import curve_table
from vrs.report.text import words

_SEVERITIES = (Severity.PROBLEM, Severity.CAUTION, Severity.NOTE)


def input_pages(report: Report) -> List[NoEscape]:
    """Section 1: what was given, the prepared masks, and the pictures of both."""
    section = report.input_section
    given = report.input
    rows = [
        ("Map file", escape_code(str(given["file"]))),
        ("SHA-256", rf"{{\footnotesize\texttt{{{escape(str(given['sha256']))}}}}}"),
        *((label, escape(value)) for label, value in words.input_lines(given)),
    ]
    table = "".join(rf"{escape(label)} & {value}\\" for label, value in rows)
    lines = [
        r"\clearpage",
        rf"\section{{{escape(section.info.title)}}}\label{{{section.anchor}}}",
        rf"\begin{{tabular}}{{@{{}}L{{36mm}}L{{125mm}}@{{}}}}\toprule {table}"
        r"\bottomrule\end{tabular}\par",
        *(
            rf"\vrsremark{{caution}}{{Header}}{{{escape(words.sentence(remark))}}}"
            for remark in given.get("header_remarks") or []
        ),
        *_results(section),
        *_remarks(section),
        escape(words.ORIENTATION) + r"\par",
        *_tables(section),
        *(_figure(drawn) for drawn in section.figures),
    ]
    return [NoEscape(line) for line in lines]


def check_pages(report: Report) -> List[NoEscape]:
    """Section 2: one subsection a check."""
    lines = [r"\vrsroom{24\baselineskip}", rf"\section{{{escape(report.level.title)}}}"]
    for section in report.sections:
        lines += _check(section, report.level.id)
    return [NoEscape(line) for line in lines]


def _check(section: Section, level: str) -> List[str]:
    info, check = section.info, section.check
    methods = rf" \cite{{{','.join(info.references)}}}" if info.references else ""
    lines = [
        r"\vrsroom{9\baselineskip}",
        rf"\subsection{{Level {escape(section.heading)}}}\label{{{section.anchor}}}",
        rf"\minisec{{Explanation}} {escape(info.explanation)}{methods}\par",
        r"\minisec{Results}",
    ]
    if not check.evaluated:
        lines.append(escape(words.sentence(check.reason)) + r"\par")
    lines += _results(section)
    lines += _tables(section)
    lines += [_figure(drawn) for drawn in section.figures]
    lines += _criteria(section)
    lines.append(_status_line(section))
    lines += _warnings(section)
    lines += _remarks(section)
    if check.evaluated:
        lines.append(rf"{{\footnotesize\color{{faint}}{escape(words.engine(check))}\par}}")
    return lines


def _results(section: Section) -> List[str]:
    lines = [escape(words.sentence(text)) + r"\par" for text in section.check.results]
    pointers = []
    if section.figures:
        numbers = [rf"\ref{{{_figure_label(drawn)}}}" for drawn in section.figures]
        pointers.append(("Fig.~" if len(numbers) == 1 else "Figs.~") + words.in_words(numbers))
    if section.check.tables:
        numbers = [rf"\ref{{{_table_label(section, i)}}}" for i in range(len(section.check.tables))]
        pointers.append(("Table~" if len(numbers) == 1 else "Tables~") + words.in_words(numbers))
    if pointers:
        lines.append(rf"See {words.in_words(pointers)}.\par")
    return lines


def _tables(section: Section) -> List[str]:
    check = section.check
    return [
        curve_table(table, check.curves.get(table.curve, {}), _table_label(section, index))
        for index, table in enumerate(check.tables)
    ]


def _table_label(section: Section, index: int) -> str:
    return f"table-{section.info.id}-{index}"


def _figure_label(drawn: DrawnFigure) -> str:
    return f"figure-{drawn.number}"


def _figure(drawn: DrawnFigure) -> str:
    shown = picture(drawn) if drawn.file else r"\vrsnotdrawn"
    return rf"\vrspicture{{{shown}}}{{{escape(drawn.caption)}}}{{{_figure_label(drawn)}}}"


def _criteria(section: Section) -> List[str]:
    scored = [criterion for criterion in section.criteria if criterion.scored]
    limits = [criterion for criterion in section.criteria if not criterion.scored]
    lines = []
    if limits:
        text = words.in_words([criterion.text for criterion in limits])
        lines += [rf"\minisec{{Applies if}} {escape(words.sentence(text))}\par"]
    if scored:
        lines += [
            rf"\vrsroom{{{6 + 3 * len(scored)}\baselineskip}}"
            r"\minisec{Automatic criteria (published rule, scored)}",
            r"The status is OK if all of these hold:\nopagebreak",
            r"\begin{itemize}\setlength{\itemsep}{0pt}",
            *(_criterion(section, criterion) for criterion in scored),
            r"\end{itemize}",
        ]
    return lines


def _criterion(section: Section, criterion: Criterion) -> str:
    verdict = r" \vrsstatus{warnings}{Broken.}" if section.is_broken(criterion) else ""
    reason = rf" {{\color{{faint}}({escape(criterion.reason)})}}" if criterion.reason else ""
    return rf"\item {escape(criterion.text)}{reason}.{verdict}"


def _status_line(section: Section) -> str:
    return (
        r"\vrsroom{2\baselineskip}\medskip{\large\sffamily\bfseries Status: "
        rf"{outcome(section)}}}\par"
    )


def _warnings(section: Section) -> List[str]:
    if not section.check.warnings:
        return []
    items = [rf"\item {escape(warning.message)}" for warning in section.check.warnings]
    return [
        r"\begin{enumerate}\setlength{\itemsep}{0pt}",
        *items,
        r"\end{enumerate}",
        rf"\hyperref[advice-{section.info.id}]{{What to do: page~\pageref*{{advice-"
        rf"{section.info.id}}}}}\par",
    ]


def _remarks(section: Section) -> List[str]:
    remarks = [remark for severity in _SEVERITIES for remark in section.remarks(severity)]
    if not remarks:
        return []
    lines = [r"\vrsroom{4\baselineskip}\minisec{Beyond the published rule (not scored)}"]
    for remark in remarks:
        word = words.SEVERITY_WORDS[remark.severity]
        lines.append(
            rf"\vrsremark{{{remark.severity.value}}}{{{word}}}{{{escape(remark.message)}}}"
        )
    return lines
