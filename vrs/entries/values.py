"""Texts and numbers of a header, None where it says nothing."""

from __future__ import annotations

import math
import re
from typing import Optional

NOTHING = ("", "?", ".", "NULL", "N/A", "NONE", "NOT APPLICABLE")
"""How headers write that something is not known."""

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_WHOLE = re.compile(r"\d{1,12}", re.ASCII)


def text(value: Optional[str]) -> Optional[str]:
    """The text in one line; None if it is empty or means nothing."""
    line = " ".join((value or "").split())
    return None if line.upper() in NOTHING else line


def number(value: Optional[str]) -> Optional[float]:
    """A finite number; old headers write 81.2 as 81.200000000000003.

    Examples
    --------
    >>> number("81.200000000000003"), number("nan"), number(None)
    (81.2, None, None)
    """
    try:
        read = float(value or "")
    except ValueError:
        return None
    return read if math.isfinite(read) else None


def whole(value: Optional[str]) -> Optional[int]:
    """A whole number above 0."""
    digits = text(value)
    return int(digits) if digits and _WHOLE.fullmatch(digits) and int(digits) else None


def date(value: Optional[str]) -> Optional[str]:
    """A date such as "2002-06-26"."""
    line = text(value)
    return line if line and _DATE.fullmatch(line) else None


def resolved(value: Optional[str]) -> Optional[float]:
    """A resolution in Å, None if the number cannot be one."""
    read = number(value)
    return read if read is not None and read > 0 else None
