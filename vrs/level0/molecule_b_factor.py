"""The B-factor of the molecule in 0.d, without the noise of the box and the fall-off of protein.

Noise that fills the box fills the last shells of the published fit. Here the line is fitted to the
power of the molecule alone (``vrs.numerics.shell_powers``), from 10 Å to the shell in which the
noise is as strong as the molecule; the weight that reconstructions get from their FSC is undone,
and the fall-off that protein has at a B-factor of 0 is subtracted.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Optional

import numpy as np
from scipy import special

from vrs.maps import BoolArray, DensityMap
from vrs.numerics.protein_fall_off import fall_off
from vrs.numerics.shell_powers import WEIGHTED, ShellPowers, fsc_weight_exponent, shell_powers

FIT_FROM = 10.0
"""Å; from here on the fall-off of proteins is a line (Rosenthal & Henderson 2003)."""

SHORT_OF_RESOLUTION = 0.012
"""1/Å; a low-pass at the resolution then begins beyond the fit."""

LEAST_SIGNAL = 0.7
"""Power of the molecule over that of the noise in the last shell of the fit."""

WITHOUT_NOISE = 0.8
"""Share of 1/d to which the fit goes if the noise is not known; beyond it noise may prevail."""

FEWEST_SHELLS = 5
CONFIDENCE = 0.95

UNKNOWN_NOISE = 12.0
"""Standard error in Å² at 3 Å that noise inside the mask adds if it is not known; it grows with
the square of the resolution."""


@dataclass(frozen=True)
class MoleculeBFactor:
    """B-factors in Å², negative for amplitudes that decay.

    Attributes
    ----------
    b_factor : float -- slope of the amplitudes of the molecule, times 4
    half_width : float -- half its 95 % confidence interval
    beyond_protein : float -- beyond the fall-off of protein at a B-factor of 0
    beyond_half_width : float -- half its 95 % confidence interval
    end : float -- where the fit ends, in Å
    noise_known : bool
    weighted : bool -- whether the noise shows that the map was weighted with its FSC
    """

    b_factor: float
    half_width: float
    beyond_protein: float
    beyond_half_width: float
    end: float
    noise_known: bool
    weighted: bool


def molecule_b_factor(
    density: DensityMap, mask: BoolArray, resolution: float
) -> Optional[MoleculeBFactor]:
    """The B-factor of the molecule in a mask; None if fewer than 5 shells hold its signal.

    Parameters
    ----------
    density : DensityMap -- data float32, shape (Z, Y, X)
    mask : ndarray, bool, shape (Z, Y, X) -- not empty
    resolution : float -- reported resolution in Å
    """
    powers = shell_powers(density, mask)
    fitted = _shells_of_signal(powers, resolution)
    if np.count_nonzero(fitted) < FEWEST_SHELLS:
        return None
    frequency = powers.frequency[fitted]
    logarithm = np.log(powers.molecule[fitted]) / 2
    weighted = powers.noise_known and fsc_weight_exponent(powers, resolution) > WEIGHTED
    if weighted:
        ratio = powers.signal_to_noise[fitted]
        logarithm = logarithm - np.log(ratio / (1 + ratio)) / 2
    protein = fall_off("map")
    weights = protein.slope_weights(frequency)
    slope = float(np.dot(weights, logarithm))
    beyond = slope - protein.slope(frequency)
    error = protein.standard_error(frequency, logarithm)
    if not powers.noise_known:
        error = math.hypot(error, UNKNOWN_NOISE / 4 * (resolution / 3) ** 2)
    quantile = float(special.stdtrit(len(frequency) - 2, (1 + CONFIDENCE) / 2))
    return MoleculeBFactor(
        4 * slope, 4 * quantile * error, 4 * beyond, 4 * quantile * error,
        float(1 / frequency[-1]), powers.noise_known, weighted,
    )  # fmt: skip


def _shells_of_signal(powers: ShellPowers, resolution: float) -> BoolArray:
    """The shells from 10 Å on that hold more of the molecule than of noise; bool, shape (n,)."""
    last = 1 / resolution - SHORT_OF_RESOLUTION
    if not powers.noise_known:
        last = min(last, WITHOUT_NOISE / resolution)
    inside = (powers.frequency >= 1 / FIT_FROM) & (powers.frequency <= last)
    weak = inside & ((powers.signal_to_noise < LEAST_SIGNAL) | (powers.molecule <= 0))
    if weak.any():
        inside[int(np.argmax(weak)) :] = False
    return inside
