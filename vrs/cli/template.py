"""``vrs template``: a saved workflow template, filled and run without a window."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Collection, Dict, List, Tuple

from vrs.cli.engine_option import chosen_engines
from vrs.cli.exit_status import ExitStatus
from vrs.cli.options import add_workflow_options, queue_of, threads_of
from vrs.cli.parsing import Parser, suggestion
from vrs.maps.errors import WorkflowError

SUMMARY = "fill a saved workflow template and run it without a window"
USAGE = "vrs template TEMPLATE FIELD=VALUE ... [options]"
EXAMPLES = (
    "vrs template vrs-level0 map=map.mrc contour=0.09 resolution=3.2",
    "vrs template vrs-level0 map=EMD-3488",
)


def add_arguments(parser: Parser) -> None:
    parser.description = (
        "Fill a workflow template of Scipion and run it in a new project. Without a field, its "
        "fields are listed; a field that is not named has its default."
    )
    parser.add_argument(
        "template", metavar="TEMPLATE", nargs="?",
        help="a file (.json.template), or a name in Scipion's list of templates; without one, "
        "these are listed",
    )  # fmt: skip
    parser.add_argument(
        "fields", metavar="FIELD=VALUE", nargs="*", type=field_value, help="a field and its value"
    )
    add_workflow_options(parser)


def field_value(text: str) -> Tuple[str, str]:
    """The alias of a field and its value."""
    alias, sign, value = text.partition("=")
    if not (alias and sign):
        raise argparse.ArgumentTypeError(f"{text!r} is not FIELD=VALUE")
    return alias, value


def run(options: argparse.Namespace) -> int:
    """List the fields of the template, or run the workflow; returns the exit status."""
    from vrs.report.text.terminal import say
    from vrs.run.environment import prepare_scipion

    prepare_scipion()
    from vrs.run.saved_template import SavedTemplate, names_of_templates, with_whole_paths

    if options.template is None:
        say("\n".join(names_of_templates()))
        return ExitStatus.SUCCESS
    template = SavedTemplate(options.template)
    if not options.fields:
        say("\n".join(_listed(template.fields)))
        return ExitStatus.SUCCESS
    _refuse_unknown(options, template.fields)
    return _run_workflow(options, with_whole_paths(template.filled(dict(options.fields))))


def _refuse_unknown(options: argparse.Namespace, fields: Collection[str]) -> None:
    """Raise WorkflowError for a field that the template does not have, with what was meant."""
    for alias, value in options.fields:
        if alias in fields:
            continue
        close = suggestion(alias, fields)
        advice = f"its fields are {', '.join(fields)}{f' (did you mean {close}?)' if close else ''}"
        if hasattr(options, alias):
            advice = f"write the option --{alias} {value}"
        raise WorkflowError(f"the template {options.template} has no field {alias!r}", advice)


def _listed(fields: Dict[str, str]) -> List[str]:
    width = max(map(len, fields), default=0)
    return [f"{alias:<{width}}  {title}" for alias, title in fields.items()]


def _run_workflow(options: argparse.Namespace, workflow: List[Dict[str, object]]) -> int:
    from vrs.checks.store import write_json
    from vrs.cli.outcome import Answer
    from vrs.run.default_folder import chosen_folder, folder_of_map
    from vrs.run.named_map import use_archive
    from vrs.run.report_run import run_again
    from vrs.run.run_inputs import DOWNLOAD, MAP_FILE, workflow_inputs

    answer = Answer(options.quiet, options.json, options.fail_on)
    use_archive(options.emdb)
    screen = sys.stdout if answer.talks else None
    named = [str(run[MAP_FILE]) for run in workflow if run.get(MAP_FILE)]
    name = named[0] if named else options.template
    # The user named the entry.
    allowed = [*options.allow, DOWNLOAD]
    with tempfile.TemporaryDirectory() as temporary:
        file = Path(temporary) / "workflow.json"
        write_json(file, workflow)
        inputs = [path for path in workflow_inputs(file, True, screen) if path != file]
        with chosen_folder(options.out, folder_of_map(Path(name)), inputs) as folder:
            answer.say(f"Validation report of {name} in {folder.path}")
            answer.before(folder, notes=options.moved)
            try:
                outcome = run_again(
                    file, folder, threads_of(options), options.keep == "all", allowed,
                    progress=answer.talks, queue=queue_of(options),
                    engines=chosen_engines(options),
                )  # fmt: skip
            except WorkflowError as error:
                # The user has no workflow to correct.
                advice = f"“vrs template {options.template}” lists the fields"
                raise WorkflowError(error.reason, advice) from error
            return answer.after(outcome, folder)
