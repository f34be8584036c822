"""The contour level with which a map is measured, from what is known about it."""

from __future__ import annotations

from typing import Callable, Optional, Tuple

from vrs.checks.entry import Entry
from vrs.checks.stated import Stated
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

    Parameters
    ----------
    typed : ContourLevel or None -- what the user typed, which counts first
    stated : Stated -- with the contour level of the entry
    entry : Entry or None -- of the map
    density : function -- reads the map as it is measured, without isolated voxels

    Raises
    ------
    MapError
        If nobody states a contour level.
    """
    if typed is not None:
        if typed.unit is LevelUnit.GREY_VALUE:
            return typed.number, typed.described(typed.number)
        value = typed.grey_value(density().data)
        return value, typed.described(value)
    if stated.contour is not None:
        return stated.contour, stated.contour_source
    if entry is None:
        raise MapError("the contour level is missing", LEVEL_ADVICE)
    raise MapError(f"the entry {entry.id} states no contour level", LEVEL_ADVICE)
