"""Fetches files of the archive: continued, checked, and under their names only when complete."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Optional

from vrs.entries.answers import Interrupted, Patience, Unchanged
from vrs.entries.errors import EntryError
from vrs.entries.part import Part, Version
from vrs.entries.progress import SILENT, Progress, size
from vrs.entries.transfer import Check, Transfer


@dataclass(frozen=True)
class WebArchive:
    """The archive behind an address; no request goes anywhere else, and one at a time.

    Attributes
    ----------
    base : str -- address of the folder that holds ``structures``, without a slash at its end
    patience : Patience
    progress : Progress
    """

    base: str
    patience: Patience = field(default_factory=Patience)
    progress: Progress = SILENT

    def address(self, path: object) -> str:
        """The address of a file, from its path in the archive."""
        return f"{self.base}/{path}"

    def fetch(
        self,
        path: object,
        file: Path,
        most_bytes: int,
        check: Check,
        known: Optional[Version] = None,
    ) -> Version:
        """Put a file of the archive under its name, once it is complete.

        What an interrupted transfer left beside it is continued if the server still has the same
        version of the file.

        Parameters
        ----------
        path : PurePosixPath or str -- from the address of the archive
        file : Path -- where it is put
        most_bytes : int -- a larger file is refused
        check : function -- called with what has arrived, before it gets its name
        known : Version or None -- the version of ``file``, which is not sent again

        Returns
        -------
        Version -- the one of ``file`` now

        Raises
        ------
        NotInArchive
            If the archive does not have it.
        EntryError
            If the archive does not answer, sends too much or something else.
        OutputError
            If the disk is too small before it starts.
        OSError
            If the file cannot be written.
        """
        transfer = Transfer(
            self.address(path), self.base, Part(file), known, most_bytes, self.patience,
            self.progress,
        )  # fmt: skip
        file.parent.mkdir(parents=True, exist_ok=True)
        transfer.part.require_place()
        try:
            return self._complete(transfer, check)
        except Unchanged:
            return known or Version(transfer.url)
        except KeyboardInterrupt:
            transfer.say_what_is_kept()
            raise

    def _complete(self, transfer: Transfer, check: Check) -> Version:
        file, complete = transfer.part.file, False
        try:
            self._try(transfer, check)
            version = transfer.part.complete()
            complete = True
            return version
        finally:
            self.progress.ended(file.name, complete)
            with suppress(OSError):
                transfer.part.keep_continuable(transfer.url)
            # A folder without files would look like an entry.
            with suppress(OSError):
                file.parent.rmdir()

    def _try(self, transfer: Transfer, check: Check) -> None:
        tries = self.patience.tries
        for pause in (*self.patience.pauses, None):
            try:
                continued = transfer.run()
                transfer.require(check, continued)
                return
            except Interrupted as error:
                problem = error
            if pause is not None:
                self.progress.note(f"{transfer.part.file.name}: {problem}; trying again.")
                time.sleep(max(pause, problem.wait))
        often = "" if tries == 1 else f" in {tries} tries"
        kept = "" if transfer.part.version(transfer.url) is None else (
            f"; {size(transfer.part.bytes)} are kept, and the same command continues"
        )  # fmt: skip
        raise EntryError(
            f"{transfer.url} could not be fetched{often}: {problem}",
            f"check the connection and its proxy, or use a mirror folder{kept}",
        )
