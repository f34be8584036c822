"""The result of a check: its text, figures, tables and numbers, and slices of its maps."""

from __future__ import annotations

from functools import partial
from typing import Iterator

import numpy as np
from pyworkflow.viewer import View

from vrs.checks.figures import Figure, SurfaceFigure, Table
from vrs.checks.inputs import Inputs
from vrs.checks.result import Result
from vrs.checks.store import DamagedResult
from vrs.level0.hand import HELICES
from vrs.maps.errors import sentence
from vrs.maps.printing import number
from vrs.objects import VrsCheckResult
from vrs.protocols.base import VrsProtCheck
from vrs.report.figures.drawing import draw_figure, scene_of
from vrs.report.figures.plots import CannotDraw
from vrs.report.figures.slices import DOTS
from vrs.report.text.tables import caption_of, rows_of
from vrs.report.text.verdict import advised
from vrs.report.text.words import first_sentence, measurement
from vrs.viewers.measured_maps import MeasuredMaps
from vrs.viewers.placement import PLACEMENT, placement_of
from vrs.viewers.results import Button, ResultsViewer, title_of
from vrs.viewers.slice_view import NEAR, Dots, Layer, SliceView
from vrs.viewers.turning_view import TurningView
from vrs.viewers.windows import FigureView, TableView, TextWindow


