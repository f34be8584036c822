"""Each disagreement of an entry with its map is one remark with both values; rounding is none."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Tuple

import mrcfile
import numpy as np
import pytest

from vrs.checks.disagreement import Disagreement
from vrs.checks.entry import Entry, Statistics
from vrs.entries.against_map import disagreements, remark
from vrs.maps import read_with_source
from vrs.tests.example_data import example_file

BOX = (12, 16, 20)
RANGE = (-0.5, 1.25)


def write(path: Path, label: str = "", axes: Tuple[int, int, int] = (1, 2, 3)) -> Path:
    """A map of 12 x 16 x 20 voxels of 1.5 Å with values from -0.5 to 1.25."""
    data = np.linspace(*RANGE, num=12 * 16 * 20, dtype=np.float32).reshape(20, 16, 12)
    stored = data.transpose([3 - axis for axis in reversed(axes)])
    with mrcfile.new(path) as mrc:
        mrc.set_data(np.ascontiguousarray(stored))
        header: Any = mrc.header
        header.mapc, header.mapr, header.maps = axes
        header.mx, header.my, header.mz = BOX
        header.cella.x, header.cella.y, header.cella.z = (1.5 * side for side in BOX)
        if label:
            mrc.add_label(label)
    return path


def remarks(file: Path, used: float = 1.5, **fields: Any) -> Tuple[str, ...]:
    density, source = read_with_source(file, used)
    said = {
        "box": list(BOX), "voxel_size": [1.5, 1.5, 1.5], "contour": 0.3,
        "statistics": Statistics(*RANGE), **fields,
    }  # fmt: skip
    entry = Entry(id="EMD-1234", **said)
    found = disagreements(entry, density, source.header)
    return tuple(remark(entry, difference) for difference in found)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write(tmp_path / "map.mrc")


def test_an_entry_that_agrees(file: Path) -> None:
    assert remarks(file) == ()


def test_an_entry_that_says_nothing(file: Path) -> None:
    density, source = read_with_source(file)
    assert disagreements(Entry(id="EMD-1234"), density, source.header) == ()


def test_rounding_is_no_disagreement(file: Path) -> None:
    """As real headers round: the sixth digit of a size, and of a grey value."""
    rounded = Statistics(-0.500002, 1.249995)
    assert remarks(file, statistics=rounded) == ()
    density, source = read_with_source(file)
    entry = Entry(id="EMD-1234", voxel_size=[1.501, 1.499, 1.5])
    assert disagreements(entry, density, source.header) == ()


def test_another_box(file: Path) -> None:
    (text,) = remarks(file, box=[24, 32, 40])
    assert text == (
        "EMD-1234 states a box of 24 x 32 x 40 voxels, the map has 12 x 16 x 20: check that the "
        "file is the primary map of the entry."
    )


def test_the_same_sides_in_another_order(file: Path) -> None:
    (text,) = remarks(file, box=[20, 16, 12])
    assert "the same sides in another order: compare the axes and the hand" in text


def test_a_file_with_turned_axes_has_the_box_of_the_entry(tmp_path: Path) -> None:
    assert remarks(write(tmp_path / "turned.mrc", axes=(3, 1, 2))) == ()


def test_another_voxel_size(file: Path) -> None:
    (text,) = remarks(file, used=1.2)
    assert text.startswith("EMD-1234 states a voxel size of 1.5 Å, and 1.2 Å is used: ")
    density, source = read_with_source(file)
    entry = Entry(id="EMD-1234", voxel_size=[1.5, 1.5, 1.6])
    (difference,) = disagreements(entry, density, source.header)
    assert difference == Disagreement("voxel_size", [1.5, 1.5, 1.6], [1.5, 1.5, 1.5])
    assert "1.5 x 1.5 x 1.6 Å, and 1.5 Å is used" in remark(entry, difference)


def test_scaled_grey_values(file: Path) -> None:
    (text,) = remarks(file, statistics=Statistics(-0.05, 0.125), contour=0.03)
    assert text == (
        "EMD-1234 states grey values from -0.05 to 0.125, the map has -0.5 to 1.25, 10 times as "
        "much: multiply the contour level by this factor."
    )


@pytest.mark.parametrize(
    "other", [Statistics(-0.4, 1.25), Statistics(-1.25, 0.5), Statistics(0.0, 0.0)]
)
def test_other_grey_values(file: Path, other: Statistics) -> None:
    (text,) = remarks(file, statistics=other)
    assert text.endswith(
        "the map has -0.5 to 1.25: check that the file is the primary map of the entry."
    )


def test_a_contour_level_above_the_map(file: Path) -> None:
    (text,) = remarks(file, contour=1.3)
    assert text == (
        "The contour level of EMD-1234, 1.3, is above the largest grey value of the map, 1.25: "
        "it cannot be used."
    )
    assert remarks(file, contour=1.25) == ()


def test_the_label_of_another_entry(tmp_path: Path) -> None:
    for name, count in (("EMD-1234", 0), ("D_1292118478", 0), ("EMD-5678", 1)):
        label = f"::::EMDATABANK.org::::{name}::::"
        found = remarks(write(tmp_path / f"{name}.mrc", label))
        assert len(found) == count
    assert found[0].startswith("The file is labelled EMD-5678, not EMD-1234: ")


@pytest.mark.parametrize(
    ("name", "entry"),
    [
        ("emd_3488.map.gz", {"id": "EMD-3488", "box": [100] * 3, "voxel_size": [1.05] * 3,
         "statistics": Statistics(-0.54142815, 0.70043814), "contour": 0.09}),
        ("emd_1703.map.gz", {"id": "EMD-1703", "box": [46, 65, 46], "voxel_size": [6.0] * 3,
         "statistics": Statistics(-0.0958846, 0.0644003)}),
    ],
)  # fmt: skip
def test_a_real_map_agrees_with_its_own_header(name: str, entry: Any) -> None:
    density, source = read_with_source(example_file(f"maps/{name}"))
    assert disagreements(Entry(**entry), density, source.header) == ()
    (other,) = disagreements(Entry(**{**entry, "id": "EMD-9999"}), density, source.header)
    assert other == Disagreement("label", ["EMD-9999"], [entry["id"]])
