"""Runs ChimeraX without a window on surfaces and reads the pictures that it saves."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any, List, Mapping, Sequence, Tuple

import numpy as np
import numpy.typing as npt
from matplotlib.image import imread

from vrs.maps import DensityMap, write_map
from vrs.report.surfaces.chimerax_script import Colouring, lift, surface_commands
from vrs.report.surfaces.scene import Scene

CHIMERAX = "ChimeraX"
_OPTIONS = ("--offscreen", "--nocolor", "--exit")
_SCRIPT = "views.cxc"

Pictures = Tuple[List[npt.NDArray[Any]], float]
"""Pictures of the views of a scene, and their common width in Å."""


def chimerax_pictures(
    program: Path,
    scenes: Sequence[Scene],
    views: Sequence[Sequence[float]],
    pixels: int,
    folder: Path,
    environment: Mapping[str, str],
    time_limit: float,
) -> List[Pictures]:
    """Pictures of every scene, or an empty list if ChimeraX did not make all of them.

    Parameters
    ----------
    program : Path
        The executable.
    scenes : sequence of Scene
    views : sequence of 3 angles
        Turns about the screen's x, y and z axes, in degrees.
    pixels : int
        Width and height of a picture.
    folder : Path
        For the script, the maps and the pictures.
    environment : mapping
        Environment of the process.
    time_limit : float
        Seconds after which it is ended.
    """
    widths = [max(scene.volume.shape) * scene.voxel_size for scene in scenes]
    lines = [f"windowsize {pixels} {pixels}"]
    for number, (scene, width) in enumerate(zip(scenes, widths)):
        lines += _commands(number, scene, views, folder)
        lines += _saving(number, len(views), width, pixels)
    script = folder / _SCRIPT
    script.write_text("\n".join(lines) + "\n", encoding="utf-8")
    try:
        subprocess.run(
            [str(program), *_OPTIONS, str(script)],
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=time_limit,
            check=False,
        )
        return [
            ([_picture(folder / _name(number, view)) for view in range(len(views))], width)
            for number, width in enumerate(widths)
        ]
    except (OSError, subprocess.TimeoutExpired, ValueError, SyntaxError):
        return []  # not started, too slow, or pictures that are missing or unreadable


def _commands(
    number: int, scene: Scene, views: Sequence[Sequence[float]], folder: Path
) -> List[str]:
    """Commands that show a scene; its maps are written."""
    file = f"surface_{number}.mrc"
    write_map(folder / file, DensityMap(scene.volume, scene.voxel_size))
    colouring = None
    if scene.colour is not None and scene.limits is not None:
        lifted = scene.colour + np.float32(lift(scene.limits))
        values = np.where(np.isfinite(lifted), lifted, np.float32(0.0))
        colouring = Colouring(f"colour_{number}.mrc", scene.limits, lifted=True)
        write_map(folder / colouring.file, DensityMap(values, scene.voxel_size))
    return surface_commands(file, scene.contour, views, colouring)


def _saving(number: int, views: int, width: float, pixels: int) -> List[str]:
    """Commands that save the views, all at the same scale."""
    lines = []
    for view in range(views):
        lines += [
            f"view view{view + 1}",
            f"zoom pixelSize {width / pixels:.6g}",
            f"save {_name(number, view)} width {pixels} height {pixels} supersample 2",
        ]
    return lines


def _name(number: int, view: int) -> str:
    return f"picture_{number}_{view}.png"


def _picture(file: Path) -> npt.NDArray[Any]:
    """A picture without its opacity."""
    return np.asarray(imread(file))[..., :3]
