"""The maps of a batch in the queue of a cluster: submitted as job arrays, watched, submitted again.

The queue schedules; this only knows which maps are in which task. What a job did stands in the
folder of its submission, so that a program that was killed goes on with the jobs it had.
"""

from __future__ import annotations

import shlex
import shutil
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Dict, List, Optional, Sequence

from vrs.batch import JOBS, LOG
from vrs.batch.arrays import Array, arrays_of
from vrs.batch.chunk import LOGS, Chunk, new_chunks, open_chunks, record_job
from vrs.batch.pool import Ended, remove_unfinished
from vrs.batch.task import Done, Job, Task
from vrs.batch.worker import THREAD_VARIABLES
from vrs.run.queue_answers import (
    ASK_SECONDS,
    GONE_SECONDS,
    LOOK_SECONDS,
    UNANSWERED,
    UNANSWERED_SECONDS,
    Refused,
    TaskState,
)
from vrs.run.queue_log import last_lines

if TYPE_CHECKING:
    from vrs.run.queue_host import QueueHost

MOST_TRIES = 3
REFUSED_SECONDS = 60.0
"""Before a job is submitted again that the queue refused while others of this batch were in it."""
ENDING_SECONDS = 60.0
"""For so long jobs that were cancelled are waited for."""

_HOW = {
    "TIMEOUT": "reached its time limit",
    "OUT_OF_MEMORY": "needed more memory than its limit",
    "NODE_FAIL": "lost its node",
    "BOOT_FAIL": "lost its node",
    "PREEMPTED": "had to give way to others",
    "DEADLINE": "missed its deadline",
}
CANCELLED = "CANCELLED"

_GONE = TaskState("")


@dataclass
class _InQueue:
    """A task that was submitted, with the maps that have not ended.

    ``name`` is that of the queue, and ``gone`` the time since when the queue has not had it.
    """

    chunk: Chunk
    name: str
    left: Dict[str, Job]
    read: int = 0
    begun: str = ""
    has_ended_one: bool = False
    state: TaskState = field(default_factory=lambda: _GONE)
    gone: Optional[float] = None


