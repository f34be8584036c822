"""Maps as job arrays: how many are in a task, and the limits of time and memory of an array."""

from __future__ import annotations

import math
from itertools import groupby
from typing import Dict, List, NamedTuple, Optional, Sequence, Tuple

from vrs.batch.task import Job

TASK_SECONDS = 900.0
"""A task has maps for so long, by their forecasts, so that starting it takes little beside."""

START_SECONDS = 60.0
"""What a task may take before its first map: libraries over a network."""

SLOWER = 4.0
"""A node may be so many times slower than the computer on which the costs were measured."""

FEWEST_MINUTES = 10
MORE_MEMORY = 1.3
"""Than forecast; a job with more than its limit is killed."""

FEWEST_MEGABYTES = 1024
_STEP_MEGABYTES = 512


class Array(NamedTuple):
    """The tasks of a job array, each with its maps.

    Attributes
    ----------
    minutes, megabytes : int -- limits of each task
    chunks : list of list of Job
    """

    minutes: int
    megabytes: int
    chunks: List[List[Job]]


def arrays_of(jobs: Sequence[Job], maps: Optional[int], largest: int) -> List[Array]:
    """Put maps into tasks, and tasks into arrays.

    An array has one limit of memory: maps that need much have arrays of their own, so that small
    ones do not wait for large nodes. A map whose task was lost is alone in the next one.

    Parameters
    ----------
    jobs : sequence of Job
    maps : int or None -- in each task; by default as many as take ``TASK_SECONDS``
    largest : int -- most tasks of an array
    """
    classes: Dict[Tuple[int, int], List[Job]] = {}
    for job in jobs:
        classes.setdefault((_memory_class(job), job.tries), []).append(job)
    arrays = []
    for (_, tries), alike in sorted(classes.items()):
        chunks = _chunks(alike, 1 if tries else maps)
        for start in range(0, len(chunks), largest):
            arrays.append(_array(chunks[start : start + largest]))
    return arrays


def _array(chunks: List[List[Job]]) -> Array:
    """An array of these tasks, with limits that are enough for each of them."""
    memory = MORE_MEMORY * max(job.memory for chunk in chunks for job in chunk) / 2**20
    steps = math.ceil(max(memory, FEWEST_MEGABYTES) / _STEP_MEGABYTES)
    seconds = max(sum(job.seconds for job in chunk) for chunk in chunks)
    minutes = math.ceil((START_SECONDS + SLOWER * seconds) / 60)
    more = 2 ** max(job.tries for chunk in chunks for job in chunk)
    return Array(max(minutes, FEWEST_MINUTES * more), steps * _STEP_MEGABYTES, chunks)


def _memory_class(job: Job) -> int:
    """Maps of one class differ at most by a factor of 2 in memory."""
    return math.ceil(math.log2(max(job.memory, 2.0**30)))


def _chunks(jobs: Sequence[Job], maps: Optional[int]) -> List[List[Job]]:
    if maps:
        return [list(jobs[start : start + maps]) for start in range(0, len(jobs), maps)]
    ends, total = [], 0.0
    for job in jobs:
        total += job.seconds
        ends.append(math.floor((total - job.seconds / 2) / TASK_SECONDS))
    numbered = groupby(zip(ends, jobs), key=lambda pair: pair[0])
    return [[job for _, job in group] for _, group in numbered]
