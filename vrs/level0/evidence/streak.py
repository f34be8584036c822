"""Whether a streak runs along an axis of the box, as reconstructions with symmetry may have."""

from __future__ import annotations

import math

import numpy as np

from vrs.checks.result import Result
from vrs.level0.evidence.subject import Subject
from vrs.maps import BoolArray, FloatArray
from vrs.maps.masks import dilate

NEAR = 4.0
"""Å around an axis through the centre of the box."""

BESIDE = (8.0, 16.0)
"""Å from that axis."""

DISTANCE = 3.0
"""Å between the mask and the voxels that count."""

LEAST_NEAR, LEAST_BESIDE = 200, 1000
"""Voxels that give a spread."""


def axis_streak(subject: Subject) -> float:
    """Spread of the background on the axis of the box where it is largest, over that beside it.

    Voxels with the value 0 do not count. 0 if no axis has enough background.
    """
    size = subject.voxel_size
    outside = ~dilate(subject.mask, math.ceil(DISTANCE / size))
    outside &= subject.density.data != 0
    largest = 0.0
    for axis in range(3):
        data = np.moveaxis(subject.density.data, axis, 0)
        free = np.moveaxis(outside, axis, 0)
        rows, columns = (np.arange(side) - side // 2 for side in data.shape[1:])
        away = np.hypot(rows[:, None], columns) * size
        near = _spread(data, free, away <= NEAR, LEAST_NEAR)
        beside = _spread(data, free, (away >= BESIDE[0]) & (away <= BESIDE[1]), LEAST_BESIDE)
        if near and beside:
            largest = max(largest, near / beside)
    return largest


def _spread(data: FloatArray, free: BoolArray, column: BoolArray, least: int) -> float:
    """Standard deviation of the free voxels in a column; 0 if they are too few."""
    values = data[:, column][free[:, column]]
    return float(values.std(dtype=np.float64)) if values.size >= least else 0.0


def measure(subject: Subject, result: Result) -> None:
    """Spread on the axes of the box."""
    definition = "spread of the background within 4 Å of a box axis over that at 8 to 16 Å"
    value = axis_streak(subject)
    reason = "" if value else "there is too little background around the axes"
    result.measure("axis_streak", value or None, "", definition, reason)
