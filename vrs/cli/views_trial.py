"""Whether this computer can draw 3D views, found out in a process of its own."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from vrs.report.surfaces.child import run_child


def why_no_views() -> str:
    """Why 3D views cannot be drawn, "" if they can; the libraries that draw keep no cache."""
    with tempfile.TemporaryDirectory(prefix="vrs_surface_") as folder:
        ended = run_child("vrs.report.surfaces.trial", [folder], Path(folder), os.environ)
    if ended.returncode:
        return "the libraries that draw cannot be loaded: pip install scipion-em-vrs again"
    return ended.stdout.strip()
