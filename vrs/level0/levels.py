"""How many voxels lie above a level, for all levels at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

import numpy as np
from scipy import special

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
        >>> levels.voxels_above(899.5), round(levels.level_of(100), 1)
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

    def half_height(self, center: float, fewest: float = 1) -> Optional[float]:
        """The highest level that is at most half of the mean of the values at or above it.

        Of a blurred body of even density it is the true surface. Heights count from the value of
        the background.

        Parameters
        ----------
        center : float -- value of the background
        fewest : float -- voxels that the level must show

        Returns
        -------
        float or None -- None if there is no such level above the background
        """
        heights = self.edges[:-1] - center
        middle = heights + (self.edges[1] - self.edges[0]) / 2
        sums = np.cumsum(((self.above[:-1] - self.above[1:]) * middle)[::-1])[::-1]
        low = (heights > 0) & (self.above[:-1] >= fewest)
        chosen = np.flatnonzero(low & (2 * heights * self.above[:-1] <= sums))
        return float(self.edges[chosen[-1]]) if chosen.size else None

    def beyond_noise(self, center: float, sigma: float, false_share: float) -> Optional[float]:
        """The level above which noise explains less than a share of the voxels.

        This is the false discovery rate of Benjamini & Hochberg.

        Parameters
        ----------
        center, sigma : float -- mean and standard deviation of Gaussian noise
        false_share : float -- from 0 to 1

        Returns
        -------
        float or None -- None if no voxel stands out
        """
        above, heights = self.above[:-1], self.edges[:-1] - center
        expected = special.ndtr(-heights / sigma) * self.above[0]
        accepted = np.flatnonzero((heights > 0) & (above > 0) & (expected <= false_share * above))
        return float(self.edges[accepted[0]]) if accepted.size else None
