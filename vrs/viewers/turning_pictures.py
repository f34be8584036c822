"""Pictures of a surface from a process that draws them, asked for one at a time."""

from __future__ import annotations

import os
import queue
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import IO, Any, Dict, List, Optional

import numpy as np

from vrs.report.surfaces.child import command_of, with_package
from vrs.report.surfaces.scene import Scene
from vrs.report.surfaces.views import BACK_ENDS, COLOURS

_MODULE = "vrs.report.surfaces.turning"


class TurningPictures:
    """The pictures of a scene; ``ask`` for one, and ``answer`` has it as soon as it is drawn.

    Where one way of VTK to draw fails, the next one is tried. ``failed`` is True if none works.
    """

    def __init__(self, scene: Scene) -> None:
        self.failed = False
        self._file = _saved(scene)
        self._left = list(BACK_ENDS)
        self._pictures: "queue.Queue[Optional[bytes]]" = queue.Queue()
        self._asked: List[str] = []
        self._drawn = False
        self._start()

    def ask(self, commands: str) -> None:
        """Ask for the picture after some commands (see ``vrs.report.surfaces.turning``)."""
        self._asked.append(commands)
        self._send(commands)

    def answer(self) -> Optional[bytes]:
        """The oldest picture that was drawn and not taken yet, as PPM; None if there is none."""
        try:
            picture = self._pictures.get_nowait()
        except queue.Empty:
            return None
        if picture is not None:
            self._drawn = True
            # No other process will read it.
            self._file.unlink(missing_ok=True)
            return picture
        if self._left and not self._drawn:
            self._start()
            for commands in self._asked:
                self._send(commands)
        else:
            self.failed = True
        return None

    def close(self) -> None:
        """End the process."""
        self.process.terminate()
        self._file.unlink(missing_ok=True)

    def _start(self) -> None:
        back_end = self._left.pop(0)
        environment = with_package(os.environ)
        if back_end is not None:
            environment["VTK_DEFAULT_OPENGL_WINDOW"] = back_end
        self.process = subprocess.Popen(
            command_of(_MODULE, [str(self._file)]), env=environment, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        threading.Thread(target=_read, args=(self.process, self._pictures), daemon=True).start()

    def _send(self, commands: str) -> None:
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(f"{commands}\n".encode("ascii"))
            self.process.stdin.flush()
        except OSError:
            # Its end is among the pictures.
            pass


def _read(process: "subprocess.Popen[bytes]", pictures: "queue.Queue[Optional[bytes]]") -> None:
    """Hand on what a process draws, and None at its end."""
    assert process.stdout is not None
    picture = _picture(process.stdout)
    while picture is not None:
        pictures.put(picture)
        picture = _picture(process.stdout)
    process.wait()
    pictures.put(None)


def _picture(stream: IO[bytes]) -> Optional[bytes]:
    """The next picture in a stream; None at its end."""
    header = stream.readline()
    if not header:
        return None
    _, width, height, _ = header.split()
    size = 3 * int(width) * int(height)
    pixels = stream.read(size)
    return header + pixels if len(pixels) == size else None


def _saved(scene: Scene) -> Path:
    """A file with a scene, as ``vrs.report.surfaces.turning`` reads it."""
    content: Dict[str, Any] = {
        "volume": scene.volume, "voxel_size": scene.voxel_size, "contour": scene.contour,
    }  # fmt: skip
    if scene.colour is not None and scene.limits is not None:
        content.update(colour=scene.colour, limits=scene.limits, colours=COLOURS)
    descriptor, name = tempfile.mkstemp(prefix="vrs_scene_", suffix=".npz")
    with os.fdopen(descriptor, "wb") as stream:
        np.savez(stream, **content)
    return Path(name)
