"""Starts the process of a run as a copy of this one, in which Scipion is already loaded.

Every run is a process of its own, and a short run spends most of its time importing Scipion; a copy
of this process (``fork``) has imported it. Nothing else changes: Scipion prepares and records the
run, and the copy executes the program that Scipion would have started.
"""

from __future__ import annotations

import gc
import importlib
import logging
import multiprocessing
import os
import runpy
import shlex
import signal
import sys
import threading
from multiprocessing.process import BaseProcess
from typing import Any, List, Optional

from pyworkflow.project import Project
from pyworkflow.protocol import Protocol

from vrs.maps.rounding import libraries_with_threads
from vrs.run.orphans import end_with_parent

logger = logging.getLogger(__name__)

# The package hides this module behind a function of the same name.
_launching: Any = importlib.import_module("pyworkflow.protocol.launch")


def can_copy() -> bool:
    """Whether this process can be copied: on Linux, and while it has only one thread.

    A copy has only the thread that started it; a lock that another thread holds would stay locked.
    """
    alone = sys.platform == "linux" and threading.active_count() == 1
    return alone and hasattr(_launching, "_run")


def launch_in_copy(project: Project, protocol: Protocol, threads: int) -> Optional[BaseProcess]:
    """Launch a run as ``project.launchProtocol`` does, in a copy of this process.

    The run has no queue and no prerequisites; ``threads`` are the cores for libraries that read the
    environment only when they are loaded. None if Scipion started no process.
    """
    started: List[BaseProcess] = []
    # Found here for all copies.
    libraries_with_threads()

    def copy(command: str, *_: Any) -> int:
        logger.info("In a copy of this process: %s", command)
        # The copy must not find a transaction that is not its own.
        project.mapper.commit()
        process = multiprocessing.get_context("fork").Process(
            target=_execute, args=(shlex.split(command)[1:], threads, os.getpid())
        )
        process.start()
        started.append(process)
        return int(process.pid or 0)

    usual = _launching._run
    _launching._run = copy
    try:
        project.launchProtocol(protocol)
    except BaseException:
        # Scipion could not record the run, so that nobody would wait for its process.
        for process in started:
            process.kill()
            process.join()
        raise
    finally:
        _launching._run = usual
    return started[0] if started else None


def _execute(arguments: List[str], threads: int, parent: int) -> None:
    """Execute a Python program, the first of the arguments, as if this process began with it.

    The process ends with ``parent``, the one of which it is a copy.
    """
    end_with_parent(parent)
    # Open files of the first process, such as its database, must not be closed here.
    gc.freeze()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    libraries_with_threads().limit(limits=threads)
    sys.argv = arguments
    runpy.run_path(arguments[0], run_name="__main__")
