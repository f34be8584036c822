"""Runs the protocols of a project in the order of their dependencies, several at a time.

Scipion's own scheduler sleeps for half a minute and more between two runs; this one starts a run as
soon as those it depends on have ended. Every run is a process of its own, as always in Scipion: a
copy of this one if possible, otherwise one that Scipion starts, itself or through a queue.
"""

from __future__ import annotations

import os
import re
import time
from dataclasses import dataclass
from enum import Enum
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Callable, Dict, Iterator, List, Sequence, Set

from pyworkflow.project import Project
from pyworkflow.protocol import STATUS_FINISHED, Protocol
from pyworkflow.utils.path import getFileLastModificationDate

from vrs.maps import MapError
from vrs.run.copied_process import can_copy, launch_in_copy
from vrs.run.job_queue import is_for_queue, submit
from vrs.run.memory import available_memory
from vrs.run.queue_log import last_lines
from vrs.run.queue_watch import QueueWatch, is_recorded_as_active

POLL_SECONDS = 0.1

_THREAD_VARIABLES = ("VRS_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")

CRASHED = "the process was killed or crashed without an error message"

COLOUR_CODE = re.compile(r"\x1b\[[0-9;]*m")


class State(str, Enum):
    """The state of a run. ``BLOCKED``: a required input is missing."""

    WAITING = "waiting"
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    BLOCKED = "not run"


@dataclass(frozen=True)
class Event:
    """A run that changed its state; ``seconds`` is how long it took, 0 before its end.

    A run in a queue counts as running from its submission.
    """

    protocol: Protocol
    state: State
    seconds: float = 0.0


