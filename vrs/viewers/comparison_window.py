"""The window of a comparison: what changed, curves of all, maps and their difference."""

from __future__ import annotations

import tkinter as tk
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Callable, Iterator, List, Optional, Sequence, Tuple

from pyworkflow.viewer import View

from vrs.checks.figures import SurfaceFigure
from vrs.maps import DensityMap
from vrs.maps.resample import nearest_on_grid
from vrs.report.compare import Comparison
from vrs.report.compare.differences import Difference, differences_of
from vrs.report.compare.numbers import difference_headings
from vrs.report.compare.page import write_comparison
from vrs.report.compare.pictures import DIFFERENCE_COLOURS, grey_limits
from vrs.report.compare.plots import curves_of, draw_overlay
from vrs.report.compare.rows import CheckRow, FigureRow
from vrs.report.model import CheckContent
from vrs.report.text.words import first_sentence
from vrs.viewers.opening import not_opened, open_page
from vrs.viewers.slice_view import Layer, SliceView, limits_of
from vrs.viewers.windows import (
    FigureView,
    TableView,
    TextWindow,
    WindowView,
    fill_text,
    new_window,
    text_widget,
)

_TEXT_WIDTH, _TEXT_HEIGHT = 100, 14
_COLUMNS = 2
"""Of buttons."""

Button = Tuple[str, Callable[[], View]]


@dataclass(eq=False)
class ComparisonWindow(WindowView):
    """Reports side by side; a button opens each table, plot and map.

    ``names`` say where the reports come from. ``page`` is where the page for the browser is, or
    will be written when it is asked for.
    """

    title: str
    comparison: Comparison
    names: Sequence[str]
    page: Path
    parent: Any = None

    def show(self) -> None:
        window = new_window(self.title, self.parent, self.note)
        holder, text = text_widget(window, _TEXT_WIDTH, _TEXT_HEIGHT)
        names = [f"*{label}*: {name}" for label, name in zip(self.comparison.labels, self.names)]
        obstacles = [f"*{topic}:* {said}" for topic, said in self.comparison.obstacles]
        lines = [self.comparison.subject, *names, *self.comparison.summary, *obstacles]
        fill_text(text, "\n".join(lines))
        holder.pack(fill=tk.BOTH, expand=True)
        frame = tk.Frame(window, bg="white")
        for index, (label, opened) in enumerate(self.buttons()):
            button = tk.Button(
                frame, text=label, anchor=tk.W, command=partial(self._open, opened)
            )
            row, column = divmod(index, _COLUMNS)
            button.grid(row=row, column=column, sticky="ew", padx=4, pady=2)
            frame.columnconfigure(column, weight=1)
        frame.pack(fill=tk.X, padx=8, pady=8)

    def _open(self, opened: Callable[[], View]) -> None:
        opened().show()

    def buttons(self) -> Iterator[Button]:
        """Label of every button, and what it opens."""
        yield "What changed: status and deciding value of every check", self.verdict
        yield "Numbers that differ", self.numbers
        if self.comparison.findings:
            yield "Findings", self.findings
        yield "Slices of the maps, and their difference", self.slices
        for row in self.comparison.sections:
            for figures in row.figures:
                curves = curves_of(self.comparison, row, figures)
                if curves:
                    caption = first_sentence(curves[0][1][0].caption).rstrip(".")
                    yield f"{_name(row)}: {caption}", partial(self.plot, row, figures)
                elif _colour(figures):
                    label = f"{_name(row)}: slices, {_colour(figures)}, one colour scale"
                    yield label, partial(self.local_maps, row, figures)
        yield "Page in the browser", self.browser

    def verdict(self) -> View:
        """Statuses with the deciding values, and each against the first."""
        rows = []
        for row in self.comparison.checks:
            sides = [self._status(row, check) for check in row.checks]
            outcomes = "; ".join(printed for printed, _, _ in row.against_first)
            rows.append((f"{row.id}  {row.title}", *sides, outcomes))
        headings = ("Check", *self.comparison.labels, "By the published rules")
        return TableView(self._titled("What changed"), headings, rows, parent=self.parent)

    def _status(self, row: CheckRow, check: Optional[CheckContent]) -> str:
        if check is None:
            return "absent"
        decision = row.deciding(check)
        return f"{check.status_text}: {decision.text}" if decision else check.status_text

    def numbers(self) -> View:
        """One line per number that differs."""
        rows = []
        for section in self.comparison.sections:
            for row in section.differing:
                quantity = f"{row.definition} ({row.unit})" if row.unit else row.definition
                rows += [(section.id, quantity, *line) for line in row.lines]
        labels = self.comparison.labels
        headings = ("Check", "Quantity", *labels, *difference_headings(self.comparison.reports))
        return TableView(self._titled("Numbers that differ"), headings, rows, parent=self.parent)

    def findings(self) -> View:
        """The severity of every finding in every report."""
        rows = [
            (row.title, *(severity or "–" for severity in row.severities))
            for row in self.comparison.findings
        ]
        headings = ("Finding", *self.comparison.labels)
        return TableView(self._titled("Findings"), headings, rows, parent=self.parent)

    def slices(self) -> View:
        """A, every other map with the amplitudes of A, and its difference from A."""
        layers: List[Layer] = []
        sentences = []
        for difference in differences_of(self.comparison.reports):
            sentences.append(difference.sentence)
            if difference.outcome is not None:
                layers += _layers(difference, layers[0] if layers else None)
        if not layers:
            return TextWindow(self._titled("Maps"), sentences, self.parent)
        caption = " ".join(sentences)
        return SliceView(self._titled("Maps"), layers, self.parent, caption=caption)

    def plot(self, row: CheckRow, figures: FigureRow) -> View:
        """The curves of all reports with one legend."""
        curves = curves_of(self.comparison, row, figures)
        canvas = draw_overlay(curves)
        title = self._titled(_name(row))
        if canvas is None:
            return TextWindow(title, ["Not drawn: a curve has no values."], self.parent)
        return FigureView(title, canvas, curves[0][1][0].caption, self.parent)

    def local_maps(self, row: CheckRow, figures: FigureRow) -> View:
        """Slices of a local quantity in every report, with one colour scale."""
        maps: List[Tuple[str, DensityMap, str]] = []
        sides = zip(self.comparison.labels, self.comparison.reports, row.checks, figures)
        for label, report, check, drawn in sides:
            figure = drawn.figure if drawn else None
            if isinstance(figure, SurfaceFigure):
                values = report.volume(check, figure.colour)
                if values is not None:
                    maps.append((label, values, figure.colour_label))
        title = self._titled(_name(row))
        if not maps:
            return TextWindow(title, ["The maps are not at their place."], self.parent)
        grid = maps[0][1]
        ends = [limits_of(density.data, True) for _, density, _ in maps]
        limits = min(low for low, _ in ends), max(high for _, high in ends)
        layers = [
            Layer(grid.with_data(nearest_on_grid(density, grid)), label, quantity, None, limits)
            for label, density, quantity in maps
        ]
        return SliceView(title, layers, self.parent)

    def browser(self) -> View:
        """The page; it is written first if that has not been done."""
        if not self.page.exists():
            write_comparison(self.comparison, self.page)
        return PageView(self.page.resolve(), self.parent)

    def _titled(self, what: str) -> str:
        return f"{what} - {self.title}"


