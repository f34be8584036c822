"""``vrs run``: a workflow that Scipion exported, run again."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from vrs.cli.engine_option import chosen_engines
from vrs.cli.options import add_workflow_options, queue_of, threads_of
from vrs.cli.parsing import Parser

SUMMARY = "run an exported workflow again, such as workflow.json of a report"
USAGE = "vrs run WORKFLOW [options]"
EXAMPLES = ("vrs run map_report/workflow.json --out again",)


def add_arguments(parser: Parser) -> None:
    parser.description = "Run a workflow with a validation report in a new project."
    parser.surplus = "one workflow is run at a time"
    parser.add_argument(
        "workflow", metavar="WORKFLOW", type=Path, help="JSON file, as Scipion exports workflows"
    )
    add_workflow_options(parser)


def run(options: argparse.Namespace) -> int:
    """Run the workflow; returns the exit status."""
    from vrs.cli.outcome import Answer
    from vrs.run.default_folder import chosen_folder, folder_of_workflow
    from vrs.run.named_map import use_archive
    from vrs.run.recovery import settle_before_reading
    from vrs.run.report_run import run_again
    from vrs.run.run_inputs import DOWNLOAD, workflow_inputs

    answer = Answer(options.quiet, options.json, options.fail_on)
    use_archive(options.emdb)
    settle_before_reading(options.workflow, options.out)
    screen = sys.stdout if answer.talks else None
    inputs = workflow_inputs(options.workflow, DOWNLOAD in options.allow, screen)
    with chosen_folder(options.out, folder_of_workflow(options.workflow), inputs) as folder:
        answer.say(f"Validation report of {options.workflow.name} in {folder.path}")
        answer.before(folder, notes=options.moved)
        outcome = run_again(
            options.workflow, folder, threads_of(options), options.keep == "all", options.allow,
            progress=answer.talks, command_line=options.command_line, queue=queue_of(options),
            engines=chosen_engines(options),
        )  # fmt: skip
        return answer.after(outcome, folder)
