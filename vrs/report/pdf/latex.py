"""What pylatex lacks: packages and colours of the report, and its own commands and environments."""

from __future__ import annotations

from typing import Any, Iterator, Sequence

import pylatex
from pylatex import (
    Figure,
    Label,
    LongTable,
    Marker,
    NoEscape,
    Package,
    Section,
    StandAloneGraphic,
    Tabular,
    TextColor,
)
from pylatex.base_classes import Container, ContainerCommand, Environment, Options
from pylatex.base_classes.containers import Fragment

from vrs.checks.result import Status
from vrs.report.figures.icons import ICONS, pdf
from vrs.report.model import CheckContent, DrawnFigure
from vrs.report.outline import PlacedPart
from vrs.report.pdf.escape import escape, escaped, joined
from vrs.report.text import words

_COLOURS = {
    "accent": "1F4E79",
    "ok": "1E7B34",
    "warnings": "B45309",
    "notapplicable": "5F6773",
    "notmeasured": "6B3FA0",
    "leftout": "5F6773",
    "problem": "B3261E",
    "serious": "B3261E",
    "caution": "B45309",
    "note": "1F4E79",
    "faint": "5F6773",
}

_ICON_SIDE = 8.0
"""Height of an icon in points."""

NAMES_OF_LETTERS = NoEscape(r"\pdfgentounicode=1 \input{glyphtounicode}")
"""Which letter a glyph is; a format of LaTeX cannot hold it."""

SEARCHABLE = r"""
\DeclareRobustCommand{\vrsreads}[2]{\leavevmode
  \pdfliteral direct{/Span<</ActualText<FEFF#1>>>BDC}#2\pdfliteral direct{EMC}}
\let\vrsone\textonesuperior \let\vrstwo\texttwosuperior \let\vrsthree\textthreesuperior
\DeclareRobustCommand{\textonesuperior}{\vrsreads{00B9}{\vrsone}}
\DeclareRobustCommand{\texttwosuperior}{\vrsreads{00B2}{\vrstwo}}
\DeclareRobustCommand{\textthreesuperior}{\vrsreads{00B3}{\vrsthree}}
"""
"""Text copied from the PDF, or searched in it, is the text as printed. pdfTeX cuts off the part of
a glyph name that marks raised digits, hence their commands."""

_STYLE = r"""
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
\setlength{\intextsep}{8pt plus 2pt}
\setcounter{topnumber}{5}\setcounter{bottomnumber}{5}\setcounter{totalnumber}{8}
\renewcommand{\topfraction}{0.95}\renewcommand{\bottomfraction}{0.95}
\renewcommand{\textfraction}{0.05}\renewcommand{\floatpagefraction}{0.85}
\makeatletter\setlength{\@fptop}{0pt}\setlength{\@fpsep}{12pt}
  \setlength{\@fpbot}{0pt plus 1fil}\makeatother
\setlength{\LTpre}{0.6\baselineskip}\setlength{\LTpost}{0.4\baselineskip}
\newcolumntype{L}[1]{>{\raggedright\arraybackslash}p{#1}}
\clearpairofpagestyles
\cfoot*{\pagemark}
"""

_COMMANDS = r"""
\newcommand{\vrsroom}[1]{\par\penalty0\relax\ifdim\pagetotal>0pt
  \ifdim\dimexpr\pagegoal-\pagetotal\relax<#1\baselineskip\newpage\fi\fi}
\makeatletter
\newdimen\vrscolroom \newcount\vrsfolio
\newcommand{\vrskeeproom}{\global\vrscolroom=\@colroom \global\vrsfolio=\c@page}
\newcommand{\vrsgiveroom}{\par\ifnum\c@page=\vrsfolio
  \global\@colroom=\vrscolroom \global\vsize=\@colroom \pagegoal=\@colroom\fi}
\makeatother
\newcommand{\vrsstatus}[2]{\textcolor{#1}{\sffamily\bfseries #2}}
\newcommand{\vrsdescribed}[2]{\leavevmode
  \pdfliteral page{/Span<</Alt<FEFF#1>>>BDC}#2\pdfliteral page{EMC}}
\newcommand{\vrsnotdrawn}[1]{\fcolorbox{faint}{white}{\parbox{0.6\linewidth}{\centering
  \vspace{6pt}\textcolor{faint}{#1}\vspace{6pt}}}}
\newcommand{\vrsbox}[2]{\par\medskip\noindent\fcolorbox{#1!60}{#1!6}{%
  \parbox{\dimexpr\linewidth-2\fboxsep-2\fboxrule\relax}{\parskip=0.4\baselineskip #2}}\par}
\newcommand{\vrsbehind}[2]{\noindent\begin{tabular}{@{}!{\color{#1}\vrule width 2pt}%
  p{\dimexpr\linewidth-2\tabcolsep-2pt\relax}@{}}#2\end{tabular}\par}
\newcommand{\vrsremark}[3]{\par\vrsbehind{#1}{\vrsstatus{#1}{#2.} #3}}
\newcommand{\vrsmore}[2]{{\parskip=0pt\nointerlineskip\vrsbehind{#1}{#2}}}
\newcommand{\vrsstatusline}[1]{\medskip{\large\sffamily\bfseries Status: #1}\par}
\newcommand{\vrsline}{\vspace{6mm}{\color{accent}\hrule height 1.2pt}\vspace{8mm}}
\newcommand{\vrswarning}[1]{{\parskip=1pt\par\noindent\hangindent=1.5em\hangafter=1
  \makebox[1.5em][l]{\vrsicon{warnings}}#1\par}\nopagebreak}
\newcommand{\vrsadvice}[1]{{\parskip=3pt\par\leftskip=1.5em\noindent\textbf{What to do.} #1\par}}
\newcommand{\vrsicon}[1]{\textcolor{#1}{\csname vrsicon#1\endcsname}}
\newenvironment{vrscover}{\hypersetup{pageanchor=false}\thispagestyle{empty}\sffamily}%
  {\clearpage\hypersetup{pageanchor=true}}
\newsavebox{\vrspage}
\newenvironment{vrsonepage}{\par\setbox\vrspage\vbox\bgroup\begingroup}%
  {\par\endgroup\egroup\ifdim\dimexpr\ht\vrspage+\dp\vrspage\relax<0.94\textheight
  \unvbox\vrspage\else\ifdim\dimexpr\ht\vrspage+\dp\vrspage\relax<1.2\textheight
  \resizebox*{!}{0.94\textheight}{\box\vrspage}\else\unvbox\vrspage\fi\fi\par}
"""


