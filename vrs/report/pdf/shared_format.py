"""The LaTeX code that all reports share, read once and kept as a format of LaTeX.

Most of the time of a run of pdflatex goes into packages. A format holds what they define; pdflatex
reads it in a tenth of the time.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path
from typing import List, Mapping, Sequence

from pylatex import NoEscape

from vrs.maps.whole_file import write_whole

FOLDER = "VRS_LATEX"
"""Variable that names the folder in which the format is kept; without it there is none."""

SHARED_UNTIL = NoEscape("% From here on every report has its own code.")
"""The line of a report that ends what is the same in all."""

_NAME = "shared"


def format_options(
    program: str, tex_file: Path, options: Sequence[str], environment: Mapping[str, str]
) -> List[str]:
    """Remove from ``tex_file`` what the format holds; returns the options to read that by.

    The format is made if it is missing, and of another version. Nothing is done, and there are no
    options, without a folder for it, or if it cannot be made.

    Parameters
    ----------
    program : str -- Path of pdflatex.
    tex_file : Path -- A copy of a report, in a folder for temporary files.
    options, environment -- With which pdflatex makes the format.
    """
    shared, end, own = tex_file.read_bytes().partition(SHARED_UNTIL.encode())
    folder = os.environ.get(FOLDER)
    if not folder or not end:
        return []
    kept = Path(folder) / f"{_checksum(program, shared)}.fmt"
    here = tex_file.with_name(f"{_NAME}.fmt")
    try:
        if kept.exists():
            shutil.copyfile(kept, here)
        else:
            here.with_suffix(".tex").write_bytes(shared + b"\n\\dump\n")
            command = [program, "-ini", *options, f"-jobname={_NAME}", "&pdflatex", f"{_NAME}.tex"]
            subprocess.run(
                command, cwd=here.parent, env=dict(environment), check=True, timeout=60.0,
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            kept.parent.mkdir(parents=True, exist_ok=True)
            forget_formats()
            write_whole(kept, here.read_bytes())
    except (OSError, subprocess.SubprocessError):
        return []
    tex_file.write_bytes(own)
    return [f"-fmt={_NAME}"]


def forget_formats() -> None:
    """Remove the formats that are kept."""
    for kept in Path(os.environ[FOLDER]).glob("*.fmt"):
        kept.unlink(missing_ok=True)


def _checksum(program: str, shared: bytes) -> str:
    """Of all that a format depends on: pdflatex itself, and the code."""
    installed = os.stat(program)
    version = f"{program} {installed.st_size} {installed.st_mtime_ns}\n".encode()
    return hashlib.sha256(version + shared).hexdigest()[:32]
