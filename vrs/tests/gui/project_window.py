"""The window of a project: its graph of runs, its tree of protocols, its forms and results."""

from __future__ import annotations

import re
import time
from typing import Callable, List, NamedTuple, Optional, Tuple

from vrs.tests.gui.windows import Widget, Windows

VIEW = "Map validation (VRS)"
"""The view of this plugin in the list over the tree."""

OF_A_RUN = 300
"""Longest wait for a run, in seconds."""

OF_A_WINDOW = 30.0
"""Seconds after which a window that does not open is asked for again."""

SETTLED, PATIENCE = 2.0, 8.0
"""Seconds until a click has had its effect, and after which it is repeated."""

_LOST = re.compile(r"failed \(done ([1-9]\d*)/\1\)")
"""A run that finished: it ended between Scipion's looks at its status and at its process, which
Scipion takes for a failure. Of a run that did fail not all steps are done."""

_GRAPH = r"""
proc vrs_runs {c} {
    set all {}
    foreach item [$c find all] {
        if {[$c type $item] ne "text"} continue
        lassign [$c bbox $item] left top right bottom
        set frame 1
        foreach other [$c find overlapping $left $top $right $bottom] {
            lassign [$c bbox $other] l t r b
            if {$other != $item && [$c type $other] ni {text line} && \
                $l <= $left && $t <= $top && $r >= $right && $b >= $bottom} {
                set frame [$c itemcget $other -width]
            }
        }
        set middle [list [expr ($left + $right) / 2.0] [expr ($top + $bottom) / 2.0]]
        lappend all [list [$c itemcget $item -text] {*}$middle $frame]
    }
    return $all
}
proc vrs_show {c across down} {
    lassign [$c cget -scrollregion] left top right bottom
    $c xview moveto [expr ($across - $left - 300.0) / ($right - $left)]
    $c yview moveto [expr ($down - $top - 150.0) / ($bottom - $top)]
    update
    return [list [expr [winfo rootx $c] + $across - [$c canvasx 0]] \
        [expr [winfo rooty $c] + $down - [$c canvasy 0]]]
}
"""
"""The boxes of a graph: text, middle, and width of the frame, which is 2 if it is selected; and
scrolling a place into sight."""


class Run(NamedTuple):
    """A box of the graph, with its middle on the canvas."""

    name: str
    status: str
    across: float
    down: float
    selected: bool

    @classmethod
    def of(cls, text: str, across: str, down: str, frame: str) -> Run:
        """From what Tk says of it; "* " stands before a run of a plugin that is developed."""
        name, _, status = text.partition("\n")
        name = name[2:] if name.startswith("* ") else name
        status = _LOST.sub("finished", status)
        return cls(name, status, float(across), float(down), float(frame) == 2)


