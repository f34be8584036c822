"""What lies around the molecule: one value, values of both signs, structure, an offset, spikes."""

from __future__ import annotations

import math
from functools import partial
from typing import Any, Optional, Tuple

import numpy as np
from scipy import special

from vrs.checks.result import Result
from vrs.level0.evidence.content import gaussian
from vrs.level0.evidence.subject import Subject
from vrs.level0.surroundings import FAR, LEAST_FAR, Surroundings, robust_sigma
from vrs.maps import FloatArray
from vrs.maps.masks import dilate

AROUND = 6.0
"""Å around the bodies in which a reconstruction has values on both sides of the background's."""

COARSE = 10.0
"""Å to which the background is blurred, or twice the resolution if that is more: a micelle or a
neighbour then stands out, and noise does not."""


def negative_share(subject: Subject) -> Optional[float]:
    """Share of the voxels within 6 Å of the bodies that are below the background, in %."""
    around = dilate(subject.bodies, math.ceil(AROUND / subject.voxel_size))
    voxels = int(np.count_nonzero(around)) - int(np.count_nonzero(subject.bodies))
    if not voxels:
        return None
    center, below = np.float32(subject.surroundings.center), 0
    for plane, near, body in zip(subject.density.data, around, subject.bodies):
        below += int(np.count_nonzero(near & ~body & (plane < center)))
    return 100 * below / voxels


def background_structure(subject: Subject) -> Optional[float]:
    """Spread of the blurred background over what its noise explains; 1 for noise alone.

    The noise is the spread of most values, or of the low ones if that is less: a micelle or a
    neighbour has high values, and may fill much of a small box.
    None if there is too little background, or it shows no noise.
    """
    around = subject.surroundings
    if around.noise is None:
        return None
    resolution = subject.resolution or 0.0
    blurred = subject.content.coarse_map(partial(gaussian, max(COARSE, 2 * resolution)))
    used = (around.distance >= max(FAR, resolution)) & around.inside
    values = blurred[_same_places(subject, around, blurred)][used]
    sigma = min(robust_sigma(values), _spread_of_low_values(values))
    return float(values.std(dtype=np.float64)) / sigma if sigma else None


def _spread_of_low_values(values: FloatArray) -> float:
    """Standard deviation of a Gaussian with these percentiles 5 and 25."""
    if not values.size:
        return 0.0
    low, high = np.percentile(values, (5, 25))
    return float(high - low) / (float(special.ndtri(0.25)) - float(special.ndtri(0.05)))


def _same_places(subject: Subject, around: Surroundings, coarse: FloatArray) -> Tuple[Any, ...]:
    """Index of the voxels of a coarse map at the places of the sample."""
    return np.ix_(
        *(
            np.minimum(np.rint(np.arange(count) * around.step * new / old).astype(int), new - 1)
            for count, new, old in zip(
                around.values.shape, coarse.shape, subject.density.data.shape
            )
        )
    )


def measure(subject: Subject, result: Result) -> None:
    """Shares of identical and of negative values, structure, offset, and replaced voxels."""
    around = subject.surroundings
    inside = around.values[around.far & around.inside]
    nothing = "" if inside.size else "there is no background"
    definition = (
        "share of the background that has one and the same value, within the ellipsoid that fits "
        "into the box"
    )
    value = 100 * around.identical_inside if inside.size else None
    result.measure("identical_share", value, "%", definition, nothing)
    definition = "share of values below the background's within 6 Å around the molecule"
    value = negative_share(subject)
    missing = "" if value is not None else "no voxel is at or above the contour level"
    result.measure("negative_share", value, "%", definition, missing)
    definition = "spread of the farthest third of the background over that of the nearest third"
    value = around.left_far_away
    missing = "" if value is not None else around.without_noise or "it has one value"
    result.measure("background_left", value, "", definition, missing)
    definition = (
        "spread of the background, blurred to 10 Å or twice the resolution, over that of its noise"
    )
    value = background_structure(subject)
    missing = "" if value is not None else around.without_noise or "it is the same everywhere"
    result.measure("background_structure", value, "", definition, missing)
    _measure_offset(subject, inside, result)
    definition = "isolated voxels that were replaced before anything was measured"
    result.measure("spikes", subject.spikes, "voxels", definition)


def _measure_offset(subject: Subject, inside: FloatArray, result: Result) -> None:
    reason = ""
    if inside.size < LEAST_FAR:
        reason = "there is too little background"
    elif subject.contour <= 0:
        reason = "the contour level is not positive"
    mean = None if reason else float(inside.mean(dtype=np.float64)) / subject.contour
    definition = "mean of the background over the contour level"
    result.measure("background_offset", mean, "", definition, reason)
