"""A result in a folder comes back as it was, and a damaged one is refused."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vrs.checks.figures import (
    HistogramFigure,
    LineFigure,
    Mark,
    SliceFigure,
    SurfaceFigure,
    Table,
    TableColumn,
)
from vrs.checks.result import Measurement, Result, Severity, memory_measurement
from vrs.checks.store import RESULT_FILE, DamagedResult, load_result, save_result
from vrs.levels import CHECKS
from vrs.maps import DensityMap

TEN_BILLION_DIGITS = {"column": "x", "heading": "X", "format": ".9999999999f"}


def full_result() -> Result:
    result = CHECKS["0.a"].start()
    result.decide(CHECKS["0.a"].rule("mass.space"), "smallest space", 12.0)
    result.warn(CHECKS["0.a"].rule("mass.space"), "It is small.")
    result.remark(Severity.CAUTION, "100 % β & <more>")
    result.measure("number", np.float32(0.5), "Å", "a number")
    result.measure("list", np.arange(3), "voxels", "a list")
    result.measure("missing", None, "Å", "none", "it has a reason")
    result.curves["curve"] = {"x": np.array([0.1, 1e-300]), "n": np.array([1, 2])}
    result.volumes["map"] = DensityMap(np.ones((4, 5, 6), dtype=np.float32), 1.5)
    result.figures += [
        SliceFigure("map", "central", "Slices.", outline="mask", outline_level=0.5),
        LineFigure(
            "curve", "x", ("n",), "x", "n", "Lines.", marks=(Mark(0.5, "here"),), span=(0.0, 1.0)
        ),
        HistogramFigure("curve", "x", "Histogram."),
        SurfaceFigure("map", "Surface.", "map", "Å", (1.0, 2.0)),
    ]
    result.tables.append(Table("curve", (TableColumn("x", "X", ".2f"),), "A table."))
    result.peak_memory = memory_measurement(123_456_789)
    return result


def test_a_result_comes_back_as_it_was(tmp_path: Path) -> None:
    result = full_result()
    save_result(result, tmp_path)
    loaded = load_result(tmp_path)
    for name in set(Result.__struct_fields__) - {"curves", "volumes"}:
        assert getattr(loaded, name) == getattr(result, name), name
    assert loaded.curves["curve"]["x"].tolist() == [0.1, 1e-300]
    assert np.array_equal(loaded.volumes["map"].data, result.volumes["map"].data)
    assert loaded.measurements["missing"] == Measurement(None, "Å", "none", "it has a reason")
    assert loaded.peak_memory.value == 123.5


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("status", "splendid"),
        ("id", 7),
        ("figures", [{"kind": "film"}]),
        ("extra", 1),
        ("engine", {}),
        ("status", "ok"),
        ("curves", {"../curve": "../curve.csv"}),
        ("volumes", {"map": "another.mrc"}),
        ("seconds", 10**400),
        ("measurements", {"n": {"value": 10**400, "unit": "", "definition": "a number"}}),
        ("tables", [{"curve": "curve", "columns": [], "caption": ""}]),
        ("tables", [{"curve": "curve", "columns": [TEN_BILLION_DIGITS], "caption": ""}]),
    ],
)
def test_a_damaged_result_is_refused(tmp_path: Path, key: str, value: Any) -> None:
    file = save_result(full_result(), tmp_path)
    content = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({**content, key: value}), encoding="utf-8")
    with pytest.raises(DamagedResult):
        load_result(tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\xff\xfe", b"[" * 1_000_000, b'{"measurements": ' + b"[" * 1_000_000, b"{", b"null",
        b'{"id": "\\ud800"}',
    ],
)  # fmt: skip
def test_what_is_no_result_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / RESULT_FILE).write_bytes(content)
    with pytest.raises(DamagedResult):
        load_result(tmp_path)


def test_a_pipe_without_a_writer_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / RESULT_FILE)
    with pytest.raises(DamagedResult, match="it is not a file"):
        load_result(tmp_path)


@pytest.mark.parametrize(
    "content", ["", "x,n\n1", "x,n\n1,2,3", "x,n\n1,two", "x,x\n1,2", "x,n\n1,\x00", "\xff"]
)
def test_a_damaged_curve_is_named(tmp_path: Path, content: str) -> None:
    save_result(full_result(), tmp_path)
    (tmp_path / "curve.csv").write_text(content, encoding="latin-1")
    with pytest.raises(DamagedResult, match=r"curve\.csv"):
        load_result(tmp_path)


def test_results_of_two_checks_share_no_list() -> None:
    one, two = CHECKS["0.a"].start(), CHECKS["0.b"].start()
    one.results.append("only one")
    one.curves["curve"] = {}
    assert two.results == [] and two.curves == {}


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), np.float32("nan"), [1.0, float("nan")]]
)
def test_what_is_not_finite_is_no_measurement(value: Any) -> None:
    with pytest.raises(ValueError, match="give None and a reason"):
        Measurement(value, "Å", "a number")


def test_a_measurement_may_be_a_text_but_not_an_empty_one(tmp_path: Path) -> None:
    result = CHECKS["0.a"].start()
    result.measure("symmetry", "C4 about Z", "", "symmetry")
    save_result(result, tmp_path)
    assert load_result(tmp_path).measurements["symmetry"].value == "C4 about Z"
    with pytest.raises(ValueError, match="give None and a reason"):
        Measurement(" ", "", "symmetry")
    with pytest.raises(TypeError, match="not \\['C4'\\]|not 'C4'"):
        Measurement(["C4"], "", "symmetry")


def test_the_file_of_a_result_is_written_last(tmp_path: Path) -> None:
    result = full_result()
    result.curves["broken"] = {"x": np.zeros(2), "y": np.zeros(3)}
    with pytest.raises(ValueError, match="differ in length"):
        save_result(result, tmp_path)
    assert not (tmp_path / RESULT_FILE).exists()