_ROOM_OF_TABLE = 6
"""Lines that a long table has on the page on which it begins."""


class Command(pylatex.Command):
    """A command; its arguments are escaped, unless they are code already."""

    def __init__(self, command: str, arguments: Any = None, options: Any = None) -> None:
        super().__init__(command, escaped(arguments), options)


def packages() -> Iterator[Package]:
    """The packages of the report, beside those that ``Document`` loads."""
    yield Package("xcolor", options=Options("table"))
    for name in ("graphicx", "array", "booktabs", "longtable", "float", "caption"):
        yield Package(name)
    yield Package(NoEscape("scrlayer-scrpage"), options=Options("headsepline"))
    yield Package("hyperref")


def preamble() -> Iterator[Any]:
    """What stands before the text: colours, style and commands, the same in every report."""
    for name, value in _COLOURS.items():
        yield Command("definecolor", [name, "HTML", value])
    for code in (SEARCHABLE, _STYLE, _COMMANDS):
        yield NoEscape(code)
    for status in ICONS:
        # Screen readers skip the icons.
        drawing = rf"\pdfliteral{{/Artifact BMC {pdf(status, _ICON_SIDE)} EMC}}"
        yield NoEscape(
            rf"\newcommand{{\vrsicon{colour_of(status)}}}{{\leavevmode\raisebox{{-0.9bp}}{{"
            rf"\hbox to {_ICON_SIDE}bp{{{drawing}\vrule width 0pt height {_ICON_SIDE}bp\hss}}}}}}"
        )


MORE = NoEscape(r"\,\ldots")
"""After the beginning of a checksum."""


class Text(Container):
    """A paragraph: its parts with spaces between them."""

    content_separator = "\n"
    end_paragraph = True

    def __init__(self, *parts: Any) -> None:
        super().__init__(data=escaped(parts))

    def dumps(self) -> str:
        """LaTeX code."""
        code: str = self.dumps_content()
        return code


class UnnumberedSection(Section):
    """A section without a number, in the table of contents all the same."""

    _latex_name = "addsec"


class MinorSection(Section):
    """A heading that the table of contents leaves out."""

    _latex_name = "minisec"
    end_paragraph = True

    def __init__(self, title: str, *content: Any) -> None:
        super().__init__(escaped(title), label=False, data=escaped(content))


class CoverPage(Environment):
    """The first page, without a number."""

    _latex_name = "vrscover"


class OnePage(Environment):
    """Content set a little smaller if it then fits on one page, else on as many as it needs."""

    _latex_name = "vrsonepage"


class Scriptsize(Environment):
    """The smallest letters of the report."""


class Bibliography(Environment):
    """The list of references."""

    _latex_name = "thebibliography"


class Box(ContainerCommand):
    """A frame in a colour around its content."""

    _latex_name = "vrsbox"

    def __init__(self, colour: str, *content: Any) -> None:
        super().__init__(arguments=colour, data=escaped(content))


def heading(part: PlacedPart) -> Section:
    """The section of a part of the outline, still empty."""
    if part.number:
        return Section(escape(part.title), label=False)
    return UnnumberedSection(escape(part.title), label=False)


def in_words(parts: Sequence[Any]) -> NoEscape:
    """The code of "a, b and c"."""
    return NoEscape(words.in_words([joined(part) for part in parts]))


def room(lines: float) -> Command:
    """A new page unless so many lines fit on this one."""
    return Command("vrsroom", f"{lines:.0f}")


