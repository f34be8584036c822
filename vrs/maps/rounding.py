"""Results that do not depend on the number of threads."""

from __future__ import annotations

from contextlib import contextmanager
from functools import lru_cache
from typing import Iterator

from threadpoolctl import ThreadpoolController


@contextmanager
def rounded_alike() -> Iterator[None]:
    """Inside, products of matrices round the same however many threads there are.

    The library behind them adds in another order with other threads, which changes the last digits
    of a resampled map. One thread serves it there; the transforms of this package keep all theirs.
    """
    with libraries_with_threads().limit(limits=1, user_api="blas"):
        yield


@lru_cache(maxsize=None)
def libraries_with_threads() -> ThreadpoolController:
    """The libraries that have threads of their own, among those loaded at the first call.

    They are looked for once, as that takes longer than the start of a copied process.
    """
    return ThreadpoolController()
