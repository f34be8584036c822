"""Memory and time of reading are bounded by the file, whatever it announces or unpacks to."""

from __future__ import annotations

import bz2
import gzip
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from vrs.maps import DensityMap, read_map, write_map
from vrs.maps.opening import FREE_BYTES
from vrs.maps.printing import number
from vrs.tests.map_files import numbered, patch, refusal_of, word, write_file

EXTENDED = 92
MEGABYTE = 1e6

READ = """
import resource, sys
from vrs.maps import MapError, read_map
from vrs.run.memory import peak_memory
before = peak_memory()
try:
    read_map(sys.argv[1])
except MapError as error:
    print(error, file=sys.stderr)
print(peak_memory() - before)
"""


def memory_of_reading(path: Path) -> float:
    """Megabytes that ``read_map`` takes in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", READ, str(path)], capture_output=True, text=True, check=True
    )
    return int(done.stdout) / MEGABYTE


def zeros_behind(header: bytes, megabytes: int) -> bytes:
    """A bzip2 file of a header and zeros, in streams of 10 MB, a few hundred bytes each."""
    return bz2.compress(header) + megabytes // 10 * bz2.compress(bytes(10_000_000))


def test_a_small_file_of_bzip2_with_a_large_box(tmp_path: Path) -> None:
    path = write_file(tmp_path / "map.mrc", numbered())
    patch(path, 0, 3 * word(1077))
    path.write_bytes(zeros_behind(path.read_bytes()[:1024], 100))
    assert path.stat().st_size < 10_000
    assert "would be 5 GB when it is unpacked, which its" in refusal_of(path)
    assert memory_of_reading(path) < 20


@pytest.mark.parametrize("announced", [2**31 - 1, 1_000_000_000])
def test_a_large_extended_header(tmp_path: Path, announced: int) -> None:
    path = write_file(tmp_path / "map.mrc", numbered())
    patch(path, EXTENDED, word(announced))
    content = path.read_bytes()
    assert f"announces an extended header of {number(announced)} bytes" in refusal_of(path)
    for compress in (gzip.compress, bz2.compress):
        path.write_bytes(compress(content))
        assert "when it is unpacked, which its" in refusal_of(path)
        assert memory_of_reading(path) < 20


@pytest.mark.long
def test_bytes_without_end_after_the_last_voxel(tmp_path: Path) -> None:
    path = write_file(tmp_path / "map.mrc", numbered())
    path.write_bytes(zeros_behind(path.read_bytes(), 1000))
    start = time.monotonic()
    assert refusal_of(path) == (
        f"map.mrc goes on for more than {FREE_BYTES / MEGABYTE:.0f} MB after the last voxel: copy "
        "or download it again; if it is right, unpack it first"
    )
    assert time.monotonic() - start < 10
    assert memory_of_reading(path) < 30


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("dtype", [np.int8, np.int16, np.float32])
def test_reading_takes_the_array_and_little_more(
    tmp_path: Path, dtype: "type[np.generic]", compressed: bool
) -> None:
    values = (np.arange(200**3) % 100).astype(dtype).reshape(200, 200, 200)
    path = write_file(tmp_path / "map.mrc", values)
    if compressed:
        path.write_bytes(gzip.compress(path.read_bytes(), 1))
    assert memory_of_reading(path) < 4 * values.size / MEGABYTE + 20


def test_an_empty_but_honest_map_is_read_from_a_tiny_file(tmp_path: Path) -> None:
    path = tmp_path / "map.mrc"
    data = np.zeros((120, 120, 120), np.float32)
    data[60, 60, 60] = 1
    write_map(path, DensityMap(data, 1.0))
    path.write_bytes(bz2.compress(path.read_bytes()))
    assert path.stat().st_size < 2000
    np.testing.assert_array_equal(read_map(path).data, data)
