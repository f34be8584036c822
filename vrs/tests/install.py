"""Whether a new Scipion takes the plugin: ``./run test install [VERSION OF PYTHON ...]``.

For Python 3.8 and 3.11, or those named, there is one environment with Scipion and "installp
--devel", and one with the wheel; in both, Scipion then runs the tests that are part of the plugin.
It takes some minutes, and pip asks a package index.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Dict, Sequence

from vrs.tests.wheels import ROOT, pythons

VERSIONS = ("3.8", "3.11")
SCIPION = ("scipion-pyworkflow", "scipion-em", "scipion-app")
TESTS = "vrs.tests.test_in_scipion"
DEVELOPED = "scipion-em-vrs"
"""Scipion takes the name of the folder for that of the package."""


class Installation:
    """A Scipion of its own in a folder."""

    def __init__(self, python: Path, folder: Path) -> None:
        self._folder = folder
        programs = folder / "venv" / "bin"
        self._environment: Dict[str, str] = {
            **{name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
            "PATH": os.pathsep.join([str(programs), os.environ["PATH"]]),
            "SCIPION_HOME": str(folder / "home"),
            "SCIPION_USER_DATA": str(folder / "data"),
            "SCIPION_LOCAL_CONFIG": str(folder / "home" / "config" / "scipion.conf"),
            "SCIPION_NOTIFY": "False",
        }
        (folder / "home").mkdir(parents=True)
        (folder / "data").mkdir()
        self._run(python, "-m", "venv", folder / "venv")
        self._python = programs / "python"
        self.python("pip", "install", "--quiet", "--upgrade", "pip")
        self.python("pip", "install", "--quiet", *SCIPION)
        self.python("scipion", "config", "--unattended", "--overwrite")

    def _run(self, *command: Any) -> None:
        subprocess.run(
            [str(word) for word in command], cwd=self._folder, env=self._environment, check=True
        )

    def python(self, module: str, *arguments: Any) -> None:
        """Run a module in the environment; raises CalledProcessError if it fails."""
        self._run(self._python, "-m", module, *arguments)

    def test(self) -> None:
        """Let Scipion find the protocols and run the tests of the plugin."""
        self.python("scipion", "inspect", "vrs")
        self.python("scipion", "tests", TESTS)


def sources_in(folder: Path) -> Path:
    """A copy of the package, as building leaves files beside the sources."""
    kept = shutil.ignore_patterns(".*", "__pycache__", "build", "*.egg-info")
    copy = folder / DEVELOPED
    shutil.copytree(ROOT, copy, ignore=kept)
    return copy


def main(versions: Sequence[str]) -> int:
    """Print a line per installation; the exit status is 1 if one of them failed."""
    here, failed = dict(pythons()), 0
    for version in versions or VERSIONS:
        if version not in here:
            print(f"Python {version}: not on this machine (with pip 23 or newer)")
            continue
        for way in ("installp --devel", "wheel"):
            with tempfile.TemporaryDirectory() as name:
                folder = Path(name)
                try:
                    install(here[version], folder, way)
                    outcome = "works"
                except subprocess.CalledProcessError as error:
                    outcome, failed = f"failed: {error}", 1
            print(f"Python {version}, {way}: {outcome}", flush=True)
    return failed


def install(python: Path, folder: Path, way: str) -> None:
    """Install Scipion and the plugin in a folder, and test it there."""
    sources = sources_in(folder)
    scipion = Installation(python, folder / "scipion")
    if way == "wheel":
        scipion.python("pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, sources)
        (wheel,) = folder.glob("*.whl")
        scipion.python("pip", "install", "--quiet", wheel)
    else:
        scipion.python("scipion", "installp", "-p", sources, "--devel")
    scipion.test()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
