"""A window with slices of one or several maps on one grid, with linked sliders and a cross."""

from __future__ import annotations

import subprocess
import tkinter as tk
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tkinter import ttk
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

import numpy as np
from matplotlib.backends.backend_tkagg import FigureCanvasTkAgg, NavigationToolbar2Tk
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.patches import Rectangle

from vrs.checks.curves import Curve
from vrs.engines import chimerax
from vrs.maps import DensityMap
from vrs.maps.printing import number
from vrs.maps.slices import AXES, central_indices, slices_at
from vrs.report.figures.panels import draw_dots, draw_outline
from vrs.report.figures.slices import Outline
from vrs.viewers.windows import WindowView, caption_label, new_window

_SEEN = ((1, 2), (0, 2), (0, 1))
"""Axes to the right and up of the slices normal to X, Y and Z."""

_PERCENTILES = (0.5, 99.5)
_SAMPLE = 10**6
"""Voxels that tell the range of the values well enough."""

_WIDTH, _ROW, _TALLEST, _PAD = 9.6, 3.2, 6.8, 0.07
"""Inches of the figure, of a row of slices, of all rows together at most, and around panels."""

_DOT, _LINE = 18.0, 0.9
"""Square points of a dot, and points of the width of a line: thinner ones are hard to see here."""

_MARKED = "#f0e442"
_CROSS: Dict[str, Any] = {"color": "#00b7ff", "linewidth": 0.5}


NEAR_SLICE = 3.0
NEAR = f"Points within {NEAR_SLICE:g} Å of each slice."


@dataclass(frozen=True)
class Dots:
    """Points with a score from 0 to 1 each, drawn where a slice is near.

    ``points`` has the columns "x", "y", "z" (in Å from the centre of the first voxel) and "score".
    """

    points: Curve

    def near(self, axis: int, place: float) -> Tuple[Any, Any, Any]:
        """Those near a slice normal to an axis (0 to 2), at a place in Å: right, up, and score."""
        near = np.abs(self.points[AXES[axis].lower()] - place) <= NEAR_SLICE
        across, up = (self.points[AXES[seen].lower()][near] for seen in _SEEN[axis])
        return across, up, self.points["score"][near]

    def densest(self, grid: DensityMap) -> List[int]:
        """The slices along X, Y and Z that have most points near."""
        return [
            max(range(size), key=lambda index: len(self.near(axis, index * grid.voxel_size)[2]))
            for axis, size in enumerate(grid.box)
        ]


@dataclass(frozen=True)
class Layer:
    """A map among those that are looked at together, all on one grid.

    ``quantity`` names what was measured, with its unit, if the values are not densities: they are
    then shown in colours, and 0 means "not measured". An ``outline`` on the same grid is drawn as a
    line. ``limits`` are the values at the ends of the scale, by default percentiles. ``frame`` is a
    box, from and to in Å along X, Y and Z; ``points`` are places in voxels by their markers, and
    ``dots`` points with a score.
    """

    density: DensityMap
    name: str = ""
    quantity: str = ""
    outline: Optional[Outline] = None
    limits: Optional[Tuple[float, float]] = None
    colours: str = ""
    frame: Optional[Tuple[Tuple[float, float], ...]] = None
    points: Mapping[str, Tuple[float, ...]] = field(default_factory=dict)
    dots: Optional[Dots] = None

    @property
    def values(self) -> Any:
        """The values, those that were not measured masked."""
        data = self.density.data
        return np.ma.masked_equal(data, 0) if self.quantity else data

    @property
    def scale(self) -> str:
        """Name of the colour scale."""
        return self.colours or ("viridis" if self.quantity else "gray")

    @property
    def ends(self) -> Tuple[float, float]:
        """Values at the ends of the scale."""
        return self.limits or limits_of(self.density.data, bool(self.quantity))


