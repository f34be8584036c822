"""``./run bench``: speed (the default), scaling, or both with ``all``; and ``batch``."""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any, Dict, List, Optional

from benchmarks import batch, machine, scaling, speed, stages
from benchmarks.inputs import ALL, MAPS, QUICK
from benchmarks.plots import draw_scaling, draw_speed
from benchmarks.tasks import TASKS

RESULTS = Path(__file__).with_name("results")


def main(arguments: Optional[List[str]] = None) -> None:
    """Measure, print, and write JSON and pictures."""
    options = _parser().parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    if options.what in ("speed", "all"):
        maps = options.maps or (QUICK if options.quick else ALL)
        repeats = options.repeats or (1 if options.quick else 3)
        result = speed.run(maps, options.tasks, repeats, options.threads, options.seconds)
        result["stages"] = stages.run()
        result["batch"] = batch.maps_an_hour()
        _write(options.out / "speed.json", result)
        if result["rows"]:
            draw_speed(result, options.out / "speed.png")
    if options.what in ("scaling", "all"):
        sizes = scaling.QUICK_SIZES if options.quick else scaling.SIZES
        result = scaling.run(sizes, sorted({1, options.threads}))
        _write(options.out / "scaling.json", result)
        draw_scaling(result, options.out / "scaling.png")
    if options.what == "batch":
        if not options.quick:
            batch.measure_table()
        _write(options.out / "batch.json", batch.maps_an_hour())
    print(f"Finished in {time.monotonic() - started:.0f} s; results in {options.out}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./run bench",
        description="Compares speed, memory and results of the checks with those of the original "
        "programs and of plain numpy and scipy, each in a process of its own.",
    )
    choices = ("speed", "scaling", "all", "batch")
    parser.add_argument("what", nargs="?", choices=choices, default="speed")
    parser.add_argument("--quick", action="store_true", help="small maps, once: about a minute")
    parser.add_argument(
        "--maps", nargs="+", choices=list(MAPS), metavar="MAP", help=f"of {', '.join(MAPS)}"
    )
    parser.add_argument(
        "--tasks", nargs="+", choices=list(TASKS), metavar="TASK", default=list(TASKS),
        help=f"of {', '.join(TASKS)}",
    )  # fmt: skip
    parser.add_argument(
        "--repeats", type=int, metavar="N", help="at most so many pairs of runs (3)"
    )
    parser.add_argument(
        "--seconds", type=float, default=20.0, metavar="S",
        help="repeat slow pairs for at most this time (%(default)g)",
    )  # fmt: skip
    parser.add_argument(
        "--threads", type=int, default=machine.cores(), metavar="N", help="(%(default)s)"
    )
    parser.add_argument("--out", type=Path, default=RESULTS, metavar="DIR", help="(%(default)s)")
    return parser


def _write(file: Path, result: Dict[str, Any]) -> None:
    file.write_text(json.dumps(result, indent=1, allow_nan=False), encoding="utf-8")


if __name__ == "__main__":
    main()
