"""How many voxels lie above a level, for all levels at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

import numpy as np

from vrs.maps import DensityMap, FloatArray
from vrs.maps.masks import IntArray

STEPS = 65536


@dataclass(frozen=True)
class Levels:
    """Numbers of voxels at or above equally spaced levels.

    Attributes
    ----------
    edges : ndarray, float64, shape (65537,) -- from the smallest to the largest value
    above : ndarray, int64, shape (65537,) -- voxels at or above each; the last one is 0
    """

    edges: FloatArray
    above: IntArray

    @classmethod
    def of(cls, density: DensityMap) -> Levels:
        """Count the voxels of a map.

        Parameters
        ----------
        density : DensityMap -- data float32, shape (Z, Y, X)

        Examples
        --------
        >>> data = np.arange(1000, dtype=np.float32).reshape(10, 10, 10)
        >>> levels = Levels.of(DensityMap(data, voxel_size=1.0))
        >>> levels.voxels_above(900.0), round(levels.level_of(100), 1)
        (100, 900.0)
        """
        data = density.data
        lowest, highest = float(data.min()), float(data.max())
        counts = np.zeros(STEPS, dtype=np.int64)
        scale = STEPS / (highest - lowest) if highest > lowest else 0.0
        for plane in data:
            index = ((plane.ravel().astype(np.float64) - lowest) * scale).astype(np.int32)
            counts += np.bincount(np.minimum(index, STEPS - 1), minlength=STEPS)
        above = np.zeros(STEPS + 1, dtype=np.int64)
        above[:-1] = np.cumsum(counts[::-1])[::-1]
        return cls(np.linspace(lowest, highest, STEPS + 1), above)

    def mean_above(self, level: float) -> Optional[float]:
        """Mean of the values at or above a level, to the nearest of the steps; None without any."""
        step = min(int(np.searchsorted(self.edges, level, side="left")), STEPS)
        voxels = int(self.above[step])
        if not voxels:
            return None
        inside = self.above[step:-1] - self.above[step + 1 :]
        width = (self.edges[-1] - self.edges[0]) / STEPS
        return float((inside * (self.edges[step:-1] + width / 2)).sum() / voxels)

    def bend(self, center: float) -> float:
        """The level above a value at which (level - value) times the voxels above is largest.

        There the curve of volume against level bends: the volume falls as fast as the level grows.

        Parameters
        ----------
        center : float -- value of the solvent
        """
        heights = np.maximum(self.edges - center, 0.0)
        return float(self.edges[int(np.argmax(heights * self.above))])

    @property
    def highest(self) -> float:
        """The largest value."""
        return float(self.edges[-1])

    def voxels_above(self, level: float) -> int:
        """Voxels at or above a level, to the nearest of the steps."""
        step = int(np.searchsorted(self.edges, level, side="left"))
        return int(self.above[min(step, STEPS)])

    def level_of(self, voxels: float) -> float:
        """The highest level with at least so many voxels at or above it."""
        enough = np.flatnonzero(self.above >= voxels)
        return float(self.edges[enough[-1]]) if enough.size else float(self.edges[0])
