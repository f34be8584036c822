"""The standard streams of a command, whatever the shell made of them."""

from __future__ import annotations

import codecs
import io
import os
import sys
import unicodedata
from typing import Tuple

_SIGNS = str.maketrans(
    {
        "−": "-", "–": "-", "─": "-", "’": "'", "“": '"', "”": '"', "×": "x", "≤": "<=", "≥": ">=",
        "σ": "sigma", "α": "alpha", "β": "beta", "γ": "gamma",
    }
)  # fmt: skip


def prepare_streams() -> None:
    """Make every text printable, and give streams that are closed something to write to.

    The next file that is opened would take the place of a closed stream, and get its output.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            # The lowest number that is free, as those below are open.
            os.open(os.devnull, os.O_RDWR)
    for name, descriptor in (("stdout", 1), ("stderr", 2)):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(descriptor, "w", encoding="utf-8", closefd=False))
        stream = getattr(sys, name)
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=PLAIN_LETTERS)


def _plain_letters(error: UnicodeError) -> Tuple[str, int]:
    """The nearest ASCII letters for those that an encoding lacks, a question mark for others."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    missing = error.object[error.start : error.end].translate(_SIGNS)
    letters = unicodedata.normalize("NFKD", missing)
    plain = "".join(
        letter if letter.isascii() else "" if unicodedata.combining(letter) else "?"
        for letter in letters
    )
    return plain, error.end


PLAIN_LETTERS = "vrs_plain_letters"
"""The name of this treatment of errors."""

codecs.register_error(PLAIN_LETTERS, _plain_letters)
