"""``vrs doctor``: what is installed; it reads, and writes nothing."""

from __future__ import annotations

import argparse
import os
import platform
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, List, Sequence

from vrs.engines.finding import Finding, module_exists, package_version

if TYPE_CHECKING:
    from rich.table import Table

SUMMARY = "list what is installed, and what each missing part costs"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None."""


def run(options: argparse.Namespace) -> None:
    from vrs.run.progress import show

    show(table(findings()))


def findings() -> List[Finding]:
    """Everything that the plugin uses or could use."""
    # The help of the command needs none of these.
    from vrs.engines import chimerax, ucm, xmipp
    from vrs.run.environment import set_variables

    # The folders of other programs are in Scipion's configuration.
    set_variables()
    tk, missing_tk = module_exists("tkinter"), "install the system package python3-tk"
    home = os.environ["SCIPION_HOME"]
    state = home if Path(home).exists() else f"{home}, written by the first report"
    return [
        Finding("Python", True, platform.python_version()),
        _package("Scipion (pyworkflow)", "scipion-pyworkflow", "only the Python functions work"),
        _package("pwem", "scipion-em", "no workflow can run"),
        _package("Scipion application", "scipion-app", "no windows (vrs gui, python -m scipion)"),
        Finding("Tk", tk, "installed" if tk else missing_tk, "Scipion cannot be loaded"),
        _pdflatex(),
        _package("VTK (3D views)", "vtk", "no 3D views in the report"),
        Finding("Scipion's configuration", True, state),
        _network("local_resolution", "Network of 0.e", "0.e cannot be measured"),
        _network("hand", "Network of 0.h", "0.h cannot be measured"),
        xmipp.find_plugin(),
        xmipp.find_programs(),
        xmipp.find_network(xmipp.DEEPRES),
        xmipp.find_network(xmipp.DEEP_HAND),
        ucm.find(),
        chimerax.find(),
    ]


def table(parts: Sequence[Finding]) -> Table:
    """A row per part: yes, no, or – for an optional part that is missing."""
    from rich.table import Table
    from rich.text import Text

    rows = Table.grid(padding=(0, 2, 0, 0))
    rows.add_column(no_wrap=True)
    rows.add_column()
    # A long path is continued on the next line, never cut.
    rows.add_column(overflow="fold")
    for part in parts:
        state, effect = Text("yes", "green"), ""
        if not part.found and part.optional:
            state = Text("–", "bright_black")
            effect = f"optional (not installed): {part.without}\n"
        elif not part.found:
            state, effect = Text("no", "red"), f"not installed: {part.without}\n"
        rows.add_row(state, part.name, f"{effect}{part.detail}")
    return rows


def _package(name: str, package: str, without: str) -> Finding:
    version = package_version(package)
    detail = f"{package} {version}" if version else f"pip install {package}"
    return Finding(name, version is not None, detail, without)


def _pdflatex() -> Finding:
    program = shutil.which("pdflatex")
    detail = program or "install the system packages texlive-latex-recommended and lmodern"
    return Finding(
        "pdflatex", program is not None, detail, "no PDF, only report.html and report.json"
    )


def _network(name: str, title: str, without: str) -> Finding:
    from vrs.networks import network_file

    file = network_file(name)
    return Finding(title, file is not None, str(file or "not part of this version"), without)
