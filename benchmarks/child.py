"""One implementation on one map in a process of its own: ``python -m benchmarks.child ...``.

Prints seconds and peak memory as JSON and writes the results, for the comparison.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from pathlib import Path

import numpy as np

from benchmarks.inputs import BenchMap, load_inputs, prepare_inputs, tiny_inputs
from benchmarks.tasks import OTHER, PLUGIN, TASKS
from vrs.run.memory import peak_memory


def cpu_seconds() -> float:
    """Processor time of this process and of its workers that have ended."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, kinds))


def measure(task_name: str, which: str, folder: Path, threads: int, results: Path) -> None:
    """Run one implementation once."""
    task = TASKS[task_name]
    implementation = task.plugin if which == PLUGIN else task.other
    inputs = load_inputs(folder)
    # Imports and one-time preparations are not part of the measurement.
    implementation(tiny_inputs(), threads)
    start, before = time.perf_counter(), cpu_seconds()
    results_by_name = implementation(inputs, threads)
    cost = {
        "seconds": time.perf_counter() - start,
        "cpu": cpu_seconds() - before,
        "peak": peak_memory(),
    }
    print(json.dumps(cost))
    np.savez(results, **results_by_name)


def main() -> None:
    """Prepare a map, or measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prepare")
    parser.add_argument("--task", choices=sorted(TASKS))
    parser.add_argument("--which", choices=(PLUGIN, OTHER))
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
