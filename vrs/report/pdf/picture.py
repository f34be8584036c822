"""A picture with words about it for programs that read the page aloud."""

from __future__ import annotations

from vrs.report.model import DrawnFigure

DESCRIBED = r"""
\newcommand{\vrsdescribed}[2]{\leavevmode
  \pdfliteral page{/Span<</Alt<FEFF#1>>>BDC}#2\pdfliteral page{EMC}}
"""
"""The command that marks its second argument with a description, given in UTF-16 as hexadecimal
digits. The marks stand outside of text objects, as pictures do."""


def picture(drawn: DrawnFigure, file: str = "", options: str = "") -> str:
    r"""LaTeX code that shows a figure at its size, with its description.

    Parameters
    ----------
    drawn : DrawnFigure
        One that could be drawn.
    file : str
        Another file that shows the same, by default the figure itself.
    options : str
        Of ``\includegraphics``.
    """
    shown = rf"\includegraphics[{options}]{{{file or drawn.file}}}"
    return rf"\vrsdescribed{{{drawn.alt.encode('utf-16-be').hex().upper()}}}{{{shown}}}"
