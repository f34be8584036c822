"""Reading of map files, whatever their axis order, into arrays of shape (Z, Y, X)."""

from __future__ import annotations

import bz2
import gzip
import io
import os
import zlib
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Iterator, NamedTuple, Optional, Union, cast

import numpy as np
import numpy.typing as npt

from vrs.maps.density_map import DensityMap
from vrs.maps.errors import MapError
from vrs.maps.header import COPY_AGAIN, HEADER_BYTES, MapHeader, parse_header
from vrs.maps.placement import cubic_voxel_size, origin_of

MapPath = Union[str, "os.PathLike[str]"]

_CHUNK_BYTES = 2**20
_IDENTIFIER_OFFSET = 208


class StoredMap(NamedTuple):
    """The content of a file, in the order of the file.

    Attributes
    ----------
    header : MapHeader
    data : ndarray, float32, shape (sections, rows, columns)
    surplus_bytes : int -- bytes after the last grey value
    """

    header: MapHeader
    data: npt.NDArray[np.float32]
    surplus_bytes: int


def read_map(
    path: MapPath, voxel_size: Optional[float] = None, memory_map: bool = False
) -> DensityMap:
    """Read a map file, whatever its axis order, byte order, mode and compression.

    Parameters
    ----------
    path : path
        An MRC2014 or CCP4 file (``.mrc``, ``.map``, ``.ccp4``, ``.rec``), plain or compressed with
        gzip or bzip2: the content decides, not the name. Modes 0 (signed), 1, 2, 6 and 12.
    voxel_size : float, optional -- edge of the voxel in Å, instead of the header's
    memory_map : bool
        Leave the values on disk, read-only and unchecked (see ``require_finite``), until they are
        used. Possible for uncompressed little-endian files of mode 2, and of mode 0 (the values
        stay int8), if columns, rows and sections are X, Y and Z, as in files of ``write_map``; any
        other file is read as usual.

    Returns
    -------
    DensityMap
        float32, contiguous, shape (Z, Y, X). The origin is the header's ORIGIN if it is not zero,
        otherwise NSTART times the voxel size. A stack of images (space group 0), which many
        programs write by mistake, is read as one volume.

    Raises MapError if the file is missing, a folder, unreadable, truncated or not a single
    real-valued volume, has values that are not finite, or has no usable voxel size (see
    ``cubic_voxel_size``).
    """
    path = Path(path)
    if memory_map:
        mapped = _memory_mapped(path)
        if mapped is not None:
            return _placed(mapped, path, voxel_size)
    return turned_and_placed(read_stored(path), path, voxel_size)


def open_map(path: MapPath, voxel_size: Optional[float] = None) -> DensityMap:
    """``read_map`` with the values left on disk if possible; checked, float32, shape (Z, Y, X).

    Raises MapError as ``read_map`` does.
    """
    density = read_map(path, voxel_size, memory_map=True)
    require_finite(path, density.data)
    return density.with_data(density.data.astype(np.float32, copy=False))


def turned_and_placed(
    stored: StoredMap, path: MapPath, voxel_size: Optional[float] = None
) -> DensityMap:
    """The content of a file as a map of shape (Z, Y, X), with ``voxel_size`` in Å if it is given.

    Raises MapError if there is no usable voxel size.
    """
    turned = np.ascontiguousarray(stored.data.transpose(stored.header.axis_order))
    return _placed(stored._replace(data=turned), Path(path), voxel_size)


def read_header(path: MapPath) -> MapHeader:
    """Read only the header of a map file.

    Raises MapError if the file is missing, a folder, unreadable or not a single real-valued volume.
    """
    path = Path(path)
    with _opened(path) as stream:
        return parse_header(stream.read(HEADER_BYTES), str(path))


def read_stored(path: MapPath) -> StoredMap:
    """Read a map file in its own axis order.

    Raises MapError if: As ``read_map``, except for the voxel size, which is not checked.
    """
    path = Path(path)
    with _opened(path) as stream:
        header = parse_header(stream.read(HEADER_BYTES), str(path))
        size = _plain_size(stream)
        too_short = size is not None and size < header.data_offset + header.data_bytes
        if too_short or len(stream.read(header.extended_bytes)) < header.extended_bytes:
            raise _truncated(path)
        try:
            data = np.empty(header.stored_shape, dtype=np.float32)
        except MemoryError:
            gigabytes = 4 * header.data_bytes / header.dtype.itemsize / 1e9
            raise MapError(
                f"{path} needs {gigabytes:.1f} GB of memory, more than there is",
                "use a larger machine, or bin or crop the map",
            ) from None
        section_bytes = header.data_bytes // header.stored_shape[0]
        for section in data:
            values = stream.read(section_bytes)
            if len(values) < section_bytes:
                raise _truncated(path)
            section[...] = np.frombuffer(values, header.dtype).reshape(section.shape)
        # Reading to the end also makes gzip and bzip2 verify their checksums.
        surplus = sum(len(chunk) for chunk in iter(lambda: stream.read(_CHUNK_BYTES), b""))
    require_finite(path, data)
    return StoredMap(header, data, surplus)


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


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    """The decompressed content of a file; a failure to read it becomes a MapError."""
    try:
        with path.open("rb") as raw:
            start = raw.read(_IDENTIFIER_OFFSET + 3)
            raw.seek(0)
            # The first number of a plain map may look like the signature of a compressed file.
            plain = start[_IDENTIFIER_OFFSET:] == b"MAP"
            if start.startswith(b"\x1f\x8b") and not plain:
                with gzip.GzipFile(fileobj=raw) as decompressed:
                    yield cast(BinaryIO, decompressed)
            elif start.startswith(b"BZh") and not plain:
                with bz2.BZ2File(raw) as decompressed_bz2:
                    yield cast(BinaryIO, decompressed_bz2)
            else:
                yield raw
    except FileNotFoundError:
        raise MapError(f"{path} does not exist", "check the name and the folder") from None
    except IsADirectoryError:
        raise MapError(f"{path} is a folder", "name a map file in it") from None
    except PermissionError:
        raise MapError(f"{path} may not be read", "ask its owner for permission") from None
    except EOFError:
        raise _truncated(path) from None
    except (OSError, zlib.error) as error:
        raise MapError(f"{path} cannot be read ({error})", COPY_AGAIN) from error


def _plain_size(stream: BinaryIO) -> Optional[int]:
    """Size in bytes of an uncompressed file, None for a compressed one."""
    return os.fstat(stream.fileno()).st_size if isinstance(stream, io.BufferedReader) else None


def _truncated(path: Path) -> MapError:
    return MapError(f"{path} ends before its last voxel", COPY_AGAIN)


def _placed(stored: StoredMap, path: Path, voxel_size: Optional[float]) -> DensityMap:
    size = cubic_voxel_size(stored.header, str(path), voxel_size)
    return DensityMap(stored.data, size, origin_of(stored.header, size))


def _memory_mapped(path: Path) -> Optional[StoredMap]:
    """The file as a read-only memory map, or None if values must be converted or reordered."""
    with _opened(path) as stream:
        header = parse_header(stream.read(HEADER_BYTES), str(path))
        size = _plain_size(stream)
    if size is None or header.axis_order != (0, 1, 2):
        return None
    if header.dtype not in (np.dtype("<f4"), np.dtype("i1")):
        return None
    surplus = size - header.data_offset - header.data_bytes
    if surplus < 0:
        raise _truncated(path)
    data: npt.NDArray[Any] = np.memmap(
        path, header.dtype, "r", offset=header.data_offset, shape=header.stored_shape
    )
    return StoredMap(header, np.asarray(data), surplus)
