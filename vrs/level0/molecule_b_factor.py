"""The B-factor of the molecule in 0.d, without the noise of the box and the fall-off of protein.

Noise that fills the box fills the last shells of the published fit. Here the line is fitted to the
power of the molecule alone (``vrs.numerics.shell_powers``), from 10 Å to the shell in which the
noise is as strong as the molecule or the map's own low-pass begins; the weight that reconstructions
get from their FSC is undone, and the fall-off that protein has at a B-factor of 0 is subtracted.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Optional, Tuple

import numpy as np
from scipy import special

from vrs.level0.around_mask import around_mask
from vrs.maps import BoolArray, DensityMap, FloatArray
from vrs.numerics.noise_power import NoisePower, noise_power
from vrs.numerics.protein_fall_off import fall_off
from vrs.numerics.shell_powers import ShellPowers, shell_powers

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

WIDENED = 1.25
"""The interval over that of the differences between proteins: noise and filters are not in these.
Chosen on simulated maps, measured on others (docs/b_factors.rst)."""

UNKNOWN_NOISE = 9.0
"""Standard error in Å² at 3 Å that noise inside the mask adds if it is not known; it grows with
the square of the resolution."""


@dataclass(frozen=True)
class MoleculeBFactor:
    """A B-factor in Å², negative for amplitudes that decay.

    Attributes
    ----------
    b_factor : float -- of the molecule, beyond the fall-off of protein at a B-factor of 0
    half_width : float -- half the interval that holds the truth in nine of ten maps
    end : float -- where the fit ends, in Å
    powers : ShellPowers
    noise : NoisePower or None -- None if the noise is not known
    """

    b_factor: float
    half_width: float
    end: float
    powers: ShellPowers
    noise: Optional[NoisePower]

    @property
    def interval(self) -> Tuple[float, float]:
        """Its two ends in Å²."""
        return self.b_factor - self.half_width, self.b_factor + self.half_width


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
    return from_powers(shell_powers(*around_mask(density, mask, resolution)), resolution)


def from_powers(powers: ShellPowers, resolution: float) -> Optional[MoleculeBFactor]:
    """The B-factor of the molecule from the power of the masked map and of the background.

    Parameters
    ----------
    powers : ShellPowers
    resolution : float -- reported resolution in Å
    """
    amplitudes = amplitudes_of_molecule(powers, resolution)
    if amplitudes is None:
        return None
    frequency, logarithm, noise = amplitudes.frequency, amplitudes.logarithm, amplitudes.noise
    protein = fall_off()
    weights = protein.slope_weights(frequency)
    beyond = float(np.dot(weights, logarithm)) - protein.slope(frequency)
    error = protein.standard_error(frequency, logarithm)
    if noise is None:
        error = math.hypot(error, UNKNOWN_NOISE / 4 * (resolution / 3) ** 2)
    else:
        # Where it is not certain that the map was weighted, between both, with the doubt as error.
        undone = -float(np.dot(weights, amplitudes.weight))
        beyond += noise.weighted * undone
        error = math.hypot(error, undone * math.sqrt(noise.weighted * (1 - noise.weighted)))
    quantile = float(special.stdtrit(len(frequency) - 2, (1 + CONFIDENCE) / 2))
    half_width = 4 * WIDENED * quantile * error
    return MoleculeBFactor(4 * beyond, half_width, float(1 / frequency[-1]), powers, noise)


@dataclass(frozen=True)
class MoleculeAmplitudes:
    """Amplitudes of the molecule in the shells that hold its signal.

    Attributes
    ----------
    frequency : ndarray, float64, shape (n,) -- of the shells in 1/Å
    logarithm : ndarray, float64, shape (n,) -- ln(amplitude), without noise
    weight : ndarray, float64, shape (n,) -- ln of the weight that the map has if its FSC gave one
    noise : NoisePower or None -- None if the map does not show it
    """

    frequency: FloatArray
    logarithm: FloatArray
    weight: FloatArray
    noise: Optional[NoisePower]


def amplitudes_of_molecule(powers: ShellPowers, resolution: float) -> Optional[MoleculeAmplitudes]:
    """The amplitudes of the molecule; None if fewer than 5 shells hold its signal.

    Parameters
    ----------
    powers : ShellPowers
    resolution : float -- reported resolution in Å
    """
    noise = None
    if powers.background_known:
        last = 1 / resolution - SHORT_OF_RESOLUTION
        noise = noise_power(powers.frequency, powers.masked, powers.background, last)
    molecule = powers.masked if noise is None else np.maximum(powers.masked - noise.power, 0)
    fitted = _shells_of_signal(powers.frequency, molecule, noise, resolution)
    if np.count_nonzero(fitted) < FEWEST_SHELLS:
        return None
    logarithm = np.log(molecule[fitted]) / 2
    weight = np.zeros_like(logarithm)
    if noise is not None:
        weight = np.log(noise.weight(powers.masked)[fitted]) / 2
    return MoleculeAmplitudes(powers.frequency[fitted], logarithm, weight, noise)


def _shells_of_signal(
    frequency: FloatArray, molecule: FloatArray, noise: Optional[NoisePower], resolution: float
) -> BoolArray:
    """The shells from 10 Å on that hold more of the molecule than of noise; bool, shape (n,)."""
    last = 1 / resolution - SHORT_OF_RESOLUTION
    if noise is None:
        last = min(last, WITHOUT_NOISE / resolution)
    inside: BoolArray = (frequency >= 1 / FIT_FROM) & (frequency <= last)
    weak = inside & (molecule <= (0 if noise is None else LEAST_SIGNAL * noise.power))
    if weak.any():
        inside[int(np.argmax(weak)) :] = False
    if inside.any():
        first = int(np.argmax(inside))
        kept = low_pass_start(frequency[inside], np.log(molecule[inside]) / 2)
        inside[first + kept :] = False
    return inside


def low_pass_start(frequency: FloatArray, logarithm: FloatArray) -> int:
    """Number of the shells before the map's own low-pass.

    At a low-pass the amplitudes fall below the line of the preceding shells: all following shells
    are lower by 3 residual standard deviations and by 0.3 (a quarter of the amplitude), and the
    last ones by more than the weight of an FSC, to a third or less. One more shell is excluded,
    since a filter begins gradually.

    Parameters
    ----------
    frequency : ndarray, float64, shape (n,) -- spatial frequency of the shells in 1/Å, ascending
    logarithm : ndarray, float64, shape (n,) -- ln |F|

    Returns
    -------
    int -- n if the map has no low-pass in this range

    Examples
    --------
    >>> frequency = np.linspace(0.1, 0.33, 24)
    >>> low_pass_start(frequency, 1 - 25 * frequency**2)
    24
    """
    squared = frequency**2
    for end in range(max(len(frequency) // 4, FEWEST_SHELLS), len(frequency)):
        slope, intercept = np.polyfit(squared[:end], logarithm[:end], 1)
        below = intercept + slope * squared - logarithm
        if np.all(below[end:] > max(3 * float(np.std(below[:end])), 0.3)) and below[-1] > 1.1:
            return end - 1
    return len(frequency)
