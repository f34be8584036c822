"""Tables, headings and the command line of the documentation pages of the networks."""

from __future__ import annotations

import argparse
import json
import textwrap
from pathlib import Path
from typing import Any, Callable, Dict, Sequence

WIDTH = 100
"""Characters of a line of text."""


def table(head: Sequence[Any], rows: Sequence[Sequence[Any]], widths: Sequence[int] = ()) -> str:
    """A list table of reStructuredText; without widths the columns are as wide as they need."""
    lines = [".. list-table::", "   :header-rows: 1"]
    if widths:
        lines.append(f"   :widths: {' '.join(map(str, widths))}")
    lines.append("")
    for row in (head, *rows):
        lines += [f"   {'  ' if index else '* '}- {cell}" for index, cell in enumerate(row)]
    return "\n".join(lines) + "\n"


def heading(text: str) -> str:
    """A heading of the second level."""
    return f"{text}\n{'-' * len(text)}\n"


def paragraph(text: str) -> str:
    """A text broken into lines."""
    return textwrap.fill(text, WIDTH) + "\n"


def bullets(lines: Sequence[str]) -> str:
    """A list of points."""
    points = [textwrap.fill(f"* {line}", WIDTH, subsequent_indent="  ") for line in lines]
    return "\n".join(points) + "\n"


def write_page(page: Callable[[Dict[str, Any]], str], what: str) -> None:
    """The command line ``CARD.json PAGE.rst``: write the page that belongs to a model card."""
    parser = argparse.ArgumentParser(description=what)
    parser.add_argument("card", type=Path)
    parser.add_argument("page", type=Path)
    options = parser.parse_args()
    card = json.loads(options.card.read_text(encoding="utf-8"))
    options.page.write_text(page(card), encoding="utf-8")
