"""Runs other programs, and believes them only if everything about their run is right.

A program may fail, crash, hang, miss a library, print garbage or leave a file that is cut off while
it reports success. Each of these ends with one error that shows the command and its last lines.
"""

from __future__ import annotations

import math
import os
import re
import shlex
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Iterator, List, Mapping, Optional, Sequence, Tuple

import psutil

from vrs.checks.result import BUILT_IN, CannotMeasure, Engine
from vrs.engines.interface import place
from vrs.maps.errors import MapError
from vrs.maps.files import open_mask
from vrs.maps.printing import count, number

ADVICE = f"choose {BUILT_IN} as engine, or fix the program"

FREE_SPACE = f"free space on that disk, or choose {BUILT_IN} as engine"

LAST_LINES = 4
"""Of what a program that fails has printed."""

_LONGEST_LINE = 300
_MOST_BYTES = 1_000_000
"""That are kept of what a program prints, from the end."""

_ESCAPES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")

Box = Tuple[int, int, int]


@dataclass(frozen=True)
class ProgramRun:
    """A program that succeeded.

    Attributes
    ----------
    stdout, stderr : str -- what it printed, the last million bytes of each
    seconds : float
    command : str -- as an error shows it, without folders
    printed : str -- "it printed: ", with its last lines
    """

    stdout: str
    stderr: str
    seconds: float
    command: str
    printed: str

    def refused(self, problem: str, engine: Optional[Engine]) -> CannotMeasure:
        """The error about what it gave, although it reported success."""
        reason = f"“{self.command}” ended with exit status 0, but {problem}; {self.printed}"
        return CannotMeasure(reason, ADVICE, engine)


@dataclass(frozen=True)
class Ended:
    """How a process ended.

    Attributes
    ----------
    status : int or None
        Exit status, minus the number of the signal that ended it, or None: it was stopped at the
        time limit.
    stdout, stderr : str -- the last million bytes of each
    seconds : float
    """

    status: Optional[int]
    stdout: str
    stderr: str
    seconds: float


def run_program(
    program: Path,
    arguments: Sequence[str],
    folder: Path,
    minutes: float,
    outputs: Mapping[str, Optional[Box]],
    *,
    engine: Optional[Engine] = None,
    environment: Optional[Mapping[str, str]] = None,
) -> ProgramRun:
    """Run a program in a folder, without a shell, and check all that it wrote.

    Parameters
    ----------
    program : Path
    arguments : sequence of str -- with names of files in ``folder``
    folder : Path -- where it works
    minutes : float -- time limit
    outputs : mapping of str to box or None
        The files that it writes in ``folder``; for a map its voxels along X, Y, Z, and None for any
        other file, which must not be empty.
    engine : Engine, optional -- what the error names as the program that failed
    environment : mapping of str to str, optional -- by default that of this process

    Returns
    -------
    ProgramRun

    Raises
    ------
    CannotMeasure
        If it cannot be started, fails, is killed, takes too long, or if an output is missing, empty
        or cut off, or a map has another box or values that are not finite.

    Examples
    --------
    >>> import sys
    >>> run_program(Path(sys.executable), ["-c", "print(1)"], Path.cwd(), 1, {}).stdout
    '1\\n'
    """
    shown = shlex.join([program.name, *map(_without_folders, arguments)])
    try:
        ended = run_limited([str(program), *arguments], folder, 60 * minutes, environment)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise CannotMeasure(f"“{shown}” could not be started ({why})", ADVICE, engine) from error
    problem = bad_end(ended, count(minutes, "minute"))
    if not problem:
        bad_outputs = (_bad_output(folder / name, box) for name, box in outputs.items())
        bad = next(filter(None, bad_outputs), "")
        problem = f"ended with exit status 0, but {bad}" if bad else ""
    printed = last_lines(ended, folder)
    if problem:
        space = disk_space(folder, sum(4 * math.prod(box) for box in outputs.values() if box))
        advice = FREE_SPACE if space else ADVICE
        raise CannotMeasure(f"“{shown}” {problem}; {printed}{space}", advice, engine)
    return ProgramRun(ended.stdout, ended.stderr, ended.seconds, shown, printed)


def disk_space(folder: Path, needed: float) -> str:
    """The end of a reason: how much space a disk has, if that is less than ``needed`` bytes.

    >>> disk_space(Path.cwd(), 0)
    ''
    """
    free = shutil.disk_usage(folder).free
    if free >= needed:
        return ""
    return f"; {number(free / 1e6)} MB are free on the disk of {place(folder.parent)}"


