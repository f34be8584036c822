"""What a map takes in a worker of a batch, by the size of its box, and how many maps an hour.

``./run bench batch`` measures the table that the forecasts of ``vrs batch`` read, writes it into
the package, and then measures how many maps of the demo two workers finish in an hour; ``--quick``
measures the latter alone. The maps of the table are those of ``benchmarks.memory``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any, Dict, List, Sequence

import vrs
from benchmarks import machine
from benchmarks.memory import MAP, make_map, values_of
from vrs.tests.example_data import find_example

SIDES = (64, 100, 160, 256, 360, 512)
VOXEL_SIZE, RESOLUTION = 1.0, 3.0
WORKERS = 2
MAPS = 8
"""Copies of the map of the demo for the maps an hour."""

DEMO, ENTRY = "maps/emd_3488.map.gz", "entries/emd-3488.json"
KINDS = {"with PDF and page": (), "JSON alone": ("--only", "json")}


def measure_table(sides: Sequence[int] = SIDES) -> None:
    """Measure the costs of every step and write the table of the package."""
    from vrs.batch.forecast import COSTS, Costs
    from vrs.checks.store import write_json

    costs = []
    with tempfile.TemporaryDirectory(prefix="vrs_batch_") as name:
        for side in sides:
            folder = Path(name) / str(side)
            folder.mkdir()
            make_map(folder, side, VOXEL_SIZE, RESOLUTION)
            costs.append(_in_new_worker(folder))
            total = sum(seconds for seconds, _ in costs[-1].values())
            most = max(peak for _, peak in costs[-1].values())
            print(f"{side:4}^3: processor {total:.1f} s, {most / 1e6:.0f} MB", flush=True)
            (folder / MAP).unlink()
    steps = list(costs[0])
    table = Costs(
        date=date.today().isoformat(),
        machine=machine.description(),
        version=vrs.__version__,
        sides=list(sides),
        seconds={step: [round(one[step][0], 3) for one in costs] for step in steps},
        megabytes={step: [round(one[step][1] / 1e6) for one in costs] for step in steps},
    )
    write_json(COSTS, table)
    subprocess.run([sys.executable, "-m", "benchmarks.archive"], check=True)


def maps_an_hour() -> Dict[str, Any]:
    """Maps of the demo that two workers finish in an hour, with what a report takes."""
    packed, entry = find_example(DEMO), find_example(ENTRY)
    if packed is None or entry is None:
        print("Maps an hour are skipped: the map of the demo is not among the example data")
        return {}
    result = {}
    with tempfile.TemporaryDirectory(prefix="vrs_batch_") as name:
        table = Path(name) / "maps.csv"
        rows = [f"{packed},{entry},0.09,copy_{number}" for number in range(MAPS)]
        table.write_text("\n".join(["map,entry,contour,name", *rows]), encoding="utf-8")
        for kind, options in KINDS.items():
            out = Path(name) / kind.replace(" ", "_")
            result[kind] = _batch(table, out, options)
            print(line(kind, result[kind]), flush=True)
    return result


def line(kind: str, row: Dict[str, float]) -> str:
    """A row in words."""
    return (
        f"emd_3488: maps an hour on two cores, {kind}: {row['maps_an_hour']:.0f}; a report takes "
        f"{row['cpu_seconds']:.1f} s of processor and {row['megabytes']:.2f} MB of disk"
    )


def _batch(table: Path, out: Path, options: Sequence[str]) -> Dict[str, float]:
    from vrs.batch import REPORTS

    command = [sys.executable, "-m", "vrs", "batch", str(table), "--out", str(out), "--quiet"]
    before, start = os.times(), time.monotonic()
    subprocess.run([*command, f"--workers={WORKERS}", *options], check=True)
    seconds, after = time.monotonic() - start, os.times()
    used = after.children_user - before.children_user
    used += after.children_system - before.children_system
    written = sum(file.stat().st_size for file in (out / REPORTS).rglob("*") if file.is_file())
    return {
        "maps_an_hour": 3600 * MAPS / seconds,
        "seconds": seconds,
        "cpu_seconds": used / MAPS,
        "megabytes": written / 1e6 / MAPS,
    }


def _in_new_worker(folder: Path) -> Dict[str, List[float]]:
    """Processor seconds and bytes of each step of a map, in a process that has measured before.

    The libraries are loaded by the first map of a worker, which is not counted.
    """
    threads = ("VRS_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.batch", str(folder)],
        stdout=subprocess.PIPE, text=True, check=True,
        env={**os.environ, **dict.fromkeys(threads, "1")},
    )  # fmt: skip
    stages: Dict[str, List[float]] = json.loads(done.stdout.splitlines()[-1])
    return stages


def _measure(folder: Path) -> None:
    """Measure the map in a folder, after a small one, and print what each step took."""
    from vrs.batch.task import Task
    from vrs.batch.work import perform
    from vrs.run.environment import set_variables
    from vrs.run.map_options import MapOptions

    set_variables()
    with tempfile.TemporaryDirectory() as name:
        small = Path(name)
        make_map(small, 48, VOXEL_SIZE, RESOLUTION)
        for place in (small, folder):
            values = values_of(place)
            options = MapOptions(
                str(place / MAP), repr(values["contour"]), resolution=values["resolution"]
            )
            done = perform(Task(place.name, options, str(place / "report")))
            if done.reason:
                raise SystemExit(done.reason)
    print(json.dumps(done.cost.stages))


if __name__ == "__main__":
    _measure(Path(sys.argv[1]))
