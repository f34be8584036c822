"""Results that do not depend on the number of threads."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Iterator

from threadpoolctl import threadpool_limits


@contextmanager
def rounded_alike() -> Iterator[None]:
    """Inside, products of matrices round the same however many threads there are.

    The library behind them adds in another order with other threads, which changes the last digits
    of a resampled map. One thread serves it there; the transforms of this package keep all theirs.
    """
    with threadpool_limits(1, user_api="blas"):
        yield
