"""What the contour level shows: in units of the noise, and where the molecule is one body."""

from __future__ import annotations

from typing import Optional

import numpy as np
from scipy import ndimage, special

from vrs.checks.result import Result
from vrs.level0.evidence.subject import Subject, robust_sigma
from vrs.maps import FloatArray
from vrs.maps.refused_inputs import VOLUME_OF_ONE_KDA

ONE_BODY = 0.93
"""Share of the voxels at or above a level that the largest body must hold."""

LOWEST = 0.5
"""Of the contour level; lower levels are not tried."""

STEPS = 11
TOP = 0.01
"""Share of all voxels above ``contour_top_percent``."""

FALSE_SHARE = 0.01
"""Expected share of noise among voxels that stand out (false discovery rate)."""

IDENTICAL = 0.5
"""Share of one value in the background beyond which it shows no noise."""


def one_body_level(subject: Subject) -> Optional[float]:
    """The highest of the levels from the contour level down to half of it with one body.

    None if even half of the contour level shows several bodies.
    """
    if subject.contour <= 0:
        return None
    structure = np.ones((3, 3, 3), dtype=bool)
    for share in np.linspace(1, LOWEST, STEPS):
        level = subject.contour * float(share)
        sizes = np.bincount(
            ndimage.label(subject.density.data >= level, structure=structure)[0].ravel()
        )[1:]
        if sizes.size and sizes.max() >= ONE_BODY * sizes.sum():
            return level
    return None


def share_beyond_noise(values: FloatArray, noise_mean: float, noise_sigma: float) -> float:
    """Share of values that noise explains with a false discovery rate below 1 % (Benjamini).

    Parameters
    ----------
    values : ndarray, shape (n,) -- all voxels of the map, or a sample
    noise_mean, noise_sigma : float -- of Gaussian noise

    Returns
    -------
    float -- the level above which voxels stand out; infinite if none does
    """
    ordered = np.sort(values)[::-1]
    chance = special.ndtr(-(ordered - noise_mean) / noise_sigma)
    accepted = chance <= FALSE_SHARE * np.arange(1, ordered.size + 1) / ordered.size
    last = np.flatnonzero(accepted)
    return float(ordered[last[-1]]) if last.size else float("inf")


def measure(subject: Subject, result: Result) -> None:
    """The contour level against the noise, and levels that may suit better."""
    data = subject.density.data
    background = subject.background_values
    identical = 0.0
    if background.size:
        identical = np.unique(background, return_counts=True)[1].max() / background.size
    sigma = robust_sigma(background)
    centre = float(np.median(background)) if background.size else 0.0
    known = sigma > 0 and identical <= IDENTICAL
    reason = "" if known else "the background shows no noise"
    definition = "contour level above the background, in standard deviations of the noise"
    value = (subject.contour - centre) / sigma if known else None
    result.measure("contour_sigma", value, "", definition, reason)
    definition = "voxels at or above the contour level that stand out from the noise with q < 1 %"
    share = None
    if known and subject.raw.any():
        sample = data.ravel()[:: max(1, data.size // 2_000_000)]
        level = share_beyond_noise(sample, centre, sigma)
        share = 100 * float(np.mean(data[subject.raw] >= level))
    missing = reason or ("" if share is not None else "no voxel is at or above the contour level")
    result.measure("contour_fdr_share", share, "%", definition, missing)
    level_of_one = one_body_level(subject)
    missing = "" if level_of_one is not None else "no level down to half of it shows one body"
    definition = "highest level from the contour level down to half of it that shows one body"
    result.measure("contour_one_body", level_of_one, "grey values", definition, missing)
    top = float(np.partition(data.ravel(), -int(TOP * data.size))[-int(TOP * data.size)])
    result.measure("contour_top_percent", top, "grey values", "level of the top 1 % of voxels")


def level_of_mass(data: FloatArray, mass: float, voxel_volume: float) -> Optional[float]:
    """The level that shows the volume of a protein of a mass; None if the box is too small.

    Parameters
    ----------
    data : ndarray, float32, shape (Z, Y, X)
    mass : float -- in kDa
    voxel_volume : float -- in Å³
    """
    voxels = int(mass * VOLUME_OF_ONE_KDA / voxel_volume)
    if not 0 < voxels < data.size:
        return None
    return float(np.partition(data.ravel(), -voxels)[-voxels])
