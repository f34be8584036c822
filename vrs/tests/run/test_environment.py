"""The variables that Scipion needs: an existing Scipion keeps its own."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from vrs.run.environment import read_settings, set_variables
from vrs.tests.conftest import SmallMap, run_vrs


@pytest.fixture(autouse=True)
def empty_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home without Scipion; every variable is as before after the test."""
    for name in [name for name in os.environ if name.startswith(("SCIPION", "XDG_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(os, "environ", os.environ.copy())
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def test_without_scipion_every_folder_is_below_one(empty_home: Path) -> None:
    set_variables()
    home = empty_home / ".local" / "share" / "vrs" / "scipion"
    assert os.environ["SCIPION_HOME"] == str(home)
    assert os.environ["SCIPION_USER_DATA"] == str(home / "user")
    assert os.environ["SCIPION_HOSTS"] == str(home / "config" / "hosts.conf")
    assert os.environ["PATH"].split(os.pathsep)[0] == str(Path(sys.executable).parent)
    assert list(empty_home.iterdir()) == []


def test_the_settings_of_an_existing_scipion_count(
    empty_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scipion = empty_home / "scipion"
    (scipion / "config").mkdir(parents=True)
    (scipion / "config" / "scipion.conf").write_text(
        "[PYWORKFLOW]\nSCIPION_USER_DATA = $HOME/projects # of the group\nSCIPION_NOTIFY = True\n"
    )
    monkeypatch.setenv("SCIPION_HOME", str(scipion))
    monkeypatch.setenv("SCIPION_NOTIFY", "False")
    set_variables()
    assert os.environ["SCIPION_USER_DATA"] == f"{empty_home}/projects"
    assert os.environ["SCIPION_NOTIFY"] == "False", "a variable comes before the file"


def test_a_missing_file_has_no_settings(tmp_path: Path) -> None:
    assert read_settings(tmp_path / "scipion.conf") == {}


@pytest.mark.slow
def test_a_configuration_that_cannot_be_written_is_one_sentence(
    small_map: SmallMap, tmp_path: Path
) -> None:
    (tmp_path / "config").write_text("a file where the folder should be")
    environment = {**os.environ, "SCIPION_HOME": str(tmp_path)}
    out = tmp_path / "out"
    done = run_vrs(
        environment, "report", small_map.file, "--contour", small_map.contour, "--out", out
    )
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("vrs: Scipion's configuration cannot be written (")
    assert line.endswith("): set SCIPION_HOME to a folder of yours")
