"""Maps are measured together while their forecasts fit into memory."""

from __future__ import annotations

import multiprocessing
import time
from pathlib import Path
from typing import List, Optional

import msgspec
import pytest

from vrs.batch import pool as pool_module
from vrs.batch.pool import Pool
from vrs.batch.task import Cost, Done, Job, Task
from vrs.run.map_options import MapOptions


class Worker:
    """Answers each task at once; counts how many have one."""

    busy: List[str] = []
    together: List[List[str]] = []
    dying: List[str] = []
    """Names of maps whose worker ends without an answer, each as often as it is named."""

    hanging: List[str] = []
    """Names of maps that never end."""

    def __init__(self, log: Path) -> None:
        self.connection, self._other = multiprocessing.Pipe()
        self.job: Optional[Job] = None
        self.process = multiprocessing.Process()
        self.process.join = lambda timeout=None: None  # type: ignore[method-assign]

    def begin(self, job: Job) -> None:
        self.job = job._replace(tries=job.tries + 1)
        self.busy.append(job.task.name)
        self.together.append(list(self.busy))
        self.begun = time.monotonic()
        if job.task.name in self.hanging:
            return
        if job.task.name in self.dying:
            self.dying.remove(job.task.name)
            self._other.close()
            return
        done = Done(job.task.name, "", Cost(1.0, 1.0, 1))
        self._other.send_bytes(msgspec.json.encode(done))

    def answer(self) -> Optional[Done]:
        assert self.job is not None
        self.busy.remove(self.job.task.name)
        try:
            return msgspec.json.decode(self.connection.recv_bytes(), type=Done)
        except EOFError:
            return None

    def memory(self) -> int:
        return 0

    def end(self) -> str:
        return "was ended by SIGKILL"


@pytest.fixture(autouse=True)
def workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool_module, "_Worker", Worker)
    monkeypatch.setattr(pool_module, "available_memory", lambda: 10e9)
    Worker.busy, Worker.together, Worker.dying, Worker.hanging = [], [], [], []


def job(name: str, gigabytes: float) -> Job:
    return Job(Task(name, MapOptions(name), name), gigabytes * 1e9)


def run(jobs: List[Job], most: int = 4) -> List[str]:
    """The ends of the jobs, in their order, as "name" or "name: reason"."""
    ends = []

    def ended(task: Task, reason: str, done: Optional[Done]) -> bool:
        ends.append(f"{task.name}: {reason}" if reason else task.name)
        return True

    Pool(most, Path("log"), lambda task: False).run(jobs, ended)
    return ends


def test_no_more_at_once_than_workers() -> None:
    assert len(run([job(str(number), 0.1) for number in range(9)], 3)) == 9
    assert max(map(len, Worker.together)) == 3


def test_no_more_at_once_than_memory_and_small_maps_go_before() -> None:
    ends = run([job("a", 6), job("b", 6), job("c", 3)])
    assert Worker.together[1] == ["a", "c"], "b waits for a"
    assert sorted(ends) == ["a", "b", "c"]


def test_a_map_that_never_fits_is_tried_alone() -> None:
    assert sorted(run([job("a", 1), job("huge", 50), job("b", 1)])) == ["a", "b", "huge"]
    assert ["huge"] in Worker.together


def test_a_map_whose_worker_dies_is_tried_once_more_with_twice_the_memory() -> None:
    Worker.dying = ["a"]
    assert sorted(run([job("a", 6), job("b", 3)])) == ["a", "b"]
    assert Worker.together[0] == ["a"] and Worker.together.count(["a"]) == 2
    Worker.dying = ["a", "a"]
    assert "a: its process was ended by SIGKILL, twice" in run([job("a", 6), job("b", 3)])


def test_a_map_that_does_not_end_is_given_up_and_no_other() -> None:
    Worker.hanging = ["a"]
    ends = run([job("a", 1)._replace(limit=0.5), job("b", 1), job("c", 1)], 1)
    assert ends == ["a: it did not end within 1 s", "b", "c"]


def test_nothing_new_is_begun_when_the_end_of_a_map_asks_for_it() -> None:
    ends = []

    def stop(task: Task, reason: str, done: Optional[Done]) -> bool:
        ends.append(task.name)
        return False

    Pool(1, Path("log"), lambda task: False).run([job("a", 1), job("b", 1)], stop)
    assert ends == ["a"]
