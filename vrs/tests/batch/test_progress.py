"""The remaining time of a batch, and a line for each map where there is no terminal."""

from __future__ import annotations

import io

import pytest

from vrs.batch import progress as progress_module
from vrs.batch.progress import BatchProgress


def test_the_remaining_time_follows_how_fast_the_maps_are() -> None:
    stream = io.StringIO()
    forecasts = dict.fromkeys("abcd", 100.0)
    with BatchProgress(forecasts, 2, stream) as progress:
        assert progress.remaining() == pytest.approx(200), "as forecast, with two workers"
        progress.ended("a", "fine", 200.0, failed=False)
        progress.ended("b", "it is empty", 0.0, failed=True)
        assert progress.remaining() == pytest.approx(200, rel=0.01), "twice as long as forecast"
        progress.tick(["c"])
        progress.ended("c", "fine", 90.1, failed=False)
        progress.ended("d", "fine", 100.0, failed=False)
    assert stream.getvalue().splitlines() == [
        "1 of 4: a: fine (3 min); about 5 min left",
        "2 of 4: b: it is empty; about 3 min left",
        "3 of 4: c: fine (2 min); about 2 min left",
        "4 of 4: d: fine (2 min)",
    ]


def test_the_time_that_running_maps_have_had_is_not_left(monkeypatch: pytest.MonkeyPatch) -> None:
    progress = BatchProgress({"a": 100.0, "b": 100.0}, 1, None)
    progress.tick(["a"])
    now = progress_module.time.monotonic()
    monkeypatch.setattr(progress_module.time, "monotonic", lambda: now + 60.0)
    assert progress.remaining() == pytest.approx(140, abs=0.1)
    monkeypatch.setattr(progress_module.time, "monotonic", lambda: now + 600.0)
    assert progress.remaining() == pytest.approx(110, abs=0.1), "a takes longer than expected"


def test_a_quiet_batch_prints_nothing() -> None:
    with BatchProgress({"a": 1.0}, 2, None) as progress:
        progress.tick(["a"])
        progress.ended("a", "fine", 1.0, failed=False)
