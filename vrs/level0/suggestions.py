"""Values that a form may suggest for a map, each with its reason."""

from __future__ import annotations

import contextlib
from typing import Iterator, NamedTuple, Optional, Tuple

from vrs.checks.entry import Entry
from vrs.checks.stated import stated_values, stated_voxel_size
from vrs.level0.levels import Levels
from vrs.level0.proposed_contour import Background, propose_contour, rounded
from vrs.maps import DensityMap
from vrs.maps.errors import MapError
from vrs.maps.header import MapHeader
from vrs.maps.masks import raw_mask, sizes_and_largest
from vrs.maps.printing import entered
from vrs.maps.refused_inputs import VOLUME_OF_ONE_KDA
from vrs.maps.statistics import mean_and_deviation
from vrs.numerics.half_maps import half_map_resolution

SIGMAS = 3
"""Standard deviations above the mean of the level that many programs begin with."""

LARGE_BODY = 0.01
"""Share of the voxels shown that a body must have to be more than dust."""


class Suggestion(NamedTuple):
    """A value for a field.

    Attributes
    ----------
    value : float -- in the unit of the field
    reason : str -- where it comes from
    """

    value: float
    reason: str


class Shown(NamedTuple):
    """What a contour level shows of a map.

    Attributes
    ----------
    bodies : int -- connected components
    large : int -- those that are more than dust
    mass : float -- kDa of protein with the enclosed volume
    outside : float -- share of the voxels that are not in the largest body, 0 to 1
    """

    bodies: int
    large: int
    mass: float
    outside: float


def shown_at(density: DensityMap, level: float) -> Shown:
    """What a contour level shows.

    Parameters
    ----------
    density : DensityMap -- data float32, shape (Z, Y, X)
    level : float -- in grey values

    Examples
    --------
    >>> import numpy as np
    >>> data = np.zeros((16, 16, 16), dtype=np.float32)
    >>> data[2:6, 2:6, 2:6] = data[10:12, 10:12, 10:12] = 1
    >>> shown = shown_at(DensityMap(data, voxel_size=4.0), 0.5)
    >>> shown.bodies, round(shown.mass, 2), round(shown.outside, 3)
    (2, 3.82, 0.111)
    """
    sizes = sizes_and_largest(raw_mask(density.data, level))[0]
    if not sizes.size:
        return Shown(0, 0, 0.0, 0.0)
    voxels = int(sizes.sum())
    large = int((sizes >= LARGE_BODY * voxels).sum())
    mass = voxels * density.voxel_volume / VOLUME_OF_ONE_KDA
    return Shown(int(sizes.size), large, mass, 1 - int(sizes.max()) / voxels)


def suggested_levels(
    density: DensityMap, entry: Optional[Entry], mass: Optional[float]
) -> Iterator[Suggestion]:
    """Contour levels for a map, the most reliable ones first.

    Parameters
    ----------
    density : DensityMap -- data float32, shape (Z, Y, X)
    entry : Entry or None -- of the map
    mass : float or None -- in kDa, as typed
    """
    stated = stated_values(entry, mass=mass)
    if stated.contour is not None:
        yield Suggestion(stated.contour, stated.contour_source)
    center = Background.of(density).center
    # What cannot have a level, such as a mask, has none that the map proposes.
    with contextlib.suppress(MapError):
        proposal = propose_contour(density)
        yield Suggestion(proposal.level, f"the map itself: {proposal.reason}")
    if stated.mass:
        voxels = stated.mass * VOLUME_OF_ONE_KDA / density.voxel_volume
        if voxels < density.data.size:
            level = rounded(Levels.of(density).level_of(voxels), center)
            yield Suggestion(level, f"encloses {entered(stated.mass)} kDa of protein")
    mean, deviation = mean_and_deviation(density.data)
    level = rounded(mean + SIGMAS * deviation, center)
    yield Suggestion(level, f"mean + {SIGMAS} standard deviations")


def suggested_resolutions(
    voxel_size: float, entry: Optional[Entry], halves: Optional[Tuple[DensityMap, DensityMap]]
) -> Iterator[Suggestion]:
    """Resolutions in Å for a map: of its entry, of its half maps, and the limit of its grid.

    Parameters
    ----------
    voxel_size : float -- in Å
    entry : Entry or None -- of the map
    halves : tuple of 2 DensityMap, or None -- half maps on one grid
    """
    stated = stated_values(entry)
    if stated.resolution is not None:
        yield Suggestion(stated.resolution, stated.resolution_source or "")
    if halves is not None:
        first, second = halves
        found = half_map_resolution(first.data, second.data, first.voxel_size)
        if found is not None:
            reason = "FSC of the half maps at 0.143, without a mask (with one it is often finer)"
            yield Suggestion(round(found, 2), reason)
    limit = "two voxels: the reported resolution cannot be finer"
    yield Suggestion(round(2 * voxel_size, 4), limit)


def suggested_voxel_sizes(header: MapHeader, entry: Optional[Entry]) -> Iterator[Suggestion]:
    """Voxel sizes in Å for a map file: of its header, and of its entry if that has another.

    Parameters
    ----------
    header : MapHeader
    entry : Entry or None -- of the map
    """
    if header.voxel_edges and len({round(edge, 4) for edge in header.voxel_edges}) == 1:
        yield Suggestion(round(header.voxel_edges[0], 4), "the header of the file")
    size, source = stated_voxel_size(entry, header.box, header.voxel_edges)
    if size is not None:
        yield Suggestion(size, source)
