"""The window of "Analyze results": one button for each thing that a run has to show."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, Callable, Dict, Iterator, List, Tuple

from pyworkflow.protocol import params
from pyworkflow.viewer import DESKTOP_TKINTER, ProtocolViewer, View

Button = Tuple[str, str, Callable[[], View]]
"""Name, label, and what opens."""


class ResultsViewer(ProtocolViewer):
    """A window with buttons; the first one is the default."""

    _environments = [DESKTOP_TKINTER]

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
        return dict.fromkeys(shows, lambda name: [shows[name]()])
