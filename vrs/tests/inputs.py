"""Inputs of checks from arrays, for tests without a preparation."""

from __future__ import annotations

from typing import Optional

import numpy as np

from vrs.checks.inputs import MAP, MASK, RESAMPLED_MAP, RESAMPLED_MASK, InputRecord, Inputs
from vrs.maps import DensityMap


def inputs_of(
    density: DensityMap,
    mask: np.ndarray,
    contour: float = 0.5,
    resolution: Optional[float] = None,
    resampled_mask: Optional[np.ndarray] = None,
) -> Inputs:
    """Inputs in which the map is also the resampled map."""
    record = InputRecord(
        file="map.mrc",
        sha256="",
        box=list(density.box),
        voxel_size=density.voxel_size,
        contour=contour,
        contour_source="",
        resolution=resolution,
        given_box=list(density.box),
        given_voxel_size=density.voxel_size,
    )
    masks = [
        DensityMap(values, density.voxel_size)
        for values in (mask, mask if resampled_mask is None else resampled_mask)
    ]
    volumes = {MAP: density, MASK: masks[0], RESAMPLED_MAP: density, RESAMPLED_MASK: masks[1]}
    return Inputs(record, volumes)
