"""How far a batch is: a bar with the remaining time, or a line per map if piped."""

from __future__ import annotations

import time
from typing import Collection, Dict, Optional, Sequence, TextIO

from rich.progress import BarColumn, Progress, TextColumn

from vrs.maps.printing import duration
from vrs.report.text.terminal import say
from vrs.run.progress import REDRAW_SECONDS, console

LEAST_LEFT = 0.1
"""Of the time of a map that takes longer than expected."""

SHOWN = 3
"""Names of maps beside the bar."""


class BatchProgress:
    """Of the maps that are left when it begins.

    Parameters
    ----------
    forecasts : dict of str to float -- seconds that each map will take, by its name
    workers : int -- maps at once
    stream : file or None -- where it is shown
    """

    def __init__(self, forecasts: Dict[str, float], workers: int, stream: Optional[TextIO]) -> None:
        self._forecasts = forecasts
        self.at_once = max(1, min(workers, len(forecasts)))
        self._stream = stream
        self._left = dict(forecasts)
        self._begun: Dict[str, float] = {}
        self._taken = self._expected = 0.0
        self._failed = 0
        screen = console(stream)
        self._in_place = stream is not None and screen.is_terminal and not screen.is_dumb_terminal
        self._bar = Progress(
            BarColumn(), TextColumn("{task.description}"), console=screen, auto_refresh=False
        )
        self._task = self._bar.add_task("", total=sum(forecasts.values()) or 1.0)
        self._drawn_at = 0.0

    def __enter__(self) -> "BatchProgress":
        if self._in_place:
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._in_place:
            self._bar.stop()

    def ended(self, name: str, text: str, seconds: float, failed: bool) -> None:
        """A map has a report, or failed; ``text`` says so in a line."""
        expected = self._left.pop(name, 0.0)
        self._failed += failed
        if not failed:
            self._taken += seconds
            self._expected += expected
        if self._stream is None:
            return
        took = f" ({duration(seconds)})" if seconds else ""
        done = len(self._forecasts) - len(self._left)
        left = f"; about {duration(self.remaining())} left" if self._left else ""
        if not self._in_place:
            say(f"{done} of {len(self._forecasts)}: {name}: {text}{took}{left}", self._stream)
        elif failed:
            self._bar.console.print(f"{name}: {text}")

    def tick(self, running: Collection[str]) -> None:
        """Redraw, with the names of the maps that are measured."""
        for name in running:
            self._begun.setdefault(name, time.monotonic())
        if not self._in_place or time.monotonic() - self._drawn_at < REDRAW_SECONDS:
            return
        self._drawn_at = time.monotonic()
        done = len(self._forecasts) - len(self._left)
        parts = [f"{done} of {len(self._forecasts)}"]
        parts += [f"{self._failed} failed"] if self._failed else []
        parts += [f"about {duration(self.remaining())} left"] if self._left else []
        parts += [", ".join(_some(sorted(running)))] if running else []
        total = sum(self._forecasts.values())
        completed = total - sum(self._left.values())
        self._bar.update(self._task, completed=completed, description="; ".join(parts))
        self._bar.refresh()

    def remaining(self) -> float:
        """Seconds to the end, by the forecasts and by how far the maps before exceeded theirs."""
        longer = (self._taken + 1.0) / (self._expected + 1.0)
        now, left = time.monotonic(), 0.0
        for name, seconds in self._left.items():
            spent = now - self._begun.get(name, now)
            left += max(longer * seconds - spent, LEAST_LEFT * longer * seconds)
        return left / max(1, min(self.at_once, len(self._left)))


def _some(names: Sequence[str]) -> Sequence[str]:
    return names if len(names) <= SHOWN else [*names[:SHOWN], "…"]
