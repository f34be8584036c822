"""Whether VTK can draw, and what is missing if it cannot."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Dict

import pytest

from vrs.report.surfaces import trial

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning:(matplotlib|pyparsing)"),
    pytest.mark.skipif(sys.platform != "linux", reason="needs the libraries of Linux"),
]


def answer(folder: Path, **changed: str) -> str:
    """What a trial in a process of its own says."""
    environment: Dict[str, str] = {**os.environ, **changed}
    command = [sys.executable, "-m", "vrs.report.surfaces.trial", str(folder)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.long
def test_a_computer_without_drivers_is_told_what_to_install(tmp_path: Path) -> None:
    if answer(tmp_path):
        pytest.skip("needs VTK with EGL")
    (tmp_path / "surface_0.drawn.npz").unlink()
    reason = answer(tmp_path, __EGL_VENDOR_LIBRARY_DIRS="/nowhere")
    assert reason == "VTK finds no OpenGL driver: install the system package libgl1-mesa-dri"


def test_the_package_of_a_missing_library_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial, "views_by_vtk", lambda *_: {})
    monkeypatch.setattr(trial, "LIBRARIES", (("libc.so.6", "libc6"), ("libnone.so.1", "libnone1")))
    reason = "VTK finds no OpenGL library: install the system package libnone1"
    assert trial.draw(tmp_path) == reason
