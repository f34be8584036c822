"""Files of the archive that were fetched, kept with their dates and checksums."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Dict, List, Optional

import msgspec

from vrs.maps.errors import OutputError
from vrs.maps.source import sha256_of
from vrs.maps.whole_file import write_whole

RECORD = "record.json"
DEFAULT_LIMIT = 20_000_000_000
"""Bytes of the cache; the entries used longest ago are removed first."""


class CachedFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file that was fetched.

    Attributes
    ----------
    url : str -- Where it came from.
    sha256 : str -- Checksum.
    bytes : int -- Size.
    fetched : str -- Date and time in UTC: "2026-11-28T08:00:00Z".
    """

    url: str
    sha256: str
    bytes: int
    fetched: str


class CachedEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The files of an entry.

    Attributes
    ----------
    id : str -- "EMD-3488".
    files : dict -- By name.
    """

    id: str
    files: Dict[str, CachedFile] = {}

    @property
    def bytes(self) -> int:
        """Bytes of all files."""
        return sum(file.bytes for file in self.files.values())


def default_folder() -> Path:
    """The folder of the cache: $VRS_EMDB_CACHE, else among the caches of the user's programs."""
    named = os.environ.get("VRS_EMDB_CACHE")
    if named:
        return Path(named).expanduser().absolute()
    caches = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return Path(caches) / "scipion-em-vrs" / "emdb"


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

    def known(self, identifier: str, name: str) -> Optional[CachedFile]:
        """The record of a complete file; None if it is absent or was changed."""
        record = self.entry(identifier).files.get(name)
        file = self.file(identifier, name)
        if record is None or not file.is_file() or file.stat().st_size != record.bytes:
            return None
        return record

    def entry(self, identifier: str) -> CachedEntry:
        """The record of an entry, without files if it has none or is damaged."""
        try:
            content = self.file(identifier, RECORD).read_bytes()
            return msgspec.json.decode(content, type=CachedEntry)
        except (FileNotFoundError, NotADirectoryError, msgspec.MsgspecError):
            return CachedEntry(identifier)

    def record(self, identifier: str, name: str, url: str) -> CachedFile:
        """Record a file that is complete, and remove entries beyond the limit."""
        file = self.file(identifier, name)
        now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        found = CachedFile(url, sha256_of(file), file.stat().st_size, now)
        files = {**self.entry(identifier).files, name: found}
        content = msgspec.json.encode(CachedEntry(identifier, files))
        write_whole(self.file(identifier, RECORD), msgspec.json.format(content))
        self._shrink(keep=identifier)
        return found

    def use(self, identifier: str) -> None:
        """Note that an entry was used, so that it is not the first to be removed."""
        os.utime(self.file(identifier, RECORD))

    def entries(self) -> List[CachedEntry]:
        """All entries, those used longest ago first."""
        if not self.folder.is_dir():
            return []
        records = [path / RECORD for path in self.folder.iterdir() if (path / RECORD).is_file()]
        ordered = sorted(records, key=lambda record: record.stat().st_mtime)
        return [self.entry(record.parent.name) for record in ordered]

    def clear(self, identifiers: Optional[List[str]] = None) -> List[CachedEntry]:
        """Remove entries, all by default; returns what was removed.

        Nothing that the cache did not record is deleted but unfinished transfers.
        """
        chosen = [
            entry for entry in self.entries() if identifiers is None or entry.id in identifiers
        ]
        for entry in chosen:
            self._remove(entry)
        return chosen

    def _remove(self, entry: CachedEntry) -> None:
        folder = self.folder / entry.id
        for name in [*entry.files, RECORD]:
            (folder / name).unlink(missing_ok=True)
        for part in folder.glob(".*.part"):
            part.unlink(missing_ok=True)
        if not any(folder.iterdir()):
            folder.rmdir()

    def _shrink(self, keep: str) -> None:
        entries = self.entries()
        total = sum(entry.bytes for entry in entries)
        for entry in entries:
            if total <= self.limit:
                return
            if entry.id != keep:
                self._remove(entry)
                total -= entry.bytes


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
            f"the cache of entries, {folder}, cannot be made ({error.strerror})",
            "choose another folder with VRS_EMDB_CACHE",
        ) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise OutputError(
            f"the cache of entries, {folder}, cannot be written",
            "choose another folder with VRS_EMDB_CACHE",
        )


def age_in_days(file: CachedFile) -> float:
    """Days since a file was fetched."""
    fetched = datetime.strptime(file.fetched, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
    return (time.time() - fetched.timestamp()) / 86400
