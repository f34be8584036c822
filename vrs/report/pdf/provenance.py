"""Section 4: the file and its header, programs, how to run it again, and the methods of a paper."""

from __future__ import annotations

from typing import Iterable, List

from pylatex import NoEscape

from vrs.report.model import Report
from vrs.report.pdf.escape import escape, escape_code
from vrs.report.text import provenance as colophon
from vrs.report.text import words


def provenance_page(report: Report) -> List[NoEscape]:
    """Everything that is needed to check how the report was made, and to make it again."""
    lines = [r"\vrsroom{14\baselineskip}", r"\section{How this report was made}"]
    lines += [rf"{escape(note)}\par" for note in report.notes]
    lines.append(_facts(report))
    lines += _file_and_header(report)
    lines += _commands(report)
    lines += _programs(report)
    lines += _methods(report)
    return [NoEscape(line) for line in lines]


def _facts(report: Report) -> str:
    made = report.provenance
    facts = [
        ("Date", escape(words.date(made["date"]))),
        ("Time of all checks", escape(words.seconds(made["seconds"]))),
    ]
    if made["seconds_of_figures"] is not None:
        facts.append(("Time of the figures", escape(words.seconds(made["seconds_of_figures"]))))
    if made["workflow_file"]:
        facts.append(("Workflow", escape_code(made["workflow_file"])))
    rows = "".join(rf"{escape(label)} & {value}\\" for label, value in facts)
    return rf"\begin{{tabular}}{{@{{}}L{{36mm}}L{{125mm}}@{{}}}}{rows}\end{{tabular}}\par"


def _file_and_header(report: Report) -> List[str]:
    given, printed = report.input, colophon.header_lines(report.input)
    lines = [
        r"\vrsroom{10\baselineskip}\minisec{The file and its header}",
        rf"{escape_code(str(given['file']))}, SHA-256 "
        rf"{{\footnotesize\texttt{{{escape(str(given['sha256']))}}}}}\par",
        rf"{escape(colophon.header_verdict(given))}\par",
    ]
    if printed:
        rows = "".join(_header_row(line) for line in printed)
        lines.append(
            r"{\small\begin{longtable}{@{}L{48mm}L{36mm}L{34mm}L{34mm}@{}}\toprule "
            r"Quantity & In the file's header & Used in this report & Agreement"
            rf"\\\midrule\endhead\bottomrule\endfoot {rows}\end{{longtable}}}}"
        )
    labels = given.get("header_labels") or []
    if labels:
        lines.append(rf"Labels: {words.in_words([escape_code(label) for label in labels])}\par")
    return lines


def _header_row(line: colophon.PrintedLine) -> str:
    word = rf"\vrsstatus{{warnings}}{{{line.agreement}}}" if line.differs else line.agreement
    note = f": {escape(line.note)}" if line.note else ""
    cells = (line.quantity, line.in_header, line.used)
    return rf"{' & '.join(escape(cell) for cell in cells)} & {word}{note}\\"


def _commands(report: Report) -> List[str]:
    made = report.provenance
    lines = []
    if made["command_line"]:
        lines += [escape(colophon.RUN_AGAIN) + r"\par", _typed(made["command_line"])]
    if made["workflow_command"]:
        lines += [escape(colophon.RUN_WORKFLOW) + r"\par", _typed(made["workflow_command"])]
    return [r"\vrsroom{6\baselineskip}\minisec{To run it again}", *lines] if lines else []


def _typed(command: str) -> str:
    return _listing(colophon.command_lines(command), r"\footnotesize")


def _listing(lines: Iterable[str], size: str) -> str:
    """Lines in the typewriter font; those that begin with blanks are moved to the right."""
    printed = [
        rf"\hspace*{{{(len(line) - len(line.lstrip())) / 2:.3g}em}}{escape_code(line)}"
        for line in lines
    ]
    return rf"{{{size}\frenchspacing\raggedright " + r"\\ ".join(printed) + r"\par}"


def _programs(report: Report) -> List[str]:
    return [
        r"\vrsroom{16\baselineskip}\minisec{Programs}",
        r"\begin{minipage}[t]{0.40\linewidth}\vspace{0pt}" + _versions(report),
        r"\end{minipage}\hfill\begin{minipage}[t]{0.58\linewidth}\vspace{0pt}",
        _engines(report) + r"\end{minipage}\par",
    ]


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
    rows = "".join(
        rf"{escape(line.check)} & {escape(line.engine)}{_checksum(line.checksum)} & "
        rf"{escape(line.time)} & {escape(line.memory)}\\"
        for line in colophon.engine_lines(report)
    )
    return (
        r"{\small\begin{tabular}[t]{@{}lL{40mm}rr@{}}\toprule Check & Engine & Time & Memory"
        rf"\\\midrule {rows}\bottomrule\end{{tabular}}\par}}"
        rf"\smallskip{{\footnotesize\color{{faint}}{escape(colophon.MEMORY)}\par}}"
    )


def _checksum(checksum: str) -> str:
    return rf" (SHA-256 {escape_code(checksum[:12])}\,\ldots)" if checksum else ""


def _methods(report: Report) -> List[str]:
    methods = report.methods
    return [
        r"\vrsroom{8\baselineskip}\minisec{For the methods of a paper}",
        rf"{{\footnotesize\color{{faint}}{escape(colophon.METHODS)}\par}}",
        escape(methods.text) + r"\par",
        _listing((line for line in methods.bibtex.splitlines() if line), r"\scriptsize"),
    ]
