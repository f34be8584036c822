"""Calls that may never return, made in a thread that is left behind if they do not.

A library for requests limits the time until the next byte. A server that sends a byte now and then
where no content is counted (the head of an answer, the size of a chunk) would hold it for ever, and
so would a name server that is silent.
"""

from __future__ import annotations

from queue import Empty, SimpleQueue
from threading import Thread
from types import TracebackType
from typing import Any, Callable, Optional, Tuple, Type, TypeVar

Result = TypeVar("Result")


class TookTooLong(Exception):
    """The call has not returned in time."""


class Aside:
    """A thread that makes one call after another.

    Examples
    --------
    >>> with Aside() as aside:
    ...     aside.call(lambda: 1 + 1, seconds=10)
    2
    """

    def __init__(self) -> None:
        self._calls: SimpleQueue[Optional[Callable[[], Any]]] = SimpleQueue()
        self._results: SimpleQueue[Tuple[Any, Optional[BaseException]]] = SimpleQueue()
        # The end of the program does not wait for a daemon.
        Thread(target=self._work, daemon=True).start()

    def call(self, function: Callable[[], Result], seconds: float) -> Result:
        """What the function returns, or its exception.

        Raises
        ------
        TookTooLong
            If it has not returned in time; no other call may follow.
        """
        self._calls.put(function)
        try:
            result, error = self._results.get(timeout=seconds)
        except Empty:
            raise TookTooLong from None
        if error is not None:
            raise error
        return result  # type: ignore[no-any-return]

    def later(self, function: Callable[[], object]) -> None:
        """Make a call after the others, for which nobody waits."""
        self._calls.put(function)

    def __enter__(self) -> Aside:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self._calls.put(None)

    def _work(self) -> None:
        for function in iter(self._calls.get, None):
            try:
                self._results.put((function(), None))
            except BaseException as error:  # noqa: BLE001  (it is raised where the caller waits)
                self._results.put((None, error))
