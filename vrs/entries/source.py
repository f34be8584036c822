"""Where entries come from: a mirror folder, or the archive behind an address."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Optional, Union
from urllib.parse import urlsplit

from vrs.entries.answers import Patience
from vrs.entries.archive import PUBLIC_ARCHIVE, Mirror
from vrs.entries.archived import Archived
from vrs.entries.cache import Cache, default_folder
from vrs.entries.download import WebArchive
from vrs.entries.errors import EntryError
from vrs.entries.progress import SILENT, Progress

VARIABLE = "VRS_EMDB"
"""Environment variable with a mirror folder or the address of an archive."""

Source = Union[Mirror, Archived]


def source_of_entries(
    place: str = "", patience: Optional[Patience] = None, progress: Progress = SILENT
) -> Source:
    """The mirror or archive that is configured.

    Parameters
    ----------
    place : str -- a folder, or an address that begins with https://; by default $VRS_EMDB, else
        the archive's public address
    patience : Patience or None -- of the archive
    progress : Progress -- told how a download goes on

    Raises
    ------
    EntryError
        If the address cannot be one of an archive.
    """
    chosen = (place or configured()).strip()
    if "://" not in chosen:
        return Mirror(Path(chosen).expanduser().absolute())
    web = WebArchive(_base(chosen), patience or Patience(), progress)
    return Archived(web, Cache(default_folder()))


def configured() -> str:
    """The mirror folder or the address that is configured."""
    return os.environ.get(VARIABLE, "").strip() or PUBLIC_ARCHIVE


def _base(address: str) -> str:
    """The address of the folder that holds ``structures``, without a slash at its end."""
    advice = "give a mirror folder, or an address such as https://example.org/emdb"
    try:
        parts = urlsplit(address)
        valid = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        valid = False
    if not valid or any(letter.isspace() for letter in address):
        raise EntryError(f"{address!r} is no address of an archive of entries", advice)
    if parts.username is not None or parts.password is not None:
        raise EntryError(
            f"the address of the archive at {parts.hostname} holds a name or a password, which "
            "would be printed",
            "leave it out, and put both into ~/.netrc",
        )
    if parts.query or parts.fragment:
        raise EntryError(f"{address!r} has more than a host and a folder", advice)
    return address.rstrip("/")
