"""The last pages: all measurements, how the report was made, references."""

from __future__ import annotations

from typing import List

from pylatex import NoEscape

from vrs.report import words
from vrs.report.escape import escape, escape_code
from vrs.report.model import Report, Section


def measurements_pages(report: Report) -> List[NoEscape]:
    """Section 3: every number with its definition."""
    rows = "".join(
        _measurement_rows(section) for section in (report.input_section, *report.sections)
    )
    lines = [
        r"\vrsroom{12\baselineskip}",
        r"\section{All measurements}",
        r"The same numbers, with full precision, are in \texttt{report.json}; the curves are in "
        r"the folder \texttt{curves} as CSV files.\par",
        r"{\footnotesize\begin{longtable}{@{}L{16mm}L{88mm}L{54mm}@{}}\toprule "
        r"Check & Measurement & Value\\\midrule\endhead\bottomrule\endfoot "
        rf"{rows}\end{{longtable}}}}",
    ]
    return [NoEscape(line) for line in lines]


def provenance_page(report: Report) -> List[NoEscape]:
    """Section 4: versions, engines, times, and how to get the same report again."""
    made = report.provenance
    lines = [r"\vrsroom{14\baselineskip}", r"\section{How this report was made}"]
    lines += [rf"{escape(note)}\par" for note in report.notes]
    facts = [
        ("Date", escape(words.date(made["date"]))),
        ("Time of all checks", escape(words.seconds(made["seconds"]))),
    ]
    if made["command_line"]:
        facts.append(("Command", escape_code(made["command_line"])))
    if made["workflow_file"]:
        facts.append(("Workflow", escape_code(made["workflow_file"])))
    table = "".join(rf"{escape(label)} & {value}\\" for label, value in facts)
    lines.append(rf"\begin{{tabular}}{{@{{}}L{{36mm}}L{{125mm}}@{{}}}}{table}\end{{tabular}}\par")
    lines.append(r"\begin{minipage}[t]{0.42\linewidth}\vspace{0pt}" + _versions(report))
    lines.append(r"\end{minipage}\hfill\begin{minipage}[t]{0.54\linewidth}\vspace{0pt}")
    lines.append(_engines(report) + r"\end{minipage}\par")
    return [NoEscape(line) for line in lines]


def references_page(report: Report) -> List[NoEscape]:
    """The papers behind the checks and the tools."""
    lines = [r"\vrsroom{12\baselineskip}", r"\begin{thebibliography}{9}\small"]
    for reference in report.references:
        doi = rf"\href{{{reference.url}}}{{doi:{escape(reference.doi)}}}"
        lines.append(rf"\bibitem{{{reference.key}}} {escape(reference.text)} {doi}")
    lines.append(r"\end{thebibliography}")
    return [NoEscape(line) for line in lines]


def _measurement_rows(section: Section) -> str:
    rows = []
    for index, measurement in enumerate(section.check.measurements.values()):
        name = section.info.title if section.number == "1" else section.info.id
        rows.append(
            rf"{escape(name) if index == 0 else ''} & {escape(measurement.definition)} & "
            rf"{escape(words.measurement(measurement))}\\"
        )
    return "".join(rows) + (r"\addlinespace " if rows else "")


def _versions(report: Report) -> str:
    rows = "".join(
        rf"{escape(name)} & {escape(version or 'not installed')}\\"
        for name, version in report.provenance["versions"].items()
    )
    return (
        r"{\small\begin{tabular}[t]{@{}ll@{}}\toprule Package & Version\\\midrule "
        rf"{rows}\bottomrule\end{{tabular}}}}"
    )


def _engines(report: Report) -> str:
    times = report.provenance["seconds_of_checks"]
    rows = "".join(
        rf"{escape(engine['check'])} & {escape((engine['name'] + ' ' + engine['version']).strip())}"
        rf"{_checksum(engine['checksum'])} & {escape(words.seconds(times[engine['check']]))}\\"
        for engine in report.provenance["engines"]
    )
    return (
        r"{\small\begin{tabular}[t]{@{}lL{46mm}r@{}}\toprule Check & Engine & Time\\\midrule "
        rf"{rows}\bottomrule\end{{tabular}}}}"
    )


def _checksum(checksum: str) -> str:
    return rf" (SHA-256 {escape_code(checksum[:12])}\,\ldots)" if checksum else ""
