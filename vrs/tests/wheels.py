"""Whether pip finds everything ready to install: ``./run test wheels``, for every Python there is.

It resolves the dependencies without installing them, and takes source packages only of the plain
Python projects that ``wheels.txt`` names; whatever would have to be compiled is an error.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Iterator, Tuple

ROOT = Path(__file__).resolve().parents[2]
VERSIONS = tuple(f"3.{minor}" for minor in range(8, 13))
CAN_RESOLVE = "import pip, sys; sys.exit(int(pip.__version__.split('.')[0]) < 23)"


def copy_sources(folder: Path) -> Path:
    """Copy what a build needs, as building leaves files beside the sources."""
    for name in ("setup.py", "pyproject.toml", "README.rst", "wheels.txt", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    shutil.copytree(ROOT / "vrs", folder / "vrs", ignore=shutil.ignore_patterns("data", "__py*"))
    shipped = Path("vrs", "tests", "data", "maps", "emd_1997.map.gz")
    (folder / shipped).parent.mkdir(parents=True)
    shutil.copy(ROOT / shipped, folder / shipped)
    return folder


def index_is_reachable() -> bool:
    """Whether pip can ask a package index."""
    asked = [sys.executable, "-m", "pip", "index", "versions", "pip"]
    return subprocess.run(asked, capture_output=True).returncode == 0


def extras(version: str) -> str:
    """All extras for a Python; the plugin of Xmipp pins a scipy that has no wheel for 3.12."""
    return "app,test,ucm" if version == "3.12" else "app,test,ucm,xmipp"


def refusal(python: Path, sources: Path, extras: str = "app,test") -> str:
    """Why pip cannot install the package there without compiling; "" if it can."""
    resolved = subprocess.run(
        [python, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet",
         "--requirement", "wheels.txt", f".[{extras}]"],
        cwd=sources, capture_output=True, text=True,
    )  # fmt: skip
    return resolved.stderr if resolved.returncode else ""


def pythons() -> Iterator[Tuple[str, Path]]:
    """One Python of each supported version, as far as they are on the path or in pyenv."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for version in VERSIONS:
        on_path = shutil.which(f"python{version}")
        candidates = [Path(on_path)] if on_path else []
        for python in [*candidates, *sorted(pyenv.glob(f"{version}.*/bin/python"))]:
            if subprocess.run([python, "-c", CAN_RESOLVE], capture_output=True).returncode == 0:
                yield version, python
                break


def main() -> int:
    """Print a line per Python; the exit status is 1 if one of them would have to compile."""
    here, refused = dict(pythons()), 0
    with tempfile.TemporaryDirectory() as folder:
        sources = copy_sources(Path(folder))
        for version in VERSIONS:
            if version not in here:
                print(f"Python {version}: not on this machine (with pip 23 or newer)")
                continue
            reason = refusal(here[version], sources, extras(version))
            print(f"Python {version}: {reason or 'nothing is compiled'}", flush=True)
            refused += bool(reason)
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
