"""0.h Hand: whether alpha helices turn to the right, as they must."""

from __future__ import annotations

from typing import Optional

from vrs.level0.check import CannotMeasure, Check
from vrs.level0.common import does_not_apply, outside_resolution, require_mask
from vrs.level0.local_resolution import missing_network
from vrs.maps import DensityMap
from vrs.maps.masks import raw_mask


def hand(
    density: DensityMap, contour: float, resolution: Optional[float], engine: str = "auto"
) -> Check:
    """Score of the hand, for maps of 5 Å or better.

    Parameters
    ----------
    density : DensityMap
    contour : float
        Contour level, in grey values of the map.
    resolution : float or None
        Reported resolution in Å.
    engine : {"auto", "embedded", "xmipp"}

    Raises
    ------
    CannotMeasure
        If nothing is above the contour level or no network is installed.
    """
    reason = outside_resolution("hand.resolution", resolution)
    if reason:
        return does_not_apply("0.h", reason)
    require_mask(density, raw_mask(density.data, contour))
    raise CannotMeasure(missing_network("hand", "the hand", "Deep Hand", engine))
