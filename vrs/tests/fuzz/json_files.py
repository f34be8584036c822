"""Broken report.json for ``vrs compare``."""

from __future__ import annotations

import contextlib
import io
import json
import os
import random
import shutil
import tempfile
from functools import partial
from pathlib import Path
from typing import Any, List

from vrs.cli.main import EXIT_FAILED, main
from vrs.report import REPORT_JSON
from vrs.tests.fuzz.cases import Finding, Uncaught, run_cases
from vrs.tests.fuzz.mutations import break_bytes, break_json
from vrs.tests.report_example import build_example

_LONGEST_SENTENCE = 1000


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
        _overwrite(broken / REPORT_JSON, break_json(draw, content))
    else:
        file = draw.choice([file for file in sorted(broken.rglob("*")) if file.is_file()])
        _overwrite(file, _broken_file(draw, file.read_bytes()))
    pair = [broken, good] if draw.random() < 0.5 else [good, broken]
    command(["compare", *map(str, pair), "--out", str(folder / "page.html")])


def _broken_file(draw: random.Random, data: bytes) -> bytes:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return data[: draw.randrange(len(data))]
    return break_bytes(draw, data)


def _overwrite(file: Path, data: bytes) -> None:
    # The good report has the same file, under another name.
    file.unlink()
    file.write_bytes(data)


def command(arguments: List[str]) -> None:
    """``vrs`` with these arguments in this process: it must succeed, or say why not in one line."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main(arguments)
    printed = err.getvalue()
    lines = printed.splitlines()
    if status == 0 and not lines and out.getvalue():
        return
    one_sentence = len(lines) == 1 and printed.startswith("vrs: ")
    if status != EXIT_FAILED or not one_sentence or len(printed) > _LONGEST_SENTENCE:
        raise Uncaught(f"exit status {status}, standard error:\n{printed!r}")
    if not lines[0].isprintable():
        raise Uncaught(f"a sentence that is not printable: {printed!r}")