class ProjectWindow(Windows):
    """The windows of a project that is open in Scipion."""

    procedures = Windows.procedures + _GRAPH

    def graph(self) -> str:
        """The canvas with the runs of a project, as soon as it is there."""

        def look() -> Optional[str]:
            return next((w.path for w in self.widgets() if w.path.endswith(".runs_canvas")), None)

        return self.wait(look, "the project shows no graph")

    def runs(self) -> List[Run]:
        """The boxes of the graph."""
        found = self.list(f"vrs_runs {self.graph()}")
        return [Run.of(*self.words(row)) for row in found]

    def run(self, name: str) -> Optional[Run]:
        """The box of a run with this name, else one whose name has these words."""
        runs = self.runs()
        same = [run for run in runs if run.name == name]
        return next(iter(same or [run for run in runs if name in run.name]), None)

    def place(self, name: str) -> Tuple[int, int]:
        """Where the box of a run is on the screen; it is scrolled into sight."""
        canvas = self.graph()
        run = self.wait(lambda: self.run(name), f"the graph has no “{name}”")
        x, y = self.list(f"vrs_show {canvas} {run.across} {run.down}")
        return int(float(x)), int(float(y))

    def wait_for(self, name: str, status: str, seconds: float = OF_A_RUN) -> None:
        """Wait until the graph shows a run with this status."""

        def look() -> bool:
            run = self.run(name)
            if run is not None and run.status.startswith(status):
                return True
            # By itself the window looks ever less often.
            self.press("Refresh", kind="Label")
            time.sleep(1)
            return False

        self.wait(look, f"{name} is not {status}", seconds)

    def select(self, name: str) -> None:
        """Click on the box of a run until the graph shows it selected."""
        clicked = 0.0

        def look() -> bool:
            nonlocal clicked
            waited = time.monotonic() - clicked
            selected = [run for run in self.runs() if run.selected]
            # The graph may show the run that was selected before a while longer.
            if self.run(name) in selected and (len(selected) == 1 or SETTLED < waited < PATIENCE):
                return True
            if waited > PATIENCE:
                if clicked:
                    # Another window, or the box of another run, may lie over it.
                    self.ask("raise .")
                    self.press("Organize", kind="Label")
                self.desk.click(*self.place(name))
                clicked = time.monotonic()
            return False

        self.wait(look, f"“{name}” cannot be selected")

    def act(self, *labels: str) -> None:
        """Press buttons of the tool bar, which act on the selected run."""
        for label in labels:
            self.press(label, kind="Label")

    def opened_by(self, label: str, kind: str = "Label") -> Widget:
        """The window that a button of the project opens."""
        return self._opened(lambda: self.press(label, kind=kind))

    def _opened(self, act: Callable[[], None]) -> Widget:
        """The window that an action opens, which is repeated if a closing window took the click."""
        before, acted = self.open(), 0.0

        def look() -> bool:
            nonlocal acted
            if len(self.open()) > len(before):
                return True
            if time.monotonic() - acted > OF_A_WINDOW:
                act()
                acted = time.monotonic()
            return False

        self.wait(look, "no window opens")
        return self.new(before)

    def edit(self, run: str) -> Widget:
        """The form of a run."""
        self.select(run)
        return self.opened_by("Edit")

    def analyze(self, run: str) -> Widget:
        """The window that "Analyze results" opens for a run."""
        self.select(run)
        return self.opened_by("Analyze results", "Button")

    def execute(self, form: Widget, answer: str = "Yes") -> None:
        """Execute the form of a run that exists, with an answer to Scipion's question."""
        before = self.open()
        self.press("Execute", form.path)
        self.press(answer, self.new(before).path)

    def tree(self) -> str:
        """The tree of protocols, in the view of this plugin alone."""
        combo = next(w for w in self.widgets() if w.kind == "TCombobox")
        if combo.text != VIEW:
            self.desk.click(combo.x + combo.width - 8, combo.middle[1])
            popdown = f"{combo.path}.popdown"
            open_list = f"expr [winfo exists {popdown}] && [winfo viewable {popdown}]"
            self.wait(lambda: self.ask(open_list) == "1", "the list of views does not open")
            # The list is open at the present view.
            self.desk.mouse("key", "Home")
            names = self.list(f"{combo.path} cget -values")
            for _ in range(names.index(VIEW)):
                self.desk.mouse("key", "Down")
            self.desk.mouse("key", "Return")
            self.wait(lambda: self.ask(f"{combo.path} get") == VIEW, "the view does not change")
        return next(w.path for w in self.widgets() if w.path.endswith(".!tree"))

    def form(self, text: str) -> Widget:
        """A new form of the protocol with this text in the tree."""
        return self._open_row(self.tree(), text)

    def output(self, name: str) -> Widget:
        """The window of an output of the selected run, in the list above its summary."""
        text = f"-> {name}"
        (tree,) = (
            w.path for w in self.widgets()
            if w.kind == "Treeview" and any(row.endswith(text) for _, row in self.rows(w.path))
        )  # fmt: skip
        return self._open_row(tree, text)

    def _open_row(self, tree: str, text: str) -> Widget:
        """The window that a double click on a row opens, whose text ends so."""
        row = self.wait(
            lambda: next((row for row, shown in self.rows(tree) if shown.endswith(text)), None),
            f"the tree has no “{text}”",
        )

        def double_click() -> None:
            self.ask(f"{tree} see {{{row}}}; update")
            x, y, _, height = map(int, self.list(f"{tree} bbox {{{row}}}"))
            at = next(w for w in self.widgets() if w.path == tree)
            self.desk.click(at.x + x + 60, at.y + y + height // 2, times=2)

        return self._opened(double_click)
