"""Lays out the views of a surface side by side, at one scale, with a scale bar and its colours."""

from __future__ import annotations

import numpy as np
from matplotlib import rc_context
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure as Canvas
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from vrs.maps.printing import number
from vrs.report.figures.plots import IMAGE_DPI, STYLE, Drawing, round_length
from vrs.report.model import DrawingDetails
from vrs.report.surfaces.chimerax_script import COLOUR_MAP
from vrs.report.surfaces.scene import Scene
from vrs.report.surfaces.views import PIXELS, VIEWS, Views

_VIEW = PIXELS / IMAGE_DPI
_TITLE, _BELOW, _BELOW_COLOURED = 0.24, 0.3, 0.62
"""Inches: width of a view, each pixel of it one of the figure, and the room above and below."""

_BAR_FROM = 0.03
"""Left end of the scale bar, as a part of the width."""


def compose(scene: Scene, views: Views) -> Drawing:
    """The pictures side by side with titles, a scale bar and the colour scale.

    The thumbnail is the first view of a surface without colours.
    """
    bar = round_length(views.width / 3.0)
    below = _BELOW if scene.limits is None else _BELOW_COLOURED
    height = _VIEW + _TITLE + below
    with rc_context(STYLE):
        canvas = Canvas(figsize=(3.0 * _VIEW, height))
        # One picture in one axes: drawing axes is what takes the time.
        axes = canvas.add_axes((0.0, below / height, 1.0, _VIEW / height))
        axes.imshow(np.hstack(views.pictures), interpolation="none", aspect="auto")
        axes.set_axis_off()
        title = {"size": STYLE["axes.titlesize"], "ha": "center"}
        for index, angles in enumerate(VIEWS):
            turns = ", ".join(f"{angle:.0f}°".replace("-", "−") for angle in angles)
            middle, line = (index + 0.5) / 3.0, 1.0 - 0.75 * _TITLE / height
            canvas.text(middle, line, f"View {index + 1} ({turns})", **title)
        across, up = bar / views.width / 3.0, (below - 0.08) / height
        thick = 0.035 / height
        canvas.add_artist(Rectangle((_BAR_FROM, up), across, thick, color="black", linewidth=0))
        label = {"size": STYLE["axes.labelsize"], "ha": "center", "va": "top"}
        canvas.text(_BAR_FROM + across / 2, up - 0.03 / height, f"{bar:g} Å", **label)
        if scene.limits is not None:
            colours = ScalarMappable(Normalize(*scene.limits), COLOUR_MAP)
            place = canvas.add_axes((0.3, (below - 0.2) / height, 0.4, 0.1 / height))
            bar_of_colours = canvas.colorbar(colours, cax=place, orientation="horizontal")
            bar_of_colours.locator = MaxNLocator(nbins=5, steps=[1, 2, 5, 10])
            bar_of_colours.update_ticks()
            bar_of_colours.set_label(scene.colour_label)
    notes = []
    if scene.limits is not None:
        low, high = scene.limits
        notes.append(
            f"Colours: {scene.colour_label} from {number(low)} to {number(high)} in all views; "
            "grey: no value."
        )
    details = DrawingDetails(
        contour=scene.contour,
        views=[list(view) for view in VIEWS],
        width=views.width,
        scale_bar=bar,
        colour_limits=None if scene.limits is None else list(scene.limits),
        drawn_by=views.drawn_by,
    )
    thumbnail = views.pictures[0] if scene.colour is None else None
    return Drawing(canvas, " ".join([*notes, *views.notes]), details, thumbnail, is_image=True)
