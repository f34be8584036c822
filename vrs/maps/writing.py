"""Writing of maps in the simplest form of the format MRC2014."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Any, BinaryIO, Dict, Tuple

import numpy as np
import numpy.typing as npt
from mrcfile.constants import MAP_ID, VOLUME_SPACEGROUP
from mrcfile.dtypes import HEADER_DTYPE
from mrcfile.utils import machine_stamp_from_byte_order

from vrs.maps.density_map import DensityMap
from vrs.maps.files import MapPath
from vrs.maps.header import OWN_LABEL
from vrs.maps.memory_map import leave_on_disk
from vrs.maps.whole_file import whole_file

_FORMAT_VERSION = 20141
_TYPES: Dict[int, "np.dtype[Any]"] = {0: np.dtype("i1"), 2: np.dtype("<f4"), 12: np.dtype("<f2")}
"""Of the values, by mode."""

BLOCK = 4096
"""Bytes that usual file systems give to a file at a time."""

Statistics = Tuple[float, float, float, float]


def write_map(path: MapPath, density: DensityMap) -> None:
    """Write a map as an MRC2014 file with its voxel size and origin.

    Arrays of bool and int8 (masks) become mode 0, float16 mode 12, all others mode 2. Columns run
    along X, rows along Y, sections along Z; NSTART is 0, the space group 1, and there is neither an
    extended header nor a date, so that equal maps make equal files. The file appears under its name
    only when it is complete. Blocks of zeros, such as those outside a mask, take no room on the
    disk (a sparse file); they are read as zeros.

    Parameters
    ----------
    path : path
    density : DensityMap -- shape (Z, Y, X); values, voxel size and origin are written

    Raises ValueError if the map has values that are not finite.
    Raises OSError that names the file, also for a full disk.

    Examples
    --------
    >>> import tempfile
    >>> from vrs.maps import read_map
    >>> density = DensityMap(np.eye(8, dtype=np.float32)[None].repeat(8, axis=0), voxel_size=1.2)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_map(Path(folder) / "map.mrc", density)
    ...     copy = read_map(Path(folder) / "map.mrc")
    >>> copy.box, copy.voxel_size, bool((copy.data == density.data).all())
    ((8, 8, 8), 1.2, True)
    """
    path = Path(path)
    header = _header(density)
    with whole_file(path) as stream:
        stream.write(header.tobytes())
        dtype = _TYPES[int(header["mode"])]
        statistics = _write_sections(stream, density.data, dtype, path.name)
        for name, value in zip(("dmin", "dmax", "dmean", "rms"), statistics):
            header[name] = value
        # The last block may have been left out.
        stream.truncate()
        stream.seek(0)
        stream.write(header.tobytes())
    leave_on_disk(density.data)


def _header(density: DensityMap) -> npt.NDArray[Any]:
    """The header without the statistics of the values."""
    z, y, x = density.data.shape
    header = np.zeros((), dtype=HEADER_DTYPE.newbyteorder("<"))
    for name, value in (("x", x), ("y", y), ("z", z)):
        header[f"n{name}"] = header[f"m{name}"] = value
        header["cella"][name] = np.float32(value * density.voxel_size)
    header["mode"] = _mode(density.data.dtype)
    header["cellb"] = (90, 90, 90)
    header["mapc"], header["mapr"], header["maps"] = 1, 2, 3
    header["ispg"] = VOLUME_SPACEGROUP
    header["nversion"] = _FORMAT_VERSION
    header["origin"] = density.origin
    header["map"] = MAP_ID
    header["machst"] = machine_stamp_from_byte_order("<")
    header["nlabl"] = 1
    header["label"][0] = OWN_LABEL.encode()
    return header


def _mode(dtype: npt.DTypeLike) -> int:
    if dtype in (np.bool_, np.int8):
        return 0
    return 12 if dtype == np.float16 else 2


def _write_sections(
    stream: BinaryIO, data: npt.NDArray[Any], dtype: npt.DTypeLike, name: str
) -> Statistics:
    """Write section by section; returns minimum, maximum, mean and standard deviation."""
    smallest, largest, total, squares = math.inf, -math.inf, 0.0, 0.0
    # Differences from a typical value keep their digits when summed.
    typical = float(np.mean(data[0], dtype=np.float64))
    for section in data:
        with np.errstate(over="ignore"):
            values = np.ascontiguousarray(section, dtype=dtype)
        _write_sparse(stream, values)
        low, high = float(values.min()), float(values.max())
        # NaN comes out of both.
        if not (math.isfinite(low) and math.isfinite(high)):
            raise ValueError(f"{name} was not written: it would hold NaN or infinite values")
        smallest, largest = min(smallest, low), max(largest, high)
        if low == high:
            total += (low - typical) * values.size
            squares += (low - typical) ** 2 * values.size
            continue
        difference = np.subtract(values, typical, dtype=np.float64)
        total += float(difference.sum())
        squares += float(np.vdot(difference, difference))
    mean = total / data.size
    return smallest, largest, typical + mean, math.sqrt(max(squares / data.size - mean**2, 0))


def _write_sparse(stream: BinaryIO, values: npt.NDArray[Any]) -> None:
    """Write an array, but only move on where a whole block of the file would be zeros.

    Bits are compared, as -0.0 is not the number that a block left out is read as.
    """
    bits = values.reshape(-1).view(f"i{values.itemsize}")
    start = stream.tell()
    if not bits.any():
        stream.seek(values.nbytes, os.SEEK_CUR)
        return
    first = -start % BLOCK // values.itemsize
    edges = np.arange(first, bits.size, BLOCK // values.itemsize)
    edges = edges if edges.size and edges[0] == 0 else np.append(0, edges)
    used = np.bitwise_or.reduceat(bits, edges) != 0
    changes = np.flatnonzero(np.diff(used)) + 1
    runs = np.concatenate(([0], edges[changes], [bits.size]))
    for begin, end, written in zip(runs, runs[1:], used[np.append(0, changes)]):
        if written:
            stream.write(bits[begin:end].data)
        else:
            stream.seek((end - begin) * values.itemsize, os.SEEK_CUR)
