"""Three views of isosurfaces: VTK in a child process, or a plain picture where it cannot draw."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

import numpy as np
import numpy.typing as npt
from matplotlib import rc_context
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure as Canvas
from matplotlib.image import imread
from matplotlib.ticker import MaxNLocator

from vrs.report.figures import STYLE, Drawing
from vrs.report.ray_casting import cast
from vrs.report.scene import Scene, Surface, make_scene

VIEWS = ((0.0, -90.0, -90.0), (-90.0, 0.0, -90.0), (0.0, 0.0, 0.0))
"""Turns in degrees about the screen's x, y and z axes, in this order, of a map seen along -Z."""

COLOUR_MAP = "viridis"
_PACKAGE_FOLDER = Path(__file__).resolve().parents[2]
_PIXELS = 700
_VIEW = 1.95
"""Width of the picture of a view in inches."""

_TIME_LIMIT = 120.0
_BACK_ENDS: Tuple[Optional[str], ...] = (
    ("vtkEGLRenderWindow", "vtkOSOpenGLRenderWindow") if sys.platform == "linux" else (None,)
)

Picture = npt.NDArray[Any]


@dataclass
class Views:
    """Pictures of the three views, each ``width`` Å wide, and what the caption has to say."""

    pictures: List[Picture]
    width: float
    notes: List[str] = field(default_factory=list)


def draw_surfaces(
    surfaces: Sequence[Surface], environment: Optional[Mapping[str, str]] = None
) -> List[Drawing]:
    """Draw all surfaces in one child process.

    Parameters
    ----------
    surfaces : sequence of Surface
        Each must have at least one voxel at or above its contour level (see ``check_surface``).
    environment : mapping, optional
        Environment of the child process; by default that of this process.
    """
    scenes = [make_scene(surface) for surface in surfaces]
    views = _rendered(scenes, os.environ if environment is None else environment)
    return [
        _composed(surface, scene, view) for surface, scene, view in zip(surfaces, scenes, views)
    ]


def _rendered(scenes: Sequence[Scene], environment: Mapping[str, str]) -> List[Views]:
    """Views of every scene, by the first back end of VTK that draws it or else by ray casting."""
    if not scenes:
        return []
    views: Dict[int, Views] = {}
    with tempfile.TemporaryDirectory(prefix="vrs_surface_") as scratch:
        folder = Path(scratch)
        jobs = [_job(scene, folder / f"surface_{index}") for index, scene in enumerate(scenes)]
        for back_end in _BACK_ENDS:
            missing = [job for index, job in enumerate(jobs) if index not in views]
            if not missing:
                break
            ended = _run_child(missing, folder, back_end, environment)
            views.update(_finished(scenes, jobs))
            if not ended:
                break
    for index, scene in enumerate(scenes):
        if index not in views:
            views[index] = _plain_views(scene)
    return [views[index] for index in range(len(scenes))]


def _job(scene: Scene, prefix: Path) -> Dict[str, Any]:
    volume_file, colour_file = f"{prefix}_volume.npy", f"{prefix}_colour.npy"
    np.save(volume_file, scene.volume)
    if scene.colour is not None:
        np.save(colour_file, scene.colour)
    return {
        "prefix": str(prefix),
        "volume": volume_file,
        "voxel_size": scene.voxel_size,
        "contour": scene.contour,
        "colour": "" if scene.colour is None else colour_file,
        "colour_map": COLOUR_MAP,
        "limits": scene.limits,
        "views": VIEWS,
        "pixels": _PIXELS,
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
    paths = [variables.get("PYTHONPATH", ""), str(_PACKAGE_FOLDER)]
    variables["PYTHONPATH"] = os.pathsep.join(path for path in paths if path)
    if back_end is not None:
        variables["VTK_DEFAULT_OPENGL_WINDOW"] = back_end
    command = [sys.executable, "-m", "vrs.report.render_surface", str(job_file)]
    try:
        subprocess.run(
            command,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_TIME_LIMIT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False
    return True


def _finished(scenes: Sequence[Scene], jobs: Sequence[Dict[str, Any]]) -> Dict[int, Views]:
    views = {}
    for index, (scene, job) in enumerate(zip(scenes, jobs)):
        result = Path(f"{job['prefix']}.json")
        if result.exists():
            pictures = [imread(f"{job['prefix']}_{view}.png") for view in (1, 2, 3)]
            width = json.loads(result.read_text(encoding="utf-8"))["width"]
            views[index] = Views(pictures, width, _binning_notes(scene))
    return views


def _plain_views(scene: Scene) -> Views:
    pictures, width = cast(
        scene.volume, scene.voxel_size, scene.contour, VIEWS, scene.colour, scene.limits, COLOUR_MAP
    )
    note = "Drawn by plain ray casting, as VTK could not draw here."
    return Views(pictures, width, [note, *_binning_notes(scene)])


def _binning_notes(scene: Scene) -> List[str]:
    if scene.binning == 1:
        return []
    return [f"Binned {scene.binning} times for the picture."]


def _composed(surface: Surface, scene: Scene, views: Views) -> Drawing:
    """The three pictures side by side with titles, a scale bar and the colour scale."""
    bar = _round_length(views.width / 3.0)
    size = _VIEW
    title, below = 0.24, 0.3 if scene.limits is None else 0.62
    height = size + title + below
    with rc_context(STYLE):
        canvas = Canvas(figsize=(3.0 * size, height))
        for index, (picture, angles) in enumerate(zip(views.pictures, VIEWS)):
            axes = canvas.add_axes((index / 3.0, below / height, 1 / 3.0, size / height))
            axes.imshow(picture, extent=(0.0, views.width, 0.0, views.width))
            axes.set_axis_off()
            turns = ", ".join(f"{angle:.0f}°".replace("-", "−") for angle in angles)
            axes.set_title(f"View {index + 1} ({turns})", pad=3)
        across = bar / views.width / 3.0
        scale = canvas.add_axes((0.03, (below - 0.08) / height, across, 0.035 / height))
        scale.set_facecolor("black")
        scale.set_xticks([])
        scale.set_yticks([])
        scale.set_xlabel(f"{bar:g} Å", labelpad=2)
        if scene.limits is not None:
            colours = ScalarMappable(Normalize(*scene.limits), COLOUR_MAP)
            place = canvas.add_axes((0.3, (below - 0.2) / height, 0.4, 0.1 / height))
            bar_of_colours = canvas.colorbar(colours, cax=place, orientation="horizontal")
            bar_of_colours.locator = MaxNLocator(nbins=5, steps=[1, 2, 5, 10])
            bar_of_colours.update_ticks()
            bar_of_colours.set_label(surface.colour_label)
    details: Dict[str, Any] = {"contour": surface.contour, "views": [list(v) for v in VIEWS]}
    details["scale_bar"] = bar
    notes = [f"Contour level {surface.contour:.6g}."]
    if scene.limits is not None:
        low, high = scene.limits
        details["colour_limits"] = [low, high]
        notes.append(f"Colours from {low:.3g} to {high:.3g} in all views; grey: no value.")
    thumbnail = views.pictures[0] if surface.colour is None else None
    return Drawing(canvas, " ".join([*notes, *views.notes]), details, thumbnail)


def _round_length(length: float) -> float:
    """The largest of 1, 2, 5, 10, 20, 50, ... that is not above ``length``."""
    power = 10.0 ** np.floor(np.log10(length))
    return float(max(step * power for step in (1.0, 2.0, 5.0) if step * power <= length))
