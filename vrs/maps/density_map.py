"""The one type that carries a map through the program: an array with its place in space."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Tuple  # noqa: F401  (Any: in the quoted type, which 3.8 cannot evaluate)

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray["np.floating[Any]"]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class DensityMap:
    """A map on a regular grid.

    Attributes
    ----------
    data : ndarray, float32, shape (Z, Y, X)
        Grey values; the first index is the slowest one, along Z.
    voxel_size : float
        Edge of the cubic voxel in Å.
    origin : tuple of 3 floats
        Position (x, y, z) in Å of the centre of voxel [0, 0, 0].
    """

    data: FloatArray
    voxel_size: float
    origin: Tuple[float, float, float] = (0.0, 0.0, 0.0)

    @property
    def box(self) -> Tuple[int, int, int]:
        """Number of voxels along (X, Y, Z)."""
        z, y, x = self.data.shape
        return x, y, z

    @property
    def voxel_volume(self) -> float:
        """Volume of one voxel in Å³."""
        return self.voxel_size**3

    def with_data(self, data: npt.NDArray[Any]) -> "DensityMap":
        """The same grid with other values, or a mask: any array of shape (Z, Y, X)."""
        if data.shape != self.data.shape:
            raise ValueError(f"shape {data.shape} is not the shape of the map, {self.data.shape}")
        return DensityMap(data, self.voxel_size, self.origin)
