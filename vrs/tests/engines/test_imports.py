"""Which modules a package lacks is read from its files."""

from __future__ import annotations

from pathlib import Path
from typing import Dict

import pytest

from vrs.engines.imports import missing_modules


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A folder with a package whose modules each need something that is missing."""
    files: Dict[str, str] = {
        "pack/__init__.py": "import lacking_a\nfrom .sub import thing\nfrom . import late\n",
        "pack/sub/__init__.py": "from pack.other import x\nfrom .deep import *\n",
        "pack/sub/deep.py": "import os, lacking_b.c\n",
        "pack/other.py": "class X:\n    import lacking_c\n\n\nraise SystemExit\n",
        "pack/late.py": "def run():\n    import lacking_d\n",
        "pack/unused.py": "import lacking_e\n",
        "pack/caught.py": "try:\n    import lacking_f\nexcept ImportError:\n    pass\n",
        "pack/weak.py": "with weak():\n    import lacking_g\n",
        "pack/broken.py": "import lacking_h\n(\n",
        "single.py": "import numpy\nimport lacking_i\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_everything_on_the_way_is_looked_through(package: Path) -> None:
    lacking = ["lacking_a", "lacking_c", "lacking_b"]
    assert sorted(missing_modules(["pack"], [package])) == sorted(lacking)


def test_only_what_must_be_there_is_missing(package: Path) -> None:
    for module in ("late", "caught", "weak", "broken"):
        found = missing_modules([f"pack.{module}"], [package])
        assert not {f"lacking_{letter}" for letter in "dfgh"} & set(found)
    assert missing_modules(["single"], [package]) == ["lacking_i"]


def test_a_package_that_is_missing_is_named_once(package: Path) -> None:
    assert missing_modules(["absent", "absent.part", "single"], [package]) == [
        "absent", "lacking_i",
    ]  # fmt: skip
