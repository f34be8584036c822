"""Provenance of a map: the name and checksum of its file, and remarks on its header."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator, Optional, Tuple

from vrs.maps.density_map import DensityMap
from vrs.maps.errors import MapError
from vrs.maps.files import MapPath, StoredMap, read_stored, turned_and_placed
from vrs.maps.header import COPY_AGAIN, MapHeader
from vrs.maps.header_comparison import AXIS_NAMES, STATISTICS_TOLERANCE
from vrs.maps.placement import (
    VOXEL_TOLERANCE,
    are_equal,
    origin_of,
    swapped_sampling,
)
from vrs.maps.printing import count, entered, number
from vrs.maps.typed_values import GIVEN

_CHUNK_BYTES = 2**20
_DIGITS = 4


@dataclass(frozen=True)
class SourceFile:
    """The file that a map came from.

    Attributes
    ----------
    name : str -- file name without its folder
    sha256 : str -- SHA-256 of the bytes on disk, compressed or not, as ``sha256sum`` prints it
    remarks : tuple of str -- one sentence for each oddity of the header
    header : MapHeader or None -- None if it was not kept
    """

    name: str
    sha256: str
    remarks: Tuple[str, ...]
    header: Optional[MapHeader] = None


def inspect_file(
    path: MapPath, voxel_size: Optional[float] = None, as_volume: bool = False
) -> SourceFile:
    """Checksum of a map file and remarks on its header.

    The remarks, in this order, are about:

    1. a missing word "MAP" or a machine stamp that contradicts the byte order;
    2. bytes after the last voxel;
    3. axes in another order than X, Y, Z;
    4. the space group of a stack of images or of a crystal;
    5. cell angles that are not numbers; a missing voxel size, edges that differ, or a given size
       that differs from the header's;
    6. ORIGIN and NSTART if both are set and disagree;
    7. grey values of 8 bits, and how they were read;
    8. statistics in the header that contradict the values.

    Raises MapError if the file cannot be read or its values are not finite; a missing or unequal
    voxel size is a remark here.
    """
    return _inspected(Path(path), read_stored(path, as_volume), voxel_size)


def read_with_source(
    path: MapPath,
    voxel_size: Optional[float] = None,
    as_volume: bool = False,
    voxel_size_source: str = GIVEN,
) -> Tuple[DensityMap, SourceFile]:
    """``read_map`` and ``inspect_file`` in one, so that a large file is unpacked once.

    ``voxel_size_source`` is where ``voxel_size`` comes from, for the remark on it.

    Raises MapError if: As ``read_map``.
    """
    stored = read_stored(path, as_volume)
    source = _inspected(Path(path), stored, voxel_size, voxel_size_source)
    return turned_and_placed(stored, path, voxel_size), source


def _inspected(
    path: Path, stored: StoredMap, voxel_size: Optional[float], voxel_size_source: str = GIVEN
) -> SourceFile:
    remarks = tuple(_remarks(stored, voxel_size, voxel_size_source))
    return SourceFile(path.name, sha256_of(path), remarks, stored.header)


def sha256_of(path: Path) -> str:
    """SHA-256 of the bytes of a file, as ``sha256sum`` prints it.

    Raises MapError if the file cannot be read.
    """
    digest = hashlib.sha256()
    try:
        with path.open("rb") as stream:
            for chunk in iter(lambda: stream.read(_CHUNK_BYTES), b""):
                digest.update(chunk)
    except OSError as error:
        raise MapError(f"{path} cannot be read ({error})", COPY_AGAIN) from error
    return digest.hexdigest()


def _remarks(
    stored: StoredMap, voxel_size: Optional[float], voxel_size_source: str
) -> Iterator[str]:
    header = stored.header
    yield from _format_remarks(header)
    if stored.surplus_bytes:
        yield (
            f"The file is {count(stored.surplus_bytes, 'byte')} longer than its header says; "
            "the surplus was ignored."
        )
    yield from _axis_remarks(header)
    yield from _voxel_remarks(header, voxel_size, voxel_size_source)
    yield from _origin_remarks(header, voxel_size)
    if header.mode == 0:
        yield _byte_remark(stored)
    yield from _statistics_remarks(stored)


def _byte_remark(stored: StoredMap) -> str:
    few = "The grey values are 8-bit integers: at most 256 different values"
    if not stored.byte_evidence:
        return f"{few}."
    return f"{few}. They were read as {byte_reading(stored)}."


def byte_reading(stored: StoredMap) -> str:
    """How bytes were read and what decided it, to end a sentence; something had to decide."""
    reading = "unsigned (0 to 255)" if stored.header.unsigned else "signed (-128 to 127)"
    return f"{reading}, {stored.byte_evidence}"


def stack_remark(header: MapHeader) -> str:
    """A remark on a header that is that of a stack of images, "" if it is not."""
    if header.space_group != 0:
        return ""
    return (
        "The map file's header marks it as a stack of images (space group 0); "
        "it was read as one volume."
    )


def _format_remarks(header: MapHeader) -> Iterator[str]:
    if not header.identified:
        yield (
            'The word "MAP" is missing from the map file\'s header; the file may be of an older '
            "format, and its ORIGIN was not read."
        )
    if not header.stamp_matches:
        order = "little-endian" if header.byte_order == "<" else "big-endian"
        yield f"The machine stamp contradicts the byte order; the file was read as {order}."


def _axis_remarks(header: MapHeader) -> Iterator[str]:
    if header.axis_order != (0, 1, 2):
        axes = ", ".join(AXIS_NAMES[axis] for axis in reversed(header.stored_axes))
        yield (
            f"Columns, rows and sections of the file run along {axes}; "
            "they were reordered to X, Y, Z."
        )
    if header.space_group == 0:
        yield stack_remark(header)
    elif 1 < header.space_group <= 230:
        yield (
            f"The map file's header names the crystallographic space group {header.space_group}; "
            "no symmetry was applied, and only the voxels in the file are analysed."
        )


def _voxel_remarks(
    header: MapHeader, voxel_size: Optional[float], voxel_size_source: str
) -> Iterator[str]:
    if not all(math.isfinite(angle) for angle in header.angles):
        yield (
            "The angles of the cell in the map file's header are not numbers; 90 degrees were "
            "assumed."
        )
    edges = header.voxel_edges
    if edges is None:
        used = "."
        if voxel_size:
            of_user = voxel_size_source == GIVEN
            whose = "was given" if of_user else f"is that of {voxel_size_source}"
            used = f"; {entered(voxel_size)} Å {whose}."
        yield f"The map file's header has no voxel size{used}"
        return
    if not are_equal(edges):
        x, y, z = edges
        sizes = " x ".join(map(entered, (x, y, z)))
        yield f"The map file's header has voxels of {sizes} Å, not cubic ones."
        swapped = swapped_sampling(header)
        if swapped:
            yield (
                "MX, MY and MZ in the map file's header are in the order of the file, not in that "
                f"of X, Y, Z, which gives cubic voxels of {entered(swapped)} Å."
            )
    if voxel_size and max(abs(edge - voxel_size) for edge in edges) > voxel_size * VOXEL_TOLERANCE:
        given, stated = entered(voxel_size), entered(edges[0])
        size = f"The given voxel size of {given} Å"
        if voxel_size_source != GIVEN:
            size = f"The voxel size of {voxel_size_source}, {given} Å,"
        yield f"{size} replaces that of the map file's header, {stated} Å."


def _origin_remarks(header: MapHeader, voxel_size: Optional[float]) -> Iterator[str]:
    """A remark if ORIGIN and NSTART are both set and place the map differently."""
    edges = (voxel_size,) * 3 if voxel_size else header.voxel_edges
    if not any(header.origin) or not any(header.start) or edges is None:
        return
    from_start = tuple(index * edge for index, edge in zip(header.start, edges))
    used = origin_of(header, edges[0])
    if max(abs(a - b) / edge for a, b, edge in zip(used, from_start, edges)) > 1:
        yield (
            f"ORIGIN ({_listed(used)} Å) and NSTART ({_listed(from_start)} Å) place the map "
            "differently; ORIGIN was used."
        )


def _statistics_remarks(stored: StoredMap) -> Iterator[str]:
    """A remark if the statistics are wrong; a maximum below the minimum means "not set"."""
    smallest, largest, mean = stored.header.statistics
    if not smallest <= largest or smallest == largest == 0:
        return
    data = stored.data
    true = (float(data.min()), float(data.max()), float(data.mean(dtype=float)))
    allowed = STATISTICS_TOLERANCE * (true[1] - true[0])
    # A mean outside the range means "not set".
    compared = 3 if smallest <= mean <= largest else 2
    if any(
        not abs(a - b) <= allowed for a, b in list(zip((smallest, largest, mean), true))[:compared]
    ):
        listed, found = (
            [number(value, _DIGITS) for value in values]
            for values in ((smallest, largest, mean), true)
        )
        yield (
            f"The map file's header states values from {listed[0]} to {listed[1]} with mean "
            f"{listed[2]}, but the map has {found[0]} to {found[1]} with mean {found[2]}; the "
            "header was not updated when the map was changed or rescaled."
        )


def _listed(values: Tuple[float, ...]) -> str:
    return ", ".join(map(entered, values))
