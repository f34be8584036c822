"""Map files: every header ends in the same orientation, place and values."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import struct
from pathlib import Path
from typing import Callable, Tuple

import mrcfile
import numpy as np
import numpy.typing as npt
import pytest

from vrs.maps import (
    DensityMap,
    inspect_file,
    read_map,
    write_map,
)
from vrs.maps.files import read_header
from vrs.tests.example_data import example_file
from vrs.tests.map_files import (
    AXIS_ORDERS,
    STACK_REMARK,
    numbered,
    patch,
    write_file,
)

# --- orientation and place ----------------------------------------------------------------------


@pytest.mark.parametrize("axes", AXIS_ORDERS)
def test_every_axis_order_is_read_as_z_y_x(tmp_path: Path, axes: Tuple[int, int, int]) -> None:
    path = write_file(tmp_path / "map.mrc", numbered(), axes, 1.5, (3, -4, 5), sampling=(12, 20, 8))
    density = read_map(path)
    np.testing.assert_array_equal(density.data, numbered())
    assert density.data.dtype == np.float32
    assert density.data.flags.c_contiguous
    assert density.box == (6, 5, 4)
    assert density.voxel_size == 1.5
    assert density.origin == (4.5, -6.0, 7.5)


@pytest.mark.parametrize("axes", AXIS_ORDERS)
def test_origin_is_in_the_order_x_y_z_for_every_axis_order(
    tmp_path: Path, axes: Tuple[int, int, int]
) -> None:
    path = write_file(tmp_path / "map.mrc", numbered(), axes, origin=(1.25, -2.5, 0.0))
    assert read_map(path).origin == (1.25, -2.5, 0.0)


def test_origin_wins_over_nstart(tmp_path: Path) -> None:
    path = write_file(tmp_path / "map.mrc", numbered(), start=(3, 4, 5), origin=(1.0, 0.0, 0.0))
    assert read_map(path).origin == (1.0, 0.0, 0.0)


def test_nstart_is_counted_in_the_given_voxel_size(tmp_path: Path) -> None:
    path = write_file(tmp_path / "map.mrc", numbered(), voxel_size=1.0, start=(3, 4, 5))
    density = read_map(path, voxel_size=2.0)
    assert density.voxel_size == 2.0
    assert density.origin == (6.0, 8.0, 10.0)


@pytest.mark.parametrize(
    ("map_name", "model_name", "share"),
    [
        ("box_emd_5185_3j06.ccp4", "3j06_no_ligand_box_complete", 0.5),
        ("box_emd_4118_5ly6.ccp4", "5ly6_5ly6_box_complete", 0.5),
        ("box_emd_3240_5fn5_A.ccp4", "5fn5_6iyc_A_5fn5_box_complete", 0.5),
        ("zone_emd_2566_3j6b_9.mrc", "3J6B_9", 0.5),
    ],
)
def test_atoms_of_the_model_sit_in_the_density(
    map_name: str, model_name: str, share: float
) -> None:
    """Axes 3, 2, 1 in the boxes; ORIGIN hundreds of Å away and space group 0 in the zone."""
    density = read_map(example_file(f"maps/{map_name}.gz"))
    with gzip.open(example_file(f"models/{model_name}.pdb.gz"), "rt") as lines:
        atoms = np.array(
            [
                [float(line[30:38]), float(line[38:46]), float(line[46:54])]
                for line in lines
                if line.startswith("ATOM") and line[12:16].strip() == "CA"
            ]
        )
    x, y, z = np.rint((atoms - density.origin) / density.voxel_size).astype(int).T

    def mean_at_atoms(data: npt.NDArray[np.floating]) -> float:
        return float(data[z, y, x].mean())

    here = mean_at_atoms(density.data)
    assert mean_at_atoms(density.data[::-1]) < share * here
    assert mean_at_atoms(density.data[:, ::-1]) < share * here
    assert mean_at_atoms(density.data[:, :, ::-1]) < share * here


# --- values -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "dtype"), [(0, "i1"), (1, "i2"), (2, "f4"), (6, "u2"), (12, "f2")]
)
@pytest.mark.parametrize("byte_order", ["<", ">"])
def test_every_mode_and_byte_order(tmp_path: Path, mode: int, dtype: str, byte_order: str) -> None:
    values = numbered()
    if mode != 6:
        values = values - 60
    path = write_file(tmp_path / "map.mrc", values.astype(byte_order + dtype))
    header = read_header(path)
    assert header.mode == mode
    assert header.byte_order == (byte_order if mode else "<")
    density = read_map(path)
    np.testing.assert_array_equal(density.data, values)
    assert density.data.dtype == np.dtype("=f4")


def test_a_wrong_machine_stamp_does_not_swap_the_bytes(tmp_path: Path) -> None:
    path = write_file(tmp_path / "map.mrc", numbered())
    patch(path, 212, b"\x11\x11\x00\x00")
    np.testing.assert_array_equal(read_map(path).data, numbered())
    assert inspect_file(path).remarks == (
        "The machine stamp contradicts the byte order; the file was read as little-endian.",
    )


def test_a_big_endian_file_is_nothing_to_remark_on(tmp_path: Path) -> None:
    assert inspect_file(write_file(tmp_path / "map.mrc", numbered(dtype=">f4"))).remarks == ()


def test_an_extended_header_is_skipped(tmp_path: Path) -> None:
    path = tmp_path / "map.mrc"
    with mrcfile.new(path) as file:
        file.set_data(numbered())
        file.voxel_size = 1.0
        file.set_extended_header(np.full(160, b"x", dtype="V1"))
    np.testing.assert_array_equal(read_map(path).data, numbered())
    np.testing.assert_array_equal(read_map(path, memory_map=True).data, numbered())


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress])
@pytest.mark.parametrize("name", ["map.mrc.gz", "map.mrc.bz2", "map.mrc", "map.ccp4", "map.rec"])
def test_compression_is_known_by_the_content(
    tmp_path: Path, compress: Callable[[bytes], bytes], name: str
) -> None:
    path = write_file(tmp_path / name, numbered(), axes=(2, 1, 3))
    path.write_bytes(compress(path.read_bytes()))
    np.testing.assert_array_equal(read_map(path).data, numbered())
    np.testing.assert_array_equal(read_map(path, memory_map=True).data, numbered())


def test_a_plain_map_whose_first_number_looks_like_gzip(tmp_path: Path) -> None:
    columns = 0x8B1F
    values = np.zeros((2, 2, columns), np.float32)
    values[1, 1, 7] = 1
    density = read_map(write_file(tmp_path / "map.mrc", values))
    assert density.box == (columns, 2, 2)


def test_a_volume_marked_as_images_is_a_volume(tmp_path: Path) -> None:
    path = write_file(tmp_path / "map.mrc", numbered(), space_group=0)
    np.testing.assert_array_equal(read_map(path).data, numbered())
    assert inspect_file(path).remarks == (STACK_REMARK,)


def test_a_stack_of_one_volume_is_a_volume(tmp_path: Path) -> None:
    path = write_file(tmp_path / "map.mrc", numbered(), space_group=401)
    np.testing.assert_array_equal(read_map(path).data, numbered())


def test_edges_that_differ_by_rounding_are_averaged(tmp_path: Path) -> None:
    path = write_file(tmp_path / "map.mrc", numbered(), voxel_size=1.0)
    patch(path, 40, struct.pack("<3f", 6.0, 5.0015, 4.0))
    assert read_map(path).voxel_size == 1.0001


# --- memory map ---------------------------------------------------------------------------------


def test_a_plain_file_is_mapped_read_only(tmp_path: Path) -> None:
    path = tmp_path / "map.mrc"
    write_map(path, DensityMap(numbered(), 1.5, (1.0, 2.0, 3.0)))
    density = read_map(path, memory_map=True)
    assert isinstance(density.data.base, np.memmap)
    assert not density.data.flags.writeable
    np.testing.assert_array_equal(density.data, numbered())
    assert (density.voxel_size, density.origin) == (1.5, (1.0, 2.0, 3.0))


def test_a_mask_is_mapped_with_a_byte_for_each_voxel(tmp_path: Path) -> None:
    path = tmp_path / "mask.mrc"
    write_map(path, DensityMap(numbered() > 7, 1.5))
    mask = read_map(path, memory_map=True).data
    assert isinstance(mask.base, np.memmap)
    assert mask.dtype == np.int8
    np.testing.assert_array_equal(mask, numbered() > 7)


@pytest.mark.parametrize("dtype", ["i2", ">f4"])
def test_a_file_to_convert_is_read_instead_of_mapped(tmp_path: Path, dtype: str) -> None:
    path = write_file(tmp_path / "map.mrc", numbered(dtype=dtype))
    density = read_map(path, memory_map=True)
    assert not isinstance(density.data.base, np.memmap)
    np.testing.assert_array_equal(density.data, numbered())


# --- inspection ---------------------------------------------------------------------------------


def test_sha256_is_that_of_the_file_as_given() -> None:
    path = example_file("odd/emd_3197.map.gz")
    source = inspect_file(path)
    assert source.name == "emd_3197.map.gz"
    assert source.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_given_voxel_size_is_compared_with_the_header(tmp_path: Path) -> None:
    path = write_file(tmp_path / "map.mrc", numbered(), voxel_size=1.0)
    assert inspect_file(path, voxel_size=1.0005).remarks == ()
    assert inspect_file(path, voxel_size=3.54).remarks == (
        "The given voxel size of 3.54 Å replaces that of the map file's header, 1 Å.",
    )
    without = write_file(tmp_path / "without.mrc", numbered(), voxel_size=0.0)
    assert inspect_file(without, voxel_size=3.54).remarks == (
        "The map file's header has no voxel size; 3.54 Å was given.",
    )


def test_bytes_after_the_last_voxel_are_remarked(tmp_path: Path) -> None:
    path = write_file(tmp_path / "map.mrc", numbered())
    path.write_bytes(path.read_bytes() + b"12")
    np.testing.assert_array_equal(read_map(path).data, numbered())
    assert inspect_file(path).remarks == (
        "The file is 2 bytes longer than its header says; the surplus was ignored.",
    )


def test_a_header_without_identifier_is_read_with_a_remark(tmp_path: Path) -> None:
    path = write_file(tmp_path / "map.mrc", numbered(), origin=(1.0, 2.0, 3.0))
    patch(path, 208, b"\x00\x00\x00\x00")
    assert read_map(path).origin == (0.0, 0.0, 0.0)
    assert inspect_file(path).remarks == (
        'The word "MAP" is missing from the map file\'s header; the file may be of an older '
        "format, and its ORIGIN was not read.",
    )


def test_statistics_that_are_marked_as_not_set_are_no_contradiction(tmp_path: Path) -> None:
    path = write_file(tmp_path / "map.mrc", numbered())
    patch(path, 76, struct.pack("<3f", 0.0, -1.0, -2.0))
    assert inspect_file(path).remarks == ()
    patch(path, 76, struct.pack("<3f", 0.0, 119.0, -2.0))
    assert inspect_file(path).remarks == ()
    patch(path, 76, struct.pack("<3f", 0.0, 119.0, 0.5))
    assert inspect_file(path).remarks == (
        "The map file's header states values from 0 to 119 with mean 0.5, but the map has 0 to 119 "
        "with mean 59.5; the header was not updated when the map was changed or rescaled.",
    )
