"""Lines in the log of a protocol that say how much of a measurement is done."""

from __future__ import annotations

from typing import Callable

STEP = 10
"""Per cent from one line to the next."""


def lines_of_progress(what: str, write: Callable[[str], None]) -> Callable[[float], None]:
    """A function that is called with the share done, 0 to 1, and writes a line every STEP per cent.

    Parameters
    ----------
    what : str -- What is measured, as the lines begin.
    write : function -- Takes a line.
    """
    written = 0

    def report(share: float) -> None:
        nonlocal written
        # A hair more, so that 0.7 counts as 70 % and not as 69.999.
        done = STEP * int(100 * share / STEP + 1e-6)
        if done > written:
            written = done
            write(f"{what}: {done} % done")

    return report
