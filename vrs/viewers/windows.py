"""Windows with a figure, a table or a text."""

from __future__ import annotations

import csv
import io
import re
import tkinter as tk
from dataclasses import dataclass
from pathlib import Path
from tkinter import filedialog, ttk
from tkinter import font as tkfont
from typing import Any, Callable, ClassVar, List, Optional, Sequence, Tuple

from matplotlib.backends.backend_tkagg import FigureCanvasTkAgg, NavigationToolbar2Tk
from matplotlib.figure import Figure
from pyworkflow.gui.text import TaggedText
from pyworkflow.viewer import View

from vrs.maps.whole_file import write_whole

SCREEN_DPI = 160
"""Figures are laid out for paper; on a screen they are shown larger."""

_TEXT_WIDTH = 100
_TALLEST_TEXT = 36
_TALLEST_TABLE = 30
_NARROWEST_CAPTION = 480
_MARGINS = 24
"""Columns of a text and the most lines of a text or a table that are seen at once; pixels of a
caption and beside it."""

_OVER_LINES = 3
"""Pixels over a line of text, without which some fonts lose the ring of Å."""

_WIDEST_COLUMN = 620
"""Pixels; longer cells are cut."""

_LONGEST_NAME = 80
"""Letters of the name that is proposed for a file."""

_NOTE = "#fff3cd"
"""Colour behind a note over everything else in a window."""


class WindowView(View):  # type: ignore[misc]
    """What is shown in a window of its own; ``note`` stands over everything else in it."""

    note = ""


@dataclass(eq=False)
class FigureView(WindowView):
    """A figure in a window of its own over its caption, with the tools to zoom and save."""

    title: str
    figure: Figure
    caption: str = ""
    parent: Any = None

    def show(self) -> None:
        window = new_window(self.title, self.parent, self.note)
        self.figure.set_dpi(SCREEN_DPI)
        canvas = FigureCanvasTkAgg(self.figure, master=window)
        NavigationToolbar2Tk(canvas, window).update()
        if self.caption:
            width = int(self.figure.get_figwidth() * SCREEN_DPI)
            caption_label(window, self.caption, width).pack(side=tk.BOTTOM, fill=tk.X)
        canvas.get_tk_widget().pack(fill=tk.BOTH, expand=True)
        canvas.draw()


@dataclass(eq=False)
class TableView(WindowView):
    """A table over its caption; cells are texts, numbers are aligned to the right.

    A button saves it as CSV. ``opened`` gets the number of the row that is double-clicked.
    """

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    caption: str = ""
    parent: Any = None
    opened: Optional[Callable[[int], None]] = None
    folder: ClassVar[Optional[Path]] = None
    """Where the last table was saved."""

    def show(self) -> None:
        window = new_window(self.title, self.parent, self.note)
        table = table_widget(window, self.headings, self.rows)
        if self.opened is not None:
            on_double_click(table, self.opened)
        bar = ttk.Scrollbar(window, orient=tk.VERTICAL, command=table.yview)
        table.configure(yscrollcommand=bar.set)
        save = tk.Button(window, text="Save as CSV...", command=self.ask_and_save)
        save.pack(side=tk.BOTTOM, anchor=tk.E, padx=8, pady=6)
        if self.caption:
            window.update_idletasks()
            width = max(table.winfo_reqwidth(), _NARROWEST_CAPTION)
            caption_label(window, self.caption, width).pack(side=tk.BOTTOM, fill=tk.X)
        bar.pack(side=tk.RIGHT, fill=tk.Y)
        table.pack(fill=tk.BOTH, expand=True)
        centre(window, self.parent)

    def ask_and_save(self) -> None:
        """Save the table where the user says."""
        name = filedialog.asksaveasfilename(
            defaultextension=".csv", initialfile=f"{name_of_file(self.title)}.csv",
            initialdir=TableView.folder or Path.home(), parent=self.parent,
        )  # fmt: skip
        if not name:
            return
        TableView.folder = Path(name).parent
        try:
            self.save(Path(name))
        except OSError as problem:
            lines = [f"{name} cannot be written: {problem.strerror}."]
            TextWindow(self.title, lines, self.parent).show()

    def save(self, path: Path) -> None:
        """Write the table as CSV, as it is printed."""
        stream = io.StringIO()
        csv.writer(stream).writerows([self.headings, *self.rows])
        write_whole(path, stream.getvalue().encode("utf-8"))


def name_of_file(title: str) -> str:
    """What a window shows, as the name of a file.

    Examples
    --------
    >>> name_of_file("0.b Mask analysis: rules - 0.b Mask analysis - my project")
    '0.b Mask analysis rules'
    """
    what = title.partition(" - ")[0]
    return re.sub(r"[^\w. ()%-]+", "", what)[:_LONGEST_NAME].strip(" .") or "table"


