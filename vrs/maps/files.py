"""Reading of map files, whatever their axis order, into arrays of shape (Z, Y, X)."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple, Optional, Union

import numpy as np
import numpy.typing as npt

from vrs.maps.density_map import DensityMap
from vrs.maps.errors import MapError
from vrs.maps.foreign_formats import refuse_other_formats
from vrs.maps.header import (
    COPY_AGAIN,
    HEADER_BYTES,
    OWN_LABEL,
    MapHeader,
    is_identified,
    parse_header,
)
from vrs.maps.memory_map import leave_on_disk
from vrs.maps.opening import CHUNK_BYTES, FREE_BYTES, MapStream, opened, truncated
from vrs.maps.placement import cubic_voxel_size, origin_of
from vrs.maps.printing import count as counted
from vrs.maps.printing import number
from vrs.maps.signed_bytes import reading_of_bytes
from vrs.maps.single_volume import require_single_volume

_OWN_SMALL_TYPES = (np.dtype("i1"), np.dtype("<f2"))
"""Of maps that ``write_map`` wrote, whose values stay as they are where a file is mapped."""

MapPath = Union[str, "os.PathLike[str]"]


class StoredMap(NamedTuple):
    """The content of a file, in the order of the file.

    Attributes
    ----------
    header : MapHeader
    data : ndarray, float32, shape (sections, rows, columns)
    surplus_bytes : int -- bytes after the last grey value
    byte_evidence : str -- what decided whether bytes are signed; "" if nothing had to
    """

    header: MapHeader
    data: npt.NDArray[np.float32]
    surplus_bytes: int
    byte_evidence: str = ""


def read_map(
    path: MapPath,
    voxel_size: Optional[float] = None,
    memory_map: bool = False,
    as_volume: bool = False,
) -> DensityMap:
    """Read a map file, whatever its axis order, byte order, mode and compression.

    Parameters
    ----------
    path : path
        An MRC2014 or CCP4 file (``.mrc``, ``.map``, ``.ccp4``, ``.rec``), plain or compressed with
        gzip or bzip2: the content decides, not the name. Modes 0 (signed or not, see
        ``reading_of_bytes``), 1, 2, 6 and 12.
    voxel_size : float, optional -- edge of the voxel in Å, instead of the header's
    memory_map : bool
        Leave the values on disk, read-only and unchecked (see ``require_finite``), until they are
        used. Possible for uncompressed little-endian files of mode 2, and for files of
        ``write_map`` of modes 0 and 12 (the values stay int8 and float16), if columns, rows and
        sections are X, Y and Z; any other file is read as usual.
    as_volume : bool -- read a stack of images as one volume

    Returns
    -------
    DensityMap
        float32, contiguous, shape (Z, Y, X). The origin is the header's ORIGIN if it is not zero,
        otherwise NSTART times the voxel size. Space group 0 alone, which many programs write by
        mistake, does not make a file a stack of images.

    Raises MapError if the file is missing, not a file, unreadable, truncated or not a single
    real-valued volume (see ``require_single_volume``), has values that are not finite, or has no
    usable voxel size (see ``cubic_voxel_size``).
    """
    path = Path(path)
    if memory_map:
        mapped = _memory_mapped(path, as_volume)
        if mapped is not None:
            return _placed(mapped, path, voxel_size)
    return turned_and_placed(read_stored(path, as_volume), path, voxel_size)


def open_map(
    path: MapPath, voxel_size: Optional[float] = None, as_volume: bool = False
) -> DensityMap:
    """``read_map`` with the values left on disk if possible; checked, float32, shape (Z, Y, X).

    Raises MapError as ``read_map`` does.
    """
    density = open_mask(path, voxel_size, as_volume)
    return density.with_data(density.data.astype(np.float32, copy=False))


def open_mask(
    path: MapPath, voxel_size: Optional[float] = None, as_volume: bool = False
) -> DensityMap:
    """``open_map`` for a mask, whose values may stay int8.

    Raises MapError as ``read_map`` does.
    """
    density = read_map(path, voxel_size, memory_map=True, as_volume=as_volume)
    require_finite(path, density.data)
    leave_on_disk(density.data)
    return density


def turned_and_placed(
    stored: StoredMap, path: MapPath, voxel_size: Optional[float] = None
) -> DensityMap:
    """The content of a file as a map of shape (Z, Y, X), with ``voxel_size`` in Å if it is given.

    Raises MapError if there is no usable voxel size.
    """
    turned = np.ascontiguousarray(stored.data.transpose(stored.header.axis_order))
    return _placed(stored._replace(data=turned), Path(path), voxel_size)


def read_header(path: MapPath, as_volume: bool = False) -> MapHeader:
    """Read only the header of a map file.

    Raises MapError if the file is missing, not a file, unreadable or not a single real-valued
    volume.
    """
    path = Path(path)
    with opened(path) as stream:
        return _header(stream, path, as_volume)


def read_stored(path: MapPath, as_volume: bool = False) -> StoredMap:
    """Read a map file in its own axis order.

    Raises MapError if: As ``read_map``, except for the voxel size, which is not checked.
    """
    path = Path(path)
    with opened(path) as stream:
        header = _header(stream, path, as_volume)
        _require_size(stream, header, path)
        stream.skip(header.extended_bytes)
        try:
            data = np.empty(header.stored_shape, dtype=np.float32)
        except MemoryError:
            raise MapError(
                f"{path} needs {4 * header.voxels / 1e9:.1f} GB of memory, more than there is",
                "use a larger machine, or bin or crop the map",
            ) from None
        _read_values(stream, header, path, data)
        surplus = _surplus(stream, path)
    require_finite(path, data)
    if header.mode != 0:
        return StoredMap(header, data, surplus)
    reading = reading_of_bytes(header, data)
    if reading.unsigned:
        for section in data:
            section[section < 0] += 256
        header = replace(header, unsigned=True)
    return StoredMap(header, data, surplus, reading.evidence)


def _header(stream: MapStream, path: Path, as_volume: bool) -> MapHeader:
    block = stream.read(HEADER_BYTES)
    if not is_identified(block):
        refuse_other_formats(block, str(path), stream.size)
    header = parse_header(block, str(path))
    require_single_volume(header, str(path), as_volume)
    return header


def _require_size(stream: MapStream, header: MapHeader, path: Path) -> None:
    """Refuse a header that announces more than the file can hold, before memory is taken.

    Raises MapError.
    """
    if stream.size is not None and stream.size < header.data_offset + header.data_bytes:
        raise _incomplete(stream.size, header, path)
    unpacked = header.data_offset + 4 * header.voxels
    if not stream.allows(unpacked):
        raise MapError(
            f"{path} would be {number(unpacked / 1e9)} GB when it is unpacked, which its "
            f"{counted(stream.file_bytes, 'byte')} can hardly hold",
            f"{COPY_AGAIN}; if it is right, unpack it first",
        )


def _incomplete(size: int, header: MapHeader, path: Path) -> MapError:
    """The refusal of a content of ``size`` bytes that is shorter than announced."""
    if header.extended_bytes and size == HEADER_BYTES + header.data_bytes:
        return MapError(
            f"{path} announces an extended header of {counted(header.extended_bytes, 'byte')} "
            "(NSYMBT) that is missing: the file has exactly the size of the header and the grey "
            "values",
            "write the file again with another program, or set NSYMBT, the 24th word of its "
            "header, to 0",
        )
    return truncated(path)


def _read_values(
    stream: MapStream, header: MapHeader, path: Path, data: npt.NDArray[np.float32]
) -> None:
    """Fill the array with the values of the file, in steps of a fixed number of bytes.

    Raises MapError if the file ends too early.
    """
    flat, dtype = data.reshape(-1), header.dtype
    count = CHUNK_BYTES // dtype.itemsize
    for first in range(0, flat.size, count):
        target = flat[first : first + count]
        content = stream.read(target.size * dtype.itemsize)
        if len(content) < target.size * dtype.itemsize:
            raise _incomplete(stream.position, header, path)
        target[...] = np.frombuffer(content, dtype)


def _surplus(stream: MapStream, path: Path) -> int:
    """Number of bytes after the last value.

    Reading to the end also makes gzip and bzip2 verify their checksums.

    Raises MapError if a compressed file does not end.
    """
    start = stream.position
    if stream.size is not None:
        return stream.size - start
    stream.skip(FREE_BYTES)
    if stream.read(1):
        raise MapError(
            f"{path} goes on for more than {FREE_BYTES / 1e6:.0f} MB after the last voxel",
            f"{COPY_AGAIN}; if it is right, unpack it first",
        )
    return stream.position - start


def require_finite(path: MapPath, data: npt.NDArray[Any]) -> None:
    """Refuse values that are not finite.

    Parameters
    ----------
    path : path -- for the message
    data : ndarray, any type, shape (Z, Y, X)

    Raises MapError if a value is NaN or infinite.
    """
    if data.dtype.kind != "f":
        return
    bad = sum(int(section.size - np.count_nonzero(np.isfinite(section))) for section in data)
    if bad:
        raise MapError(
            f"{path} has {bad} NaN or infinite values (of {data.size})",
            "check the program that wrote the file, or copy or download it again",
        )


def _placed(stored: StoredMap, path: Path, voxel_size: Optional[float]) -> DensityMap:
    size = cubic_voxel_size(stored.header, str(path), voxel_size)
    return DensityMap(stored.data, size, origin_of(stored.header, size))


def _memory_mapped(path: Path, as_volume: bool) -> Optional[StoredMap]:
    """The file as a read-only memory map, or None if values must be converted or reordered."""
    with opened(path) as stream:
        header = _header(stream, path, as_volume)
        size = stream.size
    if size is None or header.axis_order != (0, 1, 2):
        return None
    own = header.labels == (OWN_LABEL,) and header.imod_flags is None
    if header.dtype != np.dtype("<f4") and not (own and header.dtype in _OWN_SMALL_TYPES):
        return None
    surplus = size - header.data_offset - header.data_bytes
    if surplus < 0:
        raise _incomplete(size, header, path)
    data: npt.NDArray[Any] = np.memmap(
        path, header.dtype, "r", offset=header.data_offset, shape=header.stored_shape
    )
    return StoredMap(header, np.asarray(data), surplus)
