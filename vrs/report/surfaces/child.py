"""Processes that draw 3D views: VTK without a back end ends the process that loads it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Dict, List, Mapping, Optional, Sequence

_PACKAGE_FOLDER = Path(__file__).resolve().parents[3]
_CACHES = ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "MPLCONFIGDIR")


def command_of(module: str, arguments: Sequence[str]) -> List[str]:
    """The command that runs a module of this package."""
    return [sys.executable, "-m", module, *arguments]


def with_package(environment: Mapping[str, str]) -> Dict[str, str]:
    """The variables with which a child finds this package, wherever it was imported from."""
    paths = [environment.get("PYTHONPATH", ""), str(_PACKAGE_FOLDER)]
    return {**environment, "PYTHONPATH": os.pathsep.join(filter(None, paths))}


def run_child(
    module: str,
    arguments: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    time_limit: Optional[float] = None,
) -> "subprocess.CompletedProcess[str]":
    """Run a module of this package in a process of its own, with its output as text.

    Parameters
    ----------
    module : str -- Its whole name.
    folder : Path -- Where it works, and where its libraries put caches, which are of no use later.
    environment : mapping of str to str -- Its other variables.
    time_limit : float, optional -- In seconds.

    Raises subprocess.TimeoutExpired after the time limit.
    """
    return subprocess.run(
        command_of(module, arguments),
        env={**with_package(environment), **dict.fromkeys(_CACHES, str(folder))},
        # Python looks for modules in it.
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        errors="replace",
        timeout=time_limit,
        check=False,
    )
