"""Whether the density has a copy of itself at a distance: the autocorrelation of its details."""

from __future__ import annotations

from typing import Tuple

import numpy as np
from scipy import ndimage

from vrs.checks.result import Result
from vrs.level0.evidence.subject import Subject
from vrs.maps.fourier import inverse, radius_by_plane

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


def highest_peaks(subject: Subject) -> Tuple[float, float, float]:
    """Highest peak of the autocorrelation, its distance in Å, and the next peak.

    Peaks come in pairs, at opposite shifts, which count once. (0, 0, 0) if there is none.
    """
    shape, size = subject.density.data.shape, subject.voxel_size
    spectrum = np.empty_like(subject.spectrum)
    for plane, radius in radius_by_plane(shape, size):
        gain = 1 / (1 + np.exp(-(radius - 1 / HIGH_PASS) / HIGH_EDGE))
        gain /= 1 + np.exp(np.minimum((radius - 1 / LOW_PASS) / LOW_EDGE, 80))
        spectrum[plane] = np.abs(subject.spectrum[plane] * gain) ** 2
    correlation = inverse(spectrum, shape)
    origin = float(correlation[0, 0, 0])
    if origin <= 0:
        return 0.0, 0.0, 0.0
    width = max(3, int(round(PEAK / size)) | 1)
    peaks = correlation == ndimage.maximum_filter(correlation, width, mode="wrap")
    index = np.argwhere(peaks)
    sides = np.array(shape)
    distance = np.linalg.norm(np.minimum(index, sides - index) * size, axis=1)
    nearest = max(NEAREST, NEAREST_IN_RESOLUTION * (subject.resolution or 0))
    allowed = (distance > nearest) & (distance < FARTHEST * sides.min() * size)
    if not allowed.any():
        return 0.0, 0.0, 0.0
    heights = correlation[peaks][allowed] / origin
    order = np.argsort(heights)[::-1]
    after = float(heights[order[2]]) if order.size > 2 else 0.0
    return float(heights[order[0]]), float(distance[allowed][order[0]]), after


def measure(subject: Subject, result: Result) -> None:
    """Highest autocorrelation of details beyond 14 Å."""
    height, distance, after = highest_peaks(subject)
    definition = "highest peak of the autocorrelation of details of 6 to 15 Å, beyond 14 Å"
    result.measure("ghost_correlation", height, "", definition)
    result.measure("ghost_distance", distance, "Å", "distance of that peak")
    result.measure("ghost_next", after, "", "the next peak, at another shift")
