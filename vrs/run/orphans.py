"""No process of a run goes on after the process that started the run, however that ended."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import uuid
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

from vrs.run import guardian
from vrs.run.parent_only import close, keep_from_copies

VARIABLE = "VRS_RUN"
"""Every program of a run inherits it, with a value that no other run has."""

_PR_SET_PDEATHSIG = 1


@contextmanager
def no_orphans() -> Iterator[None]:
    """Programs that this process starts, and those that they start, end with it at the latest.

    They end with the block too. Linux only: elsewhere it does nothing.
    """
    if not sys.platform.startswith("linux"):
        yield
        return
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = value = uuid.uuid4().hex
    reading, writing = os.pipe()
    keep_from_copies(writing)
    try:
        watcher = subprocess.Popen(
            [sys.executable, "-I", "-S", str(Path(guardian.__file__)), f"{VARIABLE}={value}"],
            stdin=reading,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            # Ctrl-C on the terminal must not end it before the others.
            start_new_session=True,
        )
    finally:
        os.close(reading)
    try:
        yield
    finally:
        close(writing)
        watcher.wait()
        if before is None:
            del os.environ[VARIABLE]
        else:
            os.environ[VARIABLE] = before


def end_with_parent(parent: int) -> None:
    """Let the system kill this copy of a process as soon as that process, ``parent``, has ended.

    A process that runs calculations in a library cannot notice it by itself.
    """
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)
