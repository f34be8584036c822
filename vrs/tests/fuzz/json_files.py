"""Broken report.json, figures and curves for ``vrs compare``."""

from __future__ import annotations

import json
import os
import random
import shutil
import tempfile
from functools import partial
from pathlib import Path
from typing import Any, List

from vrs.report import REPORT_JSON
from vrs.tests.fuzz.cases import Finding, run_cases
from vrs.tests.fuzz.command import command
from vrs.tests.fuzz.mutations import break_file, break_json
from vrs.tests.report_example import build_example


def run(seconds: float, seed: int) -> List[Finding]:
    """Compare broken reports with a good one, for a time."""
    with tempfile.TemporaryDirectory(prefix="fuzz_base_") as folder:
        good = build_example(Path(folder)).json.parent
        content = json.loads((good / REPORT_JSON).read_text(encoding="utf-8"))
        return run_cases("json", seconds, seed, partial(_compare, good, content))


def _compare(good: Path, content: Any, draw: random.Random, folder: Path) -> None:
    broken = folder / "broken"
    shutil.copytree(good, broken, copy_function=os.link)
    if draw.random() < 0.85:
        (broken / REPORT_JSON).unlink()
        (broken / REPORT_JSON).write_bytes(break_json(draw, content))
    else:
        break_file(draw, draw.choice(sorted(broken.rglob("*.*"))))
    pair = [broken, good] if draw.random() < 0.5 else [good, broken]
    options = ["--json"] if draw.random() < 0.2 else []
    command(["compare", *map(str, pair), "--out", str(folder / "page.html"), *options])
