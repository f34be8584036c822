"""The verdict on one page, and the page on what to do about the warnings."""

from __future__ import annotations

from typing import List, Optional

from pylatex import NoEscape

from vrs.checks.figures import SliceFigure, SurfaceFigure
from vrs.checks.result import Severity
from vrs.report.model import Report
from vrs.report.pdf.escape import escape, escape_code
from vrs.report.pdf.picture import picture
from vrs.report.pdf.status import link, outcome
from vrs.report.text import words
from vrs.report.text.verdict import Row, advised, verdict_rows

_SHOWS_THE_MAP = (SliceFigure, SurfaceFigure)


def verdict_page(report: Report) -> List[NoEscape]:
    """What was judged, a row a check, the score, what the level cannot tell, and the problems.

    Set smaller where it would not fit on one page.
    """
    lines = [r"\addsec{Verdict}", r"\begin{vrsonepage}", _identity(report)]
    if report.resolution is None:
        lines.append(rf"\vrsalert{{{escape(words.NO_RESOLUTION)}}}")
    lines += [
        rf"{{\sffamily\bfseries {escape(words.score_sentence(report.score))}\par}}",
        _table(report),
        rf"\minisec{{What level {escape(report.level.id)} cannot tell}}",
        escape(report.level.limits) + r"\par",
        _beyond(report),
        r"\end{vrsonepage}",
        r"\clearpage",
    ]
    return [NoEscape(line) for line in lines]


def advice_pages(report: Report) -> List[NoEscape]:
    """Every warning with what to do about it; nothing for a report without warnings."""
    if not report.with_warnings:
        return []
    lines = [r"\addsec{Warnings, and what to do}"]
    for section in report.with_warnings:
        lines += [
            r"\vrsroom{6\baselineskip}",
            rf"\minisec{{{escape(section.heading)} \normalfont(Sec.~{link(section)})}}"
            rf"\label{{advice-{section.info.id}}}",
        ]
        for group in advised(section.check):
            lines.append(r"\smallskip")
            lines += [rf"\vrswarning{{{escape(message)}}}" for message in group.messages]
            if group.advice:
                lines.append(rf"\vrsadvice{{{escape(group.advice)}}}")
    return [NoEscape(line) for line in lines]


def _identity(report: Report) -> str:
    """A small picture of the map beside what was given."""
    given = report.input
    rows = [("Map file", escape_code(str(given["file"])))]
    if report.entry.get("id"):
        rows.insert(0, ("Entry", escape(str(report.entry["id"]))))
    if report.title:
        rows.insert(0, ("Title", escape(report.title)))
    rows += [(label, escape(value)) for label, value in words.input_lines(given)]
    table = "".join(rf"\textcolor{{faint}}{{{label}}} & {value}\\" for label, value in rows)
    shown = _thumbnail(report)
    if shown is None:
        return rf"\begin{{tabular}}{{@{{}}L{{36mm}}L{{125mm}}@{{}}}}{table}\end{{tabular}}\par"
    return (
        rf"\begin{{minipage}}[c]{{0.3\linewidth}}{shown}\end{{minipage}}\hfill"
        r"\begin{minipage}[c]{0.67\linewidth}"
        rf"\begin{{tabular}}{{@{{}}L{{34mm}}L{{74mm}}@{{}}}}{table}\end{{tabular}}\end{{minipage}}"
        r"\par"
    )


def _thumbnail(report: Report) -> Optional[str]:
    """The view of the map without text, else its slices."""
    figures = (report.cover_figure, *report.input_section.figures)
    found = (
        drawn
        for drawn in figures
        if drawn is not None and drawn.file and isinstance(drawn.figure, _SHOWS_THE_MAP)
    )
    drawn = next(found, None)
    if drawn is None:
        return None
    return picture(drawn, drawn.thumbnail, r"width=\linewidth,height=42mm,keepaspectratio")


def _table(report: Report) -> str:
    rows = r"\addlinespace[4pt]".join(_row(row) for row in verdict_rows(report))
    return (
        r"{\small\setlength{\tabcolsep}{4pt}"
        r"\begin{tabular}{@{}L{35.5mm}L{28.5mm}L{70mm}L{23mm}@{}}\toprule "
        r"Check & Status & Number that decides & Published rule\\\midrule "
        rf"{rows}\bottomrule\end{{tabular}}\par}}"
    )


def _row(row: Row) -> str:
    """The numbers that decide one below the other, and the sentence below them."""
    section = row.section
    name = rf"\hyperref[{section.anchor}]{{{escape(section.heading)}}}"
    reason = escape(row.reason)
    if not row.numbers:
        return rf"{name} & {outcome(section)} & \multicolumn{{2}}{{L{{95mm}}@{{}}}}{{{reason}}}\\"
    lines = []
    for index, number in enumerate(row.numbers):
        first = f"{name} & {outcome(section)}" if index == 0 else "&"
        colour = "warnings" if number.broken else "ok"
        text = rf"\vrsstatus{{{colour}}}{{{escape(number.text)}}}"
        lines.append(rf"{first} & {text} {escape(number.quantity)} & {escape(number.rule)}\\")
    span = rf"\multicolumn{{3}}{{L{{126mm}}@{{}}}}{{\textcolor{{faint}}{{{reason}}}}}"
    lines.append(rf"& {span}\\")
    return "".join(lines)


def _beyond(report: Report) -> str:
    """The problems among the remarks, in a box of their own, and where there are cautions."""
    lines = [r"\minisec{Beyond the published rules (not scored)}"]
    for section in report.with_problems:
        for remark in section.remarks(Severity.PROBLEM):
            label = rf"Problem, Sec.~{link(section)}"
            lines.append(rf"\vrsremark{{problem}}{{{label}}}{{{escape(remark.message)}}}")
    with_cautions = [section.name for section in report.with_cautions]
    for sentence in words.beyond(len(report.with_problems), with_cautions):
        lines.append(escape(sentence))
    return r"\vrsbeyond{" + "\n".join(lines) + "}"
