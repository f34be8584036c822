"""Plain text with the signs and spaces of print."""

from __future__ import annotations

import re

_NEGATIVE_NUMBER = re.compile(r"(?<![\w-])-(?=\.?\d)")
_SPACE_BEFORE_UNIT = re.compile(r"(?<=\d) (?=[Å%σ]|kDa\b)")


def typographic(text: str) -> str:
    """The text with minus signs, and with spaces that keep a number and its unit together."""
    return _SPACE_BEFORE_UNIT.sub("\u00a0", _NEGATIVE_NUMBER.sub("−", text))
