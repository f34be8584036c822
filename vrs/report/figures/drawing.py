"""Draws every figure of the report; the caption of one that cannot be drawn says why."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Dict, List, Mapping, Optional, Sequence, Tuple

from vrs.checks.curves import Curve
from vrs.checks.figures import Figure, HistogramFigure, LineFigure, SliceFigure, SurfaceFigure
from vrs.checks.result import Result
from vrs.maps import DensityMap
from vrs.maps.printing import entered
from vrs.report import FIGURES
from vrs.report.figures import plots, saving
from vrs.report.figures.plots import CannotDraw, Drawing
from vrs.report.figures.slices import Frames, Outline, draw_slices
from vrs.report.model import DrawnFigure
from vrs.report.surfaces.chimerax_scene import MASKS, scene_file
from vrs.report.surfaces.composition import compose
from vrs.report.surfaces.scene import Scene, make_scene
from vrs.report.surfaces.views import draw_views
from vrs.report.text.alt_text import alt_text


def draw_all(
    results: Sequence[Result],
    shared_volumes: Mapping[str, DensityMap],
    contour: float,
    report_folder: Path,
    environment: Optional[Mapping[str, str]] = None,
    scripts: bool = True,
) -> List[Tuple[DrawnFigure, ...]]:
    """Draw the figures of all results, numbered through, into ``report_folder``/figures.

    A child process draws the surfaces while this one draws the rest.

    Parameters
    ----------
    results : sequence of Result
        In the order of the report.
    shared_volumes : mapping of str to DensityMap
        The prepared maps; a map of the result itself goes before one of the same name.
    contour : float
        Level of every isosurface, and of the outlines without a level of their own.
    report_folder : Path
    environment : mapping, optional
        Environment of the process that draws surfaces.
    scripts : bool
        Whether captions name the script for ChimeraX.

    Returns
    -------
    list of tuples of DrawnFigure
        One tuple per result.
    """
    (report_folder / FIGURES).mkdir(parents=True, exist_ok=True)
    sources = [(result, {**shared_volumes, **result.volumes}) for result in results]
    requests = [(figure, *source) for source in sources for figure in source[0].figures]
    drawn: Dict[int, DrawnFigure] = {}
    scenes: Dict[int, Scene] = {}
    frames: Frames = {}
    with ThreadPoolExecutor(max_workers=1) as background:
        for number, (figure, _, volumes) in enumerate(requests, start=1):
            if isinstance(figure, SurfaceFigure):
                try:
                    scenes[number] = scene_of(figure, contour, volumes)
                except CannotDraw as problem:
                    drawn[number] = _not_drawn(figure, number, problem)
        views = background.submit(draw_views, list(scenes.values()), environment)
        for number, (figure, result, volumes) in enumerate(requests, start=1):
            if not isinstance(figure, SurfaceFigure):
                try:
                    drawing = draw_figure(figure, volumes, result.curves, contour, frames)
                    drawn[number] = _drawn(figure, number, drawing, report_folder)
                except CannotDraw as problem:
                    drawn[number] = _not_drawn(figure, number, problem)
        for (number, scene), pictures in zip(scenes.items(), views.result()):
            figure = requests[number - 1][0]
            if isinstance(pictures, CannotDraw):
                drawn[number] = _not_drawn(figure, number, pictures)
            else:
                drawing = compose(scene, pictures)
                drawn[number] = _drawn(figure, number, drawing, report_folder, scripts)
    numbers = iter(sorted(drawn))
    return [tuple(drawn[next(numbers)] for _ in result.figures) for result in results]


def not_drawn(results: Sequence[Result]) -> List[Tuple[DrawnFigure, ...]]:
    """The figures of all results, numbered through, of a report that shows none."""
    numbers = count(1)
    return [
        tuple(DrawnFigure(figure, next(numbers), figure.caption) for figure in result.figures)
        for result in results
    ]


def draw_figure(
    figure: Figure,
    volumes: Mapping[str, DensityMap],
    curves: Mapping[str, Curve],
    contour: Optional[float],
    frames: Optional[Frames] = None,
) -> Drawing:
    """Draw a figure that is not a surface.

    Parameters
    ----------
    figure : Figure
    volumes : mapping of str to DensityMap
        The volumes that it may name.
    curves : mapping of str to Curve
        The curves that it may name.
    contour : float or None
        Contour level of the map; None draws no line that needs it.
    frames : dict, optional
        See ``draw_slices``.

    Raises CannotDraw if what it names is missing or empty.
    """
    if isinstance(figure, SliceFigure):
        volume = _volume(figure.volume, volumes)
        points = _curve(figure.points, curves) if figure.points else None
        outline = _outline(figure, volumes, contour)
        return draw_slices(figure, volume, outline, points, frames)
    if isinstance(figure, LineFigure):
        return plots.draw_lines(figure, _curve(figure.curve, curves))
    if isinstance(figure, HistogramFigure):
        return plots.draw_histogram(figure, _curve(figure.curve, curves))
    raise TypeError(f"the report cannot draw a {type(figure).__name__}")


def _drawn(
    figure: Figure, number: int, drawing: Drawing, report_folder: Path, script: bool = False
) -> DrawnFigure:
    """Save a drawing; what the report says about it."""
    stem = report_folder / FIGURES / f"figure_{number:02d}"
    file, vector = saving.save(drawing, stem)
    thumbnail = None
    if drawing.thumbnail is not None:
        thumbnail = stem.with_name(f"{stem.name}_thumbnail.jpg")
        saving.save_thumbnail(drawing.thumbnail, thumbnail)
    sentences = [figure.caption, drawing.note]
    if script:
        sentences.append(f"ChimeraX opens this scene with {scene_file(f'{FIGURES}/{file.name}')}.")
    return DrawnFigure(
        figure,
        number,
        " ".join(sentence for sentence in sentences if sentence),
        f"{FIGURES}/{file.name}",
        f"{FIGURES}/{vector.name}" if vector else None,
        f"{FIGURES}/{thumbnail.name}" if thumbnail else None,
        alt_text(figure, drawing.details),
        drawing.details,
    )


def _not_drawn(figure: Figure, number: int, problem: CannotDraw) -> DrawnFigure:
    return DrawnFigure(figure, number, f"{figure.caption} Not drawn: {problem}.")


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
    return Outline(data, level, f"{what}the contour level {entered(level)}")


def scene_of(figure: SurfaceFigure, contour: float, volumes: Mapping[str, DensityMap]) -> Scene:
    """What is drawn of a surface; raises CannotDraw if what it names is missing or empty."""
    volume = _volume(figure.volume, volumes)
    if not figure.colour:
        return make_scene(volume, contour)
    mask = volumes.get(MASKS.get(figure.volume, ""))
    # Where 0 is "no value", the values themselves say where they are, outside of the mask too.
    if figure.zero_is_none or (mask is not None and mask.data.shape != volume.data.shape):
        mask = None
    colour = _volume(figure.colour, volumes)
    scale = figure.colour_label, figure.limits
    return make_scene(volume, contour, colour, mask, *scale, figure.zero_is_none)


def _volume(name: str, volumes: Mapping[str, DensityMap]) -> DensityMap:
    if name not in volumes:
        raise CannotDraw(f"the volume “{name}” is missing")
    return volumes[name]


def _curve(name: str, curves: Mapping[str, Curve]) -> Curve:
    if name not in curves:
        raise CannotDraw(f"the curve “{name}” is missing")
    return curves[name]
