"""The contour level with which a map is measured, from what is known about it."""

from __future__ import annotations

from typing import Callable, Optional, Tuple

from vrs.checks.entry import Entry
from vrs.checks.inputs import PROPOSED
from vrs.checks.stated import Stated
from vrs.level0.proposed_contour import propose_contour
from vrs.maps import DensityMap
from vrs.maps.errors import MapError
from vrs.maps.typed_values import LEVEL_ADVICE, ContourLevel, LevelUnit


def contour_to_use(
    typed: Optional[ContourLevel],
    stated: Stated,
    entry: Optional[Entry],
    density: Callable[[], DensityMap],
) -> Tuple[float, str]:
    """The contour level in grey values, and where it comes from.

    Where the entry states none that a voxel reaches, it is the one that the values of the map
    propose.

    Parameters
    ----------
    typed : ContourLevel or None -- what the user typed, which counts first
    stated : Stated -- with the contour level of the entry
    entry : Entry or None -- of the map
    density : function -- reads the map as it is measured, without isolated voxels

    Raises
    ------
    MapError
        If there is no entry and no level, or the map is none that has a level.
    """
    if typed is not None:
        if typed.unit is LevelUnit.GREY_VALUE:
            return typed.number, typed.described(typed.number)
        value = typed.grey_value(density().data)
        return value, typed.described(value)
    if entry is None:
        raise MapError("the contour level is missing", LEVEL_ADVICE)
    measured = density()
    if stated.contour is not None and stated.contour <= float(measured.data.max()):
        return stated.contour, stated.contour_source
    return proposed_level(measured)


def proposed_level(density: DensityMap) -> Tuple[float, str]:
    """The contour level that the values of a map propose, and that it was proposed.

    Parameters
    ----------
    density : DensityMap -- as it is measured; data float32, shape (Z, Y, X)

    Raises
    ------
    MapError
        If the map is none that has a level.
    """
    proposal = propose_contour(density)
    return proposal.level, f"{PROPOSED}{proposal.reason}"
