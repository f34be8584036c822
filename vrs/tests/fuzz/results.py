"""Broken results for a report: check.json, input.json, curves and maps."""

from __future__ import annotations

import json
import os
import random
import shutil
import tempfile
from functools import partial
from pathlib import Path
from typing import List

from vrs.checks.store import read_json
from vrs.level0 import LEVEL0
from vrs.report.build import build_report
from vrs.report.loading import ReportError
from vrs.report.model import Report
from vrs.tests.fuzz.cases import Finding, run_cases
from vrs.tests.fuzz.command import check_sentence
from vrs.tests.fuzz.mutations import break_file, break_json
from vrs.tests.report_example import save_all


def run(seconds: float, seed: int) -> List[Finding]:
    """Build reports of which one result is broken, for a time."""
    with tempfile.TemporaryDirectory(prefix="fuzz_base_") as name:
        whole, plain = Path(name) / "whole", Path(name) / "plain"
        save_all(whole)
        # A report with all figures takes several seconds.
        save_all(plain, figures=False)
        return run_cases("results", seconds, seed, partial(_build, whole, plain))


def _build(whole: Path, plain: Path, draw: random.Random, folder: Path) -> None:
    results = folder / "results"
    shutil.copytree(plain, results, copy_function=os.link)
    broken = draw.choice(sorted(results.iterdir()))
    shutil.rmtree(broken)
    shutil.copytree(whole / broken.name, broken, copy_function=os.link)
    file = draw.choice(sorted(broken.iterdir()))
    if draw.random() < 0.8:
        file = draw.choice(sorted(broken.glob("*.json")))
        content = json.loads(file.read_text(encoding="utf-8"))
        file.unlink()
        file.write_bytes(break_json(draw, content))
    else:
        break_file(draw, file)
    checks = sorted(results.glob("check_*"))
    try:
        files = build_report(results / "prepared", checks, [LEVEL0], folder / "out", pdf=False)
    except ReportError as error:
        check_sentence(str(error))
    else:
        assert read_json(files.json, Report) == files.report
