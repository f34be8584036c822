"""Many small maps in one batch, to which everything happens that can happen."""

from __future__ import annotations

import gzip
import json
import random
import shutil
import sqlite3
import subprocess
import time
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Dict, Iterator, List, Set

import numpy as np

from vrs.tests.batch.made_archive import BOX, CONTOUR, RESOLUTION, packed_map
from vrs.tests.load.running import Reports, RunningBatch, answer, wait_for
from vrs.tests.load.table import Table

MAPS = 500
WORKER_KILLS, PARENT_KILLS = 10, 2
DISK = "400m"
HEADER_BYTES = 1024


def faults(folder: Path, number: int) -> Table:
    """Measure so many maps with all faults; returns what is there in the end."""
    table = Table(f"{number} small maps, all checks, JSON")
    start = time.monotonic()
    with _disk(folder) as has_its_own:
        listed, unreadable = _make_list(folder, number)
        _Load(folder, listed, number, unreadable, has_its_own, table).run()
    table.add("Minutes", round((time.monotonic() - start) / 60))
    return table


class _Load:
    """One batch and its faults, each when so many reports are there."""

    def __init__(
        self, folder: Path, listed: Path, number: int, unreadable: Set[str], full: bool,
        table: Table,
    ) -> None:  # fmt: skip
        self._out, self._log = folder / "out", folder / "printed.txt"
        self._arguments = [str(listed), "--out", str(self._out), "--only", "json"]
        self._number, self._unreadable, self._full = number, unreadable, full
        self._table = table
        self._reports = Reports(self._out)
        self._not_whole: List[str] = []
        self._killed = self._ended = 0

    def run(self) -> None:
        self._begin()
        try:
            for place, fault in self._plan():
                wait_for(self._reports, place, self._batch)
                self._do(fault)
                self._look()
            last = self._batch.wait()
        finally:
            if self._batch.runs:
                self._batch.kill()
        self._look()
        self._count(last)

    def _begin(self) -> None:
        self._batch = RunningBatch(self._arguments, self._log)

    def _do(self, fault: str) -> None:
        if fault == "worker":
            random.choice(self._batch.measuring()).kill()
            self._killed += 1
        elif fault == "parent":
            self._batch.measuring()
            self._batch.kill()
            self._ended += 1
            self._look()
            self._begin()
        elif fault == "second":
            done = answer(self._arguments)
            self._table.add("A second batch in the folder: exit status", done["exit_status"], 1)
        else:
            with _full(self._out):
                self._table.add("The disk is full: exit status", self._batch.wait(), 1)
                self._look()
            self._begin()

    def _plan(self) -> List["tuple[int, str]"]:
        """After how many reports what happens."""
        kinds = ["worker"] * WORKER_KILLS
        kinds[3:3], kinds[6:6] = ["parent"], ["second"]
        kinds.insert(9, "parent")
        if self._full:
            kinds.append("full")
        step = self._number // (len(kinds) + 1)
        return [((place + 1) * step, kind) for place, kind in enumerate(kinds)]

    def _look(self) -> None:
        self._reports.look()
        self._not_whole += self._reports.not_whole()

    def _count(self, status: int) -> None:
        add = self._table.add
        whole = self._number - len(self._unreadable)
        add("kill -9 of a worker", self._killed, WORKER_KILLS)
        add("kill -9 of the batch itself", self._ended, PARENT_KILLS)
        add("Exit status in the end (maps that cannot be read failed)", status, 1)
        reports = set(self._reports.times())
        add("Maps with a report", len(reports), whole)
        with closing(sqlite3.connect(self._out / "batch.sqlite")) as database:
            states: Dict[str, str] = dict(database.execute("SELECT name, state FROM maps"))
            written = database.execute("SELECT count(*) FROM history").fetchone()[0]
            memory = [value for value, in database.execute(
                "SELECT memory FROM maps WHERE memory IS NOT NULL"
                " ORDER BY json_extract(summary, '$.date')"
            )]  # fmt: skip
        failed = {name for name, state in states.items() if state == "failed"}
        add("Unreadable maps that failed, and no others", len(failed & self._unreadable),
            len(failed))  # fmt: skip
        add("Maps that are neither finished nor failed", self._number - len(reports | failed), 0)
        add("Reports that were written a second time", len(self._reports.written_again), 0)
        add("Reports in the history", written, whole)
        add("Reports that looked finished and were not", len(self._not_whole), 0)
        add("Unfinished parts that are left", len(self._reports.left_over()), 0)
        tenth = len(memory) // 10
        for name, part in (("first", memory[:tenth]), ("last", memory[-tenth:])):
            add(f"Median memory of a worker, {name} tenth of the maps (MB)", _median(part))
        before, start = self._reports.times(), time.monotonic()
        again = answer(self._arguments)
        add("The same command again: maps with a report", again["passed"], whole)
        add("Seconds of that, which tries the unreadable ones again",
            round(time.monotonic() - start))  # fmt: skip
        after = self._reports.times()
        add("Reports written by it", len(set(after.items()) - set(before.items())), 0)


def _median(values: List[int]) -> int:
    return round(float(np.median(values)) / 1e6)


def _make_list(folder: Path, number: int) -> "tuple[Path, Set[str]]":
    """The list of the maps, and the names of those that cannot be read."""
    maps = folder / "maps"
    maps.mkdir(parents=True)
    rows, unreadable = [], set()
    for place in range(number):
        name, content = f"map_{place:04}", packed_map(place % 7)
        if place % (number // 5) == number // 10:
            content = _damaged(content, len(unreadable))
            unreadable.add(name)
        file = maps / f"{name}.map.gz"
        file.write_bytes(content)
        rows.append({"map": str(file), "contour": CONTOUR, "resolution": RESOLUTION})
    listed = folder / "list.jsonl"
    listed.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return listed, unreadable


def _damaged(content: bytes, kind: int) -> bytes:
    """A packed map with a header that can be read, and values that cannot."""
    half = len(content) // 2
    if kind % 3 == 0:
        return content[:half]
    if kind % 3 == 1:
        return content[:half] + bytes(50) + content[half + 50 :]
    header = gzip.decompress(content)[:HEADER_BYTES]
    return gzip.compress(header + np.full(BOX**3, np.nan, np.float32).tobytes())


@contextmanager
def _disk(folder: Path) -> Iterator[bool]:
    """Make the folder on a small disk of its own; without the right to, on that of the system."""
    folder.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(folder)]
    if not shutil.which("mount") or subprocess.run(mount, stderr=subprocess.DEVNULL).returncode:
        print("The full disk is left out: a small disk can only be mounted as root")
        yield False
        return
    try:
        yield True
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@contextmanager
def _full(folder: Path) -> Iterator[None]:
    """Fill the disk of a folder."""
    file = folder.parent / "filler"
    with file.open("wb") as stream:
        try:
            while True:
                stream.write(bytes(2**20))
                stream.flush()
        except OSError:
            pass
    try:
        yield
    finally:
        file.unlink()
