"""Reads the header of an entry, whatever its format."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from vrs.checks.entry import Entry
from vrs.entries.errors import EntryError
from vrs.entries.header_cif import entry_of_cif
from vrs.entries.header_json import entry_of_json
from vrs.entries.header_xml import entry_of_xml
from vrs.entries.identifier import entry_id
from vrs.entries.xml_root import UTF16
from vrs.maps.printing import grouped

LARGEST_HEADER = 16 * 1024 * 1024
"""Bytes; the largest headers of the archive have a few millions."""

_CIF_STARTS = (b"data_", b"#", b"loop_", b"_")
_COMPRESSED = (b"\x1f\x8b", b"BZh", b"PK")
"""Starts of gzip, bzip2 and zip files."""


def read_header(file: Path) -> Entry:
    """What the header of an entry says.

    Parameters
    ----------
    file : Path -- XML of version 3, mmCIF, or the JSON that ``vrs entry --json`` prints

    Raises
    ------
    EntryError
        If it cannot be read, is too large, or is no header of an entry.
    """
    try:
        if not file.is_file():
            file.stat()
            raise EntryError(f"{file.name} is not a file", "name the header of an entry")
        # One byte more than allowed, so that a file that grows is not read whole.
        with file.open("rb") as stream:
            content = stream.read(LARGEST_HEADER + 1)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise EntryError(f"cannot read {file.name} ({reason})", "check its name") from error
    if len(content) > LARGEST_HEADER:
        raise EntryError(
            f"{file.name} has more than {grouped(str(LARGEST_HEADER))} bytes, more than any header",
            "check that it is the header of an entry",
        )
    return parse_header(content, file.name)


# Of the same header map, values and remarks are asked for one after the other.
@lru_cache(maxsize=2)
def parse_header(content: bytes, name: str) -> Entry:
    """The entry of a header in memory; see ``read_header``."""
    start = _start(content)
    if start.startswith(b"{"):
        return entry_of_json(content, name)
    if start.startswith((b"<", *UTF16)):
        return entry_of_xml(content, name)
    if start.lower().startswith(_CIF_STARTS):
        return entry_of_cif(_text_of(content), name)
    if start.startswith(_COMPRESSED):
        raise EntryError(f"{name} is compressed", "unpack it first, as gunzip does")
    kind = "neither XML nor mmCIF nor JSON" if content.strip() else "empty"
    raise EntryError(f"{name} is {kind}, and no header of an entry", "use emd-N.xml of the entry")


def _start(content: bytes) -> bytes:
    """The first bytes, without a byte order mark and white space."""
    return content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")


def _text_of(content: bytes) -> str:
    """An mmCIF file as text: UTF-8, or Latin-1, in which old ones write names."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def require_entry(entry: Entry, identifier: str, name: str) -> None:
    """Refuse the header of another entry; one that names none serves.

    Parameters
    ----------
    entry : Entry -- what the header says
    identifier : str -- the entry that it has to be of
    name : str -- the header, for the sentence

    Raises
    ------
    EntryError
    """
    if entry_id(entry.id) not in (None, identifier):
        raise EntryError(
            f"the header {name} of the archive is that of {entry.id}, not of {identifier}",
            "check the address or the folder of the archive",
        )
