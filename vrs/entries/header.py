"""Reads the header of an entry, whatever its format."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from vrs.checks.entry import Entry
from vrs.entries.errors import EntryError
from vrs.entries.header_cif import entry_of_cif
from vrs.entries.header_xml import entry_of_xml
from vrs.maps.printing import grouped

LARGEST_HEADER = 64 * 1024 * 1024
"""Bytes; the largest headers of the archive have a few millions."""

_CIF_STARTS = (b"data_", b"#", b"loop_", b"_")


def read_header(file: Path) -> Entry:
    """What the header of an entry says.

    Parameters
    ----------
    file : Path -- XML of version 3, or mmCIF

    Raises
    ------
    EntryError
        If it cannot be read, is too large, or is no header of an entry.
    """
    try:
        size = file.stat().st_size
        if size > LARGEST_HEADER:
            raise EntryError(
                f"{file.name} has {grouped(str(size))} bytes, more than any header "
                f"({grouped(str(LARGEST_HEADER))})",
                "check that it is the header of an entry",
            )
        content = file.read_bytes()
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise EntryError(f"cannot read {file.name} ({reason})", "check its name") from error
    return parse_header(content, file.name)


def parse_header(content: bytes, name: str) -> Entry:
    """The entry of a header in memory; see ``read_header``."""
    start = _start(content)
    if start.startswith(b"{"):
        return _entry_of_json(content, name)
    if start.startswith(b"<"):
        return entry_of_xml(content, name)
    if start.startswith(_CIF_STARTS):
        return entry_of_cif(content.decode("utf-8", errors="replace"), name)
    raise EntryError(
        f"{name} is neither XML nor mmCIF nor JSON, so it is no header of an entry",
        "use emd-N.xml of the entry",
    )


def _start(content: bytes) -> bytes:
    """The first bytes, without a byte order mark and white space."""
    return content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")


def _entry_of_json(content: bytes, name: str) -> Entry:
    """What ``vrs entry --json`` printed."""
    try:
        return msgspec.json.decode(content, type=Entry)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise EntryError(
            f"{name} is not what vrs entry --json prints ({error})", "print it again"
        ) from error
