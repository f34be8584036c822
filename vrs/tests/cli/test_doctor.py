"""What is installed: every part is named, and nothing is written."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Dict, List

import pytest

from vrs.cli import doctor
from vrs.cli.doctor import COMPLETE, last_line, table
from vrs.engines.choice import engine_choices
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


@pytest.mark.parametrize("columns", [80, 100, 120])
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


def test_what_is_installed_and_fails_is_not_called_missing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show(table([Finding("Views", False, "install libegl1", "no views", trouble="cannot draw")]))
    printed = " ".join(capsys.readouterr().out.split())
    assert printed == "no Views cannot draw: no views install libegl1"


@pytest.mark.parametrize("columns", [45, 60])
def test_a_narrow_terminal_has_the_details_below_the_names(
    columns: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    show(table(PARTS, narrow=True))
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= columns
    assert lines[0].split() == ["yes", "Python"] and lines[1].split() == ["3.11"]
    assert "/a/very/long/path" * 6 in "".join("".join(lines).split())


@pytest.mark.parametrize(
    ("parts", "line"),
    [
        (PARTS[:1], "Everything needed is here."),
        ([PARTS[0], PARTS[2]], "Everything needed is here."),
        (PARTS, "Missing: pdflatex."),
        ([PARTS[1], Finding("Tk", False, "", "")], "Missing: pdflatex, Tk."),
    ],
)
def test_the_last_line_says_what_is_missing(parts: List[Finding], line: str) -> None:
    assert last_line(parts) == line


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
    assert done.returncode == (0 if done.stdout.endswith(f"\n{COMPLETE}\n") else 1), done.stderr
    assert "Scipion's configuration" in done.stdout and str(tmp_path) in done.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("place", "status", "detail"),
    [
        ("", "yes", "https://ftp.ebi.ac.uk/pub/databases/emdb"),
        ("https://mirror.example.org/emdb/", "yes", "https://mirror.example.org/emdb"),
        ("/", "yes", "mirror folder /"),
        ("/nowhere", "no", "the mirror of EMDB, /nowhere, is no folder: no report of an entry"),
        ("file:///data", "no", "'file:///data' is no address of an archive of entries: no report"),
    ],
)
def test_where_entries_come_from(
    place: str, status: str, detail: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setenv("VRS_EMDB", place)
    monkeypatch.setenv("VRS_EMDB_CACHE", str(tmp_path / "cache"))
    show(table([doctor._entries()]))
    printed = " ".join(capsys.readouterr().out.split())
    assert printed.startswith(f"{status} Entries of EMDB {detail}")
    assert ("0 entries, 0 bytes" in printed) == ("https" in detail)
    assert list(tmp_path.iterdir()) == []


def test_programs_have_the_engines_with_all_that_each_lacks(tmp_path: Path) -> None:
    nothing = {"XMIPP_HOME": str(tmp_path), "EM_ROOT": str(tmp_path), "CONDA_EXE": "no-conda"}
    done = run_vrs({**plain(tmp_path), **nothing}, "doctor", "--json")
    engines = json.loads(done.stdout)["engines"]
    assert {what for engine in engines for what in engine["measures"]} >= {"prepare", "0.d", "0.f"}
    (xmipp,) = (engine for engine in engines if "0.d" in engine["measures"])
    assert (xmipp["engine"], xmipp["path"]) == ("xmipp", "~")
    assert xmipp["missing"] == [f"the programs of Xmipp (there is no folder {tmp_path}/bin)"]
    assert all("\n" not in phrase for engine in engines for phrase in engine["missing"])


def test_the_doctor_names_every_program_and_engine_and_never_crashes(tmp_path: Path) -> None:
    broken = {"CHIMERA_HOME": "/nowhere", "XMIPP_HOME": "/nowhere", "PATH": "/nowhere"}
    done = run_vrs({**plain(tmp_path), **broken}, "doctor")
    assert done.returncode == 1, "pdflatex is missing"
    assert "pdflatex" in done.stdout.splitlines()[-1] and not done.stderr
    parts = ("pyworkflow", "pwem", "Xmipp", "DeepRes", "ucm", "ChimeraX", "pdflatex", "VTK")
    for name in parts:
        assert name in done.stdout
    assert "not installed: no PDF" in done.stdout
    assert "\x1b" not in done.stdout
    for check in (check for check in CHECKS.values() if engine_choices(check.id)):
        lines = [line for line in done.stdout.splitlines() if check.id in line]
        # ucm may be installed where the tests run.
        found = re.compile("uses? the built-in engine|--engine ucm")
        assert any(found.search(line) for line in lines), check.id
    for check in (check for check in CHECKS.values() if check.network):
        assert f"Network of {check.id}" in done.stdout
