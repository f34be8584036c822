"""The windows of a running Scipion: what they show, asked of Tk, and clicks where it is shown.

Tk lets a program on a display ask another one (``send``). Questions are asked this way, and what is
hidden is brought to sight; everything else is done with the mouse and the keyboard.
"""

from __future__ import annotations

import contextlib
import os
import time
import tkinter
from dataclasses import dataclass
from typing import Callable, Iterator, List, Optional, Tuple, TypeVar

from vrs.tests.gui.desk import Desk

Found = TypeVar("Found")

SECONDS = 240
"""Longest wait for a window or a run."""

_LOOK = r"""
proc vrs_look {w} {
    set class [winfo class $w]
    set text ""
    if {[winfo toplevel $w] eq $w && $class ne "Menu"} { set class Window }
    switch $class {
        Text { set text [$w get 1.0 end] }
        Entry - TEntry - TCombobox { set text [$w get] }
        Window { set text [wm title $w] }
        default { catch { set text [$w cget -text] } }
    }
    set all [list [list $w $class $text [winfo viewable $w] [winfo rootx $w] [winfo rooty $w] \
        [winfo width $w] [winfo height $w]]]
    foreach child [winfo children $w] { set all [concat $all [vrs_look $child]] }
    return $all
}
"""


@dataclass(frozen=True)
class Widget:
    """A visible widget: its path in Tk, its class, its text, and its place on the screen."""

    path: str
    kind: str
    text: str
    x: int
    y: int
    width: int
    height: int

    @property
    def middle(self) -> Tuple[int, int]:
        return self.x + self.width // 2, self.y + self.height // 2


