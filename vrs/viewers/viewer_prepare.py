"""The prepared map, its masks and the resampled map."""

from __future__ import annotations

from typing import Any, Callable, Dict, List

from pwem.objects import Volume
from pyworkflow.protocol import params
from pyworkflow.viewer import DESKTOP_TKINTER, ProtocolViewer, View

from vrs.protocols.protocol_prepare import MAPS, VrsProtPrepare
from vrs.protocols.volumes import read_volume
from vrs.report.figures.slices import Outline
from vrs.viewers.windows import SliceView, TextWindow


class VrsPrepareViewer(ProtocolViewer):
    """Analyze results of the preparation."""

    _label = "prepared map and masks"
    _targets = [VrsProtPrepare]
    _environments = [DESKTOP_TKINTER]

    def _defineParams(self, form: Any) -> None:
        form.addSection(label="Results")
        form.addParam("words", params.LabelParam, default=True, label="Summary")
        for output, volume in self._volumes().items():
            box = " x ".join(map(str, volume.getDim()))
            form.addParam(
                output,
                params.LabelParam,
                label=f"Slices of the {_name(output)}: "
                f"{box} voxels of {volume.getSamplingRate():.4g} Å",
            )

    def _getVisualizeDict(self) -> Dict[str, Callable[[str], List[View]]]:
        shows: Dict[str, Callable[[str], List[View]]] = {"words": self._show_words}
        shows.update(dict.fromkeys(self._volumes(), self._show_volume))
        return shows

    def _volumes(self) -> Dict[str, Volume]:
        return dict(self.protocol.iterOutputAttributes(Volume))

    def _show_words(self, name: str) -> List[View]:
        return [TextWindow("Prepared map", self.protocol.summary(), self.getTkRoot())]

    def _show_volume(self, name: str) -> List[View]:
        volumes = self._volumes()
        density = read_volume(volumes[name])
        # The map on the same grid, which the mask was made from.
        contoured = volumes["resampledVolume" if "resampled" in name else "outputVolume"]
        level = self.protocol.validationInput.contour.get()
        line = Outline(
            read_volume(contoured).data, level, f"the map at the contour level {level:.6g}"
        )
        title = f"{self.protocol}: {_name(name)}"
        return [SliceView(title, density, self.getTkRoot(), outline=line)]


def _name(output: str) -> str:
    """What an output is called in sentences."""
    return MAPS[output][0].replace("_", " ")
