"""The script ``run``: what it answers before it installs anything."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

import vrs

SCRIPT = Path(vrs.__file__).parents[1] / "run"

pytestmark = pytest.mark.skipif(
    not (SCRIPT.exists() and shutil.which("bash")), reason="needs bash and a checkout"
)


def answer(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """What the script prints; a script that begins to install takes too long."""
    command = ["bash", str(SCRIPT), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=20)


@pytest.mark.parametrize("words", ["", "help", "-h", "demo --help", "test -h", "gui --help"])
def test_a_question_prints_the_commands(words: str) -> None:
    done = answer(*words.split())
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("usage: ./run COMMAND")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("hlep", "“hlep” is not known here; did you mean “help”?"),
        ("dmeo", "“dmeo” is not known here; did you mean “demo”?"),
        ("test fsat", "“fsat” is not known here; did you mean “fast”?"),
        ("demo now", "“now” is not known here"),
        ("xyz", "“xyz” is not known here"),
    ],
)
def test_a_wrong_word_is_refused_with_the_one_that_was_meant(words: str, sentence: str) -> None:
    done = answer(*words.split())
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"./run: {sentence} (see ./run help)\n"
