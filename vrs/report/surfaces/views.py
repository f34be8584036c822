"""Pictures of surfaces from several sides: by ChimeraX if it is installed, else by this package."""

from __future__ import annotations

import os
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, List, Mapping, Optional, Sequence, Union

import numpy.typing as npt

from vrs.engines import chimerax
from vrs.maps.printing import entered
from vrs.report.figures.plots import CannotDraw
from vrs.report.surfaces.chimerax_views import CHIMERAX, chimerax_pictures
from vrs.report.surfaces.render import Painter, width
from vrs.report.surfaces.scene import Scene

VIEWS = ((0.0, -90.0, -90.0), (-90.0, 0.0, -90.0), (0.0, 0.0, 0.0))
"""Turns in degrees about the screen's x, y and z axes, in this order, of a map seen along -Z."""

BUILT_IN = "built-in"
PIXELS = 640
"""Width and height of the picture of a view."""

SMALLEST_WIDTH = 0.1
"""Voxels that a view is wide at least."""

CHIMERAX_TIME_LIMIT = 60.0
"""Seconds that ChimeraX may take for all surfaces."""

Picture = npt.NDArray[Any]


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
        Environment of ChimeraX; by default that of this process.
    """
    variables = os.environ if environment is None else environment
    program = chimerax.program()
    drawn: List[Views] = []
    failed = False
    if scenes and program is not None and sys.platform == "linux":  # elsewhere it needs a window
        drawn = _by_chimerax(program, scenes, variables)
        failed = not drawn
    painter = Painter(VIEWS, PIXELS)
    result: List[Union[Views, CannotDraw]] = []
    for index, scene in enumerate(scenes):
        shown = width(scene)
        if shown < SMALLEST_WIDTH * scene.voxel_size:
            # A mere point, as at the maximum of the map.
            level = entered(scene.contour)
            result.append(
                CannotDraw(f"the surface at the contour level {level} is smaller than a voxel")
            )
            continue
        views = drawn[index] if drawn else Views(list(painter.paint(scene)), shown, BUILT_IN)
        if views.drawn_by == CHIMERAX:
            views.notes.append(f"Drawn by {CHIMERAX}.")
        elif failed:
            views.notes.append(f"{CHIMERAX} failed on this computer.")
        if scene.binning > 1:
            views.notes.append(f"Binned by {scene.binning} for the picture.")
        result.append(views)
    return result


def _by_chimerax(
    program: Path, scenes: Sequence[Scene], environment: Mapping[str, str]
) -> List[Views]:
    """Views of all scenes, or of none if ChimeraX left out a single picture."""
    with tempfile.TemporaryDirectory(prefix="vrs_surface_") as scratch:
        drawn = chimerax_pictures(
            program, scenes, VIEWS, PIXELS, Path(scratch), environment, CHIMERAX_TIME_LIMIT
        )
    return [Views(pictures, across, CHIMERAX) for pictures, across in drawn]
