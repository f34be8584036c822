"""The engine of the preparation: the other program, the built-in one, or the reason why neither."""

from __future__ import annotations

from pathlib import Path

import pytest

from vrs.checks.inputs import Preparation
from vrs.engines.interface import PREPARE
from vrs.engines.xmipp import PROGRAMS
from vrs.levels import CHECKS
from vrs.maps.source import SourceFile
from vrs.steps.prepared import TypedValues, prepare_map
from vrs.tests.example_data import xmipp_home
from vrs.tests.simulation import atom_ball


def prepared(engine: str) -> Preparation:
    """A small map, prepared by an engine."""
    density = atom_ball(32, 1.5, 60.0, 4.0, noise=0.02)
    values = TypedValues(contour="0.1", resolution="6", engine=engine)
    return prepare_map(density, SourceFile("ball.mrc", "", ()), None, values)


@pytest.fixture
def failing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An Xmipp with all programs of the preparation, which fail."""
    for name in PROGRAMS[PREPARE]:
        program = tmp_path / "bin" / name
        program.parent.mkdir(exist_ok=True)
        lines = "#!/bin/sh", "[ $# = 0 ] && exec echo help", "echo no licence >&2", "exit 3", ""
        program.write_text("\n".join(lines), encoding="utf-8")
        program.chmod(0o755)
    monkeypatch.setenv("XMIPP_HOME", str(tmp_path))


FAILED = (
    "“xmipp_transform_filter -i map.mrc -o filtered.mrc --fourier low_pass 0.25” failed with exit "
    "status 3; it printed: no licence"
)


def test_the_built_in_engine_takes_the_place_of_a_program_that_fails(failing: None) -> None:
    section = prepared("auto").section
    assert section.engine.name == "embedded"
    assert section.number("hard_voxels") == prepared("embedded").section.number("hard_voxels")
    remark = f"{FAILED}. The built-in engine prepared the map instead."
    assert remark in [remark.message for remark in section.remarks]


def test_a_program_that_was_asked_for_and_fails_is_the_reason_of_every_check(failing: None) -> None:
    preparation = prepared("xmipp")
    reason = f"{FAILED}. Choose embedded as engine, or fix the program."
    assert preparation.input.unusable == preparation.section.reason == reason
    assert preparation.section.engine.name == "Xmipp"
    assert list(preparation.section.volumes) == ["map"]
    for check in CHECKS.values():
        result = check.run(preparation.inputs)
        assert (result.status.value, result.reason) == ("not_measured", reason)


def test_a_program_that_was_asked_for_and_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XMIPP_HOME", str(tmp_path))
    assert "engine Xmipp cannot be used without" in prepared("xmipp").input.unusable
    section = prepared("auto").section
    assert section.engine.name == "embedded"
    assert not [remark for remark in section.remarks if "Xmipp" in remark.message]


def test_a_complete_program_is_used_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XMIPP_HOME", str(xmipp_home()))
    for engine, name in (("auto", "Xmipp"), ("xmipp", "Xmipp"), ("embedded", "embedded")):
        preparation = prepared(engine)
        assert preparation.section.engine.name == name
        assert not preparation.input.unusable
        assert ("mask_difference" in preparation.section.measurements) == (name == "Xmipp")
