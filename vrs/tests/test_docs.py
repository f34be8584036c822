"""The documentation says what the code does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.mark.skipif(not DOCS.exists(), reason="needs the docs folder of the repository")
def test_the_page_on_the_checks_is_the_table_of_rules() -> None:
    made = subprocess.run(
        [sys.executable, "-X", "utf8", str(DOCS / "make_checks.py")],
        check=True,
        stdout=subprocess.PIPE,
    )
    written = (DOCS / "checks.rst").read_text(encoding="utf-8")
    assert made.stdout.decode("utf-8") == written, "python docs/make_checks.py > docs/checks.rst"
