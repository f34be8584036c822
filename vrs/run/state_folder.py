"""Where this program keeps what it needs between runs, and whether a folder can be written."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

from vrs.maps.errors import OutputError


def is_writable(folder: Path) -> bool:
    """Whether the folder can be written, or made where it does not exist; makes nothing."""
    while not os.path.lexists(folder) and folder != folder.parent:
        folder = folder.parent
    return os.path.isdir(folder) and os.access(folder, os.W_OK | os.X_OK)


def usual_folder() -> Path:
    """The folder of this program among the data of the user's programs."""
    data = os.environ.get("XDG_DATA_HOME") or os.path.expanduser("~/.local/share")
    return Path(data) / "vrs" / "scipion"


def temporary_folder() -> Path:
    """A folder among the temporary files, the same in every run of this user.

    Raises OutputError if there is no folder for temporary files.
    """
    try:
        temporary = Path(tempfile.gettempdir()).resolve()
    except FileNotFoundError as error:
        raise OutputError(
            "no folder for temporary files can be written", "set TMPDIR to a folder of yours"
        ) from error
    return temporary / f"vrs-{os.getuid()}"


def state_folder() -> Path:
    """The usual folder; where it cannot be written that of Scipion, else the temporary one."""
    usual, scipion = usual_folder(), os.environ.get("SCIPION_HOME")
    # The name of a home that is not known keeps its tilde.
    if usual.is_absolute() and is_writable(usual):
        return usual
    if scipion and is_writable(Path(scipion)):
        return Path(scipion)
    return temporary_folder()


def make_private(folder: Path) -> None:
    """Make a folder for this user alone; one among the temporary files could be of somebody else.

    Raises OutputError if somebody else could have written into it.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    others = stat.S_IWGRP | stat.S_IWOTH
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & others:
        raise OutputError(
            f"{folder} belongs to somebody else", "set SCIPION_HOME to a folder of yours"
        )
