"""Map files: every header ends in the same orientation and place, or in one clear sentence."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import math
import os
import struct
from pathlib import Path
from typing import Any, Callable, Optional, Tuple

import mrcfile
import numpy as np
import numpy.typing as npt
import pytest

from vrs.maps import (
    DensityMap,
    MapError,
    inspect_file,
    read_map,
    read_with_source,
    write_map,
)
from vrs.maps.files import read_header
from vrs.tests.example_data import example_file
from vrs.tests.map_files import AXIS_ORDERS, MODE, numbered, patch, word, write_file

STACK = "The header marks the file as a stack of images (space group 0); it was read as one volume."


def message_of(path: Path, **options: Any) -> str:
    """What ``read_map`` says when it refuses a file, without the folder."""
    with pytest.raises(MapError) as caught:
        read_map(path, **options)
    return str(caught.value).replace(f"{path.parent}{os.sep}", "")


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
        "The machine stamp does not name the byte order; the file was read as little-endian.",
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
    assert inspect_file(path).remarks == (STACK,)


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


# --- the odd files ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "given", "box", "voxel_size", "origin"),
    [
        ("emd_1703_msk_1.map.gz", 6.0, (46, 65, 46), 6.0, (0, 0, 0)),
        ("emd_3197.map.gz", None, (20, 20, 20), 11.4, (-22.8, 0, 0)),
        ("odd_cctbx_non_zero_origin.ccp4.gz", 0.74, (30, 40, 32), 0.74, (74, 74, 74)),
        ("odd_h2o-elf-nstart-origin.mrc.gz", None, (40, 40, 40), 0.15, (1.2, 3.4, 5.6)),
        ("odd_mode0_noncubic_mask.map.gz", 16.0, (32, 30, 36), 16.0, (0, 0, 0)),
        ("odd_xray_1jzv_axes213.ccp4.gz", 0.55, (76, 96, 70), 0.55, (-12.65, -2.2, 56.1)),
        ("seg_emd_21457.mrc.gz", None, (48, 40, 47), 1.05, (162.75, 231, 204.75)),
        ("seg_emd_21457_nstart.mrc.gz", None, (48, 40, 47), 1.05, (162.75, 231, 204.75)),
    ],
)
def test_odd_files_have_their_true_place(
    name: str,
    given: Optional[float],
    box: Tuple[int, int, int],
    voxel_size: float,
    origin: Tuple[float, float, float],
) -> None:
    density = read_map(example_file(f"odd/{name}"), voxel_size=given)
    assert density.box == box
    assert density.voxel_size == voxel_size
    assert density.origin == pytest.approx(origin, abs=1e-4)


@pytest.mark.parametrize(
    ("name", "turn"),
    [
        ("odd/odd_h2o-elf-nstart-origin.mrc.gz", "zxy->zyx"),
        ("odd/odd_xray_1jzv_axes213.ccp4.gz", "zxy->zyx"),
        ("odd/odd_cctbx_non_zero_origin.ccp4.gz", "xyz->zyx"),
        ("maps/box_emd_1044_1oed.ccp4.gz", "xyz->zyx"),
    ],
)
@pytest.mark.filterwarnings("ignore:Unrecognised machine stamp")
def test_odd_axes_are_turned_and_never_mirrored(name: str, turn: str) -> None:
    path = example_file(name)
    with mrcfile.open(path, permissive=True) as file:
        expected = np.einsum(turn, file.data)
    np.testing.assert_array_equal(read_map(path, voxel_size=1.0).data, expected)


def test_crystallographic_header_of_emd_3001() -> None:
    header = read_header(example_file("odd/emd_3001.map.bz2"))
    assert header.box == (43, 25, 73)
    assert header.start == (-21, -12, 0)
    assert header.voxel_edges == (0.44825, 0.3925, 0.45875)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "emd_1703_msk_1.map.gz",
            "has no voxel size in its header: give it with --voxel-size (in Å)",
        ),
        (
            "emd_3001.map.bz2",
            "has cell angles of 90, 94.326, 90 degrees, but they must all be 90: "
            "resample the map on a grid with right angles",
        ),
        (
            "odd_cctbx_non_zero_origin.ccp4.gz",
            "has voxels of 0.747033 x 0.723075 x 0.737438 Å, but the edges must agree within "
            "0.1 %: resample the map on cubic voxels, or give --voxel-size if the header is wrong",
        ),
        (
            "odd_corrupt_emd_21226_bad.mrc.gz",
            "is not usable, as 964 of its 343000 values are NaN or infinite: "
            "the file is damaged, or the program that made it failed",
        ),
        ("odd_float16_2d.mrc.gz", "is an image of 64 x 64 x 1 pixels: give a map in 3D"),
        (
            "odd_mode0_noncubic_mask.map.gz",
            "has voxels of 14.5 x 18.3333 x 17.2778 Å, but the edges must agree within "
            "0.1 %: resample the map on cubic voxels, or give --voxel-size if the header is wrong",
        ),
        (
            "odd_xray_1jzv_axes213.ccp4.gz",
            "has voxels of 0.545238 x 0.545238 x 0.560313 Å, but the edges must agree within "
            "0.1 %: resample the map on cubic voxels, or give --voxel-size if the header is wrong",
        ),
        (
            "odd_xray_3pqr-mode0.ccp4.gz",
            "has cell angles of 90, 90, 120 degrees, but they must all be 90: "
            "resample the map on a grid with right angles",
        ),
    ],
)
def test_odd_files_are_refused_with_the_reason(name: str, message: str) -> None:
    assert message_of(example_file(f"odd/{name}")) == f"{name} {message}"


@pytest.mark.parametrize(
    ("name", "remarks"),
    [
        ("maps/emd_3488.map.gz", ()),
        ("maps/emd_1997.map.gz", ()),
        ("maps/ngl_betaGal.mrc.gz", (STACK,)),
        ("odd/emd_1703_msk_1.map.gz", ("The header has no voxel size.",)),
        (
            "odd/odd_h2o-elf-nstart-origin.mrc.gz",
            (
                "The machine stamp does not name the byte order; "
                "the file was read as little-endian.",
                "Columns, rows and sections of the file run along Y, X, Z; "
                "they were turned to X, Y, Z.",
                STACK,
                "ORIGIN (1.2, 3.4, 5.6 Å) and NSTART (0.6, 0.45, 0.75 Å) place the map "
                "differently; ORIGIN was used.",
            ),
        ),
        (
            "odd/odd_mode0_noncubic_mask.map.gz",
            (
                "The header has voxels of 14.5 x 18.3333 x 17.2778 Å, not cubic ones.",
                "The grey values are 8-bit integers, so there are at most 256 different ones.",
            ),
        ),
        (
            "odd/odd_xray_3pqr-mode0.ccp4.gz",
            (
                "Columns, rows and sections of the file run along Y, X, Z; "
                "they were turned to X, Y, Z.",
                "The header names the crystallographic space group 155; no symmetry was applied, "
                "and only the voxels in the file are analysed.",
                "The header has voxels of 0.958532 x 0.958532 x 0.915521 Å, not cubic ones.",
                "The grey values are 8-bit integers, so there are at most 256 different ones.",
                "The header gives values from -0.5163 to 0.9091 with mean -0.002583, but the map "
                "has -128 to 127 with mean -36.39; the header was not updated when the map was "
                "changed or rescaled.",
            ),
        ),
    ],
)
def test_remarks_on_the_header(name: str, remarks: Tuple[str, ...]) -> None:
    assert inspect_file(example_file(name)).remarks == remarks


# --- inspection ---------------------------------------------------------------------------------


def test_sha256_is_that_of_the_file_as_given() -> None:
    path = example_file("maps/emd_1703.map.gz")
    source = inspect_file(path)
    assert source.name == "emd_1703.map.gz"
    assert source.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_given_voxel_size_is_compared_with_the_header(tmp_path: Path) -> None:
    path = write_file(tmp_path / "map.mrc", numbered(), voxel_size=1.0)
    assert inspect_file(path, voxel_size=1.0005).remarks == ()
    assert inspect_file(path, voxel_size=3.54).remarks == (
        "The given voxel size of 3.54 Å replaces that of the header, 1 Å.",
    )
    without = write_file(tmp_path / "without.mrc", numbered(), voxel_size=0.0)
    assert inspect_file(without, voxel_size=3.54).remarks == (
        "The header has no voxel size; 3.54 Å was given.",
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
        'The word "MAP" is missing from the header; the file may be of an older format, '
        "whose ORIGIN was not read.",
    )


def test_statistics_that_are_marked_as_not_set_are_no_contradiction(tmp_path: Path) -> None:
    path = write_file(tmp_path / "map.mrc", numbered())
    patch(path, 76, struct.pack("<3f", 0.0, -1.0, -2.0))
    assert inspect_file(path).remarks == ()
    patch(path, 76, struct.pack("<3f", 0.0, 119.0, -2.0))
    assert inspect_file(path).remarks == ()
    patch(path, 76, struct.pack("<3f", 0.0, 119.0, 0.5))
    assert inspect_file(path).remarks == (
        "The header gives values from 0 to 119 with mean 0.5, but the map has 0 to 119 with mean "
        "59.5; the header was not updated when the map was changed or rescaled.",
    )


# --- what cannot be read ------------------------------------------------------------------------


def test_a_missing_file(tmp_path: Path) -> None:
    assert message_of(tmp_path / "no.mrc") == "no.mrc does not exist: check the name and the folder"


def test_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "maps"
    folder.mkdir()
    assert message_of(folder) == "maps is a folder: give the map file in it"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_permission(tmp_path: Path) -> None:
    path = write_file(tmp_path / "map.mrc", numbered())
    path.chmod(0)
    assert message_of(path) == "map.mrc may not be read: ask its owner for permission"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty (0 bytes): copy or download it again"),
        (
            b"x" * 100,
            "has 100 bytes, fewer than the 1024 of a map's header: copy or download it again",
        ),
        (
            b"<!DOCTYPE html><title>404 Not Found</title>" * 50,
            "is not an MRC or CCP4 map (plain, or compressed with gzip or bzip2): "
            "give a file of that format",
        ),
    ],
)
def test_files_that_are_no_maps(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "map.mrc"
    path.write_bytes(content)
    assert message_of(path) == f"map.mrc {message}"


@pytest.mark.parametrize("kept", [1024, 1030, -1])
@pytest.mark.parametrize("memory_map", [False, True])
def test_a_truncated_map(tmp_path: Path, kept: int, memory_map: bool) -> None:
    path = write_file(tmp_path / "map.mrc", numbered())
    content = path.read_bytes()[:kept]
    for incomplete in (content, gzip.compress(content)):
        path.write_bytes(incomplete)
        assert message_of(path, memory_map=memory_map) == (
            "map.mrc ends before its last voxel: copy or download it again"
        )


@pytest.mark.parametrize("memory_map", [False, True])
def test_a_header_that_announces_an_impossible_box(tmp_path: Path, memory_map: bool) -> None:
    path = write_file(tmp_path / "map.mrc", numbered())
    patch(path, 0, 3 * word(2**20))
    assert message_of(path, memory_map=memory_map) == (
        "map.mrc ends before its last voxel: copy or download it again"
    )
    path.write_bytes(gzip.compress(path.read_bytes()))
    assert message_of(path, memory_map=memory_map) == (
        "map.mrc needs 4611686018.4 GB of memory, more than there is: "
        "use a larger machine, or bin or crop the map"
    )


def test_a_truncated_compressed_map(tmp_path: Path) -> None:
    content = example_file("odd/emd_3197.map.gz").read_bytes()
    path = tmp_path / "map.mrc.gz"
    path.write_bytes(content[: len(content) // 2])
    assert message_of(path) == ("map.mrc.gz ends before its last voxel: copy or download it again")


def test_a_compressed_map_with_a_wrong_checksum(tmp_path: Path) -> None:
    path = tmp_path / "map.mrc.gz"
    path.write_bytes(example_file("odd/emd_3197.map.gz").read_bytes())
    patch(path, path.stat().st_size - 8, b"\x00\x00\x00\x00")
    message = message_of(path)
    assert message.startswith("map.mrc.gz cannot be read (CRC check failed")
    assert message.endswith("): copy or download it again")


def test_a_damaged_bzip2_map(tmp_path: Path) -> None:
    path = tmp_path / "map.mrc.bz2"
    path.write_bytes(example_file("odd/emd_3001.map.bz2").read_bytes())
    patch(path, 40_000, bytes(100))
    assert message_of(path) == (
        "map.mrc.bz2 cannot be read (Invalid data stream): copy or download it again"
    )


@pytest.mark.parametrize(
    ("mode", "message"),
    [
        (3, "holds complex values (mode 3), a Fourier transform: give the map itself"),
        (4, "holds complex values (mode 4), a Fourier transform: give the map itself"),
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
    assert message_of(path) == f"map.mrc {message}"


def test_a_map_without_voxels(tmp_path: Path) -> None:
    path = write_file(tmp_path / "map.mrc", numbered())
    patch(path, 4, word(0))
    assert message_of(path) == (
        "map.mrc has no voxels (its header says 6 x 0 x 4): copy or download it again"
    )


def test_an_image(tmp_path: Path) -> None:
    path = write_file(tmp_path / "map.mrc", numbered((1, 5, 6)))
    assert message_of(path) == "map.mrc is an image of 6 x 5 x 1 pixels: give a map in 3D"


def test_a_stack_of_volumes(tmp_path: Path) -> None:
    path = write_file(tmp_path / "map.mrc", numbered(), sampling=(6, 5, 2), space_group=401)
    assert message_of(path) == (
        "map.mrc is a stack of 2 volumes (space group 401): give one volume"
    )


def test_axes_that_are_not_x_y_z(tmp_path: Path) -> None:
    path = write_file(tmp_path / "map.mrc", numbered())
    patch(path, 64, word(1) + word(1) + word(3))
    assert message_of(path) == (
        "map.mrc names its axes 1, 1, 3 (MAPC, MAPR, MAPS), which must be 1, 2 and 3 in some "
        "order: mend the header"
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
    assert message_of(path) == (
        "map.mrc is not usable, as 2 of its 120 values are NaN or infinite: "
        "the file is damaged, or the program that made it failed"
    )


@pytest.mark.parametrize("given", [0.0, -1.0, math.nan, math.inf])
def test_a_given_voxel_size_must_be_positive(tmp_path: Path, given: float) -> None:
    path = write_file(tmp_path / "map.mrc", numbered())
    assert message_of(path, voxel_size=given) == (
        f"the voxel size must be a positive number of Å, not {given:g}"
    )


# --- writing ------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["f4", "f8", "f2", "u1", "i2", ">f4"])
def test_numbers_are_written_as_mode_2(tmp_path: Path, dtype: str) -> None:
    path = tmp_path / "map.mrc"
    write_map(path, DensityMap(numbered(dtype=dtype), 1.06, (-3.0, 4.0, 5.5)))
    assert read_header(path).mode == 2
    density = read_map(path)
    np.testing.assert_array_equal(density.data, numbered())
    assert density.voxel_size == 1.06
    assert density.origin == (-3.0, 4.0, 5.5)
    assert inspect_file(path).remarks == ()


@pytest.mark.parametrize("dtype", [np.bool_, np.int8])
def test_masks_are_written_as_mode_0(tmp_path: Path, dtype: npt.DTypeLike) -> None:
    mask = (numbered() % 3 == 0).astype(dtype)
    path = tmp_path / "mask.mrc"
    write_map(path, DensityMap(mask, 2.0))
    assert read_header(path).mode == 0
    assert path.stat().st_size == 1024 + mask.size
    np.testing.assert_array_equal(read_map(path).data, mask)


def test_a_written_map_is_valid_and_plain(tmp_path: Path) -> None:
    path = tmp_path / "map.mrc"
    write_map(path, DensityMap(numbered()[:, ::-1], 1.5))
    assert mrcfile.validate(path, print_file=io.StringIO())
    with mrcfile.open(path) as file:
        header = file.header
        assert file.is_volume()
        assert (header.ispg, header.nsymbt) == (1, 0)
        assert (header.mapc, header.mapr, header.maps) == (1, 2, 3)
        assert (header.nxstart, header.nystart, header.nzstart) == (0, 0, 0)
        assert (header.mx, header.my, header.mz) == (6, 5, 4)
        assert header.cella.tolist() == (9.0, 7.5, 6.0)
        assert bytes(header.machst) == b"\x44\x44\x00\x00"
        np.testing.assert_array_equal(file.data, numbered()[:, ::-1])


def test_equal_maps_make_equal_files(tmp_path: Path) -> None:
    for name in ("first.mrc", "second.mrc"):
        write_map(tmp_path / name, DensityMap(numbered(), 1.5))
    first, second = (tmp_path / name for name in ("first.mrc", "second.mrc"))
    assert first.read_bytes() == second.read_bytes()


def test_the_header_of_a_written_map_has_the_statistics_of_its_values(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    values = (1000 + random.standard_normal((7, 6, 5))).astype(np.float32)
    write_map(tmp_path / "map.mrc", DensityMap(values, 1.5))
    with mrcfile.open(tmp_path / "map.mrc") as file:
        header = file.header
        assert (header.dmin, header.dmax) == (values.min(), values.max())
        assert header.dmean == pytest.approx(values.mean(dtype=float), rel=1e-6)
        assert header.rms == pytest.approx(values.std(dtype=float), rel=1e-6)


@pytest.mark.parametrize("bad", [math.nan, 1e300])
def test_a_map_that_cannot_be_written_leaves_the_old_one(tmp_path: Path, bad: float) -> None:
    path = tmp_path / "map.mrc"
    write_map(path, DensityMap(numbered(), 1.5))
    before = path.read_bytes()
    values = numbered(dtype=np.float64)
    values[0, 0, 0] = bad
    with pytest.raises(ValueError, match="map.mrc was not written: it would hold NaN or infinite"):
        write_map(path, DensityMap(values, 1.5))
    with pytest.raises(ValueError):
        write_map(path, DensityMap(np.zeros((2, 2), np.float32), "wide"))  # type: ignore[arg-type]
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_mapped_file_can_be_replaced_while_in_use(tmp_path: Path) -> None:
    path = tmp_path / "map.mrc"
    write_map(path, DensityMap(numbered(), 1.5))
    density = read_map(path, memory_map=True)
    write_map(path, density.with_data(density.data * 2))
    np.testing.assert_array_equal(density.data, numbered())
    np.testing.assert_array_equal(read_map(path).data, numbered() * 2)


def test_reading_never_touches_the_file(tmp_path: Path) -> None:
    path = write_file(tmp_path / "map.mrc", numbered(), axes=(3, 1, 2), space_group=0)
    before, status = path.read_bytes(), path.stat()
    path.chmod(0o400)
    read_map(path)
    read_map(path, memory_map=True)
    inspect_file(path)
    assert path.read_bytes() == before
    assert path.stat().st_mtime_ns == status.st_mtime_ns
    assert list(tmp_path.iterdir()) == [path]


def test_a_map_and_what_is_known_of_its_file_are_read_at_once(tmp_path: Path) -> None:
    path = write_file(tmp_path / "map.mrc", numbered(), axes=(3, 1, 2), space_group=0)
    density, source = read_with_source(path, 1.25)
    expected = read_map(path, 1.25)
    np.testing.assert_array_equal(density.data, expected.data)
    assert (density.voxel_size, density.origin) == (expected.voxel_size, expected.origin)
    assert source == inspect_file(path, 1.25)
