"""Whether VTK can draw on this computer, found out by drawing.

Run as ``python -m vrs.report.surfaces.trial FOLDER``; prints why VTK cannot draw, or nothing.
"""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path
from typing import Tuple

import numpy as np

from vrs.report.surfaces.scene import Scene
from vrs.report.surfaces.views import views_by_vtk

LIBRARIES: Tuple[Tuple[str, str], ...] = (
    ("libEGL.so.1", "libegl1"),
    ("libEGL_mesa.so.0", "libegl-mesa0"),
)
"""Libraries with which VTK draws without a screen, and their packages on Debian and Ubuntu."""

DRIVERS = "libgl1-mesa-dri"
"""The package of the drivers that these libraries load."""

_SIDE = 12


def draw(folder: Path) -> str:
    """Draw a ball; returns why that failed, "" if it did not."""
    distance = np.linalg.norm(np.indices((_SIDE,) * 3) - (_SIDE - 1) / 2, axis=0)
    ball = Scene((_SIDE / 2 - distance).astype(np.float32), 1.0, 2.0)
    if views_by_vtk([ball], folder, os.environ):
        return ""
    if sys.platform != "linux":
        return "VTK fails to draw on this computer"
    missing = [package for library, package in LIBRARIES if not _exists(library)]
    package = missing[0] if missing else DRIVERS
    lack = "library" if missing else "driver"
    return f"VTK finds no OpenGL {lack}: install the system package {package}"


def _exists(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    print(draw(Path(sys.argv[1])))
