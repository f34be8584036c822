"""The process of a worker: it loads libraries and networks once and measures map after map."""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import sys
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Callable, Iterator

import msgspec

from vrs.batch.task import Done, Task
from vrs.run.orphans import end_with_parent, no_orphans

OBJECTS_BEFORE_COLLECTION = 100_000
_M_ARENA_MAX = -8
"""A setting of the memory allocator of glibc."""

THREAD_VARIABLES = ("VRS_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""Read by libraries when they are loaded."""


def serve(connection: Connection, log: str, parent: int) -> None:
    """Perform the tasks that come over a connection, until it is closed.

    What libraries print goes to the file ``log``. The worker ends with ``parent``, the process that
    started it, and the programs that it started end with the worker.
    """
    end_with_parent(parent)
    # Ctrl-C on the terminal is for the parent, which ends its workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _print_into(Path(log))
    with measuring() as measure, suppress(EOFError, OSError):
        while True:
            task = msgspec.json.decode(connection.recv_bytes(), type=Task)
            connection.send_bytes(msgspec.json.encode(measure(task)))


@contextmanager
def measuring() -> Iterator[Callable[[Task], Done]]:
    """A function that performs one task after the other, with libraries that are loaded once."""
    _share_memory()
    with no_orphans():
        # After the output was sent away: these are the libraries of a whole report.
        from vrs.batch.work import perform

        gc.set_threshold(OBJECTS_BEFORE_COLLECTION)

        def measure(task: Task) -> Done:
            done = perform(task)
            _give_back()
            return done

        yield measure


def _print_into(log: Path) -> None:
    """Append to a file what this process prints, and the programs that it starts."""
    with log.open("a", encoding="utf-8") as stream:
        for descriptor in (1, 2):
            os.dup2(stream.fileno(), descriptor)


def _share_memory() -> None:
    """Let all threads take memory from one place, as the places of ended threads are not emptied.

    With one for each thread a worker grew by 9 MB a map.
    """
    if sys.platform.startswith("linux"):
        with suppress(AttributeError, OSError):
            ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)


def _give_back() -> None:
    """Give memory that is free back to the system, so that that of a large map is not kept."""
    gc.collect()
    if sys.platform.startswith("linux"):
        with suppress(AttributeError, OSError):
            ctypes.CDLL(None).malloc_trim(0)
