"""What does not fit a map, known before anything is measured: for forms and their wizards."""

from __future__ import annotations

from typing import Iterator, Optional

from vrs.checks.stated import refusal
from vrs.maps import DensityMap
from vrs.maps.errors import MapError
from vrs.maps.printing import entered
from vrs.maps.refused_inputs import Box, refuse_contour, refuse_mass, refuse_resolution
from vrs.maps.typed_values import ContourLevel


def misfits(
    box: Box, voxel_size: float, resolution: Optional[float], mass: Optional[float]
) -> Iterator[MapError]:
    """Why a grid cannot have a resolution or a mass, or hardly.

    Parameters
    ----------
    box : tuple of 3 ints -- voxels along X, Y, Z
    voxel_size : float -- in Å
    resolution : float or None -- reported resolution in Å
    mass : float or None -- in kDa

    Examples
    --------
    >>> [str(problem) for problem in misfits((100, 100, 100), 2.0, 3.5, None)]
    ['the resolution of 3.5 Å is finer than two voxels (4 Å), the limit of this grid: check the \
resolution and the voxel size']
    """
    for refuse, value in ((refuse_resolution, resolution), (refuse_mass, mass)):
        problem = refusal(refuse, box, voxel_size, value)
        if problem is not None:
            yield problem
        elif refuse is refuse_resolution and value is not None and value < 2 * voxel_size:
            yield MapError(
                f"the resolution of {entered(value)} Å is finer than two voxels "
                f"({entered(2 * voxel_size)} Å), the limit of this grid",
                "check the resolution and the voxel size",
            )


def level_outside(density: DensityMap, level: ContourLevel) -> Optional[MapError]:
    """Why a contour level shows nothing of a map; None if a voxel reaches it.

    Parameters
    ----------
    density : DensityMap -- data float32, shape (Z, Y, X)
    level : ContourLevel -- as typed
    """
    try:
        refuse_contour(density, level.grey_value(density.data))
    except MapError as error:
        return error
    return None


def other_box(mask: Box, box: Box) -> Optional[MapError]:
    """Why a mask does not belong to a map; None if both have the same voxels along X, Y, Z."""
    if mask == box:
        return None
    sizes = [" x ".join(map(str, grid)) for grid in (mask, box)]
    return MapError(
        f"the mask has {sizes[0]} voxels and the map {sizes[1]}", "use a mask made for this map"
    )
