"""The command ``vrs``: its parser, its exit status, and its answer to signals."""

from __future__ import annotations

import argparse
import errno
import os
import shlex
import signal
import sqlite3
import sys
from types import FrameType
from typing import NoReturn, Optional, Sequence

from vrs import __version__
from vrs.cli import compare, doctor, gui, report, run
from vrs.maps.errors import OutputError, VrsError

COMMANDS = {"report": report, "run": run, "compare": compare, "doctor": doctor, "gui": gui}

EXIT_FAILED = 1
EXIT_INTERRUPTED = 130
EXIT_BROKEN_PIPE = 141

DISK_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO)
"""Errors of a disk that is full, over the quota, read-only or broken."""


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Run a command and return its exit status.

    0 after success, 1 after a failure (with one sentence on standard error), 2 for wrong usage
    (from argparse), 130 after Ctrl-C or SIGTERM, 141 if the reader of the output has gone.
    """
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    options = make_parser().parse_args(arguments)
    options.command_line = shlex.join(["vrs", *arguments])
    # A terminated command must stop its runs as an interrupted one does.
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        COMMANDS[options.command].run(options)
        sys.stdout.flush()
    except VrsError as error:
        return _failed(error)
    except KeyboardInterrupt:
        print("vrs: interrupted; the runs were stopped", file=sys.stderr)
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader has left, as "| head" does; Python flushes the output once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_BROKEN_PIPE
    except (OSError, sqlite3.OperationalError) as error:
        if isinstance(error, OSError) and error.errno not in DISK_ERRORS:
            raise
        reason = getattr(error, "strerror", None) or error
        place = getattr(error, "filename", None) or "the output"
        advice = "free disk space, or choose another folder with --out"
        return _failed(OutputError(f"cannot write {place} ({reason})", advice))
    finally:
        signal.signal(signal.SIGTERM, before)
    return 0


def make_parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="vrs", description="Validation reports of cryo-EM maps, run as a Scipion workflow."
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, command in COMMANDS.items():
        command.add_arguments(commands.add_parser(name, help=command.SUMMARY))
    return parser


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """End the command for wrong usage, and name the help."""
        super().error(f"{message} (see {self.prog} --help)")


def _failed(error: VrsError) -> int:
    print(f"vrs: {error}", file=sys.stderr)
    return EXIT_FAILED


def _interrupt(number: int, frame: Optional[FrameType]) -> None:
    raise KeyboardInterrupt
