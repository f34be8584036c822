"""Open files that only this process has: copies of it (``fork``) close them at once.

A lock would stay locked, and a pipe open, as long as any copy of a killed process lives.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Set

_descriptors: Set[int] = set()


def keep_from_copies(descriptor: int) -> int:
    """Close a file descriptor in every copy of this process; returns it."""
    _descriptors.add(descriptor)
    return descriptor


def close(descriptor: int) -> None:
    """Close a descriptor of ``keep_from_copies`` in this process."""
    _descriptors.discard(descriptor)
    os.close(descriptor)


def _close_all() -> None:
    for descriptor in _descriptors:
        with suppress(OSError):
            os.close(descriptor)
    _descriptors.clear()


os.register_at_fork(after_in_child=_close_all)
