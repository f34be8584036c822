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
    add_output_and_threads(parser)


def run(options: argparse.Namespace) -> None:
    from vrs.cli.outcome import print_outcome, print_replacement
    from vrs.run.default_folder import default_folder, folder_of_workflow
    from vrs.run.output_folder import OutputFolder
    from vrs.run.report_run import run_again
    from vrs.run.run_inputs import workflow_inputs

    inputs = workflow_inputs(options.workflow)
    with (
        OutputFolder(options.out, inputs)
        if options.out
        else default_folder(folder_of_workflow(options.workflow), inputs)
    ) as folder:
        print(f"Validation report of {options.workflow.name} in {folder.path}")
        print_replacement(folder)
        sys.stdout.flush()
        print_outcome(run_again(options.workflow, folder, options.threads), folder)
