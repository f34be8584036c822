"""What the values of an entry can be, whatever its header says."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from pathlib import Path
from typing import Any, Iterator, Tuple

import msgspec

from vrs.entries.errors import EntryError
from vrs.entries.header import parse_header, read_header
from vrs.tests.fuzz.cases import Uncaught

_SHAPES = {
    "id": re.compile(r"EMD-[0-9]{4,8}"),
    "superseded_by": re.compile(r"EMD-[0-9]{4,8}"),
    "doi": re.compile(r"10\.[0-9]{4,9}/\S+"),
    "fitted_models": re.compile(r"[0-9][a-z0-9]{3}|pdb_[a-z0-9]{8}"),
}
_DATES = ("deposited", "released", "updated")
_JOINERS = "\u200c\u200d"
_LARGEST = 3.5e38
"""No grey value, length or mass is larger."""


def check_header(file: Path) -> None:
    """Whatever was read must be an entry that its JSON gives back, with values that can be.

    Raises Uncaught.
    """
    try:
        entry = read_header(file)
    except EntryError:
        return
    if parse_header(msgspec.json.encode(entry), "x.json") != entry:
        raise Uncaught(f"another entry after JSON: {entry!r:.500}")
    for name, value in _values(msgspec.to_builtins(entry), "entry"):
        if not _can_be(name, value):
            raise Uncaught(f"{name}: {value!r:.200}")
    if entry.statistics and entry.statistics.minimum > entry.statistics.maximum:
        raise Uncaught(f"grey values not in order: {entry.statistics}")


def _values(content: Any, name: str) -> Iterator[Tuple[str, Any]]:
    """Every value with the name of its field."""
    if isinstance(content, dict):
        for key, value in content.items():
            yield from _values(value, key)
    elif isinstance(content, list):
        for value in content:
            yield from _values(value, name)
    elif content is not None:
        yield name, content


def _can_be(name: str, value: Any) -> bool:
    if not isinstance(value, str):
        return abs(value) < _LARGEST
    if name in _DATES:
        return _is_date(value)
    shape = _SHAPES.get(name)
    if shape and not shape.fullmatch(value):
        return False
    shown = (unicodedata.category(letter)[0] != "C" for letter in value if letter not in _JOINERS)
    return all(shown) and value == value.strip() and (bool(value) or name == "step")


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
