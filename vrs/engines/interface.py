"""What another program has to say of itself before it measures in place of the built-in engine."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, List, Tuple

from vrs.checks.result import Engine

PREPARE = "prepare"
"""The preparation, among the identifiers of checks: its masks and its resampled map."""


def place(folder: Path) -> str:
    """A folder as a report shows it, without the name of the user's home; "" if it is not there.

    Examples
    --------
    >>> place(Path.home() / "no such folder"), place(Path("/usr/bin"))
    ('', '/usr/bin')
    """
    if not folder.exists():
        return ""
    home, path = os.path.expanduser("~"), str(folder)
    inside = path == home or path.startswith(f"{home.rstrip(os.sep)}{os.sep}")
    return f"~{path[len(home):]}" if inside else path


@dataclass(frozen=True)
class OutsideEngine:
    """A program, or a package of programs, that is looked for at run time.

    How it measures is no part of it: a protocol has the function that makes the program which the
    measurement takes, since some programs are run as protocols of their plugin.

    Attributes
    ----------
    name : str -- in forms, templates and commands: "xmipp"
    title : str -- in sentences: "Xmipp"
    measures : tuple of str -- identifiers of the checks that it can measure, and "prepare"
    missing : function of such an identifier
        Everything that is missing for this measurement, each as a noun with its article ("the
        program xmipp_image_resize", "the Python module xmipp_base"); empty if it is complete. Never
        raises, and imports nothing of the program.
    record : function of such an identifier
        The engine as the report names it; what is not known is "", so that an engine that was asked
        for and is missing has its name too.
    """

    name: str
    title: str
    measures: Tuple[str, ...]
    missing: Callable[[str], List[str]]
    record: Callable[[str], Engine]
