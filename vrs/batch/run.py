"""A whole batch: settle what is there, measure what is left, and count."""

from __future__ import annotations

import os
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Dict, Iterator, List, Optional, Sequence, TextIO, Tuple

from vrs.batch import LOG, REPORTS, STATE, WRITTEN
from vrs.batch.forecast import Forecast, forecast
from vrs.batch.pool import Job, Pool
from vrs.batch.progress import BatchProgress
from vrs.batch.row import Row, Size
from vrs.batch.state import FAILED, WAITING, BatchState, Entry
from vrs.batch.task import Done, Task
from vrs.batch.update import Update, begin_update
from vrs.maps.errors import OutputError
from vrs.run.lock import LOCK, FolderLock
from vrs.run.output_path import OTHER_FOLDER, NotReplaceable, is_full, listed, usable_path

LEAST_LIMIT, MOST_TIMES = 3600.0, 50.0
"""A map is given up after so many seconds at least, and so many times its forecast."""


@dataclass(frozen=True)
class BatchPlan:
    """What is to be measured, and how.

    Attributes
    ----------
    folder : Path -- of the batch
    rows : sequence of (Row, Size or None)
    pdf, html : bool -- whether reports have them
    keep_all : bool -- measure each map in a Scipion project that is kept
    workers : int -- most maps at once
    cores : int -- of the computer
    mirror : Path or None -- the mirror of EMDB with which the folder is brought up to date
    """

    folder: Path
    rows: Sequence[Tuple[Row, Optional[Size]]]
    pdf: bool
    html: bool
    keep_all: bool
    workers: int
    cores: int
    mirror: Optional[Path] = None

    def forecasts(self) -> Dict[str, Forecast]:
        """What each map will take, by its name."""
        return {
            row.name: forecast(row.options, size, self.pdf, self.html) for row, size in self.rows
        }


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


Begin = Callable[[int, int, float], None]
"""Told how many maps are left, how many are finished, and the seconds that the rest will take."""


def run_batch(
    plan: BatchPlan, screen: Optional[TextIO] = None, begin: Begin = lambda *_: None
) -> BatchOutcome:
    """Measure the maps without a finished report; the progress is shown on ``screen``.

    Raises InUse if another batch uses the folder, NotReplaceable if it holds anything else, and
    OutputError if it cannot be written, or the mirror of an update is not whole.
    """
    with _reserved(plan.folder) as folder:
        state = BatchState(folder)
        try:
            return _measure(plan, state, screen, begin)
        finally:
            state.close()


def _measure(
    plan: BatchPlan, state: BatchState, screen: Optional[TextIO], begin: Begin
) -> BatchOutcome:
    left = state.settle([row for row, _ in plan.rows], plan.pdf, plan.html)
    before = len(plan.rows) - len(left)
    by_name = {row.name: row for row in left}
    update = None
    if plan.mirror:
        update = begin_update(plan.mirror, state, {row.name for row, _ in plan.rows}, list(by_name))
    costs = plan.forecasts()
    workers = max(1, min(plan.workers, len(left)))
    threads = max(1, plan.cores // workers)
    jobs = [
        Job(_task(plan, state, row, threads), costs[row.name].memory, _limit(costs[row.name]))
        for row in left
    ]
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

    pool = Pool(workers, plan.folder / LOG, is_finished)

    def tick() -> None:
        progress.tick([task.name for task in pool.running()])

    interrupted = False
    with progress:
        try:
            if jobs:
                pool.run(jobs, ended, tick)
        except KeyboardInterrupt:
            interrupted = True
    return BatchOutcome(state.entries(), before, stopped, interrupted, update)


def _limit(cost: Forecast) -> float:
    """Seconds after which a map is given up, on a computer with much other work too."""
    return max(LEAST_LIMIT, MOST_TIMES * cost.seconds)


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


