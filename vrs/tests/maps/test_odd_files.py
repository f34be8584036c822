"""Deposited and made files with odd headers: their place, their remarks, their refusal."""

from __future__ import annotations

from pathlib import Path
from typing import Optional, Tuple

import mrcfile
import numpy as np
import pytest

from vrs.maps import (
    inspect_file,
    read_map,
)
from vrs.maps.files import read_header
from vrs.tests.example_data import example_file
from vrs.tests.map_files import (
    STACK_REMARK,
    refusal_of,
)
from vrs.tests.odd_files import odd_file


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
    tmp_path: Path,
) -> None:
    density = read_map(odd_file(f"odd/{name}", tmp_path), voxel_size=given)
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
def test_odd_axes_are_turned_and_never_mirrored(name: str, turn: str, tmp_path: Path) -> None:
    path = odd_file(name, tmp_path)
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
            "has no voxel size in its header: set --voxel-size (in Å)",
        ),
        (
            "emd_3001.map.bz2",
            "has cell angles of 90, 94.326, 90 degrees, but they must all be 90: "
            "resample the map on a grid with right angles",
        ),
        (
            "odd_cctbx_non_zero_origin.ccp4.gz",
            "has voxels of 0.747033 x 0.723075 x 0.737438 Å, but the edges must agree within "
            "0.1 %: resample the map on cubic voxels, or set --voxel-size if the header is wrong",
        ),
        (
            "odd_corrupt_emd_21226_bad.mrc.gz",
            "has 964 NaN or infinite values (of 343000): "
            "check the program that wrote the file, or copy or download it again",
        ),
        ("odd_float16_2d.mrc.gz", "is an image of 64 x 64 x 1 pixels: use a map in 3D"),
        (
            "odd_mode0_noncubic_mask.map.gz",
            "has voxels of 14.5 x 18.3333 x 17.2778 Å, but the edges must agree within "
            "0.1 %: resample the map on cubic voxels, or set --voxel-size if the header is wrong",
        ),
        (
            "odd_xray_1jzv_axes213.ccp4.gz",
            "has voxels of 0.545238 x 0.545238 x 0.560313 Å, but the edges must agree within "
            "0.1 %: resample the map on cubic voxels, or set --voxel-size if the header is wrong",
        ),
        (
            "odd_xray_3pqr-mode0.ccp4.gz",
            "has cell angles of 90, 90, 120 degrees, but they must all be 90: "
            "resample the map on a grid with right angles",
        ),
    ],
)
def test_odd_files_are_refused_with_the_reason(name: str, message: str, tmp_path: Path) -> None:
    assert refusal_of(odd_file(f"odd/{name}", tmp_path)) == f"{name} {message}"


@pytest.mark.parametrize(
    ("name", "remarks"),
    [
        ("maps/emd_3488.map.gz", ()),
        ("maps/emd_1997.map.gz", ()),
        ("maps/ngl_betaGal.mrc.gz", (STACK_REMARK,)),
        ("odd/emd_1703_msk_1.map.gz", ("The map file's header has no voxel size.",)),
        (
            "odd/odd_h2o-elf-nstart-origin.mrc.gz",
            (
                "The machine stamp contradicts the byte order; the file was read as little-endian.",
                "Columns, rows and sections of the file run along Y, X, Z; "
                "they were reordered to X, Y, Z.",
                STACK_REMARK,
                "ORIGIN (1.2, 3.4, 5.6 Å) and NSTART (0.6, 0.45, 0.75 Å) place the map "
                "differently; ORIGIN was used.",
            ),
        ),
        (
            "odd/odd_mode0_noncubic_mask.map.gz",
            (
                "The map file's header has voxels of 14.5 x 18.3333 x 17.2778 Å, not cubic ones.",
                "The grey values are 8-bit integers: at most 256 different values.",
            ),
        ),
    ],
)
def test_remarks_on_the_header(name: str, remarks: Tuple[str, ...], tmp_path: Path) -> None:
    assert inspect_file(odd_file(name, tmp_path)).remarks == remarks


def test_remarks_on_bytes_that_the_header_describes_before_rescaling() -> None:
    path = example_file("odd/odd_xray_3pqr-mode0.ccp4.gz")
    assert inspect_file(path).remarks == (
        "Columns, rows and sections of the file run along Y, X, Z; "
        "they were reordered to X, Y, Z.",
        "The map file's header names the crystallographic space group 155; no symmetry was "
        "applied, and only the voxels in the file are analysed.",
        "The map file's header has voxels of 0.958532 x 0.958532 x 0.915521 Å, not cubic ones.",
        "The grey values are 8-bit integers: at most 256 different values. They were read as "
        "signed (-128 to 127), in which neighbouring values differ less, as the header does not "
        "decide.",
        "The map file's header states values from -0.5163 to 0.9091 with mean -0.002583, but "
        "the map has -128 to 127 with mean -36.39; the header was not updated when the map was "
        "changed or rescaled.",
    )
