"""The result of a check: its text, figures, tables and numbers, and slices of its maps."""

from __future__ import annotations

from typing import Any, Callable, Dict, List

from pyworkflow.protocol import params
from pyworkflow.viewer import DESKTOP_TKINTER, ProtocolViewer, View

from vrs.checks.figures import Figure, SurfaceFigure
from vrs.checks.inputs import Inputs
from vrs.checks.result import Result
from vrs.maps import DensityMap
from vrs.protocols.base import VrsProtCheck
from vrs.report.figures.drawing import draw_figure
from vrs.report.figures.plots import CannotDraw
from vrs.report.text.tables import absent_columns, caption_of, rows_of
from vrs.report.text.verdict import advised
from vrs.report.text.words import first_sentence, measurement
from vrs.viewers.windows import FigureView, SliceView, TableView, TextWindow

Show = Callable[[str], List[View]]


class VrsCheckViewer(ProtocolViewer):
    """Analyze results of a check."""

    _label = "results of the check"
    _targets = [VrsProtCheck]
    _environments = [DESKTOP_TKINTER]

    def _defineParams(self, form: Any) -> None:
        form.addSection(label="Results")
        check = self._check()
        form.addParam(
            "words", params.LabelParam, default=True, label="Status, warnings and remarks"
        )
        for name, figure in self._figures(check).items():
            form.addParam(name, params.LabelParam, label=_short(figure.caption))
        for number, table in enumerate(check.tables, start=1):
            form.addParam(
                f"table{number}", params.LabelParam, label=f"Table: {_short(table.caption)}"
            )
        form.addParam("numbers", params.LabelParam, label="All measured numbers")
        for name in check.volumes:
            form.addParam(
                f"volume_{name}",
                params.LabelParam,
                label=f"Slices: {_quantity(check, name) or _words(name)}",
            )

    def _getVisualizeDict(self) -> Dict[str, Show]:
        check = self._check()
        shows: Dict[str, Show] = {"words": self._show_words}
        shows.update(dict.fromkeys(self._figures(check), self._show_figure))
        tables = (f"table{number}" for number, _ in enumerate(check.tables, start=1))
        shows.update(dict.fromkeys(tables, self._show_table))
        shows["numbers"] = self._show_numbers
        shows.update(dict.fromkeys((f"volume_{name}" for name in check.volumes), self._show_volume))
        return shows

    def _check(self) -> Result:
        return self.protocol.checkResult.getResult()

    def _figures(self, check: Result) -> Dict[str, Figure]:
        """The figures without the 3D views, which only the report has."""
        figures = [figure for figure in check.figures if not isinstance(figure, SurfaceFigure)]
        return {f"figure{number}": figure for number, figure in enumerate(figures, start=1)}

    def _show_words(self, name: str) -> List[View]:
        check = self._check()
        lines = [f"*{check.id} {check.title}: {check.status_text}*"]
        lines += [text for text in (check.reason or check.headline, *check.results) if text]
        for group in advised(check):
            lines += [f"*Warning:* {message}" for message in group.messages]
            lines += [f"*What to do:* {group.advice}"] if group.advice else []
        lines += [f"*{r.severity.value.capitalize()}:* {r.message}" for r in check.remarks]
        return [TextWindow(f"{check.id} {check.title}", lines, self.getTkRoot())]

    def _show_figure(self, name: str) -> List[View]:
        check = self._check()
        figure = self._figures(check)[name]
        title = f"{check.id} {_short(figure.caption)}"
        try:
            drawing = draw_figure(figure, self._volumes(check), check.curves, self._input().contour)
        except CannotDraw as problem:
            return [TextWindow(title, [f"Not drawn: {problem}."], self.getTkRoot())]
        caption = f"{figure.caption} {drawing.note}".strip()
        return [FigureView(title, drawing.canvas, caption, self.getTkRoot())]

    def _show_table(self, name: str) -> List[View]:
        check = self._check()
        table = check.tables[int(name[len("table") :]) - 1]
        curve = check.curves.get(table.curve, {})
        rows = [] if absent_columns(table, curve) else rows_of(table, curve)
        headings = [column.heading for column in table.columns]
        title, caption = f"{check.id} {_short(table.caption)}", caption_of(table, curve)
        return [TableView(title, headings, rows, caption, self.getTkRoot())]

    def _show_numbers(self, name: str) -> List[View]:
        check = self._check()
        rows = [(item.definition, measurement(item)) for item in check.measurements.values()]
        headings = ("Quantity", "Value")
        return [TableView(f"{check.id} {check.title}", headings, rows, "", self.getTkRoot())]

    def _show_volume(self, name: str) -> List[View]:
        check = self._check()
        volume = name[len("volume_") :]
        title = f"{check.id} {check.title}: {_words(volume)}"
        quantity = _quantity(check, volume)
        return [SliceView(title, check.volumes[volume], self.getTkRoot(), quantity)]

    def _volumes(self, check: Result) -> Dict[str, DensityMap]:
        """The maps that the figures of a check may show: those of the input, and its own."""
        return {**self._input().volumes, **check.volumes}

    def _input(self) -> Inputs:
        return self.protocol.validationInput.get().getPreparation().inputs


def _short(caption: str) -> str:
    return first_sentence(caption).rstrip(".")


def _words(name: str) -> str:
    return name.replace("_", " ")


def _quantity(check: Result, volume: str) -> str:
    """What the values of a map are, if they were measured; "" for densities and masks."""
    for figure in check.figures:
        if isinstance(figure, SurfaceFigure) and figure.colour == volume:
            return figure.colour_label
    return ""
