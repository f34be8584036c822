"""The table: each task on each map, for the plugin and for the other implementation."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any, Dict, List, Sequence

from benchmarks import machine, original
from benchmarks.inputs import MAPS, is_absent, load_values
from benchmarks.measure import Row, measure_row, prepare
from benchmarks.tasks import NUMPY, TASKS, UCM, Task

LARGE = 512
"""Side of the map whose labelling, masks and statistics are added up."""

_WIDTHS = (11, 9, 24, 7, 10, 9, 7, 9, 9, 18)
_HEADINGS = (
    "map", "box", "task", "threads", "plugin (s)", "other (s)", "ratio", "plugin MB", "other MB",
    "agreement",
)  # fmt: skip


def run(
    maps: Sequence[str], names: Sequence[str], repeats: int, threads: int, seconds: float
) -> Dict[str, Any]:
    """Measure and print one line per row; returns the content of the JSON file.

    Parameters
    ----------
    maps, names : sequence of str
        Names of maps and of tasks.
    repeats : int
        Most pairs of runs.
    threads : int
    seconds : float
        Time of a row; slow implementations are repeated less often.
    """
    tasks = _possible([TASKS[name] for name in names])
    print(_line(_HEADINGS), flush=True)
    print("-" * len(_line(_HEADINGS)))
    rows: List[Row] = []
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="vrs_bench_") as scratch:
        for name in maps:
            if is_absent(MAPS[name]):
                print(f"{name} is skipped: it is not among the example data")
                continue
            folder = Path(scratch) / name
            begun = time.monotonic()
            prepare(MAPS[name], folder, threads)
            values = load_values(folder)
            for task in tasks:
                box = values["resampled_box" if task.other_name == UCM else "box"]
                row = measure_row(task, name, tuple(box), folder, threads, repeats, seconds)
                rows.append(row)
                print(text_of(row.to_dict()), flush=True)
            for file in folder.iterdir():
                file.unlink()
            print(f"({name}: {time.monotonic() - begun:.0f} s in all)", flush=True)
    result = {
        "machine": machine.description(),
        "versions": machine.versions(),
        "threads": threads,
        "seconds_in_all": round(time.monotonic() - started, 1),
        "rows": [row.to_dict() for row in rows],
    }
    print()
    print("\n".join(findings(result)))
    return result


def _possible(tasks: List[Task]) -> List[Task]:
    if original.version() is not None or all(task.other_name != UCM for task in tasks):
        return tasks
    print(f"{original.PACKAGE} is not installed: 0.f and 0.g are skipped")
    return [task for task in tasks if task.other_name != UCM]


def text_of(row: Dict[str, Any]) -> str:
    """A row of the table."""
    return _line(
        (
            row["map"],
            "x".join(map(str, row["box"])) if len(set(row["box"])) > 1 else f"{row['box'][0]}^3",
            row["title"],
            str(row["threads"]),
            f"{median(row['seconds']):.3g}",
            f"{median(row['other_seconds']):.3g}",
            f"{row['ratio']:.2f}",
            f"{row['peak_bytes'] / 1e6:.0f}",
            f"{row['other_peak_bytes'] / 1e6:.0f}",
            _agreement(row),
        )
    )


def findings(result: Dict[str, Any]) -> List[str]:
    """The main results of the table, in sentences."""
    rows = result["rows"]
    lines = [
        f"{result['machine']}, {result['threads']} threads; {len(rows)} rows in "
        f"{result['seconds_in_all']:.0f} s. "
        "Ratio: time of the other program over that of the plugin.",
        f"Other programs: plain {NUMPY}; {UCM}: {original.PACKAGE} "
        f"{result['versions'].get(original.PACKAGE) or 'not installed'}.",
    ]
    for row in rows:
        if row["other"] == UCM:
            differences = {each["name"]: each["difference"] for each in row["agreement"]}
            lines.append(
                f"{row['title']} of {row['map']}, {row['box'][0]}^3: {row['ratio']:.1f} times as "
                f"fast as {UCM}; medians differ by {differences['median']:.2g}, percentiles by at "
                f"most {differences['percentiles']:.2g}, 99 % of the voxels by at most "
                f"{differences['values']:.2g}."
            )
    large = [row for row in rows if row["box"][0] >= LARGE and TASKS[row["task"]].large_maps]
    if large:
        total = sum(median(row["seconds"]) for row in large)
        lines.append(
            f"Labelling, masks and statistics of {large[0]['map']} take {total:.1f} s together."
        )
    wrong = [f"{row['title']} of {row['map']}" for row in rows if row["agrees"] is False]
    lines.append(f"Results that do not agree: {', '.join(wrong) if wrong else 'none'}.")
    return lines


def _agreement(row: Dict[str, Any]) -> str:
    if row["agrees"] is None:
        return "not measured"
    worst = max(row["agreement"], key=lambda agreement: agreement["excess"])
    if worst["excess"] == 0:
        return "equal"
    if row["agrees"]:
        return f"{worst['excess']:.1g} of tolerance"
    return f"NO: {worst['name']}"


def _line(cells: Sequence[str]) -> str:
    return " ".join(
        cell.ljust(width) if index in (0, 2, 9) else cell.rjust(width)
        for index, (cell, width) in enumerate(zip(cells, _WIDTHS))
    ).rstrip()
