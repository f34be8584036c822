"""Small files, read with a limit."""

from __future__ import annotations

import errno
from pathlib import Path

LARGEST_TEXT = 100_000_000
"""Bytes; report.json and the curves of a map have less than one million."""


def read_bounded(path: Path) -> bytes:
    """The bytes of a file of at most ``LARGEST_TEXT`` bytes.

    Raises
    ------
    OSError
        If the file cannot be read, is a pipe or device, which may never end, or is larger.
    """
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "it is not a file", str(path))
    with path.open("rb") as stream:
        content = stream.read(LARGEST_TEXT + 1)
    if len(content) > LARGEST_TEXT:
        limit = f"{LARGEST_TEXT / 1e6:.0f} MB"
        raise OSError(errno.EFBIG, f"it has more than the {limit} that are read", str(path))
    return content
