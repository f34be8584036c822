"""Files of other formats, recognised by their first bytes, and how to turn them into a map."""

from __future__ import annotations

import re
import struct
import tarfile
from typing import NamedTuple, Optional

from vrs.maps.errors import MapError

FIRST_BYTES = 1024
"""Bytes at the beginning of a file that are enough to recognise it."""

UNPACK = "unpack it"
USE_THE_MAP = "use the map file"

_SPIDER_KINDS = (1.0, 3.0, -11.0, -12.0, -21.0, -22.0)
_NIFTI_HEADERS = {348: (344, (b"n+1", b"ni1")), 540: (4, (b"n+2", b"ni2"))}
"""Bytes of the header -> offset of the magic word, and that word."""

_IMAGIC_TYPE, _IMAGIC_TYPES = 56, (b"REAL", b"INTG", b"PACK", b"COMP", b"RECO", b"LONG")
_ZIP_NAME = 30
_DM_ORDER = {3: 8, 4: 12}
"""Version -> offset of the byte order, 0 or 1."""

_EM_MACHINES = range(7)
_EM_BYTES = {1: 1, 2: 2, 4: 4, 5: 4, 8: 8, 9: 8}
_EM_HEADER = 512
_EM_LARGEST_SIDE = 2**16
_HDF5_OFFSETS = (0, 512)


class Format(NamedTuple):
    """A format, and what to do about a file of it.

    Attributes
    ----------
    name : str -- with its article, as in "is a zip archive"
    advice : str -- in the imperative
    """

    name: str
    advice: str


_EMAN = "convert it with EMAN2 (e2proc3d.py FILE map.mrc)"
_ARCHIVES = Format("a tar archive", UNPACK)
_HDF5 = Format("an HDF5 file", f"{_EMAN}, or open and save it in ChimeraX")
_SPIDER = Format("a SPIDER file", f"{_EMAN} or RELION (relion_image_handler --i FILE --o map.mrc)")
_EM = Format("an EM file (TOM, Dynamo)", f"{_EMAN} or IMOD (em2mrc FILE map.mrc)")
_NUMPY_ADVICE = "write it as a map in Python (mrcfile.write) with its voxel size"
_NPZ = Format("an archive of NumPy arrays (.npz)", _NUMPY_ADVICE)
_NIFTI = Format(
    "a NIfTI file (.nii)", "convert it in Python (nibabel.load, then mrcfile.write), or in ChimeraX"
)
_IMAGIC = Format("the header of an IMAGIC file (.hed)", f"{_EMAN} or IMAGIC (em2em)")
_DM = Format("a DigitalMicrograph file (DM3 or DM4)", f"{_EMAN} or IMOD (dm2mrc FILE map.mrc)")
_TEXT = Format("a text file", USE_THE_MAP)
_WEB_PAGE = Format("a web page", "download the map itself: the link leads to a page about it")

SIGNATURES = {
    b"PK\x03\x04": Format("a zip archive", UNPACK),
    b"PK\x05\x06": Format("a zip archive", UNPACK),
    b"\xfd7zXZ\x00": Format("compressed with xz", f"{UNPACK} (unxz FILE)"),
    b"\x28\xb5\x2f\xfd": Format("compressed with zstd", f"{UNPACK} (unzstd FILE)"),
    b"\x04\x22\x4d\x18": Format("compressed with lz4", f"{UNPACK} (unlz4 FILE)"),
    b"\x1f\x9d": Format("compressed with compress (.Z)", f"{UNPACK} (uncompress FILE)"),
    b"\x1f\x8b": Format("compressed twice, with gzip inside", f"{UNPACK} once (gunzip FILE)"),
    b"BZh": Format("compressed twice, with bzip2 inside", f"{UNPACK} once (bunzip2 FILE)"),
    b"7z\xbc\xaf\x27\x1c": Format("a 7z archive", UNPACK),
    b"Rar!\x1a\x07": Format("a rar archive", UNPACK),
    b"\x93NUMPY": Format("a NumPy array (.npy)", _NUMPY_ADVICE),
    b"MTZ ": Format(
        "an MTZ file of structure factors",
        "compute the map, for instance with CCP4 (cfft) or gemmi (gemmi sf2map)",
    ),
    b"II*\x00": Format("a TIFF image", "use the map, not a movie or an image"),
    b"MM\x00*": Format("a TIFF image", "use the map, not a movie or an image"),
    b"II+\x00": Format("a TIFF or EER movie", "use the map, not a movie or an image"),
    b"\x89PNG": Format("a PNG image", USE_THE_MAP),
    b"\xff\xd8\xff": Format("a JPEG image", USE_THE_MAP),
    b"%PDF": Format("a PDF document", USE_THE_MAP),
    b"IMODV1": Format("a model of IMOD", USE_THE_MAP),
    b"NRRD": Format("an NRRD file", _EMAN),
    b":-)": Format("a BRIX map", "convert it with MAPMAN, or open it in Coot and export the map"),
}
"""First bytes of files -> the format."""


