"""Which programs in which versions wrote the report; nothing that names the computer."""

from __future__ import annotations

import platform
import shlex
from datetime import datetime, timezone
from typing import Dict, Optional, Sequence

import vrs
from vrs.checks.result import Outcome
from vrs.engines.finding import package_version
from vrs.report.model import EngineUse, Provenance

PACKAGES = (
    "scipion-pyworkflow", "scipion-em", "numpy", "scipy", "ducc0", "mrcfile", "msgspec",
    "matplotlib", "vtk", "pylatex", "jinja2", "onnxruntime",
)  # fmt: skip
"""Distributions whose version is reported, by their names in the package index."""


def versions() -> Dict[str, Optional[str]]:
    """Version of Python, of this package and of those it uses; None if not installed."""
    own = {"Python": platform.python_version(), "scipion-em-vrs": vrs.__version__}
    return {**own, **{package: package_version(package) for package in PACKAGES}}


def provenance(
    sections: Sequence[Outcome],
    date: datetime,
    command_line: str = "",
    workflow_file: str = "",
    seconds: Optional[float] = None,
    seconds_of_figures: Optional[float] = None,
    workflow_options: Sequence[str] = (),
) -> Provenance:
    """The block "provenance" of report.json, from the preparation and the checks.

    ``workflow_options`` are those with which the workflow finds its entry.
    ``seconds``, the time of the whole run, is by default the sum over the checks.
    """
    return Provenance(
        versions=versions(),
        engines=[
            EngineUse(s.id, s.engine.name, s.engine.version, s.engine.checksum, s.engine.path)
            for s in sections
            if s.measurements or s.evaluated
        ],
        command_line=command_line,
        workflow_file=workflow_file,
        workflow_command=shlex.join(["vrs", "run", workflow_file, *workflow_options])
        if workflow_file
        else "",
        date=date.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        seconds=sum(section.seconds for section in sections) if seconds is None else seconds,
        seconds_of_checks={section.id: section.seconds for section in sections},
        seconds_of_figures=seconds_of_figures,
    )
