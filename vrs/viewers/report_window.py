"""The window of a report: its verdict and findings, what to do, and ways to the whole of it."""

from __future__ import annotations

import tkinter as tk
from dataclasses import dataclass
from pathlib import Path
from tkinter import ttk
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

from vrs.report import REPORT_HTML, REPORT_PDF
from vrs.report.compare import FinishedReport
from vrs.report.model import CheckContent, Finding
from vrs.report.text.summary import brief
from vrs.report.text.verdict import advised
from vrs.report.text.words import result
from vrs.viewers.opening import FileView, not_opened, open_file, open_page
from vrs.viewers.pages_view import PagesView
from vrs.viewers.windows import (
    TableView,
    TextWindow,
    WindowView,
    fill_text,
    new_window,
    on_double_click,
    table_widget,
    text_widget,
)

_TEXT_WIDTH, _TEXT_HEIGHT = 110, 9
_PAGE = "Page in the browser"
_HINT = "A double click on a check opens its plots, tables, numbers and slices."

Action = Tuple[str, Callable[[], None]]
"""Label of a button and what it does."""


@dataclass(eq=False)
class ReportWindow(WindowView):
    """The verdict of a report; a click on a check or a finding says what to do about it.

    ``actions`` are further buttons: compare with other reports, for one. ``opened`` gets the
    identifier of a check that is double-clicked.
    """

    title: str
    report: FinishedReport
    project: Path
    actions: Sequence[Action] = ()
    parent: Any = None
    opened: Optional[Callable[[str], None]] = None

    def show(self) -> None:
        window = new_window(self.title, self.parent, self.note)
        content = self.report.content
        heading = tk.Label(
            window, text=f"{content.name}\n{brief(content)}", bg="white", justify=tk.LEFT,
            anchor=tk.W, padx=12, pady=8, wraplength=980,
        )  # fmt: skip
        heading.pack(fill=tk.X)
        self._buttons(window).pack(side=tk.BOTTOM, fill=tk.X, padx=8, pady=8)
        frame, self._text = text_widget(window, _TEXT_WIDTH, _TEXT_HEIGHT)
        frame.pack(side=tk.BOTTOM, fill=tk.BOTH)
        self._lines: Dict[Tuple[ttk.Treeview, str], List[str]] = {}
        if content.findings:
            rows = [(finding.severity, finding.title) for finding in content.findings]
            self._table(window, ("Severity", "Finding"), rows, map(_of_finding, content.findings))
        verdict = self._verdict()
        lines = map(_of_check, content.all_checks)
        first = self._table(window, verdict.headings, verdict.rows, lines)
        if self.opened is not None:
            opened, names = self.opened, [check.id for check in content.all_checks]
            on_double_click(first, lambda row: opened(names[row]))
            hint = tk.Label(window, text=_HINT, bg="white", fg="grey40", anchor=tk.W, padx=12)
            hint.pack(fill=tk.X)
        first.selection_set(first.get_children()[0])

    def _verdict(self) -> TableView:
        """The table of the checks."""
        rows = [_verdict(check) for check in self.report.content.all_checks]
        headings = ("Check", "Status", "Deciding value", "Limit")
        return TableView(self.title, headings, rows, parent=self.parent)

    def _table(
        self, window: Any, headings: Sequence[str], rows: Sequence[Sequence[str]], lines: Any
    ) -> ttk.Treeview:
        """A table whose selected row has its text below."""
        table = table_widget(window, headings, rows, tallest=8)
        for item, of_row in zip(table.get_children(), lines):
            self._lines[(table, item)] = of_row
        table.bind("<<TreeviewSelect>>", lambda _: self._explain(table))
        table.pack(fill=tk.BOTH, expand=True, pady=(0, 6))
        return table

    def _explain(self, table: ttk.Treeview) -> None:
        for item in table.selection()[:1]:
            fill_text(self._text, "\n".join(self._lines[(table, item)]))

    def _buttons(self, window: Any) -> tk.Frame:
        frame = tk.Frame(window, bg="white")
        actions = [
            ("PDF", self._open_pdf),
            (_PAGE, self._open_page),
            ("Folder of the report", lambda: FileView(self.report.folder, self.parent).show()),
            ("Folder of the project", lambda: FileView(self.project, self.parent).show()),
            ("Save as CSV...", self._verdict().ask_and_save),
            *self.actions,
        ]
        for label, action in actions:
            tk.Button(frame, text=label, command=action).pack(side=tk.LEFT, padx=4)
        return frame

    def _open_pdf(self) -> None:
        """The PDF; else the page in a browser, else pictures of the pages of the PDF."""
        pdf, page = ((self.report.folder / name).resolve() for name in (REPORT_PDF, REPORT_HTML))
        if not pdf.exists():
            other = [f"*{_PAGE}* shows the same."] if page.exists() else []
            TextWindow(self.title, [not_opened(pdf), *other], self.parent).show()
        elif not (open_file(pdf) or open_page(page)):
            self._show_pages(pdf, not_opened(pdf))

    def _open_page(self) -> None:
        pdf, page = ((self.report.folder / name).resolve() for name in (REPORT_PDF, REPORT_HTML))
        if not open_page(page):
            self._show_pages(pdf, not_opened(page))

    def _show_pages(self, pdf: Path, why: str) -> None:
        """Pictures of the pages, if there is a PDF."""
        PagesView(f"{self.title}: {pdf.name}", pdf, why, self.parent).show()


def _verdict(check: CheckContent) -> Tuple[str, str, str, str]:
    decision = next(iter(check.deciding), None)
    value = f"{decision.quantity}: {decision.text}" if decision else ""
    limit = decision.limit if decision else ""
    return f"{check.id}  {check.title}", check.status_text, value, limit


def _of_check(check: CheckContent) -> List[str]:
    lines = [f"*{check.heading}: {check.status_text}*", result(check)]
    for group in advised(check):
        lines += [f"*Warning:* {message}" for message in group.messages]
        lines += [f"*What to do:* {group.advice}"] if group.advice else []
    lines += [f"*{r.severity.value.capitalize()}:* {r.message}" for r in check.weighted_remarks]
    return lines


def _of_finding(finding: Finding) -> List[str]:
    advice = [f"*What to do:* {finding.advice}"] if finding.advice else []
    return [f"*{finding.title}* ({finding.severity})", finding.text, *advice]
