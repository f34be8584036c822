"""Cases of a fuzzer: how they are drawn, how long each may take, and what counts as a finding."""

from __future__ import annotations

import os
import random
import signal
import tempfile
import time
import traceback
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Callable, Iterator, List, Optional, Set

from vrs.maps.errors import VrsError

SECONDS_OF_A_CASE = 60.0
"""What takes longer hangs, or would be taken for that; much is left for a busy machine."""


@dataclass(frozen=True)
class Finding:
    """A case with a wrong outcome.

    Attributes
    ----------
    kind : str -- The fuzzer, such as "json".
    seed : int -- Of this case alone.
    happened : str -- A traceback, or a sentence.
    """

    kind: str
    seed: int
    happened: str

    def __str__(self) -> str:
        repeat = f"./run fuzz 0 --kind {self.kind} --seed {self.seed}"
        return f"{self.happened.rstrip()}\nrepeat it with: {repeat}"


class Uncaught(AssertionError):
    """The outcome of a case is wrong; the message says how."""


class CaseTookTooLong(BaseException):
    """Not an Exception, so that no code under test mistakes it for a damaged file."""


def run_cases(
    kind: str,
    seconds: float,
    seed: int,
    examine: Callable[[random.Random, Path], None],
    limit: float = SECONDS_OF_A_CASE,
) -> List[Finding]:
    """Examine cases for a time, at least one; prints how many there were.

    Parameters
    ----------
    kind : str -- Name of the fuzzer.
    seconds : float -- No case starts later.
    seed : int -- Of the first case; the next has the next number.
    examine : function of (Random, Path) -- Makes the input from the random numbers, in the folder,
        which is new and empty, and uses it. A VrsError is a good end, as is none; every other
        exception is a finding. The folder may be filled; TMPDIR may not.
    limit : float -- Seconds that a case may take.
    """
    findings: List[Finding] = []
    end = time.monotonic() + seconds
    number = seed
    while number == seed or time.monotonic() < end:
        happened = _outcome(examine, number, limit)
        if happened:
            findings.append(Finding(kind, number, happened))
        number += 1
    print(f"{kind}: {number - seed} cases from seed {seed}, {len(findings)} findings", flush=True)
    return findings


def _outcome(
    examine: Callable[[random.Random, Path], None], number: int, limit: float
) -> Optional[str]:
    """What is wrong with a case; None if nothing is."""
    with tempfile.TemporaryDirectory(prefix="fuzz_") as name:
        folder = Path(name).resolve()
        try:
            with _nothing_left(), _time_limit(limit):
                examine(random.Random(number), folder)
        except VrsError:
            return None
        except CaseTookTooLong:
            return f"no end after {limit:g} s"
        except Uncaught as error:
            return str(error)
        except Exception:  # noqa: BLE001  (any is a finding)
            return traceback.format_exc()
        return None


@contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    def stop(number: int, frame: Optional[FrameType]) -> None:
        raise CaseTookTooLong

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def _nothing_left() -> Iterator[None]:
    """Refuse processes, and files in the temporary and in the working folder, that a case leaves.

    Both folders are its own.
    """
    before, working_folder = (os.environ.get("TMPDIR"), tempfile.tempdir), Path.cwd()
    children = _children()
    with tempfile.TemporaryDirectory(prefix="fuzz_own_") as own:
        temporary, current = Path(own, "tmp"), Path(own, "current")
        temporary.mkdir()
        current.mkdir()
        os.environ["TMPDIR"] = tempfile.tempdir = str(temporary)
        os.chdir(current)
        try:
            yield
        finally:
            os.chdir(working_folder)
            tempfile.tempdir = before[1]
            if before[0] is None:
                del os.environ["TMPDIR"]
            else:
                os.environ["TMPDIR"] = before[0]
        left = [*os.listdir(temporary), *os.listdir(current)]
    if left:
        raise Uncaught(f"files were left behind: {', '.join(sorted(left))}")
    processes = _children() - children
    if processes:
        raise Uncaught(f"processes were left behind: {sorted(processes)}")


def _children() -> Set[int]:
    """The processes that this one started and that have not ended; empty where /proc is missing."""
    files = Path("/proc/self/task").glob("*/children")
    return {int(child) for file in files for child in file.read_text(encoding="ascii").split()}
