"""Three pictures side by side at one scale, with axes in Å and a scale bar.

Most of the time goes into the axes, so a frame that shows several sets of pictures of the same size
draws them once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, List, Optional, Sequence, Tuple

import numpy as np
import numpy.typing as npt
from matplotlib import rc_context
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure as Canvas
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator

from vrs.checks.curves import Curve
from vrs.maps import FloatArray
from vrs.report.figures.plots import IMAGE_DPI, STYLE

LINE = "#ff8c00"
"""Orange, which stands out from black, white and every grey."""

_DOT_COLOURS = LinearSegmentedColormap.from_list("dots", ["#2a9dff", "white", "#ff3d2e"])
_LINE_WIDTH = 0.4
_AXES_SEEN = (("Y", "Z"), ("X", "Z"), ("X", "Y"))
_LEFT, _RIGHT, _BOTTOM, _TOP, _GAP = 0.42, 0.06, 0.36, 0.22, 0.44
_WIDTH = 6.4
_PANEL_HEIGHT = 2.5
_NARROWEST = 0.6
_LABEL_BELOW, _LABEL_LEFT, _DIGIT = 0.2, 0.09, 0.055
"""Inches around and between the panels, limits of their sizes (the text of the report is 6.5 inches
wide), the distance of the names of the axes from a panel, on the left without the numbers, and the
width of a digit."""

Shape = Tuple[int, ...]


@dataclass(frozen=True)
class Panel:
    """A picture, its title, and the part of the outlined volume that it shows."""

    picture: FloatArray
    title: str
    outlined: Optional[FloatArray] = None


class Frame:
    """Three panels, whose pictures can be replaced by others of the same shapes.

    Parameters
    ----------
    shapes : sequence of 3 pairs (height, width) -- of the pictures, in voxels
    voxel_size : float -- in Å
    bar : float -- length of the scale bar in Å

    Attributes
    ----------
    canvas : Canvas -- with an image in each of its three axes
    """

    def __init__(self, shapes: Sequence[Shape], voxel_size: float, bar: float) -> None:
        self._voxel_size = voxel_size
        self._drawn: Any = None
        self._empty: Any = None
        widths = [across * voxel_size for _, across in shapes]
        heights = [up * voxel_size for up, _ in shapes]
        with rc_context(STYLE):
            self.canvas = _three_axes(widths, heights)
            for axes, shape in zip(self.canvas.axes, shapes):
                across, up = axes.get_xlim()[1], axes.get_ylim()[1]
                axes.imshow(
                    np.zeros(shape), cmap="gray", origin="lower", extent=(0.0, across, 0.0, up),
                    interpolation="nearest", aspect="auto",
                )  # fmt: skip
                # At a fixed place: to look for room takes as long as to draw.
                axes.set_title(" ", pad=4, y=1.0)
            _scale_bar(self.canvas.axes[0 if widths[0] >= widths[1] else 1], bar)

    def show(
        self,
        panels: Sequence[Panel],
        grey_levels: Tuple[float, float],
        level: Optional[float] = None,
        dots: Optional[Curve] = None,
    ) -> None:
        """Replace the pictures, their titles, the lines around the level, and dots with a score."""
        with rc_context(STYLE):
            for axes, panel, seen in zip(self.canvas.axes, panels, _AXES_SEEN):
                for drawn in list(axes.collections):
                    drawn.remove()
                axes.images[0].set(data=panel.picture, clim=grey_levels)
                axes.title.set_text(panel.title)
                if level is not None and panel.outlined is not None:
                    draw_outline(axes, panel.outlined, level, self._voxel_size)
                if dots is not None:
                    x, y = (dots[axis.lower()] + self._voxel_size / 2 for axis in seen)
                    draw_dots(axes, x, y, dots["score"])

    def pixels(self) -> npt.NDArray[np.uint8]:
        """What is shown, for paper; shape (height, width, 4)."""
        with rc_context(STYLE):
            if self._drawn is None:
                self._drawn = FigureCanvasAgg(self.canvas)
                self.canvas.set_dpi(IMAGE_DPI)
                shown = [part for axes in self.canvas.axes for part in _replaced(axes)]
                for part in shown:
                    part.set_visible(False)
                self._drawn.draw()
                for part in shown:
                    part.set_visible(True)
                self._empty = self._drawn.copy_from_bbox(self.canvas.bbox)
            self._drawn.restore_region(self._empty)
            for axes in self.canvas.axes:
                for part in _replaced(axes):
                    axes.draw_artist(part)
        return np.array(self._drawn.buffer_rgba())


def draw_outline(
    axes: Axes, plane: FloatArray, level: float, voxel_size: float, width: float = _LINE_WIDTH
) -> None:
    """Draw the line where a slice crosses a level, if it does; pixels have their values at centres.

    Parameters
    ----------
    axes : Axes
        In Å from the corner of the box.
    plane : array of float (up, across)
    level : float
    voxel_size : float
        In Å.
    width : float
        Of the line, in points.
    """
    if not crosses(plane, level):
        return
    y, x = ((np.arange(length) + 0.5) * voxel_size for length in plane.shape)
    style = {"colors": LINE, "linewidths": width}
    axes.contour(x, y, plane, levels=[level], **style)


def draw_dots(
    axes: Axes, x: FloatArray, y: FloatArray, scores: FloatArray, size: float = 5.0
) -> None:
    """Draw dots of a score each, in Å from the corner of the box, and a size in square points."""
    axes.scatter(
        x, y, s=size, c=scores, cmap=_DOT_COLOURS, vmin=0.0, vmax=1.0,
        edgecolors="black", linewidths=0.25,
    )  # fmt: skip


def crosses(plane: Optional[FloatArray], level: float) -> bool:
    """Whether a slice has values on both sides of a level, so that a line can be drawn."""
    if plane is None or min(plane.shape) < 2:
        return False
    finite = plane[np.isfinite(plane)]
    return bool(finite.size and finite.min() < level <= finite.max())


def _replaced(axes: Axes) -> List[Artist]:
    """What lies in a panel from back to front, its rim, and its title."""
    inside = [*axes.images, *axes.collections, *axes.lines, *axes.texts]
    return [*inside, *axes.spines.values(), axes.title]


def _three_axes(widths: Sequence[float], heights: Sequence[float]) -> Canvas:
    """Axes side by side at one scale, for pictures of these sizes in Å."""
    width_limit = _WIDTH - _LEFT - _RIGHT - 2 * _GAP
    scale = min(width_limit / sum(widths), _PANEL_HEIGHT / max(heights))
    cells = [max(scale * across, _NARROWEST) for across in widths]
    width = _LEFT + _RIGHT + 2 * _GAP + sum(cells)
    height = _BOTTOM + _TOP + scale * max(heights)
    canvas = Canvas(figsize=(width, height))
    position = _LEFT
    for across, up, cell, names in zip(widths, heights, cells, _AXES_SEEN):
        size = scale * across, scale * up
        start = position + (cell - size[0]) / 2
        axes = canvas.add_axes((start / width, _BOTTOM / height, size[0] / width, size[1] / height))
        axes.set(xlim=(0.0, across), ylim=(0.0, up))
        axes.set_xlabel(f"{names[0]} (Å)")
        axes.set_ylabel(f"{names[1]} (Å)")
        axes.xaxis.set_label_coords(0.5, -_LABEL_BELOW / size[1])
        digits = max(3, len(str(int(up))))
        axes.yaxis.set_label_coords(-(_LABEL_LEFT + digits * _DIGIT) / size[0], 0.5)
        for axis, length in zip((axes.xaxis, axes.yaxis), size):
            ticks = min(4, max(1, int(length / 0.3)))
            axis.set_major_locator(MaxNLocator(nbins=ticks, steps=[1, 2, 5, 10]))
        position += cell + _GAP
    return canvas


def _scale_bar(axes: Axes, length: float) -> None:
    """A white bar with a black rim and its length, in the lower left corner of a panel."""
    across, up = axes.get_xlim()[1], axes.get_ylim()[1]
    start, level = 0.06 * across, 0.07 * up
    rim = [withStroke(linewidth=1.6, foreground="black")]
    axes.plot(
        [start, start + length], [level, level], color="white", linewidth=2.0,
        solid_capstyle="butt", path_effects=[withStroke(linewidth=3.2, foreground="black")],
    )  # fmt: skip
    axes.text(
        start + length / 2, level + 0.03 * up, f"{length:g} Å", color="white", fontsize=7.0,
        ha="center", va="bottom", path_effects=rim,
    )  # fmt: skip
    axes.set_xlim(0.0, across)
    axes.set_ylim(0.0, up)
