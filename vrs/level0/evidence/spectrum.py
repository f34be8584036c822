"""Where the power of the map ends, against the resolution that is claimed."""

from __future__ import annotations

from typing import Tuple

import numpy as np

from vrs.checks.figures import LineFigure, Mark
from vrs.checks.result import Result
from vrs.level0.evidence.subject import Subject
from vrs.maps import FloatArray
from vrs.maps.printing import entered, fixed

FALL_OVER = 0.02
"""1/Å over which the steepest fall is measured: the edge of a usual low-pass."""

FALL_FROM = 1 / 25
"""1/Å; before it the shape of the molecule makes the power fall."""


def steepest_fall(frequency: FloatArray, power: FloatArray) -> Tuple[float, float]:
    """Where the power falls most over 0.02 1/Å, and by how many decades.

    Parameters
    ----------
    frequency, power : ndarray, float64, shape (n,) -- of ``Content.shells``

    Returns
    -------
    where, drop : float -- frequency in 1/Å, and decades; 0 and 0 if there are too few shells

    Examples
    --------
    >>> frequency = np.arange(0.001, 0.5, 0.0025)
    >>> where, drop = steepest_fall(frequency, np.where(frequency < 0.3, 0.0, -4.0))
    >>> round(where, 2), drop
    (0.3, 4.0)
    """
    if frequency.size < 2 or frequency[-1] < FALL_FROM + FALL_OVER:
        return 0.0, 0.0
    middle = np.arange(FALL_FROM, frequency[-1] - FALL_OVER / 2, FALL_OVER / 20)
    before = np.interp(middle - FALL_OVER / 2, frequency, power)
    after = np.interp(middle + FALL_OVER / 2, frequency, power)
    # A sharp edge gives a plateau of equal falls: its middle is the edge.
    fall = before - after
    steepest = np.flatnonzero(fall >= fall.max() - 1e-9)
    best = int(steepest[steepest.size // 2])
    return float(middle[best]), float(fall[best])


def measure(subject: Subject, result: Result) -> None:
    """Cut-off of the spectrum, and the rotationally averaged power spectrum."""
    frequency, power = subject.content.shells
    where, drop = steepest_fall(frequency, power)
    definition = "resolution at which the rotationally averaged power of the map falls most steeply"
    reason = "" if where else "the map has too few Fourier shells"
    result.measure("spectrum_cutoff", 1 / where if where else None, "Å", definition, reason)
    definition = "fall of the power over 0.02 1/Å there, in powers of ten"
    result.measure("spectrum_drop", drop if where else None, "decades", definition, reason)
    result.curves["power_spectrum"] = {"frequency": frequency, "power": power}
    marks = [Mark(0.5 / subject.voxel_size, "Nyquist frequency")]
    if subject.resolution:
        marks.append(Mark(1 / subject.resolution, f"reported, {entered(subject.resolution)} Å"))
    if where:
        marks.append(Mark(where, f"steepest fall, {fixed(1 / where, 2)} Å"))
    result.figures.append(
        LineFigure(
            "power_spectrum", "frequency", ("power",), "1/D (1/Å)", "log10 of the mean |F|²",
            "Rotationally averaged power spectrum of the map. A steep fall before the reported "
            "resolution means that nothing finer is left in the map.",
            marks=tuple(marks),
        )
    )  # fmt: skip
