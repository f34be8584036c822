"""The header of a file against what is used: what agrees, differs, was turned or was never set."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any, Dict

import numpy as np
import pytest

from vrs.maps import DensityMap, inspect_file, read_map
from vrs.maps.header import MapHeader
from vrs.maps.header_comparison import Agreement, HeaderLine, compare_header
from vrs.tests.map_files import MODE, numbered, patch, word, write_file

STATISTICS = 76
RMS = 216


def lines_of(path: Path, **options: Any) -> Dict[str, HeaderLine]:
    header = inspect_file(path).header
    assert header is not None
    return {line.quantity: line for line in compare_header(header, read_map(path, **options))}


def test_a_plain_file_agrees_in_every_line(tmp_path: Path) -> None:
    lines = lines_of(write_file(tmp_path / "map.mrc", numbered()))
    assert {line.agreement for line in lines.values()} == {Agreement.AGREES}
    assert len(lines) == 15


def test_the_statistics_are_those_of_the_values(tmp_path: Path) -> None:
    lines = lines_of(write_file(tmp_path / "map.mrc", numbered()))
    names = ("Minimum", "Maximum", "Mean", "RMS from the mean")
    true = [0.0, 119.0, 59.5, np.arange(120).std()]
    assert [lines[name].used for name in names] == pytest.approx(true, rel=1e-12)
    assert [lines[name].in_header for name in names] == pytest.approx(true, rel=1e-6)


def test_a_given_voxel_size_that_differs_is_marked(tmp_path: Path) -> None:
    path = write_file(tmp_path / "map.mrc", numbered(), voxel_size=1.5)
    line = lines_of(path, voxel_size=1.4)["Voxel size"]
    assert (line.in_header, line.used, line.unit) == (1.5, 1.4, "Å")
    assert line.agreement is Agreement.DIFFERS
    assert lines_of(path, voxel_size=1.501)["Voxel size"].agreement is Agreement.AGREES


def test_a_voxel_size_that_is_absent_was_not_set(tmp_path: Path) -> None:
    path = write_file(tmp_path / "map.mrc", numbered(), voxel_size=0.0)
    line = lines_of(path, voxel_size=1.4)["Voxel size"]
    assert (line.in_header, line.agreement) == (None, Agreement.NOT_SET)


def test_edges_that_differ_are_all_shown(tmp_path: Path) -> None:
    path = patch(
        write_file(tmp_path / "map.mrc", numbered()), 40, struct.pack("<3f", 6.0, 5.0, 8.0)
    )
    line = lines_of(path, voxel_size=1.0)["Voxel size"]
    assert (line.in_header, line.agreement) == ([1.0, 1.0, 2.0], Agreement.DIFFERS)


def test_a_part_of_the_unit_cell_is_marked(tmp_path: Path) -> None:
    lines = lines_of(write_file(tmp_path / "map.mrc", numbered(), sampling=(12, 10, 8)))
    line = lines["Intervals of the unit cell (MX, MY, MZ)"]
    assert (line.in_header, line.used) == ([12, 10, 8], [6, 5, 4])
    assert line.agreement is Agreement.DIFFERS
    assert lines["Voxel size"].agreement is Agreement.AGREES


def test_turned_axes_and_other_modes_are_conversions(tmp_path: Path) -> None:
    path = write_file(tmp_path / "map.mrc", numbered(dtype=np.int16), axes=(3, 1, 2))
    lines = lines_of(path)
    axes = lines["Axes of columns, rows, sections"]
    assert (axes.in_header, axes.used) == ("Z, X, Y", "X, Y, Z")
    assert axes.agreement is Agreement.CONVERTED
    assert lines["Mode"].in_header == "1 (16-bit integers)"
    assert lines["Mode"].agreement is Agreement.CONVERTED
    assert lines["Box"].agreement is Agreement.AGREES


def test_origin_and_start_that_place_the_map_differently(tmp_path: Path) -> None:
    lines = lines_of(
        write_file(tmp_path / "map.mrc", numbered(), origin=(3.0, 0.0, 0.0), start=(9, 0, 0))
    )
    assert lines["ORIGIN"].agreement is Agreement.AGREES
    assert lines["NSTART"].agreement is Agreement.DIFFERS
    assert lines["NSTART"].used == [2.0, 0.0, 0.0]


def test_an_origin_from_the_start_indices_says_so(tmp_path: Path) -> None:
    lines = lines_of(write_file(tmp_path / "map.mrc", numbered(), start=(-2, 3, 4)))
    origin = lines["ORIGIN"]
    assert (origin.in_header, origin.used) == ([0.0, 0.0, 0.0], [-3.0, 4.5, 6.0])
    assert (origin.agreement, origin.note) == (Agreement.NOT_SET, "NSTART was used")
    assert lines["NSTART"].agreement is Agreement.AGREES


def test_an_origin_that_came_from_elsewhere_differs(tmp_path: Path) -> None:
    path = write_file(tmp_path / "map.mrc", numbered(), origin=(1.0, 2.0, 3.0))
    header, read = inspect_file(path).header, read_map(path)
    assert header is not None
    moved = DensityMap(read.data, read.voxel_size, (0.0, 2.0, 3.0))
    lines = {line.quantity: line for line in compare_header(header, moved)}
    assert lines["ORIGIN"].agreement is Agreement.DIFFERS
    assert lines["NSTART"].agreement is Agreement.NOT_SET


@pytest.mark.parametrize(("group", "note"), [(0, "stack of images"), (19, "no symmetry")])
def test_another_space_group_differs(tmp_path: Path, group: int, note: str) -> None:
    line = lines_of(write_file(tmp_path / "map.mrc", numbered(), space_group=group))["Space group"]
    assert (line.in_header, line.used, line.agreement) == (group, 1, Agreement.DIFFERS)
    assert note in line.note


def test_statistics_of_another_map_differ(tmp_path: Path) -> None:
    path = write_file(tmp_path / "map.mrc", numbered())
    patch(path, STATISTICS, struct.pack("<3f", 0.0, 100.0, 50.0))
    patch(path, RMS, struct.pack("<f", 10.0))
    lines = lines_of(path)
    found = [lines[name].agreement for name in ("Minimum", "Maximum", "Mean", "RMS from the mean")]
    assert found == [Agreement.AGREES, *[Agreement.DIFFERS] * 3]


def test_statistics_marked_as_unknown_were_not_set(tmp_path: Path) -> None:
    path = write_file(tmp_path / "map.mrc", numbered())
    patch(path, STATISTICS, struct.pack("<3f", 0.0, -1.0, float("nan")))
    patch(path, RMS, struct.pack("<f", -1.0))
    lines = lines_of(path)
    for name in ("Minimum", "Maximum", "Mean", "RMS from the mean"):
        assert lines[name].agreement is Agreement.NOT_SET
    assert lines["Mean"].in_header is None


def test_a_missing_word_map_and_a_wrong_machine_stamp_differ(tmp_path: Path) -> None:
    path = patch(write_file(tmp_path / "map.mrc", numbered()), 208, b"\0\0\0\0\x11\x11\0\0")
    lines = lines_of(path)
    assert lines["Word “MAP”"].in_header == "missing"
    assert lines["Word “MAP”"].agreement is Agreement.DIFFERS
    stamp = lines["Machine stamp"]
    assert (stamp.in_header, stamp.used) == ("11 11", "little-endian")
    assert stamp.agreement is Agreement.DIFFERS


def test_a_machine_stamp_of_zeros_was_not_set(tmp_path: Path) -> None:
    path = patch(write_file(tmp_path / "map.mrc", numbered()), 212, b"\0\0\0\0")
    assert lines_of(path)["Machine stamp"].agreement is Agreement.NOT_SET


def test_labels_are_the_lines_in_use_in_plain_letters(tmp_path: Path) -> None:
    path = write_file(tmp_path / "map.mrc", numbered())
    patch(path, 220, word(3))
    patch(path, 224, b"made by \xe9\x07 somebody".ljust(80, b"\0"))
    patch(path, 304, b" ".ljust(80))
    patch(path, 384, b"second".ljust(80))
    patch(path, 464, b"not in use".ljust(80))
    header = inspect_file(path).header
    assert header is not None
    assert header.labels == ("made by ?? somebody", "second")


def test_a_header_survives_json_with_values_that_json_has_not(tmp_path: Path) -> None:
    path = write_file(tmp_path / "map.mrc", numbered(), start=(1, 2, 3))
    patch(path, STATISTICS, struct.pack("<3f", 0.0, float("inf"), float("nan")))
    patch(path, MODE, word(2))
    header = inspect_file(path).header
    assert header is not None
    text = json.dumps(header.to_dict(), allow_nan=False)
    again = MapHeader.from_dict(json.loads(text))
    assert again.statistics[0] == 0.0
    assert np.isnan(again.statistics[1:]).all()
    assert again.to_dict() == header.to_dict()
    assert again.machine_stamp == header.machine_stamp
