"""The verdict on one page: sentences, score, table of checks, problems, warnings; then contents."""

from __future__ import annotations

from typing import List

from pylatex import NoEscape

from vrs.level0.check import Severity, Status
from vrs.report import words
from vrs.report.escape import escape
from vrs.report.model import Report, Section

STATUS_COLOURS = {
    Status.OK: "ok",
    Status.WARNINGS: "warnings",
    Status.NOT_APPLICABLE: "notapplicable",
    Status.NOT_MEASURED: "notmeasured",
}


def summary_page(report: Report) -> List[NoEscape]:
    """Everything that a reader in a hurry needs."""
    lines = [r"\addsec{Summary}"]
    if report.resolution is None:
        lines.append(rf"\vrsalert{{{escape(words.NO_RESOLUTION)}}}")
    evaluated = [_headline(section) for section in report.sections if section.check.evaluated]
    others = [escape(text) for text in words.not_evaluated(report.checks)]
    lines.append(" ".join([*evaluated, *others]) + r"\par")
    lines.append(rf"{{\sffamily\bfseries {escape(words.score_sentence(report.score))}\par}}")
    lines.append(_table(report))
    lines += _problems(report)
    lines += _warnings(report)
    return [NoEscape(line) for line in lines]


def contents(report: Report) -> List[NoEscape]:
    """The table of contents, on the page of the summary where it fits."""
    room = 8 + 1.2 * len(report.sections)
    return [NoEscape(rf"\vrsroom{{{room:.0f}\baselineskip}}\tableofcontents")]


def link(section: Section) -> str:
    """The number of a section, linked to it."""
    return rf"\ref{{{section.anchor}}}"


def outcome(section: Section) -> str:
    """The status in its colour and in words."""
    check = section.check
    return rf"\vrsstatus{{{STATUS_COLOURS[check.status]}}}{{{escape(check.status_text)}}}"


def _headline(section: Section) -> str:
    """The sentence about a check; one that is not all right leads to the section."""
    text = words.headline(section.check)
    if section.check.status is Status.OK:
        return escape(text)
    return rf"{escape(text[:-1])} (see Sec.~{link(section)})."


def _table(report: Report) -> str:
    rows = "".join(
        rf"{escape(section.heading)} & {link(section)} & {outcome(section)} & "
        rf"{escape(_comment(section))}\\"
        for section in report.sections
    )
    return (
        r"\begin{center}\small\begin{tabular}{@{}lclL{72mm}@{}}\toprule "
        r"Check & Sec. & Status & Reason, or remarks beyond the rule\\\midrule "
        rf"{rows}\bottomrule\end{{tabular}}\end{{center}}"
    )


def _comment(section: Section) -> str:
    if section.check.evaluated:
        return words.remark_counts(section.check)
    remarks = words.remark_counts(section.check)
    reason = words.sentence(section.check.reason)
    return f"{reason} ({remarks})" if remarks else reason


def _warnings(report: Report) -> List[str]:
    if not report.with_warnings:
        return []
    lines = [r"\minisec{Warnings by section}"]
    for section in report.with_warnings:
        lines.append(rf"Section~{link(section)} ({escape(section.heading)})\nopagebreak")
        lines.append(r"\begin{enumerate}\setlength{\itemsep}{0pt}")
        lines += [rf"\item {escape(warning.message)}" for warning in section.check.warnings]
        lines.append(r"\end{enumerate}")
    return lines


def _problems(report: Report) -> List[str]:
    if not report.with_problems:
        return []
    lines = [r"\minisec{Problems beyond the published rules (not scored)}"]
    for section in report.with_problems:
        for remark in section.remarks(Severity.PROBLEM):
            label = rf"Sec.~{link(section)}"
            lines.append(rf"\vrsremark{{problem}}{{{label}}}{{{escape(remark.message)}}}")
    return lines
