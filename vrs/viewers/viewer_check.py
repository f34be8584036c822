"""The results of a check: its words, its figures and slices of its maps."""

from __future__ import annotations

from typing import Any, Callable, Dict, List

from pyworkflow.protocol import params
from pyworkflow.viewer import DESKTOP_TKINTER, ProtocolViewer, View

from vrs.level0.check import Check
from vrs.level0.drawables import Figure, HistogramFigure, LineFigure, SliceFigure, SurfaceFigure
from vrs.maps import DensityMap
from vrs.protocols import VrsProtCheck
from vrs.protocols.volumes import read_volume
from vrs.report.figures import CannotDraw, draw_histogram, draw_lines
from vrs.report.slice_figures import draw_slices
from vrs.report.verdict import advised
from vrs.viewers.windows import FigureView, SliceView, TextWindow

_INPUTS = {
    "map": "inputVolume",
    "hard_mask": "mask",
    "resized_map": "resizedVolume",
    "resized_hard_mask": "resizedMask",
}
"""Prepared maps that the figures of a check may name, and the parameter that points to them."""

Show = Callable[[str], List[View]]


class VrsCheckViewer(ProtocolViewer):
    """Analyze results of a check."""

    _label = "results of the check"
    _targets = [VrsProtCheck]
    _environments = [DESKTOP_TKINTER]

    def _defineParams(self, form: Any) -> None:
        form.addSection(label="Results")
        check = self._check()
        form.addParam("words", params.LabelParam, default=True, label="Status, warnings, remarks")
        for name, figure in self._figures(check).items():
            form.addParam(name, params.LabelParam, label=_short(figure.caption))
        for name in check.volumes:
            form.addParam(
                f"volume_{name}",
                params.LabelParam,
                label=f"Slices of the map: {name.replace('_', ' ')}",
            )

    def _getVisualizeDict(self) -> Dict[str, Show]:
        check = self._check()
        shows: Dict[str, Show] = {"words": self._show_words}
        shows.update(dict.fromkeys(self._figures(check), self._show_figure))
        shows.update(dict.fromkeys((f"volume_{name}" for name in check.volumes), self._show_volume))
        return shows

    def _check(self) -> Check:
        return self.protocol.checkResult.getCheck()

    def _figures(self, check: Check) -> Dict[str, Figure]:
        drawn = (SliceFigure, LineFigure, HistogramFigure)
        figures = [figure for figure in check.figures if isinstance(figure, drawn)]
        return {f"figure{number}": figure for number, figure in enumerate(figures, start=1)}

    def _show_words(self, name: str) -> List[View]:
        check = self._check()
        lines = [f"*{check.id} {check.title}: {check.status_text}*"]
        lines += [text for text in (check.reason or check.headline, *check.results) if text]
        for group in advised(check):
            lines += [f"*Warning* {message}" for message in group.messages]
            lines += [f"*What to do* {group.advice}"] if group.advice else []
        lines += [f"*{r.severity.value.capitalize()}* {r.message}" for r in check.remarks]
        return [TextWindow(check.title, lines, self.getTkRoot())]

    def _show_figure(self, name: str) -> List[View]:
        check = self._check()
        figure = self._figures(check)[name]
        try:
            if isinstance(figure, SliceFigure):
                drawing = draw_slices(figure, self._volume(check, figure.volume))
            elif isinstance(figure, LineFigure):
                drawing = draw_lines(figure, check.curves[figure.curve])
            elif isinstance(figure, HistogramFigure):
                drawing = draw_histogram(figure, check.curves[figure.curve])
            else:
                raise CannotDraw("surfaces are drawn in the report only")
        except CannotDraw as problem:
            return [TextWindow(check.title, [f"Not drawn: {problem}."], self.getTkRoot())]
        return [FigureView(figure.caption, drawing.canvas, self.getTkRoot())]

    def _show_volume(self, name: str) -> List[View]:
        volume = name[len("volume_") :]
        density = self._check().volumes[volume]
        measured = any(
            isinstance(figure, SurfaceFigure) and figure.colour == volume
            for figure in self._check().figures
        )
        return [SliceView(f"{self.protocol}: {volume}", density, self.getTkRoot(), measured)]

    def _volume(self, check: Check, name: str) -> DensityMap:
        if name in check.volumes:
            return check.volumes[name]
        pointer = getattr(self.protocol, _INPUTS.get(name, ""), None)
        if pointer is None or pointer.get() is None:
            raise CannotDraw(f"the volume “{name}” is not an input of this check")
        return read_volume(pointer.get())


def _short(caption: str) -> str:
    """The first sentence of a caption."""
    return caption.split(". ")[0].rstrip(".")
