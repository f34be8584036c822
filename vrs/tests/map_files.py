"""Small map files with headers of every kind, written for the tests that read them."""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import Any, Dict, Tuple

import mrcfile
import numpy as np
import numpy.typing as npt
import pytest

from vrs.maps import MapError, read_map

AXIS_ORDERS: Dict[Tuple[int, int, int], str] = {
    (1, 2, 3): "zyx",
    (1, 3, 2): "yzx",
    (2, 1, 3): "zxy",
    (2, 3, 1): "xzy",
    (3, 1, 2): "yxz",
    (3, 2, 1): "xyz",
}
"""MAPC, MAPR, MAPS and the axes of the array in the file, slowest first."""

MODE = 12
"""Offset in bytes of the word MODE."""

STACK_REMARK = (
    "The map file's header marks it as a stack of images (space group 0); it was read as one "
    "volume."
)


def numbered(
    shape: Tuple[int, int, int] = (4, 5, 6), dtype: npt.DTypeLike = np.float32
) -> npt.NDArray[Any]:
    """A map (Z, Y, X) whose values are their positions: z * 30 + y * 6 + x for the usual shape."""
    return np.arange(np.prod(shape)).reshape(shape).astype(dtype)


def write_file(
    path: Path,
    data: npt.NDArray[Any],
    axes: Tuple[int, int, int] = (1, 2, 3),
    voxel_size: float = 1.5,
    start: Tuple[int, int, int] = (0, 0, 0),
    origin: Tuple[float, float, float] = (0.0, 0.0, 0.0),
    sampling: Tuple[int, int, int] = (0, 0, 0),
    space_group: int = 1,
) -> Path:
    """Write ``data`` (Z, Y, X) with its axes in another order; ``start`` is along X, Y, Z.

    ``sampling`` is MX, MY, MZ; without it, the size of the box.
    """
    stored = np.einsum("zyx->" + AXIS_ORDERS[axes], data)
    columns, rows, sections = (start[axis - 1] for axis in axes)
    mx, my, mz = sampling if any(sampling) else data.shape[::-1]
    with mrcfile.new(path, overwrite=True) as file:
        file.set_data(np.ascontiguousarray(stored))
        header = file.header
        header.ispg = space_group
        header.mapc, header.mapr, header.maps = axes
        header.nxstart, header.nystart, header.nzstart = columns, rows, sections
        header.mx, header.my, header.mz = mx, my, mz
        header.cella.x, header.cella.y, header.cella.z = (voxel_size * m for m in (mx, my, mz))
        header.origin.x, header.origin.y, header.origin.z = origin
    return path


def patch(path: Path, offset: int, value: bytes) -> Path:
    """Overwrite bytes of a file."""
    content = bytearray(path.read_bytes())
    content[offset : offset + len(value)] = value
    path.write_bytes(bytes(content))
    return path


def word(value: int) -> bytes:
    """A little-endian integer of 32 bits, as in most of a header."""
    return struct.pack("<i", value)


def refusal_of(path: Path, **options: Any) -> str:
    """The message of ``read_map`` for a file that it refuses, without the folder."""
    with pytest.raises(MapError) as caught:
        read_map(path, **options)
    return str(caught.value).replace(f"{path.parent}{os.sep}", "")
