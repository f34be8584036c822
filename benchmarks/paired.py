"""Two versions of this program on the same map, in turn: ``python -m benchmarks.paired OTHER``.

OTHER is a copy of this repository, such as ``git archive 09e7e84 | tar x -C OTHER`` makes of an
earlier version. Each pair is one ``vrs report`` by OTHER and one by this copy, both compiled
before, as pip does when it installs. Seconds of processor time compare where other programs use the
machine a little; clock times only where none do.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Dict, List, Sequence, Tuple

from benchmarks.memory import MAP, make_map, values_of

HERE = Path(__file__).resolve().parents[1]
_NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"


def run(copy: Path, arguments: Sequence[str], out: Path) -> Tuple[float, float, Dict[str, float]]:
    """Processor seconds, clock seconds and measuring seconds of a report by a copy."""
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(
        [sys.executable, "-m", "vrs", "report", *arguments, "--out", str(out)],
        check=True, cwd=copy, env=_environment(copy), stdout=subprocess.DEVNULL,
    )  # fmt: skip
    clock, after = time.monotonic() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    return processor, clock, report["provenance"]["seconds_of_checks"]


def _environment(copy: Path) -> Dict[str, str]:
    """The environment of a process that uses a copy, and the bytecode of its modules."""
    kept = {name: value for name, value in os.environ.items() if name != _NO_BYTECODE}
    return {**kept, "PYTHONPATH": str(copy)}


def compile_copy(copy: Path) -> None:
    """Write the bytecode of a copy, which a process would otherwise make on each start."""
    command = [sys.executable, "-m", "compileall", "-q", str(copy / "vrs")]
    subprocess.run(command, check=True, env=_environment(copy))


def main() -> None:
    """Print the seconds of every pair and the median ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("other", type=Path, help="folder of another copy of this repository")
    parser.add_argument("--map", type=Path, help="by default a simulated one")
    parser.add_argument("--contour", default="")
    parser.add_argument("--resolution", default="")
    parser.add_argument("--size", type=int, default=256, help="voxels along a side (%(default)s)")
    parser.add_argument("--pairs", type=int, default=2, help="(%(default)s)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="vrs_paired_") as name:
        folder = Path(name)
        file, contour, resolution = options.map, options.contour, options.resolution
        if file is None:
            make_map(folder, options.size, 1.0, 4.0)
            values = values_of(folder)
            file, contour, resolution = folder / MAP, values["contour"], values["resolution"]
        arguments = [str(file.resolve()), f"--contour={contour}", f"--resolution={resolution}"]
        copies = (("other", options.other.resolve()), ("this", HERE))
        for _, copy in copies:
            compile_copy(copy)
        rows: List[List[float]] = []
        for pair in range(options.pairs):
            row: List[float] = []
            for label, copy in copies:
                processor, clock, checks = run(copy, arguments, folder / f"{label}_{pair}")
                row.append(processor)
                print(f"{label:<6} processor {processor:6.1f} s, clock {clock:6.1f} s, measuring:")
                print(f"       {_of(checks)}", flush=True)
            rows.append(row)
        ratio = statistics.median(this / other for other, this in rows)
    print(f"Processor time of this copy over that of the other, median: {ratio:.2f}")


def _of(checks: Dict[str, Any]) -> str:
    return ", ".join(f"{check} {seconds:.1f}" for check, seconds in checks.items())


if __name__ == "__main__":
    main()
