"""Texts and numbers of a header, None where it says nothing."""

from __future__ import annotations

import math
import re
import unicodedata
from contextlib import suppress
from datetime import date as day
from decimal import Decimal
from typing import Dict, List, Optional, Sequence

from vrs.checks.entry import LARGEST_VALUE, LENGTHS
from vrs.maps.header import LARGEST_SIDE

NOTHING = ("", "?", ".", "NULL", "N/A", "NONE", "NOT APPLICABLE")
"""How headers write that something is not known."""

MOST_CHARACTERS = 4000
"""Of a text; titles have some hundreds."""

MOST_DIGITS = 60
"""Characters of a number; the longest of real headers have 22."""

ANGSTROMS: Dict[str, int] = {
    "": 1, "Å": 1, "A": 1, "ANGSTROM": 1, "ANGSTROMS": 1, "NM": 10, "NANOMETER": 10,
    "NANOMETERS": 10,
}  # fmt: skip
"""Units of a length, in Å; headers write the Å as U+00C5, U+212B or A with a ring."""

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,4})?", re.ASCII)
_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:Z|[+-]\d{2}:\d{2})?", re.ASCII)
_WHOLE = re.compile(r"\+?(\d{1,12})", re.ASCII)
_DOI = re.compile(r"(?:doi:\s*|https?://(?:dx\.)?doi\.org/)?(10\.\d{4,9}/\S+)", re.ASCII | re.I)
_PDB = re.compile(r"[0-9][a-z0-9]{3}|pdb_[a-z0-9]{8}", re.ASCII)
_ORDINARY_FORMATS = "\u200c\u200d"
"""Joiners, which the spelling of some languages needs."""


def text(value: Optional[str]) -> Optional[str]:
    """The text in one line, without control characters; None if it is empty or means nothing.

    Characters that turn the direction of writing go too: they would show another text.

    Examples
    --------
    >>> text(" a \\n title\\u202e "), text("N/A")
    ('a title', None)
    """
    line = " ".join((value or "")[: 4 * MOST_CHARACTERS].split())
    if not line.isprintable():
        line = " ".join("".join(filter(_is_shown, line)).split())
    if len(line) > MOST_CHARACTERS:
        line = f"{line[: MOST_CHARACTERS - 1]}…"
    return None if line.upper() in NOTHING else line


def _is_shown(character: str) -> bool:
    return character in _ORDINARY_FORMATS or unicodedata.category(character)[0] != "C"


def number(value: Optional[str]) -> Optional[float]:
    """A number of 32 bits; old headers write 81.2 as 81.200000000000003.

    Examples
    --------
    >>> number("81.200000000000003"), number("nan"), number("3,5"), number("1e99"), number(None)
    (81.2, None, None, None, None)
    """
    exact = _exact(value)
    read = math.inf if exact is None else float(exact)
    return read if abs(read) <= LARGEST_VALUE else None


def _exact(value: Optional[str]) -> Optional[Decimal]:
    digits = (value or "").strip()
    is_number = len(digits) <= MOST_DIGITS and _NUMBER.fullmatch(digits)
    return Decimal(digits) if is_number else None


def length(value: Optional[str], unit: Optional[str] = None) -> Optional[float]:
    """A length in Å within ``LENGTHS``; None in a unit that is not known.

    Examples
    --------
    >>> length("0.345", "nm"), length("3.2", "\\u212b"), length("3.2"), length("3.2", "px")
    (3.45, 3.2, 3.2, None)
    """
    factor = ANGSTROMS.get(unicodedata.normalize("NFC", (unit or "").strip()).upper())
    exact = _exact(value)
    # In decimal digits, so that 0.345 nm are 3.45 Å and not 3.4499999999999997 Å.
    read = 0.0 if exact is None or factor is None else float(exact * factor)
    return read if LENGTHS[0] <= read <= LENGTHS[1] else None


def whole(value: Optional[str]) -> Optional[int]:
    """A whole number above 0."""
    match = _WHOLE.fullmatch((value or "").strip())
    return int(match[1]) or None if match else None


def side(value: Optional[str]) -> Optional[int]:
    """Voxels, or intervals of the cell, along an axis."""
    voxels = whole(value)
    return voxels if voxels and voxels <= LARGEST_SIDE else None


def date(value: Optional[str]) -> Optional[str]:
    """A day of the calendar, without the time zone that XML allows.

    Examples
    --------
    >>> date("2002-06-26"), date("2002-06-26Z"), date("0000-00-00")
    ('2002-06-26', '2002-06-26', None)
    """
    match = _DATE.fullmatch(text(value) or "")
    if match:
        with suppress(ValueError):
            return day.fromisoformat(match[1]).isoformat()
    return None


def doi(value: Optional[str]) -> Optional[str]:
    """A digital object identifier, without "doi:" or an address before it.

    Examples
    --------
    >>> doi("doi:10.1038/nsb859"), doi("https://doi.org/10.1038/nsb859"), doi("in press")
    ('10.1038/nsb859', '10.1038/nsb859', None)
    """
    match = _DOI.fullmatch(text(value) or "")
    return match[1] if match else None


def model(value: Optional[str]) -> Optional[str]:
    """The identifier of a PDB entry, in small letters."""
    code = (text(value) or "").lower()
    return code if _PDB.fullmatch(code) else None


def along_xyz(counts: Sequence[int], axes: str) -> Optional[List[int]]:
    """Voxels along X, Y, Z of counts in the order of the file; None if one is missing.

    Examples
    --------
    >>> along_xyz([10, 20, 30], "ZXY"), along_xyz([10, 20, 30], ""), along_xyz([10, 20], "XYZ")
    ([20, 30, 10], [10, 20, 30], None)
    """
    if len(counts) != 3:
        return None
    known = sorted(axes.upper()) == ["X", "Y", "Z"]
    return [counts[axes.upper().index(axis)] for axis in "XYZ"] if known else list(counts)
