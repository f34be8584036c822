"""The terminal: how far a file of an entry has come."""

from __future__ import annotations

import time
from typing import Optional, TextIO

from rich.progress import (
    BarColumn,
    DownloadColumn,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.progress import Progress as Bar

from vrs.entries.progress import Progress, size
from vrs.maps.printing import number
from vrs.report.text.terminal import say
from vrs.run.progress import REDRAW_SECONDS, console

UNSEEN_SECONDS = 1.0
"""A transfer that is shorter, such as that of a header, is not shown."""

LINE_SECONDS = 15.0
"""Between two lines where nothing can be redrawn."""


class Transfers(Progress):
    """Rate and remaining time of transfers: a bar on a terminal, else a line from time to time.

    Parameters
    ----------
    stream : file or None -- None prints nothing
    """

    def __init__(self, stream: Optional[TextIO]) -> None:
        self._stream = stream
        self._name = ""
        self._bar: Optional[Bar] = None
        self._began = 0.0
        self._first = 0
        self._done = 0
        self._shown_at = 0.0

    def moved(self, name: str, done: int, total: Optional[int]) -> None:
        now = time.monotonic()
        if name != self._name:
            self._name, self._began, self._first, self._shown_at = name, now, done, 0.0
        self._done = done
        if self._stream is None or now - self._began < UNSEEN_SECONDS:
            return
        screen = console(self._stream)
        in_place = screen.is_terminal and not screen.is_dumb_terminal
        if now - self._shown_at < (REDRAW_SECONDS if in_place else LINE_SECONDS):
            return
        self._shown_at = now
        if in_place:
            self._draw(done, total)
        else:
            say(self._line(done, total, now), self._stream)

    def ended(self, name: str, complete: bool) -> None:
        self._stop_bar()
        seconds = time.monotonic() - self._began
        if self._stream is not None and complete and name == self._name and self._shown_at:
            amount = size(self._done - self._first)
            say(f"Fetched {amount} of {name} in {number(seconds)} s", self._stream)
        self._name = ""

    def note(self, message: str) -> None:
        self._stop_bar()
        if self._stream is not None:
            say(message, self._stream)

    def _stop_bar(self) -> None:
        """Remove the bar; the next piece that arrives draws it again."""
        if self._bar:
            self._bar.stop()
        self._bar = None

    def _draw(self, done: int, total: Optional[int]) -> None:
        if self._bar is None:
            # A thread that redraws would keep this process from being copied.
            self._bar = Bar(
                TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn(),
                TransferSpeedColumn(), TimeRemainingColumn(), console=console(self._stream),
                auto_refresh=False, redirect_stdout=False, redirect_stderr=False, transient=True,
                get_time=time.monotonic,
            )  # fmt: skip
            self._bar.add_task(self._name, completed=done, total=total)
            self._bar.start()
        self._bar.update(self._bar.task_ids[0], completed=done, total=total)
        self._bar.refresh()

    def _line(self, done: int, total: Optional[int], now: float) -> str:
        rate = (done - self._first) / (now - self._began)
        parts = [f"{size(done)} of {size(total)}" if total else size(done), f"{size(rate)}/s"]
        if total and rate:
            parts.append(f"{number((total - done) / rate, 2)} s left")
        return f"{self._name}: {', '.join(parts)}"
