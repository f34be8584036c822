"""Maps in a queue that is none: what is submitted, and what becomes of lost jobs."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Sequence

import pytest

from vrs.batch import cluster as module
from vrs.batch.chunk import Chunk, Line, new_chunks, open_chunks, record_job
from vrs.batch.cluster import ClusterPool
from vrs.batch.task import Cost, Done, Job, Task
from vrs.run.map_options import MapOptions
from vrs.run.queue_answers import Refused, TaskState


class Host:
    """A queue that decides at once about each task; by default it measures all its maps.

    Attributes
    ----------
    most : int -- tasks of an array that it takes
    fates : dict -- the state with which a task of these maps ends, and after how many maps
    """

    has_arrays = True

    def __init__(self) -> None:
        self.most = 1000
        self.fates: Dict[str, List[Any]] = {}
        self.arrays: List[List[List[str]]] = []
        self.limits: List[str] = []
        self.cancelled: List[str] = []
        self.answers = True
        self._states: Dict[str, TaskState] = {}

    def largest_array(self) -> int:
        return 1000

    def submit(
        self, folder: Path, script: Path, logs: str, command: str, directives: Sequence[str] = ()
    ) -> str:
        chunks = sorted(one for one in open_chunks(folder) if one.folder == script.parent)
        if len(chunks) > self.most:
            raise Refused("too many jobs")
        self.arrays.append([[job.task.name for job in chunk.jobs()] for chunk in chunks])
        self.limits.append(directives[-2] if directives else "")
        number = str(len(self.arrays))
        for chunk in chunks:
            self._measure(chunk, f"{number}_{chunk.number}" if self.has_arrays else number)
        return number

    def _measure(self, chunk: Chunk, name: str) -> None:
        for job in chunk.jobs():
            fate = self.fates.get(job.task.name)
            if fate:
                state = fate.pop(0)
                if state != "PENDING":
                    chunk._append(Line(job.task.name))
                self._states[name] = TaskState(*state.split())
                return
            chunk._append(Line(job.task.name))
            chunk._append(Line(job.task.name, Done(job.task.name, "", Cost(1.0, 1.0, 1))))

    def cancel(self, job: str) -> None:
        self.cancelled.append(job)

    def states(self, jobs: Sequence[str]) -> Optional[Dict[str, TaskState]]:
        return self._states if self.answers else None


@pytest.fixture(autouse=True)
def no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOOK_SECONDS", "ASK_SECONDS", "GONE_SECONDS", "REFUSED_SECONDS"):
        monkeypatch.setattr(module, name, 0.0)


def jobs(*names: str) -> List[Job]:
    return [Job(Task(name, MapOptions(name), name), 1e9, 10.0) for name in names]


@pytest.fixture
def ends_of(tmp_path: Path) -> Callable[..., List[str]]:
    """Runs a pool; returns the ends of the maps, as "name" or "name: reason"."""

    def run(host: Host, *names: str, maps: int = 2, most: Optional[int] = None) -> List[str]:
        ends = []

        def ended(task: Task, reason: str, done: Optional[Done]) -> bool:
            ends.append(f"{task.name}: {reason}" if reason else task.name)
            return True

        queue: Any = host
        ClusterPool(tmp_path, queue, most, maps, lambda task: False).run(jobs(*names), ended)
        assert not (tmp_path / "jobs").exists()
        return sorted(ends)

    return run


def test_all_maps_are_in_one_array(ends_of: Callable[..., List[str]]) -> None:
    host = Host()
    assert ends_of(host, *"abcde") == list("abcde")
    assert host.arrays == [[["a", "b"], ["c", "d"], ["e"]]] and host.cancelled == []


@pytest.mark.parametrize("state", ["TIMEOUT", "NODE_FAIL", "OUT_OF_MEMORY"])
def test_the_map_that_was_measured_when_its_task_was_lost_is_alone_with_more_time(
    ends_of: Callable[..., List[str]], state: str
) -> None:
    host = Host()
    host.fates = {"b": [state]}
    assert ends_of(host, *"abcd", maps=4) == list("abcd")
    assert host.arrays == [[["a", "b", "c", "d"]], [["c", "d"]], [["b"]]]
    assert host.limits == ["--time=10", "--time=10", "--time=20"]


def test_a_map_that_is_lost_three_times_has_failed_and_no_other(
    ends_of: Callable[..., List[str]],
) -> None:
    host = Host()
    host.fates = {"b": ["OUT_OF_MEMORY"] * 3}
    how = "needed more memory than its limit, as 2 before it"
    assert ends_of(host, *"abc", maps=3) == ["a", f"b: its job 4_0 {how}", "c"]


def test_the_maps_of_a_cancelled_task_have_failed(ends_of: Callable[..., List[str]]) -> None:
    host = Host()
    host.fates = {"c": ["CANCELLED"]}
    cancelled = [f"{name}: its job 1_1 was cancelled" for name in "cd"]
    assert ends_of(host, *"abcd") == ["a", "b", *cancelled]


def test_a_task_that_can_never_start_is_cancelled(ends_of: Callable[..., List[str]]) -> None:
    host = Host()
    host.fates = {"a": ["PENDING PartitionTimeLimit"]}
    (end,) = ends_of(host, "a")
    assert end == "a: the queue never starts its job (PartitionTimeLimit)"
    assert host.cancelled == ["1_0"]


def test_an_array_that_is_too_large_for_the_queue_is_submitted_in_parts(
    ends_of: Callable[..., List[str]],
) -> None:
    host = Host()
    host.most = 2
    names = [f"{number:02}" for number in range(10)]
    assert ends_of(host, *names, maps=1) == names
    assert max(map(len, host.arrays)) == 2


def test_what_the_queue_always_refuses_has_failed(ends_of: Callable[..., List[str]]) -> None:
    host = Host()
    host.most = 0
    assert ends_of(host, *"abc") == [f"{name}: too many jobs" for name in "abc"]


def test_no_more_tasks_at_once_than_wanted(ends_of: Callable[..., List[str]]) -> None:
    host = Host()
    host.has_arrays = False
    assert ends_of(host, *"abcd", maps=1, most=2) == list("abcd")
    assert host.arrays == [[["a"]], [["b"]], [["c"]], [["d"]]], "a job for each task"


def test_the_jobs_of_a_program_that_was_killed_are_taken_over(
    ends_of: Callable[..., List[str]], tmp_path: Path
) -> None:
    first, changed, unsubmitted = (new_chunks(tmp_path, 1)[0] for _ in range(3))
    first.write(jobs("a", "b"))
    record_job(first.folder, "71_")
    first._append(Line("a", Done("a", "no voxel", Cost(1.0, 1.0, 1))))
    first._append(Line("b", Done("b", "", Cost(1.0, 1.0, 1))))
    other = jobs("c")[0]
    changed.write([other._replace(task=Task("c", MapOptions("c", title="other"), "c"))])
    record_job(changed.folder, "72_")
    unsubmitted.write(jobs("d"))
    host = Host()
    assert ends_of(host, *"abcd") == ["a: no voxel", "b", "c", "d"]
    assert host.arrays == [[["c", "d"]]], "only what is in no job, or in one with other values"
    assert host.cancelled == ["72_0"]


def test_an_interrupt_cancels_the_jobs(tmp_path: Path) -> None:
    host: Any = Host()
    host.fates = {"a": ["RUNNING"]}

    def interrupt() -> None:
        host._states.clear()
        raise KeyboardInterrupt

    pool = ClusterPool(tmp_path, host, None, None, lambda task: False)
    with pytest.raises(KeyboardInterrupt):
        pool.run(jobs("a", "b"), lambda *_: True, interrupt)
    assert host.cancelled == ["1"] and not (tmp_path / "jobs").exists()


def test_a_queue_that_does_not_answer_has_lost_nothing(tmp_path: Path) -> None:
    host: Any = Host()
    host.fates, host.answers = {"a": ["RUNNING"]}, False
    ends: List[str] = []
    looks = 0

    def tick() -> None:
        nonlocal looks
        looks += 1
        if looks == 50:
            assert not ends and len(host.arrays) == 1
            (chunk,) = open_chunks(tmp_path)
            chunk._append(Line("a", Done("a", "", Cost(1.0, 1.0, 1))))

    def ended(task: Task, reason: str, done: Optional[Done]) -> bool:
        ends.append(task.name)
        return True

    ClusterPool(tmp_path, host, None, None, lambda task: False).run(jobs("a"), ended, tick)
    assert ends == ["a"] and host.cancelled == []
