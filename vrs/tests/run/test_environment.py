"""The variables that Scipion needs: an existing Scipion keeps its own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Optional

import pytest

from vrs.engines import xmipp
from vrs.maps.errors import OutputError, VrsError
from vrs.run.environment import prepare_scipion, read_settings, set_variables
from vrs.run.state_folder import make_private


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


def test_the_programs_of_other_plugins_are_where_the_settings_say(
    empty_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scipion = empty_home / "scipion"
    (scipion / "config").mkdir(parents=True)
    # As Scipion 2 wrote it; the plugin of Xmipp need not be installed.
    (scipion / "config" / "scipion.conf").write_text(
        "[PACKAGES]\nEM_ROOT = software/em\nXMIPP_HOME = %(EM_ROOT)s/xmipp-3 # the newest\n"
    )
    for name in ("XMIPP_HOME", "EM_ROOT", "SCIPION_SOFTWARE"):
        # Undone after the test, also where the settings set it.
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    monkeypatch.setenv("SCIPION_HOME", str(scipion))
    set_variables()
    assert xmipp.home() == scipion / "software" / "em" / "xmipp-3"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"[PACKAGES]\nXMIPP_HOME = %(EM_ROOT)s/xmipp\n", "interpolation key 'EM_ROOT'"),
        (b"XMIPP_HOME = /opt\n", "File contains no section headers"),
        (b"[PACKAGES]\nXMIPP_HOME = \xff\n", "invalid start byte"),
    ],
)
def test_broken_settings_are_one_sentence(text: bytes, reason: str, tmp_path: Path) -> None:
    file = tmp_path / "scipion.conf"
    file.write_bytes(text)
    with pytest.raises(VrsError) as refused:
        read_settings(file)
    sentence = str(refused.value)
    assert sentence.startswith(f"Scipion's configuration {file} cannot be read (")
    assert reason in sentence and sentence.endswith("). Correct or remove it")
    assert "\n" not in sentence


def test_a_missing_file_has_no_settings(tmp_path: Path) -> None:
    assert read_settings(tmp_path / "scipion.conf") == {}


# --- folders that cannot be written ---------------------------------------------------------------


def unwritable(folder: Path) -> Path:
    """A name below a file, where even the administrator can make no folder."""
    (folder / "file").write_text("")
    return folder / "file" / "home"


def test_a_home_that_cannot_be_written_is_replaced_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = unwritable(tmp_path)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (moved,) = set_variables()
    state = tmp_path / f"vrs-{os.getuid()}"
    assert moved == (
        f"{home}/.local/share/vrs/scipion cannot be written, so Scipion's configuration and list "
        f"of projects are in {state}; SCIPION_HOME names another folder."
    )
    for name in ("SCIPION_HOME", "SCIPION_HOSTS", "SCIPION_USER_DATA", "MPLCONFIGDIR"):
        assert os.environ[name].startswith(str(state))
    assert state.stat().st_mode & 0o777 == 0o700 and list(state.iterdir()) == []
    assert set_variables() == []


def test_one_variable_moves_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The advice of the message works."""
    monkeypatch.setenv("HOME", str(unwritable(tmp_path)))
    own = tmp_path / "own"
    monkeypatch.setenv("SCIPION_HOME", str(own))
    set_variables()
    for name in ("SCIPION_HOME", "SCIPION_HOSTS", "SCIPION_USER_DATA", "MPLCONFIGDIR"):
        assert os.environ[name].startswith(str(own))


def test_a_scipion_of_others_is_used_and_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCIPION_HOME", str(unwritable(tmp_path)))
    monkeypatch.setenv("HOME", str(tmp_path))
    moved = set_variables()
    assert os.environ["SCIPION_HOSTS"].startswith(f"{tmp_path}/.local/share/vrs/scipion/")
    assert "so the list of Scipion's hosts is in" in moved[0]
    with pytest.raises(OutputError, match="software/bindings cannot be written: set SCIPION_HOME"):
        prepare_scipion()


def test_projects_that_cannot_be_written_name_their_own_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("SCIPION_USER_DATA", str(unwritable(tmp_path)))
    with pytest.raises(OutputError, match="cannot be written: set SCIPION_USER_DATA to a folder"):
        prepare_scipion()


