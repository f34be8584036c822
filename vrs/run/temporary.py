"""The temporary files of a run are in its own folder, so that those of a killed run go with it."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

_VARIABLE = "TMPDIR"


@contextmanager
def temporary_files_in(folder: Path) -> Iterator[None]:
    """This process and those that it starts have their temporary files in a new folder.

    The folder is removed at the end of the block.
    """
    before = os.environ.get(_VARIABLE), tempfile.tempdir
    folder.mkdir()
    os.environ[_VARIABLE] = tempfile.tempdir = str(folder)
    try:
        yield
    finally:
        variable, tempfile.tempdir = before
        if variable is None:
            del os.environ[_VARIABLE]
        else:
            os.environ[_VARIABLE] = variable
        shutil.rmtree(folder, ignore_errors=True)
