"""Fetches files of the archive: resumed, checked, and under their names only when complete."""

from __future__ import annotations

import os
import shutil
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Optional, Tuple
from urllib.parse import urljoin, urlsplit

from vrs import __version__
from vrs.entries.errors import EntryError
from vrs.maps.printing import number

if TYPE_CHECKING:
    from requests import Response

CHUNK = 1 << 18
MOST_REDIRECTIONS = 3
LEAST_FREE = 100_000_000
"""Bytes of the disk that a download leaves free."""

TEMPORARY = (408, 425, 429, 500, 502, 503, 504)
"""Answers after which the same request may succeed."""

NOT_THERE = (404, 410)

Progress = Callable[[int, Optional[int]], None]
"""Called with the bytes so far and in all, None if the server does not say."""


def no_progress(done: int, total: Optional[int]) -> None:
    """Nobody watches."""


@dataclass(frozen=True)
class Patience:
    """How long a request may take, and how often it is repeated.

    Attributes
    ----------
    connect : float -- seconds until the connection stands
    read : float -- seconds without a byte; a slow connection is no error
    pauses : tuple of float -- seconds before the second and each further try
    """

    connect: float = 10.0
    read: float = 60.0
    pauses: Tuple[float, ...] = (1.0, 4.0)

    @property
    def tries(self) -> int:
        """How often a file is requested."""
        return len(self.pauses) + 1


@dataclass(frozen=True)
class WebArchive:
    """The archive behind an address; no request goes anywhere else, and one at a time.

    Attributes
    ----------
    base : str -- address of the folder that holds ``structures``
    patience : Patience
    progress : function -- called with the bytes so far and in all
    """

    base: str
    patience: Patience = field(default_factory=Patience)
    progress: Progress = no_progress

    def fetch(self, path: str, file: Path, most_bytes: int) -> None:
        """Put a file of the archive under its name, once it is complete.

        What an earlier, interrupted transfer left beside it is continued.

        Parameters
        ----------
        path : str -- from the address of the archive
        file : Path -- where it is put
        most_bytes : int -- a larger file is refused

        Raises
        ------
        NotInArchive
            If the archive does not have it.
        EntryError
            If the archive does not answer, sends too much, or the disk is too small.
        """
        transfer = _Transfer(self, f"{self.base.rstrip('/')}/{path}", file, most_bytes)
        file.parent.mkdir(parents=True, exist_ok=True)
        problem = ""
        for attempt in range(self.patience.tries):
            if attempt:
                time.sleep(self.patience.pauses[attempt - 1])
            try:
                transfer.run()
            except _Interrupted as error:
                problem = str(error)
                continue
            os.replace(transfer.part, file)
            return
        raise EntryError(
            f"{transfer.url} could not be fetched in {self.patience.tries} tries: {problem}",
            "check the connection and its proxy, or use a mirror folder",
        )


class NotInArchive(EntryError):
    """The archive has no such file."""


class _Interrupted(Exception):
    """The transfer ended early; another try may complete it."""


