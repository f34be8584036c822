"""Bytes are read as signed or unsigned as IMOD, the header's statistics or the values decide."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Tuple

import numpy as np
import numpy.typing as npt
import pytest

from vrs.maps import inspect_file, read_map
from vrs.maps.files import read_header
from vrs.maps.header_comparison import compare_header
from vrs.maps.signed_bytes import CONTINUITY, IMOD, SATURATED, STANDARD, STATISTICS
from vrs.tests.example_data import example_file
from vrs.tests.map_files import patch, word, write_file

IMOD_STAMP, STATISTICS_OFFSET = 152, 76
NOT_SET = (0.0, -1.0, -2.0)


def smooth(shift: float) -> npt.NDArray[np.float64]:
    """A density of 0 to 120 in steps of 1 at most, moved by ``shift``."""
    axis = np.linspace(0, np.pi, 120)
    wave = 40 * (1 - np.cos(axis)) / 2
    return np.rint(wave[:, None, None] + wave[:, None] + wave + shift)


def write_bytes(
    path: Path, values: npt.NDArray[np.float64], statistics: Tuple[float, float, float]
) -> Path:
    """Write values from -128 to 255 as bytes, with any statistics in the header."""
    write_file(path, values.astype(np.int64).astype(np.uint8).view(np.int8))
    return patch(path, STATISTICS_OFFSET, struct.pack("<3f", *statistics))


def true(values: npt.NDArray[np.float64]) -> Tuple[float, float, float]:
    return float(values.min()), float(values.max()), float(values.mean())


def evidence(path: Path) -> str:
    (remark,) = [text for text in inspect_file(path).remarks if "8-bit" in text]
    return remark


UNSIGNED, SIGNED = smooth(100), smooth(-60)


@pytest.mark.parametrize(
    ("values", "words"), [(UNSIGNED, "unsigned (0 to 255)"), (SIGNED, "signed (-128 to 127)")]
)
@pytest.mark.parametrize("stated", [True, False])
def test_statistics_decide_and_without_them_the_continuity(
    tmp_path: Path, values: npt.NDArray[np.float64], words: str, stated: bool
) -> None:
    path = write_bytes(tmp_path / "map.mrc", values, true(values) if stated else NOT_SET)
    np.testing.assert_array_equal(read_map(path).data, values)
    np.testing.assert_array_equal(read_map(path, memory_map=True).data, values)
    assert evidence(path) == (
        "The grey values are 8-bit integers: at most 256 different values. They were read as "
        f"{words}, {STATISTICS if stated else CONTINUITY}."
    )


@pytest.mark.parametrize(("flags", "values"), [(0, UNSIGNED), (1, SIGNED), (3, SIGNED)])
def test_the_flags_of_imod_decide_before_all_else(
    tmp_path: Path, flags: int, values: npt.NDArray[np.float64]
) -> None:
    wrong = true(SIGNED if flags == 0 else UNSIGNED)
    path = write_bytes(tmp_path / "map.mrc", values, wrong)
    patch(path, IMOD_STAMP, word(1146047817) + word(flags))
    assert read_header(path).imod_flags == flags
    np.testing.assert_array_equal(read_map(path).data, values)
    assert IMOD in evidence(path)


def test_noise_around_zero_is_signed_without_statistics(tmp_path: Path) -> None:
    noise = np.rint(np.random.default_rng(0).normal(0, 20, (20, 20, 20)))
    path = write_bytes(tmp_path / "map.mrc", noise, NOT_SET)
    np.testing.assert_array_equal(read_map(path).data, noise)


def test_statistics_of_the_values_before_they_were_scaled_do_not_decide(tmp_path: Path) -> None:
    path = write_bytes(tmp_path / "map.mrc", UNSIGNED, (-0.5, 0.9, 0.1))
    np.testing.assert_array_equal(read_map(path).data, UNSIGNED)
    assert CONTINUITY in evidence(path)


def test_a_mask_of_0_and_255_and_saturated_images_are_unsigned(tmp_path: Path) -> None:
    mask = 255 * (smooth(0) > 60)
    saturated = np.clip(9 * smooth(0) - 400, 0, 255)
    for values in (mask, saturated):
        path = write_bytes(tmp_path / "map.mrc", values, (0.0, 0.0, 0.0))
        np.testing.assert_array_equal(read_map(path).data, values)
        assert SATURATED in evidence(path)


def test_minus_1_beside_1_is_signed(tmp_path: Path) -> None:
    few = np.rint(np.random.default_rng(0).normal(0, 0.4, (20, 20, 20)))
    path = write_bytes(tmp_path / "map.mrc", few, NOT_SET)
    np.testing.assert_array_equal(read_map(path).data, few)


def test_the_standard_decides_last(tmp_path: Path) -> None:
    path = write_bytes(tmp_path / "map.mrc", np.full((4, 5, 6), 200.0), NOT_SET)
    assert float(read_map(path).data[0, 0, 0]) == 200 - 256
    assert STANDARD in evidence(path)


def test_bytes_up_to_127_need_no_decision(tmp_path: Path) -> None:
    path = write_bytes(tmp_path / "mask.mrc", smooth(0), NOT_SET)
    np.testing.assert_array_equal(read_map(path).data, smooth(0))
    assert evidence(path) == (
        "The grey values are 8-bit integers: at most 256 different values."
    )


def test_the_table_of_the_header_names_the_reading(tmp_path: Path) -> None:
    path = write_bytes(tmp_path / "map.mrc", UNSIGNED, true(UNSIGNED))
    source = inspect_file(path)
    assert source.header is not None and source.header.unsigned
    lines = {line.quantity: line for line in compare_header(source.header, read_map(path))}
    assert lines["Mode"].in_header == "0 (unsigned 8-bit integers)"


@pytest.mark.parametrize("name", ["u8_old", "u8_imod"])
def test_the_unsigned_maps_that_were_read_as_signed(name: str) -> None:
    density = read_map(example_file(f"failing/{name}.mrc.gz"))
    assert (float(density.data.min()), float(density.data.max())) == (0, 255)
    assert int((density.data >= 55).sum()) == 50629
