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
    return max(_streak_along(subject, axis) for axis in range(3))


def _streak_along(subject: Subject, axis: int) -> float:
    """Read only the voxels around the axis."""
    size, shape = subject.voxel_size, subject.density.data.shape
    room = math.ceil(DISTANCE / size)
    reach = math.ceil(BESIDE[1] / size) + room
    column = [slice(max(side // 2 - reach, 0), side // 2 + reach + 1) for side in shape]
    column[axis] = slice(None)
    around = tuple(column)
    data = subject.density.data[around]
    free = ~dilate(subject.mask[around], room)
    free &= data != 0
    others = [other for other in range(3) if other != axis]
    rows, columns = (
        np.arange(shape[other])[column[other]] - shape[other] // 2 for other in others
    )
    away = np.hypot(rows[:, None], columns) * size
    data, free = np.moveaxis(data, axis, 0), np.moveaxis(free, axis, 0)
    near = _spread(data, free, away <= NEAR, LEAST_NEAR)
    beside = _spread(data, free, (away >= BESIDE[0]) & (away <= BESIDE[1]), LEAST_BESIDE)
    return near / beside if near and beside else 0.0


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
