"""The files of an index in their folder: an earlier index is replaced, nothing else."""

from __future__ import annotations

from pathlib import Path

from vrs.checks.store import encode
from vrs.maps.errors import OutputError
from vrs.maps.whole_file import write_whole
from vrs.report.index import INDEX_CSV, INDEX_FILES, INDEX_HTML, INDEX_JSON
from vrs.report.index.build import MadeIndex
from vrs.report.index.page import MARKER, page_of
from vrs.report.index.table import table_of

_MARKED_WITHIN = 1000
_ADVICE = "choose another folder with --out"


def check_replaceable(folder: Path) -> None:
    """Raise OutputError if the folder holds files with these names that are no earlier index.

    index.html says what it is, and speaks for the other two.
    """
    for name in INDEX_FILES:
        file = folder / name
        if file.is_symlink():
            raise OutputError(f"{file} is a symbolic link, which is not followed", _ADVICE)
        if file.exists() and not file.is_file():
            raise OutputError(f"{file} is not a file", _ADVICE)
    present = [name for name in INDEX_FILES if (folder / name).exists()]
    if present and not _is_ours(folder / INDEX_HTML):
        raise OutputError(f"{folder / present[0]} exists and is not an index of reports", _ADVICE)


def write_index(made: MadeIndex, folder: Path) -> Path:
    """Write index.html, index.csv and index.json; returns the path of the page.

    Raises OutputError if there is something else under these names, or the disk does not allow it.
    """
    check_replaceable(folder)
    # The page comes first: without it the other two would not be replaced the next time.
    contents = {
        INDEX_HTML: page_of(made).encode("utf-8", errors="backslashreplace"),
        INDEX_CSV: table_of(made.content).encode("utf-8", errors="backslashreplace"),
        INDEX_JSON: encode(made.content) + b"\n",
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in contents.items():
            write_whole(folder / name, content)
    except OSError as error:
        file = error.filename or folder
        raise OutputError(
            f"{file} cannot be written ({error.strerror or error})", _ADVICE
        ) from error
    return folder / INDEX_HTML


def _is_ours(page: Path) -> bool:
    try:
        with page.open("rb") as stream:
            return MARKER.encode("ascii") in stream.read(_MARKED_WITHIN)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise OutputError(f"{page} cannot be read ({error.strerror or error})", _ADVICE) from error
