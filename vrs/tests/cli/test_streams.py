"""Standard streams of any encoding or none, names of any bytes, and any working folder."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Dict

import pytest

import vrs
from vrs.cli.streams import PLAIN_LETTERS
from vrs.tests.conftest import SmallMap

SOURCES = str(Path(vrs.__file__).parent.parent)


def shell(command: str, folder: Path, **variables: str) -> "subprocess.CompletedProcess[bytes]":
    """A line of a shell, in which VRS is ``python -m vrs``."""
    environment: Dict[str, str] = {
        "PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": SOURCES, "LANG": "C.UTF-8",
        "VRS": f"{shlex.quote(sys.executable)} -m vrs", **variables,
    }  # fmt: skip
    line = command.replace("VRS", environment["VRS"])
    return subprocess.run(
        ["sh", "-c", line], env=environment, cwd=folder, capture_output=True, timeout=60
    )


def test_letters_that_an_encoding_lacks_become_the_nearest_ones() -> None:
    text = "1.5 Å³, −4 ≤ “β” – 3σ … 中"
    assert text.encode("ascii", PLAIN_LETTERS) == b'1.5 A3, -4 <= "beta" - 3sigma ... ?'
    assert "Å中".encode("latin-1", PLAIN_LETTERS) == b"\xc5?"
    with pytest.raises(UnicodeDecodeError):
        b"\xff".decode("ascii", PLAIN_LETTERS)


@pytest.mark.parametrize("variables", [
    {"PYTHONIOENCODING": "ascii"},
    {"LC_ALL": "POSIX"},
    {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
], ids=["ascii", "POSIX", "POSIX without UTF-8"])  # fmt: skip
def test_every_encoding_prints_help_and_parts(tmp_path: Path, variables: Dict[str, str]) -> None:
    for command in ("VRS report --help", "VRS doctor"):
        done = shell(command, tmp_path, **variables)
        assert (done.returncode, done.stderr) == (0, b""), done.stderr.decode()
        assert done.stdout


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&- <&-"])
def test_a_closed_stream_changes_nothing_else(tmp_path: Path, closed: str) -> None:
    assert shell(f"VRS doctor {closed}", tmp_path).returncode == 0
    assert shell(f"VRS report missing.mrc --contour 1 {closed}", tmp_path).returncode == 1


def test_a_file_does_not_take_the_place_of_a_closed_stream(tmp_path: Path) -> None:
    code = "from vrs.cli.streams import prepare_streams as p; p(); print(open('x', 'w').fileno())"
    done = shell(f"{sys.executable} -c {shlex.quote(code)} 2>&- <&-", tmp_path)
    assert int(done.stdout) > 2


@pytest.mark.parametrize("variables", [{}, {"LC_ALL": "POSIX"}], ids=["UTF-8", "POSIX"])
def test_names_that_are_not_utf8_are_refused_in_one_sentence(
    tmp_path: Path, small_map: SmallMap, variables: Dict[str, str]
) -> None:
    name = os.fsencode(tmp_path) + b"/map\xff.mrc"
    Path(os.fsdecode(name)).write_bytes(small_map.file.read_bytes())
    expected = b"vrs: the name map\\xff.mrc is not UTF-8: rename the file or the folder\n"
    done = shell("VRS report map*.mrc --contour 0.1", tmp_path, **variables)
    assert (done.returncode, done.stderr) == (1, expected)
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/folder\xff"))
    folder.mkdir()
    done = shell("VRS report map.mrc --contour 0.1", folder, **variables)
    assert done.returncode == 1
    assert done.stderr.endswith(b"folder\\xff is not UTF-8: rename the file or the folder\n")
    # A link leads to it.
    (tmp_path / "linked").symlink_to(folder / "gone")
    assert b"Traceback" not in shell("VRS report linked --contour 0.1", tmp_path).stderr


def test_a_working_folder_that_was_removed_is_said(tmp_path: Path) -> None:
    (tmp_path / "gone").mkdir()
    done = shell("cd gone && rmdir ../gone && VRS doctor", tmp_path)
    assert done.returncode == 1
    expected = b"vrs: the working folder no longer exists: change to another folder with cd\n"
    assert done.stderr == expected


def test_modules_in_the_working_folder_are_not_imported(tmp_path: Path) -> None:
    for name in ("numpy", "argparse", "rich", "msgspec", "matplotlib"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('of the working folder')")
    done = shell("VRS compare a b; VRS doctor", tmp_path)
    assert done.returncode == 0, done.stderr.decode()
    assert done.stderr == b"vrs: a does not exist: name the folder of a report\n"


def test_what_a_user_typed_moves_no_cursor(tmp_path: Path) -> None:
    for command in ("VRS report '\x1b[2Jx.mrc' --contour 1", "VRS doctor '\x1b[2J'"):
        done = shell(command, tmp_path)
        assert done.returncode in (1, 2)
        assert b"[2J" in done.stderr and b"\x1b" not in done.stderr
