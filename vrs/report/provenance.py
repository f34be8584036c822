"""Which programs in which versions made the report; nothing that names the computer."""

from __future__ import annotations

import platform
import shlex
from datetime import datetime, timezone
from importlib import metadata
from typing import Any, Dict, List, Optional, Sequence

import vrs
from vrs.checks.result import Check

PACKAGES = (
    "scipion-pyworkflow",
    "scipion-em",
    "numpy",
    "scipy",
    "ducc0",
    "mrcfile",
    "matplotlib",
    "vtk",
    "pylatex",
    "jinja2",
    "onnxruntime",
)
"""Distributions whose version is reported, by their names in the package index."""


def versions() -> Dict[str, Optional[str]]:
    """Version of Python, of this package and of those it uses; None for what is not installed."""
    found: Dict[str, Optional[str]] = {
        "Python": platform.python_version(),
        "scipion-em-vrs": vrs.__version__,
    }
    for package in PACKAGES:
        found[package] = _version(package)
    return found


def provenance(
    checks: Sequence[Check],
    date: datetime,
    command_line: str = "",
    workflow_file: str = "",
    seconds: Optional[float] = None,
    seconds_of_figures: Optional[float] = None,
) -> Dict[str, Any]:
    """The block "provenance" of report.json.

    Parameters
    ----------
    checks : sequence of Check
        The preparation and the checks.
    date : datetime
    command_line : str
        The command that made the report; "" for a report made in a window of Scipion.
    workflow_file : str
        Name of the exported workflow beside the report, "" for none.
    seconds : float, optional
        Time of the whole run; where it is not known, the sum over the checks.
    seconds_of_figures : float, optional
        Time in which the results were read and the figures drawn.
    """
    return {
        "versions": versions(),
        "engines": _engines(checks),
        "command_line": command_line,
        "workflow_file": workflow_file,
        "workflow_command": f"vrs run {shlex.quote(workflow_file)}" if workflow_file else "",
        "date": date.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "seconds": sum(check.seconds for check in checks) if seconds is None else seconds,
        "seconds_of_checks": {check.id: check.seconds for check in checks},
        "seconds_of_figures": seconds_of_figures,
    }


def _version(package: str) -> Optional[str]:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _engines(checks: Sequence[Check]) -> List[Dict[str, str]]:
    return [
        {
            "check": check.id,
            "name": check.engine.name,
            "version": check.engine.version,
            "checksum": check.engine.checksum,
        }
        for check in checks
        if check.engine.name
    ]
