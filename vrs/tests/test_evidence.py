"""A few maps of ``./run test evidence``: what is wrong is named, and sound maps come out clean."""

from __future__ import annotations

from typing import Tuple

import pytest

from vrs.tests.evidence import READ, known_cases, known_real_maps, main, measure
from vrs.tests.suite.cases import Kind
from vrs.tests.suite.tables import HELD_OUT, REAL, Row, rst_table

FLAWED = (
    "cone of 32 degrees (3.0 A, held out)",
    "noise, ball (3.0 A, held out)",
    "low-passed at 1.7 d (3.0 A, held out)",
)


@pytest.mark.long
@pytest.mark.parametrize("name", FLAWED)
def test_a_flaw_is_named(name: str) -> None:
    case = known_cases(True)[name]
    row = measure((HELD_OUT, name))
    assert any(map(row.has, case.required)), row.text
    assert row.level != "none"


@pytest.mark.long
def test_a_sound_map_comes_out_clean() -> None:
    row = measure((HELD_OUT, "3.1 A, held out, small"))
    assert row.level == "none", row.text


@pytest.mark.long
def test_haemoglobin_is_whole_at_the_lower_level_and_half_at_the_higher_one() -> None:
    half, whole = (measure((REAL, name)) for name in ("emd_3488 at 0.09", "emd_3488 at 0.072"))
    assert half.counted == ["mask.partial"] and half.has("mask.partial caution")
    assert whole.counted == [] and whole.level == "none"


@pytest.mark.long
@pytest.mark.parametrize(
    "task", [(HELD_OUT, "3.1 A, held out, small"), (REAL, "emd_3488 at 0.09")], ids=lambda t: t[1]
)
def test_sound_maps_come_out_clean_at_the_level_that_they_propose(task: Tuple[str, str]) -> None:
    row = measure(task, proposed=True)
    assert row.level == "none", row.text


def test_the_suite_is_as_large_as_it_should_be() -> None:
    for held_out in (False, True):
        kinds = [case.kind for case in known_cases(held_out).values()]
        assert kinds.count(Kind.SOUND) >= 20 and kinds.count(Kind.FLAWED) >= 30


def test_the_sets_share_no_map() -> None:
    first, second = set(known_cases(False)), set(known_cases(True))
    assert not first & second


def test_only_what_findings_read_is_measured() -> None:
    assert {"input", "evidence", "0.d", "0.e", "0.h"} <= READ


def test_a_caused_finding_does_not_count() -> None:
    findings = (
        ("input.no_structure", "serious", ""),
        ("mask.partial", "caution", "input.no_structure"),
        ("state.masked", "note", ""),
    )
    row = Row("first", "a map", findings, "serious", 1.0)
    assert row.counted == ["input.no_structure"]
    assert row.has("mask.partial") and row.has("mask.partial caution")
    assert not row.has("mask.partial serious") and not row.has("ghost")


def test_a_name_that_no_map_has_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--only", "no such map"])
    assert "no map has “no such map” in its name" in capsys.readouterr().err


def test_real_maps_that_ship_are_known() -> None:
    assert {"emd_3488 at 0.09", "emd_3488 at 0.072", "emd_1997 at 1"} <= set(known_real_maps())


def test_the_table_of_the_documentation_counts_each_finding() -> None:
    flawed = Row(
        HELD_OUT, "noise, ball (3.0 A, held out)", (("input.no_structure", "serious", ""),),
        "serious", 1.0,
    )  # fmt: skip
    sound = Row(HELD_OUT, "3.1 A, held out", (("streak", "caution", ""),), "points", 1.0)
    cells = [
        line.strip(" *-") for line in rst_table([flawed, sound], known_cases(True), {}).splitlines()
    ]
    row = cells.index("``input.no_structure``")
    assert cells[row + 1 : row + 6] == ["–", "1/1", "0/0", "0/1", "0/0"]
    row = cells.index("``streak``")
    assert cells[row + 4] == "1/1"
