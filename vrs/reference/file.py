"""The file of a reference set."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import msgspec

from vrs.checks.store import encode, read_json
from vrs.maps.errors import VrsError
from vrs.maps.whole_file import write_whole
from vrs.reference.model import ReferenceSet

VARIABLE = "VRS_REFERENCE"
"""Of the environment and of Scipion's configuration: the file of the set of all reports."""

DESCRIPTION = (
    "File of the reference set (made by vrs reference build) among whose maps every report places "
    "its map; empty for none."
)

NONE = "none"
"""Written instead of a file, no set is used, whatever is configured."""

_ADVICE = "name the file that vrs reference build wrote"


class NoReference(VrsError):
    """A file is no reference set that can be read."""


def write_reference(path: Path, reference: ReferenceSet) -> None:
    """Write a set; the file appears when it is complete."""
    write_whole(path, encode(reference) + b"\n")


def read_reference(path: Path) -> ReferenceSet:
    """Read a set; that which was read last is kept as long as its file stays as it is.

    Raises NoReference if the file cannot be read or is no reference set.
    """
    try:
        status = path.stat()
        return _read(path, status.st_size, status.st_mtime_ns)
    except FileNotFoundError as error:
        raise NoReference(f"the reference set {path} does not exist", _ADVICE) from error
    except OSError as error:
        reason = error.strerror or error
        raise NoReference(f"the reference set {path} cannot be read ({reason})", _ADVICE) from error
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise NoReference(f"{path} is no reference set ({error})", _ADVICE) from error


@lru_cache(maxsize=1)
def _read(path: Path, size: int, time: int) -> ReferenceSet:
    reference: ReferenceSet = read_json(path, ReferenceSet)
    return reference


def chosen(typed: str, configured: str) -> str:
    """The file to use, of what a user typed and what is configured; "" for none.

    >>> chosen("", "all.json"), chosen("mine.json", "all.json"), chosen("none", "all.json")
    ('all.json', 'mine.json', '')
    """
    text = typed.strip() or configured.strip()
    return "" if text.lower() == NONE else text
