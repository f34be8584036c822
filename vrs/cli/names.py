"""What a report cannot hold of the words of a command: names that are not UTF-8, passwords."""

from __future__ import annotations

import os
import re
from typing import Sequence

from vrs.maps.errors import VrsError

_PASSWORD = re.compile(r"(?<=://)\S*@")


def check_names(arguments: Sequence[str]) -> None:
    """Raise VrsError for an argument or a working folder that is not UTF-8, or has been removed."""
    try:
        folder = os.getcwd()
    except FileNotFoundError as error:
        raise VrsError(
            "the working folder no longer exists", "change to another folder with cd"
        ) from error
    for name in (*arguments, folder):
        if is_undecoded(name):
            raise not_utf8(name)


def is_undecoded(name: str) -> bool:
    """Whether a name has bytes that Python could not decode, and keeps as half characters."""
    return any("\udc80" <= character <= "\udcff" for character in name)


def not_utf8(name: str) -> VrsError:
    shown = os.fsencode(name).decode("utf-8", errors="backslashreplace")
    return VrsError(f"the name {shown} is not UTF-8", "rename the file or the folder")


def without_passwords(argument: str) -> str:
    """An argument as a report may repeat it.

    Examples
    --------
    >>> without_passwords("--emdb=https://anna:secret@example.org/emdb")
    '--emdb=https://…@example.org/emdb'
    """
    return _PASSWORD.sub("…@", argument)
