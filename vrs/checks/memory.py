"""How much memory a measurement needs, and the refusal if there is less."""

from __future__ import annotations

from typing import Optional

from vrs.maps.errors import MapError

INTERPRETER = 300e6
"""Bytes of a process whatever the map: Python, its libraries, the project, a network, work on a few
planes."""

PER_VOXEL = 10.0
"""Bytes per voxel of the largest grid that any measurement takes: 2.5 times a map of float32."""


def memory_needed(per_voxel: float, voxels: float) -> float:
    """Bytes that a measurement takes at its peak, for the voxels of the largest grid it needs."""
    return INTERPRETER + per_voxel * voxels


def resampled_voxels(voxels: float, voxel_size: float, resolution: Optional[float]) -> float:
    """Voxels of a map resampled to half the resolution; those of the map if that is not known.

    A resolution that is not positive or finer than one voxel is refused elsewhere.
    """
    if resolution is None or not resolution > 0:
        return voxels
    return voxels * (2 * voxel_size / max(resolution, voxel_size)) ** 3


def shortage(what: str, needed: float, available: Optional[float]) -> Optional[MapError]:
    """The refusal of a measurement that needs more bytes than are available, else None.

    If the available memory is not known (None), it is assumed to be enough.
    """
    if available is None or needed <= available:
        return None
    return MapError(
        f"{what} needs about {needed / 1e9:.1f} GB of memory and {available / 1e9:.1f} GB are "
        "available",
        "close other programs, or measure a binned copy of the map (--bin 2, or “Bin the map by” "
        "in the form of prepare map)",
    )
