"""The threads of a form: a field for their number, and computing with no more of them."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import Any, Iterator

from threadpoolctl import threadpool_limits

THREADS = 2
"""Of a new form: checks are run beside each other, and Scipion may send more to a queue."""

VARIABLE = "VRS_THREADS"
"""Threads of a run that ``vrs report`` or ``vrs run`` starts, which share the cores."""


def add_threads(form: Any) -> None:
    """The field for the threads, which a queue is asked for too."""
    form.addParallelSection(threads=THREADS, mpi=0)
    form.getParam("numberOfThreads").help.set(
        "Cores that this run uses, also in a queue, which is asked for as many. More are faster "
        "for large maps; the results do not depend on their number."
    )


@contextmanager
def limited_threads(count: int) -> Iterator[None]:
    """Compute with so many threads inside, unless the program that started the run chose before."""
    if VARIABLE in os.environ:
        yield
        return
    os.environ[VARIABLE] = str(max(1, count))
    try:
        with threadpool_limits(max(1, count)):
            yield
    finally:
        del os.environ[VARIABLE]
