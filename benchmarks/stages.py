"""The stages of a report on the map of the demo: the evidence and the report itself among them.

They have no other implementation to be compared with. Each runs in a process of its own, as in
Scipion; seconds of processor time compare best where other programs use the machine too.
"""

from __future__ import annotations

import gzip
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any, Dict, List

from benchmarks.inputs import MAPS
from benchmarks.memory import MAP, measure, stage_names
from vrs.tests.example_data import find_example

DEMO = "emd_3488"
SHOWN = ("evidence", "report")
"""The rows of the table; the JSON has all."""


def run() -> Dict[str, Any]:
    """Seconds, processor seconds and peak memory in MB of every stage, by its name."""
    chosen = MAPS[DEMO]
    packed = find_example(chosen.file)
    if packed is None or chosen.contour is None:
        print(f"The stages of a report are skipped: {DEMO} is not among the example data")
        return {}
    with tempfile.TemporaryDirectory(prefix="vrs_stages_") as name:
        folder = Path(name)
        with gzip.open(packed) as source, (folder / MAP).open("wb") as target:
            shutil.copyfileobj(source, target)
        values = {"contour": chosen.contour, "resolution": chosen.resolution}
        (folder / "values.json").write_text(json.dumps(values), encoding="utf-8")
        costs: Dict[str, Any] = measure(
            100, chosen.voxel_size, chosen.resolution, folder, stage_names(), quiet=True
        )
    print("\n".join(lines(costs)))
    return costs


def lines(costs: Dict[str, Any]) -> List[str]:
    """A line per row."""
    return [
        f"{DEMO}: stage {name}: {costs[name]['seconds']:.2f} s, processor "
        f"{costs[name]['cpu_seconds']:.2f} s, {costs[name]['megabytes']} MB"
        for name in SHOWN
    ]
