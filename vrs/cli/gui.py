"""``vrs gui``: Scipion's windows."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import NoReturn

from vrs.cli.parsing import Parser
from vrs.engines.finding import module_exists
from vrs.maps.errors import VrsError

_START = """
import runpy, sys
sys.path = [folder for folder in sys.path if folder]
runpy.run_module("scipion", run_name="__main__", alter_sys=True)
"""
"""What ``python -m scipion`` does, but without looking for modules in the working folder."""

SUMMARY = "open the project of a report, or the list of projects"
USAGE = "vrs gui [DIR]"
EXAMPLES = ("vrs gui map_report",)


def add_arguments(parser: Parser) -> None:
    parser.add_argument(
        "folder", metavar="DIR", nargs="?", type=Path,
        help="the folder of a report, or one in it; a report that was copied or moved, or belongs "
        "to somebody else, is opened too",
    )  # fmt: skip


def run(options: argparse.Namespace) -> NoReturn:
    """Replace this process by Scipion's."""
    from vrs.run.environment import prepare_scipion
    from vrs.run.project_list import (
        list_project,
        project_of,
        projects_folder,
        remove_dead_links,
    )
    from vrs.run.recovery import settle_before_reading

    if not module_exists("scipion"):
        raise VrsError("Scipion's windows are not installed", "pip install scipion-app")
    if sys.platform.startswith("linux") and not os.environ.get("DISPLAY"):
        raise VrsError(
            "there is no screen for a window (DISPLAY is not set)",
            "log in with a desktop or with ssh -X, or read report.pdf and report.html of the "
            "report",
        )
    arguments = ["manager"]
    if options.folder is not None:
        settle_before_reading(options.folder)
        project = project_of(options.folder)
        prepare_scipion()
        arguments = ["project", list_project(project)]
    else:
        prepare_scipion()
        remove_dead_links(projects_folder())
    os.execv(sys.executable, [sys.executable, "-c", _START, *arguments])
