"""Identifiers of EMDB entries as people type them."""

from __future__ import annotations

import re
from typing import Optional

_TYPED = re.compile(r"(?:EMDB?[-_ ]?)?(\d{4,8})", re.ASCII | re.IGNORECASE)


def entry_id(text: str) -> Optional[str]:
    """The identifier that a text names, None if it names none.

    Parameters
    ----------
    text : str -- such as "EMD-3488", "3488" or "emd_3488"

    Returns
    -------
    str or None -- "EMD-3488"; the digits as typed, since EMD-0038 has leading zeros

    Examples
    --------
    >>> entry_id("emd_3488"), entry_id("EMD-0038"), entry_id("map.mrc")
    ('EMD-3488', 'EMD-0038', None)
    """
    match = _TYPED.fullmatch(text.strip())
    return f"EMD-{match[1]}" if match else None


def digits(identifier: str) -> str:
    """The digits of an identifier: "3488" of "EMD-3488"."""
    return identifier.partition("-")[2]