def run_limited(
    command: Sequence[str],
    folder: Path,
    seconds: float,
    environment: Optional[Mapping[str, str]] = None,
) -> Ended:
    """Run a command, and stop it with all processes that it started at the time limit.

    Parameters
    ----------
    command : sequence of str -- the program and its arguments
    folder : Path -- where it works
    seconds : float -- time limit
    environment : mapping of str to str, optional -- by default that of this process

    Raises OSError if it cannot be started.
    """
    start = time.perf_counter()
    # Files, since a pipe that a grandchild holds open would make this process wait for it.
    with tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
        process = subprocess.Popen(
            list(command),
            cwd=folder,
            env=None if environment is None else dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            # A process group of its own, which can be killed as one.
            start_new_session=True,
        )
        status: Optional[int]
        try:
            status = process.wait(seconds)
        except BaseException as error:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            if not isinstance(error, subprocess.TimeoutExpired):
                raise
            status = None
        return Ended(status, _text(stdout), _text(stderr), time.perf_counter() - start)


@contextmanager
def children_limited(seconds: float) -> Iterator[threading.Event]:
    """Kill the programs that this process starts within the block if the block takes too long.

    For programs that other code starts, without a limit. The event is set when they were killed.

    Parameters
    ----------
    seconds : float -- time limit
    """
    before = set(psutil.Process().children(recursive=True))
    over = threading.Event()

    def end() -> None:
        over.set()
        for child in set(psutil.Process().children(recursive=True)) - before:
            with suppress(psutil.NoSuchProcess):
                child.kill()

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield over
    finally:
        timer.cancel()


def signal_name(signal_number: int) -> str:
    """Name of a signal, "" if it has none.

    >>> signal_name(11), signal_name(999)
    ('SIGSEGV', '')
    """
    try:
        return signal.Signals(signal_number).name
    except ValueError:
        return ""


def _text(stream: IO[bytes]) -> str:
    """The end of a file as text without colours and control characters."""
    size = stream.seek(0, os.SEEK_END)
    stream.seek(max(size - _MOST_BYTES, 0))
    text = stream.read().decode("utf-8", errors="replace").replace("\r", "\n")
    return _CONTROL.sub("", _ESCAPES.sub("", text))


def bad_end(ended: Ended, limit: str) -> str:
    """What is wrong with the end of a process, "" if nothing is; ``limit`` is its time limit.

    >>> bad_end(Ended(-11, "", "", 0.1), "20 seconds")
    'was ended by SIGSEGV'
    """
    if ended.status is None:
        return f"was stopped, as it took more than {limit}"
    if ended.status < 0:
        name = signal_name(-ended.status) or f"signal {-ended.status}"
        return f"was ended by {name}"
    return f"failed with exit status {ended.status}" if ended.status else ""


def _bad_output(path: Path, box: Optional[Box]) -> str:
    """What is wrong with a file that a program has to write, "" if nothing is."""
    if not path.is_file():
        return f"did not write {path.name}"
    size = path.stat().st_size
    if not size:
        return f"wrote nothing into {path.name}"
    if box is None:
        return ""
    try:
        # Of the header only the box counts: most programs leave the voxel size as it is, or out.
        written = open_mask(path, voxel_size=1.0).box
    except MapError as error:
        reason = error.reason.replace(str(path), path.name)
        return f"wrote a file that cannot be used ({reason}; {number(size / 1e6)} MB)"
    if written != box:
        return f"wrote {path.name} with {written} voxels along X, Y, Z instead of {box}"
    return ""


def last_lines(ended: Ended, folder: Path, most: int = LAST_LINES) -> str:
    """The end of what a program printed, on its standard error if there is any.

    >>> last_lines(Ended(1, "1\\n2\\n", "", 0.1), Path("/tmp"))
    'it printed: 1 / 2'
    """
    text = ended.stderr if ended.stderr.strip() else ended.stdout
    text = text.replace(f"{folder}{os.sep}", "")
    lines: List[str] = [" ".join(line.split())[:_LONGEST_LINE] for line in text.splitlines()]
    lines = [line for line in lines if line][-most:]
    return f"it printed: {' / '.join(lines)}" if lines else "it printed nothing"


def _without_folders(argument: str) -> str:
    return Path(argument).name if os.path.isabs(argument) else argument
