"""The files of an entry, from a mirror folder or from the archive by way of the cache."""

from __future__ import annotations

import gzip
import os
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Optional, Union

from vrs.checks.entry import Entry
from vrs.entries.archive import PUBLIC_ARCHIVE, Mirror, header_paths, map_path
from vrs.entries.cache import Cache, age_in_days, default_folder, require_writable
from vrs.entries.download import NotInArchive, Patience, Progress, WebArchive, no_progress, size
from vrs.entries.errors import EntryError
from vrs.entries.header import LARGEST_HEADER, parse_header, read_header

VARIABLE = "VRS_EMDB"
"""Environment variable with a mirror folder or the address of an archive."""

HEADER_DAYS = 7.0
"""A header older than this is fetched again; where that fails, the old one serves."""

_CHUNK = 1 << 20
_HEADER_OF_MAP = 1_000_000
"""Bytes that a map file may have beside its voxels of 4 bytes."""


@dataclass(frozen=True)
class Archived:
    """The archive by way of a cache.

    Attributes
    ----------
    web : WebArchive
    cache : Cache
    """

    web: WebArchive
    cache: Cache

    def header(self, identifier: str) -> Path:
        """The file of a header; raises EntryError if it cannot be had."""
        require_writable(self.cache.folder)
        names = [path.name for path in header_paths(identifier)]
        kept = [name for name in names if self.cache.known(identifier, name)]
        fresh = [
            name
            for name in kept
            if age_in_days(self.cache.entry(identifier).files[name]) <= HEADER_DAYS
        ]
        if fresh:
            return self._used(identifier, fresh[0])
        try:
            return self._fetch_header(identifier)
        except NotInArchive:
            raise
        except EntryError:
            if not kept:
                raise
            return self._used(identifier, kept[0])

    def _fetch_header(self, identifier: str) -> Path:
        for path in header_paths(identifier):
            file = self.cache.file(identifier, path.name)
            incoming = file.with_name(f"{file.name}.new")
            try:
                self.web.fetch(str(path), incoming, LARGEST_HEADER)
            except NotInArchive:
                continue
            # Only what is a header takes the place of an earlier one.
            try:
                parse_header(incoming.read_bytes(), file.name)
                os.replace(incoming, file)
            finally:
                incoming.unlink(missing_ok=True)
            self.cache.record(identifier, path.name, f"{self.web.base}/{path}")
            return file
        raise NotInArchive(
            f"the archive at {self.web.base} has no entry {identifier}", "check the identifier"
        )

    def map(self, identifier: str) -> Path:
        """The file of the primary map; raises EntryError if it cannot be had."""
        path = map_path(identifier)
        entry = read_header(self.header(identifier))
        record = self.cache.known(identifier, path.name)
        if record and (entry.updated or "") <= record.fetched:
            return self._used(identifier, path.name)
        file = self.cache.file(identifier, path.name)
        self.web.fetch(str(path), file, _most_bytes(entry))
        try:
            require_whole(file, _most_bytes(entry))
        except EntryError:
            file.unlink()
            raise
        self.cache.record(identifier, path.name, f"{self.web.base}/{path}")
        return file

    def _used(self, identifier: str, name: str) -> Path:
        self.cache.use(identifier)
        return self.cache.file(identifier, name)


Source = Union[Mirror, Archived]


def _most_bytes(entry: Entry) -> int:
    """Bytes that the map of an entry may have, compressed or not."""
    if entry.box is None:
        raise EntryError(f"the header of {entry.id} does not state the size of its map")
    x, y, z = entry.box
    return 4 * x * y * z + _HEADER_OF_MAP


def require_whole(file: Path, most_bytes: int) -> None:
    """Refuse a gzip file that is cut off, damaged, or holds more than it may.

    Raises
    ------
    EntryError
    """
    seen = 0
    try:
        with gzip.open(file) as stream:
            while True:
                chunk = stream.read(_CHUNK)
                seen += len(chunk)
                if not chunk:
                    return
                if seen > most_bytes:
                    raise EntryError(
                        f"{file.name} unpacks to more than the {size(most_bytes)} that its header "
                        "allows",
                        "check that the address is that of the archive",
                    )
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise EntryError(
            f"{file.name} is not a complete gzip file", "fetch it again"
        ) from error


def source_of_entries(
    place: str = "", patience: Optional[Patience] = None, progress: Progress = no_progress
) -> Source:
    """The mirror or archive that is configured.

    Parameters
    ----------
    place : str -- a folder, or an address that begins with http; by default $VRS_EMDB, else the
        archive's public address
    """
    chosen = place or os.environ.get(VARIABLE, "") or PUBLIC_ARCHIVE
    if chosen.startswith(("https://", "http://")):
        web = WebArchive(chosen.rstrip("/"), patience or Patience(), progress)
        return Archived(web, Cache(default_folder()))
    return Mirror(Path(chosen).expanduser().absolute())
