"""Where entries come from: a mirror folder, or the archive behind an address."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Optional, Union

from vrs.entries.address import archive_place
from vrs.entries.answers import Patience
from vrs.entries.archive import PUBLIC_ARCHIVE, Mirror
from vrs.entries.archived import Archived
from vrs.entries.cache import Cache, default_folder
from vrs.entries.download import WebArchive
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
    chosen = archive_place(place.strip() or configured())
    if isinstance(chosen, Path):
        return Mirror(chosen)
    web = WebArchive(chosen, patience or Patience(), progress)
    return Archived(web, Cache(default_folder()))


def configured() -> str:
    """The mirror folder or the address that is configured."""
    return os.environ.get(VARIABLE, "").strip() or PUBLIC_ARCHIVE
