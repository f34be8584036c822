"""Voxel size and origin of a map file, in Å."""

from __future__ import annotations

import math
from itertools import permutations
from typing import Optional

from vrs.maps.errors import MapError
from vrs.maps.header import MapHeader, Triple, six_digits, voxel_edges
from vrs.maps.printing import entered

VOXEL_TOLERANCE = 0.001
"""Relative difference of voxel edges that is rounding in the header."""

ANGLE_TOLERANCE = 0.01
"""Degrees by which a cell angle may differ from 90."""

SMALLEST_VOXEL, LARGEST_VOXEL = 0.01, 1000.0
"""Limits of voxel sizes in Å; other numbers are in another unit."""


def cubic_voxel_size(header: MapHeader, name: str, voxel_size: Optional[float] = None) -> float:
    """Edge of the cubic voxel in Å, of the header if ``voxel_size`` is None.

    Edges in the header that differ by less than 0.1 % are averaged.

    Raises MapError if ``voxel_size`` is not a positive number; without it, if the header has none
    or has edges that differ by more than 0.1 %; if the size is not between 0.01 and 1000 Å; if an
    angle of the cell is not 90 degrees.
    """
    if any(angle_is_set(angle) and abs(angle - 90) > ANGLE_TOLERANCE for angle in header.angles):
        angles = ", ".join(map(entered, header.angles))
        raise MapError(
            f"{name} has cell angles of {angles} degrees, but they must all be 90",
            "resample the map on a grid with right angles",
        )
    if voxel_size is not None:
        if not (math.isfinite(voxel_size) and voxel_size > 0):
            given = entered(voxel_size)
            raise MapError(f"the voxel size must be a positive number of Å, not {given}")
        return _in_angstrom(voxel_size, "the voxel size", "set it in Å")
    edges = header.voxel_edges
    if edges is None:
        raise MapError(f"{name} has no voxel size in its header", "set --voxel-size (in Å)")
    if are_equal(edges):
        size = six_digits(sum(edges) / 3)
        return _in_angstrom(size, f"the voxel size of {name}", "set --voxel-size (in Å)")
    listed = " x ".join(map(entered, edges))
    swapped = swapped_sampling(header)
    if swapped is not None:
        raise MapError(
            f"{name} has voxels of {listed} Å, as MX, MY and MZ in its header are in the order of "
            f"the file, not in that of X, Y, Z, which gives cubic voxels of {entered(swapped)} Å",
            f"set --voxel-size {swapped:g}",
        )
    raise MapError(
        f"{name} has voxels of {listed} Å, but the edges must agree within 0.1 %",
        "resample the map on cubic voxels, or set --voxel-size if the header is wrong",
    )


def angle_is_set(angle: float) -> bool:
    """Whether an angle in a header means something; some programs write 0 or NaN."""
    return math.isfinite(angle) and angle != 0


def are_equal(edges: Triple) -> bool:
    """Whether the edges of a voxel differ by less than 0.1 %."""
    return max(edges) <= min(edges) * (1 + VOXEL_TOLERANCE)


def swapped_sampling(header: MapHeader) -> Optional[float]:
    """The voxel size in Å, if MX, MY, MZ and the cell are in different orders.

    Some programs write MX, MY, MZ, or the cell, in the order of columns, rows and sections. None
    if the edges of the voxel agree, or do not agree in any order.
    """
    if header.voxel_edges is None or are_equal(header.voxel_edges):
        return None
    for x, y, z in permutations(header.sampling):
        edges = voxel_edges(header.cell, (x, y, z))
        if edges is not None and are_equal(edges):
            return six_digits(sum(edges) / 3)
    return None


def _in_angstrom(voxel_size: float, what: str, advice: str) -> float:
    if not SMALLEST_VOXEL <= voxel_size <= LARGEST_VOXEL:
        raise MapError(
            f"{what} is {entered(voxel_size)} Å, and it must be between {entered(SMALLEST_VOXEL)} "
            f"and {entered(LARGEST_VOXEL)} Å",
            advice,
        )
    return voxel_size


def origin_of(header: MapHeader, voxel_size: float) -> Triple:
    """Position (x, y, z) in Å of the first voxel.

    ORIGIN of the header if any of its three values is not zero (as in MRC2014), otherwise NSTART
    times the voxel size (as in CCP4 and the EMDB).
    """
    if any(header.origin):
        return header.origin
    x, y, z = (index * voxel_size for index in header.start)
    return x, y, z
