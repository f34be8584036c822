"""onnxruntime is imported in one place, and tells nobody."""

from __future__ import annotations

import ast
import os
import sys
from pathlib import Path
from typing import Iterator

import pytest

import vrs
from vrs.tests.watching import watch

PACKAGE = Path(vrs.__file__).parent
USERS = [PACKAGE, *(PACKAGE.parent / name for name in ("training", "benchmarks"))]

OPEN_BOTH = """
from vrs.networks.card import open_network
for name in ("local_resolution", "hand"):
    open_network(name)
"""


def importers() -> Iterator[str]:
    """Modules that import onnxruntime, or ask for it by its name."""
    for file in (file for folder in USERS for file in folder.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            elif isinstance(node, ast.Call):
                names = [a.value for a in node.args if isinstance(a, ast.Constant)]
            if any(str(name).split(".")[0] == "onnxruntime" for name in names):
                yield str(file.relative_to(PACKAGE.parent))


def test_one_module_imports_it() -> None:
    assert set(importers()) == {"vrs/networks/runtime.py"}


@pytest.mark.parametrize("wish", ["", "0"], ids=["unset", "asked for"])
def test_networks_connect_to_nothing_and_write_nothing(tmp_path: Path, wish: str) -> None:
    for name in ("home", "temporary"):
        (tmp_path / name).mkdir()
    # Telemetry is off in tests of continuous integration, where nothing would be seen.
    kept = {"PATH": os.environ["PATH"], "PYTHONPATH": str(PACKAGE.parent)}
    environment = {
        **kept, "HOME": str(tmp_path / "home"), "TMPDIR": str(tmp_path / "temporary"),
        "PYTHONDONTWRITEBYTECODE": "1", **({"ORT_DISABLE_TELEMETRY": wish} if wish else {}),
    }  # fmt: skip
    watched = watch([sys.executable, "-c", OPEN_BOTH], environment, tmp_path)
    assert watched.process.returncode == 0, watched.process.stderr
    assert watched.connections == []
    assert watched.outside() == set()
    assert list((tmp_path / "home").iterdir()) == []
    assert list((tmp_path / "temporary").iterdir()) == []
