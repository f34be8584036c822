"""The state of every run on the terminal, and in a pipe."""

from __future__ import annotations

import io
import re

import pytest

from vrs.run.progress import Progress, console

REASON = "failed: " + "very long reason " * 9


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "COLORTERM", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)


def shown(stream: io.StringIO) -> str:
    """What is printed for two runs, one of which fails."""
    with Progress({3: "Prepare map", 4: "0.a Mass analysis"}, stream) as progress:
        progress.started(3)
        progress.tick()
        progress.ended(3, REASON, "red", 1.23)
    return stream.getvalue()


def last_frame(text: str) -> "list[str]":
    """The lines of the table as it is at the end, without control codes."""
    frame = text.split("\x1b[1A")[-1]
    return re.sub(r"\r|\x1b\[[0-9;?]*[A-Za-z]", "", frame).rstrip("\n").split("\n")


def test_piped_progress_is_one_plain_line_per_change() -> None:
    assert shown(io.StringIO()) == f"Prepare map: running\nPrepare map: {REASON} (1.2 s)\n"


def test_a_dumb_terminal_gets_plain_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    assert shown(Terminal()) == f"Prepare map: running\nPrepare map: {REASON} (1.2 s)\n"


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_a_terminal_shows_one_row_per_run(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    text = shown(Terminal())
    assert "\x1b[31m" in text, "a failure is red"
    first, *more, last = last_frame(text)
    assert max(map(len, (first, *more, last))) <= columns
    assert first.startswith("  Prepare map        ") and "very long" in first
    assert first.rstrip().endswith("1.2 s")
    assert last.split() == ["0.a", "Mass", "analysis", "waiting"]
    shown_words = set(" ".join((first, *more)).split()) - {"Prepare", "map", "1.2", "s", "…"}
    assert shown_words <= set(REASON.split()), "a word was cut"


@pytest.mark.parametrize("lines", [8, 12, 30])
@pytest.mark.parametrize("columns", [45, 60, 100])
def test_the_rows_fit_any_terminal(
    columns: int, lines: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("LINES", str(lines))
    checks = [f"0.{letter} Local occupancy" for letter in "abcdefgh"]
    labels = ["Import map", "Prepare map", *checks]
    stream = Terminal()
    with Progress(dict(enumerate(labels)), stream) as progress:
        for key in range(8):
            progress.started(key)
        progress.ended(0, "Could not be measured", "red", 1.0)
        stream.truncate(0)
        progress.tick()
        progress.ended(1, "2 warnings", "yellow", 100.0)
    frame = last_frame(stream.getvalue())
    text = "\n".join(frame)
    assert len(frame) < lines and max(map(len, frame)) <= columns
    assert text.count("running") == min(6, lines - 2), "as many as fit"
    assert ("  2 of 10 done" in text) == (len(frame) < len(labels))
    assert ("2 waiting" in text) == ("2 of 10 done" in text)


def test_colours_can_be_turned_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert not re.search(r"\x1b\[[0-9;]*m", shown(Terminal()))


def test_two_runs_may_have_the_same_label() -> None:
    stream = io.StringIO()
    with Progress({1: "Mass", 2: "Mass"}, stream) as progress:
        progress.started(1)
        progress.started(2)
        progress.ended(1, "OK", "green", 2.0)
    assert stream.getvalue() == "Mass: running\nMass: running\nMass: OK (2.0 s)\n"


def test_no_thread_redraws() -> None:
    """A process with threads cannot be copied."""
    import threading

    before = threading.active_count()
    with Progress({1: "Mass"}, Terminal()):
        assert threading.active_count() == before


def test_text_with_brackets_is_printed_as_it_is() -> None:
    stream = io.StringIO()
    console(stream).print("a [bold] map :smile: of 3 Å")
    assert stream.getvalue() == "a [bold] map :smile: of 3 Å\n"
