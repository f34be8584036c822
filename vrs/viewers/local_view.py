"""A local quantity in one window: the coloured surface, its histogram, and slices."""

from __future__ import annotations

import tkinter as tk
from dataclasses import dataclass
from typing import Any, Optional

from matplotlib.backends.backend_tkagg import FigureCanvasTkAgg, NavigationToolbar2Tk
from matplotlib.figure import Figure

from vrs.report.surfaces.scene import Scene
from vrs.viewers.slice_view import SliceView
from vrs.viewers.turning_view import SurfacePanel
from vrs.viewers.windows import WindowView, new_window

_DPI = 100
"""So that surface, histogram and slices fit a screen together."""

_MARGIN = 80
"""Pixels of the screen that the window leaves free below and above."""


@dataclass(eq=False)
class LocalView(WindowView):
    """A surface that turns, beside the histogram of its colours, above the slices of both maps."""

    title: str
    scene: Scene
    slices: SliceView
    histogram: Optional[Figure] = None
    parent: Any = None

    def show(self) -> None:
        content = new_window(self.title, self.parent, self.note)
        window = content.winfo_toplevel()
        above, below = tk.Frame(content, bg="white"), tk.Frame(content, bg="white")
        above.grid(row=0, column=0, sticky="news")
        below.grid(row=1, column=0, sticky="news")
        content.columnconfigure(0, weight=1)
        for row in (0, 1):
            content.rowconfigure(row, weight=1)
        self.panel = SurfacePanel(above, self.scene)
        self.panel.pack(side=tk.LEFT, fill=tk.BOTH, expand=True)
        if self.histogram is not None:
            self._plot(tk.Frame(above, bg="white")).pack(side=tk.LEFT, fill=tk.BOTH, expand=True)
        self.slices.fill(below)
        window.update_idletasks()
        tallest = window.winfo_screenheight() - _MARGIN
        if window.winfo_reqheight() > tallest:
            window.geometry(f"{window.winfo_reqwidth()}x{tallest}")

    def _plot(self, frame: tk.Frame) -> tk.Frame:
        assert self.histogram is not None
        self.histogram.set_dpi(_DPI)
        canvas = FigureCanvasTkAgg(self.histogram, master=frame)
        NavigationToolbar2Tk(canvas, frame).update()
        canvas.get_tk_widget().pack(fill=tk.BOTH, expand=True)
        canvas.draw()
        return frame
