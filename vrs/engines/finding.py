"""Programs and packages: whether they are installed, and where."""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path
from typing import Optional


@dataclass(frozen=True)
class Finding:
    """Whether something is installed.

    Attributes
    ----------
    detail : str -- Version and place, or what is missing or how to install it.
    without : str -- What happens without it: "no PDF", "0.e uses the built-in network".
    optional : bool -- Whether nothing is lost without it.
    trouble : str -- What is wrong with it although it is installed: "vtk 9.3 cannot draw".
    """

    name: str
    found: bool
    detail: str
    without: str = ""
    optional: bool = False
    trouble: str = ""


def optional(name: str, why_not: str, detail: str, without: str) -> Finding:
    """A part that may be missing; ``why_not`` is "" if it can be used, and ``detail`` is shown."""
    return Finding(name, not why_not, why_not or detail, without, optional=True)


def package_version(name: str) -> Optional[str]:
    """Version of an installed Python package, None if it is not installed."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def module_exists(name: str) -> bool:
    """Whether a top-level module is installed; does not import it."""
    try:
        return util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False


def scipion_path(named: str) -> Path:
    """An absolute path from one in Scipion's variables, which may begin at its home or with ~."""
    return Path(os.path.abspath(os.environ.get("SCIPION_HOME", ".")), os.path.expanduser(named))


def software_folder() -> Path:
    """Where Scipion installs the programs of its plugins (EM_ROOT), as an absolute path."""
    software = os.path.expanduser(os.environ.get("SCIPION_SOFTWARE") or "software")
    return scipion_path(os.environ.get("EM_ROOT") or os.path.join(software, "em"))
