"""Whether a file is text that may describe a map, rather than a map."""

from __future__ import annotations

from pathlib import Path

_FIRST_BYTES = 4096
_OTHER_ENCODINGS = (b"\xff\xfe", b"\xfe\xff")
"""Marks of UTF-16, whose letters hold zeros."""

_WEB_PAGES = (b"<!doctype html", b"<html")
_STARTS = (b"<", b"{", b"data_", b"loop_", b"_", b"#")
"""Of XML, JSON and mmCIF."""


def describes_a_map(file: Path) -> bool:
    """Whether a file begins like XML, JSON or mmCIF, such as the header of an EMDB entry.

    A map with 60 voxels a side begins with "<" too, but its header holds zeros.
    """
    with file.open("rb") as stream:
        block = stream.read(_FIRST_BYTES)
    if block.startswith(_OTHER_ENCODINGS):
        return True
    start = block.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return b"\0" not in block and start.startswith(_STARTS) and not start.startswith(_WEB_PAGES)
