"""Tables of measured numbers in the pages of ``docs``: each between two comments of its page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import List, Sequence

DOCS = Path(__file__).resolve().parents[2] / "docs"


EMPTY = "\\"
"""An empty first cell, which would otherwise continue the row above it."""


def simple_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table without lines between its cells; "\\\\" in the first cell leaves it empty.

    >>> print(simple_table(("map", "voxels"), [("EMD-1997", "12"), ("EMD-3488", "7")]))
    ========  ======
    map       voxels
    ========  ======
    EMD-1997  12
    EMD-3488  7
    ========  ======
    """
    widths = [max(map(len, column)) for column in zip(header, *rows)]
    line = "  ".join("=" * width for width in widths)
    lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in (header, *rows)]
    return "\n".join([line, lines[0], line, *lines[1:], line])


def block(page: Path, name: str) -> str:
    """What stands between the comments of a block of a page."""
    return _parts(page, name)[1].strip("\n")


def write_block(page: Path, name: str, text: str) -> None:
    """Replace what stands between the comments of a block of a page."""
    before, _, after = _parts(page, name)
    page.write_text(f"{before}\n\n{text}\n\n{after}", encoding="utf-8")


def _parts(page: Path, name: str) -> List[str]:
    comments = rf"(?<=\n\.\. {name})\n|\n(?=\.\. end of {name}\n)"
    parts = re.split(comments, page.read_text(encoding="utf-8"))
    if len(parts) != 3:
        raise ValueError(f"{page.name} has no block “{name}”")
    return parts
