"""The pictures of the benchmark."""

from __future__ import annotations

from pathlib import Path
from statistics import median
from typing import Any, Dict, List

import numpy as np
from matplotlib.figure import Figure

from benchmarks.scaling import PARTS, seconds_of
from benchmarks.tasks import UCM

_PLUGIN, _OTHER, _ORIGINAL = "#1f4e79", "#c9cfd6", "#d55e00"


def draw_speed(result: Dict[str, Any], file: Path) -> None:
    """Seconds of both as bars with their ratio, one panel per map."""
    maps: List[str] = list(dict.fromkeys(row["map"] for row in result["rows"]))
    height = 0.5 + 0.26 * max(sum(r["map"] == name for r in result["rows"]) for name in maps)
    canvas = Figure(figsize=(9, len(maps) * height + 0.8), layout="constrained")
    every = canvas.subplots(len(maps), 1, sharex=True, squeeze=False)[:, 0]
    for axes, name in zip(every, maps):
        rows = [row for row in result["rows"] if row["map"] == name]
        place = np.arange(len(rows))
        plugin = [median(row["seconds"]) for row in rows]
        others = [median(row["other_seconds"]) for row in rows]
        colours = [_ORIGINAL if row["other"] == UCM else _OTHER for row in rows]
        axes.barh(place - 0.2, others, 0.38, color=colours)
        axes.barh(place + 0.2, plugin, 0.38, color=_PLUGIN)
        for at, row, length in zip(place, rows, np.maximum(plugin, others)):
            axes.annotate(
                f" {row['ratio']:.1f}×", (length, at), va="center", fontsize=8, color="#333333"
            )
        axes.set_yticks(place, [_title(row) for row in rows], fontsize=8)
        axes.invert_yaxis()
        axes.set_xscale("log")
        axes.margins(x=0.08)
        axes.set_title(f"{name}, {rows[0]['box'][0]}³ voxels", fontsize=9, loc="left")
        axes.spines[["top", "right"]].set_visible(False)
    every[-1].set_xlabel(
        f"seconds, {result['threads']} threads, on {result['machine']}", fontsize=8
    )
    canvas.suptitle(
        "Blue: this plugin. Orange: the original (ucm). Grey: plain numpy and scipy.\n"
        "Beside the bars: time of the other program over time of the plugin.",
        fontsize=9,
    )
    canvas.savefig(file, dpi=150, metadata={"Software": None})


def _title(row: Dict[str, Any]) -> str:
    """The title, with the box of the resampled map if that is measured."""
    return f"{row['title']} ({row['box'][0]}³)" if row["other"] == UCM else str(row["title"])


def draw_scaling(result: Dict[str, Any], file: Path) -> None:
    """Seconds against the box size, one panel per part, with n³ log n through the last point."""
    canvas = Figure(figsize=(9, 6), layout="constrained")
    counts = sorted({row["threads"] for row in result["rows"]})
    for axes, part in zip(canvas.subplots(2, 2, sharex=True).ravel(), PARTS):
        for count, colour, marker in zip(counts, (_PLUGIN, _ORIGINAL, "#009e73"), "osd"):
            seconds = seconds_of(result, part, count)
            label = f"{count} thread{'' if count == 1 else 's'}"
            axes.plot(
                list(seconds), list(seconds.values()), f"{marker}-", color=colour, label=label
            )
        seconds = seconds_of(result, part, counts[0])
        sizes = np.array(sorted(seconds), dtype=float)
        cost = sizes**3 * np.log(sizes)
        axes.plot(
            sizes, cost / cost[-1] * seconds[int(sizes[-1])], ":", color="#555555", label="n³ log n"
        )
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_xticks(sizes, [f"{size:.0f}" for size in sizes])
        axes.minorticks_off()
        axes.set_title(part, fontsize=9, loc="left")
        axes.set_xlabel("n, voxels a side", fontsize=8)
        axes.set_ylabel("seconds", fontsize=8)
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(fontsize=8, frameon=False)
    canvas.suptitle(f"On {result['machine']}", fontsize=9)
    canvas.savefig(file, dpi=150, metadata={"Software": None})