def table_widget(
    window: Any,
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    tallest: int = _TALLEST_TABLE,
) -> ttk.Treeview:
    """A table in a window, at most so many rows tall; columns are as wide as their cells."""
    font, bold = map(tkfont.nametofont, ("TkDefaultFont", "TkHeadingFont"))
    table = ttk.Treeview(
        window, columns=list(range(len(headings))), show="headings",
        height=max(1, min(len(rows), tallest)),
    )  # fmt: skip
    style = ttk.Style(window)
    style.configure("Vrs.Treeview", rowheight=int(1.4 * font.metrics("linespace")))
    table.configure(style="Vrs.Treeview")
    for column, heading in enumerate(headings):
        cells = [row[column] for row in rows]
        words = any(_is_text(cell) for cell in cells)
        widest = max([bold.measure(heading), *map(font.measure, cells)])
        width = min(widest + _MARGINS, _WIDEST_COLUMN)
        table.heading(column, text=heading, anchor="w" if words else "e")
        table.column(column, anchor="w" if words else "e", width=width)
    for row in rows:
        table.insert("", tk.END, values=list(row))
    return table


def on_double_click(table: ttk.Treeview, opened: Callable[[int], None]) -> None:
    """Call a function with the number of the row that is double-clicked."""

    def open_row(event: Any) -> None:
        row = table.identify_row(event.y)
        if row:
            opened(table.index(row))

    table.bind("<Double-Button-1>", open_row)


def _is_text(cell: str) -> bool:
    return any(letter.isalpha() for letter in cell.replace("e", ""))


@dataclass(eq=False)
class TextWindow(WindowView):
    """A text with Scipion's markup (*bold*)."""

    title: str
    lines: List[str]
    parent: Any = None

    def show(self) -> None:
        window = new_window(self.title, self.parent, self.note)
        lines = sum(1 + len(line) // _TEXT_WIDTH for line in self.lines) + len(self.lines)
        frame, text = text_widget(window, _TEXT_WIDTH, min(lines, _TALLEST_TEXT))
        fill_text(text, "\n\n".join(self.lines))
        frame.pack(fill=tk.BOTH, expand=True)
        centre(window, self.parent)


def text_widget(window: Any, width: int, height: int) -> Tuple[tk.Frame, TaggedText]:
    """An empty text with Scipion's markup, and the frame that holds it; sizes in letters."""
    frame = tk.Frame(window, bg="white")
    text = TaggedText(
        frame, width=width, height=height, bg="white", padx=12, pady=8,
        spacing1=_OVER_LINES, spacing2=_OVER_LINES,
    )  # fmt: skip
    text.grid(row=0, column=0, sticky="news")
    frame.rowconfigure(0, weight=1)
    frame.columnconfigure(0, weight=1)
    return frame, text


def fill_text(widget: TaggedText, text: str) -> None:
    """Replace what a text shows; readers cannot change it."""
    widget.setReadOnly(False)
    widget.clear()
    widget.addText(text)
    widget.setReadOnly(True)


def caption_label(window: tk.Toplevel, text: str, width: int) -> tk.Label:
    """A text under a picture, in lines as wide as the window (at first ``width`` pixels)."""
    label = tk.Label(window, text=text, bg="white", justify=tk.LEFT, anchor=tk.W, padx=12, pady=6)
    label.configure(wraplength=width - _MARGINS)
    label.bind("<Configure>", lambda event: label.configure(wraplength=event.width - _MARGINS))
    return label


def new_window(title: str, parent: Optional[Any], note: str = "") -> Any:
    """An empty white window, or what is below a note in it."""
    window = tk.Toplevel(parent, bg="white")
    window.title(title)
    if not note:
        return window
    note_label(window, note).pack(fill=tk.X)
    below = tk.Frame(window, bg="white")
    below.pack(fill=tk.BOTH, expand=True)
    return below


def note_label(window: Any, note: str) -> tk.Label:
    """A note for the top of a window, in lines as wide as the window."""
    label = tk.Label(
        window, text=note, bg=_NOTE, justify=tk.LEFT, anchor=tk.W, padx=12, pady=6,
        wraplength=_NARROWEST_CAPTION,
    )  # fmt: skip
    label.bind("<Configure>", lambda event: label.configure(wraplength=event.width - _MARGINS))
    return label


def centre(window: Any, parent: Optional[Any]) -> None:
    """Put a window that is complete over the middle of the one that it belongs to."""
    if parent is None:
        return
    window, over = window.winfo_toplevel(), parent.winfo_toplevel()
    window.withdraw()
    window.update_idletasks()
    left = over.winfo_rootx() + (over.winfo_width() - window.winfo_reqwidth()) // 2
    top = over.winfo_rooty() + (over.winfo_height() - window.winfo_reqheight()) // 2
    window.geometry(f"+{max(left, 0)}+{max(top, 0)}")
    window.deiconify()
