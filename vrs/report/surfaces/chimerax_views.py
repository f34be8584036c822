"""Runs ChimeraX without a window on surfaces and reads the pictures that it saves."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List, Mapping, Sequence, Tuple

import numpy as np
import numpy.typing as npt
from matplotlib.image import imread

from vrs.engines.running import bad_end, last_lines, run_limited
from vrs.maps import DensityMap, write_map
from vrs.maps.printing import count
from vrs.report.figures.plots import CannotDraw
from vrs.report.surfaces.chimerax_script import Colouring, lift, surface_commands
from vrs.report.surfaces.scene import Scene

CHIMERAX = "ChimeraX"
_OPTIONS = ("--offscreen", "--nocolor", "--exit")
_SCRIPT = "views.cxc"

_LIGHT = "lighting simple depthCue false"
"""Without shadows, which take most of the time where no graphics card draws them."""

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
    """Pictures of every scene.

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
        Seconds after which it is ended, with all processes that it started.

    Raises
    ------
    CannotDraw
        If ChimeraX did not draw all of them, with the reason as what it did: "took more than 60
        seconds".
    """
    widths = [max(scene.volume.shape) * scene.voxel_size for scene in scenes]
    lines = [f"windowsize {pixels} {pixels}"]
    for number, (scene, width) in enumerate(zip(scenes, widths)):
        lines += [*_commands(number, scene, views, folder), _LIGHT]
        lines += _saving(number, len(views), width, pixels)
    script = folder / _SCRIPT
    script.write_text("\n".join(lines) + "\n", encoding="utf-8")
    command = [str(program), *_OPTIONS, str(script)]
    try:
        ended = run_limited(command, folder, time_limit, _without_python(environment))
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise CannotDraw(f"could not be started ({why})") from error
    if ended.status is None:
        raise CannotDraw(f"took more than {count(time_limit, 'second')}")
    # Its exit status is not asked for: pictures that are all there and right are what counts.
    try:
        return [
            ([_picture(folder / _name(number, view), pixels) for view in range(len(views))], width)
            for number, width in enumerate(widths)
        ]
    except CannotDraw as problem:
        end, printed = bad_end(ended, ""), last_lines(ended, folder, 1)
        shown = f"{f'it {end}; ' if end else ''}{printed}"
        raise CannotDraw(f"{problem} ({shown})") from problem


def _without_python(environment: Mapping[str, str]) -> Dict[str, str]:
    """The variables without those of Python, as ChimeraX has a Python of its own."""
    return {name: value for name, value in environment.items() if not name.startswith("PYTHON")}


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


def _picture(file: Path, pixels: int) -> npt.NDArray[Any]:
    """A picture without its opacity; raises CannotDraw if it is not what was asked for."""
    if not file.exists():
        raise CannotDraw("did not save every picture")
    try:
        picture = np.asarray(imread(file))[..., :3]
    except (OSError, ValueError, SyntaxError) as error:
        raise CannotDraw("saved a damaged picture") from error
    if picture.shape != (pixels, pixels, 3):
        raise CannotDraw("saved a picture of another size")
    if (picture == picture[0, 0]).all():
        raise CannotDraw("saved a blank picture")
    return picture
