"""What was done to the map, from the values around the molecule and in the whole box."""

from __future__ import annotations

import math

import numpy as np

from vrs.checks.result import Result
from vrs.level0.evidence.subject import Subject
from vrs.maps.masks import dilate

AROUND = 6.0
"""Å around the mask in which a reconstruction has values of both signs."""


def identical_share(subject: Subject) -> float:
    """Share of the background that has one value, in %; 0 without background."""
    values = subject.background_values
    if not values.size:
        return 0.0
    return float(100 * np.unique(values, return_counts=True)[1].max() / values.size)


def negative_share(subject: Subject) -> float:
    """Share of the voxels within 6 Å of the bodies that are negative, in %."""
    around = dilate(subject.bodies, math.ceil(AROUND / subject.voxel_size)) & ~subject.bodies
    voxels = int(np.count_nonzero(around))
    negative = np.count_nonzero(subject.density.data[around] < 0)
    return 100 * negative / voxels if voxels else 0.0


def measure(subject: Subject, result: Result) -> None:
    """Shares of identical and of negative values."""
    definition = "share of the background that has one and the same value"
    result.measure("identical_share", identical_share(subject), "%", definition)
    definition = "share of negative values within 6 Å around the molecule"
    result.measure("negative_share", negative_share(subject), "%", definition)
