"""``vrs run``: a workflow that Scipion exported, run again."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from vrs.cli.options import add_output_and_threads

SUMMARY = "run an exported workflow again, such as workflow.json of a report"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = "Run a workflow with a validation report in a new project."
    parser.add_argument("workflow", type=Path, help="JSON file, as Scipion exports workflows")
    parser.add_argument(
        "--allow", action="append", default=[], metavar="CLASSNAME",
        help="run this protocol although it is not of this plugin: it can execute commands that "
        "stand in the workflow. May be repeated; queue allows the settings of a queue",
    )  # fmt: skip
    add_output_and_threads(parser)


def run(options: argparse.Namespace) -> None:
    from vrs.cli.outcome import print_outcome, print_replacement
    from vrs.run.output_folder import OutputFolder
    from vrs.run.report_run import run_again

    with OutputFolder(options.out or Path(f"{options.workflow.stem}_report")) as folder:
        print_replacement(folder)
        sys.stdout.flush()
        outcome = run_again(options.workflow, folder, options.threads, options.allow)
        print_outcome(outcome, folder)
