"""The whole LaTeX document: class, packages, our own commands, and the pages in order."""

from __future__ import annotations

from typing import Iterable, Tuple

from pylatex import Command, Document, NoEscape, Package
from pylatex.base_classes import Options

from vrs.report.model import Report
from vrs.report.pdf.closing import measurements_pages, references_page
from vrs.report.pdf.cover import contents, context_page, cover_page
from vrs.report.pdf.escape import escape, plain_ascii
from vrs.report.pdf.picture import DESCRIBED
from vrs.report.pdf.provenance import provenance_page
from vrs.report.pdf.section import check_pages, input_pages
from vrs.report.pdf.status import icon_commands
from vrs.report.pdf.verdict import advice_pages, verdict_page

_COLOURS: Tuple[Tuple[str, str], ...] = (
    ("accent", "1F4E79"),
    ("ok", "1E7B34"),
    ("warnings", "B45309"),
    ("notapplicable", "5F6773"),
    ("notmeasured", "6B3FA0"),
    ("problem", "B3261E"),
    ("caution", "B45309"),
    ("note", "1F4E79"),
    ("faint", "5F6773"),
)

SEARCHABLE = r"""
\pdfgentounicode=1 \input{glyphtounicode}
\DeclareRobustCommand{\vrsreads}[2]{\leavevmode
  \pdfliteral direct{/Span<</ActualText<FEFF#1>>>BDC}#2\pdfliteral direct{EMC}}
\let\vrsone\textonesuperior \let\vrstwo\texttwosuperior \let\vrsthree\textthreesuperior
\DeclareRobustCommand{\textonesuperior}{\vrsreads{00B9}{\vrsone}}
\DeclareRobustCommand{\texttwosuperior}{\vrsreads{00B2}{\vrstwo}}
\DeclareRobustCommand{\textthreesuperior}{\vrsreads{00B3}{\vrsthree}}
"""
"""Text copied from the PDF, or searched in it, has the letters that were printed. The fonts tell
raised digits from the usual ones by a name that pdfTeX cuts off, hence their commands."""

_LONGEST_HEAD = 61
"""Letters of a name that the running head holds on one line."""

_OUR_COMMANDS = r"""
\pdfminorversion=7
\setlength{\parindent}{0pt}
\setlength{\parskip}{0.55\baselineskip plus 2pt}
\raggedbottom
\emergencystretch=3em
\setkomafont{disposition}{\normalfont\sffamily\bfseries\color{accent}}
\setkomafont{minisec}{\usekomafont{disposition}\normalsize}
\setkomafont{caption}{\footnotesize}
\setkomafont{captionlabel}{\footnotesize\bfseries}
\setkomafont{pageheadfoot}{\normalfont\footnotesize\color{faint}}
\RedeclareSectionCommand[beforeskip=1.6\baselineskip,afterskip=0.5\baselineskip]{section}
\RedeclareSectionCommand[beforeskip=1.6\baselineskip,afterskip=0.4\baselineskip]{subsection}
\DeclareTOCStyleEntry[beforeskip=3pt plus 1pt]{tocline}{section}
\captionsetup{format=plain,labelsep=colon,justification=justified,singlelinecheck=true,skip=5pt}
\captionsetup[table]{position=above}
\setlength{\LTpre}{0.6\baselineskip}\setlength{\LTpost}{0.4\baselineskip}
\newcolumntype{L}[1]{>{\raggedright\arraybackslash}p{#1}}
\newcommand{\vrsroom}[1]{\par\penalty0\relax\ifdim\pagetotal>0pt
  \ifdim\dimexpr\pagegoal-\pagetotal\relax<\dimexpr#1\relax\newpage\fi\fi}
\newcommand{\vrsstatus}[2]{\textcolor{#1}{\sffamily\bfseries #2}}
\newcommand{\vrsalert}[1]{\par\noindent\fcolorbox{problem}{problem!7}{%
  \parbox{\dimexpr\linewidth-2\fboxsep-2\fboxrule\relax}{\vspace{2pt}#1\vspace{2pt}}}\par}
\newcommand{\vrsremark}[3]{\par\noindent\begin{tabular}{@{}!{\color{#1}\vrule width 2pt}%
  p{\dimexpr\linewidth-2\tabcolsep-2pt\relax}@{}}\vrsstatus{#1}{#2.} #3\end{tabular}\par}
\newcommand{\vrsbeyond}[1]{\par\medskip\noindent\fcolorbox{faint!50}{faint!6}{%
  \parbox{\dimexpr\linewidth-2\fboxsep-2\fboxrule\relax}{\parskip=0.4\baselineskip #1}}\par}
\newsavebox{\vrspage}
\newenvironment{vrsonepage}{\begin{lrbox}{\vrspage}\begin{minipage}{\linewidth}%
  \setlength{\parskip}{0.55\baselineskip}}{\end{minipage}\end{lrbox}%
  \ifdim\dimexpr\ht\vrspage+\dp\vrspage\relax>0.94\textheight
  \resizebox*{!}{0.94\textheight}{\usebox{\vrspage}}\else\usebox{\vrspage}\fi\par}
\newcommand{\vrswarning}[1]{{\parskip=1pt\par\noindent\hangindent=1.5em\hangafter=1
  \makebox[1.5em][l]{\textcolor{warnings}{\vrsiconwarnings}}#1\par}\nopagebreak}
\newcommand{\vrsadvice}[1]{{\parskip=3pt\par\leftskip=1.5em\noindent\textbf{What to do.} #1\par}}
\newcommand{\vrspicture}[3]{\par\begin{minipage}{\linewidth}\centering
  #1\par\captionof{figure}{#2}\label{#3}\end{minipage}\par}
\newcommand{\vrsnotdrawn}{\fcolorbox{faint}{white}{\parbox{0.6\linewidth}{\centering
  \vspace{6pt}\textcolor{faint}{This figure could not be drawn.}\vspace{6pt}}}}
"""