class ClusterPool:
    """Performs jobs in a queue; an exception, such as KeyboardInterrupt, cancels them.

    Parameters
    ----------
    folder : Path -- of the batch
    host : QueueHost
    most : int or None -- tasks at once; by default the queue decides alone
    maps : int or None -- in a task
    is_finished : function of Task -- whether its report is there after its job was lost
    """

    def __init__(
        self,
        folder: Path,
        host: QueueHost,
        most: Optional[int],
        maps: Optional[int],
        is_finished: Callable[[Task], bool],
    ) -> None:
        self._folder = folder
        self._host = host
        self._most = most
        self._maps = maps
        self._is_finished = is_finished
        self._tasks: List[_InQueue] = []
        self._refused_at = self._asked_at = -REFUSED_SECONDS
        self._ended: Ended = lambda *_: True
        self._goes_on = True

    def run(
        self, jobs: Sequence[Job], ended: Ended, tick: Callable[[], None] = lambda: None
    ) -> None:
        """Perform the jobs; the functions are those of ``Pool.run``."""
        self._ended = ended
        try:
            waiting = self._adopt(jobs)
            while self._goes_on and (waiting or self._tasks):
                waiting = self._submit(waiting)
                tick()
                time.sleep(LOOK_SECONDS)
                self._look()
                waiting += self._ask()
        finally:
            self._cancel()
        self._clear()

    def running(self) -> List[Task]:
        """The tasks of which a map is being measured, as far as is known."""
        return [task.left[task.begun].task for task in self._tasks if task.begun in task.left]

    def at_once(self) -> int:
        """How many maps are measured together now."""
        return max(1, len(self.running()))

    def _adopt(self, jobs: Sequence[Job]) -> List[Job]:
        """Go on with the jobs of a program that was killed; returns the maps that are in none."""
        wanted = {job.task.name: job for job in jobs}
        for chunk in open_chunks(self._folder):
            before = {job.task.name: job for job in chunk.jobs()}
            left = {name: job for name, job in before.items() if name in wanted}
            name = chunk.name_in_queue()
            changed = any(job.task != wanted[name].task for name, job in left.items())
            if name and left and not changed:
                self._tasks.append(_InQueue(chunk, name, left))
                for taken in left:
                    del wanted[taken]
            else:
                # It was not recorded whether the queue took it, or its values have changed.
                chunk.withdraw()
                if name:
                    self._host.cancel(name)
        return list(wanted.values())

    def _submit(self, waiting: List[Job]) -> List[Job]:
        """Submit what may be submitted now; returns the rest."""
        if not waiting or time.monotonic() - self._refused_at < REFUSED_SECONDS:
            return waiting
        largest = self._room()
        while waiting and largest:
            first = arrays_of(waiting, self._maps, largest)[0]
            refusal = self._submitted(first)
            if refusal and len(first.chunks) > 1:
                # A user may have only so many jobs in the queue.
                largest = len(first.chunks) // 2
                continue
            if refusal and self._tasks:
                self._refused_at = time.monotonic()
                return waiting
            if refusal:
                # It would say the same of all with these limits.
                first = arrays_of(waiting, self._maps, len(waiting))[0]
            ended = [job for chunk in first.chunks for job in chunk]
            names = {job.task.name for job in ended}
            waiting = [job for job in waiting if job.task.name not in names]
            for job in ended if refusal else ():
                self._end(job, refusal, None)
            largest = self._room()
        return waiting

    def _room(self) -> int:
        """How many tasks may be submitted together now."""
        if not self._host.has_arrays:
            return 1 if self._most is None or len(self._tasks) < self._most else 0
        # An array itself keeps to what it may do at once, and two would not together.
        return 0 if self._most and self._tasks else self._host.largest_array()

    def _submitted(self, wanted: Array) -> str:
        """Submit an array; returns why the queue refused it, "" if it did not."""
        chunks = new_chunks(self._folder, len(wanted.chunks))
        for chunk, jobs in zip(chunks, wanted.chunks):
            chunk.write(jobs)
        folder = chunks[0].folder
        number, log, directives = "0", chunks[0].log, []
        if self._host.has_arrays:
            number, log = "$SLURM_ARRAY_TASK_ID", f"{LOGS}%a"
            most = f"%{self._most}" if self._most else ""
            directives = [
                f"--array=0-{len(chunks) - 1}{most}",
                f"--time={wanted.minutes}", f"--mem={wanted.megabytes}M",
            ]  # fmt: skip
        logs = f"{JOBS}/{folder.name}/{log}"
        try:
            job = self._host.submit(
                self._folder, folder / "job.sh", logs, _command(folder, number), directives
            )
        except Refused as error:
            shutil.rmtree(folder)
            return str(error)
        record_job(folder, f"{job}_" if self._host.has_arrays else job)
        for chunk, jobs in zip(chunks, wanted.chunks):
            left = {job.task.name: job for job in jobs}
            self._tasks.append(_InQueue(chunk, chunk.name_in_queue(), left))
        return ""

    def _look(self) -> None:
        """Take over what the jobs have written."""
        for task in self._tasks:
            lines, task.read = task.chunk.lines(task.read)
            for line in lines:
                if line.done is None:
                    task.begun = line.name
                elif line.name in task.left:
                    task.has_ended_one = True
                    self._end(task.left.pop(line.name), line.done.reason, line.done)
            if not task.left:
                task.chunk.withdraw()
        self._tasks = [task for task in self._tasks if task.left]

    def _ask(self) -> List[Job]:
        """Ask the queue about its jobs; returns the maps of those that were lost."""
        now = time.monotonic()
        if not self._tasks or now - self._asked_at < ASK_SECONDS:
            return []
        self._asked_at = now
        jobs = sorted({task.name.partition("_")[0] for task in self._tasks})
        states = self._host.states(jobs)
        lost: List[Job] = []
        # A queue that does not answer has not lost anything: its jobs go on.
        for task in self._tasks if states is not None else ():
            task.state = (states or {}).get(task.name, _GONE)
            if task.state.never_starts:
                self._host.cancel(task.name)
                lost += self._lost(task)
                continue
            unanswered = task.state.state == UNANSWERED
            if task.state is not _GONE and not task.state.has_ended and not unanswered:
                task.gone = None
                continue
            task.gone = task.gone or now
            if now - task.gone >= (UNANSWERED_SECONDS if unanswered else GONE_SECONDS):
                lost += self._lost(task)
        self._tasks = [task for task in self._tasks if task.left]
        return lost

    def _lost(self, task: _InQueue) -> List[Job]:
        """Settle a task that the queue has no more; returns the maps to submit again.

        The map that was measured when it was lost gets twice the time and memory. If there was
        none, the task has not come to its first map, and that counts for all of them.
        """
        task.chunk.withdraw()
        jobs, again = list(task.left.values()), []
        task.left.clear()
        was_stuck = not task.has_ended_one and not task.begun
        for job in jobs:
            remove_unfinished(job.task)
            if self._is_finished(job.task):
                self._end(job, "", None)
            elif task.state.state == CANCELLED:
                self._end(job, f"its job {task.name} was cancelled", None)
            elif task.state.never_starts:
                self._end(job, f"the queue never starts its job ({task.state.reason})", None)
            elif job.task.name != task.begun and not was_stuck:
                again.append(job)
            elif job.tries + 1 < MOST_TRIES:
                memory, seconds = 2 * job.memory, 2 * job.seconds
                again.append(job._replace(memory=memory, seconds=seconds, tries=job.tries + 1))
            else:
                how = _HOW.get(task.state.state, "left the queue before its report was written")
                end = last_lines(task.chunk.folder, task.chunk.log)
                log = f" (its log ends: {end})" if end else ""
                self._end(job, f"its job {task.name} {how}, as {job.tries} before it{log}", None)
        return again

    def _end(self, job: Job, reason: str, done: Optional[Done]) -> None:
        self._goes_on = self._ended(job.task, reason, done) and self._goes_on

    def _cancel(self) -> None:
        """Cancel what is still in the queue, and wait until it has ended."""
        if not self._tasks:
            return
        for task in self._tasks:
            task.chunk.withdraw()
        jobs = sorted({task.name.partition("_")[0] for task in self._tasks})
        for number in jobs:
            self._host.cancel(number)
        deadline = time.monotonic() + ENDING_SECONDS
        while time.monotonic() < deadline and any(
            not state.has_ended for state in (self._host.states(jobs) or {}).values()
        ):
            time.sleep(LOOK_SECONDS)
        self._look()
        for task in self._tasks:
            for job in task.left.values():
                remove_unfinished(job.task)
        self._clear()

    def _clear(self) -> None:
        """Remove the folders of the jobs; what libraries printed goes to the log of the batch."""
        with suppress(OSError), (self._folder / LOG).open("ab") as log:
            for file in sorted((self._folder / JOBS).glob(f"*/{LOGS}*")):
                log.write(file.read_bytes())
        shutil.rmtree(self._folder / JOBS, ignore_errors=True)


def _command(folder: Path, number: str) -> str:
    """What a job executes; ``number`` is for the shell."""
    variables = " ".join(f"{name}=1" for name in THREAD_VARIABLES)
    program = [sys.executable, "-m", "vrs.batch.chunk", str(folder)]
    return f"env {variables} {' '.join(map(shlex.quote, program))} {number}"
