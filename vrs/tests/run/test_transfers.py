"""Progress of downloads: a bar on a terminal, few lines elsewhere, nothing when asked for that."""

from __future__ import annotations

import io
import time
from typing import List, Optional

import pytest

from vrs.run import transfers
from vrs.run.transfers import Transfers

NAME = "emd_1003.map.gz"


class Clock:
    """A clock that goes on by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(time, "monotonic", clock)
    return clock


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def fetch(
    shown: Transfers, clock: Clock, seconds: int, total: Optional[int], first: int = 0
) -> None:
    """A megabyte every second."""
    for second in range(seconds + 1):
        shown.moved(NAME, first + second * 1_000_000, total)
        clock.now += 1
    clock.now -= 1
    shown.ended(NAME, True)


def lines(stream: io.StringIO) -> List[str]:
    return stream.getvalue().splitlines()


def test_lines_are_few(clock: Clock) -> None:
    stream = io.StringIO()
    fetch(Transfers(stream), clock, 40, 40_000_000)
    assert lines(stream) == [
        "emd_1003.map.gz: 1 MB of 40 MB, 1 MB/s, 39 s left",
        "emd_1003.map.gz: 16 MB of 40 MB, 1 MB/s, 24 s left",
        "emd_1003.map.gz: 31 MB of 40 MB, 1 MB/s, 9 s left",
        "Fetched 40 MB of emd_1003.map.gz in 40 s",
    ]


def test_a_transfer_that_is_continued_has_the_rate_of_now(clock: Clock) -> None:
    stream = io.StringIO()
    fetch(Transfers(stream), clock, 2, 32_000_000, first=30_000_000)
    assert lines(stream)[0] == "emd_1003.map.gz: 31 MB of 32 MB, 1 MB/s, 1 s left"
    assert lines(stream)[-1] == "Fetched 2 MB of emd_1003.map.gz in 2 s"


def test_a_length_that_is_not_known(clock: Clock) -> None:
    stream = io.StringIO()
    fetch(Transfers(stream), clock, 2, None)
    assert lines(stream)[0] == "emd_1003.map.gz: 1 MB, 1 MB/s"


def test_a_short_transfer_is_not_shown(clock: Clock) -> None:
    stream = io.StringIO()
    shown = Transfers(stream)
    shown.moved(NAME, 500, 500)
    shown.ended(NAME, True)
    assert stream.getvalue() == ""


def test_nothing_is_printed_without_a_stream(
    clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = Transfers(None)
    shown.note("The header is an old one.")
    fetch(shown, clock, 40, 40_000_000)
    assert capsys.readouterr() == ("", "")


def test_a_bar_on_a_terminal(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    stream = Terminal()
    fetch(Transfers(stream), clock, 20, 40_000_000)
    output = stream.getvalue()
    assert "emd_1003.map.gz" in output and "20.0/40.0 MB" in output and "1.0 MB/s" in output
    # Cursor and line are given back, and what stays is one line.
    assert output.count("\x1b[?25l") == output.count("\x1b[?25h") == 1
    assert output.endswith("Fetched 20 MB of emd_1003.map.gz in 20 s\n")


def test_a_note_is_not_drawn_over(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    stream = Terminal()
    shown = Transfers(stream)
    for second in range(4):
        shown.moved(NAME, second * 1_000_000, 10_000_000)
        clock.now += 1
    shown.note("emd_1003.map.gz: the connection failed; trying again.")
    before = stream.getvalue()
    assert before.count("\x1b[?25l") == before.count("\x1b[?25h")
    shown.moved(NAME, 4_000_000, 10_000_000)
    shown.ended(NAME, False)
    assert stream.getvalue().count("\x1b[?25l") == stream.getvalue().count("\x1b[?25h") == 2
    assert "Fetched" not in stream.getvalue()


def test_a_terminal_that_cannot_redraw_gets_lines(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "dumb")
    stream = Terminal()
    fetch(Transfers(stream), clock, 5, 40_000_000)
    assert len(lines(stream)) == 2 and "\x1b" not in stream.getvalue()


def test_names_from_outside_are_not_obeyed(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    stream = Terminal()
    shown = Transfers(stream)
    for second in range(4):
        shown.moved("[red]a\x1b]0;title\x07.map", second * 1000, 4000)
        clock.now += 1
    shown.note("a\x07b")
    shown.ended("[red]a\x1b]0;title\x07.map", True)
    assert "[red]" in stream.getvalue() and "\x07" not in stream.getvalue()
    assert "\x1b]0" not in stream.getvalue()


def test_no_thread_is_left(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs are copies of this process, which a second thread would forbid."""
    import threading

    monkeypatch.setenv("TERM", "xterm")
    before = threading.active_count()
    shown = Transfers(Terminal())
    for second in range(5):
        shown.moved(NAME, second, 10)
        clock.now += 1
        assert threading.active_count() == before
    shown.ended(NAME, True)
    assert transfers.UNSEEN_SECONDS < 5
