"""Answers of the archive to a request: from no other place, and one sentence per failure."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Dict, Mapping, Optional, Tuple
from urllib.request import getproxies

from vrs import __version__
from vrs.entries.aside import Aside, TookTooLong
from vrs.entries.errors import EntryError, NotThere
from vrs.entries.redirections import redirected

if TYPE_CHECKING:
    from requests import Response, Session

PROGRAM = f"scipion-em-vrs/{__version__}"
MOST_REDIRECTIONS = 3
LONGEST_WAIT = 60
"""Seconds that a server may ask a program to wait before the next try."""

TEMPORARY = (408, 425, 429, 500, 502, 503, 504)
"""Answers after which the same request may succeed."""

NOT_THERE = (404, 410)
NOT_MODIFIED = 304


@dataclass(frozen=True)
class Patience:
    """How long a request may take, and how often it is repeated.

    Attributes
    ----------
    connect : float -- seconds until the connection stands
    read : float -- seconds without a byte
    slowest : float -- bytes per second; a file that arrives more slowly for ``read`` seconds is
        given up, while a slow connection is no error
    pauses : tuple of float -- seconds before the second and each further try
    """

    connect: float = 10.0
    read: float = 60.0
    slowest: float = 500.0
    pauses: Tuple[float, ...] = (1.0, 4.0)

    @property
    def tries(self) -> int:
        """How often a file is requested."""
        return len(self.pauses) + 1

    @property
    def longest_step(self) -> float:
        """Seconds that the head of an answer, or the next piece of its body, may take.

        A server that drips meets ``connect`` and ``read``, which bound the time between two bytes.
        """
        return self.connect + self.read

    def hurried(self) -> Patience:
        """One try, and a third of the time, where something else serves."""
        return replace(self, connect=self.connect / 3, read=self.read / 3, pauses=())


class NotInArchive(NotThere):
    """The archive has no such file."""


class Unchanged(Exception):
    """The archive still has the version that the request named."""


class Interrupted(Exception):
    """The transfer ended early; another try may complete it, after so many seconds at least."""

    def __init__(self, reason: str, wait: float = 0.0) -> None:
        super().__init__(reason)
        self.wait = wait


def request(
    url: str, base: str, headers: Mapping[str, str], patience: Patience, aside: Aside
) -> Response:
    """The answer with a file or a part of it, its body not yet read.

    Parameters
    ----------
    url : str -- the file
    base : str -- address of the archive, which no redirection may leave
    headers : mapping -- of the request
    patience : Patience
    aside : Aside -- makes the calls of the library

    Raises
    ------
    NotInArchive
        If there is no such file.
    Unchanged
        If it is what the headers ask not to be sent again.
    Interrupted
        If the server may have it later.
    TookTooLong
        If the head of the answer does not come to its end.
    EntryError
        If the server refuses, or leads out of the archive.
    """
    start = url
    with _session() as session:
        for _ in range(MOST_REDIRECTIONS + 1):
            get = partial(_get, session, url, headers, patience)
            response = aside.call(get, patience.longest_step)
            if not response.is_redirect:
                if response.status_code == NOT_MODIFIED and "If-None-Match" in headers:
                    response.close()
                    raise Unchanged
                _refuse_status(response, url)
                return response
            response.close()
            url = redirected(url, response.headers["Location"], base)
    raise EntryError(
        f"{start} redirects more than {MOST_REDIRECTIONS} times", "check the address of the archive"
    )


def _session() -> Session:
    import requests

    class Unredirected(requests.Session):
        """The library reads the address of a redirection even where it must not follow."""

        def get_redirect_target(self, resp: Response) -> None:
            return None

    return Unredirected()


def _get(session: Session, url: str, headers: Mapping[str, str], patience: Patience) -> Response:
    import requests

    try:
        return session.get(
            url,
            # The file as it is: one that is packed on the way could not be continued.
            headers={"User-Agent": PROGRAM, "Accept-Encoding": "identity", **headers},
            timeout=(patience.connect, patience.read),
            proxies=_blank_proxies(),
            stream=True,
            allow_redirects=False,
        )
    except requests.RequestException:
        raise
    except ValueError as error:
        # The name of a host that cannot be written as the network wants it.
        raise _not_valid(url) from error


def _blank_proxies() -> Dict[str, Any]:
    """None for each proxy that a variable sets to blanks, which the library would connect to."""
    return {scheme: None for scheme, address in getproxies().items() if not address.strip()}


def _refuse_status(response: Response, url: str) -> None:
    status = response.status_code
    if status in (200, 206, 416):
        return
    response.close()
    if status in NOT_THERE:
        raise NotInArchive(f"the archive has no file {url} (status {status})", "check the address")
    if status in TEMPORARY:
        wait = whole_number(response.headers.get("Retry-After", "")) or 0
        raise Interrupted(f"the server answers with status {status}", min(wait, LONGEST_WAIT))
    raise EntryError(
        f"{url} cannot be fetched: the server answers with status {status}",
        "check the address of the archive and the proxy",
    )


def whole_number(text: str) -> Optional[int]:
    """The number in the head of an answer, None if it is none."""
    return int(text) if text.isdecimal() and len(text) < 20 else None


def failure(error: Exception, url: str) -> Exception:
    """What to raise for an error of the library or its delay: final, or Interrupted."""
    from requests import ConnectTimeout, ReadTimeout
    from requests.exceptions import InvalidSchema, InvalidURL, ProxyError, SSLError
    from urllib3.exceptions import ReadTimeoutError

    if isinstance(error, SSLError):
        if not _is_about_certificate(error):
            return Interrupted("no secure connection could be made")
        return EntryError(
            f"{url} cannot be fetched: the certificate of the server is not accepted",
            "check the date of this computer; where a network inspects connections, name its "
            "certificate with REQUESTS_CA_BUNDLE",
        )
    if isinstance(error, (InvalidURL, InvalidSchema)):
        return _not_valid(url)
    if isinstance(error, (ConnectTimeout, ReadTimeout, ReadTimeoutError, TookTooLong)):
        return Interrupted("the server does not answer in time")
    if isinstance(error, ProxyError):
        return Interrupted("the proxy does not connect")
    return Interrupted("the connection failed or ended early")


def _not_valid(url: str) -> EntryError:
    return EntryError(
        f"{url} cannot be fetched: the address of the archive or of the proxy is not valid",
        "check it, HTTP_PROXY and HTTPS_PROXY",
    )


def _is_about_certificate(error: Optional[BaseException]) -> bool:
    """Whether an error, or one that led to it, is the refusal of a certificate."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__context__
    return False
