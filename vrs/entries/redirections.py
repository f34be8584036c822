"""Redirections of the archive, which may lead to no other place than the archive itself."""

from __future__ import annotations

from urllib.parse import SplitResult, unquote, urljoin, urlsplit

from vrs.entries.address import shown
from vrs.entries.errors import EntryError

_USUAL_PORTS = {"http": 80, "https": 443}


def redirected(url: str, location: str, base: str) -> str:
    """The address to which an answer leads.

    Parameters
    ----------
    url : str -- what was asked for
    location : str -- the address in the answer, perhaps a relative one
    base : str -- address of the archive

    Raises
    ------
    EntryError
        If it is outside of the archive, hands over a name or a password, or is no address.

    Examples
    --------
    >>> redirected("http://a.org/emdb/x", "https://a.org/emdb/y", "http://a.org/emdb")
    'https://a.org/emdb/y'
    """
    try:
        target = urljoin(url, location)
        here, there = urlsplit(url), urlsplit(target)
    except ValueError as error:
        raise EntryError(
            f"{url} redirects to what is no address", "check the address of the archive"
        ) from error
    upgraded = (here.scheme, there.scheme) == ("http", "https") and _port(there) == 443
    same_place = here.scheme == there.scheme and _port(here) == _port(there)
    same_host = here.hostname == there.hostname and "@" not in there.netloc
    folders = unquote(there.path).split("/")
    inside = there.path.startswith(f"{urlsplit(base).path}/") and ".." not in folders
    if not (same_host and (same_place or upgraded) and inside):
        raise EntryError(
            f"{url} redirects to {shown(target)}, which is not the archive",
            "set the address of the archive to its new place if you trust it",
        )
    return target


def _port(address: SplitResult) -> int:
    try:
        return address.port or _USUAL_PORTS.get(address.scheme, 0)
    except ValueError:
        return -1
