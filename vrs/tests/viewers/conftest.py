"""A virtual display and the main window of an application on it."""

from __future__ import annotations

import shutil
import subprocess
from typing import Any, Iterator

import pytest


@pytest.fixture(scope="session")
def display() -> Iterator[str]:
    """A virtual display of its own."""
    if shutil.which("Xvfb") is None:
        pytest.skip("needs Xvfb")
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", "1", "-screen", "0", "1400x900x24"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert server.stdout is not None
    yield f":{server.stdout.readline().strip()}"
    server.terminate()
    server.wait()


@pytest.fixture
def root(display: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The main window of an application, with Scipion's fonts."""
    import tkinter

    from pyworkflow.gui import setCommonFonts

    monkeypatch.setenv("DISPLAY", display)
    main_window = tkinter.Tk()
    setCommonFonts()
    yield main_window
    main_window.destroy()
