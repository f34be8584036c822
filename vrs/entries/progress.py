"""The reports of a transfer to somebody who watches it."""

from __future__ import annotations

from typing import Optional

from vrs.maps.printing import number


class Progress:
    """Hears how transfers go on; this one prints nothing."""

    def moved(self, name: str, done: int, total: Optional[int]) -> None:
        """So many bytes of a file are here, of so many; None if the server does not say."""

    def ended(self, name: str, complete: bool) -> None:
        """The transfer of a file has ended."""

    def note(self, message: str) -> None:
        """A sentence that is worth knowing, such as that an old header serves."""


SILENT = Progress()


def size(amount: float) -> str:
    """Bytes in a unit that suits.

    >>> size(512), size(20_400_000)
    ('512 bytes', '20.4 MB')
    """
    for unit, factor in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if amount >= factor:
            return f"{number(amount / factor)} {unit}"
    return f"{number(amount)} bytes"
