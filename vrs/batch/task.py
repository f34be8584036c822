"""What goes to a worker and comes back: a map to measure, and the end of it with its cost."""

from __future__ import annotations

from typing import Dict, NamedTuple, Tuple

import msgspec

from vrs.run.map_options import MapOptions


class Task(msgspec.Struct, frozen=True):
    """A map to measure.

    Attributes
    ----------
    name : str -- of the map in the batch
    options : MapOptions
    folder : str -- of its report
    pdf, html : bool -- whether these are written
    keep_all : bool -- measure in a Scipion project, which is kept with the maps
    threads : int -- cores to use
    """

    name: str
    options: MapOptions
    folder: str
    pdf: bool = True
    html: bool = True
    keep_all: bool = False
    threads: int = 1


class Cost(msgspec.Struct, frozen=True):
    """What a map took.

    Attributes
    ----------
    seconds, cpu : float -- of the clock, and of all processors, with the programs it started
    memory : int -- largest resident memory of the process in bytes
    stages : dict of str to (float, int) -- seconds of the processors and memory of each step
    """

    seconds: float
    cpu: float
    memory: int
    stages: Dict[str, Tuple[float, int]] = {}


class Done(msgspec.Struct, frozen=True):
    """The end of a task: why there is no report ("" if there is one), and what it took."""

    name: str
    reason: str
    cost: Cost


NO_LIMIT = 1e9
"""Seconds; a number, as JSON has no infinity."""


class Job(NamedTuple):
    """A task with what it is expected to take.

    Attributes
    ----------
    task : Task
    memory : float -- bytes
    seconds : float -- of one processor
    limit : float -- seconds after which it is given up
    tries : int -- how often it was begun
    """

    task: Task
    memory: float
    seconds: float = 0.0
    limit: float = NO_LIMIT
    tries: int = 0
