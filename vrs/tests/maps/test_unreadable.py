"""What cannot be read as a map is refused in one clear sentence."""

from __future__ import annotations

import gzip
import math
import os
from pathlib import Path

import numpy as np
import pytest

from vrs.maps import (
    DensityMap,
    read_map,
    write_map,
)
from vrs.tests.example_data import example_file
from vrs.tests.map_files import (
    MODE,
    numbered,
    patch,
    refusal_of,
    word,
    write_file,
)


def test_a_missing_file(tmp_path: Path) -> None:
    assert refusal_of(tmp_path / "no.mrc") == "no.mrc does not exist: check the name and the folder"


def test_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "maps"
    folder.mkdir()
    assert refusal_of(folder) == "maps is a folder: name a map file in it"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_permission(tmp_path: Path) -> None:
    path = write_file(tmp_path / "map.mrc", numbered())
    path.chmod(0)
    assert refusal_of(path) == "map.mrc may not be read: ask its owner for permission"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty (0 bytes): copy or download it again"),
        (
            b"\1" * 100,
            "has 100 bytes, fewer than the 1024 of a map's header: copy or download it again",
        ),
        (
            b"<!DOCTYPE html><title>404 Not Found</title>" * 50,
            "is a web page, not an MRC or CCP4 map (plain, or compressed with gzip or bzip2): "
            "download the map itself: the link leads to a page about it",
        ),
        (
            bytes(range(256)) * 8,
            "is not an MRC or CCP4 map (plain, or compressed with gzip or bzip2): "
            "use a file of that format",
        ),
    ],
)
def test_files_that_are_no_maps(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "map.mrc"
    path.write_bytes(content)
    assert refusal_of(path) == f"map.mrc {message}"


@pytest.mark.parametrize("kept", [1024, 1030, -1])
@pytest.mark.parametrize("memory_map", [False, True])
def test_a_truncated_map(tmp_path: Path, kept: int, memory_map: bool) -> None:
    path = write_file(tmp_path / "map.mrc", numbered())
    content = path.read_bytes()[:kept]
    for incomplete in (content, gzip.compress(content)):
        path.write_bytes(incomplete)
        assert refusal_of(path, memory_map=memory_map) == (
            "map.mrc ends before its last voxel: copy or download it again"
        )


@pytest.mark.parametrize("memory_map", [False, True])
def test_a_header_that_announces_an_impossible_box(tmp_path: Path, memory_map: bool) -> None:
    path = write_file(tmp_path / "map.mrc", numbered())
    patch(path, 0, 3 * word(2**20))
    assert refusal_of(path, memory_map=memory_map) == (
        "map.mrc ends before its last voxel: copy or download it again"
    )
    path.write_bytes(gzip.compress(path.read_bytes()))
    assert refusal_of(path, memory_map=memory_map) == (
        "map.mrc would be 4\u202f611\u202f686\u202f018 GB when it is unpacked, which its "
        f"{path.stat().st_size} bytes can hardly hold: copy or download it again; "
        "if it is right, unpack it first"
    )


def test_a_truncated_compressed_map(tmp_path: Path) -> None:
    content = example_file("odd/emd_3197.map.gz").read_bytes()
    path = tmp_path / "map.mrc.gz"
    path.write_bytes(content[: len(content) // 2])
    assert refusal_of(path) == ("map.mrc.gz ends before its last voxel: copy or download it again")


def test_a_compressed_map_with_a_wrong_checksum(tmp_path: Path) -> None:
    path = tmp_path / "map.mrc.gz"
    path.write_bytes(example_file("odd/emd_3197.map.gz").read_bytes())
    patch(path, path.stat().st_size - 8, b"\x00\x00\x00\x00")
    message = refusal_of(path)
    assert message.startswith("map.mrc.gz cannot be read (CRC check failed")
    assert message.endswith("): copy or download it again")


def test_a_damaged_bzip2_map(tmp_path: Path) -> None:
    path = tmp_path / "map.mrc.bz2"
    path.write_bytes(example_file("odd/emd_3001.map.bz2").read_bytes())
    patch(path, 40_000, bytes(100))
    assert refusal_of(path) == (
        "map.mrc.bz2 cannot be read (Invalid data stream): copy or download it again"
    )


@pytest.mark.parametrize(
    ("mode", "message"),
    [
        (3, "holds complex values (mode 3), a Fourier transform: use the map itself"),
        (4, "holds complex values (mode 4), a Fourier transform: use the map itself"),
        (
            101,
            "holds grey values of mode 101, and only modes 0, 1, 2, 6, 12 can be read: "
            "convert it to mode 2",
        ),
    ],
)
def test_modes_that_are_not_real_grey_values(tmp_path: Path, mode: int, message: str) -> None:
    path = write_file(tmp_path / "map.mrc", numbered())
    patch(path, MODE, word(mode))
    assert refusal_of(path) == f"map.mrc {message}"


def test_a_map_without_voxels(tmp_path: Path) -> None:
    path = write_file(tmp_path / "map.mrc", numbered())
    patch(path, 4, word(0))
    assert refusal_of(path) == (
        "map.mrc has no voxels (its header says 6 x 0 x 4): copy or download it again"
    )


def test_an_image(tmp_path: Path) -> None:
    path = write_file(tmp_path / "map.mrc", numbered((1, 5, 6)))
    assert refusal_of(path) == "map.mrc is an image of 6 x 5 x 1 pixels: use a map in 3D"


def test_a_stack_of_volumes(tmp_path: Path) -> None:
    path = write_file(tmp_path / "map.mrc", numbered(), sampling=(6, 5, 2), space_group=401)
    assert refusal_of(path) == (
        "map.mrc is a stack of 2 volumes (space group 401): use a file with one volume"
    )


def test_axes_that_are_not_x_y_z(tmp_path: Path) -> None:
    path = write_file(tmp_path / "map.mrc", numbered())
    patch(path, 64, word(1) + word(1) + word(3))
    assert refusal_of(path) == (
        "map.mrc names its axes 1, 1, 3 (MAPC, MAPR, MAPS), which must be 1, 2 and 3 in some "
        "order: fix the header"
    )


def test_axes_that_were_never_set_are_the_usual_ones(tmp_path: Path) -> None:
    path = write_file(tmp_path / "map.mrc", numbered())
    patch(path, 64, bytes(12))
    np.testing.assert_array_equal(read_map(path).data, numbered())


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_values_that_are_not_finite(tmp_path: Path, bad: float) -> None:
    values = numbered()
    values[1, 2, 3] = values[3, 2, 1] = bad
    path = tmp_path / "map.mrc"
    write_map(path, DensityMap(numbered(), 1.0))
    patch(path, 1024, values.tobytes())
    assert refusal_of(path) == (
        "map.mrc has 2 NaN or infinite values (of 120): "
        "check the program that wrote the file, or copy or download it again"
    )


@pytest.mark.parametrize("given", [0.0, -1.0, math.nan, math.inf])
def test_a_given_voxel_size_must_be_positive(tmp_path: Path, given: float) -> None:
    path = write_file(tmp_path / "map.mrc", numbered())
    assert refusal_of(path, voxel_size=given) == (
        f"the voxel size must be a positive number of Å, not {given:g}"
    )
