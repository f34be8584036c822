"""ChimeraX: 3D views."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import Iterator, Optional

from vrs.engines.finding import Finding, optional, scipion_path, software_folder

PROGRAM = Path("bin", "ChimeraX")


def program() -> Optional[Path]:
    """The executable, None if there is none."""
    return next(_candidates(), None)


def _candidates() -> Iterator[Path]:
    """That in CHIMERA_HOME, or else the newest one that Scipion installed; then the PATH."""
    home = os.environ.get("CHIMERA_HOME")
    # By the numbers in the name, so that 1.10 comes after 1.9.
    installed = sorted(
        software_folder().glob("chimerax-*"),
        key=lambda folder: [int(number) for number in re.findall(r"\d+", folder.name)],
        reverse=True,
    )
    programs = (folder / PROGRAM for folder in ([scipion_path(home)] if home else installed))
    yield from (program for program in programs if not _objection(program))
    yield from (Path(path) for path in map(shutil.which, ("chimerax", "ChimeraX")) if path)


def _objection(program: Path) -> str:
    """Why a file cannot be run, "" if it can."""
    if not program.exists():
        return "is missing"
    if not (program.is_file() and program.stat().st_size):
        return "is no program"
    return "" if os.access(program, os.X_OK) else "may not be executed"


def find() -> Finding:
    path, home = program(), os.environ.get("CHIMERA_HOME")
    why_not = "" if path else "not on the PATH, and CHIMERA_HOME is not set"
    if home and not path:
        named = scipion_path(home) / PROGRAM
        why_not = f"not on the PATH, and not in CHIMERA_HOME ({named} {_objection(named)})"
    without = "the 3D views of the report are drawn with VTK"
    return optional("ChimeraX", why_not, str(path), without)
