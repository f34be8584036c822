"""Whether this computer can draw 3D views, found out in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import vrs


def why_no_views() -> str:
    """Why 3D views cannot be drawn, "" if they can; the libraries that draw keep no cache."""
    with tempfile.TemporaryDirectory(prefix="vrs_surface_") as folder:
        paths = [str(Path(vrs.__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
        caches = dict.fromkeys(("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "MPLCONFIGDIR"), folder)
        python_path = os.pathsep.join(filter(None, paths))
        ended = subprocess.run(
            [sys.executable, "-m", "vrs.report.surfaces.trial", folder],
            env={**os.environ, **caches, "PYTHONPATH": python_path},
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            check=False,
        )
    if ended.returncode:
        return "the libraries that draw cannot be loaded: pip install scipion-em-vrs again"
    return ended.stdout.strip()
