"""What vrs doctor says of other programs: one line per engine, with everything that is missing."""

from __future__ import annotations

from typing import Dict, List

import pytest

from vrs.checks.result import Engine
from vrs.engines import overview
from vrs.engines.interface import OutsideEngine
from vrs.engines.overview import engine_finding, engine_states

LACKING: Dict[str, List[str]] = {
    "prepare": [],
    "0.d": [],
    "0.e": ["the program a", "conda"],
    "0.f": ["the program a"],
    "0.g": ["the program a"],
}


@pytest.fixture
def engines(monkeypatch: pytest.MonkeyPatch) -> None:
    def record(what: str) -> Engine:
        known = what in ("prepare", "0.d", "0.e")
        return Engine("Xmipp", "3.25" if known else "", path="/opt/xmipp" if known else "")

    engine = OutsideEngine("xmipp", "Xmipp", tuple(LACKING), LACKING.__getitem__, record)
    monkeypatch.setattr(overview, "ENGINES", [engine])


def test_what_is_complete_or_lacks_the_same_stands_in_one_line(engines: None) -> None:
    complete, incomplete, absent = engine_states()
    assert complete.measures == ("prepare", "0.d") and complete.missing == ()
    assert incomplete.measures == ("0.e",) and incomplete.missing == ("the program a", "conda")
    assert absent.measures == ("0.f", "0.g") and absent.path == ""


def test_a_line_has_version_and_place_or_all_that_is_missing(engines: None) -> None:
    complete, incomplete, absent = map(engine_finding, engine_states())
    assert complete.found and complete.name == "Xmipp: prepare and 0.d"
    assert complete.detail == "3.25 in /opt/xmipp (--engine xmipp)"
    assert incomplete.detail == "missing: the program a; conda"
    assert incomplete.trouble == "incomplete" and absent.trouble == ""
    assert incomplete.without == "0.e uses the built-in engine"
    assert absent.without == "0.f and 0.g use the built-in engine"
    assert incomplete.optional and absent.optional
