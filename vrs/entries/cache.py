"""Files of the archive that were fetched, kept with their dates and checksums."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Dict, List, Optional, Sequence, Tuple

import msgspec

from vrs.entries import entry_lock
from vrs.entries.archive import header_paths, map_paths
from vrs.entries.cached import CachedEntry, CachedFile, Record, now
from vrs.entries.identifier import entry_id
from vrs.entries.part import Version
from vrs.maps.bounded_file import read_bounded
from vrs.maps.errors import MapError, OutputError
from vrs.maps.source import sha256_of
from vrs.maps.whole_file import write_whole

RECORD = "record.json"
DEFAULT_LIMIT = 20_000_000_000
"""Bytes of the cache; the entries used longest ago are removed first."""

ANOTHER_FOLDER = "choose another folder with VRS_EMDB_CACHE"


def default_folder() -> Path:
    """The folder of the cache: $VRS_EMDB_CACHE, else among the caches of the user's programs."""
    named = os.environ.get("VRS_EMDB_CACHE")
    if named:
        return Path(named).expanduser().absolute()
    caches = Path(os.environ.get("XDG_CACHE_HOME") or "")
    if not caches.is_absolute():
        caches = Path(os.path.expanduser("~/.cache"))
    return caches / "scipion-em-vrs" / "emdb"


@dataclass(frozen=True)
class Cache:
    """A folder with a folder per entry, each with a record of its files.

    Attributes
    ----------
    folder : Path
    limit : int -- bytes that the cache may take
    """

    folder: Path
    limit: int = DEFAULT_LIMIT

    def file(self, identifier: str, name: str) -> Path:
        """Where a file of an entry is, or would be."""
        return self.folder / identifier / name

    def known(self, identifier: str, name: str, url: str) -> Optional[CachedFile]:
        """The record of a file from this address; None if it is absent, or was changed since."""
        record = self._files(identifier).get(name)
        file = self.file(identifier, name)
        if record is None or record.url != url or not os.path.isfile(file):
            return None
        try:
            whole = file.stat().st_size == record.bytes and _checksum_of(file) == record.sha256
        except (OSError, MapError):
            # One that may not be read does not serve.
            return None
        return record if whole else None

    def record(self, identifier: str, name: str, version: Version) -> None:
        """Record a file that is complete, and remove entries beyond the limit."""
        file = self.file(identifier, name)
        amount, checksum = file.stat().st_size, _checksum_of(file)
        found = CachedFile(version.url, checksum, amount, now(), version.etag)
        content = msgspec.json.encode(Record({**self._files(identifier), name: found}))
        write_whole(self.file(identifier, RECORD), msgspec.json.format(content))
        self._shrink()

    def use(self, identifier: str) -> None:
        """Keep an entry from being removed while this process runs, and as one of the last."""
        entry_lock.use(self.folder, identifier)
        # A cache that somebody else fills may be read.
        with suppress(OSError):
            os.utime(self.file(identifier, RECORD))

    def entries(self) -> List[CachedEntry]:
        """All entries, those used longest ago first.

        Raises
        ------
        OutputError
            If the folder cannot be read.
        """
        try:
            names = [name for name in os.listdir(self.folder) if entry_id(name) == name]
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as error:
            raise OutputError(
                f"the cache of entries, {self.folder}, cannot be read ({error.strerror})",
                ANOTHER_FOLDER,
            ) from error
        folders = [path for path in map(self.folder.joinpath, names) if os.path.isdir(path)]
        ordered = sorted((_last_use(path), path.name) for path in folders)
        entries = [self.entry(name) for _, name in ordered]
        return [entry for entry in entries if entry.files or entry.unfinished]

    def entry(self, identifier: str) -> CachedEntry:
        """What the cache has of an entry."""
        unfinished = sum(part.lstat().st_size for part in self._leftovers(identifier))
        return CachedEntry(identifier, self._files(identifier), unfinished)

    def clear(
        self, identifiers: Optional[Sequence[str]] = None
    ) -> Tuple[List[CachedEntry], List[CachedEntry]]:
        """Remove entries, all by default, but those that a process uses.

        Nothing is deleted that the cache did not record, except for unfinished transfers.

        Returns
        -------
        tuple of 2 lists -- what was removed, and what was not since it is used

        Raises
        ------
        OutputError
            If a file cannot be removed.
        """
        removed: List[CachedEntry] = []
        kept: List[CachedEntry] = []
        for entry in self.entries():
            if identifiers is None or entry.id in identifiers:
                with entry_lock.removing(self.folder, entry.id) as free:
                    # Where there are no locks, the user knows.
                    if free is not False:
                        self._remove_or_refuse(entry)
                    (kept if free is False else removed).append(entry)
        return removed, kept

    def _files(self, identifier: str) -> Dict[str, CachedFile]:
        """The records of the files of an entry; none if it has none or is damaged."""
        return self._record(identifier) or {}

    def _record(self, identifier: str) -> Optional[Dict[str, CachedFile]]:
        """The records of the files of an entry; None if they cannot be read."""
        try:
            content = read_bounded(self.file(identifier, RECORD))
            return msgspec.json.decode(content, type=Record).files
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
            return None

    def _leftovers(self, identifier: str) -> List[Path]:
        """Unfinished transfers, and the files whose record is damaged, by their usual names."""
        folder = self.folder / identifier
        files = [part for part in folder.glob(".*.part*") if part.is_symlink() or part.is_file()]
        if os.path.lexists(folder / RECORD) and self._record(identifier) is None:
            usual = (*header_paths(identifier), *map_paths(identifier))
            files += [file for path in usual if os.path.isfile(file := folder / path.name)]
        return files

    def _remove_or_refuse(self, entry: CachedEntry) -> None:
        try:
            self._remove(entry)
        except OSError as error:
            place = error.filename or self.folder / entry.id
            raise OutputError(
                f"{place} cannot be removed ({error.strerror})", "ask its owner to remove it"
            ) from error

    def _remove(self, entry: CachedEntry) -> None:
        folder = self.folder / entry.id
        # The record last: without it nobody knows the others.
        for file in [*self._leftovers(entry.id), *map(folder.joinpath, (*entry.files, RECORD))]:
            # A folder or a missing file is none that the cache wrote.
            if os.path.isfile(file) or os.path.islink(file):
                file.unlink()
        if not any(folder.iterdir()):
            folder.rmdir()

    def _shrink(self) -> None:
        """Remove the entries used longest ago, but none that a process uses."""
        entries = self.entries()
        total = sum(entry.bytes for entry in entries)
        for entry in entries:
            if total <= self.limit:
                return
            with entry_lock.removing(self.folder, entry.id) as free:
                if free:
                    # What another user put there may stay.
                    with suppress(OSError):
                        self._remove(entry)
                        total -= entry.bytes


def _checksum_of(file: Path) -> str:
    """The checksum of a file, which one command asks for several times."""
    status = file.stat()
    return _checksum(file, status.st_ino, status.st_mtime_ns)


@lru_cache(maxsize=16)
def _checksum(file: Path, inode: int, changed: int) -> str:
    return sha256_of(file)


def _last_use(folder: Path) -> float:
    record = folder / RECORD
    return (record if os.path.isfile(record) else folder).stat().st_mtime


def require_writable(folder: Path) -> None:
    """Refuse a folder in which nothing can be kept.

    Raises
    ------
    OutputError
        If it cannot be made or written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"the cache of entries, {folder}, cannot be made ({error.strerror})", ANOTHER_FOLDER
        ) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise OutputError(f"the cache of entries, {folder}, cannot be written", ANOTHER_FOLDER)
