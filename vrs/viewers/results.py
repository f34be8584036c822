"""What the windows of "Analyze results" share: titles, buttons, and a run without a result."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, Callable, Dict, Iterator, List, Tuple

from pyworkflow.protocol import Protocol, params
from pyworkflow.viewer import DESKTOP_TKINTER, ProtocolViewer, View

from vrs.run.runner import reason_of
from vrs.viewers.windows import TextWindow, WindowView, note_label

Button = Tuple[str, str, Callable[[], View]]
"""Name, label, and what opens."""

_SMALLEST = (760, 420)
"""Pixels; Scipion cuts the labels of a form off at the left."""


def title_of(what: str, run: Protocol) -> str:
    """The title of a window: "0.d B-factor analysis - run name - project"."""
    return f"{what} - {run.getObjLabel()} - {run.getProject().getShortName()}"


def run_of(target: Any, project: Any) -> Protocol:
    """The run itself, or the one that an output comes from."""
    return target if isinstance(target, Protocol) else project.getProtocol(target.getObjParentId())


def nothing_to_show(run: Protocol, output: str = "") -> str:
    """Why a run has no output to look at, or not the named one; "" if it has."""
    if any(output in (name, "") for name, _ in run.iterOutputAttributes()):
        return ""
    if run.isFailed():
        return f"Nothing to show: the run failed: {reason_of(run)}"
    if run.isAborted():
        return "Nothing to show: the run was stopped. Continue it to get a result."
    if run.isScheduled():
        return "Nothing to show yet: the run waits for others to end."
    if run.isActive():
        return "Nothing to show yet: the run has not ended. Its log says how far it is."
    return "Nothing to show: the run has no output. Execute it first."


def nothing_window(run: Protocol, parent: Any, output: str = "") -> View:
    """A window that says why there is nothing else."""
    return TextWindow(title_of("Nothing to show", run), [nothing_to_show(run, output)], parent)


def noted(view: View, run: Any, output: str = "") -> View:
    """A view that says over everything else if what it shows of a run is of earlier values."""
    if isinstance(view, WindowView):
        view.note = earlier_result(run, output)
    return view


def earlier_result(run: Any, output: str = "") -> str:
    """What a run of this plugin says of outputs of earlier values; "" for any other run."""
    asked = getattr(run, "earlierResult", None)
    return str(asked(output)) if asked else ""


class ResultsViewer(ProtocolViewer):
    """A window with buttons; the first one is the default."""

    _environments = [DESKTOP_TKINTER]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._parent = kwargs.get("parent")

    def visualize(self, obj: Any, **kwargs: Any) -> None:
        """Open the window for a run, or for one of its outputs."""
        self.open(run_of(obj, self.getProject()), **kwargs)

    def open(self, run: Any, **kwargs: Any) -> None:
        """Open the window for a run."""
        parent = kwargs.pop("windows", None) or self._parent
        if nothing_to_show(run):
            nothing_window(run, parent and parent.root).show()
            return
        if parent is not None:
            # Scipion comes back from showing the window when that is closed.
            parent.root.after_idle(self._adjust, run)
        super().visualize(run, windows=parent, **kwargs)

    def _adjust(self, run: Protocol) -> None:
        if self.formWindow is not None:
            self.formWindow.root.title(title_of(self._what(), run))
            self.formWindow.root.minsize(*_SMALLEST)
            note = self._note()
            if note:
                # Under the heading; only forms of runs have something in this row.
                form = self.formWindow.root.nametowidget("main")
                note_label(form, note).grid(row=1, column=0, sticky="ew")

    def _what(self) -> str:
        """What the window shows, for its title."""
        return str(self._label).capitalize()

    @abstractmethod
    def _buttons(self) -> Iterator[Button]:
        """The buttons of the window, from top to bottom."""

    def _defineParams(self, form: Any) -> None:
        form.addSection(label="Results")
        for name, label, _ in self._buttons():
            default = True if name == "words" else None
            form.addParam(name, params.LabelParam, default=default, label=label)

    def _getVisualizeDict(self) -> Dict[str, Callable[[str], List[View]]]:
        shows = {name: show for name, _, show in self._buttons()}

        def show(name: str) -> List[View]:
            view = shows[name]()
            if isinstance(view, WindowView):
                view.note = self._note()
            return [view]

        return dict.fromkeys(shows, show)

    def _note(self) -> str:
        return earlier_result(self.protocol)
