"""Whether the map has a copy of its molecule at a distance: details of both are compared."""

from __future__ import annotations

from typing import NamedTuple, Optional, Tuple

import numpy as np
from scipy import ndimage

from vrs.checks.result import Result
from vrs.level0.evidence.content import Content
from vrs.level0.evidence.subject import Subject
from vrs.maps import BoolArray, FloatArray
from vrs.maps.fourier import inverse, transform
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

LEAST_OUTSIDE = 0.1
"""Share of the mask that must lie outside of it after the shift."""

VERSION = 2
"""With a mask; before, the map was correlated with itself."""


class Copy(NamedTuple):
    """The likeliest copy of a molecule.

    Attributes
    ----------
    strength : float -- about the share of the density; 0 without a peak
    distance : float -- in Å
    after : float -- strength of the next copy, at another shift
    outside : float or None -- strength where it lies outside of the mask; None if that is little
    """

    strength: float
    distance: float
    after: float
    outside: Optional[float]


NO_COPY = Copy(0.0, 0.0, 0.0, None)


def likeliest_copy(content: Content, mask: BoolArray, resolution: float) -> Copy:
    """The details in the mask are correlated with those of the whole map at every shift.

    Over their own sum of squares, a copy with a share q of the density gives about q: noise outside
    of the mask takes nothing from it, as it would from the autocorrelation of the map. Opposite
    shifts count once. Chains of a molecule that are copies of each other lie in the mask, a weak
    copy of all of it lies outside, too.

    Parameters
    ----------
    content : Content
    mask : ndarray, bool, shape (Z, Y, X) -- of the molecule, in the map
    resolution : float -- in Å; a copy is farther away than 2.5 times that
    """
    spectrum = content.coarse_spectrum(_gain)
    details = inverse(spectrum.copy(), content.coarse_shape)
    inside = mask[_nearest(mask.shape, content.coarse_shape)]
    spectrum *= np.conj(transform(details * inside))
    correlation = inverse(spectrum, content.coarse_shape)
    origin = float(correlation[0, 0, 0])
    if not origin > 0:
        return NO_COPY
    voxel = np.array(content.coarse_voxel)
    width = [max(3, round(PEAK / edge) | 1) for edge in voxel]
    peaks = correlation == ndimage.maximum_filter(correlation, width, mode="wrap")
    index, sides = np.argwhere(peaks), np.array(correlation.shape)
    distance = np.linalg.norm(np.minimum(index, sides - index) * voxel, axis=1)
    nearest = max(NEAREST, NEAREST_IN_RESOLUTION * resolution)
    allowed = (distance > nearest) & (distance < FARTHEST * min(content.sides))
    if not allowed.any():
        return NO_COPY
    index, distance = index[allowed], distance[allowed]
    heights = _tops(correlation, index) / origin
    best = int(np.argmax(heights))
    beside = np.abs((index + index[best] + sides // 2) % sides - sides // 2).max(axis=1)
    others = heights[(beside > 1) & (np.arange(heights.size) != best)]
    return Copy(
        float(heights[best]),
        float(distance[best]),
        float(others.max(initial=0.0)),
        _outside(details, inside, tuple(index[best].tolist())),
    )


def _outside(details: FloatArray, mask: BoolArray, shift: Tuple[int, ...]) -> Optional[float]:
    """Strength of the copy at a shift where it is not in the mask itself."""
    back = tuple(-part for part in shift)
    leaves = mask & ~np.roll(mask, back, (0, 1, 2))
    if np.count_nonzero(leaves) < LEAST_OUTSIDE * np.count_nonzero(mask):
        return None
    molecule = details[leaves].astype(np.float64)
    copy = np.roll(details, back, (0, 1, 2))[leaves]
    return float((molecule * copy).sum() / (molecule * molecule).sum())


def _nearest(fine: Tuple[int, ...], coarse: Tuple[int, ...]) -> Tuple[IntArray, ...]:
    """Index of the voxels of a map at the places of those of its coarse map."""
    return np.ix_(
        *(np.arange(count) * side // count for side, count in zip(fine, coarse))
    )


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
    """The likeliest copy of the molecule beyond 14 Å."""
    copy, missing = None, "no voxel is at or above the contour level"
    if subject.bodies.any():
        copy = likeliest_copy(subject.content, subject.mask, subject.resolution or 0)
        missing = ""
    definition = (
        "highest peak of the correlation of the details of 6 to 15 Å in the mask with those of the "
        "whole map, shifted by more than 14 Å; about the share of density in a copy"
    )
    value = copy.strength if copy else None
    result.measure("ghost_correlation", value, "", definition, missing, VERSION)
    value = copy.distance if copy else None
    result.measure("ghost_distance", value, "Å", "distance of that peak", missing, VERSION)
    value = copy.after if copy else None
    result.measure("ghost_next", value, "", "the next peak, at another shift", missing, VERSION)
    value = copy.outside if copy else None
    missing = "" if value is not None else missing or "little of the copy would lie outside"
    definition = "the same correlation at that shift, where the copy lies outside of the mask"
    result.measure("ghost_outside", value, "", definition, missing)
