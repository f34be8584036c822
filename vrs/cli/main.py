"""The command ``vrs``: its parser, its exit status, and its answer to signals."""

from __future__ import annotations

import errno
import gc
import os
import shlex
import signal
import sqlite3
import sys
from types import FrameType
from typing import Optional, Sequence

from vrs import __version__
from vrs.cli import (
    batch,
    cache,
    compare,
    doctor,
    entry,
    gui,
    index,
    reference,
    report,
    run,
    template,
)
from vrs.cli.exit_status import ExitStatus
from vrs.cli.names import check_names, is_undecoded, not_utf8, without_passwords
from vrs.cli.parsing import CommandsParser, fitted
from vrs.cli.streams import prepare_streams
from vrs.maps.errors import OutputError, VrsError
from vrs.report.text.terminal import say
from vrs.run.environment import set_variables

COMMANDS = {
    "report": report,
    "batch": batch,
    "run": run,
    "template": template,
    "compare": compare,
    "index": index,
    "reference": reference,
    "entry": entry,
    "cache": cache,
    "doctor": doctor,
    "gui": gui,
}

DISK_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO)
"""Errors of a disk that is full, over the quota, read-only or broken."""

OBJECTS_BEFORE_COLLECTION = 200_000
"""New objects after which Python looks for unused cycles, which are few here. At its usual 700 it
looks through all modules of Scipion and all figures again and again."""


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Run a command and return its exit status (see ``ExitStatus``).

    A failure is one sentence on standard error. Wrong usage raises SystemExit with status 2.
    """
    prepare_streams()
    # The runs are copies of this process, and keep it.
    gc.set_threshold(OBJECTS_BEFORE_COLLECTION)
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    options = make_parser().parse_args(arguments)
    options.command_line = shlex.join(["vrs", *map(without_passwords, arguments)])
    as_json = getattr(options, "json", False)
    # A terminated command must stop its runs as an interrupted one does.
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        check_names(arguments)
        # Before anything is imported that looks for a folder of its own.
        options.moved = set_variables()
        status: int = COMMANDS[options.command].run(options)
        sys.stdout.flush()
    except VrsError as error:
        return _failed(error, as_json)
    except UnicodeEncodeError as error:
        if not is_undecoded(error.object):
            raise
        return _failed(not_utf8(error.object), as_json)
    except KeyboardInterrupt:
        say("vrs: interrupted; the runs were stopped", sys.stderr)
        return ExitStatus.INTERRUPTED
    except BrokenPipeError:
        # The reader has left, as "| head" does; Python flushes the output once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitStatus.BROKEN_PIPE
    except (OSError, sqlite3.OperationalError) as error:
        if isinstance(error, OSError) and error.errno not in DISK_ERRORS:
            raise
        reason = getattr(error, "strerror", None) or error
        place = getattr(error, "filename", None) or "the output"
        advice = "free disk space, or choose another folder with --out"
        return _failed(OutputError(f"cannot write {place} ({reason})", advice), as_json)
    finally:
        signal.signal(signal.SIGTERM, before)
    return status


def make_parser() -> CommandsParser:
    parser = CommandsParser(
        prog="vrs",
        usage="vrs COMMAND ...",
        description="Validation reports of cryo-EM maps, run as a Scipion workflow. "
        "vrs COMMAND --help explains a command.",
        examples=[*report.EXAMPLES[:2], "vrs doctor"],
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    for name, command in COMMANDS.items():
        command.add_arguments(
            parser.add_command(
                name, usage=command.USAGE, help=command.SUMMARY, examples=command.EXAMPLES
            )
        )
    return parser


def _failed(error: VrsError, as_json: bool) -> int:
    if as_json:
        from vrs.cli.machine import Failure, printed

        say(printed(Failure(ExitStatus.FAILED, str(error))))
    say(fitted(f"vrs: {error}", sys.stderr.isatty()), sys.stderr)
    return ExitStatus.FAILED


def _interrupt(number: int, frame: Optional[FrameType]) -> None:
    raise KeyboardInterrupt
