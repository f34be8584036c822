"""The prepared map, its masks and the resampled map."""

from __future__ import annotations

from functools import partial
from typing import Dict, Iterator

from pwem.objects import Volume
from pyworkflow.viewer import View

from vrs.maps.printing import entered
from vrs.objects import VrsValidationInput
from vrs.protocols.protocol_prepare import MAPS, VrsProtPrepare
from vrs.protocols.volumes import read_volume, volume_path
from vrs.report.figures.plots import CannotDraw
from vrs.report.figures.slices import Outline
from vrs.report.surfaces.scene import make_scene
from vrs.viewers.results import Button, ResultsViewer, title_of
from vrs.viewers.slice_view import Layer, SliceView
from vrs.viewers.turning_view import TurningView
from vrs.viewers.windows import TextWindow


class VrsPrepareViewer(ResultsViewer):
    """Analyze results of the preparation."""

    _label = "prepared map and masks"
    _targets = [VrsProtPrepare, VrsValidationInput]

    def _buttons(self) -> Iterator[Button]:
        yield "words", "Summary", self._text
        volumes = dict(self.protocol.iterOutputAttributes(Volume))
        for output, volume in volumes.items():
            box = " x ".join(map(str, volume.getDim()))
            size = f"{box} voxels of {entered(volume.getSamplingRate())} Å"
            label = f"Slices of the {_name(output)}: {size}"
            yield output, label, partial(self._slices, volumes, output)
        yield "surface", "Turn the surface of the map at the contour level", self._surface

    def _text(self) -> View:
        title = title_of("Prepared map", self.protocol)
        return TextWindow(title, self.protocol.summary(), self.getTkRoot())

    def _surface(self) -> View:
        inputs = self.protocol.validationInput.getPreparation().inputs
        title = title_of("Map at the contour level", self.protocol)
        try:
            scene = make_scene(inputs.map, inputs.contour)
        except CannotDraw as problem:
            return TextWindow(title, [f"Not drawn: {problem}."], self.getTkRoot())
        return TurningView(title, scene, self.getTkRoot())

    def _slices(self, volumes: Dict[str, Volume], name: str) -> View:
        # The map on the same grid, which the mask was made from.
        contoured = volumes["resampledVolume" if "resampled" in name else "outputVolume"]
        level = self.protocol.validationInput.contour.get()
        sentence = f"the map at the contour level {entered(level)}"
        outline = Outline(read_volume(contoured).data, level, sentence)
        title = title_of(_name(name).capitalize(), self.protocol)
        layer = Layer(read_volume(volumes[name]), outline=outline)
        return SliceView(title, [layer], self.getTkRoot(), [volume_path(volumes[name])])


def _name(output: str) -> str:
    """What an output is called in sentences."""
    return MAPS[output][0].replace("_", " ")
