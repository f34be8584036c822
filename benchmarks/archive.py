"""What the reports of a whole archive cost, by the size of the box: a table of docs/archive.rst.

``./run bench batch`` measures the costs and writes the table; ``python -m benchmarks.archive``
writes it from the costs that are in the package.
"""

from __future__ import annotations

from vrs.batch.forecast import costs, forecast
from vrs.batch.row import Size
from vrs.run.map_options import MapOptions
from vrs.tests.rst import DOCS, simple_table, write_block

ENTRIES, CORES = 50_000, 200
VOXEL_SIZE, RESOLUTION = 1.0, 3.0
"""Of the maps with which the costs were measured, in Å."""

PAGE, BLOCK = DOCS / "archive.rst", "table of the costs"


def table() -> str:
    """Processor time and memory of a map, and hours of many on many cores, by the box."""
    rows = []
    for side in costs().sides:
        size = Size((side, side, side), VOXEL_SIZE, RESOLUTION)
        alone, whole = (forecast(MapOptions(""), size, shown, shown) for shown in (False, True))
        hours = [ENTRIES * cost.seconds / CORES / 3600 for cost in (alone, whole)]
        rows.append((
            f"{side}³", f"{alone.seconds:.1f} s, {alone.memory / 1e9:.1f} GB",
            f"{whole.seconds:.0f} s, {whole.memory / 1e9:.1f} GB",
            *(f"{number:.1f} h" for number in hours),
        ))  # fmt: skip
    names = ("JSON alone", "page and PDF too")
    return simple_table(("Box", *names, *(f"{ENTRIES}: {name}" for name in names)), rows)


if __name__ == "__main__":
    write_block(PAGE, BLOCK, table())
