"""The command ``vrs``."""

from __future__ import annotations

import argparse
import errno
import math
import os
import shlex
import signal
import sqlite3
import sys
from pathlib import Path
from types import FrameType
from typing import Any, Callable, List, Optional, Sequence, Tuple

from vrs import __version__
from vrs.checks.level import LEVEL0
from vrs.cli.verdict import verdict_lines, wrapped
from vrs.engines.finding import module_exists
from vrs.maps.errors import ReportFailed, VrsError
from vrs.run.output_folder import PROJECT, OutputFolder
from vrs.run.request import Outcome, Request, check_request, make_report, run_again

MOST_THREADS = 1024
MOST_BINNING = 16
EXIT_FAILED = 1
EXIT_INTERRUPTED = 130
EXIT_BROKEN_PIPE = 141

DISK_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO)
"""What a disk answers that is full, over the quota, read-only or broken."""

NUMBERS = ("--contour", "--resolution", "--voxel-size")
"""Options whose value may be negative, if only by mistake."""


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Run the command; returns its exit status.

    0 if the report or comparison was written, 1 if it could not be (with one sentence on standard
    error), 2 for wrong usage (from argparse), 130 after Ctrl-C, 141 if its output is read no
    further.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    options = make_parser().parse_args(_with_negative_numbers(given))
    options.command_line = shlex.join(["vrs", *given])
    # A terminated command must stop its runs as an interrupted one does.
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        status: int = options.run(options)
        sys.stdout.flush()
    except VrsError as error:
        print(f"vrs: {error}", file=sys.stderr)
        return EXIT_FAILED
    except KeyboardInterrupt:
        print("vrs: interrupted; the runs were stopped", file=sys.stderr)
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has enough of it, as "| head" has; Python flushes it once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_BROKEN_PIPE
    except (OSError, sqlite3.OperationalError) as error:
        if isinstance(error, OSError) and error.errno not in DISK_ERRORS:
            raise
        reason = getattr(error, "strerror", None) or str(error)
        print(
            f"vrs: what was made cannot be written to the disk ({reason}): make room there, or "
            "choose another folder with --out",
            file=sys.stderr,
        )
        return EXIT_FAILED
    finally:
        signal.signal(signal.SIGTERM, before)
    return status


def _with_negative_numbers(arguments: Sequence[str]) -> List[str]:
    """Join an option and its value where argparse takes the value, such as -1e-3, for an option."""
    joined: List[str] = []
    for argument in arguments:
        if joined and joined[-1] in NUMBERS and argument.startswith("-") and _is_number(argument):
            joined[-1] += f"={argument}"
        else:
            joined.append(argument)
    return joined


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _interrupt(number: int, frame: Optional[FrameType]) -> None:
    raise KeyboardInterrupt


def make_parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    parser = argparse.ArgumentParser(
        prog="vrs", description="Validation reports of cryo-EM maps, run as a Scipion workflow."
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    _add_report(commands)
    _add_run(commands)
    _add_compare(commands)
    doctor = commands.add_parser(
        "doctor", help="list what is installed, and what each missing part costs"
    )
    doctor.set_defaults(run=_doctor)
    gui = commands.add_parser("gui", help="open the project of a report, or the list of projects")
    gui.add_argument("folder", nargs="?", type=Path, help="the folder of a report")
    gui.set_defaults(run=_gui)
    return parser


def _add_report(commands: Any) -> None:
    report = commands.add_parser(
        "report",
        help="write the Level 0 report of a map",
        description="Write the Level 0 validation report of a map as PDF, HTML and JSON. The map "
        "file is read, never changed.",
    )
    report.add_argument("map", type=Path, help="MRC or CCP4 file, also packed as .gz or .bz2")
    report.add_argument(
        "--contour",
        type=_number,
        required=True,
        metavar="T",
        help="recommended contour level, in grey values of the map",
    )
    report.add_argument(
        "--resolution",
        type=_number,
        metavar="D",
        help="reported resolution in Å; without it, what needs it is not measured",
    )
    report.add_argument(
        "--voxel-size", type=_number, metavar="A", help="in Å; by default that of the file"
    )
    report.add_argument(
        "--bin",
        type=_whole_number(MOST_BINNING),
        default=1,
        metavar="N",
        help="make voxels N times as large first, where memory is short; the report is then about "
        "that map",
    )
    report.add_argument("--title", default="", help="name of the sample, for the first page")
    report.add_argument(
        "--skip",
        type=_check_names,
        default=(),
        metavar="IDS",
        help="checks to leave out, such as 0.e,0.h",
    )
    _add_running(report)
    report.set_defaults(run=_report)


def _add_run(commands: Any) -> None:
    run = commands.add_parser(
        "run",
        help="run a workflow again that was exported from Scipion, such as workflow.json",
        description="Run a workflow with a validation report in a new project.",
    )
    run.add_argument("workflow", type=Path, help="JSON file, as Scipion exports workflows")
    _add_running(run)
    run.set_defaults(run=_run)


def _add_compare(commands: Any) -> None:
    compare = commands.add_parser(
        "compare",
        help="show two reports side by side, such as before and after sharpening",
        description="Show two reports side by side: statuses, numbers with their differences, "
        "curves and pictures; on the terminal, and as one page for the browser.",
    )
    for name in ("A", "B"):
        compare.add_argument(name, type=Path, help="folder of a report, or its report.json")
    compare.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="the page; by default A_against_B.html in this folder, with the names of the reports. "
        "An earlier comparison is replaced, anything else is left alone",
    )
    compare.set_defaults(run=_compare)


