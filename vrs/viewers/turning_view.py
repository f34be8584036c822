"""A surface that turns with the mouse, in a window or in a part of one."""

from __future__ import annotations

import tkinter as tk
from dataclasses import dataclass
from typing import Any, Optional, Sequence

from vrs.maps.printing import number
from vrs.report.surfaces.scene import Scene
from vrs.report.surfaces.views import COLOURS
from vrs.report.text.typography import typographic
from vrs.viewers.turning_pictures import TurningPictures
from vrs.viewers.windows import WindowView, new_window

_POLL = 15
"""Milliseconds between two looks for a picture that was asked for."""

_SIZE = (520, 400)
_BAR = 12
"""Pixels of the surface at first, and of the height of the scale of colours."""

_ZOOM = 1.15
_HINT = "Drag to turn; wheel: nearer or farther; Shift and drag: move; double click: as at first."
_NONE = "   (grey: no value)"
_CANNOT = "VTK cannot draw a surface on this computer;\nthe slices show the same map."


class SurfacePanel(tk.Frame):
    """A surface with the scale of its colours; says so if nothing here can draw it."""

    def __init__(self, parent: Any, scene: Scene) -> None:
        super().__init__(parent, bg="white")
        self.pictures = TurningPictures(scene)
        self.asked = 0
        self.shown = 0
        self._wanted: Sequence[str] = ()
        self._place = (0, 0)
        self._image: Optional[tk.PhotoImage] = None
        tk.Label(self, text=_HINT, bg="white", fg="grey40").pack(side=tk.BOTTOM)
        if scene.limits is not None:
            self._scale(scene).pack(side=tk.BOTTOM, pady=(2, 4))
        self.canvas = tk.Canvas(
            self, width=_SIZE[0], height=_SIZE[1], bg="white", highlightthickness=0
        )
        self.canvas.create_text(_SIZE[0] // 2, _SIZE[1] // 2, text="Drawing ...", fill="grey40")
        self.canvas.pack(fill=tk.BOTH, expand=True)
        for event, action in (
            ("<Configure>", self._resize),
            ("<ButtonPress>", self._press),
            ("<B1-Motion>", self._turn),
            ("<Shift-B1-Motion>", self._shift),
            ("<B2-Motion>", self._shift),
            ("<Double-Button-1>", lambda _: self._want("reset")),
            ("<MouseWheel>", lambda event: self._zoom(event.delta > 0)),
            ("<Button-4>", lambda _: self._zoom(True)),
            ("<Button-5>", lambda _: self._zoom(False)),
            ("<Destroy>", lambda _: self.pictures.close()),
        ):
            self.canvas.bind(event, action)

    def _scale(self, scene: Scene) -> tk.Frame:
        """The colours from one end to the other, with the values there."""
        assert scene.limits is not None
        frame = tk.Frame(self, bg="white")
        row = bytes(part for colour in COLOURS for part in colour)
        header = f"P6 {len(COLOURS)} {_BAR} 255\n".encode("ascii")
        self._colours = tk.PhotoImage(master=self, data=header + _BAR * row)
        low, high = (typographic(number(end)) for end in scene.limits)
        for column, part in enumerate((low, None, f"{high}   {scene.colour_label}{_NONE}")):
            if part is None:
                tk.Label(frame, image=self._colours, bg="white").grid(row=0, column=column)
            else:
                tk.Label(frame, text=part, bg="white").grid(row=0, column=column, padx=4)
        return frame

    def _want(self, command: str) -> None:
        """Ask for a picture after a command, now or with the next ones."""
        self._wanted = [*self._wanted, command]
        if self.shown == self.asked:
            self._ask()

    def _ask(self) -> None:
        self.pictures.ask(";".join(self._wanted))
        self._wanted = ()
        self.asked += 1
        self.after(_POLL, self._look)

    def _look(self) -> None:
        """Show the picture that was asked for, once it is here, and ask for the next one."""
        picture = self.pictures.answer()
        if self.pictures.failed:
            self.canvas.delete("all")
            middle = self.canvas.winfo_width() // 2, self.canvas.winfo_height() // 2
            self.canvas.create_text(*middle, text=_CANNOT, justify=tk.CENTER)
        elif picture is None:
            self.after(_POLL, self._look)
        else:
            self._image = tk.PhotoImage(master=self, data=picture)
            self.canvas.delete("all")
            self.canvas.create_image(0, 0, image=self._image, anchor=tk.NW)
            self.shown += 1
            if self._wanted:
                self._ask()

    def _resize(self, event: Any) -> None:
        self._want(f"size {max(event.width, 1)} {max(event.height, 1)}")

    def _press(self, event: Any) -> None:
        self._place = event.x, event.y

    def _moved(self, event: Any) -> str:
        """How far the mouse went, as parts of the width."""
        x, y = self._place
        self._place = event.x, event.y
        width = max(self.canvas.winfo_width(), 1)
        return f"{(event.x - x) / width} {(event.y - y) / width}"

    def _turn(self, event: Any) -> None:
        self._want(f"turn {self._moved(event)}")

    def _shift(self, event: Any) -> None:
        self._want(f"shift {self._moved(event)}")

    def _zoom(self, nearer: bool) -> None:
        self._want(f"zoom {_ZOOM if nearer else 1 / _ZOOM}")


@dataclass(eq=False)
class TurningView(WindowView):
    """A surface in a window of its own."""

    title: str
    scene: Scene
    parent: Any = None

    def show(self) -> None:
        self.panel = SurfacePanel(new_window(self.title, self.parent, self.note), self.scene)
        self.panel.pack(fill=tk.BOTH, expand=True)
