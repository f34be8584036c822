"""A coloured surface in a window that turns, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict

import numpy as np
from pyworkflow.viewer import View

from vrs.maps.printing import number
from vrs.report.surfaces.child import command_of, with_package
from vrs.report.surfaces.scene import Scene
from vrs.report.surfaces.views import COLOURS
from vrs.viewers.windows import TextWindow

_MODULE = "vrs.report.surfaces.turning"
_SECONDS = 120.0
"""How long the process is watched; a window that opened stays longer."""

_EVERY = 500
"""Milliseconds."""


@dataclass(eq=False)
class TurningView(View):  # type: ignore[misc]
    """A surface that is turned with the mouse; says so if nothing here can draw it."""

    title: str
    scene: Scene
    parent: Any = None

    def show(self) -> None:
        self._file = saved(self.scene)
        self.process = subprocess.Popen(
            command_of(_MODULE, [str(self._file), self._words()]), env=with_package(os.environ),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self._waited = 0
        if self.parent is not None:
            self.parent.after(_EVERY, self._watch)

    def _words(self) -> str:
        """The title, with what the colours are."""
        if self.scene.limits is None:
            return self.title
        low, high = self.scene.limits
        return f"{self.scene.colour_label} from {number(low)} to {number(high)} - {self.title}"

    def _watch(self) -> None:
        """Say that the process failed, once it has."""
        status = self.process.poll()
        self._waited += _EVERY
        if status is None:
            # The scene is removed when it has been read and drawn.
            if self._file.exists() and self._waited < 1000 * _SECONDS:
                self.parent.after(_EVERY, self._watch)
        elif self._file.exists():
            self._file.unlink()
            reason = "VTK cannot draw in a window on this computer; the slices show the same map."
            TextWindow(self.title, [reason], self.parent).show()


def saved(scene: Scene) -> Path:
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
