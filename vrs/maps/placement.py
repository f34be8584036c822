"""Voxel size and origin of a map file, in Å."""

from __future__ import annotations

import math
from typing import Optional

from vrs.maps.errors import MapError
from vrs.maps.header import MapHeader, Triple, six_digits

VOXEL_TOLERANCE = 0.001
"""Relative difference of voxel edges that is rounding in the header."""

ANGLE_TOLERANCE = 0.01
"""Degrees by which a cell angle may differ from 90."""


def cubic_voxel_size(header: MapHeader, name: str, voxel_size: Optional[float] = None) -> float:
    """Edge of the cubic voxel in Å, of the header if ``voxel_size`` is None.

    Edges in the header that differ by less than 0.1 % are averaged.

    Raises MapError if ``voxel_size`` is not a positive number; without it, if the header has none
    or has edges that differ by more than 0.1 %; if an angle of the cell is not 90 degrees.
    """
    # Some programs write angles of 0, which mean 90.
    if any(angle and abs(angle - 90) > ANGLE_TOLERANCE for angle in header.angles):
        angles = ", ".join(f"{angle:g}" for angle in header.angles)
        raise MapError(
            f"{name} has cell angles of {angles} degrees, but they must all be 90",
            "resample the map on a grid with right angles",
        )
    if voxel_size is not None:
        if not (math.isfinite(voxel_size) and voxel_size > 0):
            raise MapError(f"the voxel size must be a positive number of Å, not {voxel_size:g}")
        return voxel_size
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

    ORIGIN of the header if any of its three values is not zero (as in MRC2014), otherwise NSTART
    times the voxel size (as in CCP4 and the EMDB).
    """
    if any(header.origin):
        return header.origin
    x, y, z = (index * voxel_size for index in header.start)
    return x, y, z
