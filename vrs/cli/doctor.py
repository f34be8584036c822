"""What is installed, and what each missing part costs."""

from __future__ import annotations

import argparse
import os
import platform
import shutil
from typing import List, Sequence

from vrs.engines.finding import Finding, module_exists, package_version

SUMMARY = "list what is installed, and what each missing part costs"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None."""


def run(options: argparse.Namespace) -> None:
    """Print the table."""
    print(table(findings()))


def findings() -> List[Finding]:
    """Everything that the plugin uses or could use."""
    # The help of the command needs none of these.
    from vrs.engines import chimerax, ucm, xmipp
    from vrs.run.environment import prepare_scipion

    scipion = _package(
        "Scipion (pyworkflow)", "scipion-pyworkflow", "nothing works but the Python functions"
    )
    found = [
        Finding("Python", True, platform.python_version(), ""),
        scipion,
        _package("Scipion for electron microscopy (pwem)", "scipion-em", "no workflow can run"),
        _package("Scipion application", "scipion-app", "no windows: vrs gui, python -m scipion"),
        Finding(
            "Tk (windows of Python)",
            module_exists("tkinter"),
            "installed" if module_exists("tkinter") else "the system package python3-tk",
            "Scipion does not load",
        ),
        _pdflatex(),
        _package("3D views (VTK)", "vtk", "the report shows plain pictures of surfaces"),
    ]
    if scipion.found:
        # The places of other programs are in Scipion's configuration.
        prepare_scipion()
        home = os.environ["SCIPION_HOME"]
        found.append(Finding("Scipion's configuration", True, home, ""))
    return [
        *found,
        _network("local_resolution", "Network for the local resolution", "0.e is not measured"),
        _network("hand", "Network for the hand", "0.h is not measured"),
        xmipp.find_plugin(),
        xmipp.find_programs(),
        xmipp.find_deepres(),
        xmipp.find_deep_hand(),
        ucm.find(),
        chimerax.find(),
    ]


def table(found: Sequence[Finding]) -> str:
    """One line each; what is missing has its cost on the next line."""
    lines = []
    for finding in found:
        mark = "yes" if finding.found else "no "
        lines.append(f"  {mark}  {finding.name:<41} {finding.detail}")
        if not finding.found:
            lines.append(f"       without it: {finding.cost}")
    return "\n".join(lines)


def _package(name: str, package: str, cost: str) -> Finding:
    version = package_version(package)
    detail = f"{package} {version}" if version else f"{package} is not installed"
    return Finding(name, version is not None, detail, cost)


def _pdflatex() -> Finding:
    program = shutil.which("pdflatex")
    return Finding(
        "pdflatex",
        program is not None,
        program or "the system packages texlive-latex-recommended, lmodern",
        "no PDF: only report.html and report.json are written",
    )


def _network(name: str, title: str, cost: str) -> Finding:
    from vrs.networks import network_file

    file = network_file(name)
    return Finding(title, file is not None, str(file or "none in this version"), cost)
