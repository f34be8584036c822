"""Written maps are plain and valid, and files in use or of the user stay as they are."""

from __future__ import annotations

import io
import math
import sys
from pathlib import Path
from typing import Tuple

import mrcfile
import numpy as np
import numpy.typing as npt
import pytest

from vrs.maps import (
    DensityMap,
    inspect_file,
    read_map,
    read_with_source,
    write_map,
)
from vrs.maps.files import read_header
from vrs.maps.writing import BLOCK
from vrs.tests.map_files import (
    numbered,
    write_file,
)


@pytest.mark.parametrize("dtype", ["f4", "f8", "u1", "i2", ">f4"])
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


def test_half_precision_is_written_as_mode_12_and_stays_on_disk(tmp_path: Path) -> None:
    path = tmp_path / "map.mrc"
    write_map(path, DensityMap(numbered(dtype="f2"), 1.06))
    assert read_header(path).mode == 12
    assert path.stat().st_size == 1024 + 2 * numbered().size
    mapped = read_map(path, memory_map=True).data
    assert mapped.dtype == np.float16 and not mapped.flags.writeable
    np.testing.assert_array_equal(mapped, numbered())
    read = read_map(path).data
    assert read.dtype == np.float32
    np.testing.assert_array_equal(read, numbered())


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


@pytest.mark.parametrize("dtype", [np.float32, np.int8])
@pytest.mark.parametrize("shape", [(64, 64, 64), (3, 50, 41), (40, 5, 3), (1, 1, 1)])
def test_blocks_of_zeros_are_read_back_bit_for_bit(
    tmp_path: Path, dtype: npt.DTypeLike, shape: Tuple[int, int, int]
) -> None:
    random = np.random.default_rng(0)
    for share in (0.0, 0.0001, 0.3, 1.0):
        values = np.where(random.random(shape) < share, 100 * random.standard_normal(shape), 0)
        values[random.random(shape) < share / 2] = -0.0
        values = values.astype(dtype)
        write_map(tmp_path / "map.mrc", DensityMap(values, 1.5))
        content = (tmp_path / "map.mrc").read_bytes()
        assert content[1024:] == values.tobytes()


@pytest.mark.skipif(sys.platform != "linux", reason="needs a file system with sparse files")
def test_what_is_zero_outside_a_mask_takes_no_room_on_the_disk(tmp_path: Path) -> None:
    values = np.zeros((64, 64, 64), dtype=np.float32)
    values[20:30] = -0.0
    write_map(tmp_path / "map.mrc", DensityMap(values, 1.5))
    status = (tmp_path / "map.mrc").stat()
    written = 10 * 64 * 64 * 4
    assert status.st_size == 1024 + values.nbytes
    # Besides the header, the blocks that the sections begin and end in.
    assert written <= status.st_blocks * 512 <= written + 4 * BLOCK
