"""A desk of its own: a virtual display with a window manager, a mouse and a camera."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import time
from pathlib import Path
from typing import Dict, List, Optional, Sequence

PROGRAMS = ("Xvfb", "openbox", "xauth", "xdotool", "import")
"""What it needs; ``import`` is that of ImageMagick."""

SIZE = "1500x950"


def missing_programs() -> List[str]:
    return [program for program in PROGRAMS if shutil.which(program) is None]


class Desk:
    """A display that only its owner may use, which lets Tk answer questions of another process."""

    def __init__(self, folder: Path, pictures: Path) -> None:
        self.pictures = pictures
        self.environment: Dict[str, str] = {}
        self._authority = folder / "Xauthority"
        self._processes: List[subprocess.Popen[str]] = []

    def __enter__(self) -> Desk:
        # One rule for any display: its number is known only when the server runs.
        server = self._start(
            ["Xvfb", "-displayfd", "1", "-screen", "0", f"{SIZE}x24", "-nolisten", "tcp",
             "-auth", str(self._authorize(":0"))],
            stdout=subprocess.PIPE,
        )  # fmt: skip
        assert server.stdout is not None
        display = f":{server.stdout.readline().strip()}"
        self._authorize(display)
        self.environment = {"DISPLAY": display, "XAUTHORITY": str(self._authority)}
        self._start(["openbox", "--sm-disable"])
        return self

    def __exit__(self, *reason: object) -> None:
        for process in reversed(self._processes):
            process.terminate()
            process.wait()

    def _authorize(self, display: str) -> Path:
        if not hasattr(self, "_cookie"):
            self._cookie = secrets.token_hex(16)
            self._authority.touch(mode=0o600)
        rule = ["xauth", "-q", "-f", self._authority, "add", display, ".", self._cookie]
        subprocess.run(rule, check=True)
        return self._authority

    def _start(
        self, command: Sequence[str], stdout: Optional[int] = subprocess.DEVNULL
    ) -> "subprocess.Popen[str]":
        environment = {**os.environ, **self.environment}
        process = subprocess.Popen(
            command, env=environment, stdout=stdout, stderr=subprocess.DEVNULL, text=True
        )
        self._processes.append(process)
        return process

    def mouse(self, *words: object) -> None:
        """Let xdotool move, click or type."""
        environment = {**os.environ, **self.environment}
        subprocess.run(["xdotool", *map(str, words)], env=environment, check=True, timeout=20)

    def click(self, x: int, y: int, times: int = 1, button: int = 1) -> None:
        """Click at a place of the screen, in pixels from its upper left corner."""
        self.mouse("mousemove", x, y)
        # A widget is told that the mouse has come before it is pressed.
        time.sleep(0.1)
        self.mouse("click", "--repeat", times, "--delay", 60, button)

    def type(self, text: str) -> None:
        self.mouse("type", "--delay", 15, text)

    def picture(self, name: str, window: Optional[str] = None) -> Path:
        """A picture of the screen, or of one window by its title, kept for whoever looks at it."""
        self.pictures.mkdir(parents=True, exist_ok=True)
        file = self.pictures / f"{name}.png"
        environment = {**os.environ, **self.environment}
        taken = ["import", "-window", window or "root", str(file)]
        subprocess.run(taken, env=environment, check=True, timeout=30)
        return file
