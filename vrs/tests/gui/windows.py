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
from typing import Callable, Iterator, List, Optional, Sequence, Tuple, TypeVar

from vrs.tests.gui.desk import Desk

Found = TypeVar("Found")

SECONDS = 100
"""Longest wait for something in a window."""

EVERY = 0.15
"""Seconds between two looks."""

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

    procedures = _LOOK
    """What is defined in the program to answer questions."""

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
        return self.words(self.ask(question))

    def words(self, text: str) -> Tuple[str, ...]:
        """The elements of a list of Tcl."""
        return tuple(map(str, self._asking.tk.splitlist(text)))

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
                    self.ask(self.procedures)
                    if any(title in shown for shown in self.titles()):
                        return True
            return False

        self.wait(look, f"no program has a window “{title}”")

    def new(self, before: Sequence[Widget]) -> Widget:
        """The window that was opened since, once it has all its widgets."""
        known = {shown.path for shown in before}
        last: List[Widget] = []

        def look() -> Optional[Widget]:
            nonlocal last
            opened = next((shown for shown in self.open() if shown.path not in known), None)
            if opened is None:
                return None
            self.ask("update idletasks")
            now = self.widgets(opened.path)
            same, last = now == last, now
            return opened if same else None

        return self.wait(look, "no window opens")

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
            time.sleep(EVERY)
        self.desk.picture("failure")
        raise AssertionError(f"{otherwise} (after {seconds} s; see {self.desk.pictures})")

    def widgets(self, window: str = ".") -> List[Widget]:
        """All visible widgets of the program or of a window of it."""
        seen = []
        for row in self.list(f"vrs_look {{{window}}}"):
            path, kind, text, viewable, *place = self.words(row)
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

    def close(self, window: Widget) -> None:
        """Press the button in the frame of a window that closes it, and wait until it is gone."""
        self.ask(f"raise {window.path}; update")
        time.sleep(0.2)
        self.desk.click(window.x + window.width - 10, window.y - 10)
        self.wait(
            lambda: window.path not in [other.path for other in self.open()],
            f"“{window.text}” does not close",
        )

    def field(self, window: Widget, label: str) -> Widget:
        """The field beside a label that ends so."""

        def look() -> Optional[Widget]:
            widgets = self.widgets(window.path)
            named = [w for w in widgets if w.kind == "Label" and w.text.endswith(label)]
            beside = (w for w in widgets if named and w.kind == "Entry")
            return next((w for w in beside if abs(w.middle[1] - named[0].middle[1]) < 15), None)

        return self.wait(look, f"{window.text} has no field “{label}”")

    def fill(self, window: Widget, label: str, value: object) -> None:
        """Type into the field beside a label that ends so, in the place of what it holds."""
        field, text = self.field(window, label), str(value)
        self.desk.click(*field.middle)
        self.desk.mouse("key", "ctrl+slash", "Delete")
        self.desk.type(text)
        self.wait(lambda: self.ask(f"{field.path} get") == text, f"“{label}” does not take {text}")

    def rows(self, tree: str) -> Iterator[Tuple[str, str]]:
        """Identifier and text of every row of a tree, open or not."""
        waiting = [*self.list(f"{tree} children {{}}")]
        while waiting:
            row = waiting.pop(0)
            yield row, self.ask(f"{tree} item {{{row}}} -text")
            waiting = [*self.list(f"{tree} children {{{row}}}"), *waiting]

