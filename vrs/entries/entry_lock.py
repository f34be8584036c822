"""Locks of an entry in the cache: one process fetches it, and none removes what another uses.

The system unlocks a file when the process ends, however it ends. The files of the locks stay: a
lock on a file that somebody removed protects nothing.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Callable, Dict, Iterator, Optional

FOLDER = ".locks"

_used: Dict[Path, int] = {}
"""Descriptors of the locks of entries that this process uses."""


@contextmanager
def fetching(cache: Path, identifier: str, wait: Callable[[], None]) -> Iterator[None]:
    """Alone with an entry among all processes.

    Parameters
    ----------
    cache : Path -- folder of the cache
    identifier : str
    wait : function -- called once if another process fetches the entry now
    """
    descriptor = _open(cache, f"{identifier}.fetched")
    if descriptor is None:
        yield
        return
    try:
        if _lock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB) is False:
            wait()
            _lock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def use(cache: Path, identifier: str) -> None:
    """Keep an entry from being removed until this process and its copies have ended."""
    file = cache / FOLDER / f"{identifier}.used"
    if file in _used:
        return
    descriptor = _open(cache, file.name)
    if descriptor is not None:
        _lock(descriptor, fcntl.LOCK_SH)
        _used[file] = descriptor


@contextmanager
def removing(cache: Path, identifier: str) -> Iterator[Optional[bool]]:
    """Whether no process uses an entry, and none begins to; None where there are no locks."""
    descriptor = _open(cache, f"{identifier}.used")
    if descriptor is None:
        yield None
        return
    try:
        yield _lock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    finally:
        os.close(descriptor)


def _open(cache: Path, name: str) -> Optional[int]:
    """The descriptor of a lock; None if there is none and the cache cannot be written."""
    file = cache / FOLDER / name
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        return os.open(file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o666)
    # That of another user, who shares the cache.
    with suppress(OSError):
        return os.open(file, os.O_RDONLY | os.O_NOFOLLOW)
    return None


def _lock(descriptor: int, kind: int) -> Optional[bool]:
    """Whether the lock is now that of this process; None where there are no locks."""
    try:
        fcntl.flock(descriptor, kind)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True
