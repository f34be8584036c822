"""Files that appear under their names complete or not at all."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Iterator

_MOST_BYTES = 200
"""Of a name within another one; file systems allow 255."""


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Write a file under another name in its folder and rename it when it is complete.

    An earlier file of the name stays until then, and for good if the block ends with an error; a
    symbolic link of the name is replaced, not followed.

    Parameters
    ----------
    path : Path -- The final name.

    Raises OSError that names the file, also for a full disk, of which the system names no file.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "curve.csv"
    ...     with whole_file(file) as stream:
    ...         _ = stream.write(b"1,2")
    ...         existed_before = file.exists()
    ...     content = file.read_bytes()
    >>> existed_before, content
    (False, b'1,2')
    """
    path = Path(os.path.abspath(path))
    unfinished = _unfinished(path)
    try:
        with unfinished.open("wb") as stream:
            yield stream
        os.replace(unfinished, path)
    except OSError as error:
        if error.errno is not None and error.filename in (None, str(unfinished)):
            error.filename = str(path)
        raise
    finally:
        unfinished.unlink(missing_ok=True)


def _unfinished(path: Path) -> Path:
    """Another name in the same folder, which is short enough whatever the name is."""
    name = os.fsencode(path.name)[:_MOST_BYTES].decode("utf-8", errors="ignore")
    return path.with_name(f".{name}.{os.getpid()}.part")


def write_whole(path: Path, content: bytes) -> None:
    """Write a file at once; see ``whole_file``."""
    with whole_file(path) as stream:
        stream.write(content)


def link_or_copy(source: Path, path: Path) -> None:
    """Give a file a second name: a hard link, which takes no room, else a copy.

    Files of this package are replaced, never changed, so neither name sees what becomes of the
    other. File systems without hard links, or another disk, get the copy.

    Parameters
    ----------
    source : Path -- The file.
    path : Path -- Its second name; an earlier file of this name is replaced.

    Raises OSError if neither is possible.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     first, second = Path(folder) / "map.mrc", Path(folder) / "same.mrc"
    ...     write_whole(first, b"map")
    ...     link_or_copy(first, second)
    ...     second.read_bytes(), second.samefile(first)
    (b'map', True)
    """
    source = source.resolve()
    unfinished = _unfinished(path)
    try:
        os.link(source, unfinished)
    except OSError:
        with source.open("rb") as content, whole_file(path) as stream:
            shutil.copyfileobj(content, stream)
        return
    try:
        os.replace(unfinished, path)
    finally:
        # Where both names were the same file before, the system renames nothing.
        unfinished.unlink(missing_ok=True)
