"""In a real project: what a program of Xmipp that fails does to its check, and to the others."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Dict, Tuple

import msgspec
import pytest

from vrs.report.model import Report
from vrs.tests.conftest import RESOLUTION, SmallMap, run_vrs
from vrs.tests.example_data import xmipp_home

ABORT = """\
#!/bin/sh
[ $# = 0 ] && exec echo help
echo 'XMIPP_ERROR 23: no such image' >&2
kill -ABRT $$
"""
MEASURED = ("0.a", "0.b", "0.c", "0.f", "0.g")
"""Checks that are quick and need masks."""


def xmipp(folder: Path, *broken: str) -> Path:
    """The real programs of Xmipp, of which some abort."""
    (folder / "bin").mkdir(parents=True)
    for program in (xmipp_home() / "bin").iterdir():
        (folder / "bin" / program.name).symlink_to(program)
    for name in broken:
        program = folder / "bin" / f"xmipp_{name}"
        program.unlink()
        program.write_text(ABORT, encoding="utf-8")
        program.chmod(0o755)
    return folder


def report(
    scipion: Dict[str, str], small_map: SmallMap, folder: Path, home: Path, engine: str
) -> Tuple[Report, str]:
    """The report of a map with an engine, and what the command printed."""
    ran = run_vrs(
        {**scipion, "XMIPP_HOME": str(home)}, "report", small_map.file,
        "--contour", small_map.contour, "--resolution", RESOLUTION, "--engine", engine,
        "--skip", "0.e", "--skip", "0.h", "--out", folder,
    )  # fmt: skip
    printed = ran.stdout + ran.stderr
    assert (folder / "report.json").exists(), printed
    content = (folder / "report.json").read_bytes()
    return msgspec.json.decode(content, type=Report), printed


@pytest.mark.slow
def test_the_programs_measure_and_are_named(
    scipion: Dict[str, str], small_map: SmallMap, tmp_path: Path
) -> None:
    named = small_map._replace(file=tmp_path / 'it\'s a "μαπ".mrc')
    shutil.copy(small_map.file, named.file)
    content, _ = report(scipion, named, tmp_path / "μαπ ñ", xmipp(tmp_path / "x"), "auto")
    checks = {check.id: check for check in content.checks}
    assert content.input_section.engine.name == checks["0.d"].engine.name == "Xmipp"
    assert checks["0.d"].status.evaluated
    own = checks["0.d"].measurements["built_in_b_factor"].value
    assert checks["0.d"].measurements["b_factor"].value == pytest.approx(own, rel=1e-4)
    assert content.input_section.measurements["mask_difference"].value == 0
    assert all(checks[name].status.evaluated for name in MEASURED)


@pytest.mark.slow
def test_the_other_checks_go_on_when_a_program_aborts(
    scipion: Dict[str, str], small_map: SmallMap, tmp_path: Path
) -> None:
    home = xmipp(tmp_path / "x", "volume_correct_bfactor")
    content, printed = report(scipion, small_map, tmp_path / "report", home, "0.d=xmipp")
    checks = {check.id: check for check in content.checks}
    assert checks["0.d"].status_text == "Could not be measured"
    assert checks["0.d"].engine.name == "Xmipp"
    assert checks["0.d"].reason == (
        "“xmipp_volume_correct_bfactor -i map.mrc -o corrected.mrc --sampling 1.5 --maxres 4 "
        "--auto” was ended by SIGABRT; it printed: XMIPP_ERROR 23: no such image. Choose embedded "
        "as engine, or fix the program."
    )
    assert "was ended by SIGABRT" in printed
    assert all(checks[name].status.evaluated for name in MEASURED)


@pytest.mark.slow
def test_a_preparation_that_fails_does_not_keep_the_report_waiting(
    scipion: Dict[str, str], small_map: SmallMap, tmp_path: Path
) -> None:
    home = xmipp(tmp_path / "x", "image_resize")
    content, _ = report(scipion, small_map, tmp_path / "asked", home, "xmipp")
    reason = content.input_section.reason
    assert "xmipp_image_resize" in reason and "was ended by SIGABRT" in reason
    assert content.input_section.engine.name == "Xmipp"
    checks = {check.id: check for check in content.checks}
    assert {(checks[name].status_text, checks[name].reason) for name in MEASURED} == {
        ("Could not be measured", reason)
    }
    content, _ = report(scipion, small_map, tmp_path / "auto", home, "auto")
    assert content.input_section.engine.name == "embedded"
    remarks = [remark.message for remark in content.input_section.remarks]
    assert any("The built-in engine prepared the map instead." in remark for remark in remarks)
    assert all(check.status.evaluated for check in content.checks if check.id in MEASURED)