def document(report: Report) -> str:
    """The LaTeX code of the report; figures are named by their paths from its folder."""
    page = Document(
        documentclass="scrartcl",
        document_options=["a4paper", "10pt", "abstract=off", "bibliography=nottotoc"],
        geometry_options={"left": "22mm", "right": "22mm", "top": "22mm", "bottom": "20mm"},
        page_numbers=False,
        microtype=True,
        textcomp=True,
    )
    for package in _packages():
        page.packages.append(package)
    for name, value in _COLOURS:
        page.preamble.append(Command("definecolor", [name, "HTML", value]))
    page.preamble.append(NoEscape(SEARCHABLE))
    page.preamble.append(NoEscape(DESCRIBED))
    page.preamble.append(NoEscape(_OUR_COMMANDS))
    page.preamble.append(NoEscape(icon_commands()))
    page.preamble.append(NoEscape(_metadata(report)))
    page.append(NoEscape(r"\pagestyle{scrheadings}\hypersetup{pageanchor=false}"))
    page.extend(cover_page(report))
    page.append(NoEscape(r"\hypersetup{pageanchor=true}"))
    page.extend(verdict_page(report))
    page.extend(advice_pages(report))
    page.extend(contents(report))
    page.extend(context_page(report))
    page.extend(input_pages(report))
    page.extend(check_pages(report))
    page.extend(measurements_pages(report))
    page.extend(provenance_page(report))
    page.extend(references_page(report))
    code: str = page.dumps()
    return code


def running_head(name: str) -> str:
    """The name as it fits beside the left half of the running head: its start and its end."""
    if len(name) <= _LONGEST_HEAD:
        return name
    half = (_LONGEST_HEAD - 1) // 2
    return f"{name[:half]}…{name[-half:]}"


def _packages() -> Iterable[Package]:
    yield Package("xcolor", options=Options("table"))
    for name in ("graphicx", "array", "booktabs", "longtable", "caption"):
        yield Package(name)
    yield Package(NoEscape("scrlayer-scrpage"), options=Options("headsepline"))
    yield Package("hyperref")


def _metadata(report: Report) -> str:
    """Running heads, and the title in the PDF's own record, which takes plain letters only."""
    title = plain_ascii(report.title or str(report.input.get("file", "")))
    head = escape(running_head(str(report.entry.get("id") or report.input.get("file", ""))))
    return (
        r"\clearpairofpagestyles"
        rf"\ihead{{Map validation report, level {escape(report.level.id)}}}"
        rf"\ohead{{{head}}}\cfoot*{{\pagemark}}"
        r"\hypersetup{colorlinks=true,linkcolor=accent,urlcolor=accent,citecolor=accent,"
        r"bookmarksnumbered=true,pdflang=en,pdfdisplaydoctitle=true,"
        rf"pdftitle={{Cryo-EM map validation report: {title}}}}}"
    )
