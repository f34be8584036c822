"""Damaged map files: headers, ends, compression and values of every kind.

Reading ends with a map or one sentence, in bounded time and memory, and a map that is accepted with
a contour level and a resolution can be prepared.
"""

from __future__ import annotations

import bz2
import contextlib
import gzip
import random
import resource
import struct
import tempfile
import warnings
from functools import lru_cache
from pathlib import Path
from typing import Callable, Iterator, List, Tuple

import numpy as np
import numpy.typing as npt

from vrs.level0 import prepare
from vrs.maps import DensityMap, inspect_file, read_map
from vrs.maps.errors import MapError
from vrs.maps.header import HEADER_BYTES
from vrs.maps.typed_values import contour_level
from vrs.maps.writing import write_map
from vrs.run.request import Request, at_grey_value, check_request
from vrs.tests.fuzz.cases import Finding, run_cases
from vrs.tests.fuzz.mutations import break_file

MEMORY = 500_000_000
"""Bytes that reading a small file may take in addition to what the process has."""

SIDE = 20

INTEGERS = (0, 1, -1, 2, 3, 16, 17, 100, 127, 1024, 2**15, 2**20, 2**20 + 1, 2**31 - 1, -(2**31))
FLOATS = (0.0, -0.0, 1.0, -1.0, 1e-45, 1e-30, 0.011, 0.11, 999.0, 1e10, 3e38, -3e38)
SPECIAL = (float("nan"), float("inf"), float("-inf"))
WORDS = HEADER_BYTES // 4
FLOAT_WORDS = (*range(10, 16), *range(19, 22), *range(49, 52), 54)
LEVELS = ("0.5", "0", "-1", "3 sigma", "-2σ", "1%", "100 %", "1e30", "-1e200", "3e38", "1e-300")
RESOLUTIONS = (None, 3.0, 8.0, 0.0, -1.0, 1e-300, 1e200, 40.0)
MASSES = (None, None, 64.0, 0.0, -1.0, 1e-300, 1e200)
VOXEL_SIZES = (None, None, None, 1.0, 0.0, -1.0, 1e200, 1e-200, 0.01, 1000.0)
STAMPS = (b"\x44\x44", b"\x11\x11", b"\x44\x41", b"\0\0", b"\xff\xff")
SIGNATURES = (b"\x1f\x8b\x08", b"BZh9", b"PK\x03\x04", b"\x89HDF\r\n\x1a\n", b"MTZ ", b"\x93NUMPY")


def run(seconds: float, seed: int) -> List[Finding]:
    """Read, inspect, check and prepare damaged maps; see ``run_cases``."""
    return run_cases("maps", seconds, seed, examine)


def examine(draw: random.Random, folder: Path) -> None:
    """One damaged map: read in both ways, check the request, and prepare whatever can be read."""
    file = folder / draw.choice(("map.mrc", "map.mrc", "map.mrcs", "map.map.gz", "tilt.st"))
    file.write_bytes(content(draw))
    if draw.random() < 0.1:
        break_file(draw, file)
    voxel_size, as_volume = draw.choice(VOXEL_SIZES), draw.random() < 0.3
    request = Request(
        file, 0.0, draw.choice(RESOLUTIONS), voxel_size,
        as_volume=as_volume, keep_spikes=draw.random() < 0.3, mass=draw.choice(MASSES),
    )  # fmt: skip
    level = draw.choice(LEVELS)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with memory_limited(MEMORY), contextlib.suppress(MapError):
            read_map(file, voxel_size, memory_map=True, as_volume=as_volume)
        with memory_limited(MEMORY):
            source = inspect_file(file, voxel_size, as_volume)
            density = read_map(file, voxel_size, as_volume=as_volume)
        request = at_grey_value(request, contour_level(level))
        with contextlib.suppress(MapError):
            check_request(request)
        prepare(
            density, request.contour, request.resolution, source, keep_spikes=request.keep_spikes,
            mass=request.mass,
        )  # fmt: skip


