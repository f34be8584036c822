"""What the job of a task reads and writes, and what the program that submitted it sees."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import Callable, Iterator, List

import pytest

from vrs.batch import chunk as chunk_module
from vrs.batch.chunk import Chunk, Line, new_chunks, open_chunks, record_job, refuse_open_jobs
from vrs.batch.task import Cost, Done, Job, Task
from vrs.maps.errors import OutputError
from vrs.run.map_options import MapOptions

JOBS = [Job(Task(name, MapOptions(name), name), 1e9, 2.0) for name in ("a", "b", "c")]


def done(name: str) -> Done:
    return Done(name, "", Cost(1.0, 1.0, 1))


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> List[str]:
    """The names of the maps that a task measures, without measuring them."""
    names: List[str] = []

    @contextmanager
    def measuring() -> Iterator[Callable[[Task], Done]]:
        def measure(task: Task) -> Done:
            names.append(task.name)
            return done(task.name)

        yield measure

    monkeypatch.setattr(chunk_module, "measuring", measuring)
    return names


def test_a_task_says_of_each_map_that_it_is_begun_and_that_it_has_ended(
    tmp_path: Path, measured: List[str]
) -> None:
    (chunk,) = new_chunks(tmp_path, 1)
    chunk.write(JOBS)
    assert chunk.jobs() == JOBS and chunk.lines() == ([], 0)
    chunk.measure()
    lines, read = chunk.lines()
    assert lines[:2] == [Line("a"), Line("a", done("a"))] and len(lines) == 6
    assert chunk.lines(read) == ([], read), "nothing is read twice"


def test_a_task_that_the_queue_starts_again_leaves_out_what_has_ended(
    tmp_path: Path, measured: List[str]
) -> None:
    (chunk,) = new_chunks(tmp_path, 1)
    chunk.write(JOBS)
    chunk._append(Line("a"))
    chunk._append(Line("a", done("a")))
    chunk._append(Line("b"))
    with chunk.ends.open("ab") as stream:
        stream.write(b'["b", {"na')
    assert len(chunk.lines()[0]) == 3, "a line without an end is still being written"
    chunk.measure()
    assert measured == ["b", "c"]
    assert chunk.lines()[0][-1].name == "c"


def test_a_task_that_was_withdrawn_measures_nothing(tmp_path: Path, measured: List[str]) -> None:
    first, second = new_chunks(tmp_path, 2)
    for chunk in (first, second):
        chunk.write(JOBS)
    first.withdraw()
    first.measure()
    assert measured == [] and open_chunks(tmp_path) == [second]


def test_a_batch_with_jobs_in_a_queue_does_not_go_on_without_it(tmp_path: Path) -> None:
    refuse_open_jobs(tmp_path)
    first, second = new_chunks(tmp_path, 2)
    second.write(JOBS)
    refuse_open_jobs(tmp_path)
    assert second.name_in_queue() == "", "the queue has not taken it"
    record_job(second.folder, "12_")
    assert second.name_in_queue() == "12_1"
    with pytest.raises(OutputError, match="go on with --queue"):
        refuse_open_jobs(tmp_path)
    assert new_chunks(tmp_path, 1) == [Chunk(tmp_path / "jobs" / "00002", 0)]