def refuse_other_formats(block: bytes, name: str, size: Optional[int] = None) -> None:
    """Refuse a file of a known format that is not MRC or CCP4.

    Parameters
    ----------
    block : bytes -- the first ``FIRST_BYTES`` of the content, or all of a shorter one
    name : str -- for the message
    size : int, optional -- bytes of the whole content, if known

    Raises MapError if the format is known.
    """
    known = _format_of(block, size)
    if known is not None:
        raise MapError(
            f"{name} is {known.name}, not an MRC or CCP4 map (plain, or compressed with gzip or "
            "bzip2)",
            known.advice,
        )


def _format_of(block: bytes, size: Optional[int]) -> Optional[Format]:
    if _is_npz(block):
        return _NPZ
    for signature, known in SIGNATURES.items():
        if block.startswith(signature):
            return known
    if any(block[offset:].startswith(b"\x89HDF\r\n\x1a\n") for offset in _HDF5_OFFSETS):
        return _HDF5
    if _is_tar(block):
        return _ARCHIVES
    if _is_nifti(block):
        return _NIFTI
    if _is_digital_micrograph(block):
        return _DM
    if _is_imagic(block):
        return _IMAGIC
    if _is_spider(block):
        return _SPIDER
    if _is_em(block, size):
        return _EM
    return _format_of_text(block)


def _is_tar(block: bytes) -> bool:
    """Whether the checksum of a first entry is right."""
    # A header of zeros, the end of an archive, has no name.
    if len(block) < tarfile.BLOCKSIZE or not block[0]:
        return False
    try:
        tarfile.TarInfo.frombuf(block[: tarfile.BLOCKSIZE], "utf-8", "surrogateescape")
    except tarfile.HeaderError:
        return False
    return True


def _is_npz(block: bytes) -> bool:
    """Whether the first file of a zip archive is a NumPy array."""
    if len(block) < _ZIP_NAME or not block.startswith(b"PK\x03\x04"):
        return False
    length = int.from_bytes(block[26:28], "little")
    return block[_ZIP_NAME : _ZIP_NAME + length].endswith(b".npy")


def _is_nifti(block: bytes) -> bool:
    """Whether size of the header and magic word are those of NIfTI 1 or 2."""
    for size, (offset, words) in _NIFTI_HEADERS.items():
        stated = {size.to_bytes(4, "little"), size.to_bytes(4, "big")}
        if block[:4] in stated and block[offset : offset + 3] in words:
            return True
    return False


def _is_imagic(block: bytes) -> bool:
    """Whether the type of the values of the first image is named, and the image is number 1."""
    first = block[:4] in ((1).to_bytes(4, "little"), (1).to_bytes(4, "big"))
    return first and block[_IMAGIC_TYPE : _IMAGIC_TYPE + 4] in _IMAGIC_TYPES


def _is_digital_micrograph(block: bytes) -> bool:
    """Whether version, byte order and the two flags of the root follow each other."""
    version = int.from_bytes(block[:4], "big")
    offset = _DM_ORDER.get(version)
    if offset is None or len(block) < offset + 6:
        return False
    order = int.from_bytes(block[offset : offset + 4], "big")
    return order in (0, 1) and all(flag in (0, 1) for flag in block[offset + 4 : offset + 6])


def _is_spider(block: bytes) -> bool:
    """Whether the numbers of a SPIDER header agree: bytes of a row, records and bytes in all."""
    if len(block) < 23 * 4:
        return False
    for order in "<>":
        numbers = struct.unpack(f"{order}23f", block[: 23 * 4])
        kind, columns = numbers[4], numbers[11]
        records, header_bytes, row_bytes = numbers[12], numbers[21], numbers[22]
        if kind in _SPIDER_KINDS and columns > 0 and row_bytes == 4 * columns:
            return bool(header_bytes == records * row_bytes)
    return False


def _is_em(block: bytes, size: Optional[int]) -> bool:
    """Whether type and sides in an EM header give exactly the size of the file."""
    if len(block) < 16 or size is None or block[0] not in _EM_MACHINES:
        return False
    voxel_bytes = _EM_BYTES.get(block[3])
    if voxel_bytes is None:
        return False
    for order in "<>":
        sides = struct.unpack(f"{order}3i", block[4:16])
        if all(0 < side <= _EM_LARGEST_SIDE for side in sides):
            x, y, z = sides
            return bool(size == _EM_HEADER + x * y * z * voxel_bytes)
    return False


def _format_of_text(block: bytes) -> Optional[Format]:
    """Printable characters from the first to the last; what the file holds decides the advice."""
    text = block.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not text or re.search(rb"[^\t\r\n\x20-\x7e\x80-\xff]", text):
        return None
    start = text[:200].lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return _WEB_PAGE
    if start.startswith((b"data_", b"header ", b"atom  ", b"cryst1", b"remark")):
        return Format("an atomic model or another file of text", USE_THE_MAP)
    return _TEXT