def content(draw: random.Random) -> bytes:
    """The bytes of a map with up to three damages, perhaps compressed."""
    data = values(draw)
    damaged = bytearray(header_of(data.shape, draw.choice((1.0, 1.5, 3.0))) + data.tobytes())
    for _ in range(draw.randint(0, 3)):
        draw.choice(DAMAGES)(draw, damaged)
    compress = draw.choice((bytes, bytes, gzip.compress, bz2.compress))
    packed = bytearray(compress(bytes(damaged)))
    if draw.random() < 0.2:
        draw.choice((_bits, _cut, _longer))(draw, packed)
    return bytes(packed)


@lru_cache(maxsize=None)
def header_of(shape: Tuple[int, ...], voxel_size: float) -> bytes:
    """The header of a map of this plugin, with the statistics of zeros."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "map.mrc")
        write_map(path, DensityMap(np.zeros(shape, np.float32), voxel_size))
        return path.read_bytes()[:HEADER_BYTES]


def values(draw: random.Random) -> npt.NDArray[np.float32]:
    """A ball in noise, in a box of several shapes, some with values of every size."""
    shape = draw.choice(((SIDE,) * 3, (16, 20, 24), (4, 5, 6), (SIDE, SIDE, 17)))
    noise = np.random.default_rng(draw.randrange(2**32)).normal(0, 0.1, shape)
    axes = np.indices(shape) - (np.array(shape).reshape(3, 1, 1, 1) - 1) / 2
    ball = noise + np.exp(-(axes**2).sum(axis=0) / 20)
    scale = draw.choice((1.0, 1.0, 1.0, 0.0, -1.0, 1e-30, 1e9, 1e30))
    return (ball * scale).astype(np.float32)


def _word(draw: random.Random, data: bytearray) -> None:
    """A word of the header with an odd value."""
    word = draw.choice((draw.choice(FLOAT_WORDS), draw.randrange(WORDS)))
    if word in FLOAT_WORDS or draw.random() < 0.2:
        number = struct.pack("<f", draw.choice(FLOATS + SPECIAL))
    else:
        number = struct.pack("<i", draw.choice(INTEGERS))
    data[4 * word : 4 * word + 4] = number


def _mode(draw: random.Random, data: bytearray) -> None:
    data[12:16] = struct.pack("<i", draw.choice((0, 1, 2, 3, 4, 6, 12, 16, 101)))


def _stack(draw: random.Random, data: bytearray) -> None:
    data[36:40] = struct.pack("<i", draw.choice((1, 2, SIDE)))
    data[88:92] = struct.pack("<i", draw.choice((0, 1, 4, 401, 630)))


def _axes(draw: random.Random, data: bytearray) -> None:
    axes = [1, 2, 3]
    draw.shuffle(axes)
    data[64:76] = struct.pack("<3i", *axes)


def _stamp(draw: random.Random, data: bytearray) -> None:
    data[212:214] = draw.choice(STAMPS)


def _bits(draw: random.Random, data: bytearray) -> None:
    for _ in range(draw.randint(1, 20)):
        data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)


def _cut(draw: random.Random, data: bytearray) -> None:
    del data[draw.randrange(len(data)) :]
    data += b"x"


def _longer(draw: random.Random, data: bytearray) -> None:
    data += bytes(draw.choice((1, 100, 10_000, 3_000_000)))


def _odd_values(draw: random.Random, data: bytearray) -> None:
    count = (len(data) - HEADER_BYTES) // 4
    for _ in range(draw.choice((1, 2, 5, 200))):
        place = HEADER_BYTES + 4 * draw.randrange(max(count, 1))
        data[place : place + 4] = struct.pack("<f", draw.choice((*FLOATS, 30.0, *SPECIAL[:1])))


def _signature(draw: random.Random, data: bytearray) -> None:
    signature = draw.choice(SIGNATURES)
    data[: len(signature)] = signature
    if draw.random() < 0.5:
        data[208:212] = bytes(4)


DAMAGES: Tuple[Callable[[random.Random, bytearray], None], ...] = (
    _word, _word, _word, _mode, _stack, _axes, _stamp, _bits, _cut, _longer, _odd_values,
    _signature,
)  # fmt: skip


@contextlib.contextmanager
def memory_limited(more: int) -> Iterator[None]:
    """Limit the address space of this process to what it has and ``more`` bytes."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + more, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)
