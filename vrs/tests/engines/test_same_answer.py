"""The built-in engine and the other programs give the same answer, but for the others' defects."""

from __future__ import annotations

import re
from typing import Any, Dict, List, Tuple

import numpy as np
import pytest

from vrs.checks.inputs import Preparation
from vrs.checks.result import Outcome, Status
from vrs.engines import xmipp
from vrs.engines.interface import OutsideEngine
from vrs.engines.xmipp_preparation import xmipp_preparation
from vrs.level0 import LEVEL0, prepare
from vrs.report.text.findings import conclude
from vrs.tests.evidence import READ
from vrs.tests.example_data import xmipp_home
from vrs.tests.rst import DOCS, block
from vrs.tests.same_answer import (
    BUILT_IN,
    DISAGREES,
    MAPS,
    OTHER_NETWORK,
    OTHERS,
    QUANTITIES,
    SUMMARY,
    answers,
    applies,
    case_of,
    compared,
    missing,
    prepared_by_xmipp,
)
from vrs.tests.same_answer import block as name_of_block
from vrs.tests.voxels import CASES, SAME_VALUE, record, recorded, same, with_defects


def here(engine: OutsideEngine, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Skip the test if the engine is not here."""
    if engine.name == "xmipp":
        monkeypatch.setenv("XMIPP_HOME", str(xmipp_home()))
    reason = missing(engine, what)
    if reason:
        pytest.skip(f"{what} by {engine.title}: {reason}")


@pytest.mark.long
@pytest.mark.parametrize(
    ("engine", "what"),
    [(engine, what) for engine, what in compared() if (engine.name, what) in OTHERS],
    ids=lambda value: getattr(value, "name", value),
)
def test_both_engines_give_the_same_answer(
    engine: OutsideEngine, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    here(engine, what, monkeypatch)
    for name in MAPS:
        if case_of(name).is_here and applies(what, case_of(name)):
            measured = answers(engine.name, what, name)
            assert [answer for answer in measured if answer.verdict == DISAGREES] == []


def test_every_engine_is_compared_or_has_a_network_of_its_own() -> None:
    everything = {(engine.name, what) for engine, what in compared()}
    assert everything == {*OTHERS, *(("xmipp", what) for what in OTHER_NETWORK)}
    assert set(BUILT_IN) == set(QUANTITIES) == {what for _, what in OTHERS}


@pytest.mark.skipif(not DOCS.exists(), reason="needs the docs folder of the repository")
def test_the_page_has_every_number_of_every_engine_on_every_map() -> None:
    page = DOCS / "engines.rst"
    lines = [re.split(r"  +", line) for line in block(page, SUMMARY).splitlines()[3:-1]]
    assert [line[:2] for line in lines] == [[what, engine.title] for engine, what in compared()]
    for engine, what in OTHERS:
        shown = block(page, name_of_block(engine, what))
        assert DISAGREES not in shown
        for quantity in QUANTITIES[what].values():
            assert quantity.title in shown
        for name in filter(lambda name: applies(what, case_of(name)), MAPS):
            assert len(re.findall(rf"  {re.escape(name)} ", shown)) == len(QUANTITIES[what])


# --- the preparation by Xmipp ---------------------------------------------------------------------


@pytest.mark.long
def test_the_recorded_outputs_are_those_of_the_real_programs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("XMIPP_HOME", str(xmipp_home()))
    for case in CASES:
        if not case.file.startswith(("emd_3488", "emd_5168", "box_")):
            continue
        real, repeated = prepared_by_xmipp(case), with_defects(case)
        assert same(recorded(real), record().maps[case.name])
        assert np.array_equal(repeated.mask, real.mask)
        assert np.array_equal(repeated.resampled_mask, real.resampled_mask)
        values, others = repeated.resampled_map.data, real.resampled_map.data
        assert np.abs(values - others).max() <= SAME_VALUE * np.abs(others).max()


@pytest.mark.long
@pytest.mark.parametrize(
    "name",
    ["emd_3488.map at 0.09, 3.2 Å", "emd_5168.map at 10, 6.6 Å", "emd_1703.map at 0.006, 32 Å"],
)
def test_the_defects_of_a_preparation_by_xmipp_change_no_status_and_no_finding(name: str) -> None:
    program = xmipp_preparation(xmipp.record("prepare"), xmipp_home())
    case = next(case for case in CASES if case.name == name)
    density = case.read()
    built_in = prepare(density, case.contour, case.resolution)
    original = prepare(density, case.contour, case.resolution, program=program)
    assert concluded(built_in) == concluded(original)


def concluded(prepared: Preparation) -> Tuple[Dict[str, Tuple[Status, List[str]]], List[Any]]:
    """Status and broken rules of the checks, and the findings with their severities."""
    outcomes: Dict[str, Outcome] = {"input": prepared.section}
    judged = {}
    for check in (*LEVEL0.evidence, *LEVEL0.checks):
        if check.id not in READ and check.id not in ("0.a", "0.b", "0.c", "0.f", "0.g"):
            continue
        result = outcomes[check.id] = check.run(prepared.inputs)
        judged[check.id] = result.status, [warning.rule for warning in result.warnings]
    found = conclude(prepared.input, outcomes).findings
    return judged, [(finding.id, finding.severity) for finding in found]
