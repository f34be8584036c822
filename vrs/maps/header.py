"""The header of an MRC2014 or CCP4 map, its first 1024 bytes.

``single_volume.py`` judges what the file holds, and ``placement.py`` the voxels.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any, Dict, List, Mapping, Optional, Tuple

import msgspec
import numpy as np
import numpy.typing as npt
from mrcfile.dtypes import HEADER_DTYPE

from vrs.maps.errors import MapError
from vrs.maps.printing import count as counted

COPY_AGAIN = "copy or download it again"
"""Advice on a damaged file."""

HEADER_BYTES = 1024
IDENTIFIER_OFFSET = 208
MODES: Dict[int, str] = {0: "i1", 1: "i2", 2: "f4", 6: "u2", 12: "f2"}
"""Modes of real grey values and their type; see ``MapHeader.unsigned`` for mode 0."""

OWN_LABEL = "Written by scipion-em-vrs"
"""The only label of the files of this plugin, whose bytes are signed."""

LARGEST_SIDE = 2**20
"""Voxels along an axis; the headers of no map have more."""

_IMOD_OFFSET = 40
_IMOD_STAMP = 1146047817
_LARGEST_ORIGIN = 1e7
"""Å from the centre of the coordinates, a millimetre, beyond which ORIGIN is meaningless."""
_SMALLEST_ORIGIN = 1e-4
"""Å below which a coordinate of ORIGIN is the rounding of a program."""
_LITTLE_ENDIAN_STAMPS = (b"\x44\x44", b"\x44\x41")
_BIG_ENDIAN_STAMP = b"\x11\x11"
_TRIPLES = (
    "stored_shape",
    "stored_axes",
    "stored_start",
    "sampling",
    "cell",
    "angles",
    "origin",
    "statistics",
)

Triple = Tuple[float, float, float]
IntTriple = Tuple[int, int, int]


@dataclass(frozen=True)
class MapHeader:
    """The fields of a header.

    Attributes
    ----------
    mode : int -- type of the grey values, a key of ``MODES``
    byte_order : str -- "<" or ">"
    stored_shape : tuple of 3 ints -- sections, rows and columns: the shape of the array in the file
    stored_axes : tuple of 3 ints -- MAPS, MAPR, MAPC: axis (1 X, 2 Y, 3 Z) of section, row, column
    stored_start : tuple of 3 ints -- NSTART: index of the first section, row and column in the cell
    sampling, cell, angles : tuples of 3
        MX, MY, MZ; edges of the unit cell in Å; its angles in degrees: always in the order X, Y, Z.
    origin : tuple of 3 floats -- ORIGIN in Å along X, Y, Z; zeros if meaningless
    space_group : int -- ISPG: 0 images, 1 a volume, 2 to 230 a crystal, 401 to 630 volumes
    extended_bytes : int -- size of the extended header (NSYMBT)
    statistics : tuple of 3 floats -- DMIN, DMAX and DMEAN as written
    rms : float -- RMS, the standard deviation of the values, as written
    machine_stamp : bytes -- the two bytes that state the byte order
    identified : bool -- whether the word "MAP" is in its place; without it the origin is not read
    labels : tuple of str -- the lines of text that are not empty
    imod_flags : int or None -- imodFlags, if the stamp of IMOD is in the header
    unsigned : bool -- whether bytes (mode 0) are read as 0 to 255 instead of -128 to 127
    """

    mode: int
    byte_order: str
    stored_shape: IntTriple
    stored_axes: IntTriple
    stored_start: IntTriple
    sampling: IntTriple
    cell: Triple
    angles: Triple
    origin: Triple
    space_group: int
    extended_bytes: int
    statistics: Triple
    rms: float
    machine_stamp: bytes
    identified: bool
    labels: Tuple[str, ...]
    imod_flags: Optional[int] = None
    unsigned: bool = False

    @property
    def dtype(self) -> np.dtype[np.generic]:
        """Type of the grey values in the file, byte order included."""
        if self.mode == 0 and self.unsigned:
            return np.dtype("u1")
        return np.dtype(self.byte_order + MODES[self.mode])

    @property
    def data_offset(self) -> int:
        """Bytes before the first grey value."""
        return HEADER_BYTES + self.extended_bytes

    @property
    def data_bytes(self) -> int:
        """Bytes of the grey values."""
        return self.voxels * self.dtype.itemsize

    @property
    def voxels(self) -> int:
        """Number of voxels."""
        return math.prod(self.stored_shape)

    @property
    def axis_order(self) -> IntTriple:
        """The argument of ``ndarray.transpose`` that turns the stored array into (Z, Y, X)."""
        z, y, x = (self.stored_axes.index(axis) for axis in (3, 2, 1))
        return z, y, x

    @property
    def box(self) -> IntTriple:
        """Number of voxels along (X, Y, Z)."""
        z, y, x = (self.stored_shape[axis] for axis in self.axis_order)
        return x, y, z

    @property
    def start(self) -> IntTriple:
        """Index of the first voxel in the unit cell along (X, Y, Z)."""
        z, y, x = (self.stored_start[axis] for axis in self.axis_order)
        return x, y, z

    @property
    def voxel_edges(self) -> Optional[Triple]:
        """Edges of the voxel along X, Y, Z in Å; None if the header has none."""
        return voxel_edges(self.cell, self.sampling)

    @property
    def stamp_matches(self) -> bool:
        """Whether the machine stamp states the byte order of the header."""
        if self.byte_order == "<":
            return self.machine_stamp in _LITTLE_ENDIAN_STAMPS
        return self.machine_stamp == _BIG_ENDIAN_STAMP

    def to_dict(self) -> Dict[str, Any]:
        """The fields as JSON data, which has neither bytes nor NaN."""
        data = asdict(self)
        data["machine_stamp"] = self.machine_stamp.hex()
        data["labels"] = list(self.labels)
        data["rms"] = _finite(self.rms)
        for name in _TRIPLES:
            data[name] = [_finite(value) for value in data[name]]
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "MapHeader":
        """The header that ``to_dict`` was called on; raises ValueError for other data."""
        fields = dict(data)
        try:
            fields["machine_stamp"] = bytes.fromhex(data["machine_stamp"])
            fields["rms"] = math.nan if data["rms"] is None else data["rms"]
            for name in _TRIPLES:
                fields[name] = [math.nan if value is None else value for value in data[name]]
        except (KeyError, TypeError) as error:
            raise ValueError("the header of the file was not noted") from error
        return msgspec.convert(fields, cls)


def parse_header(block: bytes, name: str) -> MapHeader:
    """Parse the first 1024 bytes of a file.

    Raises MapError if the file is empty, too short, or not an MRC or CCP4 file in either byte
    order.
    """
    if not block:
        raise MapError(f"{name} is empty (0 bytes)", COPY_AGAIN)
    if len(block) < HEADER_BYTES:
        raise MapError(
            f"{name} has {counted(len(block), 'byte')}, fewer than the {HEADER_BYTES} of a "
            "map's header",
            COPY_AGAIN,
        )
    return _in_plausible_byte_order(block, name)


def is_identified(block: bytes) -> bool:
    """Whether the word "MAP" stands in its place in the first bytes of a file."""
    return block[IDENTIFIER_OFFSET : IDENTIFIER_OFFSET + 3] == b"MAP"


def voxel_edges(cell: Triple, sampling: Triple) -> Optional[Triple]:
    """Edges of the voxel in Å: cell / sampling; None if one is not a positive number.

    Not cell / box: a crystallographic map may show only a part of its cell. Six digits are kept,
    the precision of 32-bit numbers: 104.99999 / 100 is 1.05.
    """
    x, y, z = (
        six_digits(edge / count) if count > 0 and math.isfinite(edge) else 0.0
        for edge, count in zip(cell, sampling)
    )
    return (x, y, z) if min(x, y, z) > 0 else None


def six_digits(value: float) -> float:
    """The value without the rounding noise of a 32-bit number."""
    return float(f"{value:.6g}")


def _in_plausible_byte_order(block: bytes, name: str) -> MapHeader:
    """The header in the byte order of its stamp, or in the other if only that is plausible."""
    fields = np.frombuffer(block, HEADER_DTYPE, count=1)[0]
    stamp = bytes(fields["machst"])[:2]
    orders = "><" if stamp == _BIG_ENDIAN_STAMP else "<>"
    for order in orders:
        fields = np.frombuffer(block, HEADER_DTYPE.newbyteorder(order), count=1)[0]
        if _is_plausible(fields):
            return _from_fields(fields, order, stamp)
    raise MapError(
        f"{name} is not an MRC or CCP4 map (plain, or compressed with gzip or bzip2)",
        "use a file of that format",
    )


def _is_plausible(fields: npt.NDArray[np.void]) -> bool:
    sides = [int(fields[key]) for key in ("nx", "ny", "nz")]
    return (
        all(0 <= side <= LARGEST_SIDE for side in sides)
        and 0 <= int(fields["mode"]) <= 127
        and int(fields["nsymbt"]) >= 0
    )


def _from_fields(fields: npt.NDArray[np.void], byte_order: str, stamp: bytes) -> MapHeader:
    def integers(*keys: str) -> IntTriple:
        first, second, third = (int(fields[key]) for key in keys)
        return first, second, third

    def lengths(key: str, *names: str) -> Triple:
        first, second, third = (float(fields[key][name]) for name in names)
        return first, second, third

    identified = bytes(fields["map"])[:3] == b"MAP"
    origin = lengths("origin", "x", "y", "z")
    if not identified or not all(abs(value) <= _LARGEST_ORIGIN for value in origin):
        origin = (0.0, 0.0, 0.0)
    axes = integers("maps", "mapr", "mapc")
    return MapHeader(
        mode=int(fields["mode"]),
        byte_order=byte_order,
        stored_shape=integers("nz", "ny", "nx"),
        # Old programs leave the axes 0.
        stored_axes=axes if any(axes) else (3, 2, 1),
        stored_start=integers("nzstart", "nystart", "nxstart"),
        sampling=integers("mx", "my", "mz"),
        cell=lengths("cella", "x", "y", "z"),
        angles=lengths("cellb", "alpha", "beta", "gamma"),
        origin=(_place(origin[0]), _place(origin[1]), _place(origin[2])),
        space_group=int(fields["ispg"]),
        extended_bytes=int(fields["nsymbt"]),
        statistics=(float(fields["dmin"]), float(fields["dmax"]), float(fields["dmean"])),
        rms=float(fields["rms"]),
        machine_stamp=stamp,
        identified=identified,
        labels=_labels(fields),
        imod_flags=_imod_flags(fields, byte_order),
    )


def _place(coordinate: float) -> float:
    """A coordinate of ORIGIN, 0 if it is smaller than anything that is meant."""
    return coordinate if abs(coordinate) >= _SMALLEST_ORIGIN else 0.0


def _imod_flags(fields: npt.NDArray[np.void], byte_order: str) -> Optional[int]:
    """imodFlags, the word after the stamp of IMOD, which stand 40 bytes into the second extra."""
    stamp, flags = np.frombuffer(bytes(fields["extra2"]), f"{byte_order}i4", 2, _IMOD_OFFSET)
    return int(flags) if stamp == _IMOD_STAMP else None


def _labels(fields: npt.NDArray[np.void]) -> Tuple[str, ...]:
    """The labels in use, with a question mark for each character but printable ASCII."""
    count = min(max(int(fields["nlabl"]), 0), len(fields["label"]))
    labels: List[str] = []
    for label in fields["label"][:count]:
        text = bytes(label).split(b"\0")[0].decode("ascii", errors="replace")
        text = "".join(character if " " <= character <= "~" else "?" for character in text)
        if text.strip():
            labels.append(text.strip())
    return tuple(labels)


def _finite(value: float) -> Optional[float]:
    return value if math.isfinite(value) else None
