"""The documentation says what the code does."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Dict

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.mark.slow
@pytest.mark.skipif(not DOCS.exists(), reason="needs the docs folder of the repository")
def test_lists_of_the_checks_are_made_from_the_levels(scipion: Dict[str, str]) -> None:
    made = subprocess.run(
        [sys.executable, str(DOCS / "make.py"), "--check"],
        env=scipion,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert made.returncode == 0, f"python docs/make.py, for {made.stdout}"


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
