"""A window with suggestions for a field, one of which is chosen."""

from __future__ import annotations

import tkinter as tk
from dataclasses import dataclass
from functools import partial
from typing import Any, Callable, Sequence

from pyworkflow.viewer import View

from vrs.level0.suggestions import Suggestion
from vrs.maps.printing import typed
from vrs.viewers.windows import centre, new_window


@dataclass(eq=False)
class SuggestionWindow(View):  # type: ignore[misc]
    """A button for every suggestion with its reason beside it; ``use`` gets its value as text.

    ``title`` is the name of the field.
    """

    title: str
    unit: str
    suggestions: Sequence[Suggestion]
    use: Callable[[str], None]
    parent: Any = None

    def show(self) -> None:
        self.window = new_window(self.title, self.parent)
        heading = f"{self.title} ({self.unit}): press a value to use it."
        tk.Label(self.window, text=heading, bg="white", anchor="w").grid(
            row=0, column=0, columnspan=2, padx=12, pady=(12, 6), sticky="w"
        )
        for row, suggestion in enumerate(self.suggestions, start=1):
            text = typed(suggestion.value)
            tk.Button(
                self.window, text=f"{text} {self.unit}", width=14, command=partial(self._use, text)
            ).grid(row=row, column=0, padx=12, pady=6, sticky="w")
            tk.Label(self.window, text=suggestion.reason, bg="white", anchor="w").grid(
                row=row, column=1, padx=(0, 12), sticky="w"
            )
        tk.Button(self.window, text="Cancel", command=self.window.destroy).grid(
            row=len(self.suggestions) + 1, column=1, padx=12, pady=12, sticky="e"
        )
        centre(self.window, self.parent)

    def _use(self, text: str) -> None:
        self.use(text)
        self.window.destroy()
