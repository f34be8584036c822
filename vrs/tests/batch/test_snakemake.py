"""The Snakefile in docs/batch.rst writes the reports of a table of maps."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from vrs.tests.conftest import RESOLUTION, SmallMap

pytestmark = pytest.mark.long

DOCS = Path(__file__).parents[3] / "docs" / "batch.rst"
NAMES = ("first", "second one")


def snakefile() -> str:
    """The Snakefile as it stands in the documentation."""
    text = DOCS.read_text(encoding="utf-8").partition("is a ``Snakefile``")[2].partition("::\n")[2]
    return dedent(text.partition("\nand this")[0])


def test_the_snakefile_of_the_documentation_has_ten_lines() -> None:
    assert len(snakefile().strip().splitlines()) <= 10


def test_snakemake_writes_the_reports_and_writes_no_report_twice(
    small_map: SmallMap, tmp_path: Path
) -> None:
    program = shutil.which(os.environ.get("VRS_SNAKEMAKE", "snakemake"))
    if program is None:
        pytest.skip("needs Snakemake")
    rows = [f"{name},{small_map.file},{small_map.contour},{RESOLUTION}" for name in NAMES]
    (tmp_path / "maps.csv").write_text("\n".join(["name,map,contour,resolution", *rows]), "utf-8")
    (tmp_path / "Snakefile").write_text(snakefile(), "utf-8")
    vrs = tmp_path / "bin" / "vrs"
    vrs.parent.mkdir()
    vrs.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m vrs "$@"\n', "utf-8")
    vrs.chmod(0o755)
    path = f"{vrs.parent}{os.pathsep}{os.environ['PATH']}"

    def run(*more: str) -> str:
        done = subprocess.run(
            [program, "--cores", "1", *more], cwd=tmp_path, env={**os.environ, "PATH": path},
            capture_output=True, text=True, timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stderr

    run()
    reports = [tmp_path / "reports" / name / "report.json" for name in NAMES]
    before = [report.stat().st_mtime_ns for report in reports]
    assert "Nothing to be done" in run()
    run("--force", str(reports[0].relative_to(tmp_path)))
    after = [report.stat().st_mtime_ns for report in reports]
    assert after[0] > before[0] and after[1] == before[1]