@dataclass(eq=False)
class PageView(View):  # type: ignore[misc]
    """A page in the browser; says where it is without one."""

    page: Path
    parent: Any = None

    def show(self) -> None:
        if not open_page(self.page):
            TextWindow(self.page.name, [not_opened(self.page)], self.parent).show()


def _layers(difference: Difference, first: Optional[Layer]) -> List[Layer]:
    """The maps of a difference in the scale of the first one, which comes once for all."""
    outcome, label = difference.outcome, difference.label
    assert outcome is not None
    limits = first.ends if first else grey_limits(outcome.first)
    half = (limits[1] - limits[0]) / 2
    others = [
        Layer(difference.whole(outcome.second), label, limits=limits),
        Layer(difference.density, f"{label} − A", limits=(-half, half), colours=DIFFERENCE_COLOURS),
    ]
    if first is not None:
        return others
    return [Layer(difference.whole(outcome.first), "A", limits=limits), *others]


def _name(row: CheckRow) -> str:
    """The identifier of a check; evidence has none that a reader knows."""
    return row.id if "." in row.id else row.title


def _colour(figures: FigureRow) -> str:
    """What colours a surface that at least two reports have; "" for any other figure."""
    coloured = [
        drawn.figure for drawn in figures
        if drawn is not None and isinstance(drawn.figure, SurfaceFigure) and drawn.figure.colour
    ]  # fmt: skip
    return coloured[0].colour_label if len(coloured) > 1 else ""
