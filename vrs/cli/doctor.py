"""``vrs doctor``: what is installed; it writes nothing that stays."""

from __future__ import annotations

import argparse
import os
import platform
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, List, Sequence

from vrs.cli.exit_status import ExitStatus
from vrs.cli.parsing import Parser
from vrs.cli.views_trial import why_no_views
from vrs.engines.finding import Finding, module_exists, package_version

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from vrs.checks.check import Check
    from vrs.engines.overview import EngineState

SUMMARY = "list what is installed, and what each missing part costs"
USAGE = "vrs doctor [--json]"
EXAMPLES = ("vrs doctor",)
OF_DOCTOR = (
    ("0", "everything needed is here"),
    ("1", "something is missing; the last line names it"),
)
"""The exit statuses, for the help."""

COMPLETE = "Everything needed is here."
NARROW = 80
"""With fewer columns the details of a part stand below its name."""


def add_arguments(parser: Parser) -> None:
    parser.description = (
        "List what is installed, and what each missing part costs. The 3D views are tested by "
        "drawing one."
    )
    parser.closing = lambda: {"exit status": OF_DOCTOR}
    parser.add_argument("--json", action="store_true", help="print the list as one JSON object")


def run(options: argparse.Namespace) -> int:
    """Print the list; returns the exit status."""
    from vrs.cli.machine import DoctorAnswer, printed
    from vrs.engines.overview import engine_states
    from vrs.report.text.terminal import say
    from vrs.run.environment import set_variables
    from vrs.run.progress import columns_of, show

    # The folders of other programs are in Scipion's configuration.
    set_variables()
    states = engine_states()
    parts = findings(states)
    status = ExitStatus.FAILED if missing(parts) else ExitStatus.SUCCESS
    if options.json:
        say(printed(DoctorAnswer(int(status), last_line(parts), parts, states)))
        return status
    show(table(parts, columns_of() < NARROW))
    show(f"\n{last_line(parts)}")
    return status


def missing(parts: Sequence[Finding]) -> List[Finding]:
    """The parts that are needed and are not there."""
    return [part for part in parts if not part.found and not part.optional]


def last_line(parts: Sequence[Finding]) -> str:
    """Whether everything needed is there, or what is missing."""
    names = ", ".join(part.name for part in missing(parts))
    return f"Missing: {names}." if names else COMPLETE


def findings(states: Sequence[EngineState]) -> List[Finding]:
    """Everything that the plugin uses or could use, with other programs in these states."""
    # The help of the command needs none of these.
    from vrs.engines import chimerax
    from vrs.engines.overview import engine_finding
    from vrs.levels import CHECKS

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
        _views(),
        Finding("Scipion's configuration", True, state),
        _hosts(),
        _entries(),
        *(_network(check) for check in CHECKS.values() if check.network),
        *map(engine_finding, states),
        chimerax.find(),
    ]


def _hosts() -> Finding:
    """The file that describes the queues of a cluster."""
    hosts = os.environ["SCIPION_HOSTS"]
    state = hosts if Path(hosts).exists() else f"{hosts}, written by the first report"
    return Finding("Queues (hosts.conf)", True, state)


def table(parts: Sequence[Finding], narrow: bool = False) -> Table:
    """A row per part: yes, no, or – for an optional part that is missing."""
    from rich.console import Group
    from rich.padding import Padding
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
            effect = f"optional ({part.trouble or 'not installed'}): {part.without}\n"
        elif not part.found:
            state = Text("no", "red")
            effect = f"{part.trouble or 'not installed'}: {part.without}\n"
        details: List[RenderableType] = [part.name, Text(f"{effect}{part.detail}", overflow="fold")]
        if narrow:
            details = [Group(details[0], Padding(details[1], (0, 0, 0, 2)))]
        rows.add_row(state, *details)
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


def _views() -> Finding:
    version = package_version("vtk")
    problem = "pip install vtk" if version is None else why_no_views()
    detail = problem or f"vtk {version}, drew a view"
    trouble = f"vtk {version} cannot draw" if version and problem else ""
    without = "no 3D views in the report"
    return Finding("3D views (VTK)", not problem, detail, without, trouble=trouble)


def _entries() -> Finding:
    """Where entries of EMDB come from and are kept; asks no server."""
    from vrs.entries.archive import Mirror
    from vrs.entries.cache import Cache, default_folder
    from vrs.entries.progress import size
    from vrs.entries.source import source_of_entries
    from vrs.maps.errors import VrsError
    from vrs.maps.printing import count

    name = "Entries of EMDB"
    try:
        source = source_of_entries()
        if isinstance(source, Mirror):
            source.require_folder()
            return Finding(name, True, f"mirror folder {source.folder}")
        cache = Cache(default_folder())
        entries = cache.entries()
    except VrsError as error:
        return Finding(name, False, error.advice, "no report of an entry", trouble=error.reason)
    kept = f"{count(len(entries), 'entry', 'entries')}, {size(sum(kept.bytes for kept in entries))}"
    return Finding(name, True, f"{source.web.base}\nkept in {cache.folder} ({kept})")


def _network(check: Check) -> Finding:
    from vrs.networks import network_file, runtime

    file = network_file(check.network)
    detail = str(file or "not part of this version")
    if not runtime.is_installed():
        file, detail = None, "pip install onnxruntime"
    without = f"{check.id} cannot be measured"
    return Finding(f"Network of {check.id}", file is not None, detail, without)
