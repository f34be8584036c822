"""Opening a file or a page with a program of the desktop, which may not be able to."""

from __future__ import annotations

import shutil
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyworkflow.viewer import View

from vrs.viewers.windows import TextWindow

_SECONDS = 3.0
"""A program that has not ended by then shows the file."""

_BROWSERS = ("firefox", "google-chrome", "chromium", "chromium-browser", "konqueror", "epiphany")


@dataclass(eq=False)
class FileView(View):  # type: ignore[misc]
    """A file in the program that the desktop has for it; says where it is if there is none."""

    path: Path
    parent: Any = None

    def show(self) -> None:
        path = self.path.resolve()
        if not open_file(path):
            TextWindow(path.name, [not_opened(path)], self.parent).show()


def not_opened(path: Path) -> str:
    """The sentence for a file that no program opens; the place of one that is gone is said too."""
    if not path.exists():
        return f"There is no {path.name} in {path.parent}."
    return f"{path.name} could not be opened by a program of this desktop: {path}"


def open_file(path: Path) -> bool:
    """Whether the desktop's program for a file opens it."""
    program = shutil.which("xdg-open")
    return path.exists() and program is not None and _starts(program, str(path))


def open_page(path: Path) -> bool:
    """Whether the browser of the desktop opens a page, else any that is installed."""
    browsers = filter(None, map(shutil.which, _BROWSERS))
    return open_file(path) or (
        path.exists() and any(_starts(browser, path.as_uri()) for browser in browsers)
    )


def _starts(program: str, argument: str) -> bool:
    """Whether a program runs, or has ended without an error."""
    process = subprocess.Popen(
        [program, argument], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    try:
        return process.wait(_SECONDS) == 0
    except subprocess.TimeoutExpired:
        # It may run as long as the file is shown, and is no zombie after that.
        threading.Thread(target=process.wait, daemon=True).start()
        return True
