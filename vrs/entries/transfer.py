"""One try to fetch a file: the answer joined to what has arrived, in time and within limits."""

from __future__ import annotations

import shutil
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Iterator, Optional, Tuple

from vrs.entries.answers import Interrupted, Patience, failure, request, whole_number
from vrs.entries.aside import Aside, TookTooLong
from vrs.entries.errors import EntryError
from vrs.entries.part import Part, Version
from vrs.entries.progress import Progress, size
from vrs.maps.errors import OutputError
from vrs.maps.printing import number

if TYPE_CHECKING:
    from requests import Response

CHUNK = 1 << 18
LEAST_FREE = 100_000_000
"""Bytes of the disk that a download leaves free."""

MORE_SPACE = "free disk space, or choose another folder with VRS_EMDB_CACHE"

Check = Callable[[Path, str], None]
"""Looks at a file that has arrived, whose name in the archive is the second argument: raises
EntryError for a wrong one, Interrupted for a damaged one, which is fetched again."""


@dataclass(frozen=True)
class Transfer:
    """A file that is on its way.

    Attributes
    ----------
    url : str -- where it is
    base : str -- address of the archive
    part : Part -- what has arrived
    known : Version or None -- what need not be sent again
    most_bytes : int -- a larger file is refused
    patience : Patience
    progress : Progress
    """

    url: str
    base: str
    part: Part
    known: Optional[Version]
    most_bytes: int
    patience: Patience
    progress: Progress

    def run(self) -> bool:
        """Fetch what is missing, and return whether something was there before.

        Raises Interrupted if another try may complete it, and Unchanged if that is not necessary.
        """
        from requests import RequestException
        from urllib3.exceptions import HTTPError

        try:
            headers = self.part.headers(self.url)
            if self.known and not headers:
                headers = self.known.unless
            with Aside() as aside:
                response = request(self.url, self.base, headers, self.patience, aside)
                try:
                    return self._store(response, aside)
                finally:
                    # One that hangs cannot be closed before it has returned.
                    aside.later(response.close)
        except (RequestException, HTTPError, TookTooLong) as error:
            raise failure(error, self.url) from error
        except OSError as error:
            # A full disk is in the way of every program.
            self._discard_for(error)
            raise

    def require(self, check: Check, continued: bool) -> None:
        """Only what passes is kept; raises Interrupted if the earlier part may be what is wrong."""
        try:
            check(self.part.path, self.part.file.name)
        except Interrupted:
            self.part.discard()
            raise
        except EntryError as error:
            self.part.discard()
            if continued:
                raise Interrupted(error.reason) from error
            raise
        except OSError as error:
            self._discard_for(error)
            raise

    def say_what_is_kept(self) -> None:
        """After an interruption, if it can be continued."""
        if self.part.version(self.url):
            kept = f"{size(self.part.bytes)} of {self.part.file.name} are kept"
            self.progress.note(f"{kept}; the same command continues from there.")

    def _discard_for(self, error: OSError) -> None:
        """Remove what has arrived; the system names no file if a disk is full."""
        error.filename = error.filename or str(self.part.path)
        with suppress(OSError):
            self.part.discard()

    def _store(self, response: Response, aside: Aside) -> bool:
        done, version = self._place_in_file(response)
        if version.total is not None:
            if version.total > self.most_bytes:
                raise self._too_large(version.total)
            self._require_space(version.total, version.total - done)
        continued = done > 0
        if not continued:
            self.part.begin(version)
        self.progress.moved(self.part.file.name, done, version.total)
        with self.part.path.open("ab") as stream:
            for chunk in self._chunks(response, aside):
                done += len(chunk)
                if done > self.most_bytes:
                    raise self._too_large(done)
                if version.total is None:
                    self._require_space(done, len(chunk))
                stream.write(chunk)
                self.progress.moved(self.part.file.name, done, version.total)
        if version.total is not None and done != version.total:
            raise Interrupted(f"the connection ended after {size(done)} of {size(version.total)}")
        return continued

    def _place_in_file(self, response: Response) -> Tuple[int, Version]:
        """From which byte on the answer is, and the version of its file.

        Raises Interrupted, after which everything is fetched anew, if the part does not fit.
        """
        start, total = 0, whole_number(response.headers.get("Content-Length", ""))
        if response.status_code == 206:
            start, total = _content_range(response)
        version = Version(
            self.url,
            response.headers.get("ETag", ""),
            response.headers.get("Last-Modified", ""),
            total,
        )
        if response.status_code == 200:
            return 0, version
        earlier = self.part.version(self.url)
        fits = response.status_code == 206 and start == self.part.bytes
        if not (fits and earlier and earlier.agrees(version)):
            self.part.discard()
            raise Interrupted("the server sent another part than the one asked for")
        return start, version

    def _chunks(self, response: Response, aside: Aside) -> Iterator[bytes]:
        """The body as it arrives; raises Interrupted if hardly anything does."""
        patience = self.patience
        begin, arrived = time.monotonic(), 0
        while True:
            # One that waits until the chunk is full would not notice a server that only drips.
            chunk = aside.call(
                lambda: response.raw.read1(CHUNK, decode_content=False), patience.longest_step
            )
            if not chunk:
                return
            yield chunk
            arrived += len(chunk)
            seconds = time.monotonic() - begin
            if seconds > patience.read:
                if arrived < patience.slowest * seconds:
                    speed = f"{size(arrived)} in {number(seconds)} s"
                    raise Interrupted(f"the server sends too slowly, {speed}")
                begin, arrived = time.monotonic(), 0

    def _require_space(self, total: int, missing: int) -> None:
        """Refuse a file for which the disk is too small; so many bytes of it are to be written."""
        folder = self.part.path.parent
        free = shutil.disk_usage(folder).free
        if missing > free - LEAST_FREE:
            raise OutputError(
                f"{self.url} has at least {size(total)}, and {folder} has {size(free)} free, of "
                f"which {size(LEAST_FREE)} are kept",
                MORE_SPACE,
            )

    def _too_large(self, amount: int) -> EntryError:
        self.part.discard()
        return EntryError(
            f"{self.url} has at least {size(amount)}, more than the {size(self.most_bytes)} that "
            "such a file of this entry can have",
            "check that the address is that of the archive",
        )


def _content_range(response: Response) -> Tuple[int, Optional[int]]:
    """The first byte of a part, -1 if it is unknown, and the bytes of the whole file.

    "bytes 100-199/200" has 100 and 200.
    """
    place, _, total = response.headers.get("Content-Range", "").partition(" ")[2].partition("/")
    start = whole_number(place.partition("-")[0])
    return (-1 if start is None else start), whole_number(total)
