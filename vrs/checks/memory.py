"""How much memory a measurement needs, and the refusal if there is less."""

from __future__ import annotations

from typing import Optional

from vrs.maps.errors import MapError

INTERPRETER = 400e6
"""Bytes of a process whatever the map: Python, its libraries, the project, a network."""


def memory_needed(per_voxel: float, voxels: float) -> float:
    """Bytes that a measurement takes at its peak; ``per_voxel`` is that of ``Check.memory``."""
    return INTERPRETER + per_voxel * voxels


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
