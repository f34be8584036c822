"""Arrays that are mapped from a file into memory."""

from __future__ import annotations

import mmap
from typing import Any


def leave_on_disk(array: Any) -> None:
    """Release the pages of a memory-mapped array from the memory of this process.

    The values stay valid: they are read again on the next access, usually from the cache of the
    system. Arrays that are not mapped, and systems that cannot release pages, are left alone.

    Parameters
    ----------
    array : ndarray, any shape and dtype -- a memory map, a view of one, or any other array
    """
    owner = array
    while owner is not None and not isinstance(owner, mmap.mmap):
        owner = getattr(owner, "base", None)
    if owner is not None and hasattr(mmap, "MADV_DONTNEED"):
        owner.madvise(mmap.MADV_DONTNEED)
