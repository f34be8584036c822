"""Looks at files that have arrived, before they get their names."""

from __future__ import annotations

import gzip
import os
import zlib
from pathlib import Path
from typing import BinaryIO

from vrs.checks.entry import Entry
from vrs.entries.answers import Interrupted
from vrs.entries.errors import EntryError
from vrs.entries.header import LARGEST_HEADER, parse_header, require_entry
from vrs.entries.progress import size
from vrs.maps.errors import MapError
from vrs.maps.header import HEADER_BYTES, MODES, is_identified
from vrs.maps.header import parse_header as parse_map_header
from vrs.maps.opening import CHUNK_BYTES, opened

_GZIP = b"\x1f\x8b"
LARGEST_MAP = 200_000_000_000
"""Bytes; the largest maps of the archive have some tens of gigabytes."""

_HEADER_OF_MAP = 1_000_000
"""Bytes that a map file may have beside its voxels of 4 bytes."""
_OVERHEAD = 256
"""A file that cannot be compressed grows by less than one byte in so many."""


def most_bytes(entry: Entry) -> int:
    """Bytes that the map of an entry may have, compressed or not.

    Raises
    ------
    EntryError
        If the header does not state the box, or one that no map has.
    """
    if entry.box is None:
        raise EntryError(
            f"the header of {entry.id} does not state the size of its map",
            "give the map file, with --entry and the header",
        )
    x, y, z = entry.box
    voxels = 4 * x * y * z
    if voxels > LARGEST_MAP:
        raise EntryError(
            f"the header of {entry.id} states a box of {_box(entry)} voxels, more than the "
            f"{size(LARGEST_MAP)} that a map may have",
            "fetch the map yourself and give it, with --entry and the header",
        )
    return voxels + voxels // _OVERHEAD + _HEADER_OF_MAP


def require_header(file: Path, identifier: str, name: str) -> Entry:
    """What a header that has arrived says; one that was packed on the way is unpacked.

    Parameters
    ----------
    file : Path -- where it is
    identifier : str -- the entry that it has to be of
    name : str -- its name in the archive, for messages

    Raises
    ------
    EntryError
        If it is something else, or the header of another entry.
    """
    content = file.read_bytes()
    if content.startswith(_GZIP):
        too_large = EntryError(
            f"the header {name} of the archive unpacks to more than {size(LARGEST_HEADER)}, as no "
            "header does",
            "check the address of the archive",
        )
        unpack(file, LARGEST_HEADER, too_large)
        content = file.read_bytes()
    entry = parse_header(content, name)
    require_entry(entry, identifier, name)
    return entry


def require_map(file: Path, entry: Entry, name: str) -> None:
    """Refuse a map that is cut off, damaged, or holds more than it may.

    Parameters
    ----------
    file : Path -- where it is
    entry : Entry -- what the header says
    name : str -- its name in the archive, for messages

    Raises
    ------
    Interrupted
        If it is damaged; to be fetched again.
    EntryError
        If it is something else, or larger than the entry says.
    """
    limit = most_bytes(entry)
    try:
        if _starts(file).startswith(_GZIP):
            unpack(file, limit, _larger(entry, name, limit))
        _require_plain_or_packed_once(file, entry, name, limit)
    except MapError as error:
        raise Interrupted("the map arrived damaged") from error


def _starts(file: Path) -> bytes:
    """The first bytes of a map file, unpacked once."""
    with opened(file) as stream:
        return stream.read(HEADER_BYTES)


def _require_plain_or_packed_once(file: Path, entry: Entry, name: str, limit: int) -> None:
    with opened(file) as stream:
        start = stream.read(HEADER_BYTES)
        if not is_identified(start):
            page = start.lstrip()[:1] == b"<"
            raise EntryError(
                f"the archive sent {'a page' if page else 'something else'} in the place of "
                f"the map {name}",
                "check the address of the archive, and whether the network asks for a login",
            )
        needed = _whole(start, name)
        while stream.read(CHUNK_BYTES):
            if stream.position > limit:
                raise _larger(entry, name, limit)
        if stream.position < needed:
            raise Interrupted(
                f"the map ends after {size(stream.position)} of the {size(needed)} that its own "
                "header states"
            )


def _whole(start: bytes, name: str) -> int:
    """Bytes of a map with this header; only those of the header for values of another kind."""
    header = parse_map_header(start, name)
    return header.data_offset + (header.data_bytes if header.mode in MODES else 0)


def unpack(file: Path, limit: int, too_large: EntryError) -> None:
    """Replace a gzip file by its content.

    Servers mark files as packed that they did not pack, and the other way round: what the file
    holds decides.

    Raises
    ------
    Interrupted
        If it is damaged.
    EntryError
        ``too_large``, if it holds more bytes than ``limit``.
    """
    unpacked = file.with_name(f"{file.name}.unpacked")
    try:
        with file.open("rb") as packed, unpacked.open("wb") as stream:
            _unpack(packed, stream, limit, too_large)
        os.replace(unpacked, file)
    finally:
        unpacked.unlink(missing_ok=True)


def _unpack(packed: BinaryIO, stream: BinaryIO, limit: int, too_large: EntryError) -> None:
    seen = 0
    try:
        with gzip.GzipFile(fileobj=packed) as content:
            for chunk in iter(lambda: content.read(CHUNK_BYTES), b""):
                seen += len(chunk)
                if seen > limit:
                    raise too_large
                stream.write(chunk)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise Interrupted("the file arrived damaged") from error


def _larger(entry: Entry, name: str, limit: int) -> EntryError:
    return EntryError(
        f"{name} unpacks to more than the {size(limit)} of the box in the header of {entry.id}, "
        f"{_box(entry)} voxels",
        "if you trust the map, fetch it yourself and give it, with --entry and the header",
    )


def _box(entry: Entry) -> str:
    return " x ".join(map(str, entry.box or ()))
