"""Headers with values that mean nothing, or something else: said, refused, or passed over."""

from __future__ import annotations

import math
import struct
from pathlib import Path
from typing import Tuple

import numpy as np
import pytest

from vrs.maps import inspect_file, read_map
from vrs.maps.files import read_header
from vrs.maps.header_comparison import Agreement, compare_header
from vrs.maps.printing import entered
from vrs.tests.map_files import AXIS_ORDERS, numbered, patch, refusal_of, word, write_file
from vrs.tests.odd_files import odd_file

SAMPLING, CELL, ANGLES, EXTENDED = 28, 40, 52, 92


def floats(*values: float) -> bytes:
    return struct.pack(f"<{len(values)}f", *values)


def test_an_extended_header_that_is_missing(tmp_path: Path) -> None:
    path = write_file(tmp_path / "map.mrc", numbered())
    patch(path, EXTENDED, word(160))
    for memory_map in (False, True):
        assert refusal_of(path, memory_map=memory_map) == (
            "map.mrc announces an extended header of 160 bytes (NSYMBT) that is missing: the file "
            "has exactly the size of the header and the grey values. Write the file again with "
            "another program, or set NSYMBT, the 24th word of its header, to 0"
        )


ODD_AXES = [axes for axes in AXIS_ORDERS if axes != (1, 2, 3)]


@pytest.mark.parametrize("axes", ODD_AXES)
@pytest.mark.parametrize("what", ["MX, MY, MZ", "cell"])
def test_intervals_or_cell_in_the_order_of_the_file(
    tmp_path: Path, axes: Tuple[int, int, int], what: str
) -> None:
    path = write_file(tmp_path / "map.mrc", numbered(), axes=axes, voxel_size=1.5)
    box = (6, 5, 4)
    in_file = [box[axis - 1] for axis in axes]
    if what == "cell":
        patch(path, CELL, floats(*(1.5 * side for side in in_file)))
    else:
        patch(path, SAMPLING, b"".join(map(word, in_file)))
    assert refusal_of(path).endswith(
        "Å, as MX, MY and MZ in its header are in the order of the file, not in that of X, Y, Z, "
        "which gives cubic voxels of 1.5 Å: set --voxel-size 1.5"
    )
    np.testing.assert_array_equal(read_map(path, voxel_size=1.5).data, numbered())
    assert (
        "MX, MY and MZ in the map file's header are in the order of the file, not in that of "
        "X, Y, Z, which gives cubic voxels of 1.5 Å."
    ) in inspect_file(path, 1.5).remarks


def test_the_file_with_permuted_intervals(tmp_path: Path) -> None:
    path = odd_file("failing/ax321_noncubic_badm.mrc.gz", tmp_path)
    assert "which gives cubic voxels of 1.1 Å: set --voxel-size 1.1" in refusal_of(path)
    assert read_map(path, voxel_size=1.1).box == (80, 84, 92)


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_angles_that_are_not_numbers(tmp_path: Path, bad: float) -> None:
    path = write_file(tmp_path / "map.mrc", numbered())
    patch(path, ANGLES, floats(bad, 90, bad))
    density, source = read_map(path), inspect_file(path)
    assert density.voxel_size == 1.5
    assert source.remarks == (
        "The angles of the cell in the map file's header are not numbers; 90 degrees were assumed.",
    )
    assert source.header is not None
    lines = {line.quantity: line for line in compare_header(source.header, density)}
    assert lines["Angles of the unit cell"].agreement is Agreement.DIFFERS


def test_angles_that_are_none_at_all_were_not_set(tmp_path: Path) -> None:
    path = write_file(tmp_path / "map.mrc", numbered())
    patch(path, ANGLES, floats(math.nan, math.nan, math.nan))
    lines = {line.quantity: line for line in compare_header(read_header(path), read_map(path))}
    assert lines["Angles of the unit cell"].agreement is Agreement.NOT_SET


def test_an_origin_of_rounding_is_0_and_gives_way_to_nstart(tmp_path: Path) -> None:
    path = write_file(tmp_path / "map.mrc", numbered(), origin=(1.65e-16, -2e-17, 0.0))
    assert read_header(path).origin == (0.0, 0.0, 0.0)
    assert inspect_file(path).remarks == ()
    path = write_file(path, numbered(), start=(-2, 3, 0), origin=(1.65e-16, 0.0, 0.0))
    assert read_map(path).origin == (-3.0, 4.5, 0.0)
    assert inspect_file(path).remarks == ()


@pytest.mark.parametrize("size", [1e200, 1e4, 0.001])
def test_voxel_sizes_are_limited(tmp_path: Path, size: float) -> None:
    path = write_file(tmp_path / "map.mrc", numbered())
    assert refusal_of(path, voxel_size=size) == (
        f"the voxel size is {entered(size)} Å, and it must be between 0.01 and 1000 Å: set it in Å"
    )


def test_voxel_sizes_of_the_header_are_limited(tmp_path: Path) -> None:
    path = write_file(tmp_path / "map.mrc", numbered(), voxel_size=1.1e-10)
    assert refusal_of(path) == (
        "the voxel size of map.mrc is 1.1 × 10⁻¹⁰ Å, and it must be between 0.01 and 1000 Å: set "
        "--voxel-size (in Å)"
    )
