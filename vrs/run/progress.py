"""The terminal: the state of every run while they run."""

from __future__ import annotations

import os
import textwrap
import time
from dataclasses import dataclass
from typing import Dict, Mapping, Optional, Sequence, TextIO

from rich.console import RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from vrs.report.text.screen import Screen
from vrs.report.text.terminal import say

REDRAW_SECONDS = 0.2
LONGEST_STATUS = 40
"""Letters of a status while the runs go on; the whole reason of a failure is printed at the end."""

WAITING = "waiting"
RUNNING = "running"
IN_QUEUE = "in the queue"
_PIPED_COLUMNS = 10_000

STYLES = {
    "ok": "green",
    "warnings": "yellow",
    "not_applicable": "bright_black",
    "left_out": "bright_black",
    "not_measured": "red",
}
"""The colour of each status of a check."""


def console(stream: Optional[TextIO] = None) -> Screen:
    """A console that prints texts as they are: plain if it is piped, colourless with NO_COLOR.

    ``stream`` is the standard output if it is None. Piped lines are not wrapped, unless COLUMNS
    gives their length.
    """
    screen = Screen(file=stream)
    if not screen.is_terminal and "COLUMNS" not in os.environ:
        screen.width = _PIPED_COLUMNS
    return screen


def columns_of() -> int:
    """Columns of the standard output."""
    return console().width


def show(content: RenderableType) -> None:
    """Print on the standard output, without blanks at the ends of lines."""
    screen = console()
    with screen.capture() as printed:
        screen.print(content)
    print("\n".join(line.rstrip() for line in printed.get().splitlines()))


@dataclass
class Row:
    """A run on the terminal; ``started`` is a time of the monotonic clock, 0 if it is not running.

    ``seconds`` is the duration of a run that has ended.
    """

    label: str
    text: str = WAITING
    style: str = "bright_black"
    started: float = 0.0
    seconds: float = 0.0

    @property
    def time(self) -> str:
        """The duration, "" before the start."""
        seconds = time.monotonic() - self.started if self.started else self.seconds
        return f"{seconds:.1f} s" if seconds else ""


class Progress:
    """One row per run, redrawn in place; where that is impossible, one line per change.

    On a terminal with too few lines for all rows, only the running ones are shown, below a count.

    ``labels`` has the identifier and label of each run, in the order of the rows. Without a
    ``stream`` nothing is printed.
    """

    def __init__(self, labels: Mapping[int, str], stream: Optional[TextIO]) -> None:
        self._rows: Dict[int, Row] = {key: Row(label) for key, label in labels.items()}
        self._stream = stream
        self._screen = console(stream)
        dumb = self._screen.is_dumb_terminal
        self._in_place = stream is not None and self._screen.is_terminal and not dumb
        # A thread that redraws would keep this process from being copied.
        self._live = Live(
            console=self._screen, auto_refresh=False, get_renderable=self._content,
            redirect_stdout=False, redirect_stderr=False,
        )  # fmt: skip
        self._drawn_at = 0.0

    def __enter__(self) -> "Progress":
        if self._in_place:
            self._live.start(refresh=True)
        return self

    def __exit__(self, *_: object) -> None:
        if self._in_place:
            self._live.stop()

    def started(self, key: int, in_queue: bool = False) -> None:
        """A run is running; one in a queue may wait there."""
        row = self._rows[key]
        row.text, row.style = IN_QUEUE if in_queue else RUNNING, ""
        row.started = time.monotonic()
        self._changed(row)

    def ended(self, key: int, text: str, style: str, seconds: float) -> None:
        row = self._rows[key]
        row.text, row.style, row.started, row.seconds = text, style, 0.0, seconds
        self._changed(row)

    def tick(self) -> None:
        """Update the durations of the running rows."""
        if self._in_place and time.monotonic() - self._drawn_at > REDRAW_SECONDS:
            self._draw()

    def _changed(self, row: Row) -> None:
        if self._in_place:
            self._draw()
        elif self._stream is not None:
            duration = f" ({row.time})" if row.seconds else ""
            say(f"{row.label}: {row.text}{duration}", self._stream)

    def _draw(self) -> None:
        self._live.refresh()
        self._drawn_at = time.monotonic()

    def _content(self) -> Table:
        """The rows that the terminal has lines for."""
        rows = list(self._rows.values())
        # The last line of a terminal holds the cursor.
        lines = self._screen.height - 1
        table = self._table(rows)
        if self._height(table) <= lines:
            return table
        running = [row for row in rows if row.text in (RUNNING, IN_QUEUE)]
        waiting = sum(row.text == WAITING for row in rows)
        ended = len(rows) - len(running) - waiting
        count = Row(f"{ended} of {len(rows)} done", f"{waiting} waiting" if waiting else "")
        table = self._table([count, *running])
        while running and self._height(table) > lines:
            running.pop()
            table = self._table([count, *running])
        return table

    def _height(self, table: Table) -> int:
        return len(self._screen.render_lines(table))

    def _table(self, rows: Sequence[Row]) -> Table:
        """Label, status and time of each row; a status breaks between words."""
        table = Table.grid(padding=(0, 0, 0, 2))
        table.add_column(no_wrap=True)
        table.add_column()
        table.add_column(no_wrap=True, justify="right", min_width=8)
        for row in rows:
            text = textwrap.shorten(row.text, LONGEST_STATUS, placeholder=" …")
            table.add_row(f"  {row.label}", Text(text, row.style), row.time)
        return table