class Windows:
    """The windows of one program that uses Tk."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        os.environ.update(desk.environment)
        self._asking = tkinter.Tk(className="watching")
        self._asking.withdraw()
        self._name: Optional[str] = None

    def end(self) -> None:
        """Ask no more."""
        self._asking.destroy()

    def ask(self, question: str) -> str:
        """The answer of the program to a command in Tcl."""
        return str(self._asking.tk.call("send", self._program(), question))

    def list(self, question: str) -> Tuple[str, ...]:
        """An answer that is a list."""
        return tuple(map(str, self._asking.tk.splitlist(self.ask(question))))

    def _program(self) -> str:
        if self._name is None:
            self.go_to("")
        return str(self._name)

    def go_to(self, title: str, busy: bool = False) -> None:
        """Ask the program that has a window with this title from now on.

        ``busy``: the present program waits for it, and would never answer.
        """
        avoided = {self._asking.tk.call("tk", "appname"), *([self._name] if busy else [])}

        def look() -> bool:
            for name in self._asking.tk.splitlist(self._asking.tk.call("winfo", "interps")):
                if name in avoided:
                    continue
                self._name = name
                # A program may end, or not have any window yet.
                with contextlib.suppress(tkinter.TclError):
                    self.ask(_LOOK)
                    if any(title in shown for shown in self.titles()):
                        return True
            return False

        self.wait(look, f"no program has a window “{title}”")

    def wait(
        self, look: Callable[[], Optional[Found]], otherwise: str, seconds: float = SECONDS
    ) -> Found:
        """What ``look`` finds, as soon as it finds something."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = look()
            if found:
                return found
            self._asking.update()
            time.sleep(0.3)
        self.desk.picture("failure")
        raise AssertionError(f"{otherwise} (after {seconds} s; see {self.desk.pictures})")

    def widgets(self, window: str = ".") -> List[Widget]:
        """All visible widgets of the program or of a window of it."""
        seen = []
        for row in self.list(f"vrs_look {{{window}}}"):
            path, kind, text, viewable, *place = self._asking.tk.splitlist(row)
            if int(viewable):
                seen.append(Widget(path, kind, text.strip(), *map(int, place)))
        return seen

    def titles(self) -> List[str]:
        """The titles of the windows that are open."""
        return [window.text for window in self.open()]

    def window(self, title: str) -> Widget:
        """The window whose title has these words, as soon as it is open."""

        def look() -> Optional[Widget]:
            return next((window for window in self.open() if title in window.text), None)

        return self.wait(look, f"no window “{title}”, but {self.titles()}")

    def open(self) -> List[Widget]:
        """The windows that are open, without the hints under the mouse."""
        windows = [widget for widget in self.widgets() if widget.kind == "Window"]
        return [window for window in windows if window.text not in ("tk", "")]

    def text(self, window: Widget) -> str:
        """All that can be read in a window."""
        return "\n".join(widget.text for widget in self.widgets(window.path) if widget.text)

    def find(self, text: str, window: str = ".", kind: str = "") -> Widget:
        """The widget of a kind with this text, as soon as it is visible."""

        def look() -> Optional[Widget]:
            widgets = (widget for widget in self.widgets(window) if kind in widget.kind)
            return next((widget for widget in widgets if widget.text == text), None)

        return self.wait(look, f"nothing says “{text}” in {window}")

    def menu(self, window: Widget, *labels: str) -> None:
        """Choose an entry of the menu of a window."""
        (bar,) = (w for w in self.widgets(window.path) if w.kind == "Menu")
        for depth, label in enumerate(labels):
            entries = range(int(self.ask(f"{bar.path} index end")) + 1)
            (place,) = (e for e in entries if self._label(bar.path, e) == label)
            across = int(self.ask(f"{bar.path} xposition {place}")) if depth == 0 else 20
            down = int(self.ask(f"{bar.path} yposition {place}"))
            self.desk.click(bar.x + across + 15, bar.y + down + 9)
            if depth + 1 < len(labels):
                bar = self._posted(bar.path)

    def _label(self, menu: str, entry: int) -> str:
        if self.ask(f"{menu} type {entry}") in ("separator", "tearoff"):
            return ""
        return self.ask(f"{menu} entrycget {entry} -label")

    def _posted(self, menu: str) -> Widget:
        """The menu that opened below another one."""

        def look() -> Optional[Widget]:
            below = (w for w in self.widgets(menu) if w.kind == "Menu" and w.path != menu)
            return next(below, None)

        return self.wait(look, "no menu opens")

    def press(self, text: str, window: str = ".", kind: str = "") -> None:
        self.desk.click(*self.find(text, window, kind).middle)

    def graph(self) -> str:
        """The canvas with the runs of a project, as soon as it is there."""

        def look() -> Optional[str]:
            return next((w.path for w in self.widgets() if w.path.endswith(".runs_canvas")), None)

        return self.wait(look, "the project shows no graph")

    def close(self, window: Widget) -> None:
        """Press the button in the frame of a window that closes it, and wait until it is gone."""
        self.ask(f"raise {window.path}")
        time.sleep(0.3)
        self.desk.click(window.x + window.width - 10, window.y - 10)
        self.wait(
            lambda: window.path not in [widget.path for widget in self.widgets()],
            f"“{window.text}” does not close",
        )

    def fill(self, window: Widget, label: str, value: object) -> None:
        """Type into the field beside a label that ends so, in the place of what it holds."""
        widgets = self.widgets(window.path)
        named = next(w for w in widgets if w.kind == "Label" and w.text.endswith(label))
        beside = (w for w in widgets if w.kind == "Entry")
        field = next(w for w in beside if abs(w.middle[1] - named.middle[1]) < 15)
        self.desk.click(*field.middle)
        self.desk.mouse("key", "ctrl+slash", "Delete")
        self.desk.type(str(value))

    def rows(self, tree: str) -> Iterator[Tuple[str, str]]:
        """Identifier and text of every row of a tree, open or not."""
        waiting = [*self.list(f"{tree} children {{}}")]
        while waiting:
            row = waiting.pop(0)
            yield row, self.ask(f"{tree} item {{{row}}} -text")
            waiting = [*self.list(f"{tree} children {{{row}}}"), *waiting]

    def box(self, text: str) -> Tuple[int, int]:
        """Where on the screen the graph has the run with this text; it is scrolled into sight."""
        canvas = self.graph()

        def look() -> Optional[Tuple[int, int]]:
            for item in self._texts(canvas):
                if text in self.ask(f"{canvas} itemcget {item} -text"):
                    left, top, right, bottom = map(int, self.list(f"{canvas} bbox {item}"))
                    across, down = (left + right) / 2, (top + bottom) / 2
                    self.ask(
                        f"lassign [{canvas} cget -scrollregion] l t r b; "
                        f"{canvas} xview moveto [expr ({across} - $l - 300.0) / ($r - $l)]; "
                        f"{canvas} yview moveto [expr ({down} - $t - 150.0) / ($b - $t)]; update"
                    )
                    x, y, shift, lift = map(float, self.list(
                        f"list [winfo rootx {canvas}] [winfo rooty {canvas}] "
                        f"[{canvas} canvasx 0] [{canvas} canvasy 0]"
                    ))  # fmt: skip
                    return int(x + across - shift), int(y + down - lift)
            return None

        return self.wait(look, f"the graph has no “{text}”, but {self.boxes()}")

    def boxes(self) -> List[str]:
        """The texts of the runs in the graph: name and status."""
        canvas = self.graph()
        return [self.ask(f"{canvas} itemcget {item} -text") for item in self._texts(canvas)]

    def _texts(self, canvas: str) -> List[str]:
        items = self.list(f"{canvas} find all")
        return [item for item in items if self.ask(f"{canvas} type {item}") == "text"]

    def wait_for(self, run: str, status: str, seconds: float = SECONDS) -> None:
        """Wait until the graph shows a run with this status."""

        def look() -> bool:
            if any(f"{run}\n{status}" in box for box in self.boxes()):
                return True
            # By itself the window looks ever less often.
            self.press("Refresh", kind="Label")
            time.sleep(1)
            return False

        self.wait(look, f"{run} is not {status}", seconds)

    def select(self, text: str) -> None:
        """Click on the box of a run until the graph shows it selected."""

        def look() -> bool:
            self.desk.click(*self.box(text))
            time.sleep(0.7)
            canvas = self.graph()
            for item in self._texts(canvas):
                if text in self.ask(f"{canvas} itemcget {item} -text"):
                    frame = self.ask(f"{canvas} itemcget [{canvas} find below {item}] -width")
                    return float(frame) == 2
            return False

        self.wait(look, f"“{text}” cannot be selected")
