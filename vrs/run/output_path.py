"""Paths at which a report can be written."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import NoReturn, Sequence

from vrs.maps.errors import OutputError
from vrs.maps.printing import count

OTHER_FOLDER = "choose another folder with --out"
MOST_BYTES = 400
"""Of the path of the folder: the databases of Scipion have longer ones, and may have 512."""

_MOST_BYTES_OF_NAME = 255
_ALLOW = "allow it with chmod -R u+rwX"
_NAMED = 3
_LITTLE_SPACE = 2**24
_UNSAFE = "\"'$`\\\n"
"""Scipion starts its runs with shell commands that quote the folder of the project."""


class NotReplaceable(OutputError):
    """There is something that would be lost."""


def usable_path(path: Path) -> Path:
    """The path with its links resolved; raises OutputError if no report can be written there."""
    try:
        resolved = path.resolve()
        if resolved.exists() and not resolved.is_dir():
            raise NotReplaceable(f"{resolved} is a file", OTHER_FOLDER)
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise OutputError(f"{path} cannot be used ({reason})", OTHER_FOLDER) from error
    if any(character in str(resolved) for character in _UNSAFE):
        raise OutputError(
            f"{resolved} has a quote, dollar, backslash or line break in its name, so that "
            "Scipion cannot start its programs",
            OTHER_FOLDER,
        )
    longest, length = max(map(_bytes, resolved.parts)), _bytes(str(resolved))
    if longest > _MOST_BYTES_OF_NAME or length > MOST_BYTES:
        raise OutputError(
            f"the path of the output folder has {count(length, 'byte')}, and its longest "
            f"name {longest}; possible are {MOST_BYTES} and {_MOST_BYTES_OF_NAME}",
            "choose a shorter one with --out",
        )
    return resolved


def check_access(folder: Path) -> None:
    """Raise NotReplaceable for a folder, or one in it, whose content cannot be moved."""
    check_own_access(folder)
    try:
        for parent, _, _ in os.walk(folder, onerror=raise_error):
            check_own_access(parent)
    except OSError as error:
        raise unreadable(folder, error) from error


def check_own_access(folder: "str | os.PathLike[str]") -> None:
    """What ``check_access`` does, for the folder alone."""
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        raise NotReplaceable(f"{folder} cannot be changed (Permission denied)", _ALLOW)


def unreadable(folder: Path, error: OSError) -> NotReplaceable:
    return NotReplaceable(
        f"{error.filename or folder} cannot be read ({error.strerror or error})",
        _ALLOW,
    )


def raise_error(error: OSError) -> NoReturn:
    """For ``os.walk``, which passes over what it cannot read otherwise."""
    raise error


def listed(names: Sequence[str]) -> str:
    """The first names, and how many more there are."""
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def is_full(folder: Path) -> bool:
    """Whether a disk has so little space that a file of a report may not have found room."""
    return shutil.disk_usage(_existing(folder)).free < _LITTLE_SPACE


def free_space(folder: Path) -> str:
    """The free space of the disk of a folder, such as "1.5 MB free on the disk of /data"."""
    disk = _existing(folder)
    return f"{shutil.disk_usage(disk).free / 1e6:.1f} MB free on the disk of {folder}"


def _existing(folder: Path) -> Path:
    while not folder.exists():
        folder = folder.parent
    return folder


def _bytes(name: str) -> int:
    return len(os.fsencode(name))