def limits_of(values: Any, zero_is_none: bool) -> Tuple[float, float]:
    """The percentiles of a map that are black and white."""
    if zero_is_none and (values != 0).any():
        values = values[values != 0]
    low, high = np.percentile(values.ravel()[:: max(1, values.size // _SAMPLE)], _PERCENTILES)
    if low == high:
        low, high = values.min(), values.max()
    return float(low), float(high)


@dataclass(eq=False)
class SliceView(WindowView):
    """Slices of maps normal to X, Y and Z; a slider for each normal moves those of all maps.

    A click puts the cross there and moves the other slices to it; the pointer reads the values.
    ``files`` are what ChimeraX opens, where it is installed; ``start`` are the first slices along
    X, Y and Z, by default the central ones.
    """

    title: str
    layers: Sequence[Layer]
    parent: Any = None
    files: Sequence[Path] = ()
    caption: str = ""
    start: Optional[Sequence[int]] = None

    def __post_init__(self) -> None:
        self._grid = self.layers[0].density
        self._indices: List[int] = list(self.start or central_indices(self._grid.data))
        self._images: List[Any] = []
        """Panels in rows of three, a row per map."""
        self._crosses: List[Any] = []

    def show(self) -> None:
        self.fill(new_window(self.title, self.parent, self.note))

    def fill(self, window: Any) -> None:
        """Lay everything out in a window, or in a frame that is empty."""
        height = min(_ROW * len(self.layers) + 0.4, _TALLEST)
        layout = ConstrainedLayoutEngine(w_pad=_PAD, h_pad=_PAD)
        figure = Figure(figsize=(_WIDTH, height), layout=layout)
        self._draw(figure)
        self._canvas = canvas = FigureCanvasTkAgg(figure, master=window)
        tools = NavigationToolbar2Tk(canvas, window, pack_toolbar=False)
        tools.grid(row=0, column=0, columnspan=3, sticky="ew")
        self._toolbar = tools
        canvas.get_tk_widget().grid(row=1, column=0, columnspan=3, sticky="news")
        window.rowconfigure(1, weight=1)
        self._sliders = []
        for column, (axis, size) in enumerate(zip(AXES, self._grid.box)):
            slider = tk.Scale(
                window, from_=0, to=size - 1, orient=tk.HORIZONTAL,
                label=f"Slice normal to {axis}", command=partial(self._move, column), bg="white",
                highlightthickness=0,
            )  # fmt: skip
            slider.set(self._indices[column])
            slider.grid(row=2, column=column, sticky="ew", padx=20)
            window.columnconfigure(column, weight=1)
            self._sliders.append(slider)
        self._controls(window).grid(row=3, column=0, columnspan=3, sticky="ew", padx=20)
        outlines = [layer.outline.sentence for layer in self.layers if layer.outline]
        caption = " ".join(filter(None, (self.caption, *dict.fromkeys(outlines))))
        if caption:
            width = int(figure.get_figwidth() * figure.get_dpi())
            caption_label(window, caption, width).grid(row=4, columnspan=3, sticky="ew")
        canvas.mpl_connect("motion_notify_event", self._read)
        canvas.mpl_connect("button_press_event", self._click)
        canvas.draw()

    def _controls(self, window: Any) -> tk.Frame:
        """Contrast, brightness, the cross, ChimeraX, and the value under the pointer."""
        frame = tk.Frame(window, bg="white")
        self._contrast, self._brightness = tk.DoubleVar(window, 0.0), tk.DoubleVar(window, 0.0)
        for label, variable in (("Contrast", self._contrast), ("Brightness", self._brightness)):
            tk.Label(frame, text=label, bg="white").pack(side=tk.LEFT)
            ttk.Scale(
                frame, from_=-1, to=1, variable=variable, length=110, command=self._rescale
            ).pack(side=tk.LEFT, padx=(4, 12))
        self._cross_shown = tk.BooleanVar(window, True)
        tk.Checkbutton(
            frame, text="Cross", variable=self._cross_shown, command=self._redraw, bg="white"
        ).pack(side=tk.LEFT)
        program = chimerax.program()
        if program is not None and self.files:
            tk.Button(
                frame, text="Open in ChimeraX", command=partial(self._open_elsewhere, program)
            ).pack(side=tk.LEFT, padx=12)
        self._reading = tk.Label(frame, text="", bg="white", anchor=tk.E)
        self._reading.pack(side=tk.RIGHT, fill=tk.X, expand=True)
        return frame

    def _draw(self, figure: Figure) -> None:
        rows = len(self.layers)
        for row, layer in enumerate(self.layers):
            low, high = layer.ends
            line = []
            for column, (panel, seen) in enumerate(zip(self._slices(layer.values), _SEEN)):
                axes = figure.add_subplot(rows, 3, 3 * row + column + 1)
                height, width = (size * self._grid.voxel_size for size in panel.shape)
                image = axes.imshow(
                    panel, layer.scale, vmin=low, vmax=high, origin="lower",
                    extent=(0, width, 0, height),
                )  # fmt: skip
                axes.set_xlabel(f"{AXES[seen[0]]} (Å)")
                axes.set_ylabel(f"{AXES[seen[1]]} (Å)")
                if layer.name and column == 1:
                    axes.set_title(layer.name)
                self._images.append(image)
                line.append(axes)
                cross = (axes.axvline(0, **_CROSS), axes.axhline(0, **_CROSS))
                self._crosses.append((seen, cross))
                self._draw_line(row, column)
                self._draw_marks(axes, layer, seen)
            bar = figure.colorbar(self._images[-1], ax=line, shrink=0.8)
            bar.set_label(layer.quantity)
        self._place_cross(True)

    def _draw_line(self, row: int, column: int) -> None:
        """The line and the dots of a panel in place of those that are there."""
        axes = self._images[3 * row + column].axes
        for line in list(axes.collections):
            line.remove()
        outline = self.layers[row].outline
        if outline is not None:
            plane = self._slices(outline.data)[column]
            draw_outline(axes, plane, outline.level, self._grid.voxel_size, _LINE)
        dots, size = self.layers[row].dots, self._grid.voxel_size
        if dots is not None:
            across, up, scores = dots.near(column, self._indices[column] * size)
            draw_dots(axes, across + size / 2, up + size / 2, scores, _DOT)

    def _draw_marks(self, axes: Any, layer: Layer, seen: Tuple[int, int]) -> None:
        """The frame and the points of a map, as seen along the normal of a panel."""
        across, up = seen
        if layer.frame is not None:
            (left, right), (bottom, top) = layer.frame[across], layer.frame[up]
            edges = (left, bottom), right - left, top - bottom
            axes.add_patch(Rectangle(*edges, fill=False, edgecolor=_MARKED, linestyle="--"))
        for marker, place in layer.points.items():
            x, y = ((place[axis] + 0.5) * self._grid.voxel_size for axis in seen)
            axes.plot([x], [y], marker=marker, color=_MARKED, markersize=9, linestyle="none")

    def _slices(self, values: Any) -> Any:
        x, y, z = self._indices
        return slices_at(values, (x, y, z))

    def _place_cross(self, shown: bool) -> None:
        places = [(index + 0.5) * self._grid.voxel_size for index in self._indices]
        for seen, lines in self._crosses:
            for line, axis in zip(lines, seen):
                line.set_visible(shown)
                if axis == seen[0]:
                    line.set_xdata([places[axis]] * 2)
                else:
                    line.set_ydata([places[axis]] * 2)

    def _move(self, column: int, index: str) -> None:
        self._indices[column] = int(index)
        for row, layer in enumerate(self.layers):
            self._images[3 * row + column].set_data(self._slices(layer.values)[column])
            self._draw_line(row, column)
        self._redraw()

    def _redraw(self) -> None:
        self._place_cross(self._cross_shown.get())
        self._canvas.draw_idle()

    def _rescale(self, _value: str) -> None:
        """Stretch the scales about their middle, and move them."""
        for row, layer in enumerate(self.layers):
            low, high = layer.ends
            half = (high - low) / 2 * 10.0 ** -self._contrast.get()
            middle = (low + high) / 2 - self._brightness.get() * (high - low) / 2
            for image in self._images[3 * row : 3 * row + 3]:
                image.set_clim(middle - half, middle + half)
        self._canvas.draw_idle()

    def _under(self, event: Any) -> Optional[List[int]]:
        """The voxel under the pointer; None beside the slices."""
        for position, image in enumerate(self._images):
            if event.inaxes is image.axes and event.xdata is not None:
                voxel, column = list(self._indices), position % 3
                for axis, place in zip(_SEEN[column], (event.xdata, event.ydata)):
                    last = self._grid.box[axis] - 1
                    voxel[axis] = int(np.clip(place / self._grid.voxel_size, 0, last))
                return voxel
        return None

    def _read(self, event: Any) -> None:
        voxel = self._under(event)
        if voxel is None:
            self._reading.configure(text="")
            return
        x, y, z = voxel
        place = ", ".join(f"{axis} {index}" for axis, index in zip(AXES, voxel))
        values = [
            f"{layer.name}: {number(float(layer.density.data[z, y, x]), 4)}".lstrip(": ")
            for layer in self.layers
        ]
        self._reading.configure(text=f"voxel {place}:  {'   '.join(values)}")

    def _click(self, event: Any) -> None:
        voxel = self._under(event)
        if voxel is not None and not self._toolbar.mode:
            for slider, index in zip(self._sliders, voxel):
                slider.set(index)

    def _open_elsewhere(self, program: Path) -> None:
        subprocess.Popen(
            [str(program), *(str(file.resolve()) for file in self.files)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
