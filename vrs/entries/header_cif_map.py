"""What an mmCIF header says about the maps."""

from __future__ import annotations

from typing import List, Optional

from vrs.checks.entry import LENGTHS, ContourLevel, Statistics
from vrs.entries.cif_tables import Row, states
from vrs.entries.values import along_xyz, length, number, side


def primary_map(maps: List[Row]) -> Row:
    """The primary map; the only one where none is called so; an empty row without any."""
    primary = [row for row in maps if states(row, "primary map")]
    only = [row for row in maps if not row.get("type")] if len(maps) == 1 else []
    return next(iter(primary or only), {})


def contour_levels(primary: Row) -> List[ContourLevel]:
    """The level of the primary map, of which these files have one."""
    level, source = number(primary.get("contour_level")), primary.get("contour_level_source")
    if level is None:
        return []
    return [ContourLevel(level, source.lower() if source else None, True)]


def voxel_size(primary: Row) -> Optional[List[float]]:
    """Å along X, Y, Z: the pixel spacing, else the cell divided by its intervals."""
    size = [length(primary.get(f"pixel_spacing_{axis}")) for axis in "xyz"]
    edges = [length(primary.get(f"cell_{edge}")) for edge in "abc"]
    intervals = [side(primary.get(f"spacing_{axis}")) for axis in "xyz"]
    derived = [edge / count if edge and count else None for edge, count in zip(edges, intervals)]
    for sizes in (size, derived):
        known = [edge for edge in sizes if edge is not None and edge >= LENGTHS[0]]
        if len(known) == 3:
            return known
    return None


def box(primary: Row) -> Optional[List[int]]:
    """Voxels along X, Y, Z; the file counts them in its own order."""
    order = [primary.get(f"axis_order_{name}") or "" for name in ("fast", "medium", "slow")]
    counts = [side(primary.get(f"dimensions_{name}")) for name in ("col", "row", "sec")]
    return along_xyz([count for count in counts if count], "".join(order))


def files(maps: List[Row], kind: str) -> List[str]:
    """Names of the files of a kind, such as "half map"."""
    found = (row.get("file") for row in maps if states(row, kind))
    return [file for file in found if file]


def statistics(primary: Row) -> Optional[Statistics]:
    """The grey values, None if lowest and highest are not in order."""
    lowest, highest, average, std = (
        number(primary.get(f"statistics_{name}"))
        for name in ("minimum", "maximum", "average", "std")
    )
    if lowest is None or highest is None or lowest > highest:
        return None
    return Statistics(lowest, highest, average, std)