def _add_running(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="folder for the report; by default one named after the file. An earlier report there "
        "is replaced, anything else is left alone",
    )
    parser.add_argument(
        "--threads",
        type=_whole_number(MOST_THREADS),
        default=available_cores(),
        metavar="N",
        help="cores to use (%(default)s)",
    )


def _number(text: str) -> float:
    if not (_is_number(text) and math.isfinite(float(text))):
        comma = _is_number(text.replace(",", "."))
        advice = ": write it with a point, not a comma" if "," in text and comma else ""
        raise argparse.ArgumentTypeError(f"{text!r} is not a number{advice}")
    return float(text)


def _whole_number(highest: int) -> Callable[[str], int]:
    """A reader of whole numbers from 1 to ``highest``."""

    def read(text: str) -> int:
        if not (text.isdecimal() and 1 <= int(text) <= highest):
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 to {highest}")
        return int(text)

    return read


def _check_names(text: str) -> Tuple[str, ...]:
    known = [info.id for info in LEVEL0.checks]
    names = tuple(sorted({name.strip() for name in text.split(",") if name.strip()}))
    for name in names:
        if name not in known:
            raise argparse.ArgumentTypeError(
                f"there is no check {name!r}; the checks are {', '.join(known)}"
            )
    return names


def available_cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _report(options: argparse.Namespace) -> int:
    request = Request(
        map=options.map,
        contour=options.contour,
        resolution=options.resolution,
        voxel_size=options.voxel_size,
        title=options.title,
        skip=options.skip,
        command_line=options.command_line,
        binning=options.bin,
    )
    remarks = check_request(request)
    with OutputFolder(options.out or Path(f"{request.map.name.split('.')[0]}_report")) as folder:
        print(f"Level 0 report of {request.map.name} in {folder.path}")
        _say_what_is_replaced(folder)
        for remark in remarks:
            print(wrapped(f"Note: {remark}"))
        sys.stdout.flush()
        _show(make_report(request, folder, options.threads), folder)
    return 0


def _run(options: argparse.Namespace) -> int:
    with OutputFolder(options.out or Path(f"{options.workflow.stem}_report")) as folder:
        _say_what_is_replaced(folder)
        sys.stdout.flush()
        _show(run_again(options.workflow, folder, options.threads), folder)
    return 0


def _say_what_is_replaced(folder: OutputFolder) -> None:
    if folder.replaces_report:
        print("The earlier report in this folder and its project are replaced.")


def _compare(options: argparse.Namespace) -> int:
    # These load the libraries that draw, which no other command needs.
    from vrs.report.compare import compare, read_report
    from vrs.report.compare.page import check_replaceable, default_file, write_comparison
    from vrs.report.compare.terminal import text_of

    file = options.out or default_file(options.A, options.B)
    check_replaceable(file)
    comparison = compare(read_report(options.A), read_report(options.B))
    write_comparison(comparison, file)
    print(f"{text_of(comparison)}\n\nPage: {file}")
    return 0


def _show(outcome: Outcome, folder: OutputFolder) -> None:
    """The summary at the end: statuses, score, paths."""
    print()
    print(verdict_lines(outcome.report))
    for failure in outcome.failures:
        print(wrapped(failure))
    print()
    print(f"Report:   {folder.path / 'report.pdf'}")
    print(f"Page:     {folder.path / 'report.html'}")
    print(f"Data:     {folder.path / 'report.json'}")
    print(f"Project:  {folder.project}")
    print(f"Finished in {outcome.seconds:.0f} s")


def _doctor(options: argparse.Namespace) -> int:
    from vrs.cli.doctor import findings, table

    print(table(findings()))
    return 0


def _gui(options: argparse.Namespace) -> int:
    from vrs.run.environment import prepare_scipion

    if not module_exists("scipion"):
        raise ReportFailed("Scipion's windows are not installed: pip install scipion-app")
    prepare_scipion()
    arguments = ["manager"]
    if options.folder is not None:
        from vrs.run.workflow import listed_name

        name = listed_name(options.folder / PROJECT)
        if name is None:
            raise ReportFailed(f"{options.folder} does not hold a project that Scipion knows")
        arguments = ["project", name]
    if sys.platform.startswith("linux") and not os.environ.get("DISPLAY"):
        raise ReportFailed(
            "there is no screen to open a window on (DISPLAY is not set): log in with a desktop or "
            "with ssh -X, or read report.pdf and report.html of the report"
        )
    os.execv(sys.executable, [sys.executable, "-m", "scipion", *arguments])