def in_colour(colour: str, text: str) -> Command:
    """Bold letters in a colour, as statuses have them."""
    return Command("vrsstatus", [colour, text])


def faint(text: str) -> TextColor:
    """Text in grey."""
    return TextColor("faint", escaped(text))


def remark(colour: str, label: Any, text: str, *more: str) -> Container:
    """Lines behind a bar in a colour; a page may end between them."""
    lines = [Command("vrsmore", [colour, line]) for line in more]
    return Fragment(data=[Command("vrsremark", [colour, label, text]), *lines])


def colour_of(status: Status) -> str:
    """The name of the colour of a status."""
    return status.value.replace("_", "")


def outcome(check: CheckContent) -> NoEscape:
    """The status in its colour, with its icon and in words."""
    colour = colour_of(check.status)
    icon, text = Command("vrsicon", colour), in_colour(colour, escape(check.status_text))
    return joined(icon, NoEscape(r"\enspace"), text)


def marker(check: CheckContent) -> Marker:
    """The section of a check as the target of links."""
    return Marker(check.id, "check")


def table(
    widths: Sequence[float],
    rows: Sequence[Sequence[Any]],
    heading: Sequence[str] = (),
    rules: bool = False,
    gap: str = "0pt",
) -> Tabular:
    """A table with columns of ``widths`` in mm, set flush left, ``gap`` between its rows.

    A table with a heading has lines above and below; ``rules`` gives them to one without.
    """
    columns = columns_of(widths)
    ruled = bool(heading) or rules
    grid = Tabular(columns if ruled else f"@{{}}{columns}@{{}}", width=len(widths), booktabs=ruled)
    if heading:
        grid.add_row(*heading)
        grid.add_hline()
    for index, row in enumerate(rows):
        if index:
            grid.append(Command("addlinespace", options=gap))
        grid.add_row(*row)
    return grid


def long_table(
    columns: str,
    heading: Sequence[str],
    rows: Sequence[Sequence[Any]],
    caption: str = "",
    number: int = 0,
) -> Container:
    """A table that goes on over pages, its heading repeated on each.

    ``columns`` are those of LaTeX; caption and number belong to a numbered table.
    """
    grid = LongTable(f"@{{}}{columns}@{{}}", width=len(heading))
    if caption:
        label = Label(Marker(str(number), "table"))
        grid.extend([Command("caption", caption), label, NoEscape(r"\\[4pt]")])
    for end in ("endfirsthead", "endhead") if caption else ("endhead",):
        grid.append(Command("toprule"))
        grid.add_row(*heading)
        grid.extend([Command("midrule"), Command(end)])
    grid.extend([Command("bottomrule"), Command("endfoot")])
    for row in rows:
        grid.add_row(*row)
    # A long table forgets the figures at the top of its page, and the text would leave the page:
    # their room is kept, once it is sure on which page the table begins.
    keep, give = Command("vrskeeproom"), Command("vrsgiveroom")
    return Fragment(data=[room(_ROOM_OF_TABLE), keep, grid, give])


def columns_of(widths: Sequence[float]) -> str:
    """Columns of so many mm, set flush left."""
    return "".join(f"L{{{width:g}mm}}" for width in widths)


def picture(drawn: DrawnFigure) -> Command:
    """A figure at its size, with its description for screen readers."""
    return described(drawn.alt, StandAloneGraphic(drawn.vector or drawn.file, image_options=None))


def drawing(operators: str, width: float, height: float) -> NoEscape:
    """Operators of PDF that this program made, as a drawing of so many points within a line.

    Screen readers skip it.
    """
    return NoEscape(
        rf"\leavevmode\raisebox{{-3bp}}{{\hbox to {width:g}bp{{\pdfliteral{{/Artifact BMC "
        rf"{operators} EMC}}\vrule width 0pt height {height:g}bp\hss}}}}"
    )


def spread(parts: Sequence[NoEscape], width: float) -> NoEscape:
    """Small grey texts at equal distances over so many points."""
    content = joined(*parts, between=r"\hfill ")
    return NoEscape(rf"\hbox to {width:g}bp{{\scriptsize\color{{faint}}{content}}}")


def described(description: str, picture: StandAloneGraphic) -> Command:
    """A picture with its description, in UTF-16 as hexadecimal digits.

    The marks around it stand outside of text objects, as pictures do.
    """
    code = NoEscape(description.encode("utf-16-be").hex().upper())
    return Command("vrsdescribed", [code, picture])


def figure(drawn: DrawnFigure) -> Figure:
    """A numbered figure with its caption.

    One that does not fit on the page goes to the top of the next, and the text after it before.
    """
    shown = Figure(position="!htbp")
    shown.append(Command("centering"))
    shown.append(picture(drawn) if drawn.file else Command("vrsnotdrawn", words.NOT_DRAWN))
    shown.add_caption(escape(drawn.caption))
    shown.append(Label(Marker(str(drawn.number), "figure")))
    return shown
