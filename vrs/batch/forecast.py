"""What a map will take: seconds and memory of each step by the size of the map, from a table.

``./run bench batch`` measures the table in a worker (``costs.json``). Between two sizes a cost
grows as a power of the number of voxels; beyond the last one in proportion to it.
"""

from __future__ import annotations

import math
from functools import lru_cache
from pathlib import Path
from typing import Dict, List, Optional, Sequence, Tuple

import msgspec

from vrs.batch.row import Size
from vrs.checks.memory import resampled_voxels
from vrs.level0.preparation import preparation_memory
from vrs.levels import MEASURED
from vrs.run.map_options import MapOptions

COSTS = Path(__file__).with_name("costs.json")
UNKNOWN = Size((300, 300, 300), 1.0, 3.0)
"""Assumed of a map that has to be fetched."""

DRAWING = 450e6
"""Bytes of the process that draws surfaces, beside that of the worker."""


class Costs(msgspec.Struct, frozen=True):
    """The measured table.

    Attributes
    ----------
    date : str
    machine : str
    version : str -- of this program
    sides : list of int -- of the boxes, in voxels
    seconds : dict of str to list of float -- of the processors, for each step and box
    megabytes : dict of str to list of float -- largest memory of the worker in each step and box
    """

    date: str
    machine: str
    version: str
    sides: List[int]
    seconds: Dict[str, List[float]]
    megabytes: Dict[str, List[float]]


class Forecast(msgspec.Struct, frozen=True):
    """Seconds of one processor, and bytes at the peak."""

    seconds: float
    memory: float


@lru_cache(maxsize=1)
def costs() -> Costs:
    """The table that ships with the package."""
    return msgspec.json.decode(COSTS.read_bytes(), type=Costs)


def forecast(options: MapOptions, size: Optional[Size], pdf: bool, html: bool) -> Forecast:
    """What a map will take.

    Parameters
    ----------
    options : MapOptions -- checks that it leaves out cost nothing
    size : Size or None -- None if it is not known yet
    pdf, html : bool -- whether the report has them
    """
    size = size or UNKNOWN
    largest = max(size.voxels, resampled_voxels(size.voxels, size.voxel_size, size.resolution))
    table, shown = costs(), pdf or html
    left_out = {*options.skip, *(["report"] if not shown else [])}
    seconds = [
        _interpolated(largest, table.sides, values)
        for step, values in table.seconds.items() if step not in left_out
    ]  # fmt: skip
    measured = [
        1e6 * _interpolated(largest, table.sides, values)
        for step, values in table.megabytes.items() if step not in left_out
    ]  # fmt: skip
    # Each check refuses to begin with less than its bound.
    bound = preparation_memory(size.voxels, size.voxel_size, size.resolution)
    per_voxel = max(check.memory for check in MEASURED.values())
    bound = max(bound, per_voxel * largest)
    return Forecast(sum(seconds), max(bound, *measured) + (DRAWING if shown else 0.0))


def _interpolated(voxels: float, sides: Sequence[int], values: Sequence[float]) -> float:
    """A cost between those of the boxes of the table."""
    points: List[Tuple[float, float]] = [
        (3 * math.log(side), math.log(max(value, 1e-3))) for side, value in zip(sides, values)
    ]
    wanted = math.log(max(voxels, 1.0))
    if wanted <= points[0][0]:
        return math.exp(points[0][1])
    for (x, y), (next_x, next_y) in zip(points, points[1:]):
        if wanted <= next_x:
            return math.exp(y + (next_y - y) * (wanted - x) / (next_x - x))
    return math.exp(points[-1][1] + wanted - points[-1][0])
