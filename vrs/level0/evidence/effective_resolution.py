"""The finest detail that matters in the map: without anything finer it is still nearly itself."""

from __future__ import annotations

import numpy as np

from vrs.checks.result import Result
from vrs.level0.evidence.subject import Subject
from vrs.maps.fourier import radius_by_plane

CORRELATION = 0.99
STEP = 0.0005
"""1/Å between tried truncations."""


def effective_resolution(subject: Subject) -> float:
    """Resolution in Å at which the truncated map correlates 0.99 with the map.

    The correlation of a map with its own low-frequency part is the square root of the share of
    power in that part, both without their mean (d99 of mtriage).
    """
    shape, size = subject.density.data.shape, subject.voxel_size
    corner = np.sqrt(3) / 2 / size
    shells = int(corner / STEP) + 2
    power = np.zeros(shells)
    for plane, radius in radius_by_plane(shape, size):
        amplitude = np.abs(subject.spectrum[plane]).astype(np.float64) ** 2
        # The half spectrum stands for its other half, except for its first and last column.
        amplitude[:, 1 : (shape[2] + 1) // 2] *= 2
        if plane == 0:
            amplitude[0, 0] = 0
        power += np.bincount((radius / STEP).astype(np.int64).ravel(), amplitude.ravel(), shells)
    cumulated = np.cumsum(power)
    enough = np.flatnonzero(cumulated >= CORRELATION**2 * cumulated[-1])
    return float(1 / ((enough[0] + 0.5) * STEP))


def measure(subject: Subject, result: Result) -> None:
    """d99."""
    definition = "resolution at which the map without finer detail correlates 0.99 with itself"
    result.measure("effective_resolution", effective_resolution(subject), "Å", definition)
