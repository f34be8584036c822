"""The house: which package may import which, and that no check knows another."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Dict, Iterator, Set, Tuple

import pytest

import vrs
from vrs import level0

PACKAGE = Path(vrs.__file__).parent

MAY_IMPORT: Dict[str, Set[str]] = {
    "maps": set(),
    "numerics": {"maps"},
    "checks": {"maps", "numerics"},
    "networks": {"maps", "numerics"},
    "engines": {"maps", "checks", "numerics", "level0"},
    "level0": {"maps", "numerics", "checks", "networks"},
    "entries": {"maps", "checks"},
    "levels": {"checks", "level0"},
    "reference": {"maps", "checks"},
    "report": {"maps", "checks", "engines", "levels", "bibtex", "reference"},
    "run": {"maps", "checks", "levels", "level0", "report", "engines", "entries", "objects"},
    "batch": {"maps", "checks", "levels", "level0", "report", "run", "entries", "steps"},
    "steps": {
        "maps", "checks", "levels", "level0", "report", "reference", "engines", "entries", "run",
    },
}
"""Package -> the other packages of ``vrs`` that it may import."""

AT_THE_TOP = {
    "__init__", "__main__", "bibtex", "levels", "objects", "plugin", "wizards",
}  # fmt: skip

CHECK_MODULES = {check.measure.__module__.rpartition(".")[2] for check in level0.LEVEL0.checks}


def modules(package: str) -> Iterator[Tuple[str, ast.Module]]:
    """The modules of a package with their names, such as "maps/files.py"."""
    files = (PACKAGE / package).rglob("*.py") if (PACKAGE / package).is_dir() else ()
    for file in files or (PACKAGE / f"{package}.py",):
        yield str(file.relative_to(PACKAGE)), ast.parse(file.read_text(encoding="utf-8"))


def imported(tree: ast.Module) -> Set[str]:
    """The modules of ``vrs`` that a module imports, anywhere in it."""
    names: Set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return {name for name in names if name.startswith("vrs.")}


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_imports_go_one_way(package: str) -> None:
    allowed = MAY_IMPORT[package] | {package, "__version__"}
    wrong = {
        (file, name)
        for file, tree in modules(package)
        for name in imported(tree)
        if name.split(".")[1] not in allowed
    }
    assert wrong == set()


def test_no_check_imports_another() -> None:
    assert len(CHECK_MODULES) == 8
    for name in CHECK_MODULES:
        tree = ast.parse((PACKAGE / "level0" / f"{name}.py").read_text(encoding="utf-8"))
        others = {f"vrs.level0.{other}" for other in CHECK_MODULES - {name}}
        assert not {used for used in imported(tree) if used.rpartition(".")[0] in others}


def test_only_what_scipion_asks_for_by_name_is_at_the_top() -> None:
    assert {file.stem for file in PACKAGE.glob("*.py")} <= AT_THE_TOP


def test_only_protocols_objects_viewers_and_run_know_scipion() -> None:
    layers = (
        "maps", "numerics", "checks", "networks", "level0", "levels", "reference", "report",
        "steps",
    )  # fmt: skip
    for package in layers:
        for file, tree in modules(package):
            names = {
                name
                for node in ast.walk(tree)
                if isinstance(node, (ast.Import, ast.ImportFrom))
                for name in (
                    [node.module or ""]
                    if isinstance(node, ast.ImportFrom)
                    else [alias.name for alias in node.names]
                )
            }
            assert not {n for n in names if n.split(".")[0] in ("pyworkflow", "pwem")}, file
