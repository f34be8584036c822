"""The maps that a check measured, as windows: slices, and the surface with its histogram."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, List, Mapping, Optional, Sequence, Tuple

from pyworkflow.viewer import View

from vrs.checks.figures import HistogramFigure, SurfaceFigure
from vrs.checks.inputs import MASK, Inputs
from vrs.checks.result import Result
from vrs.checks.store import RESULT_FILE, DamagedResult, load_result
from vrs.engines import chimerax
from vrs.maps import DensityMap
from vrs.objects import VrsValidationInput
from vrs.report.figures.drawing import draw_figure, scene_of
from vrs.report.figures.plots import CannotDraw
from vrs.report.figures.slices import Outline
from vrs.report.surfaces.chimerax_scene import write_scene
from vrs.report.surfaces.scene import Scene
from vrs.viewers.local_view import LocalView
from vrs.viewers.results import title_of
from vrs.viewers.slice_view import Layer, SliceView
from vrs.viewers.windows import TextWindow


@dataclass(frozen=True)
class MeasuredMaps:
    """The maps of a check in its folder, which a run measured on what was prepared."""

    check: Result
    folder: Path
    run: Any
    parent: Any = None

    @property
    def prepared(self) -> VrsValidationInput:
        """What was measured: an input of the run, or an output of the run that does everything."""
        given = self.run.validationInput
        found: VrsValidationInput = given if isinstance(given, VrsValidationInput) else given.get()
        return found

    def inputs(self) -> Inputs:
        """The prepared maps; raises DamagedResult if they cannot be read."""
        inputs: Inputs = self.prepared.getPreparation().inputs
        return inputs

    @property
    def surfaces(self) -> List[SurfaceFigure]:
        """The figures that show a local quantity."""
        return [one for one in self.check.figures if isinstance(one, SurfaceFigure) and one.colour]

    def surface_of(self, volume: str) -> Optional[SurfaceFigure]:
        """The figure of which a map gives the colours; None for densities and masks."""
        return next((figure for figure in self.surfaces if figure.colour == volume), None)

    def slices(self, volume: str, limits: Optional[Tuple[float, float]] = None) -> SliceView:
        """Slices of a map with the border of the mask, if that is on the same grid."""
        inputs, figure = self.inputs(), self.surface_of(volume)
        density = self.check.volumes[volume]
        quantity = figure.colour_label if figure else ""
        layer = Layer(density, quantity=quantity, outline=_border(inputs, density), limits=limits)
        title = title_of(f"{self.check.heading}: {volume.replace('_', ' ')}", self.run)
        return SliceView(title, [layer], self.parent, self._files(volume, figure, inputs))

    def prepared_map(self) -> Layer:
        """The prepared map, with the border of the mask if there is one.

        Raises DamagedResult if they cannot be read.
        """
        inputs = self.inputs()
        return Layer(inputs.map, outline=_border(inputs, inputs.map))

    def local(self, figure: SurfaceFigure) -> View:
        """The coloured surface, its histogram, and slices."""
        title = title_of(f"{self.check.heading}: {figure.colour_label}", self.run)
        try:
            inputs = self.inputs()
            scene = self._scene(figure, inputs)
            slices = self.slices(figure.colour, scene.limits)
            histogram = next(
                (draw_figure(other, {}, self.check.curves, inputs.contour).canvas
                 for other in self.check.figures
                 if isinstance(other, HistogramFigure) and other.x_label == figure.colour_label),
                None,
            )  # fmt: skip
        except (CannotDraw, DamagedResult) as problem:
            return TextWindow(title, [f"Not drawn: {problem}."], self.parent)
        return LocalView(title, scene, slices, histogram, self.parent)

    def _scene(self, figure: SurfaceFigure, inputs: Inputs) -> Scene:
        return scene_of(figure, inputs.contour, {**inputs.volumes, **self.check.volumes})

    def _files(
        self, volume: str, figure: Optional[SurfaceFigure], inputs: Inputs
    ) -> Sequence[Path]:
        """What ChimeraX opens, if it is installed: the coloured scene, or the map."""
        file = self.folder / f"{volume}.mrc"
        if figure is None or chimerax.program() is None:
            return [file]
        try:
            scene = self._scene(figure, inputs)
        except CannotDraw:
            return [file]
        path = Path(self.run.getProject().getTmpPath(f"{self.run.getObjId()}_{volume}.cxc"))
        return [write_scene(path, figure, scene, self._named())]

    def _named(self) -> Mapping[str, Path]:
        """The files of the prepared maps and of those of the check, by their names."""
        folders = (self.prepared.getFolder(), self.folder)
        return {file.stem: file for folder in folders for file in folder.glob("*.mrc")}


def _border(inputs: Inputs, density: DensityMap) -> Optional[Outline]:
    """The border of the mask, if that is on the grid of a map."""
    mask = inputs.volumes.get(MASK)
    if mask is None or mask.data.shape != density.data.shape:
        return None
    return Outline(mask.data, 0.5, "the border of the mask")


def maps_beside(file: Path, run: Any, parent: Any) -> Optional[MeasuredMaps]:
    """The maps of the check in whose folder a file is; None if it is in none.

    Raises DamagedResult if the result of the check cannot be read.
    """
    if not (file.parent / RESULT_FILE).is_file():
        return None
    return MeasuredMaps(load_result(file.parent), file.parent, run, parent)
