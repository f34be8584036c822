"""A map: an array of grey values with its place in space."""

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
    data : ndarray, float32, shape (Z, Y, X) -- grey values; X varies fastest in memory
    voxel_size : float -- edge of the cubic voxel in Å
    origin : tuple of 3 floats -- position (x, y, z) in Å of the centre of voxel [0, 0, 0]

    Examples
    --------
    >>> density = DensityMap(np.zeros((30, 20, 10), dtype=np.float32), voxel_size=1.5)
    >>> density.box
    (10, 20, 30)
    >>> density.voxel_volume
    3.375
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
        """Other values on the same grid.

        Parameters
        ----------
        data : ndarray, any type, shape (Z, Y, X) -- grey values or a mask

        Raises ValueError if the shape is not that of the map.
        """
        if data.shape != self.data.shape:
            raise ValueError(f"the shape {data.shape} is not that of the map, {self.data.shape}")
        return DensityMap(data, self.voxel_size, self.origin)
