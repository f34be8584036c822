"""The files of an entry from the archive, by way of the cache."""

from __future__ import annotations

import errno
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Iterator, NamedTuple, Optional, Sequence

from vrs.entries import entry_lock
from vrs.entries.answers import NotInArchive
from vrs.entries.archive import header_paths, map_paths
from vrs.entries.arrived import most_bytes, require_header, require_map
from vrs.entries.cache import ANOTHER_FOLDER, Cache, require_writable
from vrs.entries.cached import CachedFile
from vrs.entries.download import WebArchive
from vrs.entries.errors import OlderSchema
from vrs.entries.header import LARGEST_HEADER, read_header
from vrs.entries.transfer import MORE_SPACE, Check
from vrs.maps.errors import OutputError, VrsError

IN_THE_WAY = (errno.EISDIR, errno.ENOTDIR, errno.EEXIST, errno.ENOENT, errno.ELOOP)
"""Errors of a place that holds something else, such as a folder or a link that leads nowhere."""

HEADER_DAYS = 7.0
"""A header older than this is fetched again; where that fails, the old one serves."""


class Kept(NamedTuple):
    """A file in the cache, with its record."""

    file: Path
    record: CachedFile


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
        """The file of a header, not older than ``HEADER_DAYS`` if the archive answers.

        Raises
        ------
        EntryError
            If it cannot be had.
        OutputError
            If it cannot be kept.
        """
        self.cache.use(identifier)
        kept = self.kept_header(identifier)
        if kept and kept.record.age <= HEADER_DAYS:
            return kept.file
        try:
            with self._alone(identifier):
                kept = self.kept_header(identifier)
                if kept and kept.record.age <= HEADER_DAYS:
                    return kept.file
                return self._fetch_header(identifier, kept)
        except VrsError as error:
            if kept is None:
                raise
            self.web.progress.note(
                f"The header of {identifier} is that of {kept.record.fetched[:10]}, as a newer one "
                f"could not be had ({error.reason})."
            )
            return kept.file

    def map(self, identifier: str) -> Path:
        """The file of the primary map, as new as its header.

        Raises
        ------
        EntryError
            If it cannot be had.
        OutputError
            If it cannot be kept.
        """
        entry = read_header(self.header(identifier))
        paths = map_paths(identifier, entry.map_file)
        kept = self._kept(identifier, paths)
        updated = entry.updated or ""
        if kept and updated <= kept.record.fetched:
            return kept.file
        with self._alone(identifier):
            kept = self._kept(identifier, paths)
            if kept and updated <= kept.record.fetched:
                return kept.file

            def check(file: Path, name: str) -> None:
                require_map(file, entry, name)

            most = most_bytes(entry)
            return self._fetch_first(self.web, identifier, "map", paths, kept, most, check)

    def _fetch_header(self, identifier: str, kept: Optional[Kept]) -> Path:
        def check(file: Path, name: str) -> None:
            require_header(file, identifier, name)

        web = replace(self.web, patience=self.web.patience.hurried()) if kept else self.web
        # The one of version 3 alone is the surest, but most entries have none of that name.
        paths = header_paths(identifier)[::-1]
        return self._fetch_first(web, identifier, "entry", paths, kept, LARGEST_HEADER, check)

    def _fetch_first(
        self,
        web: WebArchive,
        identifier: str,
        what: str,
        paths: Sequence[PurePosixPath],
        kept: Optional[Kept],
        most: int,
        check: Check,
    ) -> Path:
        """Fetch the first of several files that the archive has, unless it is what is kept."""
        older: Optional[OlderSchema] = None
        for path in paths:
            file = self.cache.file(identifier, path.name)
            known = kept.record.version if kept and kept.file == file else None
            try:
                version = web.fetch(path, file, most, check, known)
            except NotInArchive:
                continue
            except OlderSchema as error:
                older = error
                continue
            self.cache.record(identifier, path.name, version)
            return file
        if older:
            raise older
        raise NotInArchive(
            f"the archive at {web.base} has no {what} {'of ' * (what != 'entry')}{identifier}",
            "check the identifier on its page, and whether the entry is released",
        )

    def kept_header(self, identifier: str) -> Optional[Kept]:
        """The header in the cache, however old."""
        return self._kept(identifier, header_paths(identifier))

    def has(self, identifier: str) -> bool:
        """Whether header and map can be had from the cache without any request."""
        header = self.kept_header(identifier)
        if header is None or header.record.age > HEADER_DAYS:
            return False
        entry = read_header(header.file)
        kept = self._kept(identifier, map_paths(identifier, entry.map_file))
        return kept is not None and (entry.updated or "") <= kept.record.fetched

    def _kept(self, identifier: str, paths: Sequence[PurePosixPath]) -> Optional[Kept]:
        """The first of several files that the cache has from this archive."""
        for path in paths:
            record = self.cache.known(identifier, path.name, self.web.address(path))
            if record:
                return Kept(self.cache.file(identifier, path.name), record)
        return None

    @contextmanager
    def _alone(self, identifier: str) -> Iterator[None]:
        """No other process fetches the entry; what one has just fetched is in the cache."""
        require_writable(self.cache.folder)

        def wait() -> None:
            self.web.progress.note(f"Another process fetches {identifier}: waiting for it.")

        with entry_lock.fetching(self.cache.folder, identifier, wait):
            # The lock of an empty cache could not be made before.
            self.cache.use(identifier)
            try:
                yield
            except OSError as error:
                place = error.filename or self.cache.folder
                raise OutputError(
                    f"cannot write {place} ({error.strerror or error})", _advice(error)
                ) from error


def _advice(error: OSError) -> str:
    """What to do about a file that cannot be written."""
    if error.errno in IN_THE_WAY:
        return f"remove what is there, or {ANOTHER_FOLDER}"
    if error.errno == errno.EFBIG:
        return f"raise the limit on the size of files (ulimit -f), or {ANOTHER_FOLDER}"
    return MORE_SPACE if error.errno in (errno.ENOSPC, errno.EDQUOT) else ANOTHER_FOLDER
