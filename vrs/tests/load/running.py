"""A batch that runs in the background, and what stands in its folder."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Dict, List, Sequence, Set

import psutil

from vrs.checks.store import read_json
from vrs.report.model import Report
from vrs.run.written import MARKER, foreign_content

WORKERS = 2
POLL_SECONDS = 0.05
PATIENCE = 900.0
"""Seconds without a new report after which a batch is given up."""


class Reports:
    """The reports in the folder of a batch, and when each got there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "reports"
        self._seen: Dict[str, int] = {}
        self.written_again: Set[str] = set()

    def look(self) -> int:
        """The number of reports; one that was written since it was seen is noted."""
        now = self.times()
        self.written_again |= {
            name for name, stamp in self._seen.items() if now.get(name) != stamp
        }
        self._seen = now
        return len(now)

    def times(self) -> Dict[str, int]:
        """When each report.json was written, in nanoseconds."""
        found = {}
        for file in self._folder.glob("*/report.json"):
            try:
                found[file.parent.name] = file.stat().st_mtime_ns
            except OSError:  # It takes its place now.
                continue
        return found

    def not_whole(self) -> List[str]:
        """Reports that look finished and are not: unreadable, or not what their record says."""
        bad = []
        for name in self.times():
            folder = self._folder / name
            beside = [one.name for one in folder.iterdir() if one.name.startswith(".vrs_")]
            try:
                read_json(folder / "report.json", Report)
                others, changed, _ = foreign_content(folder, [".vrs.lock", *beside])
            except Exception as error:  # noqa: BLE001  (whatever is wrong with it)
                bad.append(f"{name}: {error}")
                continue
            if others or changed or not (folder / MARKER).exists():
                bad.append(f"{name}: {others} {changed}")
        return bad

    def left_over(self) -> List[str]:
        """What is beside whole reports: folders without one, and unfinished parts."""
        whole = self.times()
        folders = [one.name for one in self._folder.iterdir() if one.name not in whole]
        return [*folders, *(str(part) for part in self._folder.glob("*/.vrs_*"))]


class RunningBatch:
    """``vrs batch`` in a process of its own."""

    def __init__(self, arguments: Sequence[str], log: Path) -> None:
        self._log = log.open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "vrs", "batch", *arguments, "--workers", str(WORKERS)],
            stdout=self._log, stderr=subprocess.STDOUT,
        )  # fmt: skip
        self._process = psutil.Process(self.process.pid)

    @property
    def runs(self) -> bool:
        return self.process.poll() is None

    def workers(self) -> List[psutil.Process]:
        """The processes that measure."""
        try:
            children = self._process.children()
            return [child for child in children if "spawn_main" in " ".join(child.cmdline())]
        except psutil.Error:
            return []

    def measuring(self) -> List[psutil.Process]:
        """The workers, as soon as there is one."""
        deadline = time.monotonic() + PATIENCE
        while self.runs and time.monotonic() < deadline:
            workers = self.workers()
            if workers:
                return workers
            time.sleep(POLL_SECONDS)
        printed = Path(self._log.name).read_text(encoding="utf-8")[-2000:]
        raise RuntimeError(f"the batch has no worker; it printed: {printed}")

    def memory(self) -> Dict[int, int]:
        """Resident bytes of the process and of its workers."""
        found = {}
        for process in (self._process, *self.workers()):
            try:
                found[process.pid] = process.memory_info().rss
            except psutil.Error:  # It has ended.
                continue
        return found

    def kill(self) -> None:
        """kill -9, and wait until its workers have ended too."""
        workers = self.workers()
        self.process.kill()
        self.wait()
        psutil.wait_procs(workers, timeout=30)
        if any(worker.is_running() for worker in workers):
            raise RuntimeError("workers outlive the process that started them")

    def wait(self) -> int:
        """Its exit status."""
        status = self.process.wait(PATIENCE)
        self._log.close()
        return status


def answer(arguments: Sequence[str]) -> Dict[str, Any]:
    """What a batch that runs to its end answers."""
    done = subprocess.run(
        [sys.executable, "-m", "vrs", "batch", *arguments, "--workers", str(WORKERS), "--json"],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    found: Dict[str, Any] = json.loads(done.stdout)
    return found


def wait_for(reports: Reports, number: int, batch: RunningBatch) -> None:
    """Wait until there are so many reports, or the batch has ended."""
    last, since = -1, time.monotonic()
    while batch.runs:
        there = reports.look()
        if there >= number:
            return
        if there != last:
            last, since = there, time.monotonic()
        if time.monotonic() - since > PATIENCE:
            raise RuntimeError(f"no report since {PATIENCE:.0f} s")
        time.sleep(POLL_SECONDS)
