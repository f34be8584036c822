"""Finds the numbers that a report prints and that report.json does not hold.

A printed number is accounted for if it stands in a string of report.json (a caption, a sentence, a
file name), if it is a number of report.json in the format in which the report prints such numbers,
or if it counts the entries of a list there, or those that were left out. Only what is in
``exceptions`` is printed without being there. Axis ticks belong to the pictures, and places
that the page computes while a slider is moved are not printed.
"""

from __future__ import annotations

import re
import subprocess
import unicodedata
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Set, Tuple

from vrs.maps.printing import number as three_digits
from vrs.maps.printing import share, ungrouped
from vrs.report.text import words
from vrs.report.text.entry import MOST_AUTHORS, MOST_NAMES

Json = Dict[str, Any]
PathInJson = Tuple[Any, ...]

_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e[-+]?\d+)?(?!\w|\.\d)")
_PLAIN = re.compile(r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?")
_THOUSANDS = re.compile(r"(?<![\w.])(?:\d{2,3}(?: \d{3})+|\d(?: \d{3}){2,})(?!\w)")
_AROUND = "()[]{}.,;:!?\"'“”‘’…%°|<>=~"
_CHAPTERS = ("Input data", "Level 0 analysis", "All measurements", "Provenance")
_LINE_OF_CONTENTS = re.compile(r"^(.*\S)(?:\s+\.){3,}\s+\d+$|^(.*\S)\s{6,}\d+$")


class Known(NamedTuple):
    """What report.json holds.

    ``tokens`` are numbers as they may be printed; ``text`` is all strings without spaces, in which
    names with digits are looked for.
    """

    tokens: Set[str]
    text: str


def exceptions() -> List[Tuple[str, str]]:
    """What is printed and is not in report.json, with the reason; spaces are single."""
    return [
        *(
            (f"{level} {data}", "table of levels, the same in all reports")
            for level, data in words.SCHEME
        ),
        *(
            (f"{number} {title}", "chapter number")
            for number, title in enumerate(_CHAPTERS, start=1)
        ),
        ("below 0.00001", "any smaller share or probability"),
        ("SHA-256", "name of a checksum"),
        ("View 1", "heading of a picture"),
        ("View 2", "heading of a picture"),
        ("View 3", "heading of a picture"),
    ]


def known_numbers(content: Json) -> Known:
    """All numbers of report.json, as strings and as they are printed."""
    tokens: Set[str] = set()
    strings: List[str] = []
    for path, value in _leaves(content):
        if isinstance(value, str):
            strings.append(_plain_text(value))
            tokens.update(_NUMBER.findall(strings[-1]))
        elif isinstance(value, list):
            tokens.add(str(len(value)))
            # "and 294 more" of a list that is cut.
            tokens.update(str(len(value) - most) for most in (MOST_AUTHORS, MOST_NAMES))
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            tokens.update(_printed(path, value, content))
    return Known(tokens, "\n".join(re.sub(r"\s", "", text) for text in strings))


def unaccounted(text: str, known: Known) -> List[str]:
    """The numbers, and names with digits, of a text that are not among the known ones."""
    text = " ".join(_plain_text(text).split())
    for phrase, _ in exceptions():
        text = re.sub(rf"(?<!\w){re.escape(_plain_text(phrase))}(?!\w)", " ", text)
    printed = text.replace("doi:", " ").split()
    return [
        word
        for before, word in zip(["", *printed], printed)
        if not _is_known(word, known) and not _ends_a_name(before, word, known)
    ]


def text_of_html(file: Path) -> str:
    """What a page says, titles and descriptions of pictures included."""
    reader = _Reader()
    reader.feed(file.read_text(encoding="utf-8"))
    return " ".join(reader.parts)


def text_of_pdf(file: Path) -> str:
    """What a PDF says, page numbers and those of the table of contents left out."""
    pages = _pdftotext(file).split("\f")
    lines: List[str] = []
    for number, page in enumerate(pages, start=1):
        printed = page.rstrip().splitlines()
        if printed and printed[-1].strip() == str(number):
            printed.pop()
        if any(line.strip() == "Contents" for line in printed):
            printed = [_without_page_number(line) for line in printed]
        lines += printed
    return "\n".join(lines)


def words_of_figures(content: Json, folder: Path) -> "Counter[str]":
    """The words in the pictures of a report, which the PDF holds as text."""
    found: "Counter[str]" = Counter()
    sections = (content["input_section"], content["evidence"], *content["checks"])
    for figure in (figure for section in sections if section for figure in section["figures"]):
        if figure["vector"]:
            found.update(_plain_text(_pdftotext(folder / figure["vector"])).split())
    return found


def _is_known(word: str, known: Known) -> bool:
    bare = word.strip(_AROUND)
    if not any(character.isdigit() for character in bare):
        return True
    if _PLAIN.fullmatch(bare):
        return bare in known.tokens
    if bare in known.text:
        return True
    numbers = _NUMBER.findall(bare)
    return bool(numbers) and all(number in known.tokens for number in numbers)


def _ends_a_name(before: str, word: str, known: Known) -> bool:
    """Whether two words are a name, such as a DOI, that was broken at the end of a line."""
    joined = (before + word).strip(_AROUND)
    return any(character.isalpha() for character in joined) and joined in known.text


def _printed(path: PathInJson, value: float, content: Json) -> Iterator[str]:
    """The forms in which a number may stand in the report, by its place in report.json."""
    if "rows" in path:
        table: Any = content
        for key in path[: path.index("rows")]:
            table = table[key]
        yield format(value, table["columns"][path[-1]]["format"])
    elif any(str(key).startswith("seconds") for key in path):
        yield f"{value:.1f}"
    elif "grey_levels" in path:
        yield ungrouped(three_digits(value))
    else:
        yield ungrouped(words.amount(value, "grey value"))
        if "measurements" in path:
            # In sentences and in the table of the evidence.
            yield ungrouped(three_digits(value))
            yield ungrouped(share(value)).split()[0]


def _leaves(value: Any, path: PathInJson = ()) -> Iterator[Tuple[PathInJson, Any]]:
    """The names and values in report.json, lists before their entries."""
    if isinstance(value, dict):
        for key, entry in value.items():
            yield path, key
            yield from _leaves(entry, (*path, key))
        return
    yield path, value
    if isinstance(value, list):
        for index, entry in enumerate(value):
            yield from _leaves(entry, (*path, index))


def _plain_text(text: str) -> str:
    """Straight quotes, hyphens for minus signs, composed letters and plain spaces."""
    text = unicodedata.normalize("NFKC", ungrouped(text.replace("…", "...")))
    return text.replace("−", "-").replace("’", "'").replace("‘", "'")


def _without_page_number(line: str) -> str:
    found = _LINE_OF_CONTENTS.match(line)
    return (found.group(1) or found.group(2)) if found else line


def _pdftotext(file: Path) -> str:
    """The text of a PDF; its thin spaces, which set thousands apart, come out as ordinary ones."""
    command = ["pdftotext", "-layout", str(file), "-"]
    text = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout.decode("utf-8")
    return _THOUSANDS.sub(lambda number: number.group().replace(" ", ""), text)


class _Reader(HTMLParser):
    """Text and descriptions; not programs, styles and data."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: List[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: List[Tuple[str, Optional[str]]]) -> None:
        self._silent += tag in ("script", "style")
        for name, value in attrs:
            if name in ("alt", "title", "aria-label") and value:
                self.parts.append(value)

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)
