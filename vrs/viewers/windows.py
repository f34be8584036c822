"""Windows with a figure, the slices of a map, a table or a text; and opening a file."""

from __future__ import annotations

import shutil
import subprocess
import tkinter as tk
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tkinter import font as tkfont
from tkinter import ttk
from typing import Any, List, Optional, Sequence, Tuple

import numpy as np
from matplotlib.backends.backend_tkagg import FigureCanvasTkAgg, NavigationToolbar2Tk
from matplotlib.figure import Figure
from pyworkflow.gui.text import TaggedText
from pyworkflow.viewer import View

from vrs.maps import DensityMap
from vrs.maps.slices import AXES, central_indices, slices_at
from vrs.report.figures.slices import Outline, draw_outline

SCREEN_DPI = 160
"""Figures are laid out for paper; on a screen they are shown larger."""

_PANEL_AXES = (("Y", "Z"), ("X", "Z"), ("X", "Y"))
_TEXT_WIDTH = 100
_TALLEST_TEXT = 36
_TALLEST_TABLE = 30
_NARROWEST_CAPTION = 480
_MARGINS = 24
"""Columns of a text and the most lines of a text or a table that are seen at once; pixels of a
caption and beside it."""

_OPENING_SECONDS = 3.0


@dataclass(eq=False)
class FigureView(View):  # type: ignore[misc]
    """A figure in a window of its own over its caption, with the tools to zoom and save."""

    title: str
    figure: Figure
    caption: str = ""
    parent: Any = None

    def show(self) -> None:
        window = _window(self.title, self.parent)
        self.figure.set_dpi(SCREEN_DPI)
        canvas = FigureCanvasTkAgg(self.figure, master=window)
        NavigationToolbar2Tk(canvas, window).update()
        if self.caption:
            width = int(self.figure.get_figwidth() * SCREEN_DPI)
            _caption(window, self.caption, width).pack(side=tk.BOTTOM, fill=tk.X)
        canvas.get_tk_widget().pack(fill=tk.BOTH, expand=True)
        canvas.draw()


