"""The page on adding a check and a level, followed to the letter in a copy of the package."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from typing import Dict, Iterator, List, Tuple

import pytest

from vrs.tests.conftest import RESOLUTION, SmallMap

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "add_a_check.rst"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not PAGE.exists(), reason="needs the docs folder of the repository"),
]

BLOCK = re.compile(r"\.\. code-block:: (python|diff)\n\n((?: {4}.*\n|\n)+)|^``(vrs/\S+)``:$", re.M)


def blocks(page: str) -> Iterator[Tuple[str, str, str]]:
    """File, kind (python or diff) and text of every block of code."""
    file = ""
    for kind, text, name in BLOCK.findall(page):
        if name:
            file = name
        else:
            yield file, kind, dedent(text).strip("\n")


def patched(text: str, diff: str) -> str:
    """A text after a change, whose lines begin with a blank, a plus or a minus."""
    lines = diff.splitlines()
    before = "\n".join(line[1:] for line in lines if line[0] in " -")
    after = "\n".join(line[1:] for line in lines if line[0] in " +")
    assert text.count(f"{before}\n") == 1, f"the text is not in the file once:\n{before}"
    return text.replace(f"{before}\n", f"{after}\n")


@pytest.fixture(scope="module")
def environment(
    scipion: Dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Dict[str, str]:
    """The environment of programs that find a copy of the package with the check and the level."""
    folder = tmp_path_factory.mktemp("copy")
    shutil.copytree(ROOT / "vrs", folder / "vrs", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "docs", folder / "docs")
    shutil.copy(ROOT / "README.rst", folder)
    for name, kind, text in blocks(PAGE.read_text(encoding="utf-8")):
        file = folder / name
        file.parent.mkdir(exist_ok=True)
        if kind == "python":
            file.write_text(f"{text}\n", encoding="utf-8")
        else:
            file.write_text(patched(file.read_text(encoding="utf-8"), text), encoding="utf-8")
    return {**scipion, "PYTHONPATH": str(folder)}


def run(environment: Dict[str, str], *arguments: str) -> str:
    """Run Python in the copy; returns what it prints."""
    done = subprocess.run(
        [sys.executable, *arguments],
        env=environment,
        cwd=environment["PYTHONPATH"],
        text=True,
        capture_output=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_lists_and_the_tree_have_the_check_and_the_level(environment: Dict[str, str]) -> None:
    outdated = run(environment, os.path.join("docs", "make.py")).splitlines()
    assert len(outdated) == 4
    folder = Path(environment["PYTHONPATH"])
    assert "0.i  Grey values          Was the map saved" in (folder / "README.rst").read_text()
    assert "Level 9 analysis\n----------------\n" in (folder / "docs" / "checks.rst").read_text()
    tree = (folder / "vrs" / "protocols.conf").read_text()
    assert '"value": "VrsProtSign", "text": "9.a sign"' in tree
    template = (folder / "vrs" / "templates" / "level0.json.template").read_text()
    assert "VrsProtGreyValues" in template and "VrsProtSign" not in template


def test_the_test_of_the_check_passes(environment: Dict[str, str]) -> None:
    test = os.path.join("vrs", "tests", "level0", "test_grey_values.py")
    assert "1 passed" in run(environment, "-m", "pytest", "-q", "-p", "no:cacheprovider", test)


def test_one_report_has_both_levels_each_with_its_section_and_score(
    environment: Dict[str, str], small_map: SmallMap, tmp_path: Path
) -> None:
    out = tmp_path / "report"
    run(
        environment, "-m", "vrs", "report", str(small_map.file),
        "--contour", str(small_map.contour), "--resolution", str(RESOLUTION), "--out", str(out),
        "--skip", "0.b,0.d,0.e,0.f,0.g,0.h",
    )  # fmt: skip
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    levels = report["levels"]
    assert [level["id"] for level in levels] == ["0", "9"]
    assert [level["section"] for level in levels] == ["3", "4"]
    assert statuses(levels[0])[-1] == ("0.i", "ok") and len(levels[0]["checks"]) == 9
    assert statuses(levels[1]) == [("9.a", "ok")]
    assert levels[0]["score"]["evaluated"] == 3
    assert (levels[1]["score"]["passed"], levels[1]["score"]["evaluated"]) == (1, 1)
    assert (out / "report.pdf").stat().st_size > 10_000
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "Level 9 analysis" in page and "Grey values" in page


def statuses(level: Dict[str, List[Dict[str, str]]]) -> List[Tuple[str, str]]:
    return [(check["id"], check["status"]) for check in level["checks"]]
