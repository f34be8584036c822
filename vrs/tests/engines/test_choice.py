"""Which engine measures: the chosen one, or the first that is complete."""

from __future__ import annotations

from typing import List

import pytest

from vrs.checks.result import CannotMeasure, Engine
from vrs.engines import choice
from vrs.engines.choice import ENGINES, chosen_engine, engine_choices
from vrs.engines.interface import PREPARE, OutsideEngine
from vrs.levels import CHECKS


def engine(name: str, *missing: str) -> OutsideEngine:
    """An engine of 0.d with a version, which lacks something."""
    return OutsideEngine(
        name, name, ("0.d",), lambda what: list(missing), lambda what: Engine(f"The {name}", "3")
    )


@pytest.fixture
def engines(monkeypatch: pytest.MonkeyPatch) -> List[OutsideEngine]:
    known = [engine("first", "the program a", "the module b"), engine("second"), engine("third")]
    monkeypatch.setattr(choice, "ENGINES", known)
    return known


def test_auto_is_the_first_engine_that_is_complete(engines: List[OutsideEngine]) -> None:
    assert chosen_engine("0.d", "auto") is engines[1]
    assert chosen_engine("0.d", "third") is engines[2]
    assert chosen_engine("0.d", "embedded") is None
    del engines[1:]
    assert chosen_engine("0.d", "auto") is None


def test_an_engine_that_was_asked_for_names_all_that_is_missing(
    engines: List[OutsideEngine],
) -> None:
    with pytest.raises(CannotMeasure) as refused:
        chosen_engine("0.d", "first")
    assert str(refused.value.reason) == (
        "the engine The first cannot be used without the program a and the module b"
    )
    assert refused.value.advice == (
        "install what is missing, or choose auto or embedded as engine"
    )
    assert refused.value.engine == Engine("The first", "3")


def test_what_no_engine_measures_has_no_choice(engines: List[OutsideEngine]) -> None:
    assert engine_choices("0.d") == ["auto", "embedded", "first", "second", "third"]
    assert engine_choices("0.a") == []
    assert chosen_engine("0.a", "") is None


def test_engines_measure_checks_that_exist() -> None:
    for other in ENGINES:
        assert set(other.measures) <= {PREPARE, *CHECKS}
        for what in other.measures:
            assert all(isinstance(phrase, str) for phrase in other.missing(what))
            assert other.record(what).name
