"""Pictures of a comparison that no report has: differences, and surfaces with one colour scale."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Any, Dict, Optional, Sequence, Tuple

import msgspec
import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from PIL import Image

from vrs.checks.figures import SurfaceFigure
from vrs.maps import FloatArray
from vrs.maps.slices import AXES, central_indices, slices_at
from vrs.report.compare.comparison import Comparison
from vrs.report.compare.differences import Difference
from vrs.report.compare.finished import FinishedReport
from vrs.report.compare.rows import CheckRow, FigureRow
from vrs.report.figures.drawing import scene_of
from vrs.report.figures.plots import IMAGE_DPI, STYLE, CannotDraw
from vrs.report.figures.saving import as_jpeg
from vrs.report.figures.slices import GREY_PERCENTILES
from vrs.report.model import CheckContent
from vrs.report.surfaces.chimerax_scene import MASKS
from vrs.report.surfaces.composition import compose
from vrs.report.surfaces.scene import Scene
from vrs.report.surfaces.views import draw_views

DIFFERENCE_COLOURS = "RdBu_r"
_AXES_SEEN = (("Y", "Z"), ("X", "Z"), ("X", "Y"))
_PANEL = 2.1
"""Inches."""

_DPI = 150

SurfaceKey = Tuple[str, int]
"""Letter of a report, and number of the figure in it."""


@dataclass(frozen=True)
class OneScale:
    """A surface that was drawn again with the colour scale of all reports."""

    picture: bytes
    limits: Tuple[float, float]


def grey_limits(values: FloatArray) -> Tuple[float, float]:
    """Values that are black and white, from the same percentiles as in the report."""
    low, high = (float(value) for value in np.percentile(values, GREY_PERCENTILES))
    return (low, high) if high > low else (float(values.min()), float(values.max()) or 1.0)


def difference_picture(difference: Difference) -> bytes:
    """Slices of A, of the other map and of their difference, as JPEG.

    All have one scale: as many grey values from black to white as from blue to red.
    """
    outcome, grid = difference.outcome, difference.grid
    assert outcome is not None and grid is not None
    indices = central_indices(outcome.first)
    low, high = grey_limits(outcome.first)
    half = (high - low) / 2 or 1.0
    rows = (
        ("A", outcome.first, "gray", (low, high)),
        (difference.label, outcome.second, "gray", (low, high)),
        (f"{difference.label} − A", outcome.difference, DIFFERENCE_COLOURS, (-half, half)),
    )
    corner = [part.start * grid.voxel_size for part in reversed(difference.part)]
    with rc_context(STYLE):
        canvas = Canvas(figsize=(3.2 * _PANEL, 3.1 * _PANEL), layout="constrained")
        panels: Any = canvas.subplots(3, 3)
        for line, (name, values, colours, limits) in zip(panels, rows):
            for axes, plane, seen, normal in zip(
                line, slices_at(values, indices), _AXES_SEEN, AXES
            ):
                _panel(axes, plane, [corner["XYZ".index(a)] for a in seen], grid.voxel_size)
                axes.images[0].set(cmap=colours, clim=limits)
                axes.set_title(f"{name}, normal to {normal}")
                axes.set_xlabel(f"{seen[0]} (Å)")
                axes.set_ylabel(f"{seen[1]} (Å)")
            canvas.colorbar(line[-1].images[0], ax=list(line), shrink=0.8, aspect=14)
        return _jpeg(canvas, _DPI)


def _panel(axes: Axes, plane: FloatArray, start: Sequence[float], voxel_size: float) -> None:
    height, width = (length * voxel_size for length in plane.shape)
    extent = (start[0], start[0] + width, start[1], start[1] + height)
    axes.imshow(plane, origin="lower", extent=extent)


def surfaces_with_one_scale(comparison: Comparison) -> Dict[SurfaceKey, OneScale]:
    """The coloured surfaces whose scales differ between the reports, drawn with one for all.

    Left out where a map is gone, or nothing here can draw a surface.
    """
    scenes: Dict[SurfaceKey, Scene] = {}
    for row in comparison.sections:
        for figures in row.figures:
            limits = _common_limits(figures)
            if limits is not None:
                scenes.update(_scenes(comparison.reports, comparison.labels, row, figures, limits))
    pictures = {}
    for (key, scene), views in zip(scenes.items(), draw_views(list(scenes.values()))):
        if not isinstance(views, CannotDraw) and scene.limits is not None:
            pictures[key] = OneScale(_jpeg(compose(scene, views).canvas, IMAGE_DPI), scene.limits)
    return pictures


def _common_limits(figures: FigureRow) -> Optional[Tuple[float, float]]:
    """The range of all colour scales; None if there is but one scale."""
    scales = {
        tuple(drawn.drawing.colour_limits)
        for drawn in figures
        if drawn is not None and drawn.drawing.colour_limits
    }
    if len(scales) < 2:
        return None
    ends = [value for scale in scales for value in scale]
    return min(ends), max(ends)


def _scenes(
    reports: Sequence[FinishedReport],
    labels: Sequence[str],
    row: CheckRow,
    figures: FigureRow,
    limits: Tuple[float, float],
) -> Dict[SurfaceKey, Scene]:
    scenes: Dict[SurfaceKey, Scene] = {}
    for label, report, check, drawn in zip(labels, reports, row.checks, figures):
        if check is None or drawn is None or not isinstance(drawn.figure, SurfaceFigure):
            continue
        figure = msgspec.structs.replace(drawn.figure, limits=limits)
        try:
            scenes[(label, drawn.number)] = _scene(report, check, figure)
        except CannotDraw:
            return {}
    return scenes


def _scene(report: FinishedReport, check: CheckContent, figure: SurfaceFigure) -> Scene:
    """The surface of a figure; raises CannotDraw if one of its maps is gone."""
    given = report.content.input_section
    names = (figure.volume, figure.colour, MASKS.get(figure.volume, ""))
    volumes = {
        name: report.volume(check, name) or report.volume(given, name) for name in names if name
    }
    present = {name: volume for name, volume in volumes.items() if volume is not None}
    return scene_of(figure, report.content.input.contour, present)


def _jpeg(canvas: Canvas, dpi: int) -> bytes:
    stream = BytesIO()
    canvas.savefig(stream, format="png", dpi=dpi)
    with Image.open(stream) as picture:
        return as_jpeg(picture.convert("RGB"))