class VrsCheckViewer(ResultsViewer):
    """Analyze results of a check."""

    _label = "results of the check"
    _targets = [VrsProtCheck, VrsCheckResult]

    def _what(self) -> str:
        check: str = self.protocol.CHECK.heading
        return check

    def _buttons(self) -> Iterator[Button]:
        try:
            check = self.protocol.checkResult.getResult()
        except DamagedResult as problem:
            yield "words", "The result cannot be read", partial(self._damaged, problem)
            return
        yield "words", "Status, warnings and remarks", partial(self._text, check)
        if set(check.measurements) >= PLACEMENT:
            label = "Slices of the map with the mask, the space around it and the centres"
            yield "placement", label, partial(self._placement, check)
        maps = self._maps(check)
        for figure in maps.surfaces:
            label = f"Surface that turns, histogram and slices: {figure.colour_label}"
            yield f"local_{figure.colour}", label, partial(maps.local, figure)
        if HELICES in check.curves:
            label = "Slices of the map with the points on helices"
            yield "helices", label, partial(self._helices, check)
            yield "votes", "Table: points on helices and their scores", partial(self._votes, check)
        for index, figure in enumerate(check.figures, start=1):
            if isinstance(figure, SurfaceFigure) and figure.colour:
                continue
            label = _short(figure.caption)
            show = self._surface if isinstance(figure, SurfaceFigure) else self._figure
            yield f"figure{index}", label, partial(show, check, figure)
        for index, table in enumerate(check.tables, start=1):
            label = f"Table: {_short(table.caption)}"
            yield f"table{index}", label, partial(self._table, check, table)
        yield "rules", "Rules: values, limits and status", partial(self._rules, check)
        yield "numbers", "All measured numbers", partial(self._numbers, check)
        placed = set(check.measurements) >= PLACEMENT
        if not (placed or check.volumes or HELICES in check.curves):
            yield "map", "Slices of the map and border of the mask", partial(self._map, check)
        for name in check.volumes:
            surface = maps.surface_of(name)
            quantity = surface.colour_label if surface else f"{_words(name)} and border of the mask"
            label = f"Slices: {quantity}"
            yield f"volume_{name}", label, partial(maps.slices, name)

    def _damaged(self, problem: DamagedResult) -> View:
        lines = [sentence(problem.reason, problem.advice)]
        return TextWindow("The result cannot be read", lines, self.getTkRoot())

    def _text(self, check: Result) -> View:
        lines = [f"*{check.heading}: {check.status_text}*"]
        lines += [text for text in (check.reason or check.headline, *check.results) if text]
        for group in advised(check):
            lines += [f"*Warning:* {message}" for message in group.messages]
            lines += [f"*What to do:* {group.advice}"] if group.advice else []
        lines += [f"*{r.severity.value.capitalize()}:* {r.message}" for r in check.remarks]
        title = self._title(f"{check.heading}: status and remarks")
        return TextWindow(title, lines, self.getTkRoot())

    def _figure(self, check: Result, figure: Figure) -> View:
        title = self._title(f"{check.id} {_short(figure.caption)}")
        try:
            inputs = self._prepared()
            volumes = {**inputs.volumes, **check.volumes}
            drawing = draw_figure(figure, volumes, check.curves, inputs.contour)
        except (CannotDraw, DamagedResult) as problem:
            return TextWindow(title, [f"Not drawn: {problem}."], self.getTkRoot())
        caption = f"{figure.caption} {drawing.note}".strip()
        return FigureView(title, drawing.canvas, caption, self.getTkRoot())

    def _surface(self, check: Result, figure: SurfaceFigure) -> View:
        title = self._title(f"{check.heading}: surface")
        try:
            inputs = self._prepared()
            scene = scene_of(figure, inputs.contour, {**inputs.volumes, **check.volumes})
        except (CannotDraw, DamagedResult) as problem:
            return TextWindow(title, [f"Not drawn: {problem}."], self.getTkRoot())
        return TurningView(title, scene, self.getTkRoot())

    def _helices(self, check: Result) -> View:
        title = self._title(f"{check.heading}: points on helices")
        density = self._prepared().map
        points = check.curves[HELICES]
        dots = Dots(points)
        start = dots.densest(density)
        words = f"{NEAR} {DOTS} A score of 0 is right, 1 mirrored."
        layer = Layer(density, dots=dots)
        return SliceView(title, [layer], self.getTkRoot(), caption=words, start=start)

    def _votes(self, check: Result) -> View:
        """The points, those that vote most clearly for a mirrored map first."""
        points = check.curves[HELICES]
        order = np.argsort(-points["score"], kind="stable")
        rows = [
            (*(number(float(points[axis][row]), 4) for axis in "xyz"),
             number(float(points["score"][row]), 3))
            for row in order
        ]  # fmt: skip
        headings = ("X (Å)", "Y (Å)", "Z (Å)", "Score")
        caption = "From the centre of the first voxel. Score: 0 is right, 1 mirrored."
        title = self._title(f"{check.heading}: points on helices")
        return TableView(title, headings, rows, caption, self.getTkRoot())

    def _placement(self, check: Result) -> View:
        title = self._title(f"{check.heading}: mask and space")
        try:
            layer, words = placement_of(check, self._prepared())
        except DamagedResult as problem:
            return self._damaged(problem)
        return SliceView(title, [layer], self.getTkRoot(), caption=words)

    def _map(self, check: Result) -> View:
        """What was to be measured, for a check that has no slices of its own."""
        title = self._title(f"{check.heading}: map")
        try:
            layer = self._maps(check).prepared_map()
        except DamagedResult as problem:
            return self._damaged(problem)
        return SliceView(title, [layer], self.getTkRoot())

    def _prepared(self) -> Inputs:
        return self._maps(self.protocol.checkResult.getResult()).inputs()

    def _table(self, check: Result, table: Table) -> View:
        curve = check.curves.get(table.curve, {})
        rows, caption = rows_of(table, curve), caption_of(table, curve)
        headings = [column.heading for column in table.columns]
        title = self._title(f"{check.id} {_short(table.caption)}")
        return TableView(title, headings, rows, caption, self.getTkRoot())

    def _rules(self, check: Result) -> View:
        rules = {rule.id: rule for rule in self.protocol.CHECK.rules}
        rows = [
            (rules[decision.rule].text, decision.quantity, decision.text,
             rules[decision.rule].short, "broken" if decision.broken else "passed")
            for decision in check.decisions
        ]  # fmt: skip
        headings = ("Rule", "Quantity", "Value", "Limit", "Status")
        title = self._title(f"{check.heading}: rules")
        return TableView(title, headings, rows, "", self.getTkRoot())

    def _numbers(self, check: Result) -> View:
        rows = [(item.definition, measurement(item)) for item in check.measurements.values()]
        headings = ("Quantity", "Value")
        title = self._title(f"{check.heading}: all numbers")
        return TableView(title, headings, rows, "", self.getTkRoot())

    def _maps(self, check: Result) -> MeasuredMaps:
        folder = self.protocol.checkResult.getFolder()
        return MeasuredMaps(check, folder, self.protocol, self.getTkRoot())

    def _title(self, what: str) -> str:
        return title_of(what, self.protocol)


def _short(caption: str) -> str:
    return first_sentence(caption).rstrip(".")


def _words(name: str) -> str:
    return name.replace("_", " ")
