"""Writing of maps in the simplest form of the format MRC2014."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Any, BinaryIO, Tuple

import numpy as np
import numpy.typing as npt
from mrcfile.constants import MAP_ID, VOLUME_SPACEGROUP
from mrcfile.dtypes import HEADER_DTYPE
from mrcfile.utils import machine_stamp_from_byte_order

from vrs.maps.density_map import DensityMap
from vrs.maps.files import MapPath
from vrs.maps.header import OWN_LABEL

_FORMAT_VERSION = 20141
_BYTES, _FLOATS = np.dtype("i1"), np.dtype("<f4")

Statistics = Tuple[float, float, float, float]


def write_map(path: MapPath, density: DensityMap) -> None:
    """Write a map as an MRC2014 file with its voxel size and origin.

    Arrays of bool and int8 (masks) become mode 0, all others mode 2. Columns run along X, rows
    along Y, sections along Z; NSTART is 0, the space group 1, and there is neither an extended
    header nor a date, so that equal maps make equal files. The file appears under its name only
    when it is complete.

    Parameters
    ----------
    path : path
    density : DensityMap -- shape (Z, Y, X); values, voxel size and origin are written

    Raises ValueError if the map has values that are not finite.

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
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with unfinished.open("wb") as stream:
            stream.write(header.tobytes())
            dtype = _BYTES if header["mode"] == 0 else _FLOATS
            statistics = _write_sections(stream, density.data, dtype, path.name)
            for name, value in zip(("dmin", "dmax", "dmean", "rms"), statistics):
                header[name] = value
            stream.seek(0)
            stream.write(header.tobytes())
        os.replace(unfinished, path)
    finally:
        if unfinished.exists():
            unfinished.unlink()


def _header(density: DensityMap) -> npt.NDArray[Any]:
    """The header without the statistics of the values."""
    z, y, x = density.data.shape
    header = np.zeros((), dtype=HEADER_DTYPE.newbyteorder("<"))
    for name, value in (("x", x), ("y", y), ("z", z)):
        header[f"n{name}"] = header[f"m{name}"] = value
        header["cella"][name] = np.float32(value * density.voxel_size)
    header["mode"] = 0 if density.data.dtype in (bool, np.int8) else 2
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
        if not np.isfinite(values).all():
            raise ValueError(f"{name} was not written: it would hold NaN or infinite values")
        stream.write(values.data)
        smallest, largest = min(smallest, float(values.min())), max(largest, float(values.max()))
        difference = values.astype(np.float64)
        difference -= typical
        total += float(difference.sum())
        squares += float(np.vdot(difference, difference))
    mean = total / data.size
    return smallest, largest, typical + mean, math.sqrt(max(squares / data.size - mean**2, 0))
