"""``vrs run``: a workflow that Scipion exported, run again."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from vrs.cli.entry import add_archive
from vrs.cli.exit_status import OF_A_REPORT
from vrs.cli.options import add_answer, add_output_and_threads
from vrs.cli.parsing import Parser

SUMMARY = "run an exported workflow again, such as workflow.json of a report"
USAGE = "vrs run WORKFLOW [options]"
EXAMPLES = ("vrs run map_report/workflow.json --out again",)


def add_arguments(parser: Parser) -> None:
    parser.description = "Run a workflow with a validation report in a new project."
    parser.surplus = "one workflow is run at a time"
    parser.closing = lambda: {"exit status": OF_A_REPORT}
    parser.add_argument(
        "workflow", metavar="WORKFLOW", type=Path, help="JSON file, as Scipion exports workflows"
    )
    parser.add_argument(
        "--allow", action="append", default=[], metavar="CLASSNAME",
        help="run this protocol although it is not of this plugin: it can execute commands that "
        "stand in the workflow. May be repeated; queue allows the settings of a queue, "
        "download a map from EMDB",
    )  # fmt: skip
    add_archive(parser)
    add_output_and_threads(parser)
    add_answer(parser)


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
            options.workflow, folder, options.threads, options.keep == "all", options.allow,
            progress=answer.talks, command_line=options.command_line,
        )  # fmt: skip
        return answer.after(outcome, folder)
