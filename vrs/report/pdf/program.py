"""Whether there is a pdflatex, without what makes a PDF."""

from __future__ import annotations

import shutil

INSTALL = (
    "install the system packages texlive-latex-recommended and lmodern and write the report again"
)


def program_missing() -> str:
    """Why there can be no PDF, "" if pdflatex is installed."""
    if shutil.which("pdflatex"):
        return ""
    return f"pdflatex is not installed, so the report has no PDF: {INSTALL}."
