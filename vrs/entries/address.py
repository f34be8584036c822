"""The place of the archive as a user names it: a mirror folder, or an address without secrets."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Union
from urllib.parse import urlsplit

from vrs.entries.errors import EntryError

_ADVICE = "give a mirror folder, or an address such as https://example.org/emdb"
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:/+", re.ASCII | re.IGNORECASE)
_MARKS = re.compile(r"[?#]")
_LONGEST = 200
"""Characters of an address that a sentence repeats."""

_LONGEST_LABEL = 63
"""Characters between two full stops of the name of a host."""


def archive_place(text: str) -> Union[Path, str]:
    """A mirror folder, or the address of the folder that holds ``structures``.

    Parameters
    ----------
    text : str -- as a user typed it, not empty

    Returns
    -------
    Path or str -- the whole path of a folder, which need not exist; or an address without a slash
        at its end

    Raises
    ------
    EntryError
        If it is neither; the sentence repeats no name, password or token.

    Examples
    --------
    >>> archive_place("https://example.org/emdb/")
    'https://example.org/emdb'
    """
    text = text.strip()
    if "://" in text:
        return _base(text)
    folder = Path(os.path.abspath(os.path.expanduser(text)))
    if not os.path.isdir(folder) and (_SCHEME.match(text) or "@" in text or "?" in text):
        raise EntryError(f"{shown(text)!r} is neither a folder nor an address", _ADVICE)
    return folder


def shown(address: str) -> str:
    """An address as a sentence may repeat it, without name, password or token.

    Examples
    --------
    >>> shown("https://anna:secret@example.org/emdb?token=1")
    'https://…@example.org/emdb?…'
    """
    scheme = _SCHEME.match(address)
    start = scheme[0] if scheme else ""
    # A password may hold any character, a slash and a question mark too.
    _, at, rest = address[len(start) :].rpartition("@")
    mark = _MARKS.search(rest)
    rest = f"{rest[: mark.start()]}{mark[0]}…" if mark else rest
    line = f"{start}{'…' * bool(at)}{at}{rest}"
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def _base(address: str) -> str:
    """The address of the folder that holds ``structures``, without a slash at its end."""
    if "@" in address:
        raise EntryError(
            f"the address of the archive, {shown(address)!r}, holds a name or a password, which "
            "would be printed",
            "leave it out, and put both into ~/.netrc",
        )
    try:
        parts = urlsplit(address)
        valid = parts.scheme in ("http", "https") and parts.port != 0
        valid = valid and _is_host(parts.hostname or "")
    except ValueError:
        valid = False
    if not valid or not address.isprintable() or " " in address:
        raise EntryError(
            f"{shown(address)!r} is no address of an archive of entries", _ADVICE
        )
    if _MARKS.search(address):
        raise EntryError(f"{shown(address)!r} has more than a host and a folder", _ADVICE)
    return address.rstrip("/")


def _is_host(name: str) -> bool:
    labels = (name[:-1] if name.endswith(".") else name).split(".")
    return all(0 < len(label) <= _LONGEST_LABEL for label in labels)