@dataclass(frozen=True)
class _Transfer:
    archive: WebArchive
    url: str
    file: Path
    most_bytes: int

    @property
    def part(self) -> Path:
        """What has arrived so far."""
        return self.file.with_name(f".{self.file.name}.part")

    def run(self) -> None:
        """Fetch what is missing; raises _Interrupted if another try may complete it."""
        from requests import RequestException
        from urllib3.exceptions import HTTPError

        done = self.part.stat().st_size if self.part.exists() else 0
        try:
            with self._answer(done) as response:
                self._store(response, done)
        except (RequestException, HTTPError) as error:
            raise _Interrupted(_in_words(error)) from error

    def _store(self, response: Response, done: int) -> None:
        if response.status_code == 416:
            self.part.unlink()
            raise _Interrupted("what an earlier transfer left does not belong to the file")
        continued = response.status_code == 206 and _range_start(response) == done
        if response.status_code == 206 and not continued:
            self.part.unlink(missing_ok=True)
            raise _Interrupted("the server sent another part than the one asked for")
        done = done if continued else 0
        length = response.headers.get("Content-Length", "")
        total = done + int(length) if length.isdigit() else None
        self._refuse(total, done)
        with self.part.open("ab" if continued else "wb") as stream:
            for chunk in response.raw.stream(CHUNK, decode_content=False):
                done += len(chunk)
                if done > self.most_bytes:
                    stream.truncate(0)
                    raise self._too_large(done)
                stream.write(chunk)
                self.archive.progress(done, total)
        if total is not None and done != total:
            raise _Interrupted(f"the connection ended after {size(done)} of {size(total)}")

    def _refuse(self, total: Optional[int], done: int) -> None:
        if total is None:
            return
        if total > self.most_bytes:
            raise self._too_large(total)
        free = shutil.disk_usage(self.part.parent).free
        if total - done > free - LEAST_FREE:
            raise EntryError(
                f"{self.url} has {size(total)}, and {self.part.parent} has {size(free)} free",
                "free disk space, or choose another folder for the cache",
            )

    def _too_large(self, bytes_of_it: int) -> EntryError:
        return EntryError(
            f"{self.url} has at least {size(bytes_of_it)}, more than the header of the entry "
            f"allows ({size(self.most_bytes)})",
            "check that the address is that of the archive",
        )

    def _answer(self, done: int) -> Response:
        """The answer with a body; refuses others, and redirections to another host."""
        import requests

        url = self.url
        headers = {"User-Agent": f"scipion-em-vrs/{__version__}", "Accept-Encoding": "identity"}
        if done:
            headers["Range"] = f"bytes={done}-"
        patience = self.archive.patience
        for _ in range(MOST_REDIRECTIONS + 1):
            response = requests.get(
                url,
                headers=headers,
                timeout=(patience.connect, patience.read),
                stream=True,
                allow_redirects=False,
            )
            if not response.is_redirect:
                break
            response.close()
            url = self._redirected(url, response.headers["Location"])
        self._refuse_status(response)
        return response

    def _redirected(self, url: str, location: str) -> str:
        target = urljoin(url, location)
        if urlsplit(target)[:2] != urlsplit(self.archive.base)[:2]:
            raise EntryError(
                f"{url} redirects to {target}, which is not the archive",
                "set the address of the archive to its new place if you trust it",
            )
        return target

    def _refuse_status(self, response: Response) -> None:
        status = response.status_code
        if status in (200, 206, 416):
            return
        response.close()
        if status in NOT_THERE:
            raise NotInArchive(
                f"the archive has no file {self.url} (status {status})", "check the identifier"
            )
        if status in TEMPORARY:
            raise _Interrupted(f"the server answers with status {status}")
        raise EntryError(
            f"{self.url}: the server answers with status {status}", "check the address"
        )


def _range_start(response: Response) -> Optional[int]:
    """The first byte of a part: 100 of "bytes 100-199/200"."""
    start = response.headers.get("Content-Range", "").partition(" ")[2].partition("-")[0]
    return int(start) if start.isdigit() else None


def _in_words(error: Exception) -> str:
    """What went wrong, without the innards of the library."""
    from requests import ConnectTimeout, ReadTimeout
    from requests.exceptions import ProxyError, SSLError
    from urllib3.exceptions import ReadTimeoutError

    if isinstance(error, (ConnectTimeout, ReadTimeout, ReadTimeoutError)):
        return "the server does not answer in time"
    if isinstance(error, ProxyError):
        return "the proxy does not connect"
    if isinstance(error, SSLError):
        return "the certificate of the server is not accepted"
    return "the connection failed or ended early"


def size(amount: int) -> str:
    """Bytes in a unit that suits.

    >>> size(512), size(20_400_000)
    ('512 bytes', '20.4 MB')
    """
    for unit, factor in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if amount >= factor:
            return f"{number(amount / factor)} {unit}"
    return f"{amount} bytes"
