"""Which modules a package imports and lacks; its files are read, and nothing of it is run.

Python stops at the first module that is missing, and a package that catches the error fails later
for another reason. So all imports are looked through, and what is missing is named at once.
"""

from __future__ import annotations

import ast
import importlib
import sys
from importlib import util
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from typing import Iterator, List, Optional, Sequence, Set


def missing_modules(modules: Sequence[str], folders: Sequence[Path] = ()) -> List[str]:
    """Top-level modules that some modules need when they are imported, and that are not installed.

    Imports whose failure is caught (inside of ``try`` or ``with``) or that are made later (in a
    function) are not needed. All modules of the same package that are imported on the way are
    looked through; of another package only whether it is there.

    Parameters
    ----------
    modules : sequence of str -- such as "xmipp3" and "xmipp3.protocols"
    folders : sequence of Path -- searched after Python's own path

    Returns
    -------
    list of str -- in the order in which they are met

    Examples
    --------
    >>> missing_modules(["email", "no_such_module"])
    ['no_such_module']
    """
    # Something may have been installed since Python last looked.
    importlib.invalidate_caches()
    own = {name.partition(".")[0] for name in modules}
    missing: List[str] = []
    seen: Set[str] = set()
    waiting = list(modules)
    while waiting:
        name = waiting.pop(0)
        if name in seen:
            continue
        seen.add(name)
        top = name.partition(".")[0]
        spec = _top_level(top, folders)
        if spec is None:
            missing += [top] if top not in missing else []
        elif top in own:
            waiting += _needed(name, _file(name, spec))
    return missing


def _top_level(name: str, folders: Sequence[Path]) -> Optional[ModuleSpec]:
    """How Python finds a module; for a top-level one it imports nothing."""
    if name in sys.builtin_module_names:
        return ModuleSpec(name, None)
    try:
        found = util.find_spec(name)
    except (ImportError, ValueError):
        found = None
    return found or PathFinder.find_spec(name, [str(folder) for folder in folders])


def _file(name: str, top: ModuleSpec) -> Optional[Path]:
    """The source of a module of a package; None if it has none, as a compiled one."""
    places = list(top.submodule_search_locations or [])
    if not places:
        files = [Path(top.origin)] if top.origin else []
    else:
        inside = Path(*name.split(".")[1:])
        files = [Path(place, inside, "__init__.py") for place in places]
        files += [Path(place, inside).with_suffix(".py") for place in places if inside.name]
    return next((file for file in files if file.suffix == ".py" and file.is_file()), None)


def _needed(name: str, file: Optional[Path]) -> List[str]:
    """The modules that a module imports when it is imported itself."""
    if file is None:
        return []
    try:
        tree = ast.parse(file.read_bytes())
    except (SyntaxError, ValueError, OSError):
        # Importing it will fail, and say why.
        return []
    package = name if file.name == "__init__.py" else name.rpartition(".")[0]
    return [needed for node in _at_once(tree.body) for needed in _names(node, package)]


def _at_once(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """The imports that run when the module is imported, and whose failure nothing catches."""
    for node in body:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield node
        elif isinstance(node, ast.ClassDef):
            yield from _at_once(node.body)


def _names(node: ast.stmt, package: str) -> Iterator[str]:
    """The modules that an import names; some may be functions or classes of a module."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        above = package.split(".")[: len(package.split(".")) + 1 - node.level] if node.level else []
        module = ".".join([*above, *([node.module] if node.module else [])])
        yield module
        yield from (f"{module}.{alias.name}" for alias in node.names)