class Runner:
    """Runs all protocols of a project that can be run; finished ones are not run again.

    ``threads`` are the cores for all runs on this computer together; a run in a queue has those of
    its form. ``notify`` is called with every event, ``tick`` several times a second. A run that its
    queue refuses or loses is started here if it is ``small``; otherwise it has failed.
    """

    def __init__(
        self,
        project: Project,
        protocols: Sequence[Protocol],
        threads: int,
        notify: Callable[[Event], None],
        tick: Callable[[], None] = lambda: None,
        small: Callable[[Protocol], bool] = lambda run: False,
    ) -> None:
        self._project = project
        self._protocols = {protocol.getObjId(): protocol for protocol in protocols}
        self._needs = {key: self._parents(run) for key, run in self._protocols.items()}
        self._waits = {key: list(run.getPrerequisites()) for key, run in self._protocols.items()}
        self._threads = threads
        self._notify = notify
        self._tick = tick
        self._small = small
        self._started: Dict[int, float] = {}
        self._memory_needed: Dict[int, float] = {}
        self._copies: Dict[int, BaseProcess] = {}
        self._queue = QueueWatch(project)
        self._lost: Dict[int, str] = {}
        self.states = {
            key: State.FINISHED if run.getStatus() == STATUS_FINISHED else State.WAITING
            for key, run in self._protocols.items()
        }

    def run(self) -> Dict[int, State]:
        """Run everything; returns the state of each run by its identifier.

        A KeyboardInterrupt stops the running processes and is raised again.
        """
        try:
            while self._in(State.WAITING) or self._in(State.RUNNING):
                self._start_ready()
                for key in self._ended():
                    self._finish(key)
                self._tick()
                if self._in(State.RUNNING):
                    # The end of a copy is noticed at once.
                    wait([copy.sentinel for copy in self._copies.values()], POLL_SECONDS)
        finally:
            try:
                for key in self._in(State.RUNNING):
                    self._project.stopProtocol(self._protocols[key])
                    self._set(key, State.FAILED)
            finally:
                # Also where the project has gone, so that Scipion could stop none.
                for copy in self._copies.values():
                    copy.kill()
                    copy.join()
        return self.states

    def _parents(self, protocol: Protocol) -> Set[int]:
        """The runs that must have ended before this one starts."""
        ids = {int(key) for key in protocol.getPrerequisites()}
        ids |= {pointer.getObjValue().getObjId() for _, pointer in protocol.iterInputAttributes()}
        return {key for key in ids if key in self._protocols and key != protocol.getObjId()}

    def _in(self, state: State) -> List[int]:
        return [key for key, current in self.states.items() if current is state]

    def _set(self, key: int, state: State) -> None:
        self.states[key] = state
        seconds = time.monotonic() - self._started[key] if key in self._started else 0.0
        ended = state is not State.RUNNING
        self._notify(Event(self._protocols[key], state, seconds if ended else 0.0))

    def _running_here(self) -> List[int]:
        return [key for key in self._in(State.RUNNING) if not self._is_queued(key)]

    def _is_queued(self, key: int) -> bool:
        return is_for_queue(self._protocols[key])

    def _start_ready(self) -> None:
        going = {*self._in(State.WAITING), *self._in(State.RUNNING)}
        ready = [key for key in self._in(State.WAITING) if not self._needs[key] & going]
        here = [key for key in ready if not self._is_queued(key)]
        at_once = min(self._threads, len(here) + len(self._running_here()))
        for key in ready:
            queued = self._is_queued(key)
            if not queued and len(self._running_here()) >= self._threads:
                continue
            missing = missing_inputs(self._protocols[key])
            if missing:
                self._block(key, missing[0])
            elif queued:
                self._launch(key, max(1, self._protocols[key].numberOfThreads.get()))
            elif self._fits(key):
                self._launch(key, max(1, self._threads // at_once))

    def _block(self, key: int, label: str) -> None:
        protocol = self._protocols[key]
        # Runs that wait for this one may start.
        protocol.setAborted()
        protocol.getError().set(
            f"its input “{label}” is missing, because an earlier run failed or did not make it"
        )
        self._project._storeProtocol(protocol)
        self._set(key, State.BLOCKED)

    def _fits(self, key: int) -> bool:
        """Whether there is memory for a run beside those that are running; alone, it may try."""
        running = self._running_here()
        # Memory that the running ones have taken already counts twice: to wait too often is safe.
        needed = (self._memory(other) for other in (*running, key))
        return not running or sum(needed) <= available_memory()

    def _memory(self, key: int) -> float:
        """Bytes that a run is expected to take; 0 for protocols without an expectation."""
        if key not in self._memory_needed:
            needed = getattr(self._protocols[key], "memoryNeeded", lambda: 0.0)
            try:
                self._memory_needed[key] = needed()
            except MapError:
                # The run itself reports what is wrong with its file.
                self._memory_needed[key] = 0.0
        return self._memory_needed[key]

    def _launch(self, key: int, threads: int) -> None:
        protocol = self._protocols[key]
        # With prerequisites Scipion would hand the run to its scheduler.
        protocol._prerequisites.clear()
        os.environ.update(dict.fromkeys(_THREAD_VARIABLES, str(threads)))
        self._started[key] = time.monotonic()
        copy = None
        if self._is_queued(key):
            submit(self._project, protocol)
        elif can_copy() and not protocol.useQueue():
            copy = launch_in_copy(self._project, protocol, threads)
        else:
            self._project.launchProtocol(protocol)
        if copy:
            self._copies[key] = copy
        self._set(key, State.RUNNING)

    def _ended(self) -> Iterator[int]:
        for key in self._in(State.RUNNING):
            protocol = self._protocols[key]
            if self._is_queued(key):
                lost = self._queue.ended(protocol)
                if lost:
                    self._lost[key] = lost
                if lost is not None:
                    yield key
            elif key in self._copies:
                if not self._copies[key].is_alive():
                    del self._copies[key]
                    yield key
            elif not protocol.getPid() or process_has_ended(protocol.getPid()):
                yield key

    def _finish(self, key: int) -> None:
        protocol = self._protocols[key]
        lost = self._lost.pop(key, "")
        if lost:
            protocol.setFailed(lost)
        if self._is_queued(key) and protocol.isFailed():
            if self._small(protocol):
                protocol._useQueue.set(False)
                self.states[key] = State.WAITING
                return
            # What its own database says is older.
            protocol.lastUpdateTimeStamp.set(getFileLastModificationDate(protocol.getDbPath()))
        else:
            self._project._updateProtocol(protocol)
            if protocol.isFailed() and is_recorded_as_active(self._project, protocol):
                protocol.setFailed(CRASHED)
        protocol._prerequisites.set(self._waits[key])
        self._project._storeProtocol(protocol)
        self._set(key, State.FINISHED if protocol.isFinished() else State.FAILED)


def missing_inputs(protocol: Protocol) -> List[str]:
    """Labels of the required inputs that do not exist."""
    missing = []
    for name, pointer in protocol.iterInputAttributes():
        parameter = protocol.getParam(name)
        required = not getattr(parameter, "allowsNull", False)
        target = pointer.get()
        unfinished = isinstance(target, Protocol) and not target.isFinished()
        if required and (target is None or unfinished):
            missing.append(str(parameter.label))
    return missing


def process_has_ended(pid: int) -> bool:
    """Whether a child process has ended; if so, removes it from the table of processes."""
    try:
        ended, _ = os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        # Its end was noticed elsewhere.
        return True
    return ended == pid


def reason_of(protocol: Protocol) -> str:
    """Why a run has no result: its error in one line without colours.

    That of a run in a queue ends with the last lines of the queue's log.
    """
    message = COLOUR_CODE.sub("", protocol.getErrorMessage() or "").strip()
    reason = f"its process ended with status {protocol.getStatus()!r} and no error message"
    if message:
        reason = message.splitlines()[-1].strip()
    folder = protocol.getWorkingDir()
    if protocol.useQueue() and folder:
        log = last_lines(Path(protocol._getLogsPath()), protocol.strId())
        reason += f" (the queue's log ends: {log})" if log else ""
    return reason
