"""Files of other formats are named, with the program that converts them."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import socket
import struct
import tarfile
import zipfile
from pathlib import Path
from typing import Callable, Dict

import numpy as np
import pytest

from vrs.maps import inspect_file, read_map
from vrs.maps.files import read_header
from vrs.tests.map_files import numbered, refusal_of, write_file

NOT_A_MAP = "not an MRC or CCP4 map (plain, or compressed with gzip or bzip2)"


def mrc(folder: Path) -> bytes:
    return write_file(folder / "inside.mrc", numbered()).read_bytes()


def zip_archive(folder: Path) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("map.mrc", mrc(folder))
    return archive.getvalue()


def tar_archive(folder: Path, form: int = tarfile.GNU_FORMAT) -> bytes:
    archive = io.BytesIO()
    mrc(folder)
    with tarfile.open(fileobj=archive, mode="w", format=form) as file:
        file.add(folder / "inside.mrc", "map.mrc")
    return archive.getvalue()


def old_tar_archive(folder: Path) -> bytes:
    """Without the word "ustar", as in the first version of the format."""
    content = bytearray(tar_archive(folder))
    content[257:265] = bytes(8)
    content[148:156] = b" " * 8
    content[148:156] = b"%06o\0 " % sum(content[:512])
    return bytes(content)


def spider(folder: Path, order: str = "<") -> bytes:
    columns, records = 6, 43
    header = np.zeros(columns * records, dtype=f"{order}f4")
    header[[0, 1, 4, 11, 12]] = 4, 5, 3, columns, records
    header[[21, 22]] = 4 * columns * records, 4 * columns
    return header.tobytes() + numbered().astype(f"{order}f4").tobytes()


def em(folder: Path) -> bytes:
    header = bytes([6, 0, 0, 5]) + struct.pack("<3i", 6, 5, 4)
    return header.ljust(512, b"\0") + numbered().tobytes()


def npy(folder: Path) -> bytes:
    content = io.BytesIO()
    np.save(content, numbered())
    return content.getvalue()


def npz(folder: Path) -> bytes:
    content = io.BytesIO()
    np.savez(content, map=numbered())
    return content.getvalue()


def nifti(folder: Path, order: str = "<", size: int = 348) -> bytes:
    header = bytearray(struct.pack(f"{order}i", size).ljust(size, b"\0"))
    offset, word = (344, b"n+1\0") if size == 348 else (4, b"n+2\0")
    header[offset : offset + 4] = word
    return bytes(header).ljust(1024, b"\0") + numbered().tobytes()


def imagic(folder: Path) -> bytes:
    header = bytearray(struct.pack("<14i", 1, 0, 0, 1, 1, 1, 2000, 1, 1, 1, 1, 30, 5, 6))
    return (bytes(header) + b"REAL").ljust(1024, b"\0")


def digital_micrograph(folder: Path, version: int) -> bytes:
    length = struct.pack(">i" if version == 3 else ">q", 4000)
    return (struct.pack(">i", version) + length + struct.pack(">ibb", 1, 1, 0)).ljust(4000, b"\1")


FILES: Dict[str, Callable[[Path], bytes]] = {
    "zip archive": zip_archive,
    "tar archive": tar_archive,
    "tar archive (old)": old_tar_archive,
    "tar archive in gzip": lambda folder: gzip.compress(tar_archive(folder)),
    "compressed with xz": lambda folder: lzma.compress(mrc(folder)),
    "compressed with zstd": lambda folder: b"\x28\xb5\x2f\xfd" + mrc(folder),
    "compressed twice": lambda folder: gzip.compress(gzip.compress(mrc(folder))),
    "compressed twice (bzip2)": lambda folder: gzip.compress(bz2.compress(mrc(folder))),
    "SPIDER file": spider,
    "SPIDER file (big-endian)": lambda folder: spider(folder, ">"),
    "EM file": em,
    "NumPy array": npy,
    "archive of NumPy arrays": npz,
    "NIfTI file": nifti,
    "NIfTI file (big-endian)": lambda folder: nifti(folder, ">"),
    "NIfTI file (version 2)": lambda folder: nifti(folder, "<", 540),
    "header of an IMAGIC file": imagic,
    "DigitalMicrograph file": lambda folder: digital_micrograph(folder, 3),
    "DigitalMicrograph file (DM4)": lambda folder: digital_micrograph(folder, 4),
    "HDF5 file": lambda folder: b"\x89HDF\r\n\x1a\n" + bytes(3000),
    "MTZ file": lambda folder: b"MTZ \x15\x00\x00\x00DA\x00\x00" + bytes(3000),
    "TIFF image": lambda folder: b"II*\x00" + bytes(3000),
    "atomic model": lambda folder: b"data_1ABC\n#\n_entry.id 1ABC\n" * 50,
}
"""What the refusal calls a file, and its content."""

ADVICE = {
    "zip archive": "unpack it",
    "tar archive": "unpack it",
    "compressed with xz": "unpack it (unxz FILE)",
    "compressed with zstd": "unpack it (unzstd FILE)",
    "SPIDER file": "convert it with EMAN2 (e2proc3d.py FILE map.mrc) or RELION",
    "EM file": "or IMOD (em2mrc FILE map.mrc)",
    "NumPy array": "write it as a map in Python (mrcfile.write)",
    "archive of NumPy arrays": "write it as a map in Python (mrcfile.write)",
    "NIfTI file": "convert it in Python (nibabel.load, then mrcfile.write), or in ChimeraX",
    "header of an IMAGIC file": "or IMAGIC (em2em)",
    "DigitalMicrograph file": "or IMOD (dm2mrc FILE map.mrc)",
    "HDF5 file": "convert it with EMAN2 (e2proc3d.py FILE map.mrc)",
    "MTZ file": "compute the map, for instance with CCP4 (cfft)",
}


@pytest.mark.parametrize("kind", FILES)
def test_a_file_of_another_format_is_named(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "file.mrc"
    path.write_bytes(FILES[kind](tmp_path))
    message = refusal_of(path)
    name = kind.partition(" (")[0].partition(" in ")[0]
    assert name in message and NOT_A_MAP in message
    assert ADVICE.get(name, "") in message


@pytest.mark.parametrize("read", [read_map, read_header, inspect_file])
def test_a_pipe_without_a_writer_is_refused_and_not_waited_for(
    tmp_path: Path, read: Callable[[Path], object]
) -> None:
    pipe = tmp_path / "map.mrc"
    os.mkfifo(pipe)
    with pytest.raises(Exception, match="is a pipe, a socket or a device, not a file"):
        read(pipe)


def test_a_device_and_a_socket_are_refused(tmp_path: Path) -> None:
    assert "is a pipe, a socket or a device" in refusal_of(Path("/dev/zero"))
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "map.mrc"))
        assert "is a pipe, a socket or a device" in refusal_of(tmp_path / "map.mrc")
