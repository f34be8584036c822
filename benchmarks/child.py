"""One implementation on one map in a process of its own: ``python -m benchmarks.child ...``.

Prints seconds and peak memory as JSON and keeps what was found, for the comparison.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from pathlib import Path

import numpy as np

from benchmarks.inputs import BenchMap, load_inputs, prepare_inputs, tiny_inputs
from benchmarks.tasks import OTHER, OURS, TASKS


def peak_bytes() -> int:
    """Peak memory of this process; the rest of the system does not count, nor do its children."""
    with open("/proc/self/status", encoding="ascii") as status:
        for line in status:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    raise OSError("the kernel does not tell the peak memory")


def cpu_seconds() -> float:
    """Time that all cores spent on this process and on its workers that have ended."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, kinds))


def measure(task_name: str, which: str, folder: Path, threads: int, results: Path) -> None:
    """Run one implementation once."""
    task = TASKS[task_name]
    implementation = task.ours if which == OURS else task.other
    given = load_inputs(folder)
    # What has to be imported, or made ready once, does not belong to the measurement.
    implementation(tiny_inputs(), threads)
    start, before = time.perf_counter(), cpu_seconds()
    found = implementation(given, threads)
    cost = {
        "seconds": time.perf_counter() - start,
        "cpu": cpu_seconds() - before,
        "peak": peak_bytes(),
    }
    print(json.dumps(cost))
    np.savez(results, **found)


def main() -> None:
    """Prepare a map, or measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prepare")
    parser.add_argument("--task", choices=sorted(TASKS))
    parser.add_argument("--which", choices=(OURS, OTHER))
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--results", type=Path)
    options = parser.parse_args()
    if options.prepare:
        prepare_inputs(BenchMap(**json.loads(options.prepare)), options.folder)
    else:
        measure(options.task, options.which, options.folder, options.threads, options.results)


if __name__ == "__main__":
    main()
