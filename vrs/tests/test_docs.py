"""The documentation says what the code does."""

from __future__ import annotations

import re
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


@pytest.mark.skipif(not DOCS.exists(), reason="needs the docs folder of the repository")
@pytest.mark.parametrize("network", ["hand", "local_resolution"])
def test_the_page_on_a_network_is_made_from_its_card(network: str, tmp_path: Path) -> None:
    module = f"training.{network}_document"
    card, page = f"vrs/networks/{network}.json", f"docs/network_{network}.rst"
    made = tmp_path / "page.rst"
    root = DOCS.parent
    subprocess.run(
        [sys.executable, "-m", module, str(root / card), str(made)], check=True, cwd=root
    )
    written = (root / page).read_text(encoding="utf-8")
    assert made.read_text(encoding="utf-8") == written, f"python -m {module} {card} {page}"
    assert all((DOCS / image).exists() for image in re.findall(r"image:: (\S+)", written))
