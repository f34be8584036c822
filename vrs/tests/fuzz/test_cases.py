"""The fuzzers find what they are for, and nothing in the plugin."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, List

import pytest

from vrs.maps.errors import MapError
from vrs.tests.fuzz import run_cases
from vrs.tests.fuzz.kinds import KINDS, run_kinds
from vrs.tests.fuzz.mutations import break_json

SECONDS = 12.0
SEED = 20_261_128


def _raise(error: Exception) -> None:
    raise error


@pytest.mark.parametrize(
    ("happens", "expected"),
    [
        (lambda folder: None, None),
        (lambda folder: (folder / "file").write_text("x"), None),
        (lambda folder: _raise(MapError("the map is empty")), None),
        (lambda folder: _raise(IndexError("tuple index out of range")), "IndexError: tuple index"),
        (lambda folder: time.sleep(20), "no end after 0.5 s"),
        (lambda folder: tempfile.mkstemp(prefix="font_"), "files were left behind: font_"),
        (lambda folder: Path("here").write_text("x"), "files were left behind: here"),
    ],
)
def test_only_a_wrong_end_is_a_finding(happens: object, expected: object) -> None:
    findings = run_cases("test", 0, 7, lambda draw, folder: happens(folder), 0.5)
    assert len(findings) == (expected is not None)
    for finding in findings:
        assert expected in str(finding)
        assert str(finding).endswith("\nrepeat it with: ./run fuzz 0 --kind test --seed 7")


def test_a_process_that_goes_on_is_a_finding() -> None:
    started: List[Any] = []

    def leave(draw: random.Random, folder: Path) -> None:
        started.append(subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE))

    (finding,) = run_cases("test", 0, 7, leave)
    started[0].communicate(b"\n")
    assert str(finding).startswith("processes were left behind")


def test_a_case_is_the_same_when_it_is_repeated() -> None:
    drawn: List[float] = []
    for seed in (100, 101, 100):
        run_cases("test", 0, seed, lambda draw, folder: drawn.append(draw.random()))
    assert drawn[0] == drawn[2] != drawn[1]


def test_broken_json_differs_from_the_whole() -> None:
    whole = {"name": "map", "values": [1, 2.5, None], "inner": {"a": {"b": []}}}
    broken = [break_json(random.Random(seed), whole) for seed in range(200)]
    same = [data for data in broken if data == json.dumps(whole, indent=1).encode()]
    assert len(set(broken)) > 100
    assert len(same) < 20


@pytest.mark.slow
def test_broken_input_has_a_valid_result_or_one_clear_sentence() -> None:
    findings = run_kinds(list(KINDS), SECONDS, SEED)
    assert not findings, "\n\n".join(map(str, findings))
