"""A whole batch: settle what is there, measure what is left, and count."""

from __future__ import annotations

import os
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Iterator, List, Optional, Protocol, Sequence, TextIO

from vrs.batch import LOG, REPORTS, STATE, WRITTEN
from vrs.batch.chunk import refuse_open_jobs
from vrs.batch.forecast import Forecast
from vrs.batch.plan import BatchPlan
from vrs.batch.pool import Ended, Pool
from vrs.batch.progress import BatchProgress
from vrs.batch.row import Row
from vrs.batch.state import FAILED, WAITING, BatchState, Entry
from vrs.batch.task import Done, Job, Task
from vrs.batch.update import Update, begin_update
from vrs.maps.errors import OutputError
from vrs.run.lock import LOCK, FolderLock
from vrs.run.output_path import OTHER_FOLDER, NotReplaceable, is_full, listed, usable_path

LEAST_LIMIT, MOST_TIMES = 3600.0, 50.0
"""A map is given up after so many seconds at least, and so many times its forecast."""


@dataclass(frozen=True)
class BatchOutcome:
    """The maps of the list as they are in the end.

    Attributes
    ----------
    entries : list of Entry
    before : int -- reports that were finished before
    stopped : str -- why no more maps were begun; "" if all were
    interrupted : bool -- by the user
    update : Update or None -- what was new, changed and withdrawn, if that was asked for
    """

    entries: List[Entry]
    before: int
    stopped: str = ""
    interrupted: bool = False
    update: Optional[Update] = None

    def count(self, state: str) -> int:
        return Counter(entry.state for entry in self.entries)[state]

    @property
    def failed(self) -> List[Entry]:
        """Maps without a report, and those of which nothing could be measured."""
        return [
            entry
            for entry in self.entries
            if entry.state == FAILED or (entry.summary and entry.summary.unmeasured)
        ]

    @property
    def left(self) -> int:
        return self.count(WAITING)

    @property
    def passed(self) -> int:
        return len(self.entries) - self.left - len(self.failed)


class AnyPool(Protocol):
    """Performs jobs, in workers of this computer or in a queue; see ``Pool``."""

    def run(
        self,
        jobs: Sequence[Job],
        ended: Ended,
        tick: Callable[[], None],
    ) -> None: ...

    def running(self) -> List[Task]: ...

    def at_once(self) -> int: ...


MakePool = Callable[[int, Callable[[Task], bool]], AnyPool]

Begin = Callable[[int, int, float], None]
"""Told how many maps are left, how many are finished, and the seconds that the rest will take."""


def run_batch(
    plan: BatchPlan, screen: Optional[TextIO] = None, begin: Begin = lambda *_: None
) -> BatchOutcome:
    """Measure the maps without a finished report; the progress is shown on ``screen``.

    Raises InUse if another batch uses the folder, NotReplaceable if it holds anything else, and
    OutputError if it cannot be written, or the mirror of an update is not whole.
    """
    make_pool = _pool_of(plan)
    with _reserved(plan.folder) as folder:
        if plan.in_queue is None:
            refuse_open_jobs(folder)
        state = BatchState(folder)
        try:
            return _measure(plan, state, make_pool, screen, begin)
        finally:
            state.close()


def _pool_of(plan: BatchPlan) -> MakePool:
    """What performs the jobs, as a function of their number.

    Raises WorkflowError if there is no such queue.
    """
    if plan.in_queue is None:
        return lambda jobs, is_finished: Pool(
            _most_workers(plan, jobs), plan.folder / LOG, is_finished
        )
    # Only for a queue: these load Scipion.
    from vrs.run.environment import prepare_scipion

    prepare_scipion()
    from vrs.batch.cluster import ClusterPool
    from vrs.run.queue_host import QueueHost

    wanted, host = plan.in_queue, QueueHost(plan.in_queue.choice)
    return lambda jobs, is_finished: ClusterPool(
        plan.folder, host, wanted.tasks, wanted.maps, is_finished
    )


def _most_workers(plan: BatchPlan, maps: int) -> int:
    return max(1, min(plan.workers, maps))


def _measure(
    plan: BatchPlan,
    state: BatchState,
    make_pool: MakePool,
    screen: Optional[TextIO],
    begin: Begin,
) -> BatchOutcome:
    left = state.settle([row for row, _ in plan.rows], plan.pdf, plan.html)
    before = len(plan.rows) - len(left)
    by_name = {row.name: row for row in left}
    update = None
    if plan.mirror:
        update = begin_update(plan.mirror, state, {row.name for row, _ in plan.rows}, list(by_name))
    costs = plan.forecasts()
    workers = 1 if plan.in_queue else _most_workers(plan, len(left))
    threads = 1 if plan.in_queue else max(1, plan.cores // workers)
    jobs = [_job(_task(plan, state, row, threads), costs[row.name]) for row in left]
    seconds = {row.name: costs[row.name].seconds for row in left}
    begin(len(left), before, sum(seconds.values()) / workers)
    progress = BatchProgress(seconds, workers, screen)
    stopped = ""

    def is_finished(task: Task) -> bool:
        return state.finish(by_name[task.name], None, plan.pdf, plan.html) is not None

    def ended(task: Task, reason: str, done: Optional[Done]) -> bool:
        nonlocal stopped
        row, cost = by_name[task.name], done.cost if done else None
        summary = None if reason else state.finish(row, cost, plan.pdf, plan.html)
        if summary is None:
            reason = reason or "its report is not in its place"
            state.fail(row, reason)
        text = summary.overall.text if summary else reason
        failed = summary is None or bool(summary.unmeasured)
        progress.ended(task.name, text, cost.seconds if cost else 0.0, failed)
        if failed and is_full(plan.folder):
            stopped = "the disk is full"
        return not stopped

    pool = make_pool(len(left), is_finished)

    def tick() -> None:
        progress.at_once = pool.at_once()
        progress.tick([task.name for task in pool.running()])

    interrupted = False
    with progress:
        try:
            if jobs:
                pool.run(jobs, ended, tick)
        except KeyboardInterrupt:
            interrupted = True
    return BatchOutcome(state.entries(), before, stopped, interrupted, update)


def _job(task: Task, cost: Forecast) -> Job:
    """A task, which is given up only after a time that a computer with much other work needs."""
    limit = max(LEAST_LIMIT, MOST_TIMES * cost.seconds)
    return Job(task, cost.memory, cost.seconds, limit)


def _task(plan: BatchPlan, state: BatchState, row: Row, threads: int) -> Task:
    folder = state.folder_of(row.name)
    return Task(
        row.name, row.options, str(folder), plan.pdf, plan.html, plan.keep_all, threads
    )  # fmt: skip


@contextmanager
def _reserved(path: Path) -> Iterator[Path]:
    """The folder of the batch, made if missing, with no other batch in it."""
    folder = usable_path(path)
    try:
        others = [name for name in os.listdir(folder) if name != LOCK] if folder.exists() else []
    except OSError as error:
        raise _unwritable(folder, error) from error
    if STATE not in others and not set(others) <= set(WRITTEN):
        raise NotReplaceable(
            f"{folder} already holds {listed(sorted(others))}, and is not the folder of a batch",
            OTHER_FOLDER,
        )
    try:
        (folder / REPORTS).mkdir(parents=True, exist_ok=True)
        lock = FolderLock(folder)
    except OSError as error:
        raise _unwritable(folder, error) from error
    try:
        yield folder
    finally:
        lock.release()


def _unwritable(folder: Path, error: OSError) -> OutputError:
    return OutputError(f"{folder} cannot be written ({error.strerror or error})", OTHER_FOLDER)


