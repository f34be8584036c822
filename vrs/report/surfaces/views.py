"""Pictures of surfaces from several sides, by a child process: ChimeraX if installed, else VTK."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple, Union

import numpy as np
import numpy.typing as npt
from matplotlib import colormaps

from vrs.engines import chimerax
from vrs.maps.printing import entered
from vrs.report.figures.plots import CannotDraw
from vrs.report.surfaces.child import run_child
from vrs.report.surfaces.chimerax_script import COLOUR_MAP
from vrs.report.surfaces.chimerax_views import CHIMERAX, chimerax_pictures
from vrs.report.surfaces.scene import Scene

VIEWS = ((0.0, -90.0, -90.0), (-90.0, 0.0, -90.0), (0.0, 0.0, 0.0))
"""Turns in degrees about the screen's x, y and z axes, in this order, of a map seen along -Z."""

VTK = "VTK"
PIXELS = 640
"""Width and height of the picture of a view."""

SMALLEST_WIDTH = 0.1
"""Voxels that a view is wide at least."""

TIME_LIMIT = 120.0
CHIMERAX_TIME_LIMIT = 60.0
"""Seconds that VTK and ChimeraX may take for all surfaces."""

_RENDER = "vrs.report.surfaces.render"
BACK_ENDS: Tuple[Optional[str], ...] = (
    ("vtkEGLRenderWindow", "vtkOSOpenGLRenderWindow") if sys.platform == "linux" else (None,)
)
"""Ways of VTK to draw, tried in turn; None is its own choice."""

Picture = npt.NDArray[Any]

COLOURS = np.rint(255 * colormaps[COLOUR_MAP](np.arange(256))[:, :3]).astype(int).tolist()
"""Red, green and blue of the parts of the colour scale."""


@dataclass
class Views:
    """Pictures of the views, each ``width`` Å wide, who drew them, and notes for the caption."""

    pictures: List[Picture]
    width: float
    drawn_by: str
    notes: List[str] = field(default_factory=list)


def draw_views(
    scenes: Sequence[Scene], environment: Optional[Mapping[str, str]] = None
) -> List[Union[Views, CannotDraw]]:
    """Draw every scene from all sides, or say why that is impossible.

    Parameters
    ----------
    scenes : sequence of Scene
    environment : mapping, optional
        Environment of the child processes; by default that of this process.
    """
    if not scenes:
        return []
    variables = os.environ if environment is None else environment
    drawn: Dict[int, Views] = {}
    reason = ""
    with tempfile.TemporaryDirectory(prefix="vrs_surface_") as scratch:
        program = chimerax.program()
        if program is not None and sys.platform == "linux":  # elsewhere it needs a window
            try:
                drawn = _by_chimerax(program, scenes, Path(scratch), variables)
            except CannotDraw as problem:
                reason = f"{CHIMERAX} {problem}"
        if not drawn:
            drawn = views_by_vtk(scenes, Path(scratch), variables)
    failures = [*filter(None, [reason]), f"{VTK} failed on this computer"]
    failure = CannotDraw(", and ".join(failures))
    for index, views in drawn.items():
        if reason:
            views.notes.append(f"Drawn by {VTK}, as {reason}.")
        elif views.drawn_by == CHIMERAX:
            views.notes.append(f"Drawn by {CHIMERAX}.")
        if scenes[index].binning > 1:
            views.notes.append(f"Binned by {scenes[index].binning} for the picture.")
    return [
        _visible(drawn[index], scene) if index in drawn else failure
        for index, scene in enumerate(scenes)
    ]


def _visible(views: Views, scene: Scene) -> Union[Views, CannotDraw]:
    """The views, unless their surface is a mere point, as at the maximum of the map."""
    if views.width >= SMALLEST_WIDTH * scene.voxel_size:
        return views
    return CannotDraw(
        f"the surface at the contour level {entered(scene.contour)} is smaller than a voxel"
    )


def _by_chimerax(
    program: Path, scenes: Sequence[Scene], folder: Path, environment: Mapping[str, str]
) -> Dict[int, Views]:
    """Views of all scenes; raises CannotDraw if ChimeraX did not draw every one of them."""
    drawn = chimerax_pictures(
        program, scenes, VIEWS, PIXELS, folder, environment, CHIMERAX_TIME_LIMIT
    )
    return {
        index: Views(pictures, width, CHIMERAX) for index, (pictures, width) in enumerate(drawn)
    }


def views_by_vtk(
    scenes: Sequence[Scene], folder: Path, environment: Mapping[str, str]
) -> Dict[int, Views]:
    """Views of the scenes that a back end of VTK could draw."""
    jobs = [_job(scene, folder / f"surface_{index}.npz") for index, scene in enumerate(scenes)]
    drawn: Dict[int, Views] = {}
    for back_end in BACK_ENDS:
        missing = [job for index, job in enumerate(jobs) if index not in drawn]
        if not missing:
            break
        ended = _run_child(missing, folder, back_end, environment)
        for index, job in enumerate(jobs):
            if Path(job["result"]).exists():
                result = np.load(job["result"])
                drawn[index] = Views(list(result["pictures"]), float(result["width"]), VTK)
        if not ended:
            break
    return drawn


def _job(scene: Scene, file: Path) -> Dict[str, Any]:
    """The volumes of a scene, saved, and how to draw it (see ``render``)."""
    volumes = {"volume": scene.volume}
    if scene.colour is not None:
        volumes["colour"] = scene.colour
    np.savez(file, **volumes)
    return {
        "scene": str(file),
        "result": str(file.with_suffix(".drawn.npz")),
        "voxel_size": scene.voxel_size,
        "contour": scene.contour,
        "colours": COLOURS,
        "limits": scene.limits,
        "views": VIEWS,
        "pixels": PIXELS,
    }


def _run_child(
    jobs: Sequence[Dict[str, Any]],
    folder: Path,
    back_end: Optional[str],
    environment: Mapping[str, str],
) -> bool:
    """Let a child draw what it can and return whether it ended in time.

    The pictures that it leaves out show that it failed or crashed.
    """
    job_file = folder / "job.json"
    job_file.write_text(json.dumps(list(jobs)), encoding="utf-8")
    variables = dict(environment)
    if back_end is not None:
        variables["VTK_DEFAULT_OPENGL_WINDOW"] = back_end
    try:
        run_child(_RENDER, [str(job_file)], folder, variables, TIME_LIMIT)
    except subprocess.TimeoutExpired:
        return False
    return True
