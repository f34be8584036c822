"""A report names the engine of every number, with its version, its place and its time."""

from __future__ import annotations

from pathlib import Path

import pytest

from vrs.checks.result import Engine, Result, Status
from vrs.engines.interface import place
from vrs.report.text import words

XMIPP = Engine("Xmipp", "3.25.06.0", references=("Strelak2021",), path="~/em/xmipp")
BUILT_IN = Engine("embedded", "1.2")
NETWORK = Engine("VRS hand", "1.2", checksum="ab" * 32, accuracy="Right in 9 of 10.")


def section(name: str, engine: Engine, seconds: float, status: Status = Status.OK) -> Result:
    return Result(id=name, title="Of a map", status=status, engine=engine, seconds=seconds)


def test_the_built_in_engine_has_no_place() -> None:
    assert words.engine(section("0.d", BUILT_IN, 1.5)) == (
        "Measured by the engine “embedded 1.2” in 1.5 s."
    )
    assert NETWORK.is_built_in and BUILT_IN.is_built_in and not XMIPP.is_built_in


def test_another_program_has_a_place_and_measures_the_published_numbers_alone() -> None:
    assert words.engine(section("0.d", XMIPP, 3)) == (
        "Measured by the engine “Xmipp 3.25.06.0” in ~/em/xmipp and, for remarks and findings, by "
        "the built-in engine, in 3.0 s."
    )
    assert words.engine(section("input", XMIPP, 3)) == (
        "Prepared by the engine “Xmipp 3.25.06.0” in ~/em/xmipp in 3.0 s."
    )


def test_each_other_program_has_a_line_with_all_that_it_measured() -> None:
    ucm = Engine("scipion-em-ucm", "1.0", path="/opt/ucm")
    sections = [
        section("input", XMIPP, 2),
        section("evidence", BUILT_IN, 9),
        section("0.d", XMIPP, 1.5),
        section("0.e", XMIPP, 1.5, Status.NOT_MEASURED),
        section("0.f", ucm, 4),
    ]
    assert words.engines_used(sections) == [
        "The engine “Xmipp 3.25.06.0” in ~/em/xmipp: preparation in 2.0 s and 0.d in 1.5 s",
        "The engine “scipion-em-ucm 1.0” in /opt/ucm: 0.f in 4.0 s",
    ]
    assert words.engines_used(sections[1:2]) == []
    assert words.whose_numbers(sections) == (
        "Not by the built-in engine: “Xmipp 3.25.06.0” made the masks and measured 0.d; "
        "“scipion-em-ucm 1.0” measured 0.f."
    )
    assert words.whose_numbers(sections[:1]) == (
        "Not by the built-in engine: “Xmipp 3.25.06.0” made the masks."
    )
    assert words.whose_numbers(sections[1:2]) == ""


def test_a_place_in_the_home_of_the_user_does_not_name_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "mary"
    (home / "xmipp").mkdir(parents=True)
    (tmp_path / "mary2").mkdir()
    monkeypatch.setenv("HOME", str(home))
    assert place(home / "xmipp") == "~/xmipp"
    assert place(tmp_path / "mary2") == str(tmp_path / "mary2")
    assert place(home / "absent") == ""
