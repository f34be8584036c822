"""Where the files of an entry are in the archive, in a mirror folder or behind an address."""

from __future__ import annotations

import os
import re
from pathlib import Path, PurePosixPath
from typing import List, Optional, Sequence, Tuple

from vrs.entries.errors import EntryError, NotThere
from vrs.entries.header import read_header, require_entry
from vrs.entries.identifier import digits, entry_id

PUBLIC_ARCHIVE = "https://ftp.ebi.ac.uk/pub/databases/emdb"
"""The archive's public address."""

_NAME_OF_MAP = re.compile(r"\w[\w.-]{0,100}\.(map|mrc|ccp4)(\.gz)?", re.ASCII)


def header_paths(identifier: str) -> Tuple[PurePosixPath, ...]:
    """Where a header can be, from the folder of the archive; the surest first.

    Older mirrors have a second file, ``-v30``, beside one of the schema 1.9.

    Examples
    --------
    >>> [str(path) for path in header_paths("EMD-3488")]  # doctest: +NORMALIZE_WHITESPACE
    ['structures/EMD-3488/header/emd-3488-v30.xml',
     'structures/EMD-3488/header/emd-3488.xml']
    """
    folder, number = _folder(identifier) / "header", digits(identifier)
    return folder / f"emd-{number}-v30.xml", folder / f"emd-{number}.xml"


def map_paths(identifier: str, named: Optional[str] = None) -> Tuple[PurePosixPath, ...]:
    """Where the primary map can be, from the folder of the archive; the surest first.

    Parameters
    ----------
    identifier : str -- "EMD-3488"
    named : str or None -- name of the map by the header, which may be another one

    Examples
    --------
    >>> [str(path) for path in map_paths("EMD-3488")]  # doctest: +NORMALIZE_WHITESPACE
    ['structures/EMD-3488/map/emd_3488.map.gz',
     'structures/EMD-3488/map/emd_3488.map']
    """
    usual = f"emd_{digits(identifier)}.map"
    names = [f"{usual}.gz", usual]
    # The header comes from outside: it names no other folder, and no file of the cache.
    if named and _NAME_OF_MAP.fullmatch(named):
        names.append(named)
    return tuple(_folder(identifier) / "map" / name for name in dict.fromkeys(names))


def _folder(identifier: str) -> PurePosixPath:
    return PurePosixPath("structures") / identifier


class Mirror:
    """A folder with the files of the archive in its layout, which is only read.

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
            If the mirror does not have it, or it is no header, or that of another entry.
        """
        file = self._first(identifier, "header", header_paths(identifier))
        require_entry(read_header(file), identifier, str(file))
        return file

    def map(self, identifier: str) -> Path:
        """The file of the primary map.

        Raises
        ------
        EntryError
            If the mirror does not have it.
        """
        named = read_header(self.header(identifier)).map_file
        return self._first(identifier, "map", map_paths(identifier, named))

    def identifiers(self) -> List[str]:
        """The entries that have a folder, by their numbers.

        Raises
        ------
        EntryError
            If the folder of the entries cannot be read.
        """
        place = self.folder / "structures"
        try:
            names = [name for name in os.listdir(place) if entry_id(name) == name]
        except OSError as error:
            raise EntryError(
                f"the entries of the mirror in {place} cannot be listed ({error.strerror})",
                "check the path of the mirror, which holds the folder structures",
            ) from error
        return sorted(names, key=lambda name: int(digits(name)))

    def require_folder(self) -> None:
        """Refuse what is no folder.

        Raises
        ------
        EntryError
        """
        if not os.path.isdir(self.folder):
            raise EntryError(
                f"the mirror of EMDB, {self.folder}, is no folder",
                "check its path; an address of an archive begins with https://",
            )

    def _first(self, identifier: str, what: str, paths: Sequence[PurePosixPath]) -> Path:
        files = [self.folder / path for path in paths]
        for file in files:
            # A folder that may not be searched has no files.
            if os.path.isfile(file):
                return file
        self.require_folder()
        raise NotThere(
            f"the mirror of EMDB has no {what} of {identifier} to read in {files[0].parent}",
            "check the identifier, and the path of the mirror, which holds the folder structures",
        )
