"""The tests that ``scipion3 tests`` runs, run by it: see ``vrs/tests/test_in_scipion.py``."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Dict

import pytest

pytestmark = pytest.mark.slow


def test_scipion_runs_its_tests_of_this_plugin(scipion: Dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "scipion", "tests", "vrs.tests.test_in_scipion"],
        env=scipion, text=True, capture_output=True, timeout=900,
    )  # fmt: skip
    printed = done.stdout + done.stderr
    assert done.returncode == 0, printed[-5000:]
    assert len(re.findall(r"RUN   OK", printed)) == 5
