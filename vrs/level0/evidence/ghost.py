"""Whether the density has a copy of itself at a distance: the autocorrelation of its details."""

from __future__ import annotations

from typing import Tuple

import numpy as np
from scipy import ndimage

from vrs.checks.result import Result
from vrs.level0.evidence.content import Content
from vrs.level0.evidence.subject import Subject
from vrs.maps import FloatArray
from vrs.maps.masks import IntArray

HIGH_PASS, HIGH_EDGE = 15.0, 0.006
"""Å, and width of the logistic edge in 1/Å: the shape of the molecule must not correlate."""

LOW_PASS, LOW_EDGE = 6.0, 0.01
NEAREST = 14.0
"""Å; neighbouring helices and strands are nearer."""

NEAREST_IN_RESOLUTION = 2.5
FARTHEST = 0.45
"""Of the shortest side of the box; beyond it copies of the periodic box come near."""

PEAK = 8.0
"""Å across which a peak must be the highest point."""


def highest_peaks(content: Content, resolution: float) -> Tuple[float, float, float]:
    """Highest peak of the autocorrelation, its distance in Å, and the next peak.

    Peaks come in pairs, at opposite shifts, which count once. (0, 0, 0) if there is none.

    Parameters
    ----------
    content : Content
    resolution : float -- in Å; a peak is farther than 2.5 times that
    """
    correlation = content.coarse_map(_gain, squared=True)
    origin = float(correlation[0, 0, 0])
    if not origin > 0:
        return 0.0, 0.0, 0.0
    voxel = np.array(content.coarse_voxel)
    width = [max(3, round(PEAK / edge) | 1) for edge in voxel]
    peaks = correlation == ndimage.maximum_filter(correlation, width, mode="wrap")
    index, sides = np.argwhere(peaks), np.array(correlation.shape)
    distance = np.linalg.norm(np.minimum(index, sides - index) * voxel, axis=1)
    nearest = max(NEAREST, NEAREST_IN_RESOLUTION * resolution)
    allowed = (distance > nearest) & (distance < FARTHEST * min(content.sides))
    if not allowed.any():
        return 0.0, 0.0, 0.0
    heights = _tops(correlation, index[allowed]) / origin
    order = np.argsort(heights, kind="stable")[::-1]
    after = float(heights[order[2]]) if order.size > 2 else 0.0
    return float(heights[order[0]]), float(distance[allowed][order[0]]), after


def _tops(values: FloatArray, index: IntArray) -> FloatArray:
    """Heights of peaks between the voxels: that of a parabola along each axis; shape (n,)."""
    middle = values[tuple(index.T)].astype(np.float64)
    heights: FloatArray = middle.copy()
    for axis, side in enumerate(values.shape):
        before, after = index.copy(), index.copy()
        before[:, axis] = (index[:, axis] - 1) % side
        after[:, axis] = (index[:, axis] + 1) % side
        low, high = values[tuple(before.T)], values[tuple(after.T)]
        bend = 2 * middle - low - high
        heights += (high - low) ** 2 / (8 * np.maximum(bend, np.finfo(np.float32).tiny))
    return heights


def _gain(radius: FloatArray) -> FloatArray:
    high_pass = 1 / (1 + np.exp(-(radius - 1 / HIGH_PASS) / HIGH_EDGE))
    gain: FloatArray = high_pass / (1 + np.exp(np.minimum((radius - 1 / LOW_PASS) / LOW_EDGE, 80)))
    return gain


def measure(subject: Subject, result: Result) -> None:
    """Highest autocorrelation of details beyond 14 Å."""
    height, distance, after = highest_peaks(subject.content, subject.resolution or 0)
    definition = "highest peak of the autocorrelation of details of 6 to 15 Å, beyond 14 Å"
    result.measure("ghost_correlation", height, "", definition)
    result.measure("ghost_distance", distance, "Å", "distance of that peak")
    result.measure("ghost_next", after, "", "the next peak, at another shift")
