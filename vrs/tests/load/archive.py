"""A mirror of EMDB with many made entries, of which some change between two updates."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any, Dict, List

from vrs.tests.batch.made_archive import change_header, make_archive, map_file, packed_map
from vrs.tests.load.running import POLL_SECONDS, Reports, RunningBatch, answer
from vrs.tests.load.table import Table

ENTRIES = 2000
CHANGED = 20
SKIP = "0.c,0.d,0.e,0.f,0.g,0.h"
"""The measurements are not what is tested here."""


def changing_archive(folder: Path, number: int) -> Table:
    """Measure an archive, change some entries, and bring it up to date."""
    table = Table(f"{number} made entries, 0.a and 0.b, JSON")
    mirror, out = folder / "emdb", folder / "out"
    names = make_archive(mirror, number)
    # A folder of the system's temporary files need not be where this one runs.
    os.environ.pop("VRS_EMDB", None)
    arguments = ["--emdb", str(mirror), "--out", str(out), "--only", "json", "--skip", SKIP]
    arguments += ["--update"]
    start = time.monotonic()
    batch = RunningBatch(arguments, folder / "printed.txt")
    samples = _watched(batch)
    table.add("First run: exit status", batch.wait(), 0)
    table.add("First run: minutes", round((time.monotonic() - start) / 60, 1))
    reports = Reports(out)
    table.add("First run: reports", reports.look(), number)
    table.add("The batch itself, largest memory after 10 % and 100 % of its time (MB)",
              _growth(samples, 0))  # fmt: skip
    table.add("Its workers", _growth(samples, 1))

    before = reports.times()
    changed = names[:: number // CHANGED][:CHANGED]
    for place, name in enumerate(changed):
        if place % 2:
            map_file(mirror, name).write_bytes(packed_map(100))
        else:
            change_header(mirror, name, "admin/key_dates/update", "2026-11-28")
    second, seconds = _timed(arguments)
    after = reports.times()
    measured = sorted(name for name in after if after[name] != before.get(name))
    table.add(f"{CHANGED} entries changed: measured again", len(measured), CHANGED)
    table.add("These are the changed ones", measured == sorted(changed), True)
    table.add("Named by the command as changed", second["update"]["changed"] == measured, True)
    table.add("Seconds", seconds)
    _, seconds = _timed(arguments)
    table.add("Nothing changed: reports written", sum(reports.times()[name] != after[name]
              for name in after), 0)  # fmt: skip
    table.add("Seconds", seconds)
    rows = (out / "history.csv").read_text(encoding="utf-8").count("\n") - 1
    table.add("Reports in history.csv", rows, number + CHANGED)
    return table


def _timed(arguments: List[str]) -> "tuple[Dict[str, Any], int]":
    start = time.monotonic()
    return answer(arguments), round(time.monotonic() - start)


def _watched(batch: RunningBatch) -> List["tuple[int, int]"]:
    """Memory of the batch, and of its largest worker, again and again until it ends."""
    samples = []
    while batch.runs:
        memory = batch.memory()
        own = memory.pop(batch.process.pid, 0)
        if memory:
            samples.append((own, max(memory.values())))
        time.sleep(20 * POLL_SECONDS)
    return samples


def _growth(samples: List["tuple[int, int]"], which: int) -> str:
    sizes = [sample[which] for sample in samples]
    early = sizes[: max(1, len(sizes) // 10)]
    return f"{max(early) / 1e6:.0f}, {max(sizes) / 1e6:.0f}"
