"""The prepared map, its masks and the resized map."""

from __future__ import annotations

from typing import Any, Callable, Dict, List

from pwem.objects import Volume
from pyworkflow.protocol import params
from pyworkflow.viewer import DESKTOP_TKINTER, ProtocolViewer, View

from vrs.protocols import VrsProtPrepare
from vrs.protocols.volumes import read_volume
from vrs.viewers.windows import SliceView, TextWindow


class VrsPrepareViewer(ProtocolViewer):
    """Analyze results of the preparation."""

    _label = "prepared map and masks"
    _targets = [VrsProtPrepare]
    _environments = [DESKTOP_TKINTER]

    def _defineParams(self, form: Any) -> None:
        form.addSection(label="Results")
        form.addParam("words", params.LabelParam, default=True, label="What was found")
        for name, volume in self.protocol.iterOutputAttributes(Volume):
            form.addParam(name, params.LabelParam, label=f"Slices of {name}: {volume}")

    def _getVisualizeDict(self) -> Dict[str, Callable[[str], List[View]]]:
        shows: Dict[str, Callable[[str], List[View]]] = {"words": self._show_words}
        for name, _ in self.protocol.iterOutputAttributes(Volume):
            shows[name] = self._show_volume
        return shows

    def _show_words(self, name: str) -> List[View]:
        return [TextWindow("Prepared map", self.protocol.summary(), self.getTkRoot())]

    def _show_volume(self, name: str) -> List[View]:
        density = read_volume(getattr(self.protocol, name))
        return [SliceView(f"{self.protocol}: {name}", density, self.getTkRoot())]
