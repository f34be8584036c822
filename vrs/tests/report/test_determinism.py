"""The same map gives the same report.json, again and with other threads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from threadpoolctl import threadpool_limits

from vrs.checks.store import save_result
from vrs.level0 import prepare
from vrs.levels import LEVELS, MEASURED
from vrs.report.build import build_report
from vrs.tests.conftest import SmallMap

TIMES = {"seconds", "date", "seconds_of_checks", "seconds_of_figures", "peak_memory"}
"""What may differ between two runs."""


def report_json(small_map: SmallMap, folder: Path) -> str:
    """report.json of a map, measured in this process, without times and memory."""
    prepared = prepare(small_map.density, small_map.contour, 4.0, mass=30.0)
    # Figures are drawn by one thread, and take most of the time.
    prepared.section.figures = []
    prepared.save(folder / "prepared")
    for name, check in MEASURED.items():
        result = check.run(prepared.inputs)
        result.figures = []
        save_result(result, folder / name)
    results = [folder / name for name in MEASURED]
    files = build_report(folder / "prepared", results, LEVELS, folder / "out", pdf=False)
    content = json.loads(files.json.read_text(encoding="utf-8"))
    return json.dumps(without_times(content), indent=1)


def without_times(value: Any) -> Any:
    """JSON data without the fields in ``TIMES``, however deep."""
    if isinstance(value, dict):
        return {key: without_times(item) for key, item in value.items() if key not in TIMES}
    return [without_times(item) for item in value] if isinstance(value, list) else value


@pytest.mark.long
@pytest.mark.filterwarnings("ignore::DeprecationWarning:(matplotlib|pyparsing)")
def test_a_report_is_the_same_again_with_another_number_of_threads(
    small_map: SmallMap, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VRS_THREADS", "1")
    with threadpool_limits(1):
        first = report_json(small_map, tmp_path / "first")
    assert json.loads(first)["evidence"]["measurements"]
    monkeypatch.setenv("VRS_THREADS", "2")
    with threadpool_limits(2):
        assert report_json(small_map, tmp_path / "two threads") == first
