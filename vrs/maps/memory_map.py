"""Arrays that are mapped from a file into memory."""

from __future__ import annotations

import math
import mmap
import os
import tempfile
from pathlib import Path
from typing import Any, Tuple

import numpy as np
import numpy.typing as npt

from vrs.maps.errors import MapError

KEPT_IN_MEMORY = 64e6
"""Bytes; larger temporary arrays are mapped from a file."""


def leave_on_disk(array: Any) -> None:
    """Release the pages of a memory-mapped array from the memory of this process.

    The values stay valid: they are read again on the next access, usually from the cache of the
    system. Arrays that are not mapped, and systems that cannot release pages, are left alone.

    Parameters
    ----------
    array : ndarray, any shape and dtype -- a memory map, a view of one, or any other array
    """
    owner = array
    while owner is not None and not isinstance(owner, mmap.mmap):
        owner = getattr(owner, "base", None)
    if owner is not None and hasattr(mmap, "MADV_DONTNEED"):
        owner.madvise(mmap.MADV_DONTNEED)


def scratch_array(shape: Tuple[int, ...], dtype: npt.DTypeLike) -> npt.NDArray[Any]:
    """An array for temporary values, mapped from a file without a name if it is large.

    ``leave_on_disk`` releases its pages. The file lies in the working folder, or, if that cannot
    be written, in the folder for temporary files, and vanishes with the array, or with the process.

    Parameters
    ----------
    shape : tuple of int
    dtype : data type

    Returns
    -------
    ndarray, of the shape -- with values of 0

    Raises
    ------
    MapError
        If the disk has no room for the file.

    Examples
    --------
    >>> scratch_array((2, 3), np.float32)
    array([[0., 0., 0.],
           [0., 0., 0.]], dtype=float32)
    """
    size = math.prod(shape) * np.dtype(dtype).itemsize
    if size <= KEPT_IN_MEMORY or not hasattr(os, "posix_fallocate"):
        return np.zeros(shape, dtype)
    folder = os.getcwd() if os.access(os.getcwd(), os.W_OK) else tempfile.gettempdir()
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            # Room is reserved here: a full disk would later end the process without a word.
            os.posix_fallocate(file.fileno(), 0, size)
            mapped = mmap.mmap(file.fileno(), size)
    except OSError as error:
        raise MapError(
            f"{Path(folder)} has no room for {size / 1e9:.2f} GB of temporary values "
            f"({error.strerror})",
            "free disk space, or measure a binned copy of the map (--bin 2)",
        ) from error
    return np.ndarray(shape, dtype, buffer=mapped)
