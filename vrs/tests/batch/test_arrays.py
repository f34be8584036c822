"""Maps are put into tasks of similar memory, and each array has limits that are enough for all."""

from __future__ import annotations

from typing import List

import pytest

from vrs.batch.arrays import Array, arrays_of
from vrs.batch.task import Job, Task
from vrs.run.map_options import MapOptions

GB = 2.0**30


def job(name: str, gigabytes: float = 1.0, seconds: float = 10.0, tries: int = 0) -> Job:
    return Job(Task(name, MapOptions(name), name), gigabytes * GB, seconds, tries=tries)


def names(array: Array) -> List[List[str]]:
    return [[one.task.name for one in chunk] for chunk in array.chunks]


def test_a_task_has_the_maps_that_take_a_quarter_of_an_hour() -> None:
    jobs = [job(str(number), seconds=10) for number in range(900)]
    (array,) = arrays_of(jobs, None, 1001)
    assert [len(chunk) for chunk in array.chunks] == [90] * 10
    assert [name for chunk in names(array) for name in chunk] == [str(n) for n in range(900)]
    assert array.minutes == 61, "1 minute to start, and 4 times the forecast"


def test_a_map_that_takes_longer_has_a_task_of_its_own() -> None:
    jobs = [job("a"), job("long", seconds=5000), job("b"), job("c")]
    (array,) = arrays_of(jobs, None, 1001)
    assert names(array) == [["a"], ["long"], ["b", "c"]]
    assert array.minutes == 335


def test_the_number_of_maps_can_be_chosen_and_no_array_is_larger_than_the_queue_takes() -> None:
    arrays = arrays_of([job(str(number)) for number in range(60)], 6, 4)
    assert [len(array.chunks) for array in arrays] == [4, 4, 2]
    assert all(len(chunk) == 6 for array in arrays for chunk in array.chunks)


def test_maps_that_need_much_memory_are_in_another_array() -> None:
    small, large = arrays_of([job("a", 0.6), job("huge", 30), job("b", 0.9)], None, 1001)
    assert (names(small), names(large)) == ([["a", "b"]], [["huge"]])
    assert (small.megabytes, large.megabytes) == (1536, 39936), "1.3 times the forecast"


@pytest.mark.parametrize(("tries", "minutes"), [(0, 10), (1, 20), (2, 40)])
def test_a_lost_map_is_alone_and_has_more_time(tries: int, minutes: int) -> None:
    (array,) = arrays_of([job("a", tries=tries), job("b", tries=tries)], 2, 1001)
    assert names(array) == ([["a"], ["b"]] if tries else [["a", "b"]])
    assert array.minutes == minutes
