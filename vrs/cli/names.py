"""Names that are not UTF-8: Scipion, report.json and the report cannot hold them."""

from __future__ import annotations

import os
from typing import Sequence

from vrs.maps.errors import VrsError


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
