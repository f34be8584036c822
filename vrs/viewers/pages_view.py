"""The pages of a PDF as pictures, for desktops without a program that shows one."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import tkinter as tk
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, List

from vrs.viewers.windows import TextWindow, WindowView, new_window

_DPI = 96
_SECONDS = 60.0


@dataclass(eq=False)
class PagesView(WindowView):
    """One page at a time, as drawn by pdftoppm, under why; only why if that is missing."""

    title: str
    pdf: Path
    why: str
    parent: Any = None

    def show(self) -> None:
        pages = pictures_of(self.pdf)
        if not pages:
            TextWindow(self.title, [self.why], self.parent).show()
            return
        window = new_window(self.title, self.parent, f"{self.why}\nThe pages of {self.pdf.name}:")
        self._pages = [tk.PhotoImage(data=page, master=window) for page in pages]
        bar = tk.Frame(window, bg="white")
        bar.pack(side=tk.BOTTOM, fill=tk.X)
        for label, step in (("Previous page", -1), ("Next page", 1)):
            button = tk.Button(bar, text=label, command=partial(self._turn, step))
            button.pack(side=tk.LEFT, padx=4, pady=4)
        self._number = tk.Label(bar, bg="white")
        self._number.pack(side=tk.LEFT, padx=12)
        self._canvas = tk.Canvas(window, bg="grey", width=self._pages[0].width(), height=820)
        scroll = tk.Scrollbar(window, command=self._canvas.yview)
        self._canvas.configure(
            yscrollcommand=scroll.set,
            scrollregion=(0, 0, self._pages[0].width(), self._pages[0].height()),
        )
        scroll.pack(side=tk.RIGHT, fill=tk.Y)
        self._canvas.pack(fill=tk.BOTH, expand=True)
        self._at = 0
        self._turn(0)

    def _turn(self, step: int) -> None:
        self._at = min(max(self._at + step, 0), len(self._pages) - 1)
        self._canvas.delete("all")
        self._canvas.create_image(0, 0, image=self._pages[self._at], anchor=tk.NW)
        self._canvas.yview_moveto(0)
        self._number.configure(text=f"Page {self._at + 1} of {len(self._pages)}")


def pictures_of(pdf: Path) -> List[bytes]:
    """The pages as PNG; none without pdftoppm, or if it cannot read the file."""
    program = shutil.which("pdftoppm")
    if program is None:
        return []
    with tempfile.TemporaryDirectory(prefix="vrs_pages_") as folder:
        command = [program, "-png", "-r", str(_DPI), str(pdf), str(Path(folder) / "page")]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=_SECONDS)
        except (OSError, subprocess.SubprocessError):
            return []
        return [file.read_bytes() for file in sorted(Path(folder).glob("page*.png"))]
