"""Text for a terminal: shown, never obeyed.

Names of files, titles, and everything in the report of somebody else come from outside, and a
terminal acts on some characters: it moves, clears, renames its window or pastes.
"""

from __future__ import annotations

from typing import Optional, TextIO

_KEPT = "\t\n"
_DIRECTION = (0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_CONTROL = (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029)
_REMOVED = dict.fromkeys({*_CONTROL, *_DIRECTION} - set(map(ord, _KEPT)))


def harmless(text: str) -> str:
    """The text without control characters and without those that turn the direction of writing.

    Line breaks and tabulators stay.

    >>> harmless("red: \\x1b[31m, bell: \\x07, backwards: \\u202e.")
    'red: [31m, bell: , backwards: .'
    """
    return text.translate(_REMOVED)


def say(text: object = "", stream: Optional[TextIO] = None) -> None:
    """Print a line, on the standard output if no other stream is given."""
    print(harmless(str(text)), file=stream, flush=stream is not None)
