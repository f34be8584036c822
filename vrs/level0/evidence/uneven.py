"""Whether a part of the molecule is weaker, or more blurred, than the rest.

A part that only a share of the particles has is weaker by the same factor in all bands; a part that
moves loses the more power, the finer the band. The line of ln(power of the part / power of the
rest) against s² gives both: its intercept is twice the logarithm of the occupancy, its slope minus
half the difference of the B-factors.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Optional, Tuple

import numpy as np
from scipy import ndimage

from vrs.checks.figures import LineFigure
from vrs.checks.result import Result
from vrs.level0.evidence.local_power import LocalPower, local_power
from vrs.level0.evidence.subject import Subject
from vrs.maps import BoolArray, FloatArray

MEANINGFUL_TO = 5.7
"""Å; with less than three bands, occupancy and B-factor cannot be told apart."""

FEWEST_BANDS = 3
SMALLEST_PART, LARGEST_PART = 0.12, 0.85
"""Shares of the molecule that the weaker places may have."""

LEAST_SHARE = 0.07
"""Of the molecule in a part; smaller ones are loops and flexible ends, which every molecule has."""

EMPTY = 0.05
"""Of the median power, below which a place counts as this much."""

FAINTEST = 0.01
"""Power of a part over that of the rest that is as good as none."""

LAST_BAND = 0.08
"""Power of the part over that of the rest, below which finer bands show the tails of the rest."""

VERSION = 2
"""Of these measurements; places beside a mask count no longer."""

UNEVEN_OCCUPANCY, UNEVEN_B_FACTOR = 0.72, 100.0
"""The bands are drawn, and a finding says so, below and above these."""


@dataclass(frozen=True)
class Parts:
    """A molecule in two parts.

    Attributes
    ----------
    share : float -- of the molecule in the weaker part, from 0 to 1
    centre : tuple of 3 floats -- of the weaker part, (X, Y, Z) in Å from the corner of the box
    occupancy : float -- of the weaker part, over that of the rest
    b_factor : float -- of the weaker part minus that of the rest, in Å²
    squared : ndarray, float64, shape (n,) -- s² of the bands in 1/Å²
    ratio : ndarray, float64, shape (n,) -- ln(power of the weaker part / power of the rest)
    fitted : ndarray, float64, shape (n,) -- the line through ``ratio``
    """

    share: float
    centre: Tuple[float, float, float]
    occupancy: float
    b_factor: float
    squared: FloatArray
    ratio: FloatArray
    fitted: FloatArray


def divide(power: LocalPower) -> Optional[Parts]:
    """The largest connected part of the weaker places against the stronger ones.

    Parameters
    ----------
    power : LocalPower

    Returns
    -------
    Parts or None -- None with fewer than three bands
    """
    if len(power.bands) < FEWEST_BANDS:
        return None
    inside = power.weight > 0
    relative = [band.smooth[inside] / np.median(band.smooth[inside]) for band in power.bands]
    weak = np.zeros(inside.shape, dtype=bool)
    weak[inside] = lower_class(np.mean(np.log(np.maximum(relative, EMPTY)), axis=0))
    labels, _ = ndimage.label(weak)
    sizes = np.bincount(labels.ravel())
    sizes[0] = 0
    part = labels == int(np.argmax(sizes))
    rest = inside & ~weak
    centre = [
        first + step * middle
        for first, step, middle in zip(
            power.corner, power.spacing, ndimage.center_of_mass(power.weight * part)
        )
    ]
    ratio = _ratio(power, _away_from(part, rest), _away_from(rest, part))
    squared = np.array([band.squared for band in power.bands])
    last = np.flatnonzero(ratio < math.log(LAST_BAND))
    used = slice(0, max(int(last[0]) + 1, 2) if last.size else None)
    slope, intercept = np.polyfit(squared[used], ratio[used], 1)
    share = float(np.count_nonzero(part) / np.count_nonzero(inside))
    z, y, x = centre
    occupancy, b_factor = math.exp(intercept / 2), -2 * float(slope)
    fitted = intercept + slope * squared
    return Parts(share, (x, y, z), occupancy, b_factor, squared, ratio, fitted)


def lower_class(values: FloatArray) -> BoolArray:
    """The values below the threshold that divides them best: largest variance between (Otsu).

    Parameters
    ----------
    values : ndarray, shape (n,) -- two or more

    Examples
    --------
    >>> lower_class(np.array([1.0, 5.0, 1.1, 5.2, 0.9, 5.1])).tolist()
    [True, False, True, False, True, False]
    """
    ordered = np.sort(values)
    below = np.arange(1, ordered.size)
    total = np.cumsum(ordered)
    gap = total[:-1] / below - (total[-1] - total[:-1]) / (ordered.size - below)
    between = below * (ordered.size - below) * gap**2
    first, last = (int(share * ordered.size) for share in (SMALLEST_PART, LARGEST_PART))
    lower: BoolArray = values <= ordered[first + int(np.argmax(between[first : last + 1]))]
    return lower


def _away_from(part: BoolArray, other: BoolArray) -> BoolArray:
    """The places of a part that do not touch the other one; all if they are too few."""
    core: BoolArray = part & ~ndimage.binary_dilation(other)
    return core if np.count_nonzero(core) > 0.2 * np.count_nonzero(part) else part


def _ratio(power: LocalPower, part: BoolArray, rest: BoolArray) -> FloatArray:
    """ln(power of a part / power of the rest) of the bands; float64, shape (n,)."""
    ratio = []
    for band in power.bands:
        in_part, in_rest = (
            band.local[where].sum(dtype=np.float64) / power.weight[where].sum(dtype=np.float64)
            for where in (part, rest)
        )
        ratio.append(math.log(max(in_part / in_rest, FAINTEST)) if in_rest > 0 else 0.0)
    return np.array(ratio)


def measure(subject: Subject, result: Result) -> None:
    """Size, occupancy and B-factor of the weaker part."""
    parts, reason = None, ""
    if subject.resolution is None:
        reason = "the resolution was not reported"
    elif subject.resolution > MEANINGFUL_TO:
        reason = f"at worse than {MEANINGFUL_TO:g} Å too few bands of resolution have signal"
    else:
        power = local_power(subject, subject.resolution)
        parts = divide(power) if power else None
        reason = "" if parts else "the molecule is too small, or too few bands have signal"
    definition = "share of the molecule in the largest weaker part"
    value = 100 * parts.share if parts else None
    result.measure("part_share", value, "%", definition, reason, VERSION)
    if parts and parts.share < LEAST_SHARE:
        parts, reason = None, "the weaker places are scattered"
    definition = "occupancy of that part, over that of the rest (standard error 0.07)"
    value = parts.occupancy if parts else None
    result.measure("part_occupancy", value, "", definition, reason, VERSION)
    definition = "B-factor of that part minus that of the rest (standard error 20 Å², or 15 %)"
    value = parts.b_factor if parts else None
    result.measure("part_b_factor", value, "Å²", definition, reason, VERSION)
    definition = "centre of that part along X, Y, Z, from the corner of the box"
    place = parts.centre if parts else None
    result.measure("part_centre", place, "Å", definition, reason, VERSION)
    if parts is None:
        return
    curve = {"squared": parts.squared, "ratio": parts.ratio, "fitted line": parts.fitted}
    result.curves["parts"] = curve
    if parts.occupancy >= UNEVEN_OCCUPANCY and parts.b_factor <= UNEVEN_B_FACTOR:
        return
    result.figures.append(
        LineFigure(
            "parts", "squared", ("ratio", "fitted line"), "1/D² (1/Å²)",
            "ln(power of the part / of the rest)",
            "Power of the weaker part of the molecule over that of the rest in bands of "
            "resolution. A level line far below 0 is a part that many particles lack; a line that "
            "falls is a part that moves. Look whether the points follow the line: where they do "
            "not, its numbers mean little.",
            resolution_axis=True,
            points=("ratio",),
        )
    )  # fmt: skip
