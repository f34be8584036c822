"""ChimeraX: 3D views."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import Iterator, List, Optional

from vrs.engines.finding import Finding, software_folder

PROGRAM = Path("bin", "ChimeraX")


def program() -> Optional[Path]:
    """The executable, None if there is none."""
    return next(_candidates(), None)


def _candidates() -> Iterator[Path]:
    """CHIMERA_HOME, then the newest one that Scipion installed, then the PATH."""
    given = os.environ.get("CHIMERA_HOME")
    installed = sorted(software_folder().glob("chimerax-*"), key=_version, reverse=True)
    homes = [Path(given)] if given else installed
    for home in homes:
        if (home / PROGRAM).exists():
            yield home / PROGRAM
    for name in ("chimerax", "ChimeraX"):
        found = shutil.which(name)
        if found:
            yield Path(found)


def _version(home: Path) -> List[int]:
    """The numbers in the name of a folder, so that 1.10 comes after 1.9."""
    return [int(number) for number in re.findall(r"\d+", home.name)]


def find() -> Finding:
    """Whether ChimeraX is installed."""
    path = program()
    return Finding(
        "ChimeraX",
        path is not None,
        str(path) if path else "not on the PATH, not in CHIMERA_HOME",
        "the 3D views of the report are drawn with VTK",
        optional=True,
    )
