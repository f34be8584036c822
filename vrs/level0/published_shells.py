"""The resolution shells of the published local B-factor and local occupancy."""

from __future__ import annotations

from vrs.maps import DensityMap

SWEEP_FROM = 15.0
"""Å; first shell of the published sweep."""

SHELL_WIDTH = 4.8
"""Standard deviation of a published shell in Fourier pixels of the box."""


def shell_width(density: DensityMap) -> float:
    """Standard deviation of a published shell in 1/Å: 4.8 Fourier pixels of the longest side.

    Parameters
    ----------
    density : DensityMap -- data shape (Z, Y, X); only its shape and voxel size are used
    """
    return SHELL_WIDTH / (max(density.data.shape) * density.voxel_size)
