"""Input that all networks have in common."""

from __future__ import annotations

from typing import Callable, Optional

from vrs.maps import BoolArray, DensityMap, MapError

Progress = Optional[Callable[[float], None]]
"""Called with the share of the work done, from 0 to 1."""


def require_mask(density: DensityMap, mask: BoolArray) -> None:
    """Refuse a mask that is empty or does not belong to the map.

    Parameters
    ----------
    density : DensityMap
    mask : ndarray, bool, shape (Z, Y, X)

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
