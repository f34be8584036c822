"""Shows on the terminal where the runs of a workflow stand: one line each."""

from __future__ import annotations

import os
import shutil
import time
from dataclasses import dataclass
from typing import Dict, List, Sequence, TextIO

REDRAW_SECONDS = 0.2

_COLOURS = {"good": "32", "warning": "33", "bad": "31", "quiet": "90", "": ""}


@dataclass
class Line:
    """A run on the screen.

    Attributes
    ----------
    label : str
    text : str
        Its status in words.
    tone : str
        "good", "warning", "bad", "quiet" or "".
    started : float or None
        When it began (monotonic clock), while it is running.
    seconds : float or None
        How long it took, once it has ended.
    """

    label: str
    text: str = "waiting"
    tone: str = "quiet"
    started: float = 0.0
    seconds: float = 0.0

    def time(self) -> str:
        """How long the run has taken, "" before it begins."""
        seconds = time.monotonic() - self.started if self.started else self.seconds
        return f"{seconds:5.1f} s" if seconds else ""


class Progress:
    """The lines of all runs; rewritten in place on a terminal, otherwise one line a change.

    Parameters
    ----------
    labels : sequence of str
        One for each run, in the order in which they are shown.
    stream : text stream
    """

    def __init__(self, labels: Sequence[str], stream: TextIO) -> None:
        self._lines: Dict[str, Line] = {label: Line(label) for label in labels}
        self._stream = stream
        self._width = max(map(len, labels), default=0)
        self._in_place = stream.isatty() and os.environ.get("TERM", "") not in ("", "dumb")
        self._coloured = self._in_place and not os.environ.get("NO_COLOR")
        self._drawn = 0
        self._drawn_at = 0.0
        self._draw()

    def started(self, label: str) -> None:
        """A run began."""
        line = self._lines[label]
        line.text, line.tone, line.started = "running", "", time.monotonic()
        self._changed(line)

    def ended(self, label: str, text: str, tone: str, seconds: float) -> None:
        """A run ended with a status."""
        line = self._lines[label]
        line.text, line.tone, line.started, line.seconds = text, tone, 0.0, seconds
        self._changed(line)

    def tick(self) -> None:
        """Let the seconds of the running lines go on."""
        if self._in_place and time.monotonic() - self._drawn_at > REDRAW_SECONDS:
            self._draw()

    def _changed(self, line: Line) -> None:
        if self._in_place:
            self._draw()
        else:
            spent = f" ({line.seconds:.1f} s)" if line.seconds else ""
            self._write([f"{line.label}: {line.text}{spent}"])

    def _draw(self) -> None:
        if not self._in_place:
            return
        columns = shutil.get_terminal_size().columns
        up = f"\x1b[{self._drawn}A" if self._drawn else ""
        rows = [f"\r\x1b[K{self._row(line, columns)}" for line in self._lines.values()]
        rows[0] = up + rows[0]
        self._write(rows)
        self._drawn, self._drawn_at = len(rows), time.monotonic()

    def _row(self, line: Line, columns: int) -> str:
        # A line that wraps would be counted as one when moving up again.
        room = max(8, columns - self._width - 14)
        text = line.text if len(line.text) <= room else line.text[: room - 1] + "…"
        filled = text.ljust(min(room, 24))
        return f"  {line.label:<{self._width}}  {self._paint(filled, line.tone)}  {line.time()}"

    def _paint(self, text: str, tone: str) -> str:
        code = _COLOURS[tone]
        return f"\x1b[{code}m{text}\x1b[0m" if code and self._coloured else text

    def _write(self, rows: List[str]) -> None:
        self._stream.write("".join(f"{row}\n" for row in rows))
        self._stream.flush()
