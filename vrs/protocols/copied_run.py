"""Runs a protocol of another plugin inside a run, in a copy of its process.

The run is not one of the project's: it is not shown as a box of the workflow, and its files, its
database and its log are in the folder of the run that needs it. It has a time limit, ends with all
its processes, and whatever it prints or breaks stays in its own log and its own process.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import sys
import traceback
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, List

from pwem import Domain
from pwem.objects import EMObject
from pyworkflow.protocol import MODE_RESTART, Protocol, StepExecutor

from vrs.maps.printing import count
from vrs.run.orphans import end_with_parent
from vrs.run.runner import COLOUR_CODE

STDOUT, STDERR = "run.stdout", "run.stderr"

TRACEBACK = "Traceback (most recent call last):"

Configure = Callable[[Protocol], List[EMObject]]


@dataclass(frozen=True)
class CopiedRun:
    """How a run in a copy of this process ended.

    Attributes
    ----------
    problem : str -- what went wrong, as the end of a sentence: "took more than 30 minutes"; "" if
        the run finished
    extra : Path -- folder of its results
    """

    problem: str
    extra: Path


def run_in_copy(
    owner: Protocol, module: str, name: str, configure: Configure, minutes: float
) -> CopiedRun:
    """Run a protocol to its end, even a bad one, in a folder of its own inside that of its owner.

    Parameters
    ----------
    owner : Protocol
        The run that needs it, in its step.
    module, name : str
        The protocol: "ucm.protocols", "ProtLocBFactor".
    configure : function of the protocol
        Sets the values of its form, and returns the objects that are its input.
    minutes : float
        Time limit; all processes of the run are then ended.
    """
    folder = Path(owner._getPath(name))
    shutil.rmtree(folder, ignore_errors=True)
    logs, extra = folder / "logs", folder / "extra"
    for made in (logs, extra, folder / "tmp"):
        made.mkdir(parents=True)
    process = multiprocessing.get_context("fork").Process(
        target=_work, args=(owner, module, name, configure, folder, os.getpid())
    )
    sys.stdout.flush()
    sys.stderr.flush()
    process.start()
    process.join(60 * minutes)
    if process.exitcode is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid or 0, signal.SIGKILL)
        process.join()
        return CopiedRun(f"took more than {count(minutes, 'minute')}", extra)
    if process.exitcode < 0:
        ended = f"was ended by {signal.Signals(-process.exitcode).name}"
        return CopiedRun(f"{ended}; its log ends: {_last_line(logs)}", extra)
    return CopiedRun(_error(logs / STDERR) if process.exitcode else "", extra)


def _work(
    owner: Protocol, module: str, name: str, configure: Configure, folder: Path, parent: int
) -> None:
    """What the copy does; it ends with exit status 0 if the run finished."""
    # The group of processes that can be ended as one.
    os.setsid()
    end_with_parent(parent)
    for file_name, stream in ((STDOUT, sys.stdout), (STDERR, sys.stderr)):
        with open(folder / "logs" / file_name, "wb") as file:
            os.dup2(file.fileno(), stream.fileno())
    status = 1
    try:
        child = _run(owner, module, name, configure, folder)
        status = 0 if child.isFinished() else 1
        if status:
            sys.stderr.write(f"{child.getErrorMessage()}\n")
    except Exception:  # noqa: BLE001  (whatever another plugin raises is its own error)
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        # Neither the database nor the temporary files of the process that was copied are its own.
        os._exit(status)


def _run(
    owner: Protocol, module: str, name: str, configure: Configure, folder: Path
) -> Protocol:
    """Run with a database of its own: a connection cannot be shared with the copied process."""
    # Makes Scipion tell each protocol which plugin it belongs to; without that none can be run.
    Domain.getProtocols()
    child = owner.getProject().newProtocol(Domain.importFromPlugin(module, name, doRaise=True))
    child.setWorkingDir(str(folder))
    child.setHostConfig(owner.getHostConfig())
    child.runMode.set(MODE_RESTART)
    mapper = child.getProject().createMapper(child.getDbPath())
    child.setMapper(mapper)
    for item in configure(child):
        mapper.insert(item)
    mapper.insert(child)
    mapper.commit()
    child.setStepsExecutor(StepExecutor(child.getHostConfig()))
    child.run()
    return child


def _last_line(logs: Path) -> str:
    """The last line that a run wrote, on its standard error if there is any."""
    for name in (STDERR, STDOUT):
        text = COLOUR_CODE.sub("", (logs / name).read_text(encoding="utf-8", errors="replace"))
        lines = [line.strip(" .") for line in text.splitlines() if line.strip(" .")]
        if lines:
            return lines[-1]
    return "without a line"


def _error(log: Path) -> str:
    """The end of a sentence: the error of the last traceback in a log, or else its last line."""
    text = COLOUR_CODE.sub("", log.read_text(encoding="utf-8", errors="replace"))
    _, traceback_begins, end = text.rpartition(TRACEBACK)
    lines = [line.rstrip(". ") for line in end.splitlines() if line.strip()]
    errors = [line for line in lines if not line.startswith(" ")]
    if traceback_begins and errors:
        return f"failed ({errors[0]})"
    return f"failed ({lines[-1].strip()})" if lines else "failed and does not say why"
