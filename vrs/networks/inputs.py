"""What all networks ask of the map and the mask that they are given."""

from __future__ import annotations

from typing import Callable, Optional

from vrs.maps import BoolArray, DensityMap, MapError

Progress = Optional[Callable[[float], None]]
"""Called with the share of the work done, from 0 to 1; None if nobody wants to know."""


def require_mask(density: DensityMap, mask: BoolArray) -> None:
    """Refuse a mask that is empty or was not made for the map.

    Raises
    ------
    MapError
        If the mask is empty.
    ValueError
        If it has another shape than the map.
    """
    if mask.shape != density.data.shape:
        raise ValueError(f"the mask is {mask.shape}, the map {density.data.shape}")
    if not mask.any():
        raise MapError("the mask is empty", "lower the contour level")
