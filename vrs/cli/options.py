"""Options that several commands share, and readers of their values."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Optional, Tuple

from vrs.cli.engine_option import add_engine
from vrs.cli.entry import add_archive
from vrs.cli.exit_status import FAIL_ON, NEVER, OF_A_REPORT, fail_on
from vrs.cli.parsing import Parser
from vrs.maps.errors import VrsError

if TYPE_CHECKING:
    from vrs.maps.typed_values import ContourLevel
    from vrs.run.queue_choice import QueueChoice

MOST_THREADS = 1024
ONLY = ("json", "html", "pdf")
MOST_JOB_CORES = 4


def add_output_and_threads(parser: argparse.ArgumentParser) -> None:
    """Where the report goes and how many cores are used."""
    parser.add_argument(
        "--out", type=Path, metavar="DIR",
        help="folder for the report; the default is named after the input file. An earlier report "
        "there is replaced when the new one is complete; a folder with any other file is refused",
    )  # fmt: skip
    parser.add_argument(
        "--keep", choices=("all", "report"), default="all",
        help="all (the default), or report: without the Scipion project, and so without maps and "
        "scripts for ChimeraX; the project stays if one of its runs failed",
    )  # fmt: skip
    parser.add_argument(
        "--threads", type=whole_number(MOST_THREADS), metavar="N",
        help=f"cores to use ({available_cores()}); in a queue, of each job ({job_cores()})",
    )  # fmt: skip


def add_only(parser: argparse.ArgumentParser) -> None:
    """Which files of a report are written."""
    parser.add_argument(
        "--only", choices=ONLY,
        help="json: report.json and the curves alone; html or pdf: that and report.json. It is "
        "measured without a Scipion project",
    )  # fmt: skip


def add_workflow_options(parser: Parser) -> None:
    """What is common to the commands that run a workflow of somebody."""
    add_allow(parser)
    add_engine(parser)
    add_archive(parser)
    add_output_and_threads(parser)
    add_queue(parser)
    add_answer(parser)
    parser.complaint = queue_complaint
    parser.closing = lambda: {"exit status": OF_A_REPORT}


def add_allow(parser: argparse.ArgumentParser) -> None:
    """What a workflow may do beside what this plugin does."""
    parser.add_argument(
        "--allow", action="append", default=[], metavar="CLASSNAME",
        help="run this protocol although it is not of this plugin: it can execute commands that "
        "stand in the workflow. May be repeated; queue allows the settings of a queue, "
        "download a map from EMDB",
    )  # fmt: skip


def add_queue(parser: argparse.ArgumentParser, what: str = "submit every run as a job to") -> None:
    """The queue of a cluster; ``what`` begins the help: what is done with it."""
    parser.add_argument(
        "--queue", metavar="NAME",
        help=f"{what} this queue of a cluster, which Scipion's hosts.conf describes (vrs doctor "
        "names the file)",
    )  # fmt: skip
    parser.add_argument(
        "--queue-param", type=queue_setting, action="append", default=[], metavar="NAME=VALUE",
        help="a setting of that queue in hosts.conf, such as JOB_TIME=60. May be repeated",
    )  # fmt: skip


def queue_of(options: argparse.Namespace) -> Optional[QueueChoice]:
    """The chosen queue, None to run here."""
    # The help needs none.
    from vrs.run.queue_choice import QueueChoice

    return QueueChoice(options.queue, dict(options.queue_param)) if options.queue else None


def threads_of(options: argparse.Namespace) -> int:
    """Cores to use here, or those of each job in a queue."""
    default = job_cores() if options.queue else available_cores()
    return int(options.threads or default)


def queue_complaint(options: argparse.Namespace) -> str:
    """What is missing about the queue, "" if nothing is."""
    if options.queue_param and not options.queue:
        return "--queue-param is a setting of a queue: add --queue with its name"
    return ""


def queue_setting(text: str) -> Tuple[str, str]:
    """A name and its value."""
    name, sign, value = text.partition("=")
    if not (name and sign):
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value


def job_cores() -> int:
    """Cores of a job in a queue; more would wait longer, and gain little."""
    return min(MOST_JOB_CORES, available_cores())


def add_answer(parser: argparse.ArgumentParser) -> None:
    """What is printed, and which results make the command fail."""
    parser.add_argument(
        "--fail-on", type=fail_on, action="extend", default=[], metavar="RESULT",
        help=f"exit with status 4 if the report has this result: {', '.join(FAIL_ON)} (cautions or "
        f"serious findings), or {NEVER} (the default); several are separated by commas",
    )  # fmt: skip
    parser.add_argument("--quiet", action="store_true", help="print nothing but errors")
    parser.add_argument(
        "--json", action="store_true",
        help="print the statuses, the score and the paths as one JSON object, and nothing else",
    )  # fmt: skip


def available_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def contour_level(text: str) -> ContourLevel:
    """A contour level, in grey values, standard deviations or percent of the voxels."""
    # The help needs no arrays.
    from vrs.maps import typed_values

    try:
        return typed_values.contour_level(text)
    except VrsError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def angstrom(text: str) -> float:
    """A length in Å, above 0."""
    from vrs.maps import typed_values

    return _positive(typed_values.angstrom, text, "Å")


def kilodaltons(text: str) -> float:
    """A molecular mass in kDa, above 0."""
    from vrs.maps import typed_values

    return _positive(typed_values.kilodaltons, text, "kDa")


def _positive(read: Callable[[str], float], text: str, unit: str) -> float:
    try:
        value = read(text)
    except VrsError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    if value <= 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not above 0 {unit}")
    return value


def title(text: str) -> str:
    """A title in one line."""
    from vrs.maps import typed_values

    try:
        return typed_values.title(text)
    except VrsError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def whole_number(highest: int) -> Callable[[str], int]:
    """A reader of whole numbers from 1 to ``highest``."""

    def read(text: str) -> int:
        if not (text.isdecimal() and 1 <= int(text) <= highest):
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 to {highest}")
        return int(text)

    return read
