"""The script ``run``: what it answers before it installs anything."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

import vrs

SCRIPT = Path(vrs.__file__).parents[1] / "run"

pytestmark = pytest.mark.skipif(
    not (SCRIPT.exists() and shutil.which("bash")), reason="needs bash and a checkout"
)


NO_PYTHON = "/nowhere/python"


def answer(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """What the script prints; one that would install ends without the Python it is to use."""
    return subprocess.run(
        ["bash", str(SCRIPT), *arguments], env={**os.environ, "PYTHON": NO_PYTHON},
        capture_output=True, text=True, timeout=20,
    )  # fmt: skip


@pytest.mark.parametrize(
    "words",
    [
        "demo", "vrs", "vrs --help", "vrs report map.mrc --contour 0.1", "gui", "gui demo", "test",
        "test fast", "test gui", "test agreement", "test engines", "test load", "test wheels",
        "test install", "test install 3.8", "fuzz", "fuzz 5", "fuzz --help",
        "fuzz 0 --kind maps --seed 7",
        "bench", "bench --quick", "bench --help", "bench scaling", "bench all", "setup",
    ],
)  # fmt: skip
def test_every_documented_form_begins_its_work(words: str) -> None:
    done = answer(*words.split())
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"PYTHON={NO_PYTHON}: no such program\n"


def test_every_command_and_word_that_pages_name_is_known() -> None:
    pages = [SCRIPT.with_name(name) for name in ("README.rst", "CONTRIBUTING.rst")]
    pages += sorted((SCRIPT.parent / "docs").glob("*.rst"))
    named = {
        words for page in pages for words in re.findall(
            r"\./run ((?:test|bench|fuzz|demo|setup|gui)(?: (?:-{0,2}[a-z]+\b))?)(?=``| *$|  )",
            page.read_text(encoding="utf-8"), re.MULTILINE,
        )
    }  # fmt: skip
    assert {"test fast", "test wheels", "fuzz"} <= named
    for words in sorted(named):
        assert answer(*words.split()).returncode == 1, words


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
