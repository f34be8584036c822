"""Runs pdflatex on a report: without a shell, and without access to other files."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Dict, Sequence

from vrs.maps.whole_file import write_whole
from vrs.report import FIGURES
from vrs.report.pdf.program import INSTALL, program_missing
from vrs.report.pdf.shared_format import forget_formats, format_options

MOST_RUNS = 3
TIME_LIMIT = 180.0
"""Seconds that one run may take."""

_TAIL = 25
_ERROR = re.compile(r"! |\S+\.\w+:\d+: ")
_OPTIONS = ("-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", "-file-line-error")
_RESTRICTIONS = {"openin_any": "p", "openout_any": "p", "max_print_line": "1000"}
_SETTLES = (".aux", ".toc", ".out")
_HEADINGS = re.compile(r"\\(addsec|section|subsection)\{")


class PdfError(RuntimeError):
    """pdflatex failed on the report; the message ends with the tail of its log."""


class PdfUnavailable(PdfError):
    """pdflatex or one of its packages is missing; the message says what to install."""


def make_pdf(tex_file: Path) -> Path:
    """Run pdflatex until the references settle; the PDF is written beside ``tex_file``.

    pdflatex runs in a folder of its own, in which it sees the folder of the figures.

    Raises
    ------
    PdfUnavailable
        If pdflatex or one of its packages is not installed.
    PdfError
        If pdflatex fails or does not end in time.
    """
    program = shutil.which("pdflatex")
    if program is None:
        raise PdfUnavailable(program_missing())
    target = tex_file.with_suffix(".pdf")
    with tempfile.TemporaryDirectory(prefix="vrs_latex_") as scratch:
        folder = Path(scratch)
        shutil.copyfile(tex_file, folder / tex_file.name)
        _expect_contents(folder / tex_file.name)
        (folder / FIGURES).symlink_to((tex_file.parent / FIGURES).resolve())
        _run_with_format(program, folder / tex_file.name)
        if not (folder / target.name).exists():
            raise PdfError("pdflatex wrote no page.")
        write_whole(target, (folder / target.name).read_bytes())
    return target


def _expect_contents(tex_file: Path) -> None:
    """Write a table of contents with as many lines as the last one, without words and pages.

    With it the first run breaks the pages as the last one does, which saves a run.
    """
    section = subsection = 0
    lines = []
    text = tex_file.read_text(encoding="utf-8", errors="replace")
    for kind in _HEADINGS.findall(text):
        number = r"\nonumberline "
        if kind == "section":
            section, subsection = section + 1, 0
            number = rf"\numberline {{{section}}}"
        elif kind == "subsection":
            subsection += 1
            number = rf"\numberline {{{section}.{subsection}}}"
        depth = "subsection" if kind == "subsection" else "section"
        lines.append(rf"\contentsline {{{depth}}}{{{number}--}}{{0}}{{Doc-Start}}%" + "\n")
    tex_file.with_suffix(".toc").write_text("".join(lines), encoding="ascii")


def _run_with_format(program: str, tex_file: Path) -> None:
    """Run pdflatex with the format of all reports, and without it if that fails."""
    whole = tex_file.read_bytes()
    options = format_options(program, tex_file, _OPTIONS, _environment(tex_file.parent))
    try:
        _run_until_settled(program, tex_file.parent, tex_file.name, options)
    except PdfError:
        if not options:
            raise
        # Another pdflatex may have made it.
        forget_formats()
        tex_file.write_bytes(whole)
        _run_until_settled(program, tex_file.parent, tex_file.name, [])


def _run_until_settled(program: str, folder: Path, name: str, options: Sequence[str]) -> None:
    before = ""
    for run in range(MOST_RUNS):
        _run(program, folder, name, *options, *(["-draftmode"] if run == 0 else []))
        after = _references(folder, name)
        if after == before:
            return
        before = after


def _run(program: str, folder: Path, name: str, *more: str) -> None:
    try:
        process = subprocess.run(
            [program, *_OPTIONS, *more, name],
            cwd=folder,
            env=_environment(folder),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=TIME_LIMIT,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise PdfError(f"pdflatex did not end within {TIME_LIMIT:.0f} s.") from error
    if process.returncode != 0:
        log = process.stdout.decode("utf-8", errors="replace")
        missing = re.search(r"File `([^']+\.(?:sty|cls|def|fd))' not found", log)
        if missing:
            raise PdfUnavailable(
                f"LaTeX lacks {missing.group(1)}, so the report has no PDF: {INSTALL}."
            )
        raise PdfError(f"pdflatex failed (exit status {process.returncode}):\n{_tail(log)}")


def _environment(folder: Path) -> Dict[str, str]:
    # Letters that LaTeX had to draw would stay among the temporary files of all users.
    return {**os.environ, **_RESTRICTIONS, "VARTEXFONTS": str(folder)}


def _tail(log: str) -> str:
    """The log from its error message on, else its last lines."""
    lines = log.splitlines()
    errors = (index for index, line in enumerate(lines) if _ERROR.match(line))
    return "\n".join(lines[next(errors, -_TAIL) :][:_TAIL])


def _references(folder: Path, name: str) -> str:
    """Checksum of what one run leaves for the next."""
    digest = hashlib.sha256()
    for ending in _SETTLES:
        file = (folder / name).with_suffix(ending)
        if file.exists():
            digest.update(file.read_bytes())
    return digest.hexdigest()
