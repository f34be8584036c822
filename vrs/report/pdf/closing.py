"""Section 3, all measurements, and the references at the end."""

from __future__ import annotations

from typing import List

from pylatex import NoEscape

from vrs.report.model import Report, Section
from vrs.report.pdf.escape import escape
from vrs.report.text import words


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


def references_page(report: Report) -> List[NoEscape]:
    """The papers behind the checks and the tools."""
    lines = [r"\vrsroom{12\baselineskip}", r"\begin{thebibliography}{9}\small"]
    for reference in report.references:
        doi = rf" \href{{{reference.url}}}{{doi:{escape(reference.doi)}}}" if reference.doi else ""
        lines.append(rf"\bibitem{{{reference.key}}} {escape(reference.text)}{doi}")
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
