"""A window in which a contour level is chosen: slices with its line, and what it shows."""

from __future__ import annotations

import tkinter as tk
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Callable, List, Optional

from vrs.checks.entry import Entry
from vrs.checks.fitting import level_outside
from vrs.level0.proposed_contour import Background, rounded
from vrs.level0.suggestions import Shown, Suggestion, shown_at, suggested_levels
from vrs.maps import DensityMap
from vrs.maps.errors import MapError, sentence
from vrs.maps.printing import entered, number, share, typed
from vrs.maps.slices import max_variance_indices
from vrs.maps.spikes import find_spikes, without_spikes
from vrs.maps.typed_values import contour_level
from vrs.report.figures.slices import Outline
from vrs.viewers.slice_view import Layer, SliceView

_STEPS = 1000
"""Of the slider, whose levels lie closer near the background."""

_WRONG = "#b00020"
"""Colour of what is wrong with a level."""

_POLL = 80
"""Milliseconds between two looks at what is computed beside the window."""


@dataclass(eq=False)
class LevelWindow(SliceView):
    """Slices of a map with the line of a contour level, which a slider or a suggestion moves.

    ``use`` gets the level as text when it is chosen. ``entry`` and ``mass`` (in kDa) serve the
    suggestions. Without a ``level`` the window begins at the first of them, and says that a text
    in its place, ``unread``, is none. What takes longer is computed in a thread, which touches
    nothing of the window.
    """

    level: Optional[float] = None
    use: Callable[[str], None] = lambda text: None
    entry: Optional[Entry] = None
    mass: Optional[float] = None
    unread: str = ""
    suggestions: List[Suggestion] = field(default_factory=list)

    def __post_init__(self) -> None:
        # As they are measured.
        whole = self.layers[0].density
        density = without_spikes(whole, find_spikes(whole))
        self.layers = [replace(self.layers[0], density=density)]
        super().__post_init__()
        self._indices = list(max_variance_indices(density.data))
        self._lowest, self._highest = (float(end) for end in _ends(density))
        self._chosen = self.level is not None
        if self.level is None:
            self.level = self._lowest + (self._highest - self._lowest) / 4
        self._draw_level()

    def show(self) -> None:
        super().show()
        self.window = window = self._canvas.get_tk_widget().winfo_toplevel()
        self._pool = ThreadPoolExecutor(1)
        window.bind("<Destroy>", self._closed)
        frame = tk.Frame(window, bg="white")
        frame.grid(row=5, column=0, columnspan=3, sticky="ew", padx=20, pady=8)
        frame.columnconfigure(1, weight=1)
        tk.Label(frame, text="Contour level", bg="white").grid(row=0, column=0, sticky="w")
        self.slider = tk.Scale(
            frame, from_=0, to=_STEPS, orient=tk.HORIZONTAL, showvalue=False, command=self._slide
        )
        self.slider.grid(row=0, column=1, sticky="ew", padx=8)
        self.field = tk.Entry(frame, width=14)
        self.field.grid(row=0, column=2)
        self.field.bind("<Return>", self._typed)
        self.button = tk.Button(frame, text="Use this level", command=self._use)
        self.button.grid(row=0, column=3, padx=(8, 0))
        tk.Button(frame, text="Cancel", command=window.destroy).grid(row=0, column=4, padx=(8, 0))
        if self.unread:
            text = f"“{self.unread}” cannot be read as a contour level."
            unread = tk.Label(frame, text=text, bg="white", fg=_WRONG, anchor="w")
            unread.grid(row=3, column=0, columnspan=5, sticky="ew")
        self.says = tk.Label(frame, bg="white", anchor="w", justify=tk.LEFT)
        self.says.grid(row=1, column=0, columnspan=5, sticky="ew", pady=4)
        self.suggested = tk.Frame(frame, bg="white")
        self.suggested.grid(row=2, column=0, columnspan=5, sticky="ew")
        tk.Label(self.suggested, text="Suggestions: ...", bg="white").grid(sticky="w")
        self._wanted: Optional[float] = None
        self._move_to(self.level or 0.0)
        asked = partial(suggested_levels, self._grid, self.entry, self.mass)
        self._later(lambda: list(asked()), self._suggest)

    def set_level(self, level: float) -> None:
        """Move the line, the slider and the numbers to a level in grey values, and stay there."""
        self._chosen = True
        self._move_to(level)

    def _move_to(self, level: float) -> None:
        self.level = level
        self.field.delete(0, tk.END)
        self.field.insert(0, typed(level))
        # Setting it calls ``_slide``, as moving it does.
        self._step = self._step_of(level)
        self.slider.set(self._step)
        self._draw_level()
        for column in range(3):
            self._draw_line(0, column)
        self._redraw()
        self._count()

    def _draw_level(self) -> None:
        level = self.level or 0.0
        line = Outline(self._grid.data, level, "the contour level")
        self.layers = [replace(self.layers[0], outline=line)]

    def _step_of(self, level: float) -> int:
        part = (level - self._lowest) / (self._highest - self._lowest)
        return round(_STEPS * max(0.0, min(part, 1.0)) ** 0.5)

    def _slide(self, step: str) -> None:
        if int(step) != self._step:
            part = (int(step) / _STEPS) ** 2
            level = self._lowest + part * (self._highest - self._lowest)
            self.set_level(rounded(level, self._lowest))

    def _typed(self, _event: Any = None) -> bool:
        """Take the level in the field; whether it can be used."""
        try:
            level = contour_level(self.field.get())
        except MapError as error:
            self.says.configure(text=sentence(error.reason, error.advice), fg=_WRONG)
            return False
        self.set_level(level.grey_value(self._grid.data))
        outside = level_outside(self._grid, level)
        if outside:
            self._say(None)
        return outside is None

    def _use(self) -> None:
        text = self.field.get()
        if text != typed(self.level or 0.0) and not self._typed():
            return
        self.use(text)
        self.window.destroy()

    def _count(self) -> None:
        """Ask for the numbers of the level, once the last question is answered."""
        idle = self._wanted is None
        self._wanted = self.level
        if idle:
            self._later(partial(_counted, self._grid, self.level or 0.0), self._answer)

    def _answer(self, answer: Any) -> None:
        level, shown = answer
        again = self._wanted != level
        self._wanted = None
        if again:
            self._count()
        else:
            self._say(shown)

    def _say(self, shown: Optional[Shown]) -> None:
        if shown is None or not shown.bodies:
            text = f"No voxel reaches this level: the maximum is {entered(self._highest)}."
            self.says.configure(text=text, fg=_WRONG)
            return
        bodies = "1 body" if shown.bodies == 1 else f"{number(shown.bodies)} bodies"
        specks = shown.bodies - shown.large
        dust = f" ({number(specks)} {'is' if specks == 1 else 'are'} dust)" if specks else ""
        self.says.configure(
            text=f"{bodies}{dust}, {number(shown.mass, 3)} kDa of protein, "
            f"{share(100 * shown.outside)} outside of the largest body",
            fg="black",
        )

    def _suggest(self, suggestions: List[Suggestion]) -> None:
        self.suggestions = suggestions
        for child in self.suggested.winfo_children():
            child.destroy()
        for row, suggestion in enumerate(suggestions):
            press = partial(self.set_level, suggestion.value)
            tk.Button(
                self.suggested, text=entered(suggestion.value), width=12, command=press
            ).grid(row=row, column=0, sticky="w")
            tk.Label(self.suggested, text=suggestion.reason, bg="white").grid(
                row=row, column=1, sticky="w", padx=8
            )
        if suggestions and not (self._chosen or self._is_moved()):
            self.set_level(suggestions[0].value)

    def _is_moved(self) -> bool:
        """Whether somebody types, or moves the slider, which is said only when Tk is idle."""
        typed_now = self.field.get() != typed(self.level or 0.0)
        return typed_now or int(self.slider.get()) != self._step

    def _later(self, compute: Callable[[], Any], then: Callable[[Any], None]) -> None:
        """Compute in the thread, and hand the answer on in the thread of the window."""
        self._look(self._pool.submit(compute), then)

    def _look(self, answer: "Future[Any]", then: Callable[[Any], None]) -> None:
        if answer.done():
            then(answer.result())
        elif self.window.winfo_exists():
            self._looking = self.window.after(_POLL, self._look, answer, then)

    def _closed(self, event: Any) -> None:
        if event.widget is self.window:
            self._pool.shutdown(wait=False)


def level_window(
    title: str, density: DensityMap, use: Callable[[str], None], parent: Any = None, **values: Any
) -> LevelWindow:
    """The window for a map; ``values`` are the other fields of ``LevelWindow``."""
    return LevelWindow(title, [Layer(density)], parent, use=use, **values)


def _ends(density: DensityMap) -> Any:
    """The lowest level that is of interest, about that of the background, and the highest."""
    return Background.of(density).center, density.data.max()


def _counted(density: DensityMap, level: float) -> Any:
    return level, shown_at(density, level)
