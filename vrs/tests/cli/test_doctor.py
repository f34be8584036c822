"""What is installed: every part is named, and nothing is written."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Dict

import pytest

from vrs.cli.doctor import table
from vrs.engines.finding import Finding
from vrs.levels import CHECKS
from vrs.run.progress import show
from vrs.tests.conftest import run_vrs

PARTS = [
    Finding("Python", True, "3.11"),
    Finding("pdflatex", False, "install texlive", "no PDF"),
    Finding("DeepRes", False, "first reason\nsecond reason", "0.e uses the built-in network", True),
    Finding("Folder", True, "/a/very/long/path" * 6),
]


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_each_part_has_its_state_and_what_its_absence_costs(
    columns: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    show(table(PARTS))
    printed = capsys.readouterr().out
    lines = printed.splitlines()
    assert max(map(len, lines)) <= columns
    assert [line[:3].strip() for line in lines if line[:3].strip()] == ["yes", "no", "–", "yes"]
    text = " ".join(printed.split())
    assert "no pdflatex not installed: no PDF install texlive" in text
    assert "– DeepRes optional (not installed): 0.e uses the built-in network first" in text
    assert "/a/very/long/path" * 6 in printed.replace(" ", "").replace("\n", ""), "path was cut"
    second = next(line for line in lines if "second reason" in line)
    assert second.index("second reason") == lines[0].index("3.11"), "left its column"


def test_a_piped_table_has_one_line_per_fact(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    show(table(PARTS))
    lines = capsys.readouterr().out.splitlines()
    assert "/a/very/long/path" * 6 in lines[-1]
    assert len(lines) == 1 + 2 + 3 + 1
    assert not any(line.endswith(" ") for line in lines)


def plain(home: Path) -> Dict[str, str]:
    """An environment without Scipion, with an empty home and no coverage files."""
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    return {**kept, "HOME": str(home), "PYTHONDONTWRITEBYTECODE": "1"}


@pytest.mark.parametrize("existing", [False, True], ids=["without Scipion", "with Scipion"])
def test_the_doctor_writes_nothing(existing: bool, tmp_path: Path) -> None:
    environment = plain(tmp_path)
    if existing:
        environment["SCIPION_HOME"] = str(tmp_path)
    done = run_vrs(environment, "doctor")
    assert done.returncode == 0, done.stderr
    assert "Scipion's configuration" in done.stdout and str(tmp_path) in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_the_doctor_names_every_program_and_never_fails(tmp_path: Path) -> None:
    broken = {"CHIMERA_HOME": "/nowhere", "XMIPP_HOME": "/nowhere", "PATH": "/nowhere"}
    done = run_vrs({**plain(tmp_path), **broken}, "doctor")
    assert done.returncode == 1, "pdflatex is missing"
    assert done.stdout.endswith("\nMissing: pdflatex.\n") and not done.stderr
    parts = ("pyworkflow", "pwem", "Xmipp", "DeepRes", "ucm", "ChimeraX", "pdflatex", "VTK")
    for name in parts:
        assert name in done.stdout
    assert "not installed: no PDF" in done.stdout
    assert "\x1b" not in done.stdout


def test_every_engine_of_a_check_has_a_row(tmp_path: Path) -> None:
    printed = run_vrs(plain(tmp_path), "doctor").stdout
    for check in CHECKS.values():
        if check.engines:
            assert any(
                check.id in line and "use the built-in" in line or f"{check.id} uses" in line
                for line in printed.splitlines()
            ), check.id
