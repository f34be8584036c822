"""Where the time of ``vrs report`` goes: ``python -m benchmarks.profile_report``.

Two tables: the cost of starting each kind of process (the smallest of three starts), and one report
of a small simulated map, in which everything but the measurements is overhead. Seconds of processor
time, which other programs on the machine change little.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Dict, List

from benchmarks.memory import MAP, make_map, values_of

STARTS = {
    "Python and numpy": "numpy",
    "vrs --help": "vrs.cli.main",
    "vrs doctor": "vrs.cli.doctor",
    "Scipion's protocols alone": "pwem.protocols",
    "a process of a check": "vrs.protocols",
    "drawing and LaTeX": "vrs.report.build",
}
"""Kind of process -> the module that it imports first."""


def processor_time(command: List[str]) -> float:
    """Seconds of processor time of a command and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def starts() -> Dict[str, float]:
    """Seconds of processor time of the start of each process of ``STARTS``."""
    return {
        name: round(
            min(processor_time([sys.executable, "-c", f"import {module}"]) for _ in range(3)), 2
        )
        for name, module in STARTS.items()
    }


def one_report(size: int, folder: Path) -> Dict[str, Any]:
    """Clock time, processor time and measuring time of a report of a simulated map."""
    make_map(folder, size, 1.0, 4.0)
    values = values_of(folder)
    command = [
        sys.executable,
        "-m",
        "vrs",
        "report",
        str(folder / MAP),
        "--out",
        str(folder / "out"),
    ]
    options = ["--contour", str(values["contour"]), "--resolution", str(values["resolution"])]
    begin = time.monotonic()
    seconds = processor_time([*command, *options])
    clock = time.monotonic() - begin
    report = json.loads((folder / "out" / "report.json").read_text(encoding="utf-8"))
    measuring = report["provenance"]["seconds_of_checks"]
    return {
        "size": size,
        "clock_seconds": round(clock, 1),
        "processor_seconds": round(seconds, 1),
        "measuring": measuring,
        "figures": report["provenance"].get("seconds_of_figures"),
    }


def main() -> None:
    """Print both tables, and write them as JSON on request."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=64, help="voxels along a side")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    costs: Dict[str, Any] = {"starts": starts()}
    for name, seconds in costs["starts"].items():
        print(f"{seconds:6.2f} s  {name}")
    with tempfile.TemporaryDirectory() as folder:
        costs["report"] = one_report(options.size, Path(folder))
    print(json.dumps(costs["report"], indent=1))
    if options.out:
        options.out.write_text(json.dumps(costs, indent=1) + "\n")


if __name__ == "__main__":
    main()
