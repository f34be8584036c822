"""Draws every figure of the report into files; what cannot be drawn is said in its caption."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Dict, List, Mapping, Optional, Sequence, Tuple

from vrs.checks.curves import Curve
from vrs.checks.figures import Figure, HistogramFigure, LineFigure, SliceFigure, SurfaceFigure
from vrs.checks.result import Check
from vrs.maps import DensityMap
from vrs.report.figures import plots as figures
from vrs.report.figures.plots import CannotDraw, Drawing
from vrs.report.figures.slices import Outline, draw_slices
from vrs.report.model import DrawnFigure
from vrs.report.surfaces.chimerax_script import MASKS, scene_file
from vrs.report.surfaces.composition import compose
from vrs.report.surfaces.scene import Scene, Surface, make_scene
from vrs.report.surfaces.views import draw_views
from vrs.report.text.alt_text import alt_text
from vrs.report.text.words import sentence

FOLDER = "figures"


def draw_all(
    checks: Sequence[Check],
    shared_volumes: Mapping[str, DensityMap],
    contour: float,
    report_folder: Path,
    environment: Optional[Mapping[str, str]] = None,
) -> List[Tuple[DrawnFigure, ...]]:
    """Draw the figures of all checks, numbered through, into ``report_folder``/figures.

    A child process draws the surfaces while this one draws the rest.

    Parameters
    ----------
    checks : sequence of Check
        In the order of the report.
    shared_volumes : mapping
        The prepared maps; a map of the check itself goes before one of the same name.
    contour : float
        Level of every isosurface, and of the outlines for which no other is given.
    report_folder : Path
    environment : mapping, optional
        Environment of the process that draws surfaces.

    Returns
    -------
    list of tuples of DrawnFigure
        One tuple a check.
    """
    (report_folder / FOLDER).mkdir(parents=True, exist_ok=True)
    drawn: Dict[int, DrawnFigure] = {}
    surfaces: Dict[int, Tuple[SurfaceFigure, Surface, Scene]] = {}
    others: List[Tuple[int, Check, Figure]] = []
    for number, check, figure in _numbered(checks):
        if not isinstance(figure, SurfaceFigure):
            others.append((number, check, figure))
            continue
        try:
            surface = _surface(figure, contour, {**shared_volumes, **check.volumes})
            surfaces[number] = figure, surface, make_scene(surface)
        except CannotDraw as problem:
            drawn[number] = _not_drawn(figure, number, problem)
    with ThreadPoolExecutor(max_workers=1) as background:
        scenes = [scene for _, _, scene in surfaces.values()]
        waiting = background.submit(draw_views, scenes, environment)
        for number, check, figure in others:
            volumes = {**shared_volumes, **check.volumes}
            try:
                drawing = draw_figure(figure, volumes, check.curves, contour)
                drawn[number] = _drawn(figure, number, drawing, report_folder)
            except CannotDraw as problem:
                drawn[number] = _not_drawn(figure, number, problem)
        views = waiting.result()
    for (number, (shown, surface, scene)), view in zip(surfaces.items(), views):
        drawn[number] = _drawn(shown, number, compose(surface, scene, view), report_folder)
    numbers = iter(sorted(drawn))
    return [tuple(drawn[next(numbers)] for _ in check.figures) for check in checks]


def draw_figure(
    figure: Figure,
    volumes: Mapping[str, DensityMap],
    curves: Mapping[str, Curve],
    contour: Optional[float],
) -> Drawing:
    """Draw a figure that is not a surface.

    Parameters
    ----------
    figure : Figure
    volumes : mapping
        The volumes that it may name.
    curves : mapping
        The curves that it may name.
    contour : float or None
        The contour level given for the map; None draws no line that needs it.

    Raises
    ------
    CannotDraw
        If what it names is missing or empty.
    """
    if isinstance(figure, SliceFigure):
        volume = _volume(figure.volume, volumes)
        return draw_slices(figure, volume, _outline(figure, volumes, contour))
    if isinstance(figure, LineFigure):
        return figures.draw_lines(figure, _curve(figure.curve, curves))
    if isinstance(figure, HistogramFigure):
        return figures.draw_histogram(figure, _curve(figure.curve, curves))
    raise TypeError(f"the report cannot draw a {type(figure).__name__}")


def _numbered(checks: Sequence[Check]) -> List[Tuple[int, Check, Figure]]:
    every = [(check, figure) for check in checks for figure in check.figures]
    return [(number, check, figure) for number, (check, figure) in enumerate(every, start=1)]


def _outline(
    figure: SliceFigure, volumes: Mapping[str, DensityMap], contour: Optional[float]
) -> Optional[Outline]:
    """What is drawn over slices as a line, if anything."""
    level = contour if figure.outline_level is None else figure.outline_level
    if not figure.outline or level is None:
        return None
    data = _volume(figure.outline, volumes).data
    name = figure.outline.replace("_", " ")
    if figure.outline_level is not None:
        return Outline(data, level, f"the border of the {name}")
    what = "" if figure.outline == figure.volume else f"the {name} at "
    return Outline(data, level, f"{what}the contour level {level:.6g}")


def _surface(figure: SurfaceFigure, contour: float, volumes: Mapping[str, DensityMap]) -> Surface:
    volume = _volume(figure.volume, volumes)
    if not figure.colour:
        return Surface(volume, contour)
    mask = volumes.get(MASKS.get(figure.volume, ""))
    if mask is not None and mask.data.shape != volume.data.shape:
        mask = None
    colour = _volume(figure.colour, volumes)
    return Surface(volume, contour, colour, mask, figure.colour_label, figure.limits)


def _volume(name: str, volumes: Mapping[str, DensityMap]) -> DensityMap:
    if name not in volumes:
        raise CannotDraw(f"the volume “{name}” is missing")
    return volumes[name]


def _curve(name: str, curves: Mapping[str, Curve]) -> Curve:
    if name not in curves:
        raise CannotDraw(f"the curve “{name}” is missing")
    return curves[name]


def _drawn(figure: Figure, number: int, drawing: Drawing, report_folder: Path) -> DrawnFigure:
    """Save a drawing; what the report says about it."""
    file = f"{FOLDER}/figure_{number:02d}.pdf"
    figures.save(drawing, report_folder / file)
    thumbnail = ""
    if drawing.thumbnail is not None:
        thumbnail = f"{FOLDER}/figure_{number:02d}_thumbnail.png"
        figures.save_opaque(drawing.thumbnail, report_folder / thumbnail)
    note = drawing.note
    if isinstance(figure, SurfaceFigure):
        note += f" ChimeraX opens this scene with {scene_file(file)}."
    return DrawnFigure(
        figure,
        number,
        f"{sentence(figure.caption)} {note}".strip(),
        file,
        drawing.details,
        thumbnail,
        alt_text(figure, drawing.details),
    )


def _not_drawn(figure: Figure, number: int, problem: CannotDraw) -> DrawnFigure:
    caption = f"{sentence(figure.caption)} Not drawn: {problem}."
    return DrawnFigure(figure, number, caption.strip())
