"""Whether the finest details of the map look like a molecule or like noise.

Density of a molecule has few high and many low values: between 9 Å and the claimed resolution the
values in the mask are skewed. Noise, also where it has the power of a molecule, is symmetric.
"""

from __future__ import annotations

from typing import Optional

import numpy as np

from vrs.checks.result import Result
from vrs.level0.evidence.subject import Subject
from vrs.maps.fourier import inverse, radius_by_plane

BAND_FROM, EDGE_FROM = 9.0, 0.008
"""Å, and width of the logistic edge in 1/Å."""

EDGE_TO = 0.005
FINEST = 2.2
"""Voxels; the end of the band at finer claims."""

MEANINGFUL_TO = 5.0
"""Å; at worse resolution sound maps and noise are alike."""

LEAST_VOXELS = 500


def band_skewness(subject: Subject, resolution: float) -> Optional[float]:
    """Third standardised moment of the band-passed values in the mask; None if it is too small.

    Parameters
    ----------
    subject : Subject
    resolution : float -- in Å, where the band ends
    """
    shape, size = subject.density.data.shape, subject.voxel_size
    if np.count_nonzero(subject.mask) < LEAST_VOXELS:
        return None
    end = 1 / max(resolution, FINEST * size)
    band = np.empty_like(subject.spectrum)
    for plane, radius in radius_by_plane(shape, size):
        rise = 1 / (1 + np.exp(-(radius - 1 / BAND_FROM) / EDGE_FROM))
        fall = 1 / (1 + np.exp(np.minimum((radius - end) / EDGE_TO, 80)))
        band[plane] = subject.spectrum[plane] * (rise * fall)
    values = inverse(band, shape)[subject.mask].astype(np.float64)
    values -= values.mean()
    spread = float(values.std())
    return float((values**3).mean() / spread**3) if spread else None


def measure(subject: Subject, result: Result) -> None:
    """Skewness of the finest band."""
    definition = "skewness of the values in the mask between 9 Å and the reported resolution"
    resolution = subject.resolution
    reason, value = "", None
    if resolution is None:
        reason = "the resolution was not reported"
    elif resolution > MEANINGFUL_TO:
        reason = f"at worse than {MEANINGFUL_TO:g} Å noise and molecules are alike"
    else:
        value = band_skewness(subject, resolution)
        reason = "" if value is not None else "the mask is too small"
    result.measure("structure_skewness", value, "", definition, reason)