@dataclass(eq=False)
class SliceView(View):  # type: ignore[misc]
    """Slices of a map normal to X, Y and Z, each with a slider.

    ``quantity`` names what was measured, with its unit, if the values are not densities: they are
    then shown in colours, and 0 means "not measured". An ``outline`` on the same grid is drawn as a
    line.
    """

    title: str
    density: DensityMap
    parent: Any = None
    quantity: str = ""
    outline: Optional[Outline] = None

    def __post_init__(self) -> None:
        self._indices: List[int] = list(central_indices(self.density.data))
        self._images: List[Any] = []

    def show(self) -> None:
        window = _window(self.title, self.parent)
        figure = Figure(figsize=(9.6, 3.6), layout="constrained")
        self._draw(figure)
        canvas = FigureCanvasTkAgg(figure, master=window)
        canvas.get_tk_widget().grid(row=0, column=0, columnspan=3, sticky="news")
        window.rowconfigure(0, weight=1)
        for column, (axis, size) in enumerate(zip(AXES, self.density.box)):
            slider = tk.Scale(
                window, from_=0, to=size - 1, orient=tk.HORIZONTAL,
                label=f"Slice normal to {axis}", command=partial(self._move, canvas, column),
            )  # fmt: skip
            slider.set(self._indices[column])
            slider.grid(row=1, column=column, sticky="ew", padx=20)
            window.columnconfigure(column, weight=1)
        if self.outline is not None:
            width = int(figure.get_figwidth() * figure.get_dpi())
            _caption(window, self.outline.sentence, width).grid(row=2, columnspan=3, sticky="ew")
        canvas.draw()

    def _draw(self, figure: Figure) -> None:
        low, high = self._limits()
        colours = "viridis" if self.quantity else "gray"
        for column, (panel, names) in enumerate(zip(self._slices(self._values()), _PANEL_AXES)):
            axes = figure.add_subplot(1, 3, column + 1)
            height, width = (size * self.density.voxel_size for size in panel.shape)
            image = axes.imshow(
                panel, colours, vmin=low, vmax=high, origin="lower", extent=(0, width, 0, height)
            )
            axes.set_xlabel(f"{names[0]} (Å)")
            axes.set_ylabel(f"{names[1]} (Å)")
            self._images.append(image)
            self._draw_line(column)
        bar = figure.colorbar(self._images[-1], ax=figure.axes[:3], shrink=0.8)
        bar.set_label(self.quantity)

    def _draw_line(self, column: int) -> None:
        """The line of a panel in place of the one that is there."""
        axes = self._images[column].axes
        for line in list(axes.collections):
            line.remove()
        if self.outline is not None:
            plane = self._slices(self.outline.data)[column]
            draw_outline(axes, plane, self.outline.level, self.density.voxel_size)

    def _slices(self, values: Any) -> Any:
        x, y, z = self._indices
        return slices_at(values, (x, y, z))

    def _values(self) -> Any:
        data = self.density.data
        return np.ma.masked_equal(data, 0) if self.quantity else data

    def _limits(self) -> Tuple[float, float]:
        values = self.density.data
        if self.quantity and (values != 0).any():
            values = values[values != 0]
        # A sample tells the range well enough, and maps are large.
        low, high = np.percentile(values.ravel()[:: max(1, values.size // 10**6)], (0.5, 99.5))
        if low == high:
            low, high = values.min(), values.max()
        return float(low), float(high)

    def _move(self, canvas: FigureCanvasTkAgg, column: int, index: str) -> None:
        self._indices[column] = int(index)
        self._images[column].set_data(self._slices(self._values())[column])
        self._draw_line(column)
        canvas.draw_idle()


@dataclass(eq=False)
class TableView(View):  # type: ignore[misc]
    """A table over its caption; cells are texts, numbers are aligned to the right."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    caption: str = ""
    parent: Any = None

    def show(self) -> None:
        window = _window(self.title, self.parent)
        font = tkfont.nametofont("TkDefaultFont")
        table = ttk.Treeview(
            window, columns=list(range(len(self.headings))), show="headings",
            height=min(len(self.rows), _TALLEST_TABLE),
        )  # fmt: skip
        style = ttk.Style(window)
        style.configure("Vrs.Treeview", rowheight=int(1.4 * font.metrics("linespace")))
        table.configure(style="Vrs.Treeview")
        for column, heading in enumerate(self.headings):
            cells = [row[column] for row in self.rows]
            words = any(_is_text(cell) for cell in cells)
            width = max(map(font.measure, (heading, *cells))) + _MARGINS
            table.heading(column, text=heading, anchor="w" if words else "e")
            table.column(column, anchor="w" if words else "e", width=width)
        for row in self.rows:
            table.insert("", tk.END, values=list(row))
        bar = ttk.Scrollbar(window, orient=tk.VERTICAL, command=table.yview)
        table.configure(yscrollcommand=bar.set)
        if self.caption:
            window.update_idletasks()
            width = max(table.winfo_reqwidth(), _NARROWEST_CAPTION)
            _caption(window, self.caption, width).pack(side=tk.BOTTOM, fill=tk.X)
        bar.pack(side=tk.RIGHT, fill=tk.Y)
        table.pack(fill=tk.BOTH, expand=True)


def _is_text(cell: str) -> bool:
    return any(letter.isalpha() for letter in cell.replace("e", ""))


@dataclass(eq=False)
class TextWindow(View):  # type: ignore[misc]
    """A text with Scipion's markup (*bold*)."""

    title: str
    lines: List[str]
    parent: Any = None

    def show(self) -> None:
        window = _window(self.title, self.parent)
        lines = sum(1 + len(line) // _TEXT_WIDTH for line in self.lines) + len(self.lines)
        text = TaggedText(
            window, width=_TEXT_WIDTH, height=min(lines, _TALLEST_TEXT), bg="white", padx=12, pady=8
        )
        text.addText("\n\n".join(self.lines))
        text.setReadOnly(True)
        text.grid(row=0, column=0, sticky="news")
        window.rowconfigure(0, weight=1)
        window.columnconfigure(0, weight=1)


@dataclass(eq=False)
class FileView(View):  # type: ignore[misc]
    """A file in the program that the desktop has for it; says where it is if there is none."""

    path: Path
    parent: Any = None

    def show(self) -> None:
        path = self.path.resolve()
        problem = open_file(path)
        if problem:
            TextWindow(path.name, [problem, f"The file is {path}"], self.parent).show()


def open_file(path: Path) -> str:
    """Open a file with the desktop's program for it; returns what is wrong, "" if nothing is."""
    program = shutil.which("xdg-open")
    if program is None:
        return "There is no xdg-open here to open it with."
    process = subprocess.Popen(
        [program, str(path)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        failed = process.wait(_OPENING_SECONDS) != 0
    except subprocess.TimeoutExpired:
        # Some desktops keep xdg-open waiting as long as the file is shown.
        return ""
    return "No program of this desktop could open it." if failed else ""


def _caption(window: tk.Toplevel, text: str, width: int) -> tk.Label:
    """A text under a picture, in lines as wide as the window (at first ``width`` pixels)."""
    label = tk.Label(window, text=text, bg="white", justify=tk.LEFT, anchor=tk.W, padx=12, pady=6)
    label.configure(wraplength=width - _MARGINS)
    label.bind("<Configure>", lambda event: label.configure(wraplength=event.width - _MARGINS))
    return label


def _window(title: str, parent: Optional[Any]) -> tk.Toplevel:
    window = tk.Toplevel(parent, bg="white")
    window.title(title)
    return window
