"""``vrs batch``: the reports of many maps."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, List, Optional

from vrs.cli.engine_option import chosen_engines
from vrs.cli.entry import add_archive
from vrs.cli.exit_status import ExitStatus
from vrs.cli.options import (
    MOST_THREADS,
    add_answer,
    add_only,
    add_queue,
    available_cores,
    queue_complaint,
    queue_of,
    whole_number,
)
from vrs.cli.parsing import Lines, Parser, fitted
from vrs.cli.report import add_choices_of_checks, add_reference, settle_reference
from vrs.maps.errors import VrsError

if TYPE_CHECKING:
    from vrs.batch.plan import InQueue
    from vrs.cli.batch_rows import Bad, Rows

SUMMARY = "write the reports of many maps: a list, a folder of maps, or a mirror of EMDB"
USAGE = "vrs batch LIST --out FOLDER [options]\n       vrs batch --emdb MIRROR --out FOLDER"
EXAMPLES = (
    "vrs batch maps.csv --out reports",
    "vrs batch maps.csv --out numbers --only json",
    "vrs batch --emdb /data/emdb --out archive --only html",
    "vrs batch --emdb /data/emdb --out archive --only html --update",
    "vrs batch maps.csv --out reports --queue cpu",
)
LONG_INDEX = 1000
"""Maps of which an index takes several seconds."""
MOST_MAPS = 100_000
MOST_SHOWN = 20
"""Bad rows, and maps that failed, that are printed."""

OF_A_BATCH: Lines = (
    ("0", "every map has its report"),
    ("1", "a map failed, or nothing of it could be measured; the last lines say why"),
    ("2", "wrong usage"),
    ("3", "every map has its report, but no PDF (pdflatex is missing)"),
    ("4", "a report has a result that --fail-on names"),
    ("130", "interrupted; the same command goes on"),
)


def add_arguments(parser: Parser) -> None:
    parser.description = (
        "Write the reports of many maps, several at a time. The same command goes on where it was "
        "interrupted or killed, and measures what has changed. It does not use Scipion, unless "
        "--keep all asks for the projects."
    )
    parser.surplus = "a batch has one list, and a name with a blank needs quotes"
    parser.closing = lambda: {"exit status": OF_A_BATCH}
    parser.complaint = complaint
    parser.add_argument(
        "list", metavar="LIST", nargs="?", default="",
        help="CSV, TSV or JSON Lines with a row for each map: the column map (a file, from the "
        "folder of the list, or an entry of EMDB) and any option of vrs report, such as contour, "
        "resolution, title; or the folder of the maps with such a list in it",
    )  # fmt: skip
    parser.add_argument(
        "--out", type=Path, metavar="FOLDER", required=True,
        help="folder of the batch, with a folder for each report in it",
    )  # fmt: skip
    add_only(parser)
    parser.add_argument(
        "--keep", choices=("all", "report"), default="report",
        help="report (the default), or all: each map in a Scipion project of its own, which is "
        "kept with its maps, as vrs report does",
    )  # fmt: skip
    parser.add_argument(
        "--workers", type=whole_number(MOST_THREADS), metavar="N",
        help=f"maps at a time ({available_cores()}); fewer if memory is short. In a queue: "
        "tasks at a time (as many as the queue starts)",
    )  # fmt: skip
    parser.add_argument(
        "--update", action="store_true",
        help="bring the reports of a mirror up to date: also remove those of entries that were "
        "withdrawn, and write the numbers of all reports, earlier ones too, to history.csv",
    )  # fmt: skip
    add_choices_of_checks(parser)
    add_queue(parser, "submit the maps as job arrays to")
    parser.add_argument(
        "--maps-per-job", type=whole_number(MOST_MAPS), metavar="N",
        help="maps in each task of a job array (as many as take a quarter of an hour)",
    )  # fmt: skip
    add_reference(parser)
    add_archive(parser)
    add_answer(parser)


def complaint(options: argparse.Namespace) -> str:
    """What is wrong with the options together, "" if nothing is."""
    if not options.list and not options.emdb:
        return "name a list, or a mirror of EMDB with --emdb"
    if options.update and (options.list or not options.emdb):
        return "--update is for a mirror of EMDB with --emdb, without a list"
    if options.only and options.keep == "all":
        return "--only and --keep all exclude each other"
    if options.maps_per_job and not options.queue:
        return "--maps-per-job is for the jobs of a queue: add --queue with its name"
    return queue_complaint(options)


def run(options: argparse.Namespace) -> int:
    """Refuse bad rows, then measure what is left; returns the exit status."""
    # Help and wrong usage need none of these.
    from vrs.batch.plan import BatchPlan
    from vrs.batch.run import run_batch
    from vrs.cli.batch_outcome import BatchAnswer
    from vrs.cli.batch_rows import mirror_folder
    from vrs.run.named_map import use_archive
    from vrs.steps.programs import left_to_projects

    answer = BatchAnswer(options)
    no_reference = settle_reference(options.reference)
    if no_reference:
        answer.say(no_reference)
    use_archive(options.emdb)
    found = _rows(options)
    if found.bad and options.list:
        return _refused(found.bad, len(found.rows), options.json)
    if found.bad:
        answer.say(f"Entries that are not measured: {len(found.bad)}, such as {found.bad[0].map}.")
    if options.keep != "all":
        note = left_to_projects([row.options for row, _ in found.rows])
        if note:
            answer.say(note)
    plan = BatchPlan(
        folder=options.out.absolute(), rows=found.rows,
        pdf=options.only in (None, "pdf"), html=options.only in (None, "html"),
        keep_all=options.keep == "all", workers=options.workers or available_cores(),
        cores=available_cores(), in_queue=_in_queue(options),
        mirror=mirror_folder(options.emdb) if options.update else None,
    )  # fmt: skip
    screen = sys.stdout if answer.talks else None
    outcome = run_batch(plan, screen, answer.begin)
    if options.update:
        _keep_history(plan.folder)
    if len(outcome.entries) > LONG_INDEX and not outcome.interrupted:
        answer.say("Writing the index")
    return answer.after(outcome, "" if outcome.interrupted else index_of(plan.folder))


def _keep_history(folder: Path) -> None:
    from vrs.batch.history import write_history
    from vrs.report.text.terminal import say

    try:
        write_history(folder)
    except VrsError as error:
        # The state holds it, and the same command writes it later.
        say(fitted(f"vrs: {error}", sys.stderr.isatty()), sys.stderr)


def index_of(folder: Path) -> str:
    """Write the index of a batch; returns the path of its page, "" if it cannot be written."""
    from vrs.batch.index import index_batch
    from vrs.report.text.terminal import say

    try:
        return str(index_batch(folder))
    except VrsError as error:
        # The reports are there, and the same command or "vrs index" writes it later.
        say(fitted(f"vrs: no index was written: {error}", sys.stderr.isatty()), sys.stderr)
        return ""


def _in_queue(options: argparse.Namespace) -> "Optional[InQueue]":
    from vrs.batch.plan import InQueue

    choice = queue_of(options)
    return InQueue(choice, options.maps_per_job, options.workers) if choice else None


def _rows(options: argparse.Namespace) -> "Rows":
    from vrs.batch.table import list_file, read_list
    from vrs.cli.batch_rows import mirror_folder, rows_of, rows_of_mirror

    common = _common(options)
    if not options.list:
        return rows_of_mirror(mirror_folder(options.emdb), common)
    file = list_file(Path(options.list))
    return rows_of(read_list(file), file.absolute().parent, common)


def _common(options: argparse.Namespace) -> List[str]:
    """The options of all maps, as arguments of each."""
    skip = [f"--skip={','.join(sorted(set(options.skip)))}"] if options.skip else []
    chosen = sorted(chosen_engines(options).items())
    reference = [f"--reference={options.reference}"] if options.reference else []
    return [*skip, *(f"--engine={what}={engine}" for what, engine in chosen), *reference]


def _refused(bad: "List[Bad]", good: int, as_json: bool) -> int:
    """Name all bad rows; nothing was started."""
    from vrs.report.text.terminal import say

    total = len(bad) + good
    if as_json:
        from vrs.cli.machine import BadRow, RefusedList, printed

        rows = [BadRow(*row) for row in bad]
        say(printed(RefusedList(ExitStatus.FAILED, f"{len(bad)} of {total} rows", rows)))
    wide = sys.stderr.isatty()
    for row in bad[: None if not wide else MOST_SHOWN]:
        say(fitted(f"vrs: {row}", wide), sys.stderr)
    rest = " (the first are shown)" if wide and len(bad) > MOST_SHOWN else ""
    end = f"vrs: {len(bad)} of {total} rows cannot be measured{rest}; nothing was started"
    say(fitted(end, wide), sys.stderr)
    return ExitStatus.FAILED