def test_a_folder_of_somebody_else_among_the_temporary_ones_is_refused(tmp_path: Path) -> None:
    """Whoever can write into it could let Scipion run commands."""
    make_private(tmp_path / "own")
    assert (tmp_path / "own").stat().st_mode & 0o777 == 0o700
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    (tmp_path / "link").symlink_to(tmp_path / "own")
    for name in ("open", "link"):
        with pytest.raises(OutputError, match="belongs to somebody else: set SCIPION_HOME"):
            make_private(tmp_path / name)


def test_a_list_of_hosts_that_cannot_be_written_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hosts = unwritable(tmp_path) / "hosts.conf"
    monkeypatch.setenv("SCIPION_HOSTS", str(hosts))
    with pytest.raises(OutputError) as refused:
        prepare_scipion()
    assert str(refused.value) == (
        f"Scipion's list of hosts {hosts} cannot be written (Not a directory): set SCIPION_HOSTS "
        "to a file in a folder of yours"
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator may search every folder")
def test_a_home_that_cannot_be_searched_is_one_that_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (moved,) = set_variables()
    assert moved.startswith(f"{home}/.local/share/vrs/scipion cannot be written")


@pytest.mark.parametrize("content", [None, b""])
def test_a_list_of_hosts_that_is_missing_or_empty_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: Optional[bytes]
) -> None:
    """A full disk has room for the name of a file, and not for its content."""
    hosts = tmp_path / "hosts.conf"
    if content is not None:
        hosts.write_bytes(content)
    monkeypatch.setenv("SCIPION_HOSTS", str(hosts))
    prepare_scipion()
    assert hosts.read_text().startswith("[localhost]\nPARALLEL_COMMAND = ")
    assert [file.name for file in tmp_path.iterdir() if file.is_file()] == ["hosts.conf"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"; nothing\n", "names no host"), (b"no section", "cannot be read"), (b"\xff[", "cannot be")],
)
def test_a_broken_list_of_hosts_is_named_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, reason: str
) -> None:
    hosts = tmp_path / "hosts.conf"
    hosts.write_bytes(content)
    monkeypatch.setenv("SCIPION_HOSTS", str(hosts))
    with pytest.raises(OutputError, match=f"hosts {hosts} {reason}.*set SCIPION_HOSTS to"):
        prepare_scipion()
    assert hosts.read_bytes() == content


def test_a_list_of_hosts_that_is_no_file_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCIPION_HOSTS", os.devnull)
    with pytest.raises(OutputError, match="/dev/null is not a file: set SCIPION_HOSTS"):
        prepare_scipion()


# --- settings of Python and matplotlib ------------------------------------------------------------

SETTINGS = {
    "MPLBACKEND": "nonsense",
    "MATPLOTLIBRC": "/dev/zero",
    "PYTHONWARNINGS": "error",
    "SCIPION_DOMAIN": "nonsense",
    "PYTHONOPTIMIZE": "2",
}


def test_settings_of_other_programs_do_not_reach_the_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    set_variables()
    left = {name: os.environ.get(name) for name in SETTINGS}
    assert left == {**dict.fromkeys(SETTINGS), "MPLBACKEND": "agg", "SCIPION_DOMAIN": "pwem"}


@pytest.mark.slow
@pytest.mark.parametrize("name", list(SETTINGS))
def test_a_workflow_is_made_whatever_is_set(name: str, tmp_path: Path) -> None:
    code = (
        "import pathlib, sys\n"
        "from vrs.run.environment import prepare_scipion\n"
        "prepare_scipion()\n"
        "from vrs.run.report_run import workflow_of\n"
        "from vrs.run.request import Request\n"
        "print(len(workflow_of(Request(pathlib.Path('m.mrc'), 1.0))))\n"
    )
    environment = {**os.environ, "HOME": str(tmp_path), name: SETTINGS[name]}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=100,
    )  # fmt: skip
    if name == "PYTHONOPTIMIZE":
        advice = "Scipion needs: unset PYTHONOPTIMIZE, and leave out -OO\n"
        assert done.returncode == 1 and done.stderr.endswith(advice)
    else:
        assert done.stdout == "12\n", done.stderr
