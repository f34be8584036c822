"""The words of a CIF file, and the values of its items.

Biopython's reader does not tell a quoted ``loop_`` from a loop, and takes a loop with a value too
few for a complete one.
"""

from __future__ import annotations

import re
from typing import Dict, Iterator, List, NamedTuple

_WORD = re.compile(
    r"""
      ^;(?P<lines>.*?)\n;               # lines between two semicolons that begin a line
    | '(?P<one>[^\n]*?)'(?=[ \t\n]|\Z)  # a quotation mark ends a text before white space only
    | "(?P<two>[^\n]*?)"(?=[ \t\n]|\Z)
    | (?P<open>^;|['"])
    | (?P<comment>\#[^\n]*)
    | (?P<bare>[^ \t\n]+)
    """,
    re.MULTILINE | re.DOTALL | re.VERBOSE,
)
_BLOCKS = ("data_", "save_", "global_", "stop_")
_LOOP = "loop_"


class IncompleteCif(Exception):
    """The file ends early, or lacks a value."""


class Word(NamedTuple):
    """A word of a file.

    Attributes
    ----------
    text : str
    quoted : bool -- whether it can only be a value
    """

    text: str
    quoted: bool


def items_of(content: str) -> Dict[str, List[str]]:
    """The values of every item; the first ones of an item that is repeated.

    Raises
    ------
    IncompleteCif
        If a quotation is not closed, a value has no item, an item no value, or the last row of a
        loop is short.

    Examples
    --------
    >>> items_of("data_x _a.b 'c d' loop_ _e.f _e.g 1 2 3 4")
    {'_a.b': ['c d'], '_e.f': ['1', '3'], '_e.g': ['2', '4']}
    """
    items: Dict[str, List[str]] = {}
    names: List[str] = []
    values: List[str] = []
    in_loop = False
    for text, quoted in _words(content):
        kind = "" if quoted else text.lower()
        if kind == _LOOP or kind.startswith(_BLOCKS):
            _store(items, names, values, in_loop)
            names, values, in_loop = [], [], kind == _LOOP
        elif not kind.startswith("_"):
            values.append(text)
        elif in_loop and not values:
            names.append(text)
        else:
            _store(items, names, values, in_loop)
            names, values, in_loop = [text], [], False
    _store(items, names, values, in_loop)
    return items


def _store(
    items: Dict[str, List[str]], names: List[str], values: List[str], in_loop: bool
) -> None:
    """Keep the values of a loop, or of one item."""
    columns = len(names)
    complete = values and columns and len(values) % columns == 0
    if not (complete if in_loop else len(values) == columns):
        raise IncompleteCif
    for place, name in enumerate(names):
        items.setdefault(name, values[place::columns])


def _words(content: str) -> Iterator[Word]:
    for match in _WORD.finditer(content.replace("\r\n", "\n").replace("\r", "\n")):
        if match["open"]:
            raise IncompleteCif
        if match["bare"]:
            yield Word(match["bare"], False)
        elif not match["comment"]:
            yield Word(match["lines"] or match["one"] or match["two"] or "", True)
