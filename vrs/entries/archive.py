"""Where the files of an entry are in the archive, in a mirror folder or behind an address."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Tuple

from vrs.entries.errors import EntryError
from vrs.entries.identifier import digits

PUBLIC_ARCHIVE = "https://ftp.ebi.ac.uk/pub/databases/emdb"
"""The archive's public address."""


def header_paths(identifier: str) -> Tuple[PurePosixPath, ...]:
    """Where a header can be, from the folder of the archive; the surest first.

    Older entries have a second file, ``-v30``, beside one of the schema 1.9.

    Examples
    --------
    >>> [str(path) for path in header_paths("EMD-3488")]  # doctest: +NORMALIZE_WHITESPACE
    ['structures/EMD-3488/header/emd-3488-v30.xml',
     'structures/EMD-3488/header/emd-3488.xml']
    """
    folder, number = _folder(identifier) / "header", digits(identifier)
    return folder / f"emd-{number}-v30.xml", folder / f"emd-{number}.xml"


def map_path(identifier: str) -> PurePosixPath:
    """Where the primary map is, from the folder of the archive.

    Examples
    --------
    >>> str(map_path("EMD-3488"))
    'structures/EMD-3488/map/emd_3488.map.gz'
    """
    return _folder(identifier) / "map" / f"emd_{digits(identifier)}.map.gz"


def _folder(identifier: str) -> PurePosixPath:
    return PurePosixPath("structures") / identifier


class Mirror:
    """A folder with the files of the archive in its layout.

    Parameters
    ----------
    folder : Path -- the one that holds ``structures``
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def header(self, identifier: str) -> Path:
        """The file of a header.

        Raises
        ------
        EntryError
            If the mirror does not have it.
        """
        for path in header_paths(identifier):
            file = self.folder / path
            if file.is_file():
                return file
        raise self._missing(identifier, "header", header_paths(identifier)[-1])

    def map(self, identifier: str) -> Path:
        """The file of the primary map.

        Raises
        ------
        EntryError
            If the mirror does not have it.
        """
        file = self.folder / map_path(identifier)
        for candidate in (file, file.with_suffix("")):
            if candidate.is_file():
                return candidate
        raise self._missing(identifier, "map", map_path(identifier))

    def _missing(self, identifier: str, what: str, path: PurePosixPath) -> EntryError:
        if not self.folder.is_dir():
            return EntryError(
                f"the mirror of EMDB, {self.folder}, is no folder", "check its path"
            )
        return EntryError(
            f"the mirror of EMDB has no {what} of {identifier} ({self.folder / path})",
            "check the identifier and the path of the mirror",
        )
