"""What the cache records of the files of an entry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Dict

import msgspec

from vrs.entries.part import Version

_TIME = "%Y-%m-%dT%H:%M:%SZ"


def now() -> str:
    """The time in UTC, as it is recorded."""
    return datetime.now(timezone.utc).strftime(_TIME)


class CachedFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file that was fetched.

    Attributes
    ----------
    url : str -- Where it came from.
    sha256 : str -- Checksum.
    bytes : int -- Size.
    fetched : str -- Date and time in UTC: "2026-11-28T08:00:00Z".
    etag : str -- By what the archive names this version, "" if it does not.
    """

    url: str
    sha256: str
    bytes: int
    fetched: str
    etag: str = ""

    @property
    def version(self) -> Version:
        """What the archive need not send again."""
        return Version(self.url, self.etag)

    @property
    def age(self) -> float:
        """Days since it was fetched; a clock that was wrong makes no date in the future new."""
        fetched = datetime.strptime(self.fetched, _TIME).replace(tzinfo=timezone.utc)
        return abs((datetime.now(timezone.utc) - fetched).total_seconds()) / 86400

    def __post_init__(self) -> None:
        datetime.strptime(self.fetched, _TIME)


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The record of an entry in the cache.

    Attributes
    ----------
    files : dict -- Its complete files, by name.
    """

    files: Dict[str, CachedFile] = {}

    def __post_init__(self) -> None:
        # A damaged record must not name files elsewhere, which would be removed with the entry.
        for name in self.files:
            if not name.isprintable() or Path(name).name != name or name in ("", ".."):
                raise ValueError(f"{name!r} is not the name of a file")


@dataclass(frozen=True)
class CachedEntry:
    """An entry in the cache.

    Attributes
    ----------
    id : str -- "EMD-3488"
    files : dict -- its complete files, by name
    unfinished : int -- bytes of transfers that were interrupted, or whose record is damaged
    """

    id: str
    files: Dict[str, CachedFile]
    unfinished: int

    @property
    def bytes(self) -> int:
        """Bytes of everything."""
        return sum(file.bytes for file in self.files.values()) + self.unfinished
