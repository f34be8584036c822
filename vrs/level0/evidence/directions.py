"""Whether the map has the same power in all directions.

The power of the molecule (the map in its soft mask, less the noise) is compared with that of its
shell in 60 cones of directions. A missing cone is a direction with hardly any power; a B-factor
that differs between directions is the slope of the ratio against s².
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import List, Optional, Tuple

import numpy as np

from vrs.checks.figures import LineFigure
from vrs.checks.result import Result
from vrs.level0.evidence.cones import (
    DIRECTIONS,
    HALF_ANGLE,
    MEANINGFUL_TO,
    ConePowers,
    spread_directions,
)
from vrs.level0.evidence.subject import Subject
from vrs.maps import FloatArray
from vrs.maps.printing import entered

LEAST_SIGNAL = 0.2
"""Share of the power of a band that must be that of the molecule."""

FAINTEST = 0.02
MOST_WEIGHT = 0.7
"""Share of the box in the soft mask beyond which the noise cannot be told from the molecule."""


@dataclass(frozen=True)
class DirectionalPower:
    """Power of the directions over that of all.

    Attributes
    ----------
    b_spread : float
        Å²; difference between the largest and the smallest principal value of the tensor of
        directional B-factors.
    lowest, highest : float -- mean ratio of power of the weakest and the strongest direction
    weakest : tuple of 3 floats -- unit vector (X, Y, Z) of the weakest direction
    ratios : ndarray, float64, shape (60,) -- mean ratio of each direction
    """

    b_spread: float
    lowest: float
    highest: float
    weakest: Tuple[float, float, float]
    ratios: FloatArray


def directional_power(subject: Subject) -> Optional[DirectionalPower]:
    """Power by direction; None if no two bands hold signal."""
    band, molecule = subject.band, subject.molecule
    total = molecule.cones if molecule else None
    if band is None or molecule is None or total is None:
        return None
    signal = total.minus(_noise(subject, total, molecule.weight), 1.0)
    used = (total.everywhere > 0) & (signal.everywhere > LEAST_SIGNAL * total.everywhere)
    if np.count_nonzero(used) < 2:
        return None
    ratio = signal.by_direction[:, used] / signal.everywhere[used]
    return _summary(ratio, band.squared[used])


def _noise(subject: Subject, total: ConePowers, weight: float) -> ConePowers:
    """The power that the noise of the box has in the soft mask.

    The whole map has the power of the molecule too, and noise in all its voxels instead of in the
    soft mask. Voxels that were set to one value hold none.
    """
    nothing = total.minus(total, 1.0)
    whole, around = subject.content.cones, subject.surroundings
    voxels = subject.density.data.size * (1 - around.identical[1] * float(np.mean(around.far)))
    if whole is None or around.noise is None or weight > MOST_WEIGHT * voxels:
        return nothing
    share = weight / (voxels - weight)
    difference = whole.minus(total, 1.0)
    return ConePowers(
        share * np.maximum(difference.everywhere, 0), share * np.maximum(difference.by_direction, 0)
    )


def _summary(ratio: FloatArray, squared: FloatArray) -> DirectionalPower:
    vectors = spread_directions(DIRECTIONS).astype(np.float64)
    centred = squared - squared.mean()
    # Power falls as exp(-B s²/2).
    b_factors = -2 * np.log(np.maximum(ratio, FAINTEST)) @ centred / np.dot(centred, centred)
    pairs: List[Tuple[int, int]] = [(0, 0), (1, 1), (2, 2), (0, 1), (0, 2), (1, 2)]
    design = np.stack(
        [vectors[:, i] * vectors[:, j] * (1 if i == j else 2) for i, j in pairs], axis=1
    )
    solved = np.linalg.lstsq(design, b_factors, rcond=None)[0]
    tensor = np.zeros((3, 3))
    for (i, j), value in zip(pairs, solved):
        tensor[i, j] = tensor[j, i] = value
    principal = np.linalg.eigvalsh(tensor)
    mean = ratio.mean(axis=1)
    z, y, x = vectors[int(mean.argmin())].tolist()
    return DirectionalPower(
        float(principal[-1] - principal[0]), float(mean.min()), float(mean.max()), (x, y, z), mean
    )


def measure(subject: Subject, result: Result) -> None:
    """Spread of the power over directions."""
    resolution = subject.resolution
    power = directional_power(subject)
    reason = "" if power else "too few shells hold signal"
    if resolution is None:
        reason = "the resolution was not reported"
    elif resolution > MEANINGFUL_TO:
        reason = f"at worse than {entered(MEANINGFUL_TO)} Å there are too few coefficients"
    definition = (
        "largest minus smallest principal B-factor of directions over the square of the resolution"
    )
    value = power.b_spread / resolution**2 if power and resolution else None
    result.measure("anisotropy", value, "", definition, reason)
    definition = "power of the weakest and the strongest direction over the mean of all"
    pair = [power.lowest, power.highest] if power else None
    result.measure("directional_power", pair, "", definition, reason)
    definition = "direction with the least power: unit vector along X, Y, Z"
    weakest = list(power.weakest) if power else None
    result.measure("weakest_direction", weakest, "", definition, reason)
    if power:
        _show(power, result)


def _show(power: DirectionalPower, result: Result) -> None:
    """Draw the power against the angle to the weakest direction."""
    weakest = np.array(power.weakest[::-1])
    angle = np.degrees(np.arccos(np.minimum(np.abs(spread_directions(DIRECTIONS) @ weakest), 1)))
    order = np.argsort(angle, kind="stable")
    result.curves["directional_power"] = {
        "angle": angle[order].astype(np.float64), "power": power.ratios[order],
    }  # fmt: skip
    result.figures.append(
        LineFigure(
            "directional_power", "angle", ("power",),
            "angle to the weakest direction (degrees)", "power over the mean",
            f"Power of the molecule in cones of {entered(HALF_ANGLE)} degrees around {DIRECTIONS} "
            "directions, a point each. It should be nearly the same in all directions: a fall to "
            "almost 0 at small angles is a missing cone.",
            points=("power",),
            from_zero=True,
        )
    )  # fmt: skip
