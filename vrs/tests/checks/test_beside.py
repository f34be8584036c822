"""Another program measures what is published, the built-in engine what is concluded."""

from __future__ import annotations

import pytest

from vrs.checks.beside import measure_beside
from vrs.checks.result import CannotMeasure, Engine, Result, Severity, Status
from vrs.level0 import HAND
from vrs.report.model import Evidence
from vrs.report.text.findings.facts import Facts
from vrs.tests.inputs import inputs_of
from vrs.tests.simulation import atom_ball, ball

SCORE = Evidence("0.h", "score")


def result_of(engine: str, score: float, status: Status = Status.OK) -> Result:
    """A result of 0.h."""
    result = HAND.start()
    result.engine = Engine(engine, "1", accuracy="It is right in 9 of 10 maps.")
    result.status, result.reason = status, "" if status.evaluated else "Too few helices."
    result.headline = "The map has the right hand."
    result.measure("score", score, "", "hand, from 0 (right) to 1 (mirrored)")
    return result


def facts(result: Result) -> Facts:
    record = inputs_of(atom_ball(16, 1.0, 20.0), ball(16, 4), 0.01, 3.0).record
    return Facts(record, {"0.h": result})


def test_findings_read_the_built_in_number_and_the_check_shows_the_other() -> None:
    result = result_of("Deep Hand", 0.6)
    measure_beside(result, lambda: result_of("VRS hand", 0.2))
    assert result.number("score") == 0.6
    assert facts(result).number(SCORE) == 0.2
    assert facts(result).source(SCORE) == Evidence("0.h", "built_in_score")
    assert result.measurements["built_in_score"].definition == (
        "hand, from 0 (right) to 1 (mirrored), by the built-in engine"
    )
    (remark,) = result.remarks
    assert (remark.severity, remark.message) == (
        Severity.NOTE,
        "The built-in engine, VRS hand, measured the same for the findings. The map has the right "
        "hand. It is right in 9 of 10 maps.",
    )


def test_a_built_in_number_that_decides_nothing_is_none() -> None:
    result = result_of("Deep Hand", 0.6)
    measure_beside(result, lambda: result_of("VRS hand", 0.9, Status.NOT_APPLICABLE))
    assert facts(result).number(SCORE) is None
    assert result.measurements["built_in_score"].reason == "Too few helices."


def test_findings_read_the_only_number_there_is() -> None:
    assert facts(result_of("VRS hand", 0.2)).number(SCORE) == 0.2


def test_the_result_of_the_program_stays_if_the_built_in_engine_fails() -> None:
    def fail() -> Result:
        raise CannotMeasure("the file of the network is missing", "install the package again")

    result = result_of("Deep Hand", 0.6)
    measure_beside(result, fail)
    assert result.number("score") == 0.6
    assert [remark.message for remark in result.remarks] == [
        "The built-in engine could not measure the same. The file of the network is missing: "
        "install the package again."
    ]


@pytest.mark.parametrize("score", [0.1, 0.9])
def test_the_check_of_another_program_has_both(score: float) -> None:
    from vrs.level0.hand import OutsideHand

    inputs = inputs_of(atom_ball(32, 1.0, 20.0), ball(32, 10), 0.01, 3.0)
    result = HAND.run(inputs, program=lambda: OutsideHand(Engine("Deep Hand", "1"), score))
    assert result.number("score") == score
    # A ball of atoms has no helices.
    assert result.measurements["built_in_score"].value is None
    assert any("measured the same for the findings" in r.message for r in result.remarks)
