"""The part of a file that has arrived, and from which version of it."""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, Optional

import msgspec

from vrs.maps.whole_file import write_whole


class Version(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """By what a server names a version of a file.

    Attributes
    ----------
    url : str -- Where the file is.
    etag : str -- Its entity tag, "" if the server gives none.
    modified : str -- When it was changed, as the server writes it, or "".
    total : int or None -- Bytes of the whole file.
    """

    url: str
    etag: str = ""
    modified: str = ""
    total: Optional[int] = None

    def __post_init__(self) -> None:
        if self.total is not None and self.total < 0:
            raise ValueError("a file has no negative size")

    @property
    def condition(self) -> str:
        """The value of If-Range, "" if nothing surely names the version."""
        named = self.modified if self.etag.startswith("W/") else self.etag or self.modified
        return named if named.isascii() and named.isprintable() else ""

    @property
    def unless(self) -> Dict[str, str]:
        """What asks a server for the file unless it still has this version; maybe nothing."""
        usable = self.etag.isascii() and self.etag.isprintable()
        return {"If-None-Match": self.etag} if self.etag and usable else {}

    def agrees(self, other: Version) -> bool:
        """Whether nothing that both state differs."""
        pairs = (
            (self.etag, other.etag), (self.modified, other.modified), (self.total, other.total),
        )  # fmt: skip
        return all(a == b for a, b in pairs if a and b)


@dataclass(frozen=True)
class Part:
    """What has arrived of a file, beside the place of the whole one.

    Attributes
    ----------
    file : Path -- where the whole file will be
    """

    file: Path

    @property
    def path(self) -> Path:
        """The part itself."""
        return self.file.with_name(f".{self.file.name}.part")

    @property
    def _version_file(self) -> Path:
        return self.file.with_name(f".{self.file.name}.part.json")

    @property
    def bytes(self) -> int:
        """Bytes that have arrived."""
        return self.path.stat().st_size if self.path.exists() else 0

    def version(self, url: str) -> Optional[Version]:
        """The version that can be continued from this address, None if there is none."""
        version = self._read()
        fits = self.bytes and version.url == url and version.condition
        return version if fits else None

    def _read(self) -> Version:
        """The version that is recorded, one without a name if there is no record."""
        try:
            return msgspec.json.decode(self._version_file.read_bytes(), type=Version)
        except (FileNotFoundError, msgspec.MsgspecError, UnicodeDecodeError):
            return Version("")

    def headers(self, url: str) -> Dict[str, str]:
        """What asks a server for the rest of the same version; nothing if there is none."""
        version = self.version(url)
        if version is None:
            return {}
        if version.total and self.bytes >= version.total:
            # There is no rest to ask for; the last byte brings the answer whether it is unchanged.
            os.truncate(self.path, version.total - 1)
        return {"Range": f"bytes={self.bytes}-", "If-Range": version.condition}

    def begin(self, version: Version) -> None:
        """Start anew with a version."""
        self.discard()
        write_whole(self._version_file, msgspec.json.encode(version))

    def require_place(self) -> None:
        """Raise OSError where a folder is in the way, before anything is fetched."""
        for place in (self.path, self._version_file, self.file):
            if place.is_dir() and not place.is_symlink():
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(place))

    def discard(self) -> None:
        """Remove what has arrived."""
        self.path.unlink(missing_ok=True)
        self._version_file.unlink(missing_ok=True)

    def keep_continuable(self, url: str) -> None:
        """Remove what has arrived unless it can be continued from this address."""
        if self.version(url) is None:
            self.discard()

    def complete(self) -> Version:
        """Put the whole file under its name; returns its version."""
        version = self._read()
        os.replace(self.path, self.file)
        self._version_file.unlink(missing_ok=True)
        return version
