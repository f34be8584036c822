"""Draws every figure of the report into files; what cannot be drawn is said in its caption."""

from __future__ import annotations

from pathlib import Path
from typing import Dict, List, Mapping, Optional, Sequence, Tuple

import numpy as np
from matplotlib.image import imsave

from vrs.level0.check import Check, Curve
from vrs.level0.drawables import Figure, HistogramFigure, LineFigure, SliceFigure, SurfaceFigure
from vrs.maps import DensityMap, FloatArray
from vrs.maps.resample import nearest_on_grid
from vrs.report import figures
from vrs.report.figures import CannotDraw, Drawing
from vrs.report.model import DrawnFigure
from vrs.report.scene import Surface, check_surface
from vrs.report.surface import draw_surfaces
from vrs.report.words import sentence

FOLDER = "figures"
MASKS = {"map": "hard_mask", "resized_map": "resized_hard_mask"}
"""The prepared mask in which the values on the grid of a prepared map were measured."""

Problem = str


def draw_all(
    checks: Sequence[Check],
    shared_volumes: Mapping[str, DensityMap],
    contour: float,
    report_folder: Path,
    environment: Optional[Mapping[str, str]] = None,
) -> List[Tuple[DrawnFigure, ...]]:
    """Draw the figures of all checks, numbered through, into ``report_folder``/figures.

    Parameters
    ----------
    checks : sequence of Check
        In the order of the report.
    shared_volumes : mapping
        The prepared maps; a map of the check itself goes before one of the same name.
    contour : float
        Level of every isosurface.
    report_folder : Path
    environment : mapping, optional
        Environment of the process that draws surfaces.

    Returns
    -------
    list of tuples of DrawnFigure
        One tuple a check.
    """
    folder = report_folder / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    surfaces: Dict[int, Surface] = {}
    drawings: Dict[int, Drawing] = {}
    problems: Dict[int, Problem] = {}
    numbered = list(_numbered(checks))
    for number, check, figure in numbered:
        volumes = {**shared_volumes, **check.volumes}
        try:
            if isinstance(figure, SurfaceFigure):
                surfaces[number] = _surface(figure, contour, volumes)
            else:
                drawings[number] = _drawing(figure, volumes, check.curves)
        except CannotDraw as problem:
            problems[number] = str(problem)
    drawings.update(zip(surfaces, draw_surfaces(list(surfaces.values()), environment)))
    drawn: Dict[str, List[DrawnFigure]] = {check.id: [] for check in checks}
    for number, check, figure in numbered:
        drawn[check.id].append(
            _drawn(figure, number, drawings.get(number), problems.get(number, ""), report_folder)
        )
    return [tuple(drawn[check.id]) for check in checks]


def _numbered(checks: Sequence[Check]) -> List[Tuple[int, Check, Figure]]:
    every = [(check, figure) for check in checks for figure in check.figures]
    return [(number, check, figure) for number, (check, figure) in enumerate(every, start=1)]


def _drawing(
    figure: Figure, volumes: Mapping[str, DensityMap], curves: Mapping[str, Curve]
) -> Drawing:
    if isinstance(figure, SliceFigure):
        return figures.draw_slices(figure, _volume(figure.volume, volumes))
    if isinstance(figure, LineFigure):
        return figures.draw_lines(figure, _curve(figure.curve, curves))
    if isinstance(figure, HistogramFigure):
        return figures.draw_histogram(figure, _curve(figure.curve, curves))
    raise TypeError(f"the report cannot draw a {type(figure).__name__}")


def _surface(figure: SurfaceFigure, contour: float, volumes: Mapping[str, DensityMap]) -> Surface:
    volume = _volume(figure.volume, volumes)
    surface = Surface(volume, contour, _colour(figure, volumes), figure.colour_label, figure.limits)
    check_surface(surface)
    return surface


def _colour(figure: SurfaceFigure, volumes: Mapping[str, DensityMap]) -> Optional[FloatArray]:
    """The values that colour the surface, NaN outside the mask, where nothing was measured."""
    if not figure.colour:
        return None
    values = nearest_on_grid(_volume(figure.colour, volumes), _volume(figure.volume, volumes))
    mask = volumes.get(MASKS.get(figure.volume, ""))
    if mask is not None and mask.data.shape == values.shape:
        values[mask.data < 0.5] = np.nan
    return values


def _volume(name: str, volumes: Mapping[str, DensityMap]) -> DensityMap:
    if name not in volumes:
        raise CannotDraw(f"the volume “{name}” is missing")
    return volumes[name]


def _curve(name: str, curves: Mapping[str, Curve]) -> Curve:
    if name not in curves:
        raise CannotDraw(f"the curve “{name}” is missing")
    return curves[name]


def _drawn(
    figure: Figure, number: int, drawing: Optional[Drawing], problem: Problem, report_folder: Path
) -> DrawnFigure:
    caption = sentence(figure.caption)
    if drawing is None:
        return DrawnFigure(figure, number, f"{caption} Not drawn: {problem}.".strip())
    file = f"{FOLDER}/figure_{number:02d}.pdf"
    figures.save(drawing.canvas, report_folder / file)
    thumbnail = ""
    if drawing.thumbnail is not None:
        thumbnail = f"{FOLDER}/figure_{number:02d}_thumbnail.png"
        imsave(report_folder / thumbnail, drawing.thumbnail, metadata={"Software": None})
    note = f"{caption} {drawing.note}".strip()
    return DrawnFigure(figure, number, note, file, drawing.details, thumbnail)
