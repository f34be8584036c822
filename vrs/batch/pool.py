"""Workers that measure the maps of a batch: as many at once as cores and memory allow.

A worker that is killed takes one map with it, and no other: ``concurrent.futures`` would give up
all that are left. That map is tried once more, as if it needed twice the memory.
"""

from __future__ import annotations

import math
import multiprocessing
import os
import signal
import time
from collections import deque
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Callable, Deque, Dict, List, Optional, Sequence

import msgspec
import psutil

from vrs.batch.task import Done, Job, Task
from vrs.batch.worker import THREAD_VARIABLES, serve
from vrs.maps.errors import OutputError
from vrs.maps.printing import duration
from vrs.run.memory import available_memory
from vrs.run.orphans import no_orphans
from vrs.run.recovery import settle

POLL_SECONDS = 0.2
MOST_TRIES = 2

Ended = Callable[[Task, str, Optional[Done]], bool]
"""Told the end of a task; returns whether further ones are to be begun."""


def remove_unfinished(task: Task) -> None:
    """Take away what a process that was killed left of a report."""
    with suppress(OutputError, OSError):
        settle(Path(task.folder))
        Path(task.folder).rmdir()


class _Worker:
    """A process with the job that it has; it is started without one."""

    def __init__(self, log: Path) -> None:
        # A process that is new has no locks and threads of this one.
        context = multiprocessing.get_context("spawn")
        self.connection, other = context.Pipe()
        self.process = context.Process(target=serve, args=(other, str(log), os.getpid()))
        self.process.start()
        other.close()
        self.job: Optional[Job] = None
        self.begun = 0.0

    def begin(self, job: Job) -> None:
        self.job, self.begun = job._replace(tries=job.tries + 1), time.monotonic()
        # One that was killed meanwhile is noticed when its answer is awaited.
        with suppress(OSError):
            self.connection.send_bytes(msgspec.json.encode(job.task))

    def answer(self) -> Optional[Done]:
        """What it sent; None if it has ended instead."""
        try:
            return msgspec.json.decode(self.connection.recv_bytes(), type=Done)
        except (EOFError, OSError, msgspec.DecodeError):
            return None

    def memory(self) -> int:
        """Bytes that it has now."""
        try:
            return int(psutil.Process(self.process.pid).memory_info().rss)
        except psutil.Error:
            return 0

    def end(self) -> str:
        """Kill it and take away what it left unfinished; returns how it ended before."""
        how = _how(self.process.exitcode)
        self.process.kill()
        self.process.join()
        self.connection.close()
        if self.job is not None:
            remove_unfinished(self.job.task)
        return how


class Pool:
    """Performs jobs; what is measured at once fits into the memory that was forecast.

    Parameters
    ----------
    workers : int -- most processes at once
    log : Path -- file for what they print
    is_finished : function of Task -- whether its report is there after its worker has ended
    """

    def __init__(self, workers: int, log: Path, is_finished: Callable[[Task], bool]) -> None:
        self._most = workers
        self._log = log
        self._is_finished = is_finished
        self._workers: List[_Worker] = []

    def run(
        self,
        jobs: Sequence[Job],
        ended: Ended,
        tick: Callable[[], None] = lambda: None,
    ) -> None:
        """Perform the jobs in their order, later ones first where an earlier one does not fit.

        ``ended`` is called for each with the reason why there is no report, "" if there is one, and
        what the worker said, if it lived; nothing new is begun if it returns False. ``tick`` is
        called several times a second. An exception, such as KeyboardInterrupt, ends all workers.
        """
        waiting: Deque[Job] = deque(jobs)
        with no_orphans():
            try:
                while waiting or self._busy():
                    self._begin(waiting)
                    for worker in self._answering():
                        if not self._take(worker, waiting, ended):
                            waiting.clear()
                    for worker in self._overdue():
                        if not self._give_up(worker, ended):
                            waiting.clear()
                    tick()
            finally:
                for worker in self._workers:
                    worker.end()
                self._workers.clear()

    def running(self) -> List[Task]:
        """The tasks that are being measured."""
        return [worker.job.task for worker in self._busy() if worker.job]

    def at_once(self) -> int:
        """How many tasks can be measured together."""
        return self._most

    def _busy(self) -> List[_Worker]:
        return [worker for worker in self._workers if worker.job]

    def _begin(self, waiting: Deque[Job]) -> None:
        while waiting and len(self._busy()) < self._most:
            room = self._room()
            job = next((job for job in waiting if job.memory <= room), None)
            if job is None:
                return
            waiting.remove(job)
            idle = [worker for worker in self._workers if not worker.job]
            threads = str(job.task.threads)
            if not idle:
                os.environ.update(dict.fromkeys(THREAD_VARIABLES, threads))
                idle = [_Worker(self._log)]
                self._workers += idle
            idle[0].begin(job)

    def _room(self) -> float:
        """Bytes that a job may take beside those that run; alone, any may try."""
        busy = self._busy()
        if not busy:
            return math.inf
        taken = sum(worker.job.memory for worker in busy if worker.job)
        # What the workers have is theirs to use again.
        return available_memory() + sum(worker.memory() for worker in self._workers) - taken

    def _answering(self) -> List[_Worker]:
        """Busy workers that have answered or ended, after a short wait."""
        busy: Dict[Connection, _Worker] = {worker.connection: worker for worker in self._busy()}
        return [busy[ready] for ready in wait(list(busy), POLL_SECONDS) if ready in busy]

    def _overdue(self) -> List[_Worker]:
        now = time.monotonic()
        return [one for one in self._busy() if one.job and now - one.begun > one.job.limit]

    def _give_up(self, worker: _Worker, ended: Ended) -> bool:
        job = worker.job
        assert job is not None
        worker.end()
        self._workers.remove(worker)
        return ended(job.task, f"it did not end within {duration(job.limit)}", None)

    def _take(
        self,
        worker: _Worker,
        waiting: Deque[Job],
        ended: Ended,
    ) -> bool:
        job, done = worker.job, worker.answer()
        assert job is not None
        if done is not None:
            worker.job = None
            return ended(job.task, done.reason, done)
        worker.process.join(POLL_SECONDS)
        how = worker.end()
        self._workers.remove(worker)
        if self._is_finished(job.task):
            return ended(job.task, "", None)
        if job.tries < MOST_TRIES:
            waiting.appendleft(job._replace(memory=2 * job.memory))
            return True
        return ended(job.task, f"its process {how}, twice", None)


def _how(code: Optional[int]) -> str:
    """How a process ended, in words."""
    if code is None or code >= 0:
        return f"ended with status {code}"
    name = signal.Signals(-code).name
    often = ", as when memory runs out" if -code == signal.SIGKILL else ""
    return f"was ended by {name}{often}"
