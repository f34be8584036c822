"""The rows of a list as maps with their options: a row is read as a command ``vrs report`` is."""

from __future__ import annotations

import argparse
import os
import shlex
from pathlib import Path
from typing import Dict, List, NamedTuple, NoReturn, Optional, Sequence, Tuple

from vrs.batch.row import Row, Size, size_of
from vrs.batch.table import MAP, Cells, ListError
from vrs.cli import report
from vrs.cli.parsing import Parser, meant, suggestion
from vrs.entries.identifier import entry_id
from vrs.maps.errors import MapError, VrsError
from vrs.reference.file import NONE
from vrs.run.default_folder import name_without_ending
from vrs.run.output_path import listed

NAME = "name"
"""The column with the name of a report; by default that of the map."""

FILES = (MAP, "mask", "entry", "reference")
"""Columns with files, from the folder of the list."""

YES, NO = ("yes", "true", "1", "x"), ("no", "false", "0")

MOST_LETTERS = 100
"""Of the name of a report."""


class WrongRow(Exception):
    """What is wrong with a row, without its place."""


class RowParser(Parser):
    """Reads the options of a row; wrong ones are an exception, not the end of the command."""

    def error(self, message: str) -> NoReturn:
        raise WrongRow(message.replace("argument --", "", 1))


class Bad(NamedTuple):
    """A row that cannot be measured, and why."""

    line: int
    map: str
    reason: str

    def __str__(self) -> str:
        return f"line {self.line} ({self.map}): {self.reason}"


class Rows(NamedTuple):
    """The rows of a list that can be measured with their sizes, and the others."""

    rows: List[Tuple[Row, Optional[Size]]]
    bad: List[Bad]


def rows_of(table: Sequence[Cells], folder: Path, common: Sequence[str]) -> Rows:
    """Read all rows.

    Parameters
    ----------
    table : sequence of Cells
    folder : Path -- of the list, from which its paths lead
    common : sequence of str -- options of all rows; those of a row itself count more

    Raises ListError if a column is no option of ``vrs report``.
    """
    parser = _parser()
    flags = {name for name, option in _options(parser).items() if option.nargs == 0}
    _refuse_unknown_columns(table, [MAP, NAME, *_options(parser)])
    rows: List[Tuple[Row, Optional[Size]]] = []
    bad: List[Bad] = []
    lines: Dict[str, int] = {}
    for cells in table:
        shown = cells.values.get(MAP, "no map")
        try:
            row = _row(cells, parser, flags, folder, common)
            size = size_of(row.options)
            same = lines.setdefault(row.name.lower(), cells.line)
            if same != cells.line:
                raise WrongRow(
                    f"its report would have the name {row.name}, as that of line {same}: give "
                    f"them different ones in a column {NAME}"
                )
            rows.append((row, size))
        except (WrongRow, VrsError) as error:
            bad.append(Bad(cells.line, shown, str(error)))
    return Rows(rows, bad)


def rows_of_mirror(folder: Path, common: Sequence[str]) -> Rows:
    """All entries of a mirror; the bad ones are those that are not measured, such as tomograms."""
    from vrs.entries.archive import Mirror

    mirror = Mirror(folder)
    mirror.require_folder()
    table = [Cells(0, {MAP: name}) for name in mirror.identifiers()]
    if not table:
        raise ListError(
            f"the mirror of EMDB, {folder}, has no entry in the folder structures",
            "name the folder that holds structures",
        )
    parser, rows, bad = _parser(), [], []
    for cells in table:
        try:
            row = _row(cells, parser, set(), folder, common)
            rows.append((row, size_of(row.options)))
        except (WrongRow, VrsError) as error:
            bad.append(Bad(0, cells.values[MAP], str(error)))
    return Rows(rows, bad)


def _parser() -> RowParser:
    parser = RowParser(prog="", add_help=False)
    parser.add_argument(MAP)
    report.add_map_options(parser)
    parser.complaint = report.missing_contour
    return parser


def _options(parser: Parser) -> Dict[str, argparse.Action]:
    actions = (action for action in parser._actions if action.option_strings)
    return {action.option_strings[-1].lstrip("-"): action for action in actions}


def _refuse_unknown_columns(table: Sequence[Cells], known: Sequence[str]) -> None:
    columns = list(dict.fromkeys(name for cells in table for name in cells.values))
    unknown = [name for name in columns if name not in known]
    if unknown:
        hint = meant(suggestion(unknown[0], known))
        raise ListError(
            f"the list has a column {listed(unknown)}{hint}",
            f"the columns are {', '.join(known)}",
        )


def _row(
    cells: Cells, parser: RowParser, flags: "set[str]", folder: Path, common: Sequence[str]
) -> Row:
    values = dict(cells.values)
    named = values.pop(NAME, "")
    if MAP not in values:
        raise WrongRow(f"it has no {MAP}")
    typed = _arguments(values, flags)
    found = {name: _found(text, folder) if name in FILES else text for name, text in values.items()}
    options = parser.parse_args([*common, *_arguments(found, flags)])
    report.refuse_reference(options.reference)
    options.command_line = shlex.join(["vrs", "report", *common, *typed])
    name = _name(named or _name_of_map(values[MAP]))
    return Row(cells.line, name, report.map_options(options))


def _arguments(values: Dict[str, str], flags: "set[str]") -> List[str]:
    """The values as arguments of a command, the map last."""
    arguments = []
    for name, text in values.items():
        if name in flags:
            arguments += [f"--{name}"] if _is_yes(name, text) else []
        elif name != MAP:
            arguments.append(f"--{name}={text}")
    return [*arguments, "--", values[MAP]] if values[MAP][:1] == "-" else [values[MAP], *arguments]


def _is_yes(name: str, text: str) -> bool:
    if text.lower() not in (*YES, *NO):
        raise WrongRow(f"{name}: {text!r} is neither {YES[0]} nor {NO[0]}")
    return text.lower() in YES


def _found(text: str, folder: Path) -> str:
    """The whole path of a file of the list; "none" and the identifier of an entry stay so."""
    path = folder / text
    named = text.lower() == NONE or entry_id(text) is not None
    if not os.path.lexists(path) and named:
        return text
    return str(path.absolute())


def _name_of_map(text: str) -> str:
    identifier = entry_id(text)
    return identifier or name_without_ending(Path(text).name)


def _name(text: str) -> str:
    """The name of a report, which is that of a folder.

    Raises WrongRow if no folder can have it.
    """
    if text != Path(text).name or text.startswith(".") or len(text) > MOST_LETTERS:
        raise WrongRow(
            f"{text[:MOST_LETTERS]!r} cannot be the name of a folder: write one in the column "
            f"{NAME} that has at most {MOST_LETTERS} letters, no slash, and no point at its start"
        )
    return text


def mirror_folder(place: str) -> Path:
    """The folder of a mirror; raises MapError for the address of an archive."""
    from vrs.entries.address import archive_place

    found = archive_place(place)
    if not isinstance(found, Path):
        raise MapError(
            f"{place} is the address of an archive, whose entries cannot all be listed",
            "name a mirror folder, or write a list of identifiers",
        )
    return found
