"""The power of noise in Fourier shells, seen in the background of a map.

White noise that is sharpened by B has the power exp(B s²/2). A map that was weighted with its FSC,
by sqrt(2 FSC/(1 + FSC)), has its noise multiplied by SNR/(1 + SNR) too, in which the signal counts
in the mask of the FSC, not in ours. And a background is never quite free of the molecule: weak
parts lie outside the mask. Both kinds of noise, and a share of the molecule, are fitted to the
power of the background; the kind that leaves less of it is the likelier one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple, Optional

import numpy as np

from vrs.maps import FloatArray

SHARPENING = np.arange(-120.0, 361.0, 5.0)
"""Exponents of s² in Å² that are tried."""

VOLUMES = (0.7, 1.0, 1.5, 2.2, 3.3)
"""Volumes of our mask over that of the FSC that are tried."""

FIT_FROM = 20.0
"""Å."""

LEAST_RATIO = 0.1
"""Signal over noise in the last shells that are fitted."""

FEWEST_SHELLS = 6

LARGEST_LEAK = 0.1
"""Of the power of the masked map in the background; in sound simulated maps it was at most 0.05."""

LEAST_NOISE = 0.1
"""Share of the power of the background that is noise, however much the molecule leaks."""

ODDS_PER_DECADE = 8.0
"""ln odds of weighted noise if it leaves a tenth of the residual that plain noise leaves."""

LEAST_DOUBT = (0.1, 0.97)
"""Ends of the probability of weighted noise. In the simulated maps from which they were chosen, 5
of 40 with less residual as plain noise were weighted, and 1 of 50 the other way round."""


@dataclass(frozen=True)
class NoisePower:
    """Noise under the mask, in the shells.

    Attributes
    ----------
    power : ndarray, float64, shape (n,)
    weighted : float -- probability from 0 to 1 that the map was weighted with its FSC
    volume : float -- of the mask over that of the FSC
    """

    power: FloatArray
    weighted: float
    volume: float

    def weight(self, masked: FloatArray) -> FloatArray:
        """The weight that a weighted map has in the shells, as a factor of the power.

        Parameters
        ----------
        masked : ndarray, float64, shape (n,) -- power of the masked map

        Returns
        -------
        ndarray, float64, shape (n,) -- from 0 to 1
        """
        noise = np.maximum(self.power, np.finfo(np.float64).tiny)
        ratio = self.volume * np.maximum(masked - self.power, 0) / noise
        weight: FloatArray = ratio / (1 + ratio)
        return weight


class _Fit(NamedTuple):
    residual: float
    leak: float
    volume: float


def noise_power(
    frequency: FloatArray, masked: FloatArray, background: FloatArray, last: float
) -> NoisePower:
    """Noise in the shells, without the part of the molecule in the background.

    Parameters
    ----------
    frequency : ndarray, float64, shape (n,) -- of the shells in 1/Å
    masked : ndarray, float64, shape (n,) -- power of the masked map
    background : ndarray, float64, shape (n,) -- power of the background, scaled to the mask
    last : float -- frequency in 1/Å at which a low-pass may begin

    Returns
    -------
    NoisePower -- that of the background as it is if fewer than 6 shells can be fitted

    Examples
    --------
    A molecule with B = 100 Å² in noise that was sharpened by 60 Å²:

    >>> s = np.arange(1, 60) / 180
    >>> white, signal = np.exp(30 * s**2), 200 * np.exp(-70 * s**2)
    >>> noise = noise_power(s, signal + white, white + 0.01 * signal, 0.3)
    >>> bool(noise.weighted < 0.2), bool(np.allclose(noise.power, white, rtol=0.1))
    (True, True)
    """
    plain = _fitted(frequency, masked, background, last, weighted=False)
    weighted = _fitted(frequency, masked, background, last, weighted=True)
    if plain is None or weighted is None:
        return NoisePower(background, LEAST_DOUBT[0], 1.0)
    decades = math.log10(max(plain.residual, 1e-12) / max(weighted.residual, 1e-12))
    probability = 1 / (1 + math.exp(-ODDS_PER_DECADE * max(min(decades, 5), -5)))
    likelier = weighted if decades > 0 else plain
    power = _without_leak(masked, background, likelier.leak)
    return NoisePower(power, float(np.clip(probability, *LEAST_DOUBT)), weighted.volume)


def _without_leak(masked: FloatArray, background: FloatArray, leak: float) -> FloatArray:
    power: FloatArray = np.maximum(background - leak * masked, LEAST_NOISE * background)
    return power


def _fitted(
    frequency: FloatArray, masked: FloatArray, background: FloatArray, last: float, weighted: bool
) -> Optional[_Fit]:
    best = _Fit(np.inf, 0.0, 1.0)
    for _ in range(3):
        noise = _without_leak(masked, background, best.leak)
        ratio = np.maximum(masked - noise, 0) / np.maximum(noise, np.finfo(np.float64).tiny)
        used = (frequency >= 1 / FIT_FROM) & (frequency <= last)
        used &= (background > 0) & (ratio > LEAST_RATIO)
        if np.count_nonzero(used) < FEWEST_SHELLS:
            return None
        best = min(
            _line(
                frequency[used],
                masked[used],
                background[used],
                volume * ratio[used] / (1 + volume * ratio[used]) if weighted else None,
                volume,
            )
            for volume in (VOLUMES if weighted else (1.0,))
        )
    return best


def _line(
    frequency: FloatArray,
    masked: FloatArray,
    background: FloatArray,
    weight: Optional[FloatArray],
    volume: float,
) -> _Fit:
    """Least squares of c exp(b s²) weight + k masked, relative to the power of the background.

    Shells count with the number of their coefficients.
    """
    noise = np.exp(SHARPENING[:, None] * frequency**2)
    if weight is not None:
        noise *= weight
    noise *= frequency / background
    molecule = masked * frequency / background
    nn, nm, mm = (noise**2).sum(axis=1), noise @ molecule, molecule @ molecule
    ny, my, yy = noise @ frequency, molecule @ frequency, frequency @ frequency
    determinant = np.maximum(nn * mm - nm**2, 1e-12 * nn * mm)
    leak = np.clip((nn * my - nm * ny) / determinant, 0, LARGEST_LEAK)
    scale = (ny - leak * nm) / nn
    residual = yy + scale**2 * nn + leak**2 * mm - 2 * scale * ny - 2 * leak * my
    residual = residual + 2 * scale * leak * nm
    best = int(np.argmin(np.where(scale > 0, residual, np.inf)))
    return _Fit(float(max(residual[best], 0) / yy), float(leak[best]), volume)
