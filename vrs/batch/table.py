"""The list of a batch as it is written: CSV, TSV or JSON Lines, in any of which a row is a map."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any, Dict, Iterator, List, NamedTuple

from vrs.maps.bounded_file import read_bounded
from vrs.maps.errors import VrsError

ENDINGS = (".csv", ".tsv", ".jsonl", ".ndjson")
DELIMITERS = "\t;,"
FORMATS = "CSV, TSV or JSON Lines"
MAP = "map"

_BETWEEN_WORDS = re.compile(r"[\s_-]+")


class ListError(VrsError):
    """A list that cannot be read, or with rows that cannot be measured."""


class Cells(NamedTuple):
    """A row: its line in the file, and its texts by the names of their columns; none is empty."""

    line: int
    values: Dict[str, str]


def list_file(path: Path) -> Path:
    """The file of a list: the path itself, or the one table in that folder of maps.

    Raises ListError if there is none, or several.
    """
    if not path.is_dir():
        if not path.is_file():
            raise ListError(f"there is no list {path}", "check the name and the folder")
        if path.suffix.lower() not in ENDINGS:
            raise ListError(
                f"the name of the list {path.name} does not end with {', '.join(ENDINGS)}",
                f"write it as {FORMATS}, and name it so",
            )
        return path
    tables = sorted(file for file in path.iterdir() if file.suffix.lower() in ENDINGS)
    if len(tables) != 1:
        found = ", ".join(file.name for file in tables) if tables else "none"
        raise ListError(
            f"the folder {path} needs one list of its maps and has {found}",
            f"put one there as {FORMATS}, or name it instead of the folder",
        )
    return tables[0]


def read_list(file: Path) -> List[Cells]:
    """The rows of a list; empty cells and empty lines are left out.

    Names of columns are in small letters with hyphens: "Voxel size" becomes "voxel-size".

    Raises ListError if the file cannot be read, has no column "map", or no row.
    """
    try:
        text = read_bounded(file).decode("utf-8-sig")
    except OSError as error:
        raise ListError(f"{file} cannot be read ({error.strerror or error})") from error
    except UnicodeDecodeError as error:
        raise ListError(f"{file} is not UTF-8", "save it as UTF-8") from error
    json_lines = file.suffix.lower() in (".jsonl", ".ndjson")
    rows = list(_json_rows(text, file) if json_lines else _table_rows(text, file))
    if not rows:
        raise ListError(f"{file} has no row", f"add a row for each {MAP}")
    return rows


def _table_rows(text: str, file: Path) -> Iterator[Cells]:
    lines = text.splitlines()
    head = next((line for line in lines if line.strip()), "")
    delimiter = max(DELIMITERS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    columns: List[str] = []
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if not columns:
                columns = _columns(cells, file)
                continue
            if len(cells) > len(columns):
                raise ListError(
                    f"line {reader.line_num} of {file} has {len(cells)} cells and the first "
                    f"{len(columns)} columns",
                    "put a text with a separator in it between quotes",
                )
            texts = {name: cell.strip() for name, cell in zip(columns, cells)}
            yield Cells(reader.line_num, {name: text for name, text in texts.items() if text})
    except csv.Error as error:
        raise ListError(f"line {reader.line_num} of {file} cannot be read ({error})") from error


def _columns(names: List[str], file: Path) -> List[str]:
    columns = [_plain(name) for name in names]
    for name in columns:
        if name and columns.count(name) > 1:
            raise ListError(f"{file} has two columns {name}", "remove one of them")
    if MAP not in columns:
        raise ListError(
            f"the first line of {file} names no column {MAP}",
            f"begin with the names of the columns, such as {MAP}, contour, resolution",
        )
    return columns


def _json_rows(text: str, file: Path) -> Iterator[Cells]:
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            content = json.loads(line)
        except ValueError as error:
            raise ListError(f"line {number} of {file} is not JSON ({error})") from error
        if not isinstance(content, dict):
            raise ListError(
                f"line {number} of {file} is no JSON object", f'write one such as {{"{MAP}": "…"}}'
            )
        texts = {_plain(name): _text(value) for name, value in content.items()}
        yield Cells(number, {name: value for name, value in texts.items() if value})


def _plain(name: str) -> str:
    return _BETWEEN_WORDS.sub("-", name.strip().lower())


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ",".join(map(_text, value))
    return value.strip() if isinstance(value, str) else json.dumps(value)
