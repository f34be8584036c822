"""How much memory the preparation and the checks need, and what is said where there is less."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Collection, Dict, List, Optional, Tuple

from vrs.checks.level import LEVEL0

PREPARATION = "prepare"

Box = Tuple[int, int, int]

INTERPRETER = 250e6
"""Bytes of a process of Scipion before it has read a map: Python, its libraries, the project."""

MARGIN = 34.0
"""Å around the mask that the unbiased values of 0.f and the network of 0.e look at."""


@dataclass(frozen=True)
class Need:
    """Bytes per voxel of each grid at the peak, and bytes whatever the map; measured.

    Attributes
    ----------
    map, resized : float
        Of the map as it is measured, and of the resized map.
    part : float
        Of the part of the map around the mask.
    angstrom : float
        Of that part on a grid of 1 Å.
    fixed : float
    """

    map: float = 0.0
    resized: float = 0.0
    part: float = 0.0
    angstrom: float = 0.0
    fixed: float = 0.0


NEEDS: Dict[str, Need] = {
    # Before there is a mask it may fill the box.
    PREPARATION: Need(17, 8),
    "0.a": Need(6, part=8),
    "0.b": Need(8, part=11),
    "0.c": Need(12),
    "0.d": Need(10),
    "0.e": Need(5, angstrom=65, fixed=60e6),
    "0.f": Need(8, 28, part=24),
    "0.g": Need(0, 32),
    "0.h": Need(9, angstrom=6, fixed=270e6),
}
"""Measured on simulated maps of 100 to 512 voxels a side whose mask fills 4 % of the box, and on
one of 256 whose mask fills it (``benchmarks/memory.py``). The hand makes its mask itself: the part
around it counts as the whole box."""


@dataclass(frozen=True)
class GridSizes:
    """Voxels of the grids that are worked on; 0 for a grid that is not known yet.

    See ``Need`` for their names.
    """

    map: int
    resized: int = 0
    part: int = 0
    angstrom: int = 0


def grid_sizes(
    box: Box, voxel_size: float, resolution: Optional[float], binning: int = 1
) -> GridSizes:
    """The grids of a map in a file, whose mask is not known: box in voxels, sizes in Å."""
    binned = math.prod(side // binning for side in box)
    if resolution is None:
        return GridSizes(binned, binned)
    side = math.floor(max(box) * voxel_size / (resolution / 2))
    return GridSizes(binned, side**3)


def around_mask(extent: Box, box: Box, voxel_size: float) -> Tuple[int, int]:
    """Voxels of the part of a map around its mask, and of the same part on a grid of 1 Å.

    ``extent`` is the size of the mask and ``box`` that of the map in voxels.
    """
    margin = 2 * math.ceil(MARGIN / voxel_size)
    part = math.prod(min(side + margin, whole) for side, whole in zip(extent, box))
    return part, math.ceil(part * voxel_size**3)


def memory_needed(name: str, grids: GridSizes) -> float:
    """Bytes that a check ("0.a") or the preparation takes at its peak, a little generous."""
    need = NEEDS[name]
    return (
        INTERPRETER
        + need.fixed
        + need.map * grids.map
        + need.resized * grids.resized
        + need.part * grids.part
        + need.angstrom * grids.angstrom
    )


def shortage(name: str, grids: GridSizes, available: Optional[float]) -> str:
    """Why something cannot be run with so many bytes available, "" if it can.

    Where the available memory is not known, it is assumed to be enough.
    """
    needed = memory_needed(name, grids)
    if available is None or needed <= available:
        return ""
    what = "the preparation" if name == PREPARATION else f"{name} {LEVEL0.info(name).title}"
    return (
        f"{what} needs about {needed / 1e9:.1f} GB of memory and {available / 1e9:.1f} GB are "
        "available: close other programs, or ask for a binned copy of the map (--bin 2, or "
        "“Bin the map by” in the form of prepare map)."
    )


def shortages(
    grids: GridSizes, available: Optional[float], skipped: Collection[str] = ()
) -> List[str]:
    """A sentence for each check that cannot be measured, as far as the grids are known."""
    wanted = [name for name in NEEDS if name != PREPARATION and name not in skipped]
    return [text for text in (shortage(name, grids, available) for name in wanted) if text]
