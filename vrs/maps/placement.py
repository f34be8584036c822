"""Where the voxels of a map file are in space: the edge of the voxel and the origin, in Å."""

from __future__ import annotations

import math
from typing import Optional

from vrs.maps.errors import MapError
from vrs.maps.header import MapHeader, Triple, six_digits

VOXEL_TOLERANCE = 0.001
"""Voxel edges that differ by less (relative to the shortest) are rounding in the header."""

ANGLE_TOLERANCE = 0.01
"""Degrees a cell angle may differ from 90."""


def cubic_voxel_size(header: MapHeader, name: str, given: Optional[float] = None) -> float:
    """Edge of the voxel in Å: the given one, else the header's.

    Edges that differ by less than 0.1 % are averaged. A given size replaces wrong edges of the
    header, but not its angles, which no voxel size mends.

    Raises
    ------
    MapError
        If the given size is not a positive number; if none is given and the header has none, or has
        three that differ by more than 0.1 %; or if an angle of the cell is not 90 degrees.
    """
    # Some programs leave the angles 0, which no cell has: they mean 90.
    if any(angle and abs(angle - 90) > ANGLE_TOLERANCE for angle in header.angles):
        angles = ", ".join(f"{angle:g}" for angle in header.angles)
        raise MapError(
            f"{name} has cell angles of {angles} degrees, but they must all be 90",
            "resample the map on a grid with right angles",
        )
    if given is not None:
        if not (math.isfinite(given) and given > 0):
            raise MapError(f"the voxel size must be a positive number of Å, not {given:g}")
        return given
    edges = header.voxel_edges
    if edges is None:
        raise MapError(f"{name} has no voxel size in its header", "set --voxel-size (in Å)")
    if max(edges) > min(edges) * (1 + VOXEL_TOLERANCE):
        listed = " x ".join(f"{edge:g}" for edge in edges)
        raise MapError(
            f"{name} has voxels of {listed} Å, but the edges must agree within 0.1 %",
            "resample the map on cubic voxels, or set --voxel-size if the header is wrong",
        )
    return six_digits(sum(edges) / 3)


def origin_of(header: MapHeader, voxel_size: float) -> Triple:
    """Position (x, y, z) in Å of the first voxel.

    ORIGIN of the header where any of its three values is not zero (the habit of MRC2014), otherwise
    NSTART times the voxel size (the habit of CCP4 and of the EMDB).
    """
    if any(header.origin):
        return header.origin
    x, y, z = (index * voxel_size for index in header.start)
    return x, y, z
