"""Run implementations in fresh processes, in turn, and record their time and peak memory."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Dict, List, Tuple

import numpy as np

from benchmarks.inputs import BenchMap, Results
from benchmarks.tasks import OTHER, PLUGIN, UCM, Agreement, Task, agreements

_REPOSITORY = Path(__file__).resolve().parents[1]
_BETWEEN_SAMPLES = 0.5
"""Seconds between two readings of the memory of a process with workers."""


@dataclass(frozen=True)
class Cost:
    """Seconds and seconds of all cores of every repetition; the largest peak memory, in bytes."""

    seconds: Tuple[float, ...]
    cpu: Tuple[float, ...]
    peak: int


@dataclass(frozen=True)
class Row:
    """One task on one map: the costs of both implementations and the comparison of results."""

    map: str
    box: Tuple[int, ...]
    task: Task
    threads: int
    plugin: Cost
    other: Cost
    agreements: Tuple[Agreement, ...]

    @property
    def ratio(self) -> float:
        """Time of the other implementation over that of the plugin: median over the pairs."""
        pairs = zip(self.other.seconds, self.plugin.seconds)
        return statistics.median(other / own for other, own in pairs)

    @property
    def agrees(self) -> bool:
        """Whether all common results agree."""
        return all(agreement.holds for agreement in self.agreements)

    def to_dict(self) -> Dict[str, object]:
        """The row as JSON data."""
        return {
            "map": self.map,
            "box": list(self.box),
            "task": self.task.name,
            "title": self.task.title,
            "threads": self.threads,
            "other": self.task.other_name,
            "seconds": list(self.plugin.seconds),
            "other_seconds": list(self.other.seconds),
            "cpu_seconds": list(self.plugin.cpu),
            "other_cpu_seconds": list(self.other.cpu),
            "ratio": self.ratio,
            "peak_bytes": self.plugin.peak,
            "other_peak_bytes": self.other.peak,
            "agrees": self.agrees if self.agreements else None,
            "agreement": [asdict(agreement) for agreement in self.agreements],
        }


def prepare(chosen: BenchMap, folder: Path, threads: int) -> None:
    """Write the arrays of a map, in another process so that this process stays small."""
    about = json.dumps(asdict(chosen))
    subprocess.run(
        [sys.executable, "-m", "benchmarks.child", "--prepare", about, "--folder", str(folder)],
        check=True, cwd=_REPOSITORY, env=environment(threads),
    )  # fmt: skip


def measure_row(
    task: Task, name: str, box: Tuple[int, ...], folder: Path, threads: int, repeats: int,
    seconds: float,
) -> Row:  # fmt: skip
    """Run both in turn, at most ``repeats`` times and about ``seconds`` long."""
    threads = task.threads(threads)
    costs: Dict[str, List[Cost]] = {PLUGIN: [], OTHER: []}
    started = time.monotonic()
    for repeat in range(1, repeats + 1):
        for which in (PLUGIN, OTHER):
            costs[which].append(_run(task, which, folder, threads))
        spent = time.monotonic() - started
        if spent * (repeat + 1) / repeat > seconds:
            break
    compared = agreements(task, *(_results(folder, which) for which in (PLUGIN, OTHER)))
    plugin, other = (_together(costs[which]) for which in (PLUGIN, OTHER))
    return Row(name, box, task, threads, plugin, other, tuple(compared))


def _together(costs: List[Cost]) -> Cost:
    return Cost(
        seconds=tuple(cost.seconds[0] for cost in costs),
        cpu=tuple(cost.cpu[0] for cost in costs),
        peak=max(cost.peak for cost in costs),
    )


def _run(task: Task, which: str, folder: Path, threads: int) -> Cost:
    process = subprocess.Popen(
        [
            sys.executable, "-m", "benchmarks.child", "--task", task.name, "--which", which,
            "--folder", str(folder), "--threads", str(threads),
            "--results", str(_results_file(folder, which)),
        ],
        stdout=subprocess.PIPE, text=True, cwd=_REPOSITORY, env=environment(threads),
    )  # fmt: skip
    sampled = 0
    with process:
        # Only the original has workers, whose memory adds to that of the process itself.
        while task.other_name == UCM and which == OTHER and process.poll() is None:
            sampled = max(sampled, _proportional_memory(process.pid))
            time.sleep(_BETWEEN_SAMPLES)
        printed, _ = process.communicate()
    if process.returncode:
        raise RuntimeError(f"{task.name} ({which}) failed on {folder.name}")
    cost = json.loads(printed.splitlines()[-1])
    return Cost((cost["seconds"],), (cost["cpu"],), max(cost["peak"], sampled))


def environment(threads: int) -> Dict[str, str]:
    """The environment with the same number of threads for every library."""
    names = ("VRS_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    return {**os.environ, **dict.fromkeys(names, str(threads))}


def _results_file(folder: Path, which: str) -> Path:
    return folder / f"{which}.npz"


def _results(folder: Path, which: str) -> Results:
    with np.load(_results_file(folder, which)) as arrays:
        return {name: arrays[name] for name in arrays.files}


def _proportional_memory(pid: int) -> int:
    """Memory of a process and its children in bytes; shared memory counts once."""
    total = 0
    for process in _tree(pid):
        try:
            text = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
        except OSError:  # it ended meanwhile
            continue
        shares = [line.split()[1] for line in text.splitlines() if line.startswith("Pss:")]
        total += sum(int(share) * 1024 for share in shares)
    return total


def _tree(pid: int) -> List[int]:
    processes = [pid]
    for process in processes:
        try:
            children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
        except OSError:
            continue
        processes += [int(child) for child in children.split()]
    return processes
