"""Whether the voxel size fits: proteins have their structure at known distances.

The mean ln(amplitude) of proteins has a dip near 7 Å and a hump near 4.5 Å, from the packing of
helices and strands and of their side chains. With a wrong voxel size they stand elsewhere. The
amplitudes of the molecule are fitted with those of the mean protein and a B-factor, at voxel sizes
from 0.8 to 1.25 times the stated one; the covariance from protein to protein gives the likelihood.
A map that fits at none, such as RNA, says nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Tuple

import numpy as np

from vrs.checks.result import Result
from vrs.level0.around_mask import around_mask
from vrs.level0.evidence.subject import Subject
from vrs.level0.molecule_b_factor import amplitudes_of_molecule
from vrs.maps import FloatArray
from vrs.numerics.protein_fall_off import fall_off
from vrs.numerics.shell_powers import shell_powers

SCALES = np.arange(0.80, 1.251, 0.01)
"""True voxel sizes that are tried, over the stated one."""

MEANINGFUL_TO = 4.0
"""Å; beyond, too little of the hump near 4.5 Å is left."""

FEWEST_SHELLS = 12
REACHED = 1.3
"""Of the reported resolution, to which the signal must reach where the noise is known: a filter
that takes it away before makes the amplitudes fall as a wrong voxel size does."""

LIKE_PROTEIN = 0.9
"""Mean square of the residuals, in units of those between proteins, up to which a map fits; sound
simulated proteins have at most 0.55, noise and RNA more than 1.1."""

CERTAIN = 9.0
"""Difference of -2 ln(likelihood) that ends the interval: three standard errors."""


@dataclass(frozen=True)
class VoxelScale:
    """The stated voxel size over the one that fits best, and its interval."""

    scale: float
    interval: Tuple[float, float]


def voxel_scale(frequency: FloatArray, logarithm: FloatArray) -> Optional[VoxelScale]:
    """The scale of the frequencies at which amplitudes are most like those of protein.

    Parameters
    ----------
    frequency : ndarray, float64, shape (n,) -- with the stated voxel size, in 1/Å
    logarithm : ndarray, float64, shape (n,) -- ln(amplitude) of the molecule

    Returns
    -------
    VoxelScale or None -- None if they are like those of protein at no scale, or at the ends of the
    range only
    """
    protein = fall_off()
    fits = [protein.misfit(frequency / scale, logarithm) for scale in SCALES]
    likelihood = np.array([fit[0] for fit in fits])
    best = int(np.argmin(likelihood))
    if fits[best][1] > LIKE_PROTEIN or best in (0, len(SCALES) - 1):
        return None
    possible = SCALES[likelihood < likelihood[best] + CERTAIN]
    return VoxelScale(
        float(1 / SCALES[best]), (float(1 / possible.max()), float(1 / possible.min()))
    )


def measure(subject: Subject, result: Result) -> None:
    """Voxel size over the one that fits protein."""
    found, reason = None, ""
    if subject.resolution is None:
        reason = "the resolution was not reported"
    elif subject.resolution > MEANINGFUL_TO:
        reason = f"at worse than {MEANINGFUL_TO:g} Å the structure of protein is not seen"
    elif not subject.bodies.any():
        reason = "no voxel is at or above the contour level"
    else:
        near = around_mask(subject.density, subject.mask, subject.resolution)
        shells = amplitudes_of_molecule(shell_powers(*near), subject.resolution)
        reason = "too few shells hold signal"
        if shells is None or shells.frequency.size < FEWEST_SHELLS:
            pass
        elif shells.noise is not None and shells.frequency[-1] * subject.resolution < 1 / REACHED:
            reason = "the signal ends before the reported resolution"
        else:
            weighted = shells.noise.weighted if shells.noise else 0.0
            found = voxel_scale(shells.frequency, shells.logarithm - weighted * shells.weight)
            reason = "" if found else "the amplitudes are not like those of protein"
    definition = "voxel size over the one with which the amplitudes are most like those of protein"
    result.measure("voxel_scale", found.scale if found else None, "", definition, reason)
    definition = "interval of three standard errors of that ratio"
    interval = found.interval if found else None
    result.measure("voxel_scale_interval", interval, "", definition, reason)
