"""What an XML header says about the primary map."""

from __future__ import annotations

from typing import List, Optional

from vrs.checks.entry import LENGTHS, ContourLevel, Statistics
from vrs.entries.values import along_xyz, number, side, text
from vrs.entries.xml_reader import Reader, is_true


def contour_levels(maps: Reader) -> List[ContourLevel]:
    """Levels of the primary map only; an element without a level says nothing."""
    levels = []
    for element in maps.all("contour_list/contour"):
        level, source = number(element.findtext("level")), text(element.findtext("source"))
        if level is not None:
            primary = is_true(element, "primary")
            levels.append(ContourLevel(level, source.lower() if source else None, primary))
    return levels


def box(maps: Reader) -> Optional[List[int]]:
    """Voxels along X, Y, Z; the header counts them in the order of the file."""
    counts = maps.three("dimensions", "col row sec", lambda path: side(maps.text(path)))
    axes = maps.three("axis_order", "fast medium slow", maps.text)
    return along_xyz(counts, "".join(axes))


def voxel_size(maps: Reader) -> Optional[List[float]]:
    """Å along X, Y, Z: the pixel spacing, else the cell divided by its intervals."""
    size = maps.three("pixel_spacing", "x y z", maps.length)
    if len(size) == 3:
        return size
    cell = maps.three("cell", "a b c", maps.length)
    intervals = maps.three("spacing", "x y z", lambda path: side(maps.text(path)))
    known = len(cell) == len(intervals) == 3
    sizes = [edge / count for edge, count in zip(cell, intervals)] if known else []
    return sizes if sizes and min(sizes) >= LENGTHS[0] else None


def statistics(maps: Reader) -> Optional[Statistics]:
    """The grey values, None if lowest and highest are not in order."""
    lowest, highest, average, std = (
        number(maps.text(f"statistics/{name}")) for name in ("minimum", "maximum", "average", "std")
    )
    if lowest is None or highest is None or lowest > highest:
        return None
    return Statistics(lowest, highest, average, std)
